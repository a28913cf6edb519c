"""What the publisher's schema teaches at run time: report types and columns that are new to us.

The publisher keeps two files, and both are understood: `reports.json` (type → `fields` and
classification) and `intelmq.json` (type → `required_fields`, `optional_fields`, `constant_fields`).
A schema adds types; it never changes what our own table says about one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aupkeep.intake.formats import strict_json
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.shadowserver.columns import NAMES
from aupkeep.intake.shadowserver.types import SHAPES, ReportType, RowMeaning, meanings, own_type
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import TRANSPORTS, Role

LONGEST = 16 << 20  # characters of a schema file
MOST_TYPES = 2_000
MOST_COLUMNS = 2_000  # of one type
LONGEST_NAME = 100
CLASS, TYPE = "classification.taxonomy", "classification.type"
# The shape of a learned type: the first whose first column it has.
PREFERRED = ("event", "scan", "target", "referer", "link", "account", "name", "victim")
_learned: dict[str, ReportType] = {}
_columns: set[str] = set()
_trouble: list[str] = []


def learned() -> Mapping[str, ReportType]:
    """The types learned in this process, by name."""
    return _learned


def learned_columns() -> set[str]:
    """The columns learned in this process."""
    return _columns


def schema_error() -> str:
    """Why the schema that this process was given could not be read, "" when it could."""
    return "".join(_trouble)


def learn_from(path: str) -> None:
    """Take what the schema file at `path` teaches; one that cannot be read is told in remarks."""
    _trouble.clear()
    try:
        learn(Path(path).read_bytes().decode("utf-8"))
    except OSError as error:
        _trouble.append(f"the schema could not be opened ({error.strerror})")
    except (UnicodeDecodeError, Unreadable) as error:
        _trouble.append(f"the schema could not be read ({error})"[:300])


def learn(text: str) -> int:
    """Take what a schema file teaches, in place of what an earlier one did; how many new types.

    Raises `Unreadable` for a text that is no schema; what was learned before then stays.
    """
    types, columns = read_schema(text)
    _learned.clear()
    _learned.update(types)
    _columns.clear()
    _columns.update(columns)
    return len(types)


def forget() -> None:
    """Unlearn all."""
    _trouble.clear()
    _learned.clear()
    _columns.clear()


def read_schema(text: str) -> tuple[dict[str, ReportType], set[str]]:
    """The types that are not in our table, and every column. Raises `Unreadable`."""
    if len(text) > LONGEST:
        raise Unreadable(f"schema: expected at most {LONGEST} characters, found {len(text)}")
    schema = strict_json.load(text)
    if not isinstance(schema, dict) or not 0 < len(schema) <= MOST_TYPES:
        raise Unreadable(f"schema: expected an object of report types, found {text[:40]!r}")
    learned_types: dict[str, ReportType] = {}
    columns: set[str] = set()
    for name, entry in schema.items():
        if name.startswith("_"):
            continue
        fields = _fields(name, entry)
        columns.update(fields)
        for type_name in _names(name):
            if own_type(type_name) is None:
                learned_types[type_name] = _type(type_name, fields, entry)
    if not columns:
        raise Unreadable("schema: expected report types with their columns, found none")
    return learned_types, columns


def _names(name: str) -> Iterable[str]:
    """`event_x` of the second form stands for the types of both IP versions."""
    if name.startswith("event_"):
        return (f"event4_{name[6:]}", f"event6_{name[6:]}")
    return (name,)


def _fields(name: str, entry: object) -> list[str]:
    """The columns of one type, in either form. Raises `Unreadable`."""
    if not isinstance(entry, dict) or len(name) > LONGEST_NAME:
        raise Unreadable(f"schema: expected a report type, found {name[:60]!r}")
    if "fields" in entry:
        columns = entry["fields"]
    else:
        pairs = [*_list(entry, "required_fields"), *_list(entry, "optional_fields")]
        columns = [pair[1] if isinstance(pair, list) and len(pair) > 1 else None for pair in pairs]
    if not isinstance(columns, list) or len(columns) > MOST_COLUMNS:
        raise Unreadable(f"schema: {name}: expected a list of columns, found {str(columns)[:40]}")
    for column in columns:
        if not isinstance(column, str) or not 0 < len(column) <= LONGEST_NAME:
            raise Unreadable(f"schema: {name}: expected a column's name, found {str(column)[:40]}")
    return [column.lower() for column in columns]


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    value = entry.get(name, [])
    if not isinstance(value, list):
        raise Unreadable(f"schema: {name}: expected a list, found {str(value)[:40]}")
    return value


def _type(name: str, fields: list[str], entry: Mapping[str, Any]) -> ReportType:
    """A type by its columns, its classification and its family."""
    constant = entry.get("constant_fields", entry)
    constant = constant if isinstance(constant, dict) else {}
    shape = next(
        (candidate for candidate in PREFERRED if next(iter(SHAPES[candidate].values())) in fields),
        "scan",
    )
    rsit = f"{constant.get(CLASS)}:{constant.get(TYPE)}"
    transport = constant.get("protocol.transport")
    return ReportType(
        name=name,
        sides=((shape, _meaning(name, rsit, str(constant.get("classification.identifier", "")))),),
        marks=frozenset(fields) - NAMES,
        transport=transport if transport in TRANSPORTS else None,
    )


def _meaning(name: str, rsit: str, identifier: str) -> RowMeaning:
    """What a type means, by its RSIT value; one that may be about the attacked is about them."""
    words = f"{name} {identifier}"
    scan = name.startswith(("scan", "population"))
    if rsit.startswith("availability:") or any(word in words for word in ("victim", "target")):
        return replace(meanings()["attacked"], rsit=rsit)
    if scan and rsit == meanings()["open"].rsit:
        return meanings()["open"]
    known = next(
        (meaning for meaning in meanings().values() if meaning.rsit == rsit and not scan), None
    )
    if known:
        return known
    if "None" in rsit:
        return meanings()["seen" if scan else "unclear"]
    kind = named(rsit) or UNSPECIFIED
    role = Role.VULNERABLE if scan else role_of(kind)
    return RowMeaning(name, kind.name, role, rsit, rsit)
