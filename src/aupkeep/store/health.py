"""Whether the database answers at all, and where it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, InterfaceError, OperationalError, connection

from aupkeep.model.errors import Unavailable
from aupkeep.store.patience import PROBE, patience

CORRUPT = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB (sqlite.org/rescode.html), the lowest byte


def reachable() -> bool:
    """True when the database answers the cheapest question."""
    try:
        with patience(PROBE), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Error:
        return False


@contextmanager
def answering() -> Iterator[None]:
    """Raise `Unavailable` where the database does not answer in the middle of this."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise Unavailable(f"the database does not answer: {error}") from error


def is_away(error: Exception) -> bool:
    """Whether this error of ours says that the database does not answer."""
    return isinstance(error.__cause__, OperationalError | InterfaceError)


def is_corrupt(error: BaseException) -> bool:
    """Whether SQLite says of this error of ours that its file is spoiled or is no database."""
    cause = error.__cause__ and error.__cause__.__cause__
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in CORRUPT


def address() -> tuple[str, str]:
    """Host and port of the server, or ("", file) of SQLite."""
    entry = connection.settings_dict
    if connection.vendor == "sqlite":
        return "", str(entry["NAME"])
    return str(entry["HOST"] or "localhost"), str(entry["PORT"] or 5432)
