"""Options that refer to a secret: `file:PATH` is the file's text, `env:NAME` a variable."""

import os
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from aupkeep.model.errors import Invalid

SECRET = re.compile(
    r"secret|token|passw|passphrase|api_?key|authorization|(?<!tls)(^|_)key$", re.IGNORECASE
)
USER = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/?#\s]*@", re.IGNORECASE)  # RFC 3986, 3.2.1
HIDDEN = "…"
PART = 16  # characters of a secret that are not repeated either


def opened(name: str, value: object, where: str) -> object:
    """The secret that a text refers to; anything else as it is.

    Raises `Invalid`, which names the option and the place and never the value, unless a secret is
    one line of printable ASCII (a header carries no other) and a URL is without a user.
    """
    if not isinstance(value, str):
        return value
    where, place = f"{where}, option {name}", ""
    text = value
    if refers(value):
        place, text = f" ({value})", _read(value, where)
        if not text:
            raise Invalid(f"{where}: expected a value, found none{place}")
    if not text.isprintable() or not (text.isascii() or not (place or SECRET.search(name))):
        raise Invalid(f"{where}: expected one line of printable ASCII, found another text{place}")
    if USER.match(text):
        raise Invalid(f"{where}: expected a URL without a user, found one with it{place}")
    return text


def refers(text: str) -> bool:
    """Whether an option's text is where its value is to be read."""
    return text.startswith(("file:", "env:"))


def _read(reference: str, where: str) -> str:
    kind, _, place = reference.partition(":")
    if kind == "env":
        if place not in os.environ:
            raise Invalid(f"{where}: expected the variable {place}, found it not set")
        return os.environ[place].strip()
    try:
        return Path(place).read_text("utf-8").strip()
    except OSError as error:
        raise Invalid(f"{where}: expected a readable file, found {error}") from error
    except ValueError as error:  # its words may hold bytes of the secret
        raise Invalid(f"{where}: expected a readable file of text, found {place!r}") from error


QUERY = re.compile(r"(?P<name>[?&][^=&#\s]+)=[^&#\s]+")  # what a URL says after its path
BEARER = re.compile(r"(?P<scheme>\b(?:bearer|basic|token|authorization:)\s+)\S.*", re.IGNORECASE)


WATCHED = "heartbeat"  # whose address is the secret at many who watch


def hidden(value: Any, name: str = "") -> Any:  # noqa: ANN401 - settings as plain data
    """Settings as they may be shown: `…` for a secret and for the user of a URL.

    >>> hidden({"token": "x", "read_token": "env:T", "url": "https://me:pw@a.example/"})
    {'token': '…', 'read_token': 'env:T', 'url': 'https://…@a.example/'}
    """
    if isinstance(value, Mapping):
        whole = SECRET.search(name) or name == WATCHED
        return {key: hidden(item, f"{name}.{key}" if whole else key)
                for key, item in value.items()}  # fmt: skip
    if isinstance(value, tuple | list):
        return type(value)(hidden(item, name) for item in value)
    if isinstance(value, str) and refers(value):
        return value
    if (SECRET.search(name) or name == f"{WATCHED}.url") and value and not isinstance(value, bool):
        return HIDDEN
    if not isinstance(value, str):
        return value
    shown = QUERY.sub(rf"\g<name>={HIDDEN}", USER.sub(rf"\g<scheme>{HIDDEN}@", value))
    return BEARER.sub(rf"\g<scheme>{HIDDEN}", shown)


def secrets_of(options: Mapping[str, Any], opened_options: Mapping[str, Any]) -> frozenset[str]:
    """The secrets among options, as they are once opened: by their name, or a reference."""
    return frozenset(
        str(opened_options[name])
        for name, value in options.items()
        if isinstance(opened_options.get(name), str)
        and (SECRET.search(name) or (isinstance(value, str) and refers(value)))
    )


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text with `…` for each secret in it, and for each part of one of 16 characters or more.

    >>> masked("no such token: abcdef123", ["abcdef123"])
    'no such token: …'
    >>> masked("found '0123456789abcdef01234'", ["0123456789abcdef0123456789abcdef"])
    "found '…'"
    """
    known = [secret for secret in secrets if secret]
    parts = {x[i : i + PART] for x in known for i in range(max(1, len(x) - PART + 1))}
    shown = [False] * len(text)
    for part in parts:
        place = text.find(part)
        while place >= 0:
            shown[place : place + len(part)] = [True] * len(part)
            place = text.find(part, place + 1)
    runs = groupby(zip(text, shown, strict=True), key=lambda pair: pair[1])
    return "".join(HIDDEN if hide else "".join(x for x, _ in run) for hide, run in runs)
