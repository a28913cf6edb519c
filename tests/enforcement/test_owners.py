"""Whose an element is: two homes in one system, and rows whose mark somebody took away."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.agent_state import read_state
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.one_system import home_of, is_of_home, owner_of
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.action import Action, ActionState
from aupkeep.model.ladder import Measure
from enforcement.orders import Clock, order

MAPS = {
    "nginx": Measure.BLOCK_URL,
    "haproxy": Measure.BLOCK_URL,
    "postfix": Measure.BLOCK_MAIL,
    "rpz": Measure.BLOCK_NAME,
}


@dataclass
class HouseOfOne:
    """One home with a target `router`, whose agent writes into a map file that others may share."""

    folder: Path
    map: Path
    driver: str
    clock: Clock
    seed: int = 1
    serial: int = 0
    wanted: tuple[Action, ...] = ()
    last: AgentReport = field(init=False)

    def step(self, *wanted: Action) -> AgentReport:
        """A freshly started agent takes a step to what is wanted."""
        key = Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32)
        self.serial += 1
        state = DesiredState(
            target="router",
            serial=self.serial,
            made_at=self.clock(),
            valid_until=self.clock() + VALID_FOR,
            actions=wanted,
        )
        options = {"map": str(self.map)} if self.map.name else {}
        context = DriverContext(
            folder=self.folder,
            now=self.clock,
            options=options,
            owner=owner_of("router", key.public_key()),
        )
        agent = Agent(
            folder=self.folder,
            driver=driver_named(self.driver).open(context),
            fetch=lambda: sign(state, key),
            keys=[key.public_key()],
            target="router",
            clock=self.clock,
        )
        return agent.step()

    def order(self, number: int = 1, **changes: object) -> Action:
        """A right action of its driver."""
        measure = MAPS[self.driver]
        return order(measure, number=number, driver=self.driver, now=self.clock(), **changes)


@pytest.fixture(params=list(MAPS))
def house(request: pytest.FixtureRequest, tmp_path: Path) -> HouseOfOne:
    """A home for each driver with a map file, which no server reads here."""
    (tmp_path / "a").mkdir()
    return HouseOfOne(tmp_path / "a", tmp_path / "map", request.param, Clock())


def other_home(house: HouseOfOne) -> HouseOfOne:
    """A second home, with keys of its own, over the same file."""
    folder = house.folder.with_name("b")
    folder.mkdir()
    return HouseOfOne(folder, house.map, house.driver, house.clock, seed=2)


def unmarked(house: HouseOfOne, action: Action) -> str:
    """Take the mark from its row by hand, so that the row has force as before; the row."""
    lines = house.map.read_text().splitlines(keepends=True)
    (at,) = [number for number, line in enumerate(lines) if action.id in line]
    plain = lines[at].partition(f"aupkeep {action.id} ")[0].rstrip(" #;")
    if house.driver == "rpz":
        plain = lines[at].partition(" ; ")[0]
    lines[at] = f"{plain};\n" if house.driver == "nginx" else f"{plain}\n"
    house.map.write_text("".join(lines))
    return lines[at]


def test_another_homes_row_is_foreign(house: HouseOfOne):
    """A home that wants nothing leaves it; wanting the same place it is refused; then it may."""
    house.step(house.order())
    text = house.map.read_text()
    assert " target router:" in text
    other = other_home(house)
    report = other.step()
    assert (len(report.foreign), report.lifted, report.drift) == (1, (), ())
    assert house.map.read_text() == text
    late = other.order(2, seconds=7200)
    report = other.step(late)
    assert [name for name, why in report.refused if "not ours" in why] == [late.id]
    assert house.map.read_text() == text
    house.step()
    assert other.step(late).applied == (late.id,)
    house.clock.forward(10)
    assert house.step().foreign
    assert late.id in house.map.read_text()


def test_anothers_memory_lifts_nothing_of_the_other(house: HouseOfOne):
    """The memory of another target, brought here by hand, makes its row no row of ours."""
    house.step(house.order())
    other = other_home(house)
    theirs = (house.folder / "memory.json").read_text()
    (other.folder / "memory.json").write_text(theirs.replace('"router"', '"edge-2"'))
    report = other.step()
    assert report.foreign
    assert house.order().id in house.map.read_text()


def test_a_folder_that_was_lost_changes_nothing(house: HouseOfOne):
    """Whose a row is follows from the key that signs: it is ours without any memory, and goes."""
    house.step(house.order())
    for path in house.folder.iterdir():
        path.unlink()
    assert house.step().foreign == ()
    assert house.order().id not in house.map.read_text()


def test_a_row_without_its_mark_is_not_lifted(house: HouseOfOne):
    """Somebody took the mark away and the row has force: a person's, until it is gone."""
    action = house.order()
    house.step(action)
    row = unmarked(house, action)
    for _ in range(2):
        report = house.step()
        assert report.lifted == ()
        (status,) = report.actions
        assert (status.id, status.state) == (action.id, ActionState.FAILED)
        assert "a person must" in status.proof
        assert action.id in read_state(house.folder).standing
    house.map.write_text(house.map.read_text().replace(row, ""))
    assert house.step().lifted == (action.id,)


