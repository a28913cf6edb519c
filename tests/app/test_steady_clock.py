"""A clock that is set is not followed until the kernel vouches for it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.app import steady_clock
from aupkeep.app.steady_clock import doubted_step, not_before, set_back, steady_seconds

DAYS = 2 * 86_400.0


class Machine:
    """Its two clocks, and whether something keeps the one that can be set."""

    def __init__(self) -> None:
        self.wall, self.passed, self.kept = 1_800_000_000.0, 5_000.0, False

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.wall += seconds
        self.passed += seconds


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with an empty home; each test is its first process."""
    one = Machine()
    monkeypatch.setenv("AUPKEEP_HOME", str(tmp_path))
    monkeypatch.setattr(steady_clock.time, "time", lambda: one.wall)
    monkeypatch.setattr(steady_clock.time, "clock_gettime", lambda _: one.passed)
    monkeypatch.setattr(steady_clock, "_synchronised", lambda: one.kept)
    monkeypatch.setattr(steady_clock, "_uptime", lambda: one.passed)
    monkeypatch.setattr(steady_clock, "_steady", [])
    monkeypatch.setattr(steady_clock, "_believed", [])
    monkeypatch.setattr(steady_clock, "_doubted", [])
    monkeypatch.setattr(steady_clock, "_behind", [])
    return one


def begin_anew() -> None:
    """Another process of the same home."""
    steady_clock._believed.clear()
    steady_clock._doubted.clear()


@pytest.mark.parametrize("step", [DAYS, -DAYS])
def test_time_goes_on_as_it_passed(machine, step):
    before = steady_seconds()
    machine.wait(10)
    machine.wall += step
    assert steady_seconds() == before + 10
    assert doubted_step() == timedelta(seconds=step)
    assert set_back() == timedelta(seconds=min(step, 0))
    machine.wait(3600)
    assert steady_seconds() == before + 3610


def test_a_process_that_starts_after_the_step_knows_too(machine):
    before = steady_seconds()
    machine.wall += DAYS
    begin_anew()
    assert steady_seconds() == before


def test_another_start_of_the_machine_believes_its_clock(machine, tmp_path):
    steady_seconds()
    kept = json.loads((tmp_path / "clock").read_text())
    (tmp_path / "clock").write_text(json.dumps({**kept, "boot": "another"}))
    machine.wall += DAYS
    begin_anew()
    assert steady_seconds() == machine.wall
    assert doubted_step() is None


def test_a_step_is_believed_once_something_keeps_the_clock(machine):
    steady_seconds()
    machine.wall += DAYS
    assert steady_seconds() != machine.wall
    machine.kept = True
    assert steady_seconds() == machine.wall
    machine.kept = False
    begin_anew()
    assert steady_seconds() == machine.wall, "and it is written down"


def test_a_clock_that_is_set_back_right_is_believed_again(machine):
    before = steady_seconds()
    machine.wall += DAYS
    steady_seconds()
    machine.wall -= DAYS
    assert steady_seconds() == before
    assert doubted_step() is None


def test_small_steps_are_followed(machine):
    steady_seconds()
    for _ in range(5):
        machine.wall += 50
        assert steady_seconds() == machine.wall


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"boot": 1, "offset": "x"}', "\xff"])
def test_a_file_that_cannot_be_read_counts_as_none(machine, tmp_path, text):
    (tmp_path / "clock").write_text(text, "latin-1")
    assert steady_seconds() == machine.wall


def test_a_home_that_is_not_there_is_not_made(machine, tmp_path, monkeypatch):
    monkeypatch.setenv("AUPKEEP_HOME", str(tmp_path / "none"))
    assert steady_seconds() == machine.wall
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("uptime", ["18728.18 1.00\n", "nothing", None])
def test_a_clock_that_is_not_the_kernels_proves_nothing(machine, tmp_path, monkeypatch, uptime):
    """Where both clocks are made up, as below faketime, the time of day is all there is."""
    monkeypatch.undo()
    monkeypatch.setattr(steady_clock, "_steady", [])
    monkeypatch.setattr(steady_clock, "UPTIME", tmp_path / "uptime")
    monkeypatch.setattr(steady_clock.time, "time", lambda: machine.wall)
    monkeypatch.setattr(steady_clock.time, "clock_gettime", lambda _: machine.wall)
    if uptime is not None:
        (tmp_path / "uptime").write_text(uptime)
    before = steady_seconds()
    machine.wall += DAYS
    assert steady_seconds() == before + DAYS
    assert doubted_step() is None


def later(seconds: float) -> datetime:
    """So long after what is believed."""
    return datetime.fromtimestamp(steady_seconds() + seconds, UTC)


@pytest.mark.parametrize("steady", [True, False])
def test_a_first_start_with_a_late_clock_learns_the_time(machine, monkeypatch, steady):
    """It is not before what was signed; time goes on from there, for later processes too."""
    if not steady:
        monkeypatch.setattr(steady_clock, "_steady", [False])
    made = later(DAYS)
    not_before(made)
    machine.wait(10)
    assert steady_seconds() == made.timestamp() + 10
    not_before(made)
    assert steady_seconds() == made.timestamp() + 10
    if steady:
        begin_anew()
        assert steady_seconds() == made.timestamp() + 10


def test_a_clock_that_is_vouched_for_or_nearly_right_is_left_alone(machine):
    before = steady_seconds()
    not_before(later(30))
    machine.kept = True
    not_before(later(DAYS))
    assert steady_seconds() == before
