"""Which report a table is: by its file's name, else by its columns and the tag of its first row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aupkeep.intake.shadowserver.columns import NAMES
from aupkeep.intake.shadowserver.schema import learned, learned_columns, schema_error
from aupkeep.intake.shadowserver.types import (
    CLOCK,
    SHAPES,
    ReportType,
    meanings,
    own_type,
    retired,
    types,
)

# `2026-03-01-scan_adb-asn-delayed.csv`, the publisher's way to name a report's file.
FILE = re.compile(r"(?:^|[/\\! ])\d{4}-\d{2}-\d{2}-([a-z0-9_]{3,60})(?:-[^/\\]*)?\.(?:csv|json)$")
FAMILIES = ("scan_", "scan6_", "event_", "event4_", "event6_", "population_", "population6_",
            "compromised_", "sandbox_", "honeypot_", "device_id")  # fmt: skip
NUMBERS = ("asn", "src_asn", "http_referer_asn")
PLACES = ("geo", "src_geo", "http_referer_geo", "region")
ADDRESSLESS = ("account", "name", "victim")  # shapes
MARK, TAGGED = 2, 4  # what a mark and a word of a tag weigh
MOST_TOLD = 5  # columns or types that one remark names
# A new type's name, by its beginning or a word in it → what its rows probably mean. Those that
# could be about the attacked are about the attacked: nobody may be accused by a guess.
GUESSES = (
    (r"ddos|victim|target", "attacked"),
    (r"sinkhole_dns", "resolver"),
    (r"sinkhole", "infected"),
    (r"brute", "login"),
    (r"honeypot\w*_scan", "scanner"),
    (r"^compromised_(?!account)", "hacked"),
    (r"^sandbox_", "contacted"),
    (r"^scan6?_\w*_vulnerable", "flaw"),
    (r"^scan6?_", "open"),
    (r"^(population|device)", "seen"),
)
UNKNOWN_SCAN, UNKNOWN_EVENT = "seen", "unclear"


@dataclass(frozen=True, slots=True)
class TypeMatch:
    """The type of a table, and what was odd about it."""

    type: ReportType
    remarks: tuple[str, ...] = ()


def match_type(title: str, header: Sequence[str], first: Mapping[str, str]) -> TypeMatch | None:
    """The report that a table is, None for one that is none.

    `header` are the folded names of its columns, `first` is its first row by these names.
    """
    columns = frozenset(header)
    if CLOCK not in columns or not columns & SUBJECTS:
        return None
    type_match = _by_name(title, columns) or _by_columns(columns, first)
    if type_match is None:
        return None
    remarks = (*type_match.remarks, *_strangers(header))
    if remarks and schema_error():
        remarks = (*remarks, f"Shadowserver: {schema_error()}")
    return replace(type_match, remarks=remarks)


SUBJECTS = frozenset(
    column
    for shape in SHAPES.values()
    for field, column in shape.items()
    if not field.endswith("port") and field != "target"
)


def _by_name(title: str, columns: frozenset[str]) -> TypeMatch | None:
    """By the publisher's file name, or by a name that holds a type's."""
    strict = FILE.search(title.lower())
    name = strict[1] if strict else ""
    kind = own_type(name) or learned().get(name)
    if kind and kind.needs & columns:
        return TypeMatch(kind)
    if kind is None and name in retired():
        return _retired(name, columns)
    if kind is None and strict and (name.startswith(FAMILIES) or _alike(columns)):
        return _guess(name, columns, f"report type {name} is not known")
    if not _alike(columns):
        return None
    words = f"_{re.sub(r'[^a-z0-9]+', '_', title.lower())}_"
    named = [kind for kind in _all() if f"_{kind.name}_" in words and kind.needs & columns]
    return TypeMatch(max(named, key=lambda kind: len(kind.name))) if named else None


def _retired(name: str, columns: frozenset[str]) -> TypeMatch | None:
    """A report that is no longer made; its rows stand where those of today do."""
    shapes = ("event", "scan", "link")
    shape = next(
        (name_of_shape for name_of_shape in shapes if _fits(SHAPES[name_of_shape], columns)), None
    )
    return TypeMatch(ReportType(name=name, sides=((shape, retired()[name]),))) if shape else None


def _by_columns(columns: frozenset[str], first: Mapping[str, str]) -> TypeMatch | None:
    """The nearest type of the table, or a guess where several are as near and mean other things."""
    if not _alike(columns):
        return _without(columns)
    tags = _tags(first)
    fits = [
        (MARK * len(kind.marks) + _tagged(kind, tags), kind)
        for kind in _all()
        if kind.needs & columns and kind.marks <= columns and not kind.without & columns
    ]
    most = max((score for score, _ in fits), default=0)
    nearest = [kind for score, kind in fits if score == most > 0]
    if not nearest:
        return _guess("", columns, "this report's type is not known")
    first_one = nearest[0]
    if all(kind.sides == first_one.sides for kind in nearest):
        return TypeMatch(first_one)
    names = ", ".join([kind.name for kind in nearest if "6" not in kind.name][:MOST_TOLD])
    wide = max(nearest, key=lambda candidate: len(candidate.sides))
    if len(wide.sides) > 1:  # it names all the parties that the others name
        return TypeMatch(wide, (f"Shadowserver: read as {wide.name}, could be one of {names}",))
    return _guess("", columns, f"this report's type could be one of {names}")


def _all() -> Iterable[ReportType]:
    return (*types().values(), *learned().values())


def _alike(columns: frozenset[str]) -> bool:
    """True for the columns of a report about addresses: their network and their place are told."""
    return not columns.isdisjoint(NUMBERS) and not columns.isdisjoint(PLACES)


def _without(columns: frozenset[str]) -> TypeMatch | None:
    """A report about accounts or names, which have no network: all its columns must be known."""
    if not columns <= NAMES | learned_columns():
        return None
    for kind in types().values():
        if kind.sides[0][0] in ADDRESSLESS and kind.marks <= columns and kind.needs & columns:
            return TypeMatch(kind)
    return None


def _tags(first: Mapping[str, str]) -> dict[str, int]:
    """The tags of a row with what each weighs: whole twice what its words weigh."""
    text = ",".join(first.get(name, "") for name in ("tag", "public_source"))
    whole = {re.sub(r"[^a-z0-9]+", "_", tag.strip().lower()) for tag in re.split("[,;|]", text)}
    words = {word: TAGGED for tag in whole for word in tag.split("_") if word}
    return words | {tag: 2 * TAGGED for tag in whole if tag}


def _tagged(kind: ReportType, tags: Mapping[str, int]) -> int:
    """What the tags say for a type; a little against one whose hints are not among them."""
    hint = max((tags.get(word, 0) for word in kind.hints), default=0)
    return tags.get(kind.stem, 0) + (hint if hint or not kind.hints else -1)


def _guess(name: str, columns: frozenset[str], why: str) -> TypeMatch | None:
    """A type that nobody told us of, read by its shape and by what its name suggests."""
    shape = next((shape for shape, fields in SHAPES.items() if _fits(fields, columns)), None)
    if shape is None:
        return None
    meant = next((meaning for pattern, meaning in GUESSES if re.search(pattern, name)), None)
    if meant is None:
        meant = UNKNOWN_SCAN if shape in {"scan", "site", "link"} else UNKNOWN_EVENT
    guessed = ReportType(name=name or "unknown", sides=((shape, meanings()[meant]),), known=False)
    return TypeMatch(guessed, (f"Shadowserver: {why}; read as: {meanings()[meant].words}",))


def _fits(fields: Mapping[str, str], columns: frozenset[str]) -> bool:
    return next(iter(fields.values())) in columns


def _strangers(header: Sequence[str]) -> Sequence[str]:
    """A remark on columns that nobody told us of."""
    strange = [name for name in header if name not in NAMES and name not in learned_columns()]
    if not strange:
        return ()
    more = f" and {len(strange) - MOST_TOLD} more" if len(strange) > MOST_TOLD else ""
    names = ", ".join(name[:40] or "without a name" for name in strange[:MOST_TOLD])
    return (f"Shadowserver: new columns, kept as details: {names}{more}",)
