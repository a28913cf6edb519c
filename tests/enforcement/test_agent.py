"""The agent's turns on the record driver: what it believes, does, remembers and tells."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent, FreshSource
from aupkeep.enforcement.agent_report import AgentReport, read_report
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.record import DRIVER, DryRunDriver
from aupkeep.enforcement.freeze import freeze, thaw
from aupkeep.enforcement.protect import read_protect
from aupkeep.model.action import Action
from aupkeep.model.errors import Invalid, Missing, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import Clock, order, scope

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@dataclass
class Controller:
    """Signs states and hands them to one agent; `silent` makes it unreachable."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    serial: int = 0
    data: bytes | None = None
    silent: bool = False

    def fetch(self) -> bytes | None:
        """What the agent gets."""
        if self.silent:
            raise Unavailable("the server does not answer")
        return self.data

    def want(self, *actions: Action, **changes: object) -> AgentReport:
        """Sign a state with these actions and let the agent take a step."""
        self.serial += 1
        self.data = sign(replace(self.state(*actions), **changes), KEY)
        return self.step()

    def state(self, *actions: Action) -> DesiredState:
        """What is wanted, as of now."""
        return DesiredState(
            target="router",
            serial=self.serial,
            made_at=self.clock(),
            valid_until=self.clock() + VALID_FOR,
            actions=actions,
        )

    def agent(self, fresh: FreshSource | None = None, machine_switch: Path | None = None) -> Agent:
        """A freshly started agent: it knows only its folder."""
        context = DriverContext(folder=self.folder, now=self.clock)
        return Agent(
            folder=self.folder,
            driver=DRIVER.open(context),
            fetch=self.fetch,
            keys=[KEY.public_key()],
            target="router",
            clock=self.clock,
            fresh=fresh,
            machine_switch=machine_switch,
        )

    def step(self) -> AgentReport:
        """One turn of a freshly started agent: a restart before every step loses nothing."""
        return self.agent().step()

    def standing(self) -> set[str]:
        """What really stands."""
        driver = DRIVER.open(DriverContext(folder=self.folder, now=self.clock))
        return {one.action for one in driver.observe()}


@pytest.fixture
def desk(tmp_path: Path) -> Controller:
    return Controller(folder=tmp_path)


def states(report: AgentReport) -> dict[str, str]:
    return {told.id: str(told.state) for told in report.actions}


A, B = order(number=1), order(number=2, measure=Measure.ISOLATE, aim=scope(Measure.ISOLATE))


def test_applies_and_lifts(desk: Controller):
    """Wanted: applied with proof; no longer wanted: lifted, read back as gone."""
    report = desk.want(A, B)
    assert set(report.applied) == {A.id, B.id}
    assert all("would apply" in told.proof for told in report.actions)
    report = desk.want(B)
    assert report.lifted == (A.id,)
    assert desk.standing() == {B.id}
    assert states(report) == {A.id: "lifted", B.id: "recorded"}


def test_a_steady_step_does_nothing(desk: Controller):
    """The same state again: nothing is done, everything is told again."""
    desk.want(A)
    report = desk.step()
    assert (report.applied, report.repaired, report.drift) == ((), (), ())
    assert states(report) == {A.id: "recorded"}


def test_status_file_is_the_report(desk: Controller):
    """What is written for the server reads back as what was returned."""
    report = desk.want(A, order(number=9, target="elsewhere"))
    assert read_report((desk.folder / "status.json").read_bytes()) == report
    assert dict(report.refused)[order(number=9).id].startswith("expected an action for router")


def test_drift_is_repaired(desk: Controller):
    """An element removed behind its back stands again, and the drift is told."""
    desk.want(A)
    (desk.folder / "record.json").unlink()
    report = desk.step()
    assert report.repaired == (A.id,)
    assert "found none" in report.drift[0]
    assert desk.standing() == {A.id}


def test_expires(desk: Controller):
    """At its end an action is over and told so, also with the controller silent."""
    desk.want(A)
    desk.silent = True
    desk.clock.forward(3601)
    report = desk.step()
    assert report.expired == (A.id,)
    assert states(report) == {A.id: "expired"}


