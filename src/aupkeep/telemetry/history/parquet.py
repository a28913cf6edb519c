"""The history over the archive's files, asked by DuckDB.

Only files of the hours asked for are opened. A file that is being removed is looked for again; one
that is broken is left out and counted, so that one bad sector does not hide a month. Each question
has an engine of its own, with limits of threads, memory, spilling and time.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from aupkeep.model.errors import TooMany
from aupkeep.model.subject import Address
from aupkeep.telemetry.history import queries, views
from aupkeep.telemetry.history.engine import MEMORY, SPILL, THREADS, listed, open_engine
from aupkeep.telemetry.history.files import HOUR, hours, shown_and_hidden
from aupkeep.telemetry.history.history import (
    PATIENCE,
    FlowDirection,
    FlowsFound,
    HistoryQuery,
    Network,
    QueryAnswer,
    TotalsBy,
    TrafficPoint,
    TrafficTotal,
    Value,
)  # fmt: skip
from aupkeep.telemetry.history.layout import rows_of
from aupkeep.telemetry.history.placeholders import rendered
from aupkeep.telemetry.rows import Exporters

TOGETHER = 500  # rows of a table that is given, in one statement
AFTER = 2  # hours in which a flow may be reported after it was alive
MAGIC, SHORTEST = b"PAR1", 12
TRIES = 3
WAIT = 60  # seconds after which to ask again

WRONG = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)  # the question
Engine = duckdb.DuckDBPyConnection
Given = TypeVar("Given")


class ParquetHistory:
    """The history in a folder; see `history.FlowHistory` for the questions."""

    def __init__(
        self, root: Path, *, threads: int = THREADS, memory: str = MEMORY, spill: str = SPILL,
        patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        """`memory` and `spill` as DuckDB writes sizes ("256MB"); `patience` in seconds."""
        self.root = root
        self._threads, self._memory, self._spill = threads, memory, spill
        self._patience = patience

    def flows(
        self, address: Address, since: int, until: int, *, limit: int, peer: Address | None = None
    ) -> FlowsFound:
        """See `FlowHistory`."""
        sql = queries.flows(address, peer, limit + 1)
        table, skipped = self._run(
            since, until, lambda engine: engine.sql(sql, params=[until, since]).to_arrow_table()
        )
        exporters = Exporters()
        rows = rows_of(table, exporters)
        return FlowsFound(
            rows=rows[:limit], exporters=exporters, more=len(rows) > limit, skipped=skipped
        )

    def top(
        self, what: TotalsBy, since: int, until: int, *, address: Address | None = None,
        own: Sequence[Network] = (), way: FlowDirection | None = None, count: int = 10,
    ) -> Sequence[TrafficTotal]:  # fmt: skip
        """See `FlowHistory`."""
        sql = queries.top(what, address, own, way, count)
        result, _ = self._run(
            since, until, lambda engine: engine.execute(sql, [until, since]).fetchall()
        )
        return [queries.total(what, row) for row in result]

    def series(self, address: Address, since: int, until: int, step: int) -> Sequence[TrafficPoint]:
        """See `FlowHistory`. At most `queries.STEPS` steps: raises `TooMany` for more."""
        sql = queries.series(address, since, until, step)
        result, _ = self._run(since, until, lambda engine: engine.execute(sql).fetchall())
        return queries.points(result, since, until, step)

    def query(self, question: HistoryQuery) -> QueryAnswer:
        """See `FlowHistory`."""
        sql = rendered(question.sql)

        def run(engine: Engine) -> list[dict[str, Value]]:
            beside(engine, question)
            cursor = engine.execute(sql, dict(question.values))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        rows, skipped = self._run(question.since, question.until, run)
        return QueryAnswer(rows=rows, skipped=skipped)

    def _run(self, since: int, until: int, ask: Callable[[Engine], Given]) -> tuple[Given, int]:
        """Ask; and again without the files that turn out to be gone or broken."""
        broken: set[Path] = set()
        for last in range(TRIES, 0, -1):
            files = [path for path in self._files(since, until) if path not in broken]
            sound = [path for path in files if whole(path)]
            try:
                with self._engine(sound) as engine:
                    return ask(engine), len(files) - len(sound) + len(broken)
            except WRONG:
                raise
            except duckdb.Error:
                unread = {path for path in sound if path.exists() and not self._readable(path)}
                if last == 1 or (not unread and all(path.exists() for path in sound)):
                    raise
                broken |= unread
        raise AssertionError

    def _files(self, since: int, until: int) -> list[Path]:
        span = hours(self.root, since // HOUR, until // HOUR + AFTER)
        return [part.path for _, folder in span for part in shown_and_hidden(folder)[0]]

    def _readable(self, path: Path) -> bool:
        """Whether every column of a file can be read. It is slow, and asked only after trouble."""
        try:
            with self._engine([]) as engine:
                engine.execute(
                    f"SELECT max(COLUMNS(*)) FROM read_parquet({listed([path])})"
                ).fetchall()
        except duckdb.Error:
            return False
        return True

    @contextmanager
    def _engine(self, files: Sequence[Path]) -> Iterator[Engine]:
        engine = open_engine(
            self.root, threads=self._threads, memory=self._memory, spill=self._spill
        )
        alarm = threading.Timer(self._patience, engine.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            engine.execute(f"CREATE VIEW stored AS {views.stored(files)}")
            yield engine
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            what = f"{self._patience:.0f} seconds, {self._memory} and {self._spill} on disk"
            raise TooMany(f"history: expected an answer within {what}", wait=WAIT) from error
        finally:
            alarm.cancel()
            engine.close()


def beside(engine: Engine, question: HistoryQuery) -> None:
    """Lay the view `flows` and the tables beside it."""
    span = f"started < {int(question.until)} AND ended >= {int(question.since)}"
    engine.execute(f"CREATE VIEW flows AS {views.flows(question.own)} AND {span}")
    for name, columns in views.SIDE_TABLES.items():
        given = question.tables.get(name, ())
        if name == "popular" and name not in question.tables:
            engine.execute(f"CREATE VIEW popular AS {views.popular()}")
            continue
        engine.execute(f"CREATE TABLE {name} ({columns})")
        row = f"({', '.join('?' for _ in columns.split(','))})"
        for first in range(0, len(given), TOGETHER):
            part = given[first : first + TOGETHER]
            places = ", ".join([row] * len(part))
            engine.execute(
                f"INSERT INTO {name} VALUES {places}",
                [value for values in part for value in values],
            )


def whole(path: Path) -> bool:
    """Whether a file looks like Parquet from both its ends; one that is gone does not."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            size = file.seek(0, 2)
            if size < SHORTEST:
                return False
            file.seek(-8, 2)
            length, end = int.from_bytes(file.read(4), "little"), file.read(4)
    except OSError:
        return False
    return start == end == MAGIC and length + SHORTEST <= size
