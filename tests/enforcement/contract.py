"""What every driver must hold, against its real system: subclass `Contract` and give `bench`.

What must not be asked of any driver is in `test_guard.py`: here each acts, behind its guard.

class TestMine(Contract):
    @pytest.fixture
    def bench(self, tmp_path): return bench_over(DRIVER, tmp_path, {"option": "value"})
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_state import read_state
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.ender import Ender
from aupkeep.enforcement.guard import DriverPlugin, GuardedDriver
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import INTERCEPTING, LEVELS, Level, Measure
from enforcement.orders import FOUR, SIX, Clock, order, reaches, scope

EXACT = timedelta(seconds=1.5)  # a system that counts in whole seconds


@dataclass
class Bench:
    """An open driver's surroundings: `open` takes a cap, `wait` lets seconds pass.

    `measure` is one that the driver carries, `aim` a scope that fits a measure; a driver that
    reaches no sharer's ports and no assignments says so with `reaches`.
    """

    open: Callable[[int], GuardedDriver]
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    folder: Path
    name: str
    cap: int = 100
    measure: Measure = Measure.BLOCK_PORT
    aim: Callable[..., Scope] = scope
    reaches: Callable[[Measure], list[Scope]] = reaches
    in_process: bool = False  # a double that lives in this process: no agent of another changes it

    @property
    def addressed(self) -> bool:
        """Whether its measure is on an address, not on a page, a name or an account."""
        return self.aim(self.measure).address is not None

    def driver(self) -> GuardedDriver:
        """An open, prepared driver."""
        driver = self.open(self.cap)
        driver.prepare()
        return driver

    def order(self, measure: Measure | None = None, **changes: object) -> Action:
        """A right action for this driver."""
        wanted = measure or self.measure
        given = {"aim": self.aim(wanted), **changes}
        return order(wanted, driver=self.name, now=self.now(), **given)

    def bound(self) -> None:
        """Write down in the agent's folder what may be intercepted, where that is its measure."""
        if self.measure in INTERCEPTING:
            account = self.aim(self.measure).account
            line = f"account {account}" if account else "prefix 203.0.113.0/24"
            (self.folder / "bounds").write_text(f"{line}\n")

    def agent(self, *wanted: Action) -> Agent:
        """An agent over this driver's folder, which is told to want these."""
        key, now = Ed25519PrivateKey.from_private_bytes(bytes(32)), self.now()
        state = DesiredState(
            target="router", serial=1, made_at=now, valid_until=now + VALID_FOR, actions=wanted
        )
        return Agent(
            folder=self.folder,
            driver=self.open(self.cap),
            fetch=lambda: sign(state, key),
            keys=[key.public_key()],
            target="router",
            clock=self.now,
        )

    def several(self, count: int) -> list[Action]:
        """Actions of the bench's measure, each at a place of its own."""
        if self.measure is Measure.BLOCK_PORT:
            aims = [self.aim(self.measure, port=port) for port in range(1, count + 1)]
        else:
            aims = [self.aim(self.measure, ip_address(f"203.0.113.{10 + n}")) for n in range(count)]
        return [self.order(number=number, aim=aim) for number, aim in enumerate(aims, 1)]

    def every(self, driver: GuardedDriver) -> Iterator[Action]:
        """One action a measure and IP version, and for each reach, each at a place of its own."""
        for number, measure in enumerate(sorted(driver.able.measures), 1):
            yield self.order(measure, number=number, aim=self.aim(measure, FOUR))
            yield self.order(measure, number=number + 50, aim=self.aim(measure, SIX))
            for place, aim in enumerate(self.reaches(measure), 2):
                yield self.order(measure, number=number + place * 50, aim=aim)


def bench_over(
    plugin: DriverPlugin,
    folder: Path,
    options: Mapping[str, Any] | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    **fields: Any,  # noqa: ANN401 - of a `Bench`
) -> Bench:
    """A bench whose driver is opened with these options; by the real clock where one is given."""
    clock = Clock()
    reads: Callable[[], datetime] = now or clock

    def opened(cap: int) -> GuardedDriver:
        context = DriverContext(folder=folder, now=reads, cap=cap, options=options or {})
        return plugin.open(context)

    named = {"wait": sleep if now else clock.forward, "name": plugin.name, **fields}
    return Bench(open=opened, now=reads, folder=folder, **named)


def put(driver: GuardedDriver, action: Action) -> str:
    """Plan against what stands, apply; the place."""
    plan = driver.plan(action, by_place(driver.observe()), NOTHING)
    return driver.apply(plan).place


