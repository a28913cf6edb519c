"""Notices by the API: the form's fields as JSON, the challenge, and the status of one.

{"matter": "break-in", "where": ["203.0.113.7:41822"], "at": "2026-03-01T12:00:00Z",
 "why": "It guesses passwords on our mail server.", "name": "Kari Nordby",
 "email": "kari@example.org", "good_faith": true, "challenge": "…", "solution": "48213"}
"""

import base64
import binascii
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.pages.reporter.load import reporter_page
from aupkeep.app.pages.words import LANGUAGES
from aupkeep.app.receiving.notice_draft import Flawed, Trouble, read_draft
from aupkeep.app.receiving.rate_limits import offer, weigh
from aupkeep.app.receiving.uploads import keep_uploads
from aupkeep.app.submissions.filing import Ticket, file_notice, filing_of, take_from_all
from aupkeep.intake.formats import strict_json
from aupkeep.model.errors import Invalid, Missing, Unreadable
from aupkeep.model.filing import Matter
from aupkeep.model.moments import show_moment
from aupkeep.store import refresh

TEXTS = ("at", "zone", "why", "lines", "name", "email", "work", "authority", "signature",
         "contact")  # fmt: skip
STATEMENTS = ("good_faith", "sworn")
LISTS = ("where", "uploads")
OTHERS = ("matter", "language", "challenge", "solution")
KNOWN = frozenset((*TEXTS, *STATEMENTS, *LISTS, *OTHERS))
SHORTEST_KEY = 16  # characters of a key that nobody's token makes theirs


def challenge_json(context: AppContext, peer: str) -> dict[str, Any]:
    """A fresh challenge; asking changes nothing. Raises `Missing` where all must have a token."""
    take_from_all(context)
    found = offer(context, peer, add=False)
    return {
        "challenge": found.text,
        "bits": found.bits,
        "expires_at": show_moment(found.expires_at),
    }


def file_json(
    context: AppContext, data: bytes, *, peer: str, token: str | None, key: str | None
) -> tuple[dict[str, Any], bool]:
    """File a notice; the receipt, and whether it was filed before.

    Raises `Flawed` naming field, expected and found, and what `file_notice` raises.
    """
    if token is None:
        take_from_all(context)
        _check_key(key)
        weigh(context, peer, add=True)
    given = _object(data)
    fields, matter, language = _fields(given)
    bodies = [_bytes(one, number) for number, one in enumerate(given.get("uploads", []), 1)]
    refresh()
    uploads = keep_uploads(context, bodies, (), None if token else peer)
    draft = read_draft(
        fields,
        matter,
        language=language,
        now=context.now(),
        own=(context.settings.mail.sender,),
        uploads=uploads,
    )
    ticket = Ticket(
        peer=peer,
        challenge=_text(given, "challenge"),
        solution=_text(given, "solution"),
        token=token,
        key=key,
    )
    filed = file_notice(context, draft, ticket)
    told = {
        "reference": filed.filing.reference,
        "secret": filed.token,
        "page": f"{context.settings.provider.url}/r/{filed.token}/",
        "digest": filed.filing.content,
        "confirm": filed.filing.confirm is not None and not filed.filing.known,
        "repeated": filed.repeated,
    }
    return told, filed.repeated


def notice_json(context: AppContext, reference: str, secret: str) -> dict[str, Any]:
    """How far a notice has come. Raises `Missing` unless reference and secret belong together."""
    filing = filing_of(context, secret)
    if filing is None or filing.reference != reference.strip().upper():
        raise Missing("notice: expected the reference and secret of one receipt, found others")
    page = reporter_page(context, secret, "en")
    ruled = page.filing.ruled if page.filing else ()
    return {
        "reference": filing.reference,
        "matter": filing.matter.value,
        "received_at": show_moment(filing.made_at),
        "confirmed": filing.known,
        "progress": page.progress.value,
        "steps": [{"step": step.value, "at": show_moment(at)} for step, at in page.steps],
        "result": page.result.value,
        "rules": [
            {"title": one.title, "text": one.text, "automatic": one.automatic} for one in ruled
        ],
    }


def _check_key(key: str | None) -> None:
    """Raises `Invalid` for a key that others might choose too, or guess."""
    if key is not None and not (SHORTEST_KEY <= len(key) <= 200 and key.isprintable()):  # noqa: PLR2004 - as for reports
        raise Invalid(
            f"Idempotency-Key: expected {SHORTEST_KEY} to 200 printable characters, "
            f"such as a random UUID, found {len(key)}"
        )


def _object(data: bytes) -> dict[str, Any]:
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


def _fields(given: dict[str, Any]) -> tuple[dict[str, str], Matter, str]:
    """The fields as the form would send them, the matter, and the language of letters."""
    try:
        matter = Matter(_text(given, "matter"))
    except ValueError as error:
        known = ", ".join(Matter)
        found = str(given.get("matter"))[:40]
        raise Invalid(f"matter: expected one of {known}, found {found!a}") from error
    language = given.get("language", "en")
    if language not in LANGUAGES:
        raise Invalid(f"language: expected {' or '.join(LANGUAGES)}, found {str(language)[:20]!a}")
    fields = {name: _text(given, name) for name in TEXTS}
    for name in STATEMENTS:
        if not isinstance(given.get(name, False), bool):
            raise Invalid(f"{name}: expected true or false, found {str(given[name])[:40]!a}")
        fields[name] = "yes" if given.get(name) else ""
    where = given.get("where", [])
    for name in LISTS:
        found = given.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise Invalid(f"{name}: expected a list of texts, found {str(found)[:40]!a}")
    return fields | {"where": "\n".join(where)}, matter, language


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise Invalid(f"{name}: expected a text, found {str(value)[:40]!a}")
    return value


def _bytes(text: str, number: int) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        bad = Trouble("upload", "gone", f"base64 (RFC 4648 section 4) as upload {number}", "other")
        raise Flawed([bad]) from error
