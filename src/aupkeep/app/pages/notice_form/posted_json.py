"""A notice as JSON, with the fields of the public form.

{"matter": "break-in", "where": ["203.0.113.7:41822"], "at": "2026-03-01T12:00:00Z",
"why": "It guesses passwords on our mail server.", "name": "Kari Nordby",
"email": "kari@example.org", "good_faith": true, "challenge": "…", "solution": "48213"}
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.app.pages.labels import LANGUAGES
from aupkeep.app.receiving.notice_draft import FieldError, InvalidNotice
from aupkeep.intake.formats import strict_json
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.filing import Matter

TEXTS = ("at", "zone", "why", "lines", "name", "email", "work", "authority", "signature",
         "contact")  # fmt: skip
STATEMENTS = ("good_faith", "sworn")
LISTS = ("where", "uploads")
OTHERS = ("matter", "language", "challenge", "solution")
KNOWN = frozenset((*TEXTS, *STATEMENTS, *LISTS, *OTHERS))
JsonObject = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonNotice:
    """A notice as a program posts it: `fields` as the form would send them, `files` decoded."""

    matter: Matter
    language: str
    fields: Mapping[str, str]
    files: tuple[bytes, ...]
    challenge: str
    solution: str


def parse_notice(data: bytes) -> JsonNotice:
    """Read a posted notice.

    Raises `Invalid` with field, expected and found, and `InvalidNotice` for a file that is no
    base64.
    """
    given = _object(data)
    fields, matter, language = _fields(given)
    uploads = _texts(given, "uploads")
    return JsonNotice(
        matter=matter,
        language=language,
        fields=fields,
        files=tuple(_bytes(text, number) for number, text in enumerate(uploads, 1)),
        challenge=_text(given, "challenge"),
        solution=_text(given, "solution"),
    )


def _object(data: bytes) -> JsonObject:
    try:
        given = strict_json.load(data.decode())
    except UnicodeDecodeError as error:
        raise Invalid(f"notice: expected UTF-8, found {error.reason} at {error.start}") from error
    except Unreadable as error:
        raise Invalid(f"notice: {error}") from error
    if not isinstance(given, dict):
        raise Invalid(f"notice: expected an object, found {str(given)[:40]!a}")
    for name in given:
        if name not in KNOWN:
            raise Invalid(f"{name[:40]!a}: expected one of {', '.join(sorted(KNOWN))}, found it")
    return given


def _fields(given: JsonObject) -> tuple[dict[str, str], Matter, str]:
    """The fields as the form would send them, the matter, and the language of letters."""
    try:
        matter = Matter(_text(given, "matter"))
    except ValueError as error:
        known = ", ".join(Matter)
        actual = str(given.get("matter"))[:40]
        raise Invalid(f"matter: expected one of {known}, found {actual!a}") from error
    language = given.get("language", "en")
    if language not in LANGUAGES:
        raise Invalid(f"language: expected {' or '.join(LANGUAGES)}, found {str(language)[:20]!a}")
    fields = {name: _text(given, name) for name in TEXTS}
    for name in STATEMENTS:
        if not isinstance(given.get(name, False), bool):
            raise Invalid(f"{name}: expected true or false, found {str(given[name])[:40]!a}")
        fields[name] = "yes" if given.get(name) else ""
    where, _ = (_texts(given, name) for name in LISTS)
    return fields | {"where": "\n".join(where)}, matter, language


def _texts(given: JsonObject, name: str) -> list[str]:
    value = given.get(name, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Invalid(f"{name}: expected a list of texts, found {str(value)[:40]!a}")
    return value


def _text(given: JsonObject, name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise Invalid(f"{name}: expected a text, found {str(value)[:40]!a}")
    return value


def _bytes(text: str, number: int) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        bad = FieldError(
            "upload", "gone", f"base64 (RFC 4648 section 4) as upload {number}", "other"
        )
        raise InvalidNotice([bad]) from error
