"""X-ARF 0.1 and 0.2: a mail whose part `report.txt` holds YAML lines of name and value.

A plain mail has one report. A secure one is signed, which changes nothing here, or encrypted, which
a person must open. A bulk mail has many: several documents, a list of sources, several parts, or a
table whose columns are named like the fields.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.formats.yaml_lines import Document, documents
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.mail.header_fields import HeaderField
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.numbers import port_or_none, stated_count
from aupkeep.intake.parser import ParsedItem, Parser, Remark
from aupkeep.intake.times import written_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import LONGEST_DETAIL, Finding, Offset
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address, Endpoint, Subject, parse_address, parse_subject
from aupkeep.model.taxonomy import KINDS, Kind

MARKS = tuple(
    re.compile(rf"^(?:- )?[\"']?{name}[\"']?[ \t]*:", re.IGNORECASE | re.MULTILINE)
    for name in ("Reported-From", "Category", "Source")
)
CATEGORIES = {"auth": "connection/login_attack", "fraud": "content/phishing"}
PIECE = re.compile(r"[^\s,;]{1,80}")
LOOKED_AT = 20_000  # characters in which the marks must stand
LONGEST_PART = 1 << 20  # characters of a report part that are read
KNOWN, VAGUE = 0.85, 0.5  # confidence with and without a kind the taxonomy knows
LONGEST = 2_000  # characters of a URL
MOST_ROWS = 50_000  # claims of one mail
MOST_SEEN = 500  # addresses of a letter
TABLES = frozenset({"text/csv", "text/comma-separated-values", "application/csv"})
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
SEEN_AT = re.compile(
    r"(?:https?://[^\s<>\[\]()]{1,2000}\s{1,4}[\[(]|\bIP(?:[- ]?(?:address|adresse?))?[: ]{1,3})"
    r"([0-9A-Fa-f][0-9A-Fa-f.:]{1,43}[0-9A-Fa-f])(?![0-9A-Za-z:])"
)  # a URL with the address in brackets, or "IP address 192.0.2.1"
TOLD = ("report-id", "report-type", "service", "domain", "download-link", "tlp", "user-agent",
        "version", "category", "destination-system")  # fmt: skip


def recognises(mail: Mail) -> bool:
    """A part with the names that both versions require, or the header of 0.2 and nothing else."""
    if mail.feedback:
        return False
    return any(_is_report(part) for part in mail.parts) or _sealed(mail)


def _is_report(part: MailPart) -> bool:
    text = part.text[:LOOKED_AT]
    own = part.place in {PartRole.PROSE, PartRole.DATA}
    likely = "eported-" in text or "EPORTED-" in text  # most mails are told apart by this alone
    return own and likely and all(mark.search(text) for mark in MARKS)


def _sealed(mail: Mail) -> bool:
    """An encrypted mail whose header says that it is X-ARF."""
    secure = mail.header("x-xarf").strip().upper() == "SECURE"
    return secure and any(attachment.media in SEALED for attachment in mail.attachments)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each source of each report."""
    reports = [(index, part) for index, part in enumerate(mail.parts) if _is_report(part)]
    if not reports:
        yield RejectedRow(row=1, reason="X-ARF: expected a readable report, found an encrypted one")
    row = 0
    for index, part in reports:
        relevant = [
            document for document in documents(part.text[:LONGEST_PART]) if _relevant(document)
        ]
        for document in relevant[:MOST_ROWS]:
            for source in _sources(document["source"]):
                row += 1
                yield from _item({**_firsts(document), "source": source}, mail, index, row)
        if relevant and len(reports) == 1:
            yield from _table(_firsts(relevant[0]), mail, row)


def _relevant(document: Document) -> bool:
    return bool(document.get("source") and ("category" in document or "report-type" in document))


def _sources(fields: Iterable[HeaderField]) -> Iterator[HeaderField]:
    """Each source; a line of nothing but addresses is several."""
    for field in fields:
        pieces = list(islice(PIECE.finditer(field.value), MOST_SEEN))
        if len(pieces) < 2 or not all(_is_address(piece[0]) for piece in pieces):  # noqa: PLR2004 - more than one
            yield field
            continue
        for piece in pieces:
            start = field.start + piece.start()
            yield HeaderField(piece[0], start, start + len(piece[0]))


def _is_address(text: str) -> bool:
    try:
        parse_subject(text)
    except Invalid:
        return False
    return True


def _firsts(document: Document) -> dict[str, HeaderField]:
    return {name.strip("\"'"): values[0] for name, values in document.items() if values}


def _item(
    fields: Mapping[str, HeaderField], mail: Mail, part: int, row: int
) -> Iterator[ParsedItem]:
    try:
        yield from _finding(fields, mail, part)
    except Invalid as error:
        yield RejectedRow(row=row, reason=f"X-ARF: {error}")


