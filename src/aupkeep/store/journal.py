"""The only writer: entries, the rows they speak of and the work they leave, in one transaction.

    journal = Journal(home.checkpoints, seal)
    journal.record(entry, rows=[raw], effects=[read])

Inside the transaction the rows go first, then the log's frontier is read, `seal` turns the entries
into leaves and signs the new size, and all of it commits together or not at all. On SQLite the
transaction is IMMEDIATE; on PostgreSQL an advisory lock is taken last, so that writers wait for
each other only while their entries get their index. The checkpoint is then appended to its file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    connection,
    models,
    transaction,
)

from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import Effect, Entry
from aupkeep.model.entry_words import LOUD, told_entry
from aupkeep.model.errors import Conflict, Invalid, Unavailable
from aupkeep.store import case_sources, checkpoints, log, mailboxes, outbox, schema_stamp
from aupkeep.store.codec import dump
from aupkeep.store.confirmed_sources import recount
from aupkeep.store.erasure import Erasure, erase
from aupkeep.store.fair_queue import rows_of
from aupkeep.store.guard import writing
from aupkeep.store.mailboxes import MailboxMark
from aupkeep.store.models import (
    CaseRow,
    CheckpointRow,
    ClaimRow,
    EffectRow,
    EntryRow,
    LogRow,
    StampRow,
)
from aupkeep.store.outbox import Lease
from aupkeep.store.prepared import Prepared, PreparedRows, PreparedUpdate
from aupkeep.store.row_insert import RowInsert
from aupkeep.store.tables import FEW, TABLES, Table

CHECK_LOCK = 0x61757002  # taken first, so that what one check counts no other changes meanwhile
INDEX_LOCK = 0x61757001  # pg_advisory_xact_lock: "aup" and a number of our own
UNPLACED = -1  # of a claim, until the index of the entry that names it is known
STEP = 500  # claims of one statement
TRIES = 3
CONTRADICTED = (
    "expected what fits what is stored, found that another record stands in its place or one it "
    "names is gone; read again"
)
AGAIN = {"40001", "40P01"}  # PostgreSQL Appendix A: serialization failure, deadlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What `seal` made: a leaf for each entry, the new frontier, the signed checkpoint.

    An empty checkpoint means that a signer process signs these entries after they are committed.
    """

    leaves: Sequence[bytes]
    frontier: bytes
    origin: str
    checkpoint: str


Seal = Callable[[bytes, Sequence[Entry]], Sealed]
"""From the stored frontier (empty bytes for a new log) and the entries in order. Pure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing to record.

    `seen` are records as they were read: each must still be so, or nothing is written. `done` is
    the lease of the effect this change carries out; a stale one means another worker has it.
    `check` is called inside the transaction, one change with a check at a time over all processes;
    it raises `Conflict` when what was decided on is no longer so. `mark` says how far the mailbox
    is read that the change is from.
    """

    entries: Sequence[Entry]
    rows: Sequence[object] = ()
    effects: Sequence[Effect] = ()
    seen: Sequence[object] = ()
    done: Lease | None = None
    check: Callable[[], None] | None = None
    mark: MailboxMark | None = None


