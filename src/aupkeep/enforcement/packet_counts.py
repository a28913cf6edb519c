"""Packets that each action stopped, over all writings of its element, and since when that is known.

A system counts an element's packets from its writing on. An extension, a repair and whatever else
writes it anew begins another run at zero: what the runs before it counted is kept here, in a file
of its own, and added. Where a run ended unseen (a reboot, an agent killed while it wrote, a file
that is gone) the sum begins anew, and says since when: no figure is told of a time nobody counted.
"""

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aupkeep.enforcement.action_json import read_object
from aupkeep.enforcement.agent_report import ActionStatus
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.durable_file import file_mark, read_regular, write_durably
from aupkeep.enforcement.execute import StepExecution
from aupkeep.enforcement.reconcile import Operation
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.moments import parse_moment, show_moment

FILE = "counts.json"
MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRuns:
    """What was counted of an action before its present run, and since when nothing is missing."""

    packets: int
    less: int = 0  # of the present run, what was counted before `since`
    since: datetime


class PacketCounts:
    """The counts of one agent's folder; a damaged or absent file means that nothing is known."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._mark: object = ()
        self._known: dict[str, EarlierRuns] = {}
        self._stored: dict[str, EarlierRuns] = {}  # what the file has of it
        self._last: dict[str, int] = {}  # by action, what its present run was last seen to count
        self._holders: dict[str, str] = {}  # by what is to be written, whose element is there

    def begin(self, observed: Iterable[InstalledElement], ops: Iterable[Operation]) -> None:
        """Note what stands before these operations write elements anew.

        Until that is seen the file has no count of them: an agent that dies now knows of none.
        """
        self._read()
        there = {element.place: element.action for element in observed if element.action}
        self._see(observed)
        self._holders = {op.id: there.get(op.place, "") for op in ops if op.action is not None}
        if unsure := set(self._holders.values()) & self._known.keys():
            self._write({x: runs for x, runs in self._known.items() if x not in unsure})

    def settle(self, execution: StepExecution, kept: Container[str], now: datetime) -> None:
        """Note what was written and what stands since; only `kept` actions are remembered.

        Where the system gave no answer to a writing nobody knows which run is there.
        """
        written, standing = execution.written, execution.elements.values()
        for action in self._holders.keys() - written.keys() - execution.failed.keys():
            self._known.pop(self._holders[action], None)
        for action, before in written.items():
            if before is not None:
                self._close(before.action, before.packets)
                if before.action != action:  # while that stood nobody counted for this one
                    self._known.pop(action, None)
            elif action in self._last:
                self._close(action, self._last[action])
            else:
                self._known.pop(action, None)
            self._known.setdefault(action, EarlierRuns(packets=0, since=now))
            self._last[action] = 0
        self._see(standing)
        for element in standing:
            if element.action and element.packets is not None:
                self._first_seen(element.action, element.packets, now)
        self._known = {name: runs for name, runs in self._known.items() if name in kept}
        self._last = {name: seen for name, seen in self._last.items() if name in kept}
        if self._known != self._stored:
            self._write(dict(self._known))

    def told(self, statuses: Iterable[ActionStatus]) -> Iterator[ActionStatus]:
        """Each status with the packets of all runs, and since when."""
        for status in statuses:
            runs = self._known.get(status.id)
            if status.packets is None or runs is None:
                yield status
                continue
            packets = runs.packets + status.packets - runs.less
            yield replace(status, packets=packets, counted_since=runs.since)

    def _see(self, standing: Iterable[InstalledElement]) -> None:
        """Take each run's count; one that is lower than before is a run that somebody began."""
        for element in standing:
            name, packets = element.action, element.packets
            if packets is None or name not in self._known:
                continue
            if packets < self._last.get(name, 0):
                self._close(name, self._last[name])
            self._last[name] = packets

    def _close(self, action: str, packets: int | None) -> None:
        """Its present run is over and counted so many."""
        self._last.pop(action, None)
        if runs := self._known.get(action):
            more = max((packets or 0) - runs.less, 0)
            self._known[action] = replace(runs, packets=runs.packets + more, less=0)

    def _first_seen(self, action: str, packets: int, now: datetime) -> None:
        """What is not known is counted from now on; so is what counts less than it did."""
        runs = self._known.get(action)
        if runs is None or packets < runs.less:
            self._known[action] = EarlierRuns(packets=0, less=packets, since=now)
            self._last[action] = packets

    def _read(self) -> None:
        """Read the file where another process wrote it."""
        mark = file_mark(self._path)
        if mark == self._mark:
            return
        self._mark, self._known, self._last = mark, {}, {}
        with suppress(AupkeepError, OSError, ValueError, TypeError):
            rows = read_object(read_regular(self._path, MAX_BYTES) or b"{}", MAX_BYTES, FILE)
            self._known = {name: _runs(*row) for name, row in rows.items()}
        self._stored = dict(self._known)

    def _write(self, known: dict[str, EarlierRuns]) -> None:
        """Keep these; a disk that is full keeps nothing from standing."""
        rows = {name: [x.packets, x.less, show_moment(x.since)] for name, x in known.items()}
        with suppress(Unavailable):
            write_durably(self._path, canonical(rows))
            self._stored, self._mark = known, file_mark(self._path)


def _runs(packets: int, less: int, since: str) -> EarlierRuns:
    """A row of the file. Raises `ValueError`, `TypeError` or `Invalid` for what is none."""
    if min(packets, less) < 0:
        raise ValueError(f"expected counts from 0, found {packets} and {less}")
    return EarlierRuns(packets=packets, less=less, since=parse_moment(since, FILE))
