"""The newest signed state of each target. No journal entry: it follows from rows that have one."""

from django.db import DatabaseError, connection, transaction

from aupkeep.model.errors import Unavailable
from aupkeep.store.guard import writing
from aupkeep.store.models import DesiredRow

PUT = """
    INSERT INTO store_desired (target, serial, data, nonce) VALUES (%s, %s, %s, '')
    ON CONFLICT (target) DO UPDATE SET serial = EXCLUDED.serial, data = EXCLUDED.data
    WHERE store_desired.serial < EXCLUDED.serial
"""  # the same on PostgreSQL 9.5+ and SQLite 3.35+


def get(target: str) -> bytes | None:
    """The signed bytes, None for a target that never had a state."""
    data = DesiredRow.objects.filter(target=target).values_list("data", flat=True).first()
    return None if data is None else bytes(data)


def serial(target: str) -> int:
    """The number of the newest state, 0 before the first."""
    return DesiredRow.objects.filter(target=target).values_list("serial", flat=True).first() or 0


def nonce(target: str) -> str:
    """What an agent without memory asked with last, "" where none did."""
    return DesiredRow.objects.filter(target=target).values_list("nonce", flat=True).first() or ""


def ask(target: str, nonce: str) -> bool:
    """Keep an agent's nonce; False where it is known, or the target has no state yet.

    Raises `Unavailable`.
    """
    try:
        with writing(), transaction.atomic(durable=True):
            asked = DesiredRow.objects.filter(target=target).exclude(nonce=nonce)
            return asked.update(nonce=nonce) > 0
    except DatabaseError as error:
        raise Unavailable(f"the database did not take a nonce: {error}") from error


def targets() -> set[str]:
    """Every target that ever had a state."""
    return set(DesiredRow.objects.values_list("target", flat=True))


def put(target: str, serial: int, data: bytes) -> bool:
    """Keep a newer state; False where another process was first. Raises `Unavailable`."""
    try:
        with writing(), transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(PUT, [target, serial, data])
            return bool(cursor.rowcount == 1)
    except DatabaseError as error:
        raise Unavailable(f"the database did not take a desired state: {error}") from error
