"""The rows of a report to findings: one for each party a row names; a broken row costs no other."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_network

from aupkeep.intake.formats.table_rows import TableRow, fitted, rejected_row, starts
from aupkeep.intake.parser import ParsedItem, Remark
from aupkeep.intake.shadowserver.layout import PartyColumns, ReportLayout, lay_out
from aupkeep.intake.shadowserver.open_report import OpenedReport
from aupkeep.intake.times import SECOND, any_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, TRANSPORTS, Finding, Offset
from aupkeep.model.origin import Origin
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address, Endpoint, Subject, parse_address, parse_port

MOST_ROWS = 100_000
LONGEST_TEXT = 2_000  # characters of a URL, domain or account
LONGEST_DOMAIN = 253  # RFC 1035 section 2.3.4
STATED = len("2026-03-01 12:00:00")  # a time to the second


def read_report(
    opened: OpenedReport, *, source: Origin, maker: str, part: int
) -> Iterator[ParsedItem]:
    """Remarks on the header, then findings and a `RejectedRow` for each row that cannot be read."""
    yield from map(Remark, opened.match.remarks)
    for _, said in read_rows(opened, source=source, maker=maker, part=part):
        yield from said


def read_rows(
    opened: OpenedReport, *, source: Origin, maker: str, part: int
) -> Iterator[tuple[TableRow, Sequence[Finding | RejectedRow]]]:
    """Each row with its findings, or with why it cannot be read."""
    layout = lay_out(opened.match.type, opened.header, opened.delimiter)
    for count, row in enumerate(opened.rows(), 1):
        if count > MOST_ROWS:
            reason = f"expected at most {MOST_ROWS} rows, found more"
            yield row, [RejectedRow(row=row.number, reason=reason)]
            return
        try:
            yield row, _findings(row, layout, source, maker, part)
        except Invalid as error:
            yield row, [rejected_row(row, str(error), part, opened.name)]


def _findings(
    row: TableRow, layout: ReportLayout, source: Origin, maker: str, part: int
) -> list[Finding]:
    """What one row claims. Raises `Invalid`."""
    cells = fitted(row, layout.width)
    at, exact = _moment(cells[layout.at].strip())
    details = _details(cells, layout)
    said = cells[layout.protocol].strip().lower() if layout.protocol >= 0 else ""
    transport = layout.type.transport or (said if said in TRANSPORTS else None)
    if said and said not in TRANSPORTS:
        details["protocol"] = said[:LONGEST_DETAIL]
    changed = next((what for i, pattern, what in layout.rules if pattern.search(cells[i])), None)
    findings = []
    for side in layout.sides:
        subject = _subject(cells, side)
        meaning = changed or side.meaning
        findings.append(
            Finding(
                kind=meaning.kind,
                rsit=meaning.rsit,
                role=meaning.role,
                subject=subject,
                at=at,
                exact=exact,
                source=source,
                confidence=layout.type.confidence,
                target=_target(cells, side, transport) if side.target >= 0 else None,
                maker=maker,
                offsets=_offsets(row, layout, side, subject, part),
                transport=transport,
                details=details,
            )
        )
    return findings


@lru_cache(maxsize=4096)  # one report names the same second many times
def _moment(text: str) -> tuple[datetime, float]:
    """The row's time: UTC without a zone, as the publisher states it. Raises `Invalid`."""
    if len(text) == STATED:
        try:
            return datetime.fromisoformat(text).replace(tzinfo=UTC), SECOND
        except ValueError:
            pass
    moment = any_time(text, zone=UTC)
    if moment is None:
        raise Invalid(f"time: expected a date with a time, found {text[:60]!r}")
    return moment


def _subject(cells: list[str], side: PartyColumns) -> Subject:
    """At least one of address, url, domain and account. Raises `Invalid`."""
    text = cells[side.address].strip() if side.address >= 0 else ""
    address = _address(text) if text else None
    port = cells[side.port].strip() if address and side.port >= 0 else ""
    number = parse_port(port, "port") if port else 0
    if side.url < 0 and side.domain < 0 and side.account < 0:
        if address is None:
            raise Invalid("row: expected an address, found none")
        return Subject(address=address, port=number or None)
    url = _cell(cells, side.url)
    domain = _cell(cells, side.domain)
    if "://" in domain:
        url, domain = url or domain, domain.partition("://")[2].partition("/")[0]
    subject = Subject(
        address=address,
        port=number or None,
        url=url if "://" in url else None,
        domain=_domain(domain),
        account=_cell(cells, side.account) or _cell(cells, side.mail) or None,
    )
    if subject == Subject():
        raise Invalid("row: expected an address, url, domain or account, found none")
    return subject


def _address(text: str) -> Address:
    """One address, also written as the prefix that holds it alone. Raises `Invalid`."""
    if "/" not in text:
        return parse_address(text)
    try:
        network = ip_network(text)
    except ValueError as error:
        raise Invalid(f"address: expected an address, found {text[:60]!r}") from error
    if network.num_addresses > 1:
        raise Invalid(f"address: expected one address, found the prefix {network}")
    return parse_address(str(network.network_address))


def _cell(cells: list[str], index: int) -> str:
    return cells[index].strip()[:LONGEST_TEXT] if index >= 0 else ""


def _domain(text: str) -> str | None:
    """A name, without a port; None for what is none, such as an address."""
    name = text.partition(":")[0].rstrip(".").lower()
    last = name.rpartition(".")[2]
    if "." not in name or len(name) > LONGEST_DOMAIN or last.isdigit() or not name.isprintable():
        return None
    return None if any(mark in name for mark in " /@") else name


def _details(cells: list[str], layout: ReportLayout) -> dict[str, str]:
    """The report's type and what the row says besides, as far as a finding keeps it."""
    details = {"report": layout.type.name[:LONGEST_DETAIL]} | {
        name: value[:LONGEST_DETAIL]
        for index, name in layout.details
        if (value := cells[index].strip())
    }
    if len(details) < MOST_DETAILS:
        return details
    return dict(list(details.items())[: MOST_DETAILS - 1])


def _target(cells: list[str], side: PartyColumns, transport: str | None) -> Endpoint | None:
    """The other side; what is not readable there does not cost the row."""
    text = cells[side.target].strip()
    port = cells[side.target_port].strip() if side.target_port >= 0 else ""
    if not text and not port:
        return None
    try:
        return Endpoint(
            address=parse_address(text) if text else None,
            port=(parse_port(port) or None) if port else None,
            protocol=transport if transport != "icmp" else None,
        )
    except Invalid:
        return None


def _offsets(
    row: TableRow, layout: ReportLayout, side: PartyColumns, subject: Subject, part: int
) -> dict[str, Offset]:
    """Where each value that became a field stands in the text."""
    wanted = _places(layout, side, subject)
    begins = starts(row, layout.delimiter, max(index for _, index in wanted) + 1)
    offsets: dict[str, Offset] = {}
    for name, index in wanted:
        value = row.cells[index].strip()
        where = row.text.find(value, begins[index])
        if where >= 0 and value:
            offsets[name] = Offset(part, row.start + where, row.start + where + len(value))
    return offsets


def _places(layout: ReportLayout, side: PartyColumns, subject: Subject) -> list[tuple[str, int]]:
    places = [("at", layout.at)]
    if subject.address:
        places.append(("address", side.address))
    if subject.port:
        places.append(("port", side.port))
    if subject.url and side.url >= 0:
        places.append(("url", side.url))
    if subject.account:
        places.append(("account", side.account if side.account >= 0 else side.mail))
    return places
