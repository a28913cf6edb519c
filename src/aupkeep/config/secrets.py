"""Options that refer to a secret: `file:PATH` is the file's text, `env:NAME` a variable."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aupkeep.model.errors import Invalid

SECRET = re.compile(
    r"secret|token|passw|passphrase|api_?key|authorization|(?<!tls)(^|_)key$", re.IGNORECASE
)
USER = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/?#\s]*@", re.IGNORECASE)  # RFC 3986, 3.2.1
HIDDEN = "…"


def opened(name: str, value: object, where: str) -> object:
    """The secret that a text refers to; anything else as it is.

    Raises `Invalid`, which names the option and the place and never the value, unless a secret is
    one line of printable ASCII (a header carries no other) and a URL is without a user.
    """
    if not isinstance(value, str):
        return value
    where, place = f"{where}, option {name}", ""
    text = value
    if _refers(value):
        place, text = f" ({value})", _read(value, where)
        if not text:
            raise Invalid(f"{where}: expected a value, found none{place}")
    if not text.isprintable() or not (text.isascii() or not (place or SECRET.search(name))):
        raise Invalid(f"{where}: expected one line of printable ASCII, found another text{place}")
    if USER.match(text):
        raise Invalid(f"{where}: expected a URL without a user, found one with it{place}")
    return text


def _refers(text: str) -> bool:
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


def hidden(value: Any, name: str = "") -> Any:  # noqa: ANN401 - settings as plain data
    """Settings as they may be shown: `…` for a secret and for the user of a URL.

    >>> hidden({"token": "x", "read_token": "env:T", "url": "https://me:pw@a.example/"})
    {'token': '…', 'read_token': 'env:T', 'url': 'https://…@a.example/'}
    """
    if isinstance(value, Mapping):
        return {key: hidden(item, f"{name}.{key}" if SECRET.search(name) else key)
                for key, item in value.items()}  # fmt: skip
    if isinstance(value, tuple | list):
        return type(value)(hidden(item, name) for item in value)
    if isinstance(value, str) and _refers(value):
        return value
    if SECRET.search(name) and value and not isinstance(value, bool):
        return HIDDEN
    return USER.sub(rf"\g<scheme>{HIDDEN}@", value) if isinstance(value, str) else value