def test_still_wanted_it_is_told_and_kept(house: HouseOfOne):
    """The same row while its measure is wanted: refused, never called lifted, mended when free."""
    action = house.order()
    house.step(action)
    row = unmarked(house, action)
    report = house.step(action)
    assert report.lifted == ()
    assert "not ours" in dict(report.refused)[action.id]
    house.map.write_text(house.map.read_text().replace(row, ""))
    assert house.step(action).repaired == (action.id,)


def test_past_its_end_in_a_system_that_ends_it(tmp_path: Path):
    """HAProxy itself ends a row: past its end a row without a mark keeps nobody waiting."""
    (tmp_path / "a").mkdir()
    house = HouseOfOne(tmp_path / "a", tmp_path / "map", "haproxy", Clock())
    action = house.order(seconds=60)
    house.step(action)
    text = house.map.read_text()
    house.map.write_text(text.partition(" aupkeep ")[0] + "\n")
    house.clock.forward(61)
    assert house.step().expired == (action.id,)


def test_an_older_versions_row_is_ours(house: HouseOfOne):
    """A row that names no target, as versions before wrote it, goes on to be ours."""
    action = house.order()
    house.step(action)
    text = house.map.read_text()
    house.map.write_text(
        "".join(line.partition(" target router:")[0] + "\n" for line in text.splitlines())
    )
    report = house.step(action)
    assert (report.repaired, report.lifted, report.foreign) == ((), (), ())
    house.clock.forward(timedelta(hours=2).total_seconds())
    assert house.step().expired == (action.id,)


def test_whose_a_mark_is():
    """Of any target of our home, under any of its keys; another home's of the same name is not."""
    old, new, other = (
        Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32).public_key() for seed in (1, 2, 3)
    )
    for mark in (owner_of("a", old), owner_of("b", new), home_of(old), home_of(new)):
        assert is_of_home(mark, [old, new])
    for mark in (owner_of("a", other), home_of(other), "a:00000000", "nonsense", ":", ""):
        assert not is_of_home(mark, [old, new])
    context = DriverContext(
        folder=Path(),
        now=Clock(),
        owner=owner_of("a", new),
        of_home=lambda mark: is_of_home(mark, [old, new]),
    )
    assert not context.is_others(owner_of("b", old))
    assert context.is_beside(owner_of("b", old))
    assert not context.is_beside(owner_of("a", old))
    assert context.is_others(owner_of("a", other))
    assert not context.is_beside(owner_of("a", other))
    nameless = DriverContext(folder=Path(), now=Clock())
    assert not nameless.is_others(owner_of("a", other))


def test_whose_a_mark_is_where_only_our_own_names_are_known():
    """Without keys ours are the target's and the home's; a name may have colons of its own."""
    context = DriverContext(folder=Path(), now=Clock(), owner="a:b:0a", home="0a")
    others = [mark for mark in ("", "a:b:0a", "0a", "a:b:0b", "a:0a") if context.is_others(mark)]
    assert others == ["a:b:0b", "a:0a"]
    ours = {"a:b:0a", "a:c:0a", "b:0a", "a:b:0c"}
    context = replace(context, of_home=ours.__contains__)
    beside = [mark for mark in ("", *sorted(ours), "x:b:0a") if context.is_beside(mark)]
    assert beside == ["a:c:0a", "b:0a"]
