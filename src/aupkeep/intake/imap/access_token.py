"""Access tokens for a mailbox: client credentials (RFC 6749 4.4) or a refresh token (section 6).

Microsoft 365 gives an application its own token for the mailboxes that an administrator lets it
read; Google gives one for a refresh token that somebody consented to.
"""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.config.tls import client_context
from aupkeep.intake.imap.refusals import SignInRefused
from aupkeep.model.errors import Unavailable

QUIET = 20.0  # seconds without a byte
MOST = 1 << 20  # bytes of an answer
EARLY = 60  # seconds before its end a token counts as ended
REFUSED = (400, 401, 403)  # RFC 6749 section 5.2; the last one of gateways
DEFAULT_LIFE = 300  # seconds, where the answer says none


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token and for how many seconds from now it counts."""

    value: str
    seconds: float


def fetch_token(mailbox: MailboxSettings, secrets: dict[str, str]) -> AccessToken:
    """Ask for a token. Raises `SignInRefused` and `Unavailable`."""
    form = {"client_id": mailbox.client_id}
    if secrets["client_secret"]:
        form["client_secret"] = secrets["client_secret"]
    if secrets["refresh_token"]:
        form |= {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]}
    else:
        form["grant_type"] = "client_credentials"
    if mailbox.token_scope:
        form["scope"] = mailbox.token_scope
    status, answer = _post(mailbox.tokens_at, form, mailbox.ca_file)
    host = urlsplit(mailbox.tokens_at).hostname
    token = answer.get("access_token")
    if status in REFUSED:
        words = f"{answer.get('error', '')} {answer.get('error_description', '')}".strip()[:300]
        raise SignInRefused(f"{host}: expected a token, found it refused: {words or status}")
    if status != http.client.OK or not isinstance(token, str) or not token.isascii():
        raise Unavailable(f"{host}: expected a token, found HTTP {status}")
    life = answer.get("expires_in", DEFAULT_LIFE)
    seconds = float(life) if isinstance(life, int | float | str) and _is_number(life) else 0.0
    return AccessToken(token, max(0.0, seconds - EARLY))


def xoauth2(user: str, token: str) -> bytes:
    r"""The client's answer of the mechanism XOAUTH2, as Microsoft and Google document it.

    >>> xoauth2("abuse@fjord.example", "t")
    b'user=abuse@fjord.example\x01auth=Bearer t\x01\x01'
    """
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def _is_number(text: object) -> bool:
    return str(text).replace(".", "", 1).isdecimal()


def _post(url: str, form: dict[str, str], ca_file: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of an answer; an empty object for another body."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")  # RFC 6749 3.2
    try:
        link = (
            http.client.HTTPSConnection(
                host, parts.port, timeout=QUIET,
                context=client_context(ca_file),
            )
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=QUIET)
        )  # fmt: skip
        try:
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
                "Connection": "close",
            }
            link.request("POST", target, urlencode(form).encode(), headers)
            response = link.getresponse()
            body = response.read(MOST)
        finally:
            link.close()
    except (OSError, http.client.HTTPException) as error:
        why = str(error) if isinstance(error, OSError) else type(error).__name__
        raise Unavailable(f"{host}: expected a token, found: {why[:200]}") from error
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = {}
    return response.status, answer if isinstance(answer, dict) else {}