class Journal:
    """Writes to the database of this process and to the checkpoint file `file`."""

    def __init__(self, file: Path, seal: Seal) -> None:
        self.file = file
        self.seal = seal
        self._origin: str | None = None  # as the log began

    def record(
        self,
        entries: Entry | Sequence[Entry],
        rows: Iterable[object] = (),
        effects: Iterable[Effect] = (),
        *,
        seen: Iterable[object] = (),
        done: Lease | None = None,
    ) -> str:
        """Write all of it or nothing; returns the checkpoint of the log's new size, "" unsigned.

        `rows` are records of `model` (inserted, or updated by id) and `Erasure`s. Raises `Conflict`
        when a row contradicts another, a `seen` record has changed or `done` is stale, and
        `Unavailable` when the database cannot take it: then nothing was accepted.
        """
        change = change_of(entries, rows, effects, seen=seen, done=done)
        return self.commit([change])

    def commit(self, changes: Sequence[Change]) -> str:
        """Write several changes in one transaction; one that conflicts fails them all."""
        for _ in range(TRIES):
            try:
                checkpoint, size = self._transact(changes)
                break
            except IntegrityError as error:
                raise Conflict(f"{_subjects(changes)}: {CONTRADICTED}") from error
            except (DataError, OverflowError) as error:
                raise Invalid(f"expected values a column takes, found: {error}") from error
            except (DatabaseError, InterfaceError) as error:
                if getattr(error.__cause__, "sqlstate", None) not in AGAIN:
                    connection.close()
                    raise Unavailable(f"the database did not take it: {error}") from error
        else:
            raise Unavailable(f"the database did not take it in {TRIES} tries: writers collide")
        if checkpoint:
            before = size - sum(len(change.entries) for change in changes)
            checkpoints.append(self.file, checkpoint, after=before)
        return checkpoint

    def _transact(self, changes: Sequence[Change]) -> tuple[str, int]:
        with writing(), transaction.atomic(durable=True):
            for change in changes:
                _apply(change)
            entries = [entry for change in changes for entry in change.entries]
            checkpoint, size = self._append(entries)
            _place(changes, size)
            return checkpoint, size

    def _append(self, entries: Sequence[Entry]) -> tuple[str, int]:
        """Give the entries their index, seal them, store the log's new state; the latter's size."""
        _lock(INDEX_LOCK)
        known = _LOG()
        size, frontier, stamp = known[0] if known else (0, b"", None)
        schema_stamp.refuse_newer(stamp)
        sealed = self.seal(bytes(frontier), entries)
        self._same_origin(sealed.origin)
        rows = [
            _entry_row(size + place, entry, leaf)
            for place, (entry, leaf) in enumerate(zip(entries, sealed.leaves, strict=True))
        ]
        _insert(EntryRow, rows)
        size += len(entries)
        if known:
            _GROW(size, sealed.frontier)
        else:
            LogRow.objects.create(id=1, size=size, frontier=sealed.frontier)
        if sealed.checkpoint:
            _insert(CheckpointRow, [CheckpointRow(size=size, text=sealed.checkpoint)])
        return sealed.checkpoint, size

    def _same_origin(self, name: str) -> None:
        """Raise `Invalid` where this log began under another name: one log has one, for ever."""
        if self._origin is None:
            self._origin = checkpoints.origin_of(checkpoints.newest() or name)
        if name != self._origin:
            raise Invalid(
                f"provider.origin: expected {self._origin!r}, as this journal began, "
                f"found {name!r}; aupkeep settings set provider.origin {self._origin}"
            )


def change_of(
    entries: Entry | Sequence[Entry],
    rows: Iterable[object] = (),
    effects: Iterable[Effect] = (),
    *,
    seen: Iterable[object] = (),
    done: Lease | None = None,
    check: Callable[[], None] | None = None,
) -> Change:
    """A change, checked as far as no database is needed. Raises `Invalid`."""
    entries = [entries] if isinstance(entries, Entry) else list(entries)
    if not entries:
        raise Invalid("a change of state: expected at least one journal entry, found none")
    rows = list(rows)
    for row in rows:
        if type(row) not in TABLES and not isinstance(row, Erasure):
            raise Invalid(f"row: expected a record with a table, found {type(row).__name__}")
        if isinstance(row, Erasure) and not row.is_named_in(entries):
            raise Invalid(f"erasure under {row.rule}: expected an entry that names it, found none")
    return Change(
        entries=entries,
        rows=rows,
        effects=list(effects),
        seen=list(seen),
        done=done,
        check=check,
    )


def _apply(change: Change) -> None:
    """Check what must still hold, then write rows and effects. Inside the transaction."""
    if change.check is not None:
        _lock(CHECK_LOCK)
        change.check()
    for record in change.seen:
        _still(record)
    if change.done is not None:
        outbox.complete(change.done, change.entries[0].at)
    if change.mark is not None:
        mailboxes.advance(change.mark)
    for row in change.rows:
        if isinstance(row, Erasure):
            erase(row)
    _write_rows(change.rows)
    case_sources.keep(change.rows)
    recount(change.seen, change.rows)
    EffectRow.objects.bulk_create(rows_of(change.effects), ignore_conflicts=True)


