"""What the values of XARF reports must be, v1 to v4: addresses, ports, times, hashes, CVSS."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from aupkeep.intake.formats.cvss import well_formed
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid
from aupkeep.model.subject import MAX_PORT, Address, parse_address

DIGITS = re.compile(r"\d{1,18}", re.ASCII)
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}|<>")  # <>: the null sender of RFC 5321
HOST = re.compile(r"(?=.{1,254}$)(?:[\w-]{1,63}\.){0,20}[\w-]{1,63}\.?")
URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S", re.IGNORECASE | re.ASCII)
CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.ASCII)
HASHES = frozenset(
    {"sha1", "sha2", "sha3", "sha256", "sha512", "md5", "argon2id", "scrypt", "bcrypt", "pbkdf2"}
)
LONGEST_ADDRESS = 100  # characters, white space around it included
MAX_ASN = 4_199_999_999


# The same time and the same address stand in several fields of a report.
_read_time = lru_cache(maxsize=256)(any_time)
_read_address = lru_cache(maxsize=256)(parse_address)


def read_time(text: str) -> tuple[datetime, float] | None:
    """A time in UTC with ± seconds, or None when it is none."""
    return _read_time(text.strip()[:200])


def read_address(text: str) -> Address:
    """An address. Raises `Invalid`."""
    if len(text) > LONGEST_ADDRESS:
        raise Invalid(f"address: expected an IPv4 or IPv6 address, found {text[:60]!r}")
    return _read_address(text)


class FieldRule(NamedTuple):
    """What a value must be; `holds` never raises."""

    expected: str
    holds: Callable[[Any], bool]


def is_whole(value: object, least: int = -(2**63), most: int = 2**63) -> bool:
    """A whole number, also as digits in quotes."""
    if isinstance(value, str) and DIGITS.fullmatch(value):
        value = int(value)
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_port(value: object) -> bool:
    """A port, also as digits in quotes."""
    return is_whole(value, 0, MAX_PORT)


def is_address(value: object) -> bool:
    """The text of an IPv4 or IPv6 address."""
    try:
        read_address(value if isinstance(value, str) else "")
    except Invalid:
        return False
    return True


def matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    """Whether a text, stripped, is of that form."""
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value.strip()))


def is_words(value: object) -> bool:
    """Any text."""
    return isinstance(value, str)


def is_flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def all_hold(value: object, kind: type, holds: Callable[[Any], bool]) -> bool:
    """True when `value` is a list or object of which every item holds."""
    if not isinstance(value, kind):
        return False
    return all(holds(item) for item in (value.values() if isinstance(value, dict) else value))  # type: ignore[attr-defined]


def is_hash(value: object) -> bool:
    """The words of v1 and v2, or the object of v3."""
    if not isinstance(value, dict):
        return isinstance(value, str)
    algorithm = value.get("HashAlgorithm")
    return isinstance(value.get("HashValue"), str) and algorithm in HASHES


def is_sample(value: object) -> bool:
    """A payload with its type, or the description of a file."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("FileName"), str):
        return is_whole(value.get("FileSize", 0), 0) and is_hash(value.get("FileHash", ""))
    if not (isinstance(value.get("ContentType"), str) and isinstance(value.get("Payload"), str)):
        return False
    return is_words(value.get("Description", "")) and is_flag(value.get("Base64Encoded", False))


def is_account(value: object) -> bool:
    """At least one name; a mail address stands in its own field."""
    if not isinstance(value, dict) or not value:
        return False
    name = value.get("AccountIdentifier", "-")
    return isinstance(name, str) and isinstance(value.get("AccountEmail", ""), str)


def is_cvss(value: object) -> bool:
    """A CVSS version with a vector of its form."""
    if not isinstance(value, dict):
        return False
    version, vector, score = value.get("Version"), value.get("Vector"), value.get("Score", 0)
    if isinstance(score, bool) or not isinstance(score, int | float):
        return False
    return isinstance(version, str) and isinstance(vector, str) and well_formed(version, vector)


WORDS = FieldRule("words", is_words)
NUMBERED = FieldRule("words", lambda value: isinstance(value, str))
FLAG = FieldRule("true or false", is_flag)
WHOLE = FieldRule("a whole number", is_whole)
SIZE = FieldRule("a size in bytes", lambda value: is_whole(value, 0))
PORT = FieldRule(f"a port from 0 to {MAX_PORT}", is_port)
PORTS = FieldRule(f"a port from 0 to {MAX_PORT} or a list of them",
             lambda value: is_port(value) or all_hold(value, list, is_port))  # fmt: skip
ADDRESS = FieldRule("an IPv4 or IPv6 address", is_address)
MAIL = FieldRule("a mail address", matches(EMAIL))
NAME = FieldRule("a host name", matches(HOST))
WEB = FieldRule("a URL", lambda value: isinstance(value, str) and bool(URL.match(value.strip())))
MOMENT = FieldRule(
    "RFC 3339", lambda value: isinstance(value, str) and read_time(value) is not None
)
HASH = FieldRule("a hash with its value and a known algorithm", is_hash)
CUSTOM = FieldRule(
    "an object of words and numbers",
    lambda value: all_hold(value, dict, lambda scalar: isinstance(scalar, str | int | float)),
)


def one_of(*words: str) -> FieldRule:
    """One of a list of words, in any letter case."""
    return FieldRule(
        "one of " + ", ".join(words),
        lambda value: isinstance(value, str) and value.strip().lower() in words,
    )
