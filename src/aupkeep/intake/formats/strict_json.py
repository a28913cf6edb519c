"""JSON from strangers (RFC 8259): duplicate keys, endless nesting and non-numbers are refused."""

import json
from typing import Any

from aupkeep.model.errors import Unreadable

FREE = 1 << 18  # characters in which values may stand as dense as they like
EACH = 8  # characters for each value of a longer text: a megabyte of `[]` is thirty of lists


def load(text: str) -> Any:  # noqa: ANN401 - any JSON value; the caller tells shapes apart
    """The value of one JSON text.

    Raises `Unreadable` that names the key written twice, or the place of the first mistake. Two
    values under one key are refused because two readers would believe different ones.

    >>> load('{"type": "spam", "type": "ddos"}')
    Traceback (most recent call last):
    aupkeep.model.errors.Unreadable: JSON: expected each key once, found 'type' twice
    """
    if len(text) > FREE and sum(map(text.count, ",{[")) > len(text) // EACH:
        raise Unreadable(f"JSON: expected at most one value in {EACH} characters, found more")
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"JSON: expected a value, found a mistake at line {error.lineno} column {error.colno}:"
            f" {error.msg}"
        ) from error
    except RecursionError as error:
        raise Unreadable("JSON: expected at most some hundred levels, found more") from error
    except ValueError as error:  # a number of more than 4,300 digits
        raise Unreadable(f"JSON: expected numbers of sane length, found: {error}") from error


def load_at(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at a place in a text, and where it ends. Raises `Unreadable`.

    >>> load_at('see {"a": 1} there', 4)
    ({'a': 1}, 12)
    """
    try:
        _, end = SCANNER.raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"JSON: expected a value at character {start}, found none") from error
    return load(text[start:end]), end


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) == len(pairs):
        return unique
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise Unreadable(f"JSON: expected each key once, found {key[:60]!r} twice")
        seen.add(key)
    return unique


def _no_number(word: str) -> float:
    raise Unreadable(f"JSON: expected a number, found {word}")


SCANNER = json.JSONDecoder()
DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_number)
