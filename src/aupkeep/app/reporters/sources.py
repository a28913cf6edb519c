"""Sources of claims: the key of a source, its track record, its lane.

A mail proven to be from desk.cert.example has the source `mail:cert.example`, the organisation. One
from a mailbox provider has its own address as the source, since others write from there too. A name
that nobody proved has a key with a `?`: reports under it never count for or against its owner.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.casework.reporting_misuse import MisuseRule, UnfoundedCount, counted, lane_of
from aupkeep.casework.track_record import JudgedClaim, TrackRecord, track, verdict
from aupkeep.intake.domains import organisation
from aupkeep.model.case import Case, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Reading
from aupkeep.model.source import ClaimVerdict, Lane, Source
from aupkeep.store import cases, decisions, log, sources

LATELY = timedelta(minutes=10)  # how long good standing is believed without counting anew
MOST_KNOWN = 10_000  # sources whose standing a process remembers
_lately: dict[tuple[Path, str], tuple[datetime, Lane]] = {}


def report_source_key(context: AppContext, raw: Raw, reading: Reading) -> str | None:
    """The key of a report's source; None when it names nobody."""
    if reading.findings:
        return source_key(context, reading.findings[0].source, reading.reporter)
    if raw.channel is Channel.FEED:
        return raw.sender or None
    if raw.token:
        return f"api:{raw.token}"
    identity = reading.authentication.identity
    domain = identity or (reading.reporter or "").rpartition("@")[2].lower()
    if not domain:
        return None
    origin = Origin(OriginChannel.MAIL, domain, proven=bool(identity))
    return source_key(context, origin, reading.reporter)


def source_key(context: AppContext, source: Origin, address: str | None) -> str:
    """The key of a finding's source: an organisation, or an address at a mailbox provider."""
    if not source.names_domain:
        return str(source)
    domain = source.identity.lower().rstrip(".")
    above = organisation(domain) or domain
    if above in context.settings.sources.shared and address and address.count("@") == 1:
        above = address.lower()
    return str(Origin(OriginChannel.MAIL, above, proven=source.proven))


def sender_key(context: AppContext, address: str, domain: str | None = None) -> str:
    """The key of a mail's sender were it proven, by its address and the domain that proved it.

    >>> from types import SimpleNamespace as Part
    >>> context = Part(settings=Part(sources=Part(shared=("gmail.com",))))
    >>> sender_key(context, "Soc@desk.cert.example"), sender_key(context, "Ada@gmail.com")
    ('mail:cert.example', 'mail:ada@gmail.com')
    """
    domain = domain or address.rpartition("@")[2]
    return source_key(context, Origin(OriginChannel.MAIL, domain.lower()), address)


def source_of(
    context: AppContext, key: str, at: datetime, address: str | None
) -> tuple[Source, bool]:
    """The source of a key, and whether it has to be written: new, or heard from elsewhere.

    `address` is one proven to be the source's, None when there is none.
    """
    known = sources.by_key(key)
    if known is None:
        return Source(id=context.new_id(), key=key, first_at=at, address=address), True
    return known, False


def judgements(key: str) -> list[JudgedClaim]:
    """The outcome of each case and each judged report of a source, from rows and journal.

    A report that its source took back was refuted by the source itself, in good faith.
    """
    reports = sources.judged_reports(key)
    own = [
        JudgedClaim(said=report.judged, at=report.judged_at or report.at)
        for report in reports
        if report.judged
    ]
    back = _taken_back(key, {report.id for report in reports})
    own += [JudgedClaim(said=ClaimVerdict.REFUTED, at=at) for at in back.values()]
    related = sources.cases_of(key, without=[*(report.id for report in reports), *back])
    return own + _verdicts(related)


def _taken_back(key: str, judged: Collection[str]) -> dict[str, datetime]:
    """A source's reports that it took back and nobody judged, with when."""
    retractions = {
        str(logged.entry.payload.get("report")): logged.entry.at
        for logged in log.entries(types=(EntryType.CLAIM_WITHDRAWN,))
    }
    mine = sources.own(key, retractions)
    return {name: at for name, at in retractions.items() if name in mine and name not in judged}


def _verdicts(judged_cases: Sequence[Case]) -> list[JudgedClaim]:
    """The verdict of each case; decisions are loaded only where they could change it."""
    contested = cases.appeals(case.id for case in judged_cases)
    look = {case.id for case in judged_cases if case.outcome is Outcome.NO_ACTION} | set(contested)
    decisions_by_case = decisions.of_cases(look)
    return [
        verdict(case, decisions_by_case.get(case.id, ()), contested.get(case.id, ()))
        for case in judged_cases
    ]


def track_record(context: AppContext, key: str) -> TrackRecord:
    """A source's track record as of now."""
    half = timedelta(days=context.settings.sources.half_life_days)
    return track(judgements(key), context.now(), half)


def current_lane(context: AppContext, source: Source) -> Lane:
    """The lane a source is in; its record is counted only where it can matter."""
    chosen = context.settings.sources
    bar = chosen.good_precision, chosen.good_count
    lane = lane_of(source, TrackRecord(), context.now(), bar)
    if lane is not Lane.NORMAL or not source.proven:
        return lane
    if sources.closed_cases(source.key) + len(sources.judged_reports(source.key)) < bar[1]:
        return lane
    return lane_of(source, track_record(context, source.key), context.now(), bar)


def cached_lane(context: AppContext, source: Source) -> Lane:
    """As `current_lane`, cheap enough for each mail: a good record is counted anew after a while.

    A lane that a person chose, and its end, hold at once.
    """
    chosen = context.settings.sources
    lane = lane_of(source, TrackRecord(), context.now(), (chosen.good_precision, chosen.good_count))
    if lane is not Lane.NORMAL or not source.proven:
        return lane
    counted_at, known = _lately.get((context.home.path, source.key), (None, lane))
    if counted_at is None or not timedelta() <= context.now() - counted_at < LATELY:
        known = current_lane(context, source)
        if len(_lately) >= MOST_KNOWN:
            _lately.clear()
        _lately[context.home.path, source.key] = context.now(), known
    return known


def misuse_rule(context: AppContext) -> MisuseRule:
    """The provider's rule on misuse."""
    chosen = context.settings.sources
    return MisuseRule(
        count=chosen.misuse_count,
        share=chosen.misuse_share,
        period=timedelta(days=chosen.misuse_days),
        again=chosen.misuse_again,
        patience=timedelta(days=chosen.warning_days),
        longest=timedelta(days=chosen.longest_days),
    )


def misuse_count(context: AppContext, source: Source) -> UnfoundedCount:
    """How often a source was manifestly unfounded lately."""
    rules, now = misuse_rule(context), context.now()
    judged = [
        JudgedClaim(said=report.judged, at=report.judged_at or report.at)
        for report in sources.judged_reports(source.key)
        if report.judged is ClaimVerdict.UNFOUNDED
    ]
    notices = sources.reports_since(source.key, now - rules.period)
    return counted(source, judged, notices, now, rules)
