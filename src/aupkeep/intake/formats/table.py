"""A table with a header row (RFC 4180, loosely) to findings; a broken row costs no other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.intake.formats.columns import (
    MALWARE,
    NAMES,
    SOURCES,
    SUBJECTS,
    columns,
    folded,
    is_source,
    stated_source,
    stated_time,
    zone_of_columns,
)
from aupkeep.intake.formats.table_rows import TableRow, fitted, rejected_row, rows, starts, top
from aupkeep.intake.formats.verdicts import SelfStatement, affirmed, refuse_denial, role_stated
from aupkeep.intake.kinds import UNSPECIFIED, named
from aupkeep.intake.mail.mail import MailPart, PartRole
from aupkeep.intake.numbers import is_counted, nothing_happened, stated_count
from aupkeep.intake.parser import ParsedItem
from aupkeep.intake.zones import StatedZone
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.origin import Origin
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Endpoint, Subject, parse_address, parse_port
from aupkeep.model.taxonomy import KINDS, Kind

MEDIA = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})
ENDS = (".csv", ".tsv")
NOTHING = frozenset({"", "-", "?", "unknown", "none", "null"})
MOST_ROWS = 100_000
LONGEST_CELL = 2_000  # characters of a URL, domain or account
NAMED, UNNAMED = 0.8, 0.4  # confidence with and without a kind the taxonomy knows
MOST_EVENTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderTable:
    """The header, understood. `title` is the file's name, a last hint at the kind."""

    delimiter: str
    width: int
    fields: dict[str, int]
    counted: dict[str, int]  # the columns that say how often it happened
    names: tuple[str, ...]  # of all columns
    sources: tuple[tuple[int, str], ...]  # those that say whose address the source's is
    zone: StatedZone | None = None  # of times that state none
    kinds: tuple[int, ...] = ()  # the columns that say what it was, the better ones first
    malware: frozenset[int] = frozenset()  # those of them that name a malware
    title: str = ""


def header(text: str, title: str = "") -> tuple[HeaderTable, TableRow]:
    """Understand the first row. Raises `Unreadable` when it names nothing a finding is about."""
    first, delimiter = top(text)
    line, cells = (first.text, first.cells) if first else ("", [])
    fields = columns(cells)
    if first is None or not any(name in fields for name in SUBJECTS):
        raise Unreadable(
            f"table: expected a header row with a column such as ip, url or domain, found"
            f" {line[:80]!r}"
        )
    names = {folded(cell): at for at, cell in reversed(list(enumerate(cells)))}
    table = HeaderTable(
        delimiter=delimiter,
        width=len(cells),
        fields=fields,
        sources=_sources(list(map(folded, cells)), fields.get("address")),
        names=tuple(cells),
        counted={name: index for index, name in enumerate(cells) if is_counted(name)},
        zone=zone_of_columns(cells),
        kinds=tuple(names[name] for name in NAMES["kind"] if name in names),
        malware=frozenset(names[name] for name in MALWARE if name in names),
        title=title,
    )
    return table, first


def _sources(names: list[str], address: int | None) -> tuple[tuple[int, str], ...]:
    """The columns that say whose address the source's is; else those named as its column is."""
    stated = tuple((at, name) for at, name in enumerate(names) if name in SOURCES)
    alike = [at for at, name in enumerate(names) if address is not None and name == names[address]]
    return stated or (tuple((at, "source") for at in alike) if len(alike) > 1 else ())


def is_table(part: MailPart) -> bool:
    """True for attached or bare data that is a table, by media type or name, with such a header."""
    if part.place is not PartRole.DATA:
        return False
    if part.media not in MEDIA and not part.name.lower().endswith(ENDS):
        return False
    try:
        header(part.text, part.name)
    except Unreadable:
        return False
    return True


def read_table(
    text: str,
    *,
    source: Origin,
    maker: str,
    part: int,
    title: str,
    zone: StatedZone | None = None,
) -> Iterator[ParsedItem]:
    """A finding for each row, a `RejectedRow` for each that cannot be read. Raises `Unreadable`.

    `zone` is that of times for which the table states none.
    """
    table, head = header(text, title)
    table = replace(table, zone=table.zone or zone)
    count = 0
    for row in rows(text, table.delimiter, table.width):
        if row.number == head.number:
            continue
        count += 1
        if count > MOST_ROWS:
            yield RejectedRow(
                row=row.number, reason=f"expected at most {MOST_ROWS} rows, found more"
            )
            return
        try:
            yield _finding(row, table, source, maker, part)
        except Invalid as error:
            yield rejected_row(row, str(error), part, title)


