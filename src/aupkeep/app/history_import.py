"""History of another system: kept, read and attributed, as closed cases that start nothing.

Each mail or line is one transaction: its bytes, report, claims and the closed cases they stand in.
No clock runs, nobody is told, no rule looks, no sender counts as proven or known by it, and no
strike is written. The same bytes are taken once; an import that was cut goes on where it was.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from aupkeep.app.access.authority import require
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.reading.attribute import attributing
from aupkeep.app.reading.claims import claims_of
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.app.receiving.receive import RawEnvelope, raw_of, received_entry
from aupkeep.casework.history import join_history
from aupkeep.casework.incidents import CaseFile
from aupkeep.intake import history
from aupkeep.intake.future_events import without_future
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.actor import Actor
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.moments import parse_moment
from aupkeep.model.raw import Channel, Raw, media_named
from aupkeep.model.report import Reading, ReadingOutcome, Report
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, inventory, raws
from aupkeep.store.patience import LONG, patience

MAIL = "message/rfc822"
MOST_NAMED = 100  # things that could not be taken in, named in the answer; all are counted
MOST_BYTES = 50 << 20  # of one mail
EVERY = 100  # things between two words about how far it is


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryThing:
    """One mail or line: where it stands, its bytes, when it came; a line brings its reading."""

    name: str
    data: bytes
    media: str
    at: datetime
    key: str | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class RefusedThing:
    """What was not taken in, and why."""

    name: str
    reason: str


@dataclass(slots=True, kw_only=True)
class HistoryImport:
    """What became of it: things seen; `new` of them taken in, `repeated` were here before.

    `cases` are new closed cases. Of those taken in, `unread` claim nothing that can be read, and
    `unheld` nothing that a known customer held then. `refused` names those that stay outside.
    """

    seen: int = 0
    new: int = 0
    repeated: int = 0
    cases: int = 0
    unread: int = 0
    unheld: int = 0
    rejected: int = 0
    refused: list[RefusedThing] = field(default_factory=list)

    def refuse(self, name: str, reason: str) -> None:
        """Count one that stays outside."""
        self.rejected += 1
        if len(self.refused) < MOST_NAMED:
            self.refused.append(RefusedThing(name, reason))


Progress = Callable[[HistoryImport], None]


@patience(LONG)
def import_history(
    context: AppContext, form: str, paths: Iterable[Path], *, by: Actor, progress: Progress
) -> HistoryImport:
    """Take in mboxes, Maildirs or files of lines; `form` is `mbox`, `maildir` or `jsonl`.

    Raises `Invalid` for a folder that is no Maildir and where nobody is known to have held
    anything, `Forbidden`, and `OSError` for a file that cannot be opened; what was taken in before
    stays.
    """
    require(by, StaffAct.SETTINGS)
    if next(inventory.all_assignments(), None) is None:
        raise Invalid(
            "history: expected customers and assignments first, since each address is asked for "
            "once who held it then; found none: aupkeep inventory import FILE.csv"
        )
    done = HistoryImport()
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as pool:
        for thing in chain.from_iterable(_things(context, form, path, done) for path in paths):
            _take(context, thing, pool, done, by)
            if done.seen % EVERY == 0:
                progress(done)
    progress(done)
    return done


def _things(
    context: AppContext, form: str, path: Path, done: HistoryImport
) -> Iterator[HistoryThing]:
    """What stands in one path, in its order; what cannot be is refused and counted."""
    for name, data in _pieces(form, path):
        done.seen += 1
        if len(data) > MOST_BYTES:
            done.refuse(name, f"expected at most {MOST_BYTES} bytes, found {len(data)}")
            continue
        try:
            thing = _line(context, name, data) if form == "jsonl" else _mail(context, name, data)
        except Invalid as error:
            done.refuse(name, str(error))
        else:
            yield thing


def _pieces(form: str, path: Path) -> Iterator[tuple[str, bytes]]:
    if form == "maildir":
        for mail in history.maildir_files(path):
            yield str(mail), mail.read_bytes()
        return
    with path.open("rb") as file:
        pieces = history.mbox_mails(file) if form == "mbox" else (line.strip() for line in file)
        for number, data in enumerate(pieces, 1):
            if data:
                yield f"{path}!{number}", data


def _mail(context: AppContext, name: str, data: bytes) -> HistoryThing:
    at = history.received_at(data, context.now())
    return HistoryThing(name=name, data=data, media=media_named(MAIL, name), at=at)


def _line(context: AppContext, name: str, data: bytes) -> HistoryThing:
    fields = history.line_of(data, context.now())
    return HistoryThing(
        name=name,
        data=history.canonical(fields),
        media=history.MEDIA_TYPE,
        at=parse_moment(fields["received"]),
        key=f"history:{hashlib.sha256(fields['id'].encode()).hexdigest()}",
        reading=history.reading_of_line(fields),
    )


def _take(
    context: AppContext, thing: HistoryThing, pool: SandboxPool, done: HistoryImport, by: Actor
) -> None:
    """Take in one, or find it known. A ticket that came with other words before is refused."""
    envelope = RawEnvelope(
        channel=Channel.IMPORT, media_type=thing.media, key=thing.key, received_at=thing.at
    )
    raw = raw_of(context, thing.data, envelope)
    try:
        if raws.known(raw.digest, thing.key) is not None:
            done.repeated += 1
            return
    except Conflict:
        done.refuse(thing.name, "this id came before with other fields, which stay")
        return
    readings = [thing.reading] if thing.reading else _read(pool, thing)
    raws.keep(thing.data)
    try:
        _write(context, raw, readings, done, by)
    except Conflict:  # two imports at once: the other one took it
        if raws.by_digest(raw.digest) is None:
            raise
        done.repeated += 1


def _read(pool: SandboxPool, thing: HistoryThing) -> list[Reading]:
    return [reading for _, reading in pool.read(thing.data, thing.name, "mail")]


def _write(
    context: AppContext, raw: Raw, readings: list[Reading], done: HistoryImport, by: Actor
) -> None:
    """Write the raw, its reports, claims and closed cases, in one transaction."""
    changes = ChangeSet(rows=[raw], entries=[received_entry(context, raw)])
    attribute = attributing(context, raw, ())
    claims: list[Claim] = []
    for given in readings:
        reading = without_future(given, raw.received_at)
        report_id = context.new_id()
        own, _ = claims_of(reading, report_id, attribute, ())
        claims += own
        report = Report(
            id=report_id,
            raw=raw.id,
            at=raw.received_at,
            reading=replace(reading, dead=()),
            inbox_reason=None,
            done_at=raw.received_at,
        )
        payload = {
            "report": report.id,
            "raw": raw.id,
            "outcome": reading.outcome.value,
            "container": reading.container,
            "findings": len(reading.findings),
            "claims": len(own),
            "dead": len(reading.dead),
            "history": True,
        }
        changes.rows += [report, *own]
        changes.entries.append(entry(context, EntryType.REPORT_READ, by, payload))
    opened = _join(context, raw, claims, changes, by)
    record_changes(context, changes)
    done.new += 1
    done.cases += opened
    findings = any(reading.findings for reading in readings)
    done.unread += all(reading.outcome is ReadingOutcome.INBOX for reading in readings)
    done.unheld += findings and not claims


def _join(context: AppContext, raw: Raw, claims: list[Claim], changes: ChangeSet, by: Actor) -> int:
    """Add the closed cases of the claims; how many of them are new."""
    keys = {(claim.held.customer, claim.held.resource, claim.finding.kind) for claim in claims}
    known = {case.id: case for key in keys for case in cases.imported(*key)}
    joined = join_history(
        claims,
        [
            CaseFile(
                case=case,
                incidents=tuple(cases.incidents(case.id)),
                claims=tuple(cases.claims(case.id)),
            )
            for case in known.values()
        ],
        at=raw.received_at,
        new_id=context.new_id,
        new_reference=context.new_reference,
    )
    for result in joined:
        case = result.case_file.case
        changes.rows += [case, *result.incidents, *result.added]
        changes.seen += [known[case.id]] if case.id in known else []
        kind = EntryType.CASE_OPENED if result.opened else EntryType.CASE_CHANGED
        payload = {
            "case": case.id,
            "reference": case.reference,
            "kind": case.kind,
            "clause": case.clause,
            "level": case.level.name,
            "events": case.events,
            "claims": [claim.id for claim in result.added],
            "outcome": "imported",
        }
        changes.entries.append(entry(context, kind, by, payload, case=case.id))
    return sum(result.opened for result in joined)
