"""Splits a message into its leaves (RFC 2045, RFC 2046) without recursion and without decoding.

The standard library's parser recurses, looks at every line at every level, and splits a 50 MB
attachment into 650,000 lines. Here a part is a range of the bytes, found by searching for its
boundary, so the time is the size times the depth, and the depth is bounded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import lru_cache
from typing import NamedTuple

from aupkeep.intake.mail.decoding import decode, decoded_words, unfold, untransfer

HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
# a parameter whose line lacks the white space that folds it
UNFOLDED = re.compile(
    rb"(?:boundary|charset|name|filename|type|report-type)=[^\n:]{1,300}(?:\n|\Z)"
)
ENVELOPE = re.compile(rb">?From [^\n]*\n")  # the separator line of an mbox, kept by some exports
MOST_HEADERS = 1_000
LONGEST_BLOCK = 1 << 20  # bytes of one header block
DEEPEST = 50  # levels of multiparts and embedded messages
MOST_LEAVES = 1_000
MOST_BOUNDARIES = 5_000  # lines that look like one boundary
# a boundary as nearly all mails write it; taken out, what describes a part is the same few words
BOUNDARY = re.compile(
    r";[ \t]*boundary=(?:\"([^\s\"\\;*<>]{1,70})\"|([\w.+-]{1,70}))[ \t]*(?=;|$)",
    re.IGNORECASE | re.ASCII,
)
EMBEDDED = frozenset({"message/rfc822", "message/global", "message/news"})
TRANSFERRED = frozenset({"base64", "quoted-printable"})
MOST_TRANSFERRED = 20  # embedded messages that are decoded to be looked into

Headers = Mapping[str, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MimeLeaf:
    """A part that holds no parts: `start` and `end` are its body's range in the message's bytes.

    `embedded` is how many messages it is inside of; `family` numbers the multipart it stands in,
    and `alternative` says that this is a multipart/alternative. `headed` marks the header block
    of an embedded message, whose range is the block itself.
    """

    media: str
    charset: str | None
    name: str
    attached: bool
    encoding: str
    start: int
    end: int
    embedded: int
    family: int
    alternative: bool
    headed: bool = False
    whole: int = 0  # where the embedded message ends, of which this is the header block


@dataclass(slots=True)
class MimeTree:
    """The message's own headers (lower-case name → raw values) and its leaves in order.

    The ranges of the leaves are those of `data`: the bytes that were split, then the embedded
    messages that came in a transfer encoding, decoded (RFC 2046 section 5.2.1 forbids it, and
    senders do it).
    """

    data: bytes = b""
    headers: Headers = field(default_factory=dict)
    leaves: list[MimeLeaf] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    families: int = 0
    transferred: int = 0


@dataclass(frozen=True, slots=True)
class _Range:
    """A part still to be looked into; `block` means it starts with headers."""

    start: int
    end: int
    depth: int
    embedded: int
    family: int
    parent: str


def split(data: bytes) -> MimeTree:
    r"""The tree of a message whose line ends are `\n`. Never raises; oddities are `defects`."""
    tree = MimeTree(data=data)
    envelope = ENVELOPE.match(data[:1000])
    start = envelope.end() if envelope else 0
    waiting = [_Range(start, len(data), 0, 0, 0, "")]
    top = True
    while waiting:
        if len(tree.leaves) >= MOST_LEAVES:
            _note(tree, f"more than {MOST_LEAVES} parts, the rest was not read")
            break
        part = waiting.pop()
        headers, body = read_headers(tree.data, part.start, part.end)
        if top:
            tree.headers, top = headers, False
        waiting.extend(reversed(_opened(part, headers, body, tree)))
    return tree


def read_headers(data: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header block at `start` and where the body begins; a line that is no header ends it."""
    headers: dict[str, tuple[bytes, ...]] = {}
    position = start
    stop = min(end, start + LONGEST_BLOCK)
    for _ in range(MOST_HEADERS):
        match = HEADER.match(data, position, stop)
        if match is None:
            break
        name, value = match[1].decode("ascii").lower(), match[2]
        position = match.end()
        if value.endswith(b";") and (more := UNFOLDED.match(data, position, stop)):
            value, position = value + b" " + more[0].strip(), more.end()
        headers[name] = (*headers.get(name, ()), value)
    blank = data[position : position + 1] == b"\n" and position < end
    return headers, position + 1 if blank else position


