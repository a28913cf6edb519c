"""Options that refer to a secret: `file:PATH` is the file's text, `env:NAME` a variable."""

import os
from pathlib import Path

from aupkeep.model.errors import Invalid


def opened(value: object, where: str) -> object:
    """The secret that a text refers to; anything else as it is. Raises `Invalid`."""
    if not isinstance(value, str):
        return value
    kind, colon, place = value.partition(":")
    if not colon or kind not in {"file", "env"}:
        return value
    if kind == "env":
        if place not in os.environ:
            raise Invalid(f"{where}: expected the variable {place}, found it not set")
        return os.environ[place]
    try:
        return Path(place).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{where}: expected a readable file, found {error}") from error
