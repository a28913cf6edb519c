"""What a target's settings may say to a driver: the form of each option, checked alike for all.

A driver declares its options in its `DriverPlugin`; nothing of an option is repeated, it may be a
secret. A reference to one (`file:`, `env:`) is judged once it is read, where the agent runs.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

from aupkeep.config.secrets import refers
from aupkeep.model.errors import Invalid

BEGINS = ("https://", "http://127.0.0.1:", "http://[::1]:")
WHOLE_NUMBERS, DIGITS = 1 << 16, 5  # ports, and how long one is


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`expected` says in words what `fits`."""

    expected: str
    fits: Callable[[Any], bool]
    required: bool = False

    @property
    def needed(self) -> "Option":
        """The same, and no target without it."""
        return replace(self, required=True)


def address_and_port(value: object) -> tuple[str, int]:
    """The two of `127.0.0.1:53` or `[::1]:53`. Raises `ValueError` for anything else."""
    host, _, port = str(value).rpartition(":")
    bare = str(ip_address(host.strip("[]")))
    sane = port.isascii() and port.isdigit() and len(port) <= DIGITS
    if not (sane and 0 < int(port) < WHOLE_NUMBERS):
        raise ValueError("no port")
    return bare, int(port)


def is_url(value: object) -> bool:
    """Whether it is an address by HTTPS or on this machine, without a user in it."""
    return isinstance(value, str) and value.startswith(BEGINS) and "@" not in value.split("/")[2]


def are_texts(value: object) -> bool:
    """Whether it is a list of texts that are not empty; the list may be."""
    listed = isinstance(value, list | tuple)
    return listed and all(isinstance(x, str) and x and "\0" not in x for x in value)  # type: ignore[attr-defined]


def _is_server(value: object, *, own: bool = False) -> bool:
    try:
        place = ip_address(address_and_port(value)[0])
    except ValueError:
        return False
    return place.is_loopback or not own


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


ANY = Option(expected="a value", fits=lambda value: value is not None)
TEXT = Option(expected="a text", fits=lambda value: isinstance(value, str) and bool(value))
URL = Option(expected=f"{BEGINS[0]}…, or an address of this machine, without a user", fits=is_url)
WORDS = Option(expected='a list of words, as ["nginx", "-s", "reload"]', fits=are_texts)
NAMES = Option(expected='a list, as ["customer.example"]', fits=lambda x: bool(x) and are_texts(x))
SERVER = Option(expected="ADDRESS:PORT, as 127.0.0.1:53", fits=_is_server)
DOOR = Option(expected="127.0.0.1:PORT or [::1]:PORT", fits=lambda x: _is_server(x, own=True))
PATH = Option(
    expected="the path of a file", fits=lambda x: isinstance(x, str) and x.startswith("/")
)


BASE64 = Option(expected="base64", fits=lambda x: isinstance(x, str) and _is_base64(x))


def one_of(*names: str) -> Option:
    """One of these words."""
    return Option(expected=f"one of {', '.join(names)}", fits=lambda value: value in names)


def check_options(options: Mapping[str, Any], known: Mapping[str, Option]) -> None:
    """Raises `Invalid`, which names the option and what it is to be."""
    if unknown := sorted(set(options) - set(known)):
        expected = ", ".join(known) or "none"
        raise Invalid(f"option: expected {expected}, found {unknown[0][:40]!r}")
    for name, option in known.items():
        value = options.get(name)
        if name not in options and not option.required:
            continue
        if isinstance(value, str) and refers(value):
            continue
        if name not in options or not option.fits(value):
            given = "another value" if value else "none"
            raise Invalid(f"option {name}: expected {option.expected}, found {given}")