def test_invariant_08_freeze(desk: Controller):
    """Frozen: no new automatic measure; a person's, a repair, a lift and an expiry go on."""
    desk.want(A)
    freeze(desk.folder / "freeze", "kari: stop")
    person = order(number=3, aim=scope(Measure.BLOCK_PORT, port=23), automatic=False)
    report = desk.want(A, B, person)
    assert report.frozen
    assert dict(report.refused) == {B.id: "frozen: no new automatic measure"}
    assert report.applied == (person.id,)
    (desk.folder / "record.json").unlink()
    assert set(desk.step().repaired) == {A.id, person.id}
    assert desk.want(B, person).lifted == (A.id,)
    assert thaw(desk.folder / "freeze")
    assert desk.step().applied == (B.id,)


def test_invariant_08_freeze_does_not_widen(desk: Controller):
    """Frozen: a longer end is not taken over, a shorter one is."""
    desk.want(A)
    freeze(desk.folder / "freeze", "kari")
    longer = replace(A, until=A.until + timedelta(hours=1))
    report = desk.want(longer)
    assert dict(report.refused) == {A.id: "frozen: it stays as it was"}
    assert desk.want(replace(A, until=A.until - timedelta(minutes=30))).applied == (A.id,)


def test_invariant_08_frozen_by_the_state(desk: Controller):
    """The controller's own freeze works like the file, and outlives its silence."""
    assert desk.want(A, frozen=True).applied == ()
    desk.silent = True
    report = desk.step()
    assert report.frozen
    assert desk.standing() == set()


SILENCES: dict[str, Callable[[Controller], None]] = {
    "gone": lambda desk: setattr(desk, "data", None),
    "unreachable": lambda desk: setattr(desk, "silent", True),
    "forged": lambda desk: setattr(desk, "data", (desk.data or b"").replace(b"vm-7", b"vm-8")),
    "junk": lambda desk: setattr(desk, "data", b"junk"),
}


@pytest.mark.parametrize("silence", SILENCES)
def test_invariant_09_lost_controller(desk: Controller, silence: str):
    """Without a believable state what stands is held and repaired, and nothing new begins."""
    desk.want(A)
    SILENCES[silence](desk)
    (desk.folder / "record.json").unlink()
    report = desk.step()
    assert report.controller
    assert report.repaired == (A.id,)
    assert desk.standing() == {A.id}


def test_stale_state_is_held(desk: Controller):
    """Past `valid_until` a state begins nothing new."""
    desk.want(A, valid_until=desk.clock() + timedelta(minutes=1))
    desk.clock.forward(61)
    report = desk.want(A, B, valid_until=desk.clock())
    assert "valid until" in report.controller
    assert desk.standing() == {A.id}


def test_state_without_an_end_is_held(desk: Controller):
    """One that was signed before states had an end could be any number of years old."""
    assert "valid until None" in desk.want(A, valid_until=None).controller
    assert desk.standing() == set()


def test_invariant_08_the_switch_of_the_machine_freezes_too(desk: Controller):
    """Beside the one in the agent's own folder; a link counts, as a full disk leaves it."""
    machine = desk.folder / "machine"
    agent = desk.agent(machine_switch=machine)
    machine.symlink_to("a-mark")
    desk.data = sign(desk.state(A), KEY)
    assert agent.step().frozen
    assert desk.standing() == set()
    machine.unlink()
    assert not agent.step().frozen
    assert desk.standing() == {A.id}


def test_replay_is_refused(desk: Controller):
    """An older state, rightly signed, brings nothing back."""
    desk.want(A)
    old = desk.data
    desk.want()
    desk.data = old
    report = desk.step()
    assert "serial" in report.controller
    assert desk.standing() == set()


def test_one_serial_one_content(desk: Controller):
    """A second state under the same serial is not believed."""
    desk.want(A)
    desk.serial -= 1
    report = desk.want(B)
    assert "other content" in report.controller
    assert desk.standing() == {A.id}


def test_undo_outlives_the_server(desk: Controller):
    """Undone here, with the server down: lifted, told, and not applied again by any state."""
    desk.want(A, B)
    desk.silent = True
    report = desk.agent().undo(A.id, "ola at the console: wrong host")
    assert report.lifted == (A.id,)
    assert desk.standing() == {B.id}
    desk.silent = False
    report = desk.want(A, B)
    assert desk.standing() == {B.id}
    assert states(report)[A.id] == "lifted"


