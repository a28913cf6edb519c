"""API tokens as stored."""

from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from aupkeep.model.token import Token
from aupkeep.store.guard import writing
from aupkeep.store.models import TokenRow, TokenUseRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many

STEP = timedelta(minutes=10)  # between two times that a token's use is written down


def by_digest(digest: str) -> Token | None:
    """The token whose secret has this digest, alive or not."""
    return first(Token, digest=digest)


def by_name(name: str) -> Token | None:
    """The token of this name."""
    return first(Token, name=name)


def all() -> list[Token]:  # noqa: A001 - the room's name is context: tokens.all()
    """Every token, by name."""
    return many(Token, TokenRow.objects.order_by("name"))


def live_of(person: str) -> list[Token]:
    """Those of a person, by address, that nobody revoked."""
    return [token for token in all() if token.person == person and token.revoked_at is None]


def last_used() -> dict[str, datetime]:
    """When each token was used last, to `STEP`, by its id."""
    return dict(TokenUseRow.objects.values_list("token", "at"))


def mark_used(token: str, now: datetime) -> None:
    """Note that a token was used; a database that does not take it keeps nobody out."""
    if TokenUseRow.objects.filter(token=token, at__gt=now - STEP).exists():
        return
    try:
        with writing(), transaction.atomic(durable=True):
            TokenUseRow.objects.update_or_create(token=token, defaults={"at": now})
    except DatabaseError:
        return
