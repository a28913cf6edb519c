"""A mail, decoded once into a frozen record that every parser reads (RFC 5322, RFC 2045)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from aupkeep.intake.mail.address_list import addresses_in
from aupkeep.intake.mail.decoding import (
    clean,
    decode,
    decoded_words,
    header_text,
    unfold,
    untransfer,
)
from aupkeep.intake.mail.header_fields import HeaderFields, merged, read_fields
from aupkeep.intake.mail.html_quotes import quotes_in
from aupkeep.intake.mail.html_text import text_of
from aupkeep.intake.mail.mime import Headers, MimeLeaf, MimeTree, read_headers, split
from aupkeep.intake.times import mail_time
from aupkeep.model.origin import Origin, OriginChannel

MOST_INSIDE = 20  # attached messages that are looked into
MOST_TEXT = 16 << 20  # characters of all parts together; what is beyond is a defect a person sees
MOST_HTML = 4 << 20  # characters of all hypertext together; what is beyond is a defect too
LONGEST_NAME = 120
MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")
DOMAIN = re.compile(r"\S{1,253}")
HIDDEN = re.compile("[\0-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LOG_NAMES = (".txt", ".log")  # lines to read, whatever media type their sender's program chose
TEXT_NAMES = (*LOG_NAMES, ".csv", ".tsv", ".json", ".xml", ".yaml", ".yml")


class PartRole(StrEnum):
    """What a part is to its reader."""

    PROSE = "prose"  # words or log lines the sender wrote, attached text files too
    FEEDBACK = "feedback"  # the machine-readable part of an ARF report
    STATUS = "status"  # the machine-readable part of a delivery report
    HEADERS = "headers"  # the header block of an embedded message
    ORIGINAL = "original"  # text inside an embedded message: what is complained about
    DATA = "data"  # JSON, CSV, XML and the like


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPart:
    """Decoded text; an `Offset` of a finding points into `text`."""

    text: str
    place: PartRole
    media: str = "text/plain"
    name: str = ""
    inner: bool = False  # the header block of an embedded message
    quoted: tuple[tuple[int, int], ...] = ()  # places that its HTML marks as a quoted mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A named or binary leaf; `body` is still in its transfer encoding until `read` is called."""

    name: str
    media: str
    body: bytes
    encoding: str = ""

    def read(self) -> bytes:
        """The decoded bytes."""
        return untransfer(self.body, self.encoding)


class AttachedMessage(NamedTuple):
    """An attached message (message/rfc822): its bytes, and the part that is its header block."""

    data: bytes
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One received mail. `headers` and `original` map lower-case names to decoded values in order.

    `sender` is the first From address, lower-case domain, or None; `senders` counts From addresses
    (more than one proves nothing). `feedback` are the ARF fields with offsets into
    `parts[feedback_part]`; `status` the groups of a delivery report, `original` the headers of the
    first embedded message.
    """

    sender: str | None = None
    sender_name: str | None = None
    senders: int = 0
    recipients: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    answers: tuple[str, ...] = ()  # message ids of In-Reply-To and References, in this order
    media: str = "text/plain"
    headers: Mapping[str, tuple[str, ...]]
    parts: tuple[MailPart, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    feedback: HeaderFields
    feedback_part: int = -1
    status: tuple[HeaderFields, ...] = ()
    original: Mapping[str, tuple[str, ...]]
    defects: tuple[str, ...] = ()
    attached: tuple[
        AttachedMessage, ...
    ] = ()  # the messages attached to it, not those inside of these
    confirmed: bool = False  # a person has read it and calls it a report

    @property
    def domain(self) -> str | None:
        """The domain the sender claims, None where it could be none (RFC 1035 section 2.3.4)."""
        claimed = self.sender.rpartition("@")[2] if self.sender else ""
        return claimed if DOMAIN.fullmatch(claimed) else None

    @property
    def source(self) -> Origin:
        """Who claims it, for `Finding.source`: unproven until authentication says otherwise."""
        return Origin(OriginChannel.MAIL, self.domain or "nobody", proven=False)

    @property
    def prose(self) -> tuple[str, ...]:
        """All parts, those that are not the sender's own words blank: offsets stay true."""
        return tuple(part.text if part.place is PartRole.PROSE else "" for part in self.parts)

    def header(self, name: str) -> str:
        """The first value of a header, or empty; `name` in lower case."""
        values = self.headers.get(name)
        return values[0] if values else ""