def test_killed_before_it_remembered(desk: Controller):
    """A crash between apply and memory: the next step adopts what stands, also when frozen."""
    desk.want(A)
    (desk.folder / "memory.json").unlink()
    freeze(desk.folder / "freeze", "kari")
    report = desk.step()
    assert (report.applied, report.lifted, report.refused) == ((), (), ())
    assert states(report) == {A.id: "recorded"}


def test_undo_needs_something(desk: Controller):
    """Undoing what does not stand here is an error that says so."""
    with pytest.raises(Missing, match="no-such-action"):
        desk.agent().undo("no-such-action", "x")


def test_invariant_04_own_list_adds(desk: Controller):
    """The machine's own list lets go of what stands, whatever the state says."""
    desk.want(A, protect=read_protect(["198.51.100.1"]))
    (desk.folder / "protect").write_text("203.0.113.0/24\n")
    report = desk.step()
    assert "protect list" in dict(report.refused)[A.id]
    assert report.lifted == (A.id,)


@pytest.mark.parametrize(
    ("file", "text", "word"),
    [("protect", "nonsense\n", "cannot be read"), ("bounds", "prefix everywhere\n", "line 1")],
)
def test_invariant_04_unreadable_files_hold(desk: Controller, file: str, text: str, word: str):
    """Own protect entries or bounds that cannot be read: what stands is held, nothing begins."""
    desk.want(A)
    (desk.folder / file).write_text(text)
    assert word in desk.want(A, B).controller
    assert desk.standing() == {A.id}


def test_own_bounds_hold_whatever_was_signed(desk: Controller):
    """Nothing outside the machine's own prefixes, no more than its own most; what stands stays."""
    desk.want(A)
    (desk.folder / "bounds").write_text("most-automatic 1  # one at a time\n")
    report = desk.want(A, B)
    assert "most-automatic 1" in dict(report.refused)[B.id]
    assert desk.standing() == {A.id}
    (desk.folder / "bounds").write_text("prefix 198.51.100.0/24\n")
    report = desk.step()
    assert "own prefixes" in dict(report.refused)[A.id]
    assert report.lifted == (A.id,)


def test_damaged_memory_is_an_error(desk: Controller):
    """A memory that cannot be read is named; nothing is guessed, nothing applied."""
    (desk.folder / "memory.json").write_text("{}")
    with pytest.raises(Invalid, match=r"memory\.json"):
        desk.want(A)
    assert desk.standing() == set()


def capped(desk: Controller) -> Agent:
    """An agent whose driver holds one measure at most."""
    return Agent(
        folder=desk.folder,
        driver=DRIVER.open(DriverContext(folder=desk.folder, now=desk.clock, cap=1)),
        fetch=desk.fetch,
        keys=[KEY.public_key()],
        target="router",
        clock=desk.clock,
    )


def signed(desk: Controller, serial: int, *actions: Action) -> bytes:
    return sign(replace(desk.state(*actions), serial=serial), KEY)


def test_over_cap_is_told(desk: Controller):
    """One too many is refused with the cap; the other stands."""
    desk.data = signed(desk, 1, A, B)
    report = capped(desk).step()
    assert len(report.applied) == 1
    assert "at most 1" in report.refused[0][1]


def test_lifts_make_room(desk: Controller):
    """At the cap, what goes and what comes change places in one step."""
    desk.data = signed(desk, 1, A)
    capped(desk).step()
    desk.data = signed(desk, 2, B)
    report = capped(desk).step()
    assert (report.lifted, report.applied) == ((A.id,), (B.id,))


def test_invariant_08_freeze_between_look_and_act(desk: Controller):
    """A switch turned on in the middle of a step stops what that step was about to begin."""

    class Slow(DryRunDriver):
        """While it is asked where something would stand, somebody freezes the machine."""

        def place(self, action: Action) -> str:
            """The place, a moment too late."""
            freeze(desk.folder / "freeze", "kari")
            return super().place(action)

    agent = Agent(
        folder=desk.folder,
        driver=replace(DRIVER, make=Slow).open(DriverContext(folder=desk.folder, now=desk.clock)),
        fetch=desk.fetch,
        keys=[KEY.public_key()],
        target="router",
        clock=desk.clock,
    )
    desk.data = signed(desk, 1, A)
    report = agent.step()
    assert dict(report.refused) == {A.id: "frozen: no new automatic measure"}
    assert desk.standing() == set()
