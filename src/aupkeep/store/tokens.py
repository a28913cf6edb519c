"""API tokens as stored."""

from aupkeep.model.token import Token
from aupkeep.store.models import TokenRow
from aupkeep.store.tables import first, many


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
