"""What an action stopped is counted over all writings of its element; the unseen is no zero."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from aupkeep.enforcement.agent_report import ActionStatus
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.execute import StepExecution
from aupkeep.enforcement.packet_counts import FILE, PacketCounts
from aupkeep.enforcement.protect import NOTHING
from aupkeep.enforcement.reconcile import Operation, OperationKind
from aupkeep.model.action import ActionState
from enforcement.orders import NOW, order

A, B = (order(number=number) for number in (1, 2))
PLACE = "port4 203.0.113.10 . tcp . 22"


@dataclass
class Counted:
    """One place of a system, and the agent's steps at it."""

    folder: Path
    counts: PacketCounts = field(init=False)
    at: int = 0  # seconds since the first step
    now: InstalledElement | None = None

    def __post_init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """The agent's process is another."""
        self.counts = PacketCounts(self.folder)

    def step(self, write=None, *, killed: bool = False, answered: bool = True):
        """A step after ten seconds, which writes the element of an action; what is told of it."""
        self.at += 10
        before = self.now
        wanted = [write] if write is not None else []
        ops = [
            Operation(kind=OperationKind.REFRESH, place=PLACE, id=x.id, action=x, reason="")
            for x in wanted
        ]
        self.counts.begin([before] if before else [], ops)
        if write is not None:
            self.now = InstalledElement(
                place=PLACE, action=write.id, reference="R", expires=write.until, packets=0
            )
        if killed:
            self.begin_anew()
            return None
        elements = {PLACE: self.now} if self.now else {}
        execution = StepExecution(
            driver=None, switches=(), protect=NOTHING, state=None, elements=elements, drift=[]
        )
        if write is not None and answered:
            execution.written[write.id] = before
        moment = NOW + timedelta(seconds=self.at)
        self.counts.settle(execution, {A.id, B.id}, moment)
        return self.told()

    def told(self):
        """Packets, and seconds after the first step since when, of the action that stands."""
        (status,) = self.counts.told(
            [
                ActionStatus(
                    id=self.now.action, state=ActionState.APPLIED, proof="", at=NOW,
                    packets=self.now.packets,
                )
            ]
        )  # fmt: skip
        since = status.counted_since
        return status.packets, since and (since - NOW).total_seconds()

    def stops(self, packets: int) -> None:
        """So many more packets meet the element."""
        self.now = InstalledElement(
            place=PLACE, action=self.now.action, reference="R", expires=None,
            packets=self.now.packets + packets,
        )  # fmt: skip


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    """Action A was written in the first step, and stopped 5 packets since."""
    counted = Counted(tmp_path)
    assert counted.step(A) == (0, 10)
    counted.stops(5)
    assert counted.step() == (5, 10)
    return counted


def test_written_anew_it_counts_on(counted: Counted):
    """Also what was stopped between the last look and the writing; also in another process."""
    counted.stops(2)
    assert counted.step(A) == (7, 10)
    counted.stops(1)
    counted.begin_anew()
    assert counted.step() == (8, 10)
    assert counted.step(A) == (8, 10)


def test_an_element_that_was_gone(counted: Counted):
    """Repaired by the same process the runs are added: nothing was stopped meanwhile."""
    counted.now = None
    assert counted.step(A) == (5, 10)


def test_a_machine_that_began_anew(counted: Counted):
    """Nobody saw what the last run counted: unknown before the writing, and no zero since then."""
    counted.now = None
    counted.begin_anew()
    assert counted.step(A) == (0, 30)


def test_a_counter_that_somebody_reset(counted: Counted):
    """What was seen of it before counts."""
    counted.stops(-4)
    assert counted.step() == (6, 10)


def test_killed_while_it_writes(counted: Counted):
    """Whichever run is there, what it counts is told from the next look on alone."""
    counted.step(A, killed=True)
    counted.stops(3)
    assert counted.step() == (0, 40)
    counted.stops(3)
    assert counted.step() == (3, 40)


def test_a_writing_without_an_answer(counted: Counted):
    """The same where the system did not say whether it was done."""
    assert counted.step(A, answered=False) == (0, 30)