def _lock(number: int) -> None:
    """Wait for other transactions with this lock; on SQLite no two write at once anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _write_rows(rows: Sequence[object]) -> None:
    """Write the records table by table, parents first; of one id the last word counts."""
    grouped: dict[type, dict[object, object]] = defaultdict(dict)
    for row in rows:
        if type(row) in TABLES:
            grouped[type(row)][TABLES[type(row)].key(row)] = row
    for record, table in TABLES.items():
        if record in grouped:
            first = {"joined": UNPLACED} if record is Claim else {}
            table.write(grouped[record].values(), **first)


def _place(changes: Sequence[Change], size: int) -> None:
    """Give each new claim the index of the entry that names it, as each change's last one does."""
    index = size - sum(len(change.entries) for change in changes) - 1
    for change in changes:
        index += len(change.entries)
        ids = [row.id for row in change.rows if isinstance(row, Claim)]
        for start in range(0, len(ids), STEP):
            fresh = ClaimRow.objects.filter(id__in=ids[start : start + STEP], joined=UNPLACED)
            fresh.update(joined=index)


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """New rows: few by a statement that is compiled once."""
    if len(rows) > FEW:
        model._default_manager.bulk_create(rows)  # noqa: SLF001 - Django's documented API
        return
    insert = _INSERTS.setdefault((connection.vendor, model), RowInsert(model, (), [], None))
    for row in rows:
        insert(row)


_INSERTS: dict[tuple[str, type[models.Model]], RowInsert] = {}
_LOG = PreparedRows(
    lambda: LogRow.objects.filter(id=1).values_list(
        "size", "frontier", models.Subquery(StampRow.objects.values("stamp")[:1])
    )
)
_GROW = PreparedUpdate(
    lambda size, frontier: (LogRow.objects.filter(id=1), {"size": size, "frontier": frontier}),
    int,
    bytes,
)
_STANDING: dict[type, Prepared[object]] = {}  # a record by its id, locked until the end


def _subjects(changes: Sequence[Change]) -> str:
    """What the changes are about, as the journal names the rows: `case, claim`."""
    records = {type(row) for change in changes for row in change.rows}
    return ", ".join(table.word.lower() for record, table in TABLES.items() if record in records)


def _still(record: object) -> None:
    """Raise `Conflict` unless the stored record is the one that was read."""
    table = TABLES[type(record)]
    if _stored(table, record) == record:
        return
    case = record.id if isinstance(record, Case) else getattr(record, "case", None)
    newest = log.newest_first(1, types=LOUD, case=case) if isinstance(case, str) else []
    if newest:
        named = getattr(record, "reference", None) or CaseRow.objects.get(id=case).reference
        raise Conflict(
            f"case {named}: somebody else was first ({told_entry(newest[0].entry)}); nothing of "
            "yours was written; look again"
        )
    name, key = table.word.lower(), "/".join(map(str, table.key(record)))
    raise Conflict(f"{name} {key}: expected it as it was read, found it changed; read again")


def _stored(table: Table, record: object) -> object:
    """What stands where this record would go, locked until the transaction ends; None: nothing."""
    if table.unique != ("id",):
        row = table.stored(record)
        return None if row is None else table.read(row)
    if type(record) not in _STANDING:
        objects = table.model._default_manager  # noqa: SLF001 - Django's documented API
        _STANDING[type(record)] = Prepared(
            type(record), lambda key: objects.select_for_update().filter(id=key), str
        )
    return _STANDING[type(record)].first(*table.key(record))


def _entry_row(index: int, entry: Entry, leaf: bytes) -> EntryRow:
    return EntryRow(
        index=index,
        entry=entry.id,
        type=entry.type.value,
        at=entry.at,
        actor=dump(entry.actor),
        salt=entry.salt,
        payload=dict(entry.payload),
        case=entry.case,
        leaf=leaf,
    )
