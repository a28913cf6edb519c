"""Reading a received raw: its report, the holder of each address, the cases it joins."""

import dataclasses
import hashlib
from dataclasses import dataclass, field

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.notifying.receipts import receipt_for
from aupkeep.app.reading.asked import asks, inquiry_of
from aupkeep.app.reading.attribute import Attribute, attributing, inbox_reason
from aupkeep.app.reading.caps import capped, is_strange, too_large
from aupkeep.app.reading.case_mail import read_case_mail
from aupkeep.app.reading.claims import authenticated_sender, claim_source, claims_of
from aupkeep.app.reading.join import consider_effect, join_cases
from aupkeep.app.reading.name_lookup import resolve_names
from aupkeep.app.reading.own_letters import own_claims_apart
from aupkeep.app.reading.retractions import taken_back_before
from aupkeep.app.reading.submitted_notice import Reader, filing_changes, read_submitted
from aupkeep.app.reading.ticket_mail import read_ticket_mail
from aupkeep.app.receiving.fair_queue import NO_FLOW, QueuePlace
from aupkeep.app.receiving.notice_bytes import MEDIA_TYPE as FILED
from aupkeep.app.telemetry.findings.posted import MEDIA_TYPE, read_findings
from aupkeep.app.telemetry.findings.read_hits import read_hits
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.auth.smime import unwrap
from aupkeep.intake.forwarding.ticket_system import as_originator, originator_of, unproven
from aupkeep.intake.future_events import without_future
from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.readings import inbox, with_authentication, with_site, with_source
from aupkeep.intake.sandbox.feed_raw import read_feed_raw
from aupkeep.intake.sandbox.pool import OVERRAN
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.ids import uuid7
from aupkeep.model.moments import show_minute
from aupkeep.model.name import NameRecord
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Authentication, Reading, Report
from aupkeep.model.roles import StaffAct
from aupkeep.model.source import Source
from aupkeep.store import outbox, raws, reports, sources
from aupkeep.store.outbox import Lease

__all__ = ["consider_effect", "give_up_reading", "inbox_done", "read_raw"]
TRIES = 5  # when others change the same case meanwhile


@dataclass(slots=True)
class RawChanges(ChangeSet):
    """What one raw leads to."""

    claims: list[Claim] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)  # first heard in this raw
    place: QueuePlace = NO_FLOW  # of the effects that consider its cases


def read_raw(
    context: AppContext,
    raw_id: str,
    reader: Reader,
    lookup: Lookup | None,
    *,
    brief: Reader | None = None,
    done: Lease | None = None,
) -> list[Report]:
    """Read a raw once: reports, claims, cases and the next effects, in one transaction.

    `brief` is a reader with less time, for senders who are not proven.

    Asked again for the same raw, also by two workers at once, it answers what was read before.
    Raises `Missing` for an unknown raw, `Broken` when its bytes are no longer those received and
    `Conflict` when others kept changing the cases it joins: nothing was written, try again.
    """
    raw = raws.get(raw_id)
    if raw is None:
        raise Missing(f"raw: expected a received one, found {raw_id!r}")
    before = _before(context, raw, done)
    if before:
        return before
    data = raws.read(raw.digest)
    changes = RawChanges()
    readings = readings_of(context, raw, data, reader, lookup, brief=brief)
    names = _names(raw, readings, lookup, changes)
    attribute = attributing(context, raw, names)
    for reading in readings or [inbox("expected something to read, found nothing in it")]:
        _take(context, raw, reading, attribute, changes)
    changes.entries[0] = dataclasses.replace(changes.entries[0], id=once_id(raw))
    return _write(context, raw, changes, done)


def once_id(raw: Raw) -> str:
    """The id of the entry that says a raw was read: the journal takes each id once.

    It is made from the raw's own random id, so a leaf's header still says nothing of anybody.
    """
    return uuid7(raw.received_at, hashlib.sha256(f"read:{raw.id}".encode()).digest())