def test_another_takes_the_place_over(counted: Counted):
    """Each has its own runs; while the other's stood nobody counted for the first."""
    counted.stops(2)
    assert counted.step(B) == (0, 30)
    counted.stops(9)
    assert counted.step(A) == (0, 40)
    counted.stops(1)
    assert counted.step() == (1, 40)


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"%s": [1]}', '{"%s": [-1, 0, "x"]}', None])
def test_a_damaged_file(counted: Counted, spoilt: str | None):
    """It stops no step: what stands is counted from now on."""
    path = counted.folder / FILE
    path.unlink()
    if spoilt is not None:
        path.write_text(spoilt.replace("%s", A.id))
    counted.begin_anew()
    assert counted.step() == (0, 30)
    counted.stops(2)
    counted.begin_anew()
    assert counted.step() == (2, 30)


def test_what_stands_no_more_is_forgotten(counted: Counted):
    """The file holds what is remembered."""
    assert A.id in (counted.folder / FILE).read_text()
    counted.counts.begin([], [])
    execution = StepExecution(
        driver=None, switches=(), protect=NOTHING, state=None, elements={}, drift=[]
    )
    counted.counts.settle(execution, (), NOW)
    assert (counted.folder / FILE).read_text() == "{}"


def test_what_was_counted_before_nobody_knew_of_it_counts_in_no_run(counted: Counted):
    """The first look after a crash saw three packets of an unknown past."""
    counted.step(A, killed=True)
    counted.stops(3)
    assert counted.step() == (0, 40)
    counted.stops(3)
    assert counted.step(A) == (3, 40)
    counted.stops(1)
    assert counted.step() == (4, 40)


def test_a_run_that_stopped_nothing_adds_nothing(counted: Counted):
    assert counted.step(A) == (5, 10)
    assert counted.step(A) == (5, 10)
    counted.begin_anew()
    assert counted.step() == (5, 10)


def test_whose_run_is_over_is_not_counted_twice(counted: Counted):
    """A's run was closed when B took its place; then the place is empty."""
    counted.step(B)
    counted.now = None
    assert counted.step(A) == (0, 40)


def test_elements_without_a_counter_hide_no_other(counted: Counted):
    """A system may count some of its elements alone."""
    other = InstalledElement(place="port4 x", action=B.id, reference="R", expires=None)
    counted.stops(-4)
    counted.counts.begin([other, counted.now], [])
    assert counted.told() == (6, 10)


def test_a_writing_elsewhere_leaves_the_file_as_it_is(counted: Counted):
    """Nothing of A is in doubt when B's element is written at another place."""
    path = counted.folder / FILE
    before = path.stat().st_ino, path.read_bytes()
    counted.counts.begin(
        [counted.now],
        [Operation(kind=OperationKind.ADD, place="port4 x", id=B.id, action=B, reason="")],
    )
    counted.begin_anew()
    assert counted.step() == (5, 10)
    assert (path.stat().st_ino, path.read_bytes()) == before


def test_a_folder_that_takes_no_file_stops_no_step(tmp_path: Path):
    """Counts go on in the process."""
    (tmp_path / "agent").write_text("no folder")
    counted = Counted(tmp_path / "agent")
    assert counted.step(A) == (0, 10)
    counted.stops(2)
    assert counted.step(A) == (2, 10)


def test_an_action_begun_by_a_system_that_counts_later(tmp_path: Path):
    """Nothing is missing since its writing."""
    counted = Counted(tmp_path)
    new = InstalledElement(place=PLACE, action=A.id, reference="R", expires=None)
    execution = StepExecution(
        driver=None, switches=(), protect=NOTHING, state=None, elements={PLACE: new}, drift=[]
    )
    execution.written[A.id] = None
    write = Operation(kind=OperationKind.ADD, place=PLACE, id=A.id, action=A, reason="")
    counted.counts.begin([], [write])
    counted.counts.settle(execution, {A.id}, NOW)
    counted.now = replace(new, packets=3)
    assert counted.step() == (3, 0)


def test_what_another_process_wrote_is_read(counted: Counted):
    """Also where it wrote before."""
    path = counted.folder / FILE
    for more in (100, 200):
        path.write_text(f'{{"{A.id}": [{more}, 0, "{NOW.isoformat()}"]}}')
        assert counted.step() == (more + 5, 0)
