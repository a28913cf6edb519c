"""Reading the journal: a case's entries for people, all leaves for `aupkeep verify`."""

from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Unreadable
from aupkeep.store.models import EntryRow, LogRow
from aupkeep.store.prepared import PreparedRows

STEP = 2000  # rows fetched at a time
NOBODY = {"kind": "system", "id": "erased", "name": ""}  # who acted, once erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An entry with its index; of an erased one only id, type and time are left, and the rule."""

    index: int
    entry: Entry
    erased: str | None = None


class Leaf(NamedTuple):
    """An entry as it is proven: `salt` and `payload` None once erased."""

    number: int
    leaf: bytes
    salt: bytes | None
    payload: Mapping[str, object] | None
    erased: bool


class Columns(NamedTuple):
    """What queries read beside the leaf: it must say what the leaf and the payload say."""

    id: str
    type: str
    at: datetime | None  # None for text that is no time
    actor: object
    case: str | None


def entries(
    case: str | None = None,
    start: int = 0,
    limit: int | None = None,
    *,
    types: tuple[EntryType, ...] = (),
) -> list[Logged]:
    """Entries from index `start` on, in order: all, or those of a case, or of some types."""
    if case is not None and not start and limit is None:
        return [_logged(_EntryColumns(*row)) for row in _of_case(types)(case)]
    rows = EntryRow.objects.filter(index__gte=start).order_by("index")
    if case is not None:
        rows = rows.filter(case=case)
    if types:
        rows = rows.filter(type__in=[kind.value for kind in types])
    return [_logged(row) for row in rows[:limit]]


def of_cases(cases: Collection[str], types: tuple[EntryType, ...]) -> list[Logged]:
    """The entries of these cases of these types, in order."""
    rows = EntryRow.objects.filter(case__in=list(cases), type__in=[kind.value for kind in types])
    return [_logged(row) for row in rows.order_by("index")]


@dataclass(frozen=True, slots=True)
class _EntryColumns:
    """What of an entry's row makes it."""

    index: int
    entry: str
    type: str
    at: datetime
    actor: Any
    salt: bytes | None
    payload: Any
    case: str | None
    erased: str | None


@cache
def _of_case(types: tuple[EntryType, ...]) -> PreparedRows:
    """The entries of a case of these types, of all for none: asked of each case that is decided."""
    kinds = {"type__in": [kind.value for kind in types]} if types else {}
    return PreparedRows(
        lambda case: (
            EntryRow.objects.filter(case=case, **kinds)
            .order_by("index")
            .values_list(*(field.name for field in fields(_EntryColumns)))
        ),
        str,
    )


def newest_first(
    limit: int,
    before: int | None = None,
    *,
    types: tuple[EntryType, ...] = (),
    case: str | None = None,
) -> list[Logged]:
    """A page of entries, the newest first; `before` is the index of the last one seen."""
    rows = EntryRow.objects.order_by("-index")
    if before is not None:
        rows = rows.filter(index__lt=before)
    if types:
        rows = rows.filter(type__in=[kind.value for kind in types])
    if case is not None:
        rows = rows.filter(case=case)
    return [_logged(row) for row in rows[:limit]]


def leaf_of(index: int) -> Leaf | None:
    """The leaf of one index, None where there is none."""
    row = EntryRow.objects.filter(index=index).first()
    if row is None:
        return None
    salt = None if row.salt is None else bytes(row.salt)
    return Leaf(row.index, bytes(row.leaf), salt, row.payload, row.erased is not None)


def since(
    kind: EntryType, start: datetime, limit: int
) -> list[tuple[str | None, datetime, Mapping[str, object]]]:
    """Case, time and payload of the newest entries of a type since a moment."""
    rows = EntryRow.objects.filter(type=kind.value, at__gte=start).order_by("-at")
    newest = rows.values_list("case", "at", "payload")[:limit]
    return [(case, at, payload or {}) for case, at, payload in newest]


def times(kinds: tuple[EntryType, ...], start: datetime, limit: int) -> list[tuple[str, datetime]]:
    """Case and time of the newest entries of each of some types since a moment."""
    moments: list[tuple[str, datetime]] = []
    for kind in kinds:
        rows = EntryRow.objects.filter(type=kind.value, at__gte=start, case__isnull=False)
        moments += [
            (str(case), at) for case, at in rows.order_by("-at").values_list("case", "at")[:limit]
        ]
    return moments


def of_types(types: tuple[EntryType, ...]) -> Generator[Logged, None, None]:
    """Every entry of some types, in order, as a stream."""
    rows = EntryRow.objects.filter(type__in=[kind.value for kind in types]).order_by("index")
    for row in rows.iterator(chunk_size=50):  # an erasure names thousands
        yield _logged(row)


def leaves(start: int = 0) -> Generator[Leaf, None, None]:
    """Every leaf from an index on, in order, as a stream; close it when you stop before its end.

    Raises `Unreadable` at a broken one.
    """
    with closing(with_columns(start)) as both:
        for leaf, _ in both:
            yield leaf