def _table(base: Mapping[str, HeaderField], mail: Mail, row: int) -> Iterator[ParsedItem]:
    """The rows of a bulk mail's table; what a row leaves out is as the report says.

    The values of a row have no offsets: they may stand in either part.
    """
    base = {name: HeaderField(field.value, 0, 0) for name, field in base.items()}
    for index, part in enumerate(mail.parts):
        if mail.header("x-xarf").strip().upper() != "BULK" or part.place is not PartRole.DATA:
            continue
        if part.media not in TABLES and not part.name.lower().endswith(".csv"):
            continue
        for number, cells in enumerate(_rows(part.text), 1):
            own = {name: HeaderField(value, 0, 0) for name, value in cells.items() if value}
            if "source" not in own:
                yield RejectedRow(
                    row=row + number, reason="X-ARF: expected a Source column, found none"
                )
                return
            yield from _item({**base, **own}, mail, index, row + number)


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """The rows by folded column names; a table that cannot be read further ends there."""
    line = text[:2_000].partition("\n")[0]
    mark = max(",;\t|", key=line.count)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=mark)
    try:
        names = [name.strip().lower().replace("_", "-") for name in next(rows, [])]
        for cells in islice(rows, MOST_ROWS):
            yield {name: clean(cell.strip()) for name, cell in zip(names, cells, strict=False)}
    except csv.Error:
        return


def _finding(fields: Mapping[str, HeaderField], mail: Mail, part: int) -> Iterator[ParsedItem]:
    """The claim about one source. Raises `Invalid` when the source is none."""
    offsets: dict[str, Offset] = {}
    subject = _subject(fields, part, offsets)
    kind = _kind(fields)
    at, exact = _time(fields, mail, part, offsets)
    confidence = VAGUE if kind is UNSPECIFIED else KNOWN
    if subject.url and subject.address is None:
        address = _seen_at(mail, offsets)
        if address is not None:
            subject, confidence = Subject(url=subject.url, address=address), confidence * 0.9
            yield Remark("the letter, not the report, says which address served the URL")
    yield Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role_of(kind),
        subject=subject,
        at=at,
        exact=exact,
        source=mail.source,
        confidence=round(confidence, 4),
        target=_target(fields),
        count=_count(fields),
        maker=PARSER.maker,
        offsets={name: where for name, where in offsets.items() if where.end},
        details={name: fields[name].value[:LONGEST_DETAIL] for name in TOLD if name in fields},
    )


def _seen_at(mail: Mail, offsets: dict[str, Offset]) -> Address | None:
    """The one address that the letter names beside the URL; none when it names two."""
    places: dict[Address, Offset] = {}
    for index, part in enumerate(mail.parts):
        if part.place is not PartRole.PROSE:
            continue
        for match in islice(SEEN_AT.finditer(part.text[:LONGEST_PART]), MOST_SEEN):
            try:
                address = parse_address(match[1])
            except Invalid:
                continue
            places.setdefault(address, Offset(index, *match.span(1)))
    if len(places) != 1:
        return None
    [(address, offsets["address"])] = places.items()
    return address


def _subject(fields: Mapping[str, HeaderField], part: int, offsets: dict[str, Offset]) -> Subject:
    """`Source` is an address or a URI; beside a URI some senders name the address as `Ip`."""
    source = fields["source"]
    if "://" in source.value:
        offsets["url"] = Offset(part, source.start, source.end)
        ip = fields.get("ip")
        if ip is None:
            return Subject(url=source.value[:LONGEST])
        offsets["address"] = Offset(part, ip.start, ip.end)
        return Subject(url=source.value[:LONGEST], address=parse_address(ip.value, "Ip"))
    offsets["address"] = Offset(part, source.start, source.end)
    host = source.value.removesuffix("/128" if ":" in source.value else "/32")
    try:
        return parse_subject(host)
    except Invalid:
        return Subject(address=parse_address(host, "Source"))


def _kind(fields: Mapping[str, HeaderField]) -> Kind:
    said = fields.get("report-type")
    category = fields["category"].value.lower() if "category" in fields else ""
    by_category = KINDS[CATEGORIES[category]] if category in CATEGORIES else UNSPECIFIED
    return (named(said.value) if said else None) or by_category


def _time(
    fields: Mapping[str, HeaderField], mail: Mail, part: int, offsets: dict[str, Offset]
) -> tuple[datetime | None, float]:
    date = fields.get("date")
    zone = zone_of_parts(mail.subject, *mail.prose)
    moment = written_time(date.value, zone=zone) if date else None
    if moment is None or date is None:
        return None, 0.0
    offsets["at"] = Offset(part, date.start, date.end)
    return moment


def _target(fields: Mapping[str, HeaderField]) -> Endpoint | None:
    """`Port` is the attacked service's, never the source's."""
    port = fields.get("port")
    number = port_or_none(port.value) if port else None
    try:
        address = parse_address(fields["destination"].value) if "destination" in fields else None
    except Invalid:
        address = None
    return Endpoint(address=address, port=number) if number or address else None


def _count(fields: Mapping[str, HeaderField]) -> int:
    said = fields.get("occurrences")
    return stated_count(said.value, 1_000_000) if said else 1


PARSER = Parser("x-arf", 1, recognises, parse)
