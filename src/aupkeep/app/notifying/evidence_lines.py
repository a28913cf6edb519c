"""Evidence for two readers: the source's own lines for the desk, typed values for the accused.

The accused's lines come from `notify.own_values`. Redaction (`evidence.redact`) serves what people
of the desk write in their own words and the accused reads, their reasons: nothing else.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from aupkeep.casework.reach import ON_PORTS, WIDE
from aupkeep.evidence.foreign_words import hide_foreign
from aupkeep.evidence.redact import redact
from aupkeep.evidence.spelled import hide_spelled, plain
from aupkeep.model.case import Claim
from aupkeep.model.decision import Scope
from aupkeep.model.moments import parse_moment
from aupkeep.model.report import Report
from aupkeep.notify import phrases
from aupkeep.notify.own_values import event_lines, own_subject, own_url
from aupkeep.notify.phrases import Language
from aupkeep.store import customers, reports, sources

RELATED = 25  # further reports of a source or a customer that reasons are compared with
RELATED_SOURCES = 10
AROUND = 400  # characters of a source shown around a value when it has no line breaks near


def is_own_measurement(claim: Claim) -> bool:
    """Whether a claim is by our own telemetry."""
    return claim.finding.source.own


def ended_at(claim: Claim) -> datetime:
    """When the event of a claim ended, by its detector; else the moment of the claim."""
    text = claim.finding.details.get("until", "") if is_own_measurement(claim) else ""
    return parse_moment(text, "until") if text else claim.at


def shown_lines(
    claims: Iterable[Claim],
    language: Language = "en",
    read: Mapping[str, Report] | None = None,
    *,
    secrets: tuple[str, ...] | None = None,
) -> list[str]:
    """What the accused reads of claims, by time, each line once.

    `read` are the reports behind them, by id, `secrets` what leads to their reporters, where they
    are loaded already.
    """
    ordered = sorted(claims, key=lambda claim: (claim.at, claim.id))
    secrets = secrets_of_claims(ordered, read) if secrets is None else secrets
    lines = {
        line: None
        for claim in ordered
        for line in event_lines(claim.finding, claim.at, language, secrets)
    }
    return list(lines)


def shown_subject(claims: Sequence[Claim], secrets: tuple[str, ...] | None = None) -> str:
    """Whom claims are about, as the accused reads it: the newest; "" without one of theirs.

    `secrets` are what leads to their reporters, where that is loaded already.
    """
    newest = max(claims, key=lambda claim: (claim.at, claim.id), default=None)
    if newest is None:
        return ""
    secrets = secrets_of_claims(claims) if secrets is None else secrets
    subject, finding = own_subject(newest.finding, secrets), newest.finding
    outgoing = finding.target is not None and finding.target.port is not None
    if finding.subject.port and subject == str(finding.subject.address) and not outgoing:
        return str(dataclasses.replace(finding.subject, url=None, domain=None, account=None))
    return subject


def shown_scope(scope: Scope, claims: Sequence[Claim], language: Language) -> Scope:
    """What a measure touches, as the accused reads it.

    The one peer it keeps them from is a victim and stays unnamed. A note of ours is in the
    reader's language, a person's is shown like their reasons.
    """
    shown = {claim.finding.subject.address for claim in claims}
    note = shown_reasons(scope.note, claims) if scope.note else None
    note = phrases.whole_address(language) if scope.note == WIDE else note
    note = phrases.own_ports(language) if scope.note == ON_PORTS else note
    if scope.address is not None and shown and scope.address not in shown:
        note = phrases.resource_moved(
            shown_subject(claims), scope.resource, str(scope.address), language
        )
    url = own_url(scope.url, secrets_of_claims(claims)) if scope.url else None
    account = shown_reasons(scope.account, claims) if scope.account else None
    return dataclasses.replace(scope, destination=None, url=url, account=account, note=note)


def shown_reasons(reasons: str, claims: Sequence[Claim]) -> str:
    """What a person of the desk wrote, without what leads to a reporter or a victim.

    What only the reports hold (a user, a host, a name, a ticket) is hidden, and whatever leads to a
    reporter or is anybody's address. The reports are those of the case, those about the same
    customer, and what the same sources reported lately: a desk that writes reasons has read them.
    """
    if not reasons.strip():
        return reasons
    own = {claim.finding.subject.address for claim in claims} - {None}
    secrets = secrets_of_claims(claims)
    spelled = hide_spelled(plain(reasons), secrets)
    foreign = hide_foreign(
        spelled, sent=_sent(claims), own=_own_words(claims), ordinary=ordinary_words()
    )
    return redact(foreign, secrets=secrets, keep=[a for a in own if a])


def _sent(claims: Sequence[Claim]) -> Iterator[str]:
    """All that reports in reach say, in text and headers, and what was read of victims."""
    for report in _reports_around(claims).values():
        reading = report.reading
        yield from (*reading.parts, *reading.headers.values(), *reading.reporter_words)
        yield from (x for finding in reading.findings for x in finding.details.values())


def _reports_around(claims: Sequence[Claim]) -> dict[str, Report]:
    """The reports behind claims, and the newest of the same customers and of the same sources."""
    known = sorted({claim.report for claim in claims if claim.report is not None})
    own = reports.by_ids(known) if known else {}
    keys = sorted({report.source for report in own.values() if report.source})[:RELATED_SOURCES]
    related = [report for key in keys for report in sources.reports_of(key, RELATED)]
    for customer in sorted({claim.held.customer for claim in claims}):
        related += reports.of_customer(customer, RELATED)
    return {report.id: report for report in related} | own


def _own_words(claims: Sequence[Claim]) -> Iterator[str]:
    """What the accused reads anyway, and knows of themselves."""
    yield from shown_lines(claims)
    for holder in {claim.held.customer: claim.held for claim in claims}.values():
        customer = customers.get(holder.customer)
        yield from (holder.customer, holder.resource, customer.name if customer else "")


@cache
def ordinary_words() -> frozenset[str]:
    """Words of plain English and Norwegian as people of a desk write them."""
    return frozenset((files("aupkeep.evidence") / "ordinary_words.txt").read_text().split())


def secrets_of_claims(
    claims: Iterable[Claim], read: Mapping[str, Report] | None = None
) -> tuple[str, ...]:
    """What leads to any of the reporters behind claims: one may name another.

    Of their reports, by id, `read` are loaded already.
    """
    known = {claim.report for claim in claims if claim.report is not None}
    loaded = [report for name, report in (read or {}).items() if name in known]
    words = {word for report in loaded for word in report.reading.reporter_words}
    missing = known - {report.id for report in loaded}
    return tuple(sorted(words | reports.reporter_words(missing) if missing else words))


def source_line(report: Report, claim: Claim) -> str:
    """The line of the source that holds the claim's values, "" when it has no offsets."""
    span = line_span(report.reading.parts, claim)
    if span is None:
        return ""
    part, start, end = span
    return report.reading.parts[part][start:end].strip()


def line_span(parts: Sequence[str], claim: Claim) -> tuple[int, int, int] | None:
    """Part, start and end of the line around the claim's first value, None without offsets."""
    offsets = claim.finding.offsets
    place = offsets.get("address") or next(iter(offsets.values()), None)
    if place is None or not 0 <= place.part < len(parts):
        return None
    text = parts[place.part]
    start = max(text.rfind("\n", 0, place.start) + 1, place.start - AROUND)
    end = text.find("\n", place.end)
    return place.part, start, min(len(text) if end < 0 else end, place.end + AROUND)