def with_columns(start: int = 0) -> Generator[tuple[Leaf, Columns], None, None]:
    """As `leaves`, each beside its columns."""
    rows = EntryRow.objects.filter(index__gte=start).order_by("index")
    try:
        for row in rows.iterator(chunk_size=STEP):
            salt = None if row.salt is None else bytes(row.salt)
            leaf = Leaf(row.index, bytes(row.leaf), salt, row.payload, row.erased is not None)
            yield leaf, Columns(row.entry, row.type, row.at, row.actor, row.case)
    except (ValueError, TypeError) as error:
        raise Unreadable(f"journal: expected an entry as it was written, found {error}") from error


def leaf_bytes(start: int, end: int) -> Generator[bytes, None, None]:
    """The leaves alone from one index to before another, in order, as a stream."""
    rows = EntryRow.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for leaf in rows.values_list("leaf", flat=True).iterator(chunk_size=STEP):
        yield bytes(leaf)


def half_erased() -> int | None:
    """The first erased entry whose columns still name somebody or a case, None where none does."""
    rows = EntryRow.objects.filter(erased__isnull=False).order_by("index")
    columns = rows.values_list("index", "actor", "case").iterator(chunk_size=STEP)
    return next((i for i, actor, case in columns if actor != NOBODY or case is not None), None)


def under_other_rules(ids: Iterable[str], rule: str) -> list[int]:
    """The indexes of those of these entries that are marked as erased by another rule."""
    rows = EntryRow.objects.filter(entry__in=list(ids)).exclude(erased=rule)
    return list(rows.filter(erased__isnull=False).order_by("index").values_list("index", flat=True))


def numbers_of(ids: Iterable[str]) -> set[int]:
    """The indexes of entries by their ids; those that do not exist have none."""
    return set(EntryRow.objects.filter(entry__in=list(ids)).values_list("index", flat=True))


def size() -> int:
    """How many entries the log says it has."""
    return LogRow.objects.filter(id=1).values_list("size", flat=True).first() or 0


def stored() -> int:
    """How many entries there are, whatever they and the log say."""
    return EntryRow.objects.count()


def erased() -> int:
    """How many entries are marked as erased."""
    return EntryRow.objects.filter(erased__isnull=False).count()


def states() -> int:
    """How many rows say how far the log is: one, or none before the first entry."""
    return LogRow.objects.count()


def frontier() -> bytes:
    """The frontier of the log's tree, empty bytes for a new log."""
    return state()[1]


def state() -> tuple[int, bytes]:
    """Size and frontier of one moment."""
    row = LogRow.objects.filter(id=1).values_list("size", "frontier").first()  # as the writer asks
    size, frontier = row or (0, b"")
    return size, bytes(frontier)


def count(case: str, *, without: tuple[EntryType, ...] = ()) -> int:
    """How many entries a case has, those of some types left out."""
    rows = EntryRow.objects.filter(case=case)
    return rows.exclude(type__in=[kind.value for kind in without]).count()


def payloads(
    cases: Iterable[str], kinds: Iterable[EntryType]
) -> list[tuple[str, EntryType, dict[str, object]]]:
    """What the entries of these cases of some types say, in order: case, type, payload."""
    types = [kind.value for kind in kinds]
    rows = EntryRow.objects.filter(case__in=list(cases), type__in=types, payload__isnull=False)
    said = rows.order_by("index").values_list("case", "type", "payload")
    return [(str(case), EntryType(kind), dict(payload or {})) for case, kind, payload in said]


def between(kind: EntryType, start: datetime, end: datetime) -> list[Logged]:
    """Entries of one type from a moment to another, both included, by time."""
    rows = EntryRow.objects.filter(type=kind.value, at__gte=start, at__lte=end)
    return [_logged(row) for row in rows.order_by("at", "index")]


def last(kind: EntryType) -> datetime | None:
    """When something of this type last happened."""
    rows = EntryRow.objects.filter(type=kind.value).order_by("-at")
    return rows.values_list("at", flat=True).first()


def newest(kind: EntryType) -> Logged | None:
    """The newest entry of a type, None before the first."""
    row = EntryRow.objects.filter(type=kind.value).order_by("-at", "-index").first()
    return None if row is None else _logged(row)


def _logged(row: EntryRow | _EntryColumns) -> Logged:
    actor = row.actor
    entry = Entry(
        id=row.entry,
        type=EntryType(row.type),
        at=row.at,
        actor=Actor(
            kind=ActorKind(actor["kind"]),
            id=actor["id"],
            name=actor["name"],
            behind=tuple(actor.get("behind", ())),
        ),
        salt=bytes(row.salt or b""),
        payload=row.payload or {},
        case=row.case,
    )
    return Logged(index=row.index, entry=entry, erased=row.erased)