def read_mail(data: bytes) -> Mail:
    """Decode a mail. Never raises for any bytes; what was odd stands in `defects`."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    tree = split(data)
    data = tree.data
    headers = _decoded(tree.headers)
    senders = senders_of(tree.headers)
    parts, attachments, defects = _parts(data, tree)
    where = next((i for i, part in enumerate(parts) if part.place is PartRole.FEEDBACK), -1)
    status = [p for p in parts if p.place is PartRole.STATUS]
    return Mail(
        sender=senders[0][1] if senders else None,
        sender_name=(senders[0][0] or None) if senders else None,
        senders=len(senders),
        recipients=tuple(
            address for name in ("to", "cc") for _, address in _addresses(tree.headers, name)
        ),
        subject=HIDDEN.sub("", _first(headers, "subject")),
        date=_sent(headers),
        message_id=_ids(headers, "message-id", 1)[0] if _ids(headers, "message-id", 1) else None,
        answers=(*_ids(headers, "in-reply-to", 5), *_ids(headers, "references", 50)),
        media=_first(headers, "content-type").partition(";")[0].strip().lower() or "text/plain",
        headers=headers,
        parts=tuple(parts),
        attachments=tuple(attachments),
        feedback=merged(read_fields(parts[where].text)) if where >= 0 else {},
        feedback_part=where,
        status=tuple(group for part in status for group in read_fields(part.text)),
        original=_original(data, tree),
        defects=tuple(defects),
        attached=tuple(_attached(data, tree, parts)),
    )


def senders_of(headers: Headers) -> list[tuple[str, str]]:
    """Name and address of every From address in raw headers; more than one proves nothing."""
    return _addresses(headers, "from")


def safe_name(name: str) -> str:
    r"""A file name without folders, control or direction characters, at most 120 characters.

    >>> safe_name("../../etc/pass\u202ewd")
    'passwd'
    """
    last = HIDDEN.sub("", name).replace("\\", "/").rpartition("/")[2].strip(" .")
    return last[-LONGEST_NAME:]


def _decoded(raw: Mapping[str, tuple[bytes, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(header_text(value) for value in values) for name, values in raw.items()}


def _first(headers: Mapping[str, tuple[str, ...]], name: str) -> str:
    values = headers.get(name)
    return values[0] if values else ""


def _addresses(raw: Mapping[str, tuple[bytes, ...]], name: str) -> list[tuple[str, str]]:
    """Name and address of each; encoded words are decoded after the addresses are told apart."""
    return list(_pairs(tuple(unfold(value)[:4000] for value in raw.get(name, ())[:20])))


@lru_cache(maxsize=512)  # reporters write often, and all to the same few addresses
def _pairs(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    try:
        pairs = addresses_in(values)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ()
    return tuple(
        (HIDDEN.sub("", decoded_words(text)).strip(), _address(address))
        for text, address in pairs
        if address
    )


def _address(text: str) -> str:
    local, at, domain = HIDDEN.sub("", text).strip().rpartition("@")
    return f"{local}{at}{domain.rstrip('.').lower()}" if at else domain


def _ids(headers: Mapping[str, tuple[str, ...]], name: str, most: int) -> list[str]:
    return MESSAGE_ID.findall(_first(headers, name))[:most]


def _sent(headers: Mapping[str, tuple[str, ...]]) -> datetime | None:
    date = mail_time(_first(headers, "date"))
    return date[0] if date else None


def _original(data: bytes, tree: MimeTree) -> Mapping[str, tuple[str, ...]]:
    for leaf in tree.leaves:
        if leaf.headed:
            return _decoded(read_headers(data, leaf.start, leaf.end)[0])
        if leaf.media == "text/rfc822-headers":
            body = untransfer(data[leaf.start : leaf.end], leaf.encoding).lstrip()
            return _decoded(read_headers(body.replace(b"\r\n", b"\n"), 0, len(body))[0])
    return {}


def _attached(data: bytes, tree: MimeTree, parts: list[MailPart]) -> Iterator[AttachedMessage]:
    """The attached messages, at most `MOST_INSIDE`."""
    blocks = (at for at, part in enumerate(parts) if part.place is PartRole.HEADERS and part.inner)
    headed = (leaf for leaf in tree.leaves if leaf.headed)
    first = [(leaf, at) for leaf, at in zip(headed, blocks, strict=False) if leaf.embedded == 1]
    for leaf, at in first[:MOST_INSIDE]:
        yield AttachedMessage(data[leaf.start : leaf.whole], at)


def _parts(data: bytes, tree: MimeTree) -> tuple[list[MailPart], list[Attachment], list[str]]:
    parts: list[MailPart] = []
    attachments: list[Attachment] = []
    defects = list(tree.defects)
    plain = {leaf.family for leaf in tree.leaves if leaf.alternative and _worded(data, leaf)}
    left, hyper = MOST_TEXT, MOST_HTML
    for leaf in tree.leaves:
        if leaf.media == "text/html" and leaf.alternative and leaf.family in plain:
            continue  # the same words as the plain text beside it
        if not leaf.embedded and (leaf.name or not textual(leaf.media, leaf.name)):
            attachments.append(_attachment(data, leaf))
        if not textual(leaf.media, leaf.name):
            continue
        part, unread = _part(data, leaf, left, hyper)
        hyper -= min(hyper, leaf.end - leaf.start) if leaf.media == "text/html" else 0
        defects.extend(defect for defect in unread if defect not in defects)
        left = max(0, left - len(part.text))
        parts.append(part)
    return parts, attachments, defects


def _worded(data: bytes, leaf: MimeLeaf) -> bool:
    return leaf.media == "text/plain" and bool(data[leaf.start : leaf.start + 2000].strip())


def textual(media: str, name: str) -> bool:
    """True when a leaf of this media type and file name is text to read.

    Spreadsheets' programs send a table of text under a media type of their own.
    """
    if media.startswith(("text/", "message/")) or media.endswith(("json", "xml", "yaml")):
        return True
    return media.startswith("application/") and name.lower().endswith(TEXT_NAMES)


def unpacked(name: str, media: str, text: str) -> MailPart:
    """A text inside an archive: lines to read where its name says no more than that."""
    lines = media == "text/plain" and not text[:200].lstrip().startswith("{")
    place = PartRole.PROSE if lines else PartRole.DATA
    return MailPart(text=clean(text) if lines else text, place=place, media=media, name=name)


def _attachment(data: bytes, leaf: MimeLeaf) -> Attachment:
    return Attachment(
        name=safe_name(leaf.name) or "attachment",
        media=leaf.media,
        body=data[leaf.start : leaf.end],
        encoding=leaf.encoding,
    )


def _part(data: bytes, leaf: MimeLeaf, left: int, hyper: int) -> tuple[MailPart, list[str]]:
    """The decoded part, at most `left` characters, and what of it was not read.

    Of hypertext at most `hyper` characters are read.
    """
    body = data[leaf.start : min(leaf.end, leaf.start + 2 * left)]
    text = decode(untransfer(body, leaf.encoding), leaf.charset)[:left]
    html = text[:hyper] if leaf.media == "text/html" else ""
    unread = []
    if leaf.media == "text/html" and len(html) < len(text):
        unread.append(f"hypertext beyond {MOST_HTML >> 20} MiB was not read")
    text = clean(text_of(html)) if leaf.media == "text/html" else text
    if leaf.end - leaf.start > 2 * left or len(text) >= left:
        unread.append(f"text beyond {MOST_TEXT >> 20} MiB was not read")
    quoted = quotes_in(html, text) if html else ()
    place, name = _place(leaf, text), safe_name(leaf.name)
    part = MailPart(
        text=text, place=place, media=leaf.media, name=name, inner=leaf.headed, quoted=quoted
    )
    return part, unread


def _place(leaf: MimeLeaf, text: str) -> PartRole:
    if leaf.headed or leaf.media == "text/rfc822-headers":
        return PartRole.HEADERS
    if leaf.embedded:
        return PartRole.ORIGINAL
    if leaf.media == "message/feedback-report":
        return PartRole.FEEDBACK
    if leaf.media in {"message/delivery-status", "message/global-delivery-status"}:
        return PartRole.STATUS
    name = leaf.name.lower()
    data = leaf.media in {"text/csv", "text/xml", "text/tab-separated-values"}
    data = data or (leaf.media.startswith("application/") and not name.endswith(LOG_NAMES))
    data = data or name.endswith((".csv", ".tsv", ".json", ".xml"))
    data = data or (text[:200].lstrip().startswith('{"') and text.rstrip()[-1:] in "}]")
    return PartRole.DATA if data else PartRole.PROSE
