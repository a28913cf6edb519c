"""What was typed into the search box, read as what it is. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_network

from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.host import name_key
from aupkeep.model.moments import parse_age, parse_day
from aupkeep.model.subject import parse_subject

LONGEST = 500  # characters that are looked at
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
INQUIRY = re.compile(r"Q-[0-9A-Z]{4}-[0-9A-Z]{4}")
ID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
AGE = re.compile(r"(\d{1,6})\s*([mhdw])(?:in|rs?|ays?|eeks?)?(?:\s+ago)?", re.IGNORECASE)
MINUTE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?\s*(Z|UTC)?", re.IGNORECASE)
DEFANGED = (
    (re.compile(r"\bhxxp", re.IGNORECASE), "http"),
    (re.compile(r"[\[({]\s*(?:\.|dot)\s*[\])}]", re.IGNORECASE), "."),
    (re.compile(r"\[:\]|\[://\]"), ":"),
    (re.compile(r"[\[({]\s*(?:@|at)\s*[\])}]", re.IGNORECASE), "@"),
)
NAME = re.compile(r"[^\s/@]+\.[^\s/@.]{2,63}\.?")


class AskedFor(StrEnum):
    """What a text was read as."""

    NOTHING = "nothing"
    ADDRESS = "address"
    PREFIX = "prefix"
    CASE = "case"
    INQUIRY = "inquiry"
    ID = "id"
    URL = "url"
    NAME = "name"
    MESSAGE = "message"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`text` is what was typed, refanged; `prefix` an address or prefix, `name` a host's key.

    `at` is the moment that was asked about, None for now.
    """

    text: str
    kind: AskedFor
    at: datetime | None = None
    prefix: Network | None = None
    port: int | None = None
    name: bytes | None = None


def read_question(text: str, at: str, now: datetime) -> Question:
    """Read the box and the field “as of”. Raises `Invalid` for a time that is none.

    >>> read_question("hxxps://sign-in[.]birch.example/id", "", datetime.min).kind.value
    'url'
    """
    text = refanged(text[:LONGEST])
    subject, mark, when = text.rpartition("@")
    if mark and _subject(subject) and not at.strip():
        text, at = subject, when
    asked_at = read_time(at, now)
    placed = _subject(text)
    if placed is not None:
        prefix, port = placed
        whole = prefix.num_addresses == 1
        kind = AskedFor.ADDRESS if whole else AskedFor.PREFIX
        return Question(text=text, kind=kind, at=asked_at, prefix=prefix, port=port)
    kind = _kind(text)
    name = name_key(text) if kind in (AskedFor.URL, AskedFor.NAME) else None
    host = _host_address(text) if kind is AskedFor.URL else None
    return Question(text=text, kind=kind, at=asked_at, prefix=host, name=name)


def refanged(text: str) -> str:
    """The text as it was before somebody made it harmless to click on.

    >>> refanged(" hxxp://shop[.]example/ "), refanged("ola (at) shop(dot)example")
    ('http://shop.example/', 'ola @ shop.example')
    """
    text = text.replace("\0", "").strip()
    for pattern, plain in DEFANGED:
        text = pattern.sub(plain, text)
    return text


def read_time(text: str, now: datetime) -> datetime | None:
    """A moment as people write it: `2026-11-27 02:26` (UTC), a day, RFC 3339, `3 h ago`.

    None for nothing and for `now`. Raises `Invalid`.
    """
    text = text.strip()
    if text.lower() in ("", "now", "nå"):
        return None
    age = AGE.fullmatch(text)
    if age:
        return now - parse_age(f"{age[1]}{age[2].lower()}", "at")
    minute = MINUTE.fullmatch(text)
    return parse_day(f"{minute[1]}T{minute[2]}{minute[3] or ':00'}Z" if minute else text, "at")


def _subject(text: str) -> tuple[Network, int | None] | None:
    """An address, with its port where one is named, or a prefix."""
    try:
        if "/" in text:
            return ip_network(text.strip(), strict=False), None
        subject = parse_subject(text)
    except (ValueError, Invalid):
        return None
    return (ip_network(subject.address), subject.port) if subject.address else None


def _host_address(text: str) -> Network | None:
    """The address that a URL names in place of a host."""
    host = text.partition("//")[2].partition("/")[0].rpartition("@")[2]
    try:
        address = parse_subject(host).address
    except Invalid:
        return None
    return ip_network(address) if address else None


SHAPES = ((REFERENCE, AskedFor.CASE), (INQUIRY, AskedFor.INQUIRY), (ID, AskedFor.ID))


def _kind(text: str) -> AskedFor:
    if not text:
        return AskedFor.NOTHING
    for shape, kind in SHAPES:
        if shape.fullmatch(text.upper()):
            return kind
    if "://" not in text and "@" in text and " " not in text:
        return AskedFor.MESSAGE
    host, slash, _ = text.partition("/")
    if "://" in text or (slash and _named(host)):
        return AskedFor.URL
    return AskedFor.NAME if _named(text) else AskedFor.WORDS


def _named(text: str) -> bool:
    return NAME.fullmatch(text) is not None and name_key(text) is not None
