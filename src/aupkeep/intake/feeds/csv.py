"""CSV over HTTPS as national CERTs and vendors publish it, with columns the operator declares.

    [feeds.national-cert]
    reads = "csv"
    url = "https://cert.example/feed.csv?key={key}"
    kind = "connection/infected_host"      # where no column says it
    columns = { address = "IP", at = "Last seen", kind = "Type" }
    kinds = { drone = "connection/infected_host" }

A column is named by its header, or by its number from 1 where there is no header. Columns that are
not declared are found by the names that feeds usually give them. Times are UTC where no zone is
said.
"""

from collections.abc import Iterator, Mapping

from aupkeep.intake.feed import DAY, LIKELY, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.columns import NAMES, columns, folded
from aupkeep.intake.formats.list_rows import cells, lines
from aupkeep.intake.kinds import named
from aupkeep.intake.numbers import stated_count
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import TRANSPORTS, Role
from aupkeep.model.report import RejectedRow
from aupkeep.model.taxonomy import KINDS

SUBJECTS = ("address", "url", "domain")
DELIMITERS = ",;\t|"
MOST_EVENTS = 1_000_000


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each row as an item. Raises `Unreadable` when no column says whom it is about."""
    rows = lines(copy.text, ("#",))
    delimiter = options["delimiter"]
    fields: dict[str, int] = {}
    if not options["header"]:
        fields = _declared([], options["columns"])
    for number, line in rows:
        delimiter = delimiter or max(DELIMITERS, key=line.count)
        row = cells(line, delimiter)
        if not fields:
            fields = _declared(row, options["columns"])
            continue
        yield _item(number, line, row, fields, options)


def _declared(header: list[str], declared: Mapping[str, str]) -> dict[str, int]:
    """Field to column. Raises `Unreadable` that names what was looked for."""
    fields = columns(header) if header else {}
    places = {folded(name): index for index, name in enumerate(header)}
    for field, name in declared.items():
        if field not in NAMES:
            raise Unreadable(f"columns: expected one of {', '.join(NAMES)}, found {field[:40]!r}")
        if name.isdigit() and 0 < int(name) < 1000:  # noqa: PLR2004 - columns
            fields[field] = int(name) - 1
        elif folded(name) in places:
            fields[field] = places[folded(name)]
        else:
            raise Unreadable(f"columns: expected a column {name[:40]!r}, found {str(header)[:200]}")
    if not any(field in fields for field in SUBJECTS):
        raise Unreadable(f"columns: expected an address, url or domain, found {str(header)[:200]}")
    return fields


def _item(
    number: int, line: str, row: list[str], fields: Mapping[str, int], options: Options
) -> ParsedRow:
    last = max(fields.values())
    if len(row) <= last:
        return RejectedRow(
            row=number, reason=f"expected {last + 1} cells or more, found {len(row)}"
        )
    said = {name: row[index] for name, index in fields.items()}
    where = next((said[name] for name in ("url", "domain", "address") if said.get(name)), "")
    word = said.get("kind", "")
    kind = _kind(word, options)
    at = " ".join(filter(None, (said.get("day"), said.get("at"))))
    transport = said.get("protocol", "").lower()
    return ListedItem(
        row=number,
        where=where,
        kind=kind,
        text=line,
        at=at,
        role=Role(options["role"]) if options["role"] in set(Role) else None,
        address=said.get("address", ""),
        port=said.get("port", ""),
        transport=transport if transport in TRANSPORTS else None,
        target_port=said.get("target_port", ""),
        events=stated_count(said.get("count", ""), MOST_EVENTS),
        confidence=options["confidence"],
        details={"type": word},
    )


def _kind(word: str, options: Options) -> str:
    """By the operator's table, by the words of the trade, by the option; never guessed beyond."""
    declared = options["kinds"].get(word) or options["kinds"].get(word.lower())
    if declared in KINDS:
        return str(declared)
    known = named(word)
    if known is not None:
        return known.name
    return options["kind"] if options["kind"] in KINDS else "law/unspecified"


FEED = Feed(
    name="csv",
    version=1,
    title="CSV feed",
    origin="csv",
    terms="as its publisher says; set the option url, and origin to who observed it",
    parse=parse,
    urls=("{url}",),
    options={
        "url": "",
        "kind": "",
        "kinds": {},
        "columns": {},
        "delimiter": "",
        "header": True,
        "role": "",
        "confidence": LIKELY,
    },
    needs=("url",),
    again=DAY,
)
