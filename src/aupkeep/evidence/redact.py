"""The reporter taken out of what people of the desk write to the accused (invariant 10).

Evidence itself is built from typed values (`notify.own_values`); this is for free words, reasons.

What is masked:

* every mail address, whoever's it is;
* every IP address that is not one of the accused's own, in any way an address is written, also
  reversed (`in-addr.arpa`) or inside a host name (`ip-192-0-2-17`);
* the values of header fields that lead back to a recipient or its servers (RFC 5322, RFC 2369);
* every word given as a secret (the reporter's name, address, domain, hosts, message ids), in any
  case and width, with invisible or line-breaking characters inside, percent- or base64-encoded or
  in hex; a domain also as the end of a longer name, and a link whole when it holds any of these.

Each masked character becomes one `█`, so that offsets into the text stay true. A secret shorter
than four characters is masked as a whole word only.
"""

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

from aupkeep.model.subject import Address

MASK = "█"
SHORT = 4  # a shorter secret would be found inside innocent words
LONG = 6  # from here on a secret is sought across line breaks and in encodings
NAME = 253  # characters of a whole host name, RFC 1035 section 2.3.4
Span = tuple[int, int]

MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|%40)[\w.-]{1,255}")
ANGLE = re.compile(r"<[^<>\s@]{1,250}@[^<>\s]{1,250}>")  # message ids, RFC 5322 section 3.6.4
FOUR = re.compile(r"(?<![\w.])\d{1,3}(?:[.\-_]\d{1,3}){3}(?![\w]|\.\d)")
INSIDE = re.compile(r"(?<!\d)\d{1,3}(?:[.\-_]\d{1,3}){3}(?!\d)")  # also within host names
SIX = re.compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}", re.IGNORECASE)
NIBBLES = re.compile(r"(?<![\w.])(?:[0-9a-f]\.){8,32}(?:ip6\.arpa)?", re.IGNORECASE)
LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,9}://[^\s<>\"']+", re.IGNORECASE)
FIELD = re.compile(
    r"^[> \t]{0,8}(?:to|cc|bcc|reply-to|delivered-to|envelope-to|x-original-to|x-forwarded-to"
    r"|return-path|errors-to|message-id|references|in-reply-to|resent-[a-z-]+|feedback-id"
    r"|list-[a-z-]+|original-rcpt-to|original-envelope-id|reporting-mta|x-[a-z-]*id"
    r"|authentication-results|arc-[a-z-]+|dkim-signature|received-spf|received)[ \t]*:"
    r"(?P<value>[^\r\n]*(?:\r?\n[>]?[ \t]+[^\r\n]+)*)",
    re.IGNORECASE | re.MULTILINE,
)
NAME_PART = re.compile(r"[\w.-]")
BREAK = re.compile(r"=?[ \t]*\r?\n[> \t]*")  # a line break inside a word, quoted or not
INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u2060\ufeff") | {
    chr(code) for code in (*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


@dataclass(frozen=True, slots=True)
class _View:
    """A text as a reader sees it: `text[i]` stands at `places[i]` in the original."""

    text: str
    places: Sequence[int]

    def original(self, start: int, end: int) -> Span:
        """Where characters start to end (end > start) of the view stand in the original."""
        return self.places[start], self.places[end - 1] + 1


def redact(text: str, *, secrets: Iterable[str] = (), keep: Iterable[Address] = ()) -> str:
    """The text with the reporter masked, of the same length.

    `secrets` are words that lead to the reporter; the parts of a mail address count each. `keep`
    are the accused's own addresses. A secret wins over an address to keep.

    >>> redact("203.0.113.9 hit mx.example.org", secrets=["example.org"],
    ...        keep=[IPv4Address("203.0.113.9")])
    '203.0.113.9 hit ██████████████'
    """
    words = {part for secret in secrets for part in _parts(secret)}
    seen, own = _view(text, joined=False), frozenset(keep)
    hidden = bytearray(len(text))
    _paint(hidden, (seen.original(*span) for span in _general(seen.text, own)), masked=True)
    _paint(
        hidden,
        (seen.original(*span) for span in _addresses(seen.text, own, wanted=True)),
        masked=False,
    )
    _paint(hidden, _secret_spans(text, seen, words), masked=True)
    links = (match.span() for match in LINK.finditer(text))
    _paint(hidden, [link for link in links if any(hidden[slice(*link)])], masked=True)
    return "".join(
        MASK if hidden[place] and letter not in "\r\n\t" else letter
        for place, letter in enumerate(text)
    )


def _paint(hidden: bytearray, spans: Iterable[Span], *, masked: bool) -> None:
    """Mask every character in the spans, or show it."""
    for start, end in spans:
        hidden[start:end] = bytes([masked]) * (end - start)


def _parts(secret: str) -> Iterator[str]:
    """A secret, and where it is a mail address also its two halves; blanks are no secret."""
    folded = _fold(secret.strip())
    name, _, domain = folded.rpartition("@")
    yield from (part for part in (folded, name, domain) if part)


def _fold(text: str) -> str:
    """Each character in its plain width and case, where that is still one character."""
    return "".join(
        plain if len(plain := unicodedata.normalize("NFKC", letter).casefold()) == 1 else letter
        for letter in text
    )


def _view(text: str, *, joined: bool) -> _View:
    """The text folded and without invisible characters; `joined` also without line structure."""
    drop = INVISIBLE | set(" \t\r\n>=") if joined else INVISIBLE
    folded = _fold(text)
    places = [place for place, letter in enumerate(folded) if letter not in drop]
    return _View("".join(folded[place] for place in places), places)


def _general(text: str, own: frozenset[Address]) -> Iterator[Span]:
    """What is masked without knowing the reporter."""
    for pattern in (MAIL, ANGLE, NIBBLES):
        yield from (match.span() for match in pattern.finditer(text))
    yield from (match.span("value") for match in FIELD.finditer(text) if match["value"])
    yield from _addresses(text, own, wanted=False)


def _addresses(text: str, own: frozenset[Address], *, wanted: bool) -> Iterator[Span]:
    """Where addresses stand that are the accused's own (`wanted`) or anybody else's (not)."""
    for pattern in (FOUR, SIX) if wanted else (INSIDE, SIX):
        for match in pattern.finditer(text):
            address = _read(match[0])
            if address and (address in own) == wanted:
                yield match.span()


def _read(text: str) -> Address | None:
    """The address a piece of text writes, leading zeros and other separators allowed, or None."""
    four = re.fullmatch(r"(\d+)[.\-_](\d+)[.\-_](\d+)[.\-_](\d+)", text)
    try:
        if four:
            return IPv4Address(".".join(str(int(part)) for part in four.groups()))
        address = IPv6Address(text)
    except ValueError:
        return _read(shorter) if (shorter := text.rpartition(":")[0]) else None  # without a port
    return address.ipv4_mapped or address


def _secret_spans(text: str, seen: _View, words: Iterable[str]) -> Iterator[Span]:
    """Every place of every secret, in the plain view, the joined one, and in encodings."""
    joined = _view(text, joined=True)
    exact = _View(text, range(len(text)))
    for word in words:
        for view, pattern in _patterns(word, seen, joined, exact):
            for match in pattern.finditer(view.text):
                start = _name_start(text, view, match.start()) if "." in word else match.start()
                yield view.original(start, match.end())


def _name_start(text: str, view: _View, place: int) -> int:
    """Where the host name begins that goes on at `place`: a domain hides its sub-domains."""
    lowest = max(0, place - NAME)
    while place > lowest and _same_name(text, view, place):
        place -= 1
    return place


def _same_name(text: str, view: _View, place: int) -> bool:
    """Whether the character before `place` belongs to the host name at `place`.

    What the view leaves out between the two ends the name: a blank, a line break, a quote mark. A
    soft line break (RFC 2045 section 6.7) and a line break after a dot are inside the name.
    """
    before = view.text[place - 1]
    if not NAME_PART.fullmatch(before):
        return False
    left_out = text[view.places[place - 1] + 1 : view.places[place]]
    gap = "".join(letter for letter in left_out if letter not in INVISIBLE)
    return not gap or bool(BREAK.fullmatch(gap) and (gap[0] == "=" or before == "."))


def _patterns(
    word: str, seen: _View, joined: _View, exact: _View
) -> Iterator[tuple[_View, re.Pattern[str]]]:
    """Where to seek a secret, and as what."""
    if len(word) < SHORT:
        yield seen, re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        return
    yield seen, re.compile(re.escape(word))
    if len(word) < LONG:
        return
    bare = "".join(letter for letter in word if letter not in " \t\r\n>=")
    if bare:
        yield joined, re.compile(re.escape(bare))
    data = word.encode(errors="replace")
    yield seen, re.compile(re.escape(quote(data, safe="").casefold()))
    yield seen, re.compile(re.escape(data.hex()))
    for code in _base64_forms(data):
        yield exact, re.compile(re.escape(code))


def _base64_forms(data: bytes) -> Iterator[str]:
    """What base64 of any text holding `data` must contain: one form for each alignment."""
    for lead, first in enumerate((0, 2, 3)):  # the first character without a bit of the lead
        code = base64.b64encode(bytes(lead) + data).decode()
        last = (lead + len(data)) * 8 // 6
        yield code[first:last]
