"""API tokens: shown once, stored hashed, scoped, expiring, revocable at once."""

import hashlib
from datetime import timedelta
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.token import SCOPES, Token
from aupkeep.store import tokens as stored

PREFIX = "aupk_"  # lets a secret scanner find a leaked one
SECRET_BYTES = 24


def add_token(
    context: AppContext, name: str, *, trusted: bool, scopes: tuple[str, ...], days: int
) -> dict[str, Any]:
    """Make a token. Raises `Invalid` for an unknown scope, `Conflict` for a name in use."""
    for scope in scopes:
        if scope not in SCOPES:
            raise Invalid(f"scope: expected one of {', '.join(SCOPES)}, found {scope!r}")
    if stored.by_name(name) is not None:
        raise Conflict(f"token {name!r} exists; revoke it or choose another name")
    secret = PREFIX + context.noise(SECRET_BYTES).hex()
    now = context.now()
    token = Token(
        id=context.new_id(),
        name=name,
        digest=_digest(secret),
        scopes=tuple(sorted(scopes)),
        trusted=trusted,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    payload = {"token": token.id, "name": name, "scopes": list(token.scopes), "trusted": trusted}
    record(context, entry(context, EntryType.TOKEN_MADE, SYSTEM, payload), rows=[token])
    return {"name": name, "token": secret, "expires": show_moment(token.expires_at)}


def list_tokens(context: AppContext) -> list[dict[str, Any]]:
    """Every token by name, without its secret, which nobody has but its holder."""
    now = context.now()
    return [
        {
            "name": one.name,
            "scopes": list(one.scopes),
            "trusted": one.trusted,
            "made": show_moment(one.made_at),
            "expires": show_moment(one.expires_at),
            "revoked": show_moment(one.revoked_at) if one.revoked_at else None,
            "live": one.revoked_at is None and now < one.expires_at,
        }
        for one in stored.all()
    ]


def revoke_token(context: AppContext, name: str) -> dict[str, Any]:
    """Revoke at once. Raises `Missing`."""
    import dataclasses

    token = stored.by_name(name)
    if token is None:
        raise Missing(f"token: expected a known name, found {name!r}")
    gone = dataclasses.replace(token, revoked_at=context.now())
    record(
        context, entry(context, EntryType.TOKEN_REVOKED, SYSTEM, {"token": token.id}), rows=[gone]
    )
    return {"name": name, "revoked": True}


def check_token(context: AppContext, secret: str) -> dict[str, Any] | None:
    """Name, scopes and trust of a live token; None for any other."""
    token = stored.by_digest(_digest(secret))
    if token is None or token.revoked_at is not None or context.now() >= token.expires_at:
        return None
    return {"name": token.name, "scopes": token.scopes, "trusted": token.trusted}


def _digest(secret: str) -> str:
    """SHA-256; the secret has 192 random bits, so no salt or stretching is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
