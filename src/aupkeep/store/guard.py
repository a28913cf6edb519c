"""No domain row changes outside the journal: a check on every connection, always on.

Each statement's first word is looked at; one that writes to a table of ours is refused unless this
thread is inside `writing()`, which only this room's few writers open. The price is about a
microsecond a statement.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from aupkeep.model.errors import AupkeepError

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


def refuse_unrecorded(
    execute: Callable[..., Any],
    sql: str,
    params: Any,  # noqa: ANN401 - whatever Django passes on
    many: bool,  # noqa: FBT001 - Django's own signature of an execute wrapper
    context: dict[str, Any],
) -> Any:  # noqa: ANN401
    """Django's execute wrapper. Raises `Unrecorded` for a domain write outside `writing()`."""
    if not getattr(_open, "depth", 0) and not sql.lstrip()[:9].upper().startswith(READING):
        match = DOMAIN.search(sql)
        if match:
            raise Unrecorded(
                f"{match[1]}: expected a write through store.journal, found one beside it"
            )
    return execute(sql, params, many, context)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guard on a connection, once."""
    if refuse_unrecorded not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_unrecorded)