def kind_of(headers: Headers) -> tuple[str, str]:
    """The media type of these headers and the boundary of its parts, "" when there is none."""
    described = _described(headers, "")
    return described.media, described.boundary


def pieces(data: bytes, start: int, end: int, boundary: str) -> list[tuple[int, int]]:
    """The ranges of the parts that stand between boundary lines, as `split` sees them."""
    return (
        _edges(data, boundary.encode("utf-8", "replace"), start, end, MimeTree())
        if boundary
        else []
    )


def _opened(part: _Range, headers: Headers, body: int, tree: MimeTree) -> list[_Range]:
    """The parts inside, or none after noting the part as a leaf."""
    described = _described(headers, part.parent)
    media = described.media
    embeds = media in EMBEDDED or described.name.lower().endswith(".eml")
    if part.depth >= DEEPEST and (embeds or media.startswith("multipart/")):
        _note(tree, f"nested deeper than {DEEPEST} levels, the rest was not read")
    elif media.startswith("multipart/"):
        inside = _multipart(part, media, described.boundary, body, tree)
        if inside:
            return inside
        _note(tree, f"{media} without parts")
        media = "text/plain"  # its text is what there is to read
    elif embeds:
        message = _message(part, headers, body, tree, sure=media in EMBEDDED)
        if message:
            return [_embedded(message, message.start, tree)]
    tree.leaves.append(_leaf(part, headers, described, body, media))
    return []


def _message(
    part: _Range, headers: Headers, body: int, tree: MimeTree, *, sure: bool
) -> _Range | None:
    """The range of an embedded message, decoded where it was encoded; None when it is none."""
    encoding = transfer_encoding(headers)
    if encoding not in TRANSFERRED:
        return replace(part, start=body) if sure or HEADER.match(tree.data, body) else None
    if tree.transferred >= MOST_TRANSFERRED:
        _note(tree, f"more than {MOST_TRANSFERRED} encoded messages, the rest was not read")
        return None
    message = untransfer(tree.data[body : part.end], encoding).replace(b"\r\n", b"\n")
    if not HEADER.match(message):
        return None
    start = len(tree.data) + 1
    tree.data += b"\n" + message
    tree.transferred += 1
    return replace(part, start=start, end=len(tree.data))


def _embedded(part: _Range, body: int, tree: MimeTree) -> _Range:
    """Note an embedded message's header block as a leaf; its body is looked into like any part."""
    _, end = read_headers(tree.data, body, part.end)
    tree.leaves.append(
        MimeLeaf(
            media="text/rfc822-headers",
            charset=None,
            name="",
            attached=False,
            encoding="",
            start=body,
            end=max(body, min(end, part.end)),
            embedded=part.embedded + 1,
            family=part.family,
            alternative=False,
            headed=True,
            whole=part.end,
        )
    )
    return _Range(body, part.end, part.depth + 1, part.embedded + 1, part.family, "")


def _multipart(part: _Range, media: str, boundary: str, body: int, tree: MimeTree) -> list[_Range]:
    if not boundary:
        return []
    tree.families += 1
    family = tree.families
    edges = _edges(tree.data, boundary.encode("utf-8", "replace"), body, part.end, tree)
    return [
        _Range(start, end, part.depth + 1, part.embedded, family, media) for start, end in edges
    ]


