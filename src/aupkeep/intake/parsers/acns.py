"""Copyright notices in ACNS 2.0 and 2.1 (Automated Copyright Notice System; acns.net, MovieLabs).

The root is `Infringement`, whatever its namespace. It is attached, or stands in the text: after
the letter, clear-signed, HTML-escaped, with `&` left bare. Each `Source` is one claim; what was
shared is told beside it.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from aupkeep.intake.formats.strict_xml import XmlElement
from aupkeep.intake.formats.xml_fragments import XmlFragment, documents, holds, place
from aupkeep.intake.kinds import role_of
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.numbers import port_or_none
from aupkeep.intake.parser import ParsedItem, Parser, Remark, StatedReporter
from aupkeep.intake.times import ZONELESS, any_time
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import LONGEST_DETAIL, Finding, Offset
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Subject, parse_address, parse_subject
from aupkeep.model.taxonomy import KINDS

ROOT = "Infringement"
SURE, MENDED = 0.85, 0.75  # confidence; a document that had to be repaired is believed less
TIMELESS = 0.8  # the factor without a time, or with one that has no zone
P2P = re.compile(
    r"p2p|peer|torrent|donkey|ed2k|emule|gnutella|limewire|kad|ares|fasttrack|soulseek"
    r"|direct.?connect",
    re.IGNORECASE,
)
USENET = re.compile(r"usenet|nntp|newsgroup", re.IGNORECASE)
CLOSED = frozenset({"closed", "resolved", "withdrawn", "cancelled", "canceled", "retracted"})
MOST_ITEMS = 6  # items told beside the claim
MOST_SOURCES = 1_000  # of one document
MOST_URLS = 100  # items of one document whose URLs and names are read
LOOKED_AT = 8_000  # characters from a source's begin in which its values are pointed out
LONGEST_URL = 2_000
MAILBOX = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}")
ITEM = {"title": "title", "file": "filename", "size": "filesize", "hash": "hash"}


class AcnsNotice(NamedTuple):
    """One source of a document with where it stands."""

    mail: Mail
    part: int
    start: int
    end: int
    items: list[XmlElement]
    details: dict[str, str]
    mended: bool


def recognises(mail: Mail) -> bool:
    """A part of the sender's own with an Infringement element, and no feedback report."""
    return not mail.feedback and any(holds(part, ROOT) for part in mail.parts)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each source of each document; the same notice twice counts once."""
    seen: set[tuple[object, ...]] = set()
    claims = (_document(mail, *document) for document in documents(mail, ROOT))
    for claim in chain.from_iterable(claims):
        key = (
            (claim.subject, claim.at, claim.details.get("case"))
            if isinstance(claim, Finding)
            else ()
        )
        if key and key in seen:
            continue
        seen.add(key)
        yield claim


def _document(mail: Mail, part: int, row: int, fragment: XmlFragment) -> Iterator[ParsedItem]:
    try:
        root, mended = fragment.load()
    except Unreadable as error:
        yield RejectedRow(row=row, reason=f"ACNS: {error}")
        return
    if mended:
        yield Remark("the ACNS document is no sound XML; it was mended")
    case = root.first("case")
    if case and case.word("status").lower() in CLOSED:
        yield Remark(f"ACNS: its sender calls case {case.word('id')[:60]} {case.word('status')}")
        return
    yield from _complainant(root)
    sources, content = list(root.all("source")), root.first("content")
    items = list(islice(content.below("item"), MOST_URLS)) if content else []
    details = _document_details(root, items)
    if not sources:
        yield RejectedRow(row=row, reason="ACNS: expected a Source element, found none")
    if len(sources) > MOST_SOURCES:
        yield RejectedRow(
            row=row, reason=f"ACNS: expected at most {MOST_SOURCES} sources, found more"
        )
    starts = [*fragment.begins(mail.parts[part].text, "Source"), *[fragment.start] * MOST_SOURCES]
    for source, start in zip(sources[:MOST_SOURCES], starts, strict=False):
        end = min(fragment.end, start + LOOKED_AT)
        try:
            yield from _source(source, AcnsNotice(mail, part, start, end, items, details, mended))
        except Invalid as error:
            yield RejectedRow(row=row, reason=f"ACNS: {error}")


def _complainant(root: XmlElement) -> Iterator[StatedReporter]:
    who = root.first("complainant")
    contact = who.word("email") if who else ""
    if who and MAILBOX.fullmatch(contact):
        yield StatedReporter(contact, who.word("entity")[:200])


def _source(source: XmlElement, notice: AcnsNotice) -> Iterator[Finding]:
    """Raises `Invalid` when the source names neither an address nor a URL."""
    offsets: dict[str, Offset] = {}
    at, exact = _time(source, notice, offsets)
    kind = KINDS[_kind(source)]
    confidence = MENDED if notice.mended else SURE
    if at is None or exact >= ZONELESS:
        confidence *= TIMELESS
    for subject in _subjects(source, notice):
        yield Finding(
            kind=kind.name,
            rsit=kind.rsit,
            role=role_of(kind),
            subject=subject,
            at=at,
            exact=exact,
            source=notice.mail.source,
            confidence=round(confidence, 4),
            maker=PARSER.maker,
            offsets={**offsets, **_places(subject, notice)},
            details=_details(source, notice),
        )


def _sharing_words(source: XmlElement) -> str:
    """What the source says about how it was shared."""
    words = [source.word("type"), source.word("subtype")]
    sub = source.first("subtype")
    words += list(sub.attributes.values()) if sub else []
    return " ".join(word for word in words if word)


def _kind(source: XmlElement) -> str:
    words = _sharing_words(source)
    if P2P.search(words):
        return "copyright/p2p"
    return "copyright/usenet" if USENET.search(words) else "copyright/copyright"


def _subjects(source: XmlElement, notice: AcnsNotice) -> Iterator[Subject]:
    """The address with its port; on the web each URL, with the address where there is one."""
    written = source.word("ipaddress", "ip").replace(" ", "")
    host = _host(written)
    address = host.address
    port = (port_or_none(source.word("port")) or host.port) if address else None
    urls = [*(source.word(name) for name in ("url", "urlbase")),
            *(item.word("url") for item in notice.items)]  # fmt: skip
    sound = list(dict.fromkeys(url[:LONGEST_URL] for url in urls if _is_url(url)))
    if address is None and not sound:
        stated = written or source.word("dnsname") or "nothing"
        raise Invalid(f"Source: expected IP_Address or URL, found {stated[:60]!r}")
    if address and (not sound or P2P.search(_sharing_words(source))):
        sound = []
        yield Subject(address=address, port=port)
    for url in sound:
        yield Subject(address=address, port=port, url=url)


def _host(written: str) -> Subject:
    """An address, which some write with its port. Raises `Invalid`."""
    try:
        return parse_subject(written) if written else Subject()
    except Invalid:
        return Subject(address=parse_address(written, "IP_Address"))


def _is_url(text: str) -> bool:
    scheme, mark, rest = text.partition("://")
    return bool(mark and rest) and scheme.isalpha() and " " not in text


def _time(
    source: XmlElement, notice: AcnsNotice, offsets: dict[str, Offset]
) -> tuple[datetime | None, float]:
    """The source's own time, else that of the first item."""
    items = [item.word("timestamp") for item in notice.items[:1]]
    for said in (source.word("timestamp"), *items):
        moment = any_time(said) or any_time(said.replace(" ", ""))
        if moment:
            where = _place(said, notice)
            if where:
                offsets["at"] = where
            return moment
    return None, 0.0


