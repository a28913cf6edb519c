"""API tokens: shown once, stored hashed, scoped, expiring, revocable at once."""

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.token import SCOPES, Token
from aupkeep.store import tokens as stored

PREFIX = "aupk_"  # lets a secret scanner find a leaked one
SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class NewToken:
    """A fresh token with its secret, which is shown this once."""

    name: str
    token: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class TokenStatus:
    """A token without its secret; it is `live` until it expires or is revoked."""

    name: str
    scopes: tuple[str, ...]
    trusted: bool
    made: datetime
    expires: datetime
    revoked: datetime | None
    live: bool


@dataclass(frozen=True, slots=True)
class RevokedToken:
    """A token that was revoked."""

    name: str
    revoked: bool = True


def add_token(
    context: AppContext, name: str, *, trusted: bool, scopes: tuple[str, ...], days: int
) -> NewToken:
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
    return NewToken(name, secret, token.expires_at)


def list_tokens(context: AppContext) -> list[TokenStatus]:
    """Every token by name, without its secret."""
    now = context.now()
    return [
        TokenStatus(
            name=token.name,
            scopes=token.scopes,
            trusted=token.trusted,
            made=token.made_at,
            expires=token.expires_at,
            revoked=token.revoked_at,
            live=_lives(token, now),
        )
        for token in stored.all()
    ]


def revoke_token(context: AppContext, name: str) -> RevokedToken:
    """Revoke at once. Raises `Missing`."""
    token = stored.by_name(name)
    if token is None:
        raise Missing(f"token: expected a known name, found {name!r}")
    revoked = dataclasses.replace(token, revoked_at=context.now())
    record(
        context,
        entry(context, EntryType.TOKEN_REVOKED, SYSTEM, {"token": token.id}),
        rows=[revoked],
    )
    return RevokedToken(name)


def check_token(context: AppContext, secret: str) -> Token | None:
    """The live token with this secret; None for any other."""
    token = stored.by_digest(_digest(secret))
    return token if token is not None and _lives(token, context.now()) else None


def _lives(token: Token, now: datetime) -> bool:
    return token.revoked_at is None and now < token.expires_at


def _digest(secret: str) -> str:
    """SHA-256; the secret has 192 random bits, so no salt or stretching is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
