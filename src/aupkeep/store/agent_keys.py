"""Agents' keys; and beside them, without an entry, what each agent sent last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from aupkeep.model.agent_key import AgentKey
from aupkeep.model.errors import Unavailable
from aupkeep.store.guard import writing, writing_whole
from aupkeep.store.models import AgentContactRow, AgentKeyRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many

TAKE = """
    INSERT INTO store_agent_contact (target, public, number, refused)
    VALUES (%s, %s, %s, '')
    ON CONFLICT (target) DO UPDATE
    SET public = EXCLUDED.public, number = EXCLUDED.number, unsigned_at = NULL,
        forked_at = CASE WHEN store_agent_contact.public <> EXCLUDED.public THEN NULL
            WHEN store_agent_contact.number > %s THEN %s ELSE store_agent_contact.forked_at END
    WHERE store_agent_contact.public <> EXCLUDED.public
        OR store_agent_contact.number < EXCLUDED.number
"""  # the same on PostgreSQL 9.5+ and SQLite 3.35+


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentContact:
    """What was heard of a target's agent.

    `number` is that of the newest request by the key `public`. `unsigned_at`: a report came
    without a signature and was taken. `refused` is the key of a report that was not taken.
    `forked_at`: a request by that key did not know of the one that was taken before it.
    """

    target: str
    public: str
    number: int
    unsigned_at: datetime | None
    refused: str
    refused_at: datetime | None
    forked_at: datetime | None


def pinned(target: str) -> AgentKey | None:
    """The key that a target's agent must sign with, None where none is pinned."""
    return first(AgentKey, target=target, forgotten_at=None)


def last(target: str) -> AgentKey | None:
    """The target's key, also when it was forgotten; None where it never had one."""
    return first(AgentKey, target=target)


def all() -> list[AgentKey]:  # noqa: A001 - the room's name is context: agent_keys.all()
    """Every key, forgotten ones too, by target."""
    return many(AgentKey, AgentKeyRow.objects.order_by("target"))


def contacts() -> list[AgentContact]:
    """What was heard of every agent, by target."""
    return [_contact(row) for row in AgentContactRow.objects.order_by("target")]


def contact(target: str) -> AgentContact | None:
    """What was heard of a target's agent."""
    row = AgentContactRow.objects.filter(target=target).first()
    return None if row is None else _contact(row)


def _contact(row: AgentContactRow) -> AgentContact:
    names = AgentContact.__dataclass_fields__
    return AgentContact(**{name: getattr(row, name) for name in names})


def take_number(target: str, public: str, number: int, previous: int | None, at: datetime) -> bool:
    """Keep the number of a request; False for one that is no newer. Raises `Unavailable`.

    Where a number above `previous` was taken, somebody else went on by the same key, or the agent
    was put back to an earlier state: that is kept, and decides nothing.
    """
    known = number if previous is None else previous
    try:
        with writing(), transaction.atomic(durable=True), connection.cursor() as cursor:
            adapted = connection.ops.adapt_datetimefield_value(at)
            cursor.execute(TAKE, [target, public, number, known, adapted])
            return bool(cursor.rowcount == 1)
    except DatabaseError as error:
        raise Unavailable(f"the database did not take a number: {error}") from error


def note_unsigned(target: str, at: datetime) -> None:
    """Keep when a report without a signature was taken last. Raises `Unavailable`."""
    _note(target, {"unsigned_at": at})


def note_refused(target: str, public: str, at: datetime) -> None:
    """Keep whose report was not taken last, "" for one without a key. Raises `Unavailable`."""
    _note(target, {"refused": public, "refused_at": at})


def _note(target: str, values: Mapping[str, Any]) -> None:
    with writing_whole():
        AgentContactRow.objects.update_or_create(target=target, defaults=values)