def _places(subject: Subject, notice: AcnsNotice) -> dict[str, Offset]:
    values = {"address": subject.address, "port": subject.port, "url": subject.url}
    offsets = {}
    for name, value in values.items():
        where = _place(str(value), notice) if value is not None else None
        if where:
            offsets[name] = where
    return offsets


def _place(value: str, notice: AcnsNotice) -> Offset | None:
    text = notice.mail.parts[notice.part].text
    return place(text, value, notice.part, notice.start, notice.end)


def _document_details(root: XmlElement, items: list[XmlElement]) -> dict[str, str]:
    """Case, complainant and what was shared."""
    case, who = root.first("case"), root.first("complainant")
    details = {
        "case": case.word("id") if case else "",
        "severity": case.word("severity") if case else "",
        "complainant": who.word("entity") if who else "",
    }
    for number, item in enumerate(items[:MOST_ITEMS], 1):
        suffix = "" if number == 1 else f" {number}"
        for name, word in ITEM.items():
            details[name + suffix] = item.word(word)
        digest = item.first("hash")
        details["hash type" + suffix] = digest.attributes.get("type", "") if digest else ""
    if len(items) > MOST_ITEMS:
        details["items"] = f"{len(items)} or more" if len(items) == MOST_URLS else str(len(items))
    return details


def _details(source: XmlElement, notice: AcnsNotice) -> dict[str, str]:
    details = {
        **notice.details,
        "protocol": _sharing_words(source),
        "files": source.word("numberfiles"),
    }
    return {name: clean(value)[:LONGEST_DETAIL] for name, value in details.items() if value}


PARSER = Parser("acns", 1, recognises, parse)