def _finding(row: TableRow, table: HeaderTable, source: Origin, maker: str, part: int) -> Finding:
    """Read one row. Raises `Invalid`."""
    cells = fitted(row, table.width)
    table = _by_source(cells, table)
    fields = {name: cells[index].strip() for name, index in table.fields.items()}
    subject = _subject(fields)
    said, kind = _self_statement(cells, table), _kind(cells, table)
    refuse_denial(said, kind)
    kind = kind or named(table.title)
    at, exact = stated_time(fields, table.zone) or (None, 0.0)
    return Finding(
        kind=(kind or UNSPECIFIED).name,
        rsit=(kind or UNSPECIFIED).rsit,
        role=role_stated(said, kind or UNSPECIFIED),
        subject=subject,
        at=at,
        exact=exact,
        source=source,
        confidence=_confidence(fields, kind),
        target=_target(fields),
        count=_count(fields, cells, table),
        maker=maker,
        words_alone=kind is None and not said.sourced,
        offsets=_offsets(row, table, subject, at, part),
    )


def _by_source(cells: list[str], table: HeaderTable) -> HeaderTable:
    """The table with the column of the source's address of this row. Raises `Invalid` for two."""
    if not table.sources or "address" not in table.fields:
        return table
    source = stated_source((name, cells[at].strip()) for at, name in table.sources)
    column = next((at for at, _ in table.sources if source and cells[at].strip() == source), None)
    return (
        replace(table, fields={**table.fields, "address": column}) if column is not None else table
    )


def _kind(cells: list[str], table: HeaderTable) -> Kind | None:
    """By the first word for a kind that the trade knows; a named malware is an infection."""
    said = {at: cells[at].strip() for at in table.kinds}
    stated = {at: word for at, word in said.items() if word not in NOTHING and affirmed(word)}
    infected = not table.malware.isdisjoint(stated)
    return next(filter(None, map(named, stated.values())), None) or (
        KINDS["connection/infected_host"] if infected else None
    )


def _self_statement(cells: list[str], table: HeaderTable) -> SelfStatement:
    """What the row says of itself, at the level of the column that holds its subject."""
    index = next((table.fields[name] for name in SUBJECTS if name in table.fields), 0)
    at = table.names[index]
    said = tuple(zip(table.names, cells, strict=False))
    return SelfStatement(said, at, is_source(at))


def _subject(fields: dict[str, str]) -> Subject:
    """At least one of address, url, domain and account. Raises `Invalid`."""
    address = parse_address(fields["address"]) if fields.get("address") else None
    port = parse_port(fields["port"], "port") if address and fields.get("port") else None
    url, domain, account = (
        fields.get(name, "")[:LONGEST_CELL] or None for name in ("url", "domain", "account")
    )
    if address is None and url is None and domain is None and account is None:
        raise Invalid("row: expected an address, url, domain or account, found none")
    return Subject(address=address, port=port or None, url=url, domain=domain, account=account)


def _confidence(fields: dict[str, str], kind: Kind | None) -> float:
    """As stated, from 0 to 1 or as a percentage; else by whether the kind is known."""
    text = fields.get("confidence", "").rstrip("% ")
    try:
        value = float(text) if text else -1.0
    except ValueError:
        value = -1.0
    if 1 < value <= 100:  # noqa: PLR2004 - per cent
        value /= 100
    return value if 0 <= value <= 1 else NAMED if kind else UNNAMED


def _count(fields: dict[str, str], cells: list[str], table: HeaderTable) -> int:
    """How often it happened; 0 where all columns of the row that say so do."""
    if nothing_happened((name, cells[index]) for name, index in table.counted.items()):
        return 0
    return max(1, stated_count(fields.get("count", ""), MOST_EVENTS))


def _target(fields: dict[str, str]) -> Endpoint | None:
    """The attacked side; what is not readable there does not cost the row."""
    try:
        address = parse_address(fields["target"]) if fields.get("target") else None
        port = parse_port(fields["target_port"]) if fields.get("target_port") else None
    except Invalid:
        return None
    protocol = fields.get("protocol", "").lower()
    if address is None and port is None:
        return None
    protocol_known = protocol if protocol in {"tcp", "udp"} else None
    return Endpoint(address=address, port=port, protocol=protocol_known)


def _offsets(
    row: TableRow, table: HeaderTable, subject: Subject, at: datetime | None, part: int
) -> dict[str, Offset]:
    """Where each cell stands in the text."""
    offsets: dict[str, Offset] = {}
    begins = starts(row, table.delimiter)
    for name in (*SUBJECTS, "port", "at"):
        index = table.fields.get(name)
        if index is None or (at if name == "at" else getattr(subject, name)) is None:
            continue
        value = row.cells[index].strip()
        where = row.text.find(value, begins[index])
        if where >= 0:
            offsets[name] = Offset(part, row.start + where, row.start + where + len(value))
    return offsets
