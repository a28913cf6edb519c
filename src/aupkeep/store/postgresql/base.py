"""Connections that end when the other side has gone silent, and tell the server to do the same.

A connection is cut where nothing comes for as long as the thread is patient. That reads as any
other broken connection does, so whoever asked does what it does with the database away. It costs a
Python generator around each exchange, about a microsecond.

The server is told to look after its side: a transaction whose client has vanished would hold its
locks for two hours otherwise (PostgreSQL 19.3.2, Linux tcp(7)).
"""

from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psycopg
from django.db.backends.postgresql import base

from aupkeep.store import patience

if TYPE_CHECKING:
    from collections.abc import Generator

    from psycopg.abc import PQGen

R = TypeVar("R")
INTERVAL = 0.1  # seconds between looks at the clock, as psycopg's own
IDLE = 40.0  # seconds a transaction may be without a statement; longer where the thread is patient
SERVER = {  # our side's, from `config.database`
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "15000",
    "idle_in_transaction_session_timeout": f"{IDLE:.0f}s",
}
DURABLE = (  # 19.5.1: with off a commit is told before it is on the disk; anything stronger stays
    "CASE current_setting('synchronous_commit') WHEN 'off' "
    "THEN set_config('synchronous_commit', 'on', false) END"
)
CLIENT_CHECK = "SET client_connection_check_interval = '5s'"  # of a client while a statement runs
SILENT = "the database did not answer in {:.3g} s"


class PatientConnection(psycopg.Connection[Any]):
    """psycopg's connection; it ends where an answer does not come in time."""

    def wait(self, gen: "PQGen[R]", interval: float = INTERVAL, timeout: float | None = None) -> R:
        """As psycopg; raises `OperationalError` where nothing comes for too long."""
        most = patience.seconds()
        if most is not None:
            gen = self._ends(gen, most)
        return super().wait(gen, interval, timeout)

    def _ends(self, gen: "PQGen[R]", most: float) -> "Generator[Any, Any, R]":
        """The same exchange; each time something comes the time begins anew."""
        until = 0.0
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    until = 0.0
                elif not until:
                    until = monotonic() + most - INTERVAL
                elif monotonic() > until:
                    self.pgconn.finish()
                    raise _in_vain(most)
                wanted = gen.send(ready)
        except StopIteration as end:
            return cast("R", end.value)


def _in_vain(seconds: float) -> psycopg.OperationalError:
    """The error of an answer that did not come."""
    words = SILENT.format(seconds)
    patience.waited_in_vain(words)
    return psycopg.OperationalError(words)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with connections of ours."""

    _idle: float | None = IDLE

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - Django's own signature
        """Connect, within `connect_timeout`."""
        if words := patience.was_in_vain():
            raise psycopg.OperationalError(words)
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        try:
            return PatientConnection.connect(**conn_params)
        except psycopg.errors.ConnectionTimeout as error:
            raise _in_vain(float(conn_params["connect_timeout"])) from error

    def init_connection_state(self) -> None:
        """As Django; then the server is told to end what has no client, and to commit durably."""
        super().init_connection_state()
        self._idle = IDLE
        with self.connection.cursor() as cursor:
            calls = ", ".join("set_config(%s, %s, false)" for _ in SERVER)
            cursor.execute(
                f"SELECT {DURABLE}, {calls}", [word for pair in SERVER.items() for word in pair]
            )
        try:
            self.connection.execute(CLIENT_CHECK)
        except psycopg.errors.InvalidParameterValue:  # the server's system cannot look
            self.connection.rollback()

    def is_usable(self) -> bool:
        """Whether the connection still lives; whoever asks has no long work in hand."""
        with patience.patience(patience.PROBE):
            return bool(super().is_usable())

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's own signature
        """As Django; a transaction of long work may also pause for long."""
        most = patience.seconds()
        wanted = max(IDLE, most) if most is not None else None
        if not autocommit and wanted != self._idle:
            number = 0 if wanted is None else round(wanted * 1000)
            with self.wrap_database_errors:
                self.connection.execute(f"SET idle_in_transaction_session_timeout = {number}")
            self._idle = wanted
        super()._set_autocommit(autocommit)  # type: ignore[misc] # Django's stubs lack it
