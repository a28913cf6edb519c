"""One writing thread for a process with many: what waits together is committed together.

SQLite lets one writer in at a time and is unfair about it (eight threads: p99 431 ms). Here threads
queue for one thread that takes all that wait, commits once, and answers each. A group with a change
that conflicts is done again one by one, so that only the guilty one fails. When a commit itself
fails nothing in the group was accepted, every waiting change fails too and the writer stops for
good: after an error of the disk only what is read back from it is known.
"""

import queue
import threading
from concurrent.futures import Future

from django.db import connection

from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.store import refresh
from aupkeep.store.journal import Change, Journal

GROUP = 256  # changes in one commit at most
STOPPED = "the writer has stopped after an error of the storage; nothing was accepted"

Waiting = tuple[Change, "Future[str]"]


class Writer:
    """Start it with the process, `close` it at the end; `submit` from any thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._accepting = True
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def accepting(self) -> bool:
        """False once it was closed or the storage failed: make a new one, or restart."""
        return self._accepting

    def submit(self, change: Change) -> "Future[str]":
        """As `Journal.commit`, in the writer's thread; the future answers with the checkpoint.

        When it does, the change is durable. Raises `Unavailable` once the writer has stopped.
        """
        future: Future[str] = Future()
        with self._lock:
            if not self._accepting:
                raise Unavailable(STOPPED)
            self._queue.put((change, future))
        return future

    def close(self) -> None:
        """Commit what waits, then stop."""
        with self._lock:
            self._accepting = False
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (group := self._take()) and self._commit(group):
                pass
        finally:
            self._refuse_rest()
            connection.close()

    def _take(self) -> list[Waiting]:
        """All that waits, at least one; nothing when the writer is closed."""
        group: list[Waiting] = []
        item = self._queue.get()
        while item is not None:
            group.append(item)
            if len(group) == GROUP or self._queue.empty():
                return group
            item = self._queue.get()
        if group:
            self._queue.put(None)  # commit these first, then come back for the end
        return group

    def _commit(self, group: list[Waiting]) -> bool:
        """Commit a group and answer its futures; False when the storage failed."""
        try:
            refresh()  # the connection may have gone silent while nothing was written
            checkpoint = self._journal.commit([change for change, _ in group])
        except Unavailable as error:
            _fail(group, error)
            return False
        except Exception as error:  # noqa: BLE001 - whoever submitted the change must hear of it
            if len(group) == 1:
                _fail(group, error)
                return True
            return all(self._commit([waiting]) for waiting in group)
        for _, future in group:
            future.set_result(checkpoint)
        return True

    def _refuse_rest(self) -> None:
        """Accept no more, and fail what still waits."""
        with self._lock:
            self._accepting = False
        while not self._queue.empty():
            if item := self._queue.get():
                _fail([item], Unavailable(STOPPED))


def _fail(group: list[Waiting], error: Exception) -> None:
    """Tell each that nothing was accepted; each gets an error of its own."""
    for _, future in group:
        own = type(error)(*error.args) if isinstance(error, AupkeepError) else error
        future.set_exception(own)