class Contract:
    """The suite."""

    def test_capabilities_restrict(self, bench: Bench):
        """A driver only offers measures that restrict something, and names itself."""
        able = bench.driver().able
        assert able.driver == bench.name
        assert able.measures
        assert all(LEVELS[measure] >= Level.L3 for measure in able.measures)
        assert able.cap == bench.cap

    def test_prepare_is_idempotent(self, bench: Bench):
        """Preparing a prepared system does nothing."""
        assert bench.driver().prepare() == ()

    def test_every_measure_comes_and_goes(self, bench: Bench):
        """Each measure for each IP version: applied, read back, proved, reverted, gone."""
        driver = bench.driver()
        for action in bench.every(driver):
            before = driver.observe()
            place = put(driver, action)
            found = {one.place: one for one in driver.observe()}[place]
            assert (found.action, found.reference) == (action.id, action.reference)
            assert found.rate == action.scope.rate
            assert found.expires is not None
            assert abs(found.expires - action.until) <= EXACT
            proof = driver.prove(action)
            assert proof.seen
            assert action.reference in proof.text or bench.name == "record"
            receipt = driver.revert(place, action.id)
            assert receipt.before is not None
            assert receipt.after is None
            assert not driver.prove(action).seen
            assert driver.observe() == before

    def test_all_stand_together(self, bench: Bench):
        """All measures stand side by side, each at a place of its own."""
        driver = bench.driver()
        actions = list(bench.every(driver))
        places = {put(driver, action) for action in actions}
        stands = {one.place for one in driver.observe()}
        assert stands == places
        assert len({driver.place(action) for action in actions}) == len(places)

    def test_plan_changes_nothing(self, bench: Bench):
        """A plan is the same twice and leaves the system as it was."""
        driver = bench.driver()
        action = bench.order()
        assert driver.plan(action, {}, NOTHING) == driver.plan(action, {}, NOTHING)
        assert driver.observe() == ()

    def test_plan_names_what_it_touches(self, bench: Bench):
        """The blast radius of a measure is what it is aimed at, and the resource."""
        plan = bench.driver().plan(bench.order(), {}, NOTHING)
        aim = bench.aim(bench.measure)
        aimed = FOUR if bench.addressed else aim.url or aim.name or aim.account or aim.resource
        assert set(plan.touches) == {str(aimed), aim.resource}
        assert plan.ops

    def test_invariant_05_plan_names_the_ports_or_the_assignment(self, bench: Bench):
        """Of a shared address only the sharer's ports are touched, and the plan says which."""
        driver = bench.driver()
        if Measure.BLOCK_PORT not in driver.able.measures:
            return
        for aim in bench.reaches(Measure.BLOCK_PORT):
            plan = driver.plan(bench.order(aim=aim), {}, NOTHING)
            ports = f"{aim.address} from ports {aim.source_ports}"
            assert plan.touches == (str(aim.network) if aim.network else ports, "vm-7")

    def test_invariant_04_protected_at_apply(self, bench: Bench):
        """A host protected after the plan was made is refused when it is applied."""
        driver = bench.driver()
        plan = driver.plan(bench.order(), {}, NOTHING)
        entry = "203.0.113.10" if bench.addressed else f"resource:{plan.action.scope.resource}"
        (bench.folder / "protect").write_text(f"{entry}  # the pump\n")
        with pytest.raises(DriverRefused, match="protect list"):
            driver.apply(plan)
        (bench.folder / "protect").write_text("not an address\n")
        with pytest.raises(DriverRefused, match="line 1"):
            driver.apply(plan)
        assert driver.observe() == ()

    def test_cap_holds(self, bench: Bench):
        """One more than the cap is refused; replacing one that stands is not."""
        bench.cap = 2
        driver = bench.driver()
        first, second, third = bench.several(3)
        put(driver, first)
        put(driver, second)
        with pytest.raises(DriverRefused, match="at most 2"):
            put(driver, third)
        put(driver, replace(second, until=bench.now() + timedelta(seconds=60)))
        assert len(driver.observe()) == 2

    def test_applying_again_refreshes(self, bench: Bench):
        """The same action with another end, up to 90 days, replaces the element and its end.

        An interception lasts a day at most.
        """
        driver = bench.driver()
        most = 86_400 if bench.order().measure in INTERCEPTING else 90 * 86_400
        for wanted in (600, 900, 60, most, 8 * 86_400, 100_000, 7 * 86_400 - 1):
            starts = bench.now()
            until = starts + timedelta(seconds=min(wanted, most))
            action = bench.order(starts=starts, until=until, automatic=False)
            put(driver, action)
            (found,) = driver.observe()
            assert found.expires is not None
            assert abs(found.expires - action.until) <= EXACT

    def test_invariant_09_ends_alone(self, bench: Bench):
        """The system itself lifts a measure at its end, and not long before.

        One that says it does not still holds it then, with its end, so that the agent lifts it.
        """
        driver = bench.driver()
        action = bench.order(seconds=1.5)
        place = put(driver, action)
        bench.wait(0.5)
        assert len(driver.observe()) == 1
        bench.wait(1.5)
        if not driver.able.ends_by_itself:
            (late,) = driver.observe()
            assert late.expires is not None
            assert late.expires <= bench.now()
            driver.revert(place, action.id)
        assert driver.observe() == ()

    def test_invariant_09_ends_with_the_agent_killed(self, bench: Bench):
        """Killed over the end: the system ends it, or the ender does, by what the agent noted."""
        bench.bound()
        action = bench.order(seconds=1.5)
        if bench.in_process:
            bench.agent(action).step()  # and nothing of it is used any more
        elif not (child := os.fork()):
            try:
                bench.agent(action).step()
            finally:
                os.kill(os.getpid(), signal.SIGKILL)
        else:
            os.waitpid(child, 0)
        driver = bench.driver()
        assert list(read_state(bench.folder).standing) == [action.id]
        seen = [element.action for element in driver.observe()]
        assert seen == [action.id] or bench.now() >= action.until  # a slow look may come too late
        bench.wait(2.5)
        if not driver.able.ends_by_itself:
            away = timedelta(seconds=0.5)
            report = Ender(bench.agent(), bench.name, bench.now, away).look()
            assert report is not None
            assert report.expired == (action.id,)
        assert bench.driver().observe() == ()

    @pytest.mark.nightly("kills")
    def test_ends_though_nobody_remembers_it(self, bench: Bench):
        """Killed between the act and the memory: it goes at the end that was written down."""
        bench.bound()
        driver, known = bench.driver(), read_state(bench.folder).standing
        put(driver, bench.order(seconds=3))  # a busy router takes one
        assert read_state(bench.folder).standing == known
        bench.wait(3.2)
        if not driver.able.ends_by_itself:
            assert bench.agent().end_over("away").expired
        assert bench.driver().observe() == ()

    def test_reverts_only_its_own(self, bench: Bench):
        """What another action set stays; what is gone already is done."""
        driver = bench.driver()
        action = bench.order()
        place = put(driver, action)
        with pytest.raises(DriverRefused, match="another action"):
            driver.revert(place, "somebody-else")
        assert driver.prove(action).seen
        driver.revert(place, action.id)
        assert driver.revert(place, action.id).before is None

    def test_many_at_once(self, bench: Bench):
        """A driver that takes many at once takes all or nothing, and lifts all or nothing."""
        driver = bench.driver()
        if not driver.bulk:
            return
        orders = bench.several(10)
        plans = [driver.plan(one, {}, NOTHING) for one in orders]
        over = replace(plans[4], action=replace(plans[4].action, until=bench.now()))
        with pytest.raises(DriverRefused, match="end"):
            driver.apply_all([*plans[:4], over])
        assert driver.observe() == ()
        receipts = driver.apply_all(plans)
        assert [r.after.action if r.after else None for r in receipts] == [o.id for o in orders]
        pairs = [(plan.place, plan.action.id) for plan in plans]
        with pytest.raises(DriverRefused, match="another action"):
            driver.revert_all([*pairs[:9], (pairs[9][0], "somebody-else")])
        assert len(driver.observe()) == 10
        driver.revert_all(pairs)
        assert driver.observe() == ()

    def test_hostile_text_is_refused(self, bench: Bench):
        """Text of an action never becomes part of a command."""
        driver = bench.driver()
        quote = 'x" } ; flush ruleset ; add element inet aupkeep host4 { 203.0.113.70 comment "'
        for action in (bench.order(reference=quote), bench.order(id=quote)):
            try:
                put(driver, action)
            except DriverRefused:
                continue
            assert [one.place for one in driver.observe()] == [driver.place(action)]
            driver.revert(driver.place(action), action.id)
        put(driver, bench.order())
        assert len(driver.observe()) == 1