def _before(context: AppContext, raw: Raw, done: Lease | None) -> list[Report]:
    """The reports read of this raw before; the effect is then done."""
    known = reports.by_raw(raw.id)
    if known and done is not None:
        outbox.done(done, context.now())
    return known


def _write(context: AppContext, raw: Raw, read: RawChanges, done: Lease | None) -> list[Report]:
    """Join the claims to cases and write all; of two readers at once the second finds it read."""
    for left in reversed(range(TRIES)):
        changes = ChangeSet()
        changes.add(read)
        known = sources.by_keys(source.key for source in read.sources)
        changes.rows += [source for source in read.sources if source.key not in known]
        changes.add(join_cases(context, read.claims, read.place))
        try:
            record_changes(context, changes, done=done)
        except Conflict:
            before = _before(context, raw, done)
            if before:
                return before
            if not left or read.seen:
                raise
            continue
        break
    return [row for row in read.rows if isinstance(row, Report)]


def _names(
    raw: Raw, readings: list[Reading], lookup: Lookup | None, changes: RawChanges
) -> list[NameRecord]:
    """Look each name up once: its meaning at receipt counts later."""
    resolve = resolve_names(lookup, raw.received_at)
    records = [record for reading in readings for record in resolve(reading.findings)]
    changes.rows += records
    return records


def readings_of(
    context: AppContext, raw: Raw, data: bytes, reader: Reader, lookup: Lookup | None,
    *, brief: Reader | None = None, whole: bool = False,
) -> list[Reading]:  # fmt: skip
    """The readings of a raw, with the proven sender; `whole` reads beyond the caps of strangers."""
    own = _own(context, raw, data)
    if own is not None:
        readings = [own]
    elif raw.media_type == FILED:
        readings = [read_submitted(raw, data, reader)]
    elif raw.channel is Channel.FEED:
        readings = [read_feed_raw(data)]
    elif raw.channel is Channel.API:
        origin = Origin(OriginChannel.API, str(raw.token))
        readings = [with_source(reading, origin) for reading in _read(raw, data, reader)]
    else:
        readings = _mails(context, raw, data, (reader, brief or reader), lookup, whole=whole)
    return [without_future(with_site(reading, raw.site), raw.received_at) for reading in readings]


def _read(raw: Raw, data: bytes, reader: Reader) -> list[Reading]:
    form = "xarf" if "json" in raw.kind else "auto"
    return [reading for _, reading in reader(data, raw.name or raw.id, form)]


def _mails(
    context: AppContext, raw: Raw, data: bytes, readers: tuple[Reader, Reader],
    lookup: Lookup | None, *, whole: bool,
) -> list[Reading]:  # fmt: skip
    """The readings of a mail; of a stranger's so much as is read at once."""
    proven = authenticated_sender(context, raw, data, lookup)
    inside, desk = unwrap(data), context.settings.mail.sender
    if whole or not is_strange(raw, proven):
        readings = _read(raw, inside, readers[0])
    elif (large := too_large(raw)) is not None:
        return [large]
    else:
        readings = capped(_read(raw, inside, readers[1]), stopped=OVERRAN.partition("{")[0])
    return [_said_by(reading, proven, inside, desk) for reading in readings]


def _said_by(reading: Reading, proven: Authentication, data: bytes, desk: str) -> Reading:
    """The reading with its proven sender; what comes from our own address is its originator's."""
    if (reading.reporter or "").lower() != desk.lower():
        return with_authentication(reading, proven)
    passed = originator_of(reading, read_mail(data), desk)
    reading = as_originator(reading, *passed) if passed else reading
    return with_authentication(reading, unproven(proven))


def _own(context: AppContext, raw: Raw, data: bytes) -> Reading | None:
    """The reading of our own telemetry's findings; None for a raw of others."""
    try:
        if raw.channel is Channel.DETECTOR:
            return read_hits(data, stated_sites(context))
        return read_findings(data, raw.token or "") if raw.media_type == MEDIA_TYPE else None
    except Invalid as error:
        return inbox(str(error))


