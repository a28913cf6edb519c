"""No domain row changes outside the journal: a check on every connection, always on.

Each statement's first word is looked at; one that writes to a table of ours is refused unless this
thread is inside `writing()`, which only this room's few writers open. The price is about a
microsecond a statement.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, DataError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.whole_text import clean

READING = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW")
DOMAIN = re.compile(
    r"""\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+ONLY)?|UPDATE\s+OR\s+\w+
    |DELETE\s+FROM(?:\s+ONLY)?|TRUNCATE(?:\s+TABLE)?|COPY|MERGE\s+INTO|(?:DROP|ALTER)\s+TABLE)
    \s+(?:IF\s+EXISTS\s+)?(?:"?\w+"?\.)?"?(store_\w+)""",
    re.IGNORECASE | re.VERBOSE,
)
_open = threading.local()


class Unrecorded(AupkeepError):
    """Code tried to change a domain row without a journal entry: a defect, not an input."""


@contextmanager
def writing() -> Iterator[None]:
    """Let this thread write domain rows until the block ends."""
    _open.depth = getattr(_open, "depth", 0) + 1
    try:
        yield
    finally:
        _open.depth -= 1


@contextmanager
def writing_whole() -> Iterator[None]:
    """As `writing`, in one durable transaction. Raises `Unavailable` where it is not taken."""
    try:
        with writing(), transaction.atomic(durable=True):
            yield
    except DatabaseError as error:
        raise Unavailable(f"the database did not take it: {error}") from error


def refuse_unrecorded(
    execute: Callable[..., Any],
    sql: str,
    params: Any,  # noqa: ANN401 - whatever Django passes on
    many: bool,  # noqa: FBT001 - Django's own signature of an execute wrapper
    context: dict[str, Any],
) -> Any:  # noqa: ANN401
    """Django's execute wrapper. Raises `Unrecorded` for a domain write outside `writing()`.

    Text that no database takes is searched for as it would be stored.
    """
    if not getattr(_open, "depth", 0) and not sql.lstrip()[:9].upper().startswith(READING):
        match = DOMAIN.search(sql)
        if match:
            raise Unrecorded(
                f"{match[1]}: expected a write through store.journal, found one beside it"
            )
    try:
        return execute(sql, params, many, context)
    except (UnicodeEncodeError, DataError):  # before anything was sent
        whole = [_whole(row) for row in params] if many else _whole(params)
        if not params or whole == params:
            raise
        return execute(sql, whole, many, context)


def _whole(params: Any) -> Any:  # noqa: ANN401 - whatever Django passes on
    """The values of a statement, their text as the columns hold it: without NUL and its like."""
    if isinstance(params, Mapping):
        return {name: _text(value) for name, value in params.items()}
    return type(params)(map(_text, params)) if isinstance(params, list | tuple) else params


def _text(value: Any) -> Any:  # noqa: ANN401 - whatever Django passes on
    return clean(value) if isinstance(value, str) else value


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guard on a connection, once."""
    if refuse_unrecorded not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_unrecorded)
