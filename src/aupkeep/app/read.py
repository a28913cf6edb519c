"""Reading a received raw: its report, who held each address then, the cases it joins."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aupkeep.app.desk import Desk
from aupkeep.app.findings import MEDIA_TYPE, read_findings
from aupkeep.app.inventory import holder
from aupkeep.app.journal import entry, record
from aupkeep.app.names import resolve_names
from aupkeep.app.receipts import receipt_for
from aupkeep.casework.incidents import Folder, Joined, Rules, join
from aupkeep.intake.authenticate import authenticate
from aupkeep.intake.boundary import Boundary
from aupkeep.intake.lookup import Lookup
from aupkeep.intake.reading import inbox, with_authentication, with_source
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.finding import Finding
from aupkeep.model.holding import Disputed, Held, NotOurs
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Outcome, Reading, Report
from aupkeep.store import cases, raws, reports
from aupkeep.store.outbox import Lease

Reader = Callable[[bytes, str, str], list[tuple[str, Reading]]]


@dataclass(slots=True)
class Gathered:
    """What one raw leads to, collected before anything is written."""

    rows: list[object] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def read_raw(
    desk: Desk, raw_id: str, reader: Reader, lookup: Lookup | None, *, done: Lease | None = None
) -> list[Report]:
    """Read a raw once: reports, claims, cases and what is to be done next, in one transaction.

    Asked again for the same raw it answers what was read before. Raises `Missing` for an unknown
    raw and `Broken` when its bytes are no longer those received.
    """
    raw = raws.get(raw_id)
    if raw is None:
        raise Missing(f"raw: expected a received one, found {raw_id!r}")
    before = reports.by_raw(raw.id)
    if before:
        return before
    data = raws.read(raw.digest)
    gathered = Gathered()
    names = resolve_names(lookup, raw.received_at)
    for reading in _readings(desk, raw, data, reader, lookup):
        gathered.rows += names(reading.findings)
        _take(desk, raw, reading, gathered)
    joined = _join(desk, gathered.claims)
    _note_cases(desk, joined, gathered)
    record(desk, gathered.entries, rows=gathered.rows, effects=gathered.effects, done=done)
    return [row for row in gathered.rows if isinstance(row, Report)]


def _readings(
    desk: Desk, raw: Raw, data: bytes, reader: Reader, lookup: Lookup | None
) -> list[Reading]:
    """The raw as read, with who provably says it."""
    if raw.media_type == MEDIA_TYPE:
        try:
            return [read_findings(data, raw.token or "")]
        except Invalid as error:
            return [inbox(str(error))]
    form = "xarf" if "json" in raw.media_type else "auto"
    found = [reading for _, reading in reader(data, raw.id, form)]
    if raw.channel is Channel.API:
        return [with_source(reading, f"api:{raw.token}") for reading in found]
    mail = desk.settings.mail
    proven = authenticate(
        data,
        peer=raw.peer,
        helo=raw.helo,
        sender=raw.sender,
        boundary=Boundary(relays=mail.trusted_relays, names=mail.authserv_ids),
        lookup=lookup,
    )
    return [with_authentication(reading, proven) for reading in found]


def _take(desk: Desk, raw: Raw, reading: Reading, gathered: Gathered) -> None:
    """One reading: its report, its claims, its receipt, and why it stands in the inbox."""
    report_id = desk.new_id()
    claims: list[Claim] = []
    trouble: list[str] = []
    for finding in reading.findings:
        found = _attribute(desk, raw, report_id, finding)
        if isinstance(found, Claim):
            claims.append(found)
        else:
            trouble.append(found)
    report = Report(
        id=report_id,
        raw=raw.id,
        at=raw.received_at,
        reading=reading,
        inbox_reason=_inbox_reason(reading, claims, trouble),
    )
    gathered.rows += [report, *claims]
    gathered.claims += claims
    told = {
        "report": report.id,
        "raw": raw.id,
        "outcome": reading.outcome.value,
        "container": reading.container,
        "findings": len(reading.findings),
        "claims": len(claims),
        "dead": len(reading.dead),
        "inbox": report.inbox_reason,
        "identity": reading.authentication.identity,
    }
    gathered.entries.append(entry(desk, EntryType.REPORT_READ, SYSTEM, told))
    receipt = receipt_for(desk, raw, report)
    gathered.rows += receipt.rows
    gathered.entries += receipt.entries
    gathered.effects += receipt.effects


def _attribute(desk: Desk, raw: Raw, report: str, finding: Finding) -> Claim | str:
    """The claim a finding becomes, or why nobody can be named."""
    at = finding.at or raw.received_at
    exact = finding.exact if finding.at else max(finding.exact, 86_400.0)  # stated no time: a day
    found = holder(desk, finding.subject, at, exact=exact, seen_at=raw.received_at)
    if isinstance(found, Held):
        return Claim(id=desk.new_id(), report=report, finding=finding, held=found, at=at)
    if isinstance(found, NotOurs):
        return "not ours"
    if isinstance(found, Disputed):
        return f"disputed between {len(found.candidates)} holders"
    return "nobody on record held it then"


def _inbox_reason(reading: Reading, claims: Sequence[Claim], trouble: Sequence[str]) -> str | None:
    """Why a person must look at a report, None when nobody must."""
    if reading.outcome is Outcome.INBOX:
        return reading.reason or "it could not be read"
    if reading.outcome is Outcome.REPLY and not claims:
        return "a reply: read it and say what it changes"
    if reading.dead:
        return f"{len(reading.dead)} rows could not be read: {reading.dead[0].reason}"
    return _doubt(reading, claims, trouble) if reading.outcome is Outcome.PARSED else None


def _doubt(reading: Reading, claims: Sequence[Claim], trouble: Sequence[str]) -> str | None:
    """Why a readable report names nobody, or not everybody."""
    doubts = [one for one in trouble if one != "not ours"]
    if doubts:
        return (
            f"{len(doubts)} of {len(reading.findings)} findings have no certain holder: {doubts[0]}"
        )
    if not claims:
        return f"none of {len(trouble)} findings is about an address of ours"
    return None


def _join(desk: Desk, claims: Sequence[Claim]) -> tuple[Joined, ...]:
    """The cases these claims change."""
    if not claims:
        return ()
    keys = {(one.held.customer, one.held.resource, one.finding.kind) for one in claims}
    known = {case.id: case for key in keys if (case := cases.last_for(*key)) is not None}
    return join(
        claims,
        [_folder(case) for case in known.values()],
        now=desk.now(),
        new_id=desk.new_id,
        new_reference=desk.new_reference,
        rules=Rules(window=timedelta(hours=desk.settings.deciding.window_hours)),
    )


def _folder(case: Case) -> Folder:
    incidents = cases.incidents(case.id)
    return Folder(case=case, incidents=tuple(incidents), claims=tuple(cases.claims(case.id)))


def _note_cases(desk: Desk, joined: Sequence[Joined], gathered: Gathered) -> None:
    """Write each changed case down and leave the effect that considers it."""
    for one in joined:
        case = one.folder.case
        gathered.rows += [case, *one.incidents, *_placed(one)]
        kind = EntryType.CASE_OPENED if one.opened else EntryType.CASE_CHANGED
        told = {
            "case": case.id,
            "reference": case.reference,
            "kind": case.kind,
            "clause": case.clause,
            "level": case.level.name,
            "events": case.events,
            "claims": [claim.id for claim in one.added],
        }
        gathered.entries.append(entry(desk, kind, SYSTEM, told, case=case.id))
        gathered.effects.append(consider_effect(desk, case.id))


def _placed(one: Joined) -> list[Claim]:
    """The new claims, each with the incident it fell into."""
    spans = sorted(one.folder.incidents, key=lambda incident: incident.first_at)
    placed = []
    for claim in one.added:
        inside = [span.id for span in spans if span.first_at <= claim.at <= span.last_at]
        placed.append(dataclasses.replace(claim, incident=inside[0] if inside else None))
    return placed


def consider_effect(desk: Desk, case: str, at: datetime | None = None) -> Effect:
    """The work to put a case before the policy."""
    now = desk.now()
    return Effect(
        id=desk.new_id(),
        kind="consider",
        key=f"consider:{case}:{desk.new_id()}",
        payload={"case": case},
        due_at=at or now,
    )


def inbox_done(desk: Desk, report_id: str, person: str, reason: str) -> None:
    """Take a report out of the inbox, with a reason. Raises `Missing`."""
    from aupkeep.model.actor import Actor, ActorKind

    report = reports.get(report_id)
    if report is None or report.inbox_reason is None:
        raise Missing(f"inbox: expected a waiting report, found {report_id!r}")
    actor = Actor(kind=ActorKind.PERSON, id=person)
    told = {"report": report.id, "reason": reason}
    changed = dataclasses.replace(report, done_at=desk.now())
    record(desk, entry(desk, EntryType.INBOX_DONE, actor, told), rows=[changed], seen=[report])