def _take(
    context: AppContext, raw: Raw, reading: Reading, attribute: Attribute, changes: RawChanges
) -> None:
    """Add the report of one reading, its claims, its receipt, and the reason for the inbox."""
    report_id = context.new_id()
    source = claim_source(context, raw, reading, changes.sources)
    claims, trouble = claims_of(reading, report_id, attribute, source.marks)
    claims, own = own_claims_apart(context, reading, claims)
    ticket = read_ticket_mail(context, report_id, reading)
    gone = None if ticket else taken_back_before(context, reading, source.key)
    if source.held or gone or ticket is not None:
        claims = []
    letter = ticket or read_case_mail(context, report_id, reading)
    asked = letter is None and not source.held and asks(reading)
    waits = gone or source.held or inbox_reason(reading, claims, trouble, own)
    report = Report(
        id=report_id,
        raw=raw.id,
        at=raw.received_at,
        reading=reading,
        inbox_reason=letter.reason if letter else waits,
        source=source.key,
    )
    if source.row is not None:
        changes.sources.append(source.row)
    changes.place = source.place
    changes.rows += [report, *claims]
    changes.claims += claims
    payload = {
        "report": report.id,
        "raw": raw.id,
        "outcome": reading.outcome.value,
        "container": reading.container,
        "findings": len(reading.findings),
        "claims": len(claims),
        "dead": len(reading.dead),
        "inbox": report.inbox_reason,
        "identity": reading.authentication.identity,
        "source": source.key,
        "lane": source.lane.value,
    }
    changes.entries.append(entry(context, EntryType.REPORT_READ, SYSTEM, payload))
    receipt = None if source.held else receipt_for(context, raw, report)
    inquiry = inquiry_of(context, report) if asked else None
    for more in (letter, receipt, inquiry, filing_changes(raw, report)):
        if more is not None:
            changes.add(more)


def stated_sites(context: AppContext) -> dict[str, str]:
    """The sites that the operator gave exporters, by the exporter's address."""
    exporters = context.settings.flows.exporters
    return {str(item.address): item.site for item in exporters if item.site_stated}


def give_up_reading(context: AppContext, raw_id: str, why: str, done: Lease) -> None:
    """Give up reading a raw: it stands in the inbox with the reason (invariant 12).

    Raises `Missing` for an unknown raw.
    """
    raw = raws.get(raw_id)
    if raw is None:
        raise Missing(f"raw: expected a received one, found {raw_id!r}")
    reading = inbox(f"reading it failed again and again: {why}"[:400])
    report = Report(
        id=context.new_id(),
        raw=raw.id,
        at=raw.received_at,
        reading=reading,
        inbox_reason=reading.reason,
    )
    payload = {"report": report.id, "raw": raw.id, "inbox": report.inbox_reason}
    new_entry = dataclasses.replace(
        entry(context, EntryType.REPORT_READ, SYSTEM, payload), id=once_id(raw)
    )
    record(context, new_entry, rows=[report], done=done)


def inbox_done(context: AppContext, report_id: str, person: str, reason: str) -> None:
    """Take a report out of the inbox, with a reason.

    Raises `Forbidden`, `Missing`, and `Conflict` the second time.
    """
    actor = authorised(person, StaffAct.DECIDE)
    report = reports.get(report_id)
    if report is None or report.inbox_reason is None:
        raise Missing(f"inbox: expected a waiting report, found {report_id!r}")
    if report.done_at is not None:
        raise Conflict(
            "inbox: expected a report that waits, found it taken out at "
            + show_minute(report.done_at)
        )
    payload = {"report": report.id, "reason": reason}
    changed = dataclasses.replace(report, done_at=context.now())
    record(
        context, entry(context, EntryType.INBOX_DONE, actor, payload), rows=[changed], seen=[report]
    )