def _edges(
    data: bytes, boundary: bytes, start: int, end: int, tree: MimeTree
) -> list[tuple[int, int]]:
    """The ranges between boundary lines (RFC 2046 section 5.1.1); the last may be unclosed."""
    needle = b"--" + boundary
    edges: list[tuple[int, int]] = []
    opened: int | None = None
    position = start
    for _ in range(MOST_BOUNDARIES):
        at = _line_start(data, needle, position, end)
        if at == -1:
            break
        after = data.find(b"\n", at, end)
        after = end if after == -1 else after
        tail = data[at + len(needle) : min(after, at + len(needle) + 200)].strip()
        position = after
        if tail not in {b"", b"--"}:
            continue  # a longer boundary that begins alike
        if opened is not None:
            edges.append((opened, max(opened, at - 1)))
        opened = None if tail else min(after + 1, end)
        if tail:
            break
    if opened is not None:
        _note(tree, "multipart without its closing boundary")
        edges.append((opened, end))
    return edges


def _line_start(data: bytes, needle: bytes, position: int, end: int) -> int:
    """Where the needle next stands at the start of a line, or -1."""
    if data.startswith(needle, position) and (position == 0 or data[position - 1] == 10):  # noqa: PLR2004 - line feed
        return position
    at = data.find(b"\n" + needle, position, end)
    return at if at == -1 else at + 1


class _Described(NamedTuple):
    """What the two headers say whose grammar the standard library knows."""

    media: str
    charset: str | None
    name: str
    boundary: str
    attached: bool


def _described(headers: Headers, parent: str) -> _Described:
    said = [
        unfold(headers[name][0])[:4000] if name in headers else ""
        for name in ("content-type", "content-disposition")
    ]
    digest = parent == "multipart/digest"
    match = BOUNDARY.search(said[0])
    if match is None or said[0].lower().count("boundary") > 1:
        return _understood(*said, digest)
    rest = said[0][: match.start()] + said[0][match.end() :]
    return _understood(rest, said[1], digest)._replace(boundary=match[1] or match[2])


@lru_cache(maxsize=512)  # most parts of most mails are described in the same few words
def _understood(content_type: str, disposition: str, digest: bool) -> _Described:  # noqa: FBT001 - part of the cache's key
    described = Message()
    described.set_default_type("message/rfc822" if digest else "text/plain")
    if content_type:
        described["content-type"] = content_type
    if disposition:
        described["content-disposition"] = disposition
    return _Described(
        media=described.get_content_type()[:100],
        charset=_charset(described),
        name=_name(described),
        boundary=_boundary(described),
        attached=disposition.lower().startswith("attachment"),
    )


def _boundary(described: Message) -> str:
    try:
        return (described.get_boundary() or "")[:200]
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def transfer_encoding(headers: Headers) -> str:
    """The Content-Transfer-Encoding of a part, "" where none is stated."""
    values = headers.get("content-transfer-encoding")
    return unfold(values[0])[:40].lower() if values else ""


def _leaf(part: _Range, headers: Headers, described: _Described, body: int, media: str) -> MimeLeaf:
    return MimeLeaf(
        media=media,
        charset=described.charset,
        name=described.name,
        attached=described.attached,
        encoding=transfer_encoding(headers),
        start=min(body, part.end),
        end=part.end,
        embedded=part.embedded,
        family=part.family,
        alternative=part.parent == "multipart/alternative",
    )


def _charset(described: Message) -> str | None:
    if "content-type" not in described:
        return None
    try:
        charset = described.get_content_charset()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return str(charset)[:40] if charset else None


def _name(described: Message) -> str:
    """The file name, decoded, as the sender wrote it: not yet safe."""
    if not described.keys():
        return ""
    try:
        return decoded_words(
            decode((described.get_filename() or "").encode("utf-8", "replace"))[:1000]
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _note(tree: MimeTree, defect: str) -> None:
    if defect not in tree.defects:
        tree.defects.append(defect)
