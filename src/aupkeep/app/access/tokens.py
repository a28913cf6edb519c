"""API tokens: shown once, stored hashed, scoped, expiring, revocable at once."""

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from aupkeep.app.access.authority import active_member
from aupkeep.app.access.makers import maker_of
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.token import SCOPES, Token
from aupkeep.store import customers
from aupkeep.store import tokens as stored

PREFIX = "aupk_"  # lets a secret scanner find a leaked one
SECRET_BYTES = 24
AGENT = "agent"  # the scope of one target's agent
PERSONAL = "approve"  # the scope of a person's own token
RESELLER = "reseller"  # the scope of a reseller's program


@dataclass(frozen=True, slots=True)
class NewToken:
    """A fresh token with its secret, which is shown this once."""

    name: str
    token: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class RevokedToken:
    """A token that was revoked."""

    name: str
    revoked: bool = True


def add_token(
    context: AppContext, name: str, *, trusted: bool, scopes: tuple[str, ...], days: int,
    person: str | None = None, target: str | None = None, by: Actor = SYSTEM,
) -> NewToken:  # fmt: skip
    """Make a token. Raises `Invalid` for an unknown scope, `Conflict` for a name in use.

    The scope `approve` takes a `person` of the desk: it is their own, and what it does they do. The
    scope `agent` opens one `target`, that of the settings where none is named. Raises `Forbidden`
    for nobody of the desk.
    """
    if target is not None and AGENT not in scopes:
        raise Invalid(f"target: expected it with the scope {AGENT}, found {', '.join(scopes)}")
    if (PERSONAL in scopes) != (person is not None):
        raise Invalid(f"scope {PERSONAL}: expected it with --person, whose own the token is")
    if RESELLER in scopes:
        raise Invalid(f"scope {RESELLER}: expected it alone, with --customer, whose cases it opens")
    whose = active_member(person).address if person is not None else None
    for scope in scopes:
        if scope not in SCOPES:
            raise Invalid(f"scope: expected one of {', '.join(SCOPES)}, found {scope!r}")
    _require_free(name)
    agents = target or context.settings.enforcement.target_named(None).name
    token = partial(
        Token,
        id=context.new_id(),
        name=name,
        scopes=tuple(sorted(scopes)),
        trusted=trusted,
        person=whose,
        target=agents if AGENT in scopes else None,
        made_by=maker_of(by, whose) if whose else None,
    )
    return _write(context, token, days, by, ("trusted", "person", "target"))


def add_outside_token(
    context: AppContext, address: str, holder: str, *, decision: str, days: int, by: Actor
) -> NewToken:
    """The token of somebody outside the desk, good for approving one decision, once."""
    number = context.new_id()
    token = partial(
        Token,
        id=number,
        name=f"outside {number}",
        scopes=(PERSONAL,),
        trusted=False,
        person=address,
        decision=decision,
        holder=holder,
        made_by=maker_of(by, address),
    )
    return _write(context, token, days, by, ("person", "holder", "decision"))


def outside_token(context: AppContext, secret: str) -> Token | None:
    """The live token of an outside approver with this secret; None for any other."""
    token = check_token(context, secret)
    return token if token is not None and token.decision is not None else None


def _require_free(name: str) -> None:
    """Raises `Conflict` for a name in use."""
    if stored.by_name(name) is not None:
        raise Conflict(f"token {name!r} exists; revoke it or choose another name")


def _write(
    context: AppContext, whole: Callable[..., Token], days: int, by: Actor, said: tuple[str, ...]
) -> NewToken:
    """Write a token, given all but its secret and times; its entry names the fields `said`."""
    now, secret = context.now(), PREFIX + context.noise(SECRET_BYTES).hex()
    token = whole(
        digest=_digest(secret),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    payload: dict[str, object] = {
        "token": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
    }
    payload |= {field: getattr(token, field) for field in said}
    record(context, entry(context, EntryType.TOKEN_MADE, by, payload), rows=[token])
    return NewToken(token.name, secret, token.expires_at)


def revoke_token(context: AppContext, name: str, *, by: Actor = SYSTEM) -> RevokedToken:
    """Revoke at once. Raises `Missing`."""
    token = stored.by_name(name)
    if token is None:
        raise Missing(f"token: expected a known name, found {name!r}")
    revoked = dataclasses.replace(token, revoked_at=context.now())
    record(
        context,
        entry(context, EntryType.TOKEN_REVOKED, by, {"token": token.id}),
        rows=[revoked],
    )
    return RevokedToken(name)


def check_target(context: AppContext, name: str, target: str) -> None:
    """Raises `Forbidden` where the token of this name is another agent's."""
    token = stored.by_name(name)
    own = (token.target if token else None) or context.settings.enforcement.target_named(None).name
    if target != own:
        raise Forbidden(f"token {name}: expected the target {own}, found {target[:60]!r}")


def add_reseller_token(
    context: AppContext, name: str, customer: str, *, days: int, by: Actor = SYSTEM
) -> NewToken:
    """The token of a reseller's program: it opens the cases of a customer and of who is below it.

    Raises `Conflict` for a name in use, `Missing` for no such customer.
    """
    _require_free(name)
    if customers.get(customer) is None:
        raise Missing(f"customer: expected a known id, found {customer[:60]!r}")
    token = partial(
        Token,
        id=context.new_id(),
        name=name,
        scopes=(RESELLER,),
        trusted=False,
        customer=customer,
    )
    return _write(context, token, days, by, ("customer",))


def reseller_of(name: str) -> str:
    """The customer whose cases, and those below it, a token opens. Raises `Forbidden`."""
    token = stored.by_name(name)
    if token is None or token.customer is None or RESELLER not in token.scopes:
        raise Forbidden("expected a reseller's token, found none")
    return token.customer


def person_of_token(context: AppContext, secret: str) -> tuple[str, str | None]:
    """Whose own token this is, by address, and who made it. Raises `Forbidden` for any other."""
    token = check_token(context, secret)
    if token is None or token.person is None or token.decision or PERSONAL not in token.scopes:
        raise Forbidden("expected a person's own token that lives, found none")
    return active_member(token.person).address, token.made_by


def person_of_name(name: str) -> str | None:
    """The address of the person whose own the token of this name is, None for a program's."""
    token = stored.by_name(name)
    return token.person if token is not None and token.decision is None else None


def check_token(context: AppContext, secret: str) -> Token | None:
    """The live token with this secret; None for any other."""
    token = stored.by_digest(_digest(secret))
    return token if token is not None and lives(token, context.now()) else None


def note_use(context: AppContext, token: Token) -> None:
    """Note when a token opened a door last, so that a person sees which ones nobody uses."""
    stored.mark_used(token.id, context.now())


def lives(token: Token, now: datetime) -> bool:
    """Whether a token opens anything at this moment."""
    return token.revoked_at is None and now < token.expires_at


def _digest(secret: str) -> str:
    """SHA-256; the secret has 192 random bits, so no salt or stretching is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
