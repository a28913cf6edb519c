"""A session that the issuer vouched for: it is asked again, and what it says is done.

Asked at most once in `oidc.check_minutes`, by one request of all processes at a time, since many
issuers take a refresh token once. While the issuer is away nobody is let in and nobody thrown out,
until its last yes is fifteen minutes old. What it is asked with is sealed under the session's
cookie and the home's key: who has the database, or a backup, has nothing to ask with.
"""

import hmac
import json
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aupkeep.app.access.oidc.follow import follow
from aupkeep.app.access.oidc.id_token import all_claims, proven_claims
from aupkeep.app.access.oidc.issuer import IssuerRefused, Tokens, tokens
from aupkeep.app.access.oidc.person import subject_of
from aupkeep.app.access.sessions import LONGEST
from aupkeep.app.context import AppContext
from aupkeep.app.journal import record_changes
from aupkeep.config.keys import secrets_for
from aupkeep.model.errors import Conflict, Forbidden, Unavailable
from aupkeep.model.staff import StaffMember
from aupkeep.store import oidc_sessions, sessions
from aupkeep.store import staff as stored
from aupkeep.store.oidc_sessions import VouchedSession

LIMIT = timedelta(minutes=15)  # after the issuer's last yes nobody stays in
AGAIN = timedelta(seconds=30)  # between two questions while it does not answer
PATIENCE, STEP = 8.0, 0.1  # seconds to wait for another request's answer
NONCE = 12  # bytes (NIST SP 800-38D section 8.2)


def begin_vouched(context: AppContext, key: str, person: StaffMember, given: Tokens) -> None:
    """Keep what the session with this cookie asks the issuer with."""
    now = context.now()
    oidc_sessions.begin(
        VouchedSession(
            session=sessions.hashed(key), staff=person.id, sealed=_sealed(context, key, given),
            checked_at=now, until=now + LONGEST,
        )
    )  # fmt: skip


def still_vouched(context: AppContext, key: str) -> bool:
    """Whether the session with this cookie may go on; False where the issuer says no."""
    name, now = sessions.hashed(key), context.now()
    kept = oidc_sessions.get(name)
    if kept is None or not context.settings.oidc.enabled:
        return False
    every = timedelta(minutes=context.settings.oidc.check_minutes)
    age = abs(now - kept.checked_at)  # an answer from before the clock was set back is none of now
    if age < every:
        return True
    in_time = age < LIMIT
    if not oidc_sessions.claim(kept, now, now + AGAIN):
        return in_time or _answered(kept)
    try:
        sealed = _asked(context, key, kept)
    except Unavailable:
        return in_time
    except (Forbidden, Conflict):
        sessions.end([name])
        return False
    oidc_sessions.confirm(name, sealed, now)
    return True


def _asked(context: AppContext, key: str, kept: VouchedSession) -> str:
    """What to ask with next time, after a yes whose roles the record now has.

    Raises `IssuerRefused` and `Forbidden` for a no, `Unavailable` for no answer.
    """
    held = _opened(context, key, kept.sealed)
    person = next((member for member in stored.all() if member.id == kept.staff), None)
    if person is None or person.subject is None:
        raise Forbidden("nobody's session any more")
    subject = person.subject.removeprefix(f"{context.settings.oidc.issuer} ")
    if subject == person.subject:  # what another issuer gave is never sent to this one
        raise Forbidden("a session of another issuer")
    given = held
    if held.refresh:
        given = tokens(context, {"grant_type": "refresh_token", "refresh_token": held.refresh})
    proven: Mapping[str, Any] = {"sub": subject}
    if held.refresh and given.id_token:
        proven = proven_claims(context, given.id_token)
    claims = all_claims(context, proven, given.access)
    if subject_of(context, claims) != person.subject:
        raise IssuerRefused("expected the same person, found another")
    _, changes = follow(context, claims, given.id_token)
    if changes.rows:
        record_changes(context, changes)
    return _sealed(context, key, Tokens(id_token="", access=given.access,
                                        refresh=given.refresh or held.refresh))  # fmt: skip


def _answered(kept: VouchedSession) -> bool:
    """Whether the request that asks at this moment hears a yes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        threading.Event().wait(STEP)
        now = oidc_sessions.get(kept.session)
        if now is None or now.checked_at > kept.checked_at:
            return now is not None
    return False


def _sealed(context: AppContext, key: str, given: Tokens) -> str:
    secret = secrets_for(context.home, "tokens")[-1]
    text = json.dumps([given.access, given.refresh]).encode()
    nonce = context.noise(NONCE)
    return (nonce + AESGCM(_half(secret, key)).encrypt(nonce, text, None)).hex()


def _opened(context: AppContext, key: str, sealed: str) -> Tokens:
    data = bytes.fromhex(sealed)
    for secret in reversed(secrets_for(context.home, "tokens")):
        try:
            text = AESGCM(_half(secret, key)).decrypt(data[:NONCE], data[NONCE:], None)
        except InvalidTag:
            continue
        access, refresh = json.loads(text)
        return Tokens(id_token="", access=access, refresh=refresh)
    raise Forbidden("the session was sealed under a key that is gone")


def _half(secret: bytes, key: str) -> bytes:
    """The key of a session: nobody has it without both the home and the browser."""
    return hmac.digest(secret, f"oidc\0session\0{key}".encode(), "sha256")
