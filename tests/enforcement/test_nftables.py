"""The nftables driver holds the contract against the real kernel, in a namespace of its own.

Runs as root, and without root under `unshare -Urn`.
"""

import os
import re
import subprocess
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.drivers.nftables import DRIVER, MAX_RATE
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.libnftables import Nftables
from aupkeep.enforcement.nft_ruleset import expected, shape
from aupkeep.enforcement.one_system import owner_of
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.orders import FOUR, SHARED, order, scope

pytestmark = [pytest.mark.root, pytest.mark.network]
LIMIT = Measure.LIMIT_RATE


def now() -> datetime:
    return datetime.now(UTC)


def opened(folder: Path, cap: int = 100) -> GuardedDriver:
    return DRIVER.open(DriverContext(folder=folder, now=now, cap=cap))


class NoRewrites(Nftables):
    """As Linux 6.18.44 is to a user namespace: no rule may write into a packet."""

    def run(self, commands: str) -> str | None:
        """As the library, but for such a rule."""
        refused = "Error: Could not process rule: Operation not permitted"
        return refused if " saddr set " in commands else super().run(commands)


def ruleset() -> str:
    done = subprocess.run(["nft", "-s", "list", "ruleset"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.usefixtures("namespace")
class TestNftables(Contract):
    """The whole suite."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        """The kernel of a fresh namespace and the real clock."""
        return bench_over(DRIVER, tmp_path, now=now)

    def test_rates_to_the_limit(self, bench: Bench):
        """The greatest rate that the kernel holds is set as it is, a greater one is refused."""
        driver = bench.driver()
        for rate in (1, 1 << 20, 1 << 32, MAX_RATE):
            put(driver, bench.order(aim=scope(LIMIT, rate=rate), measure=LIMIT))
            assert [element.rate for element in driver.observe()] == [rate]
        with pytest.raises(DriverRefused, match="at most"):
            put(driver, bench.order(aim=scope(LIMIT, rate=MAX_RATE + 1), measure=LIMIT))

    def test_invariant_09_state_after_is_state_before(self, bench: Bench):
        """After every measure came and went the ruleset is byte for byte what it was."""
        driver = bench.driver()
        before = ruleset()
        places = [(put(driver, action), action.id) for action in bench.every(driver)]
        assert ruleset() != before
        for place, id_ in places:
            driver.revert(place, id_)
        assert ruleset() == before

    def test_timeout_is_never_more(self, bench: Bench):
        """The kernel's timeout is what is left of the decision, to the millisecond, never more."""
        driver = bench.driver()
        action = bench.order(seconds=1234.5678)
        put(driver, action)
        shown = Nftables().show("list set inet aupkeep port4") or ""
        left = (action.until - now()).total_seconds()
        assert "timeout 20m34s" in shown
        assert left <= 1234.5678

    def test_mends_its_table(self, bench: Bench):
        """A rule removed, put in front, or a dormant table is seen and mended; elements stay."""
        driver = bench.driver()
        put(driver, bench.order())
        whole = ruleset()
        for damage in (
            "flush chain inet aupkeep forward",
            "insert rule inet aupkeep forward accept",
            "add table inet aupkeep { flags dormant; }",
            "insert rule inet aupkeep forward meta mark set 5",
            "insert rule inet aupkeep forward ip dscp set cs1",
        ):
            assert Nftables().run(damage) is None
            assert driver.prepare() == ("table inet aupkeep: mended",)
            assert ruleset() == whole

    def test_what_was_added_to_its_table_is_named_and_removed(self, bench: Bench):
        """Chains that call each other, a map into them, a set, a counter, our chain elsewhere."""
        driver = bench.driver()
        put(driver, bench.order())
        whole = ruleset()
        added = {
            "chain": "add chain inet aupkeep extra "
            "{ type filter hook input priority 0; policy drop; }",
            "map": "add chain inet aupkeep one\nadd chain inet aupkeep two\n"
            "add map inet aupkeep jumps { type inet_service : verdict; }\n"
            "add element inet aupkeep jumps { 1 : jump two }\n"
            "add rule inet aupkeep one tcp dport vmap @jumps\n"
            "insert rule inet aupkeep forward jump one",
            "set": "add set inet aupkeep mine { type ipv4_addr; }\n"
            "insert rule inet aupkeep forward ip saddr @mine drop",
            "counter": "add counter inet aupkeep seen\n"
            'insert rule inet aupkeep forward counter name "seen"',
            "chain forward": "delete chain inet aupkeep forward\nadd chain inet aupkeep forward "
            "{ type filter hook forward priority 5; policy drop; }",
            "chain sources": "delete chain inet aupkeep sources\nadd chain inet aupkeep sources "
            "{ type filter hook input priority 5; policy drop; }",
        }
        for name, damage in added.items():
            assert Nftables().run(damage) is None
            told = driver.prepare()
            assert told[0] == "table inet aupkeep: mended"
            assert any(f": {name}" in line and "removed" in line for line in told[1:]), told
            assert ruleset() == whole
            assert driver.prepare() == ()

    def test_refuses_a_table_of_others(self, bench: Bench):
        """A table of the same name that is not ours is named and left alone."""
        assert Nftables().run("add table inet aupkeep") is None
        with pytest.raises(Unavailable, match="another's"):
            bench.driver()

    def test_without_leave_to_write_into_packets(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ):
        """A kernel that forbids such rules has all else; what needs them is refused, saying why."""
        monkeypatch.setattr("aupkeep.enforcement.drivers.nftables.Nftables", NoRewrites)
        driver = bench.driver()
        listed = Nftables().read("list table inet aupkeep", terse=True) or []
        assert shape(listed) == expected(rewrites=False)
        spoofed = bench.order(Measure.BLOCK_SPOOFED)
        with pytest.raises(DriverRefused, match="block-spoofed: this kernel lets no user names"):
            driver.plan(spoofed, {}, NOTHING)
        put(driver, bench.order())
        assert Nftables().run("flush chain inet aupkeep forward") is None
        assert driver.prepare() == ("table inet aupkeep: mended",)
        assert driver.prepare() == ()
        fresh = opened(bench.folder)  # of the next process: it asks the kernel again, and says so
        assert "without block-spoofed: this kernel lets" in fresh.prepare()[0]
        assert len(fresh.observe()) == 1

    def test_foreign_element_is_in_the_way(self, bench: Bench):
        """A place where an operator's own element stands is refused, and it stays."""
        driver = bench.driver()
        Nftables().run("add element inet aupkeep port4 { 203.0.113.10 . tcp . 22 }")
        with pytest.raises(DriverRefused, match="not ours"):
            driver.plan(bench.order(), by_place(driver.observe()), NOTHING)

    def test_another_writer_is_told(self, bench: Bench):
        """When the write fails, the error says so and nothing is called applied."""
        driver = bench.driver()
        plan = driver.plan(bench.order(), {}, NOTHING)
        Nftables().run("delete table inet aupkeep")
        with pytest.raises(Unavailable, match="expected to see it"):
            driver.apply(plan)

    def test_shape_is_what_install_makes(self, bench: Bench):
        """The expected shape is derived from the same rules the kernel was given."""
        bench.driver()
        assert shape(Nftables().read("list table inet aupkeep", terse=True) or []) == expected()

    @pytest.mark.slow
    def test_many_elements(self, bench: Bench):
        """2,000 elements: a change costs less than 0.1 CPU seconds, the whole read-back than 1."""
        bench.cap = 5_000
        driver = bench.driver()
        lines = [
            f"add element inet aupkeep port4 {{ 203.0.113.{n % 200} . tcp . {n + 100}"
            f' timeout 1h comment "case A action {n}" }}'
            for n in range(2_000)
        ]
        assert Nftables().run("\n".join(lines)) is None
        begun = time.process_time()
        seen = driver.observe()
        read = time.process_time() - begun
        plan = driver.plan(bench.order(), by_place(seen), NOTHING)
        begun = time.process_time()
        driver.apply(plan)
        change = time.process_time() - begun
        print(f"2,000 standing: read {read * 1000:.0f} ms, change {change * 1000:.1f} ms")  # noqa: T201
        assert len(seen) == 2_000
        assert read < 1
        assert change < 0.1


@pytest.mark.slow
@pytest.mark.usefixtures("namespace")
def test_flushed_ruleset_is_repaired(tmp_path: Path):
    """Somebody flushes the ruleset under 2,000 measures: a step puts all back, in 5 CPU seconds."""
    key = Ed25519PrivateKey.generate()
    actions = tuple(
        order(driver="nftables", now=now(), number=n, aim=scope(Measure.BLOCK_PORT, port=n))
        for n in range(1, 2_001)
    )
    until = now() + VALID_FOR
    state = DesiredState(
        target="router", serial=1, made_at=now(), valid_until=until, actions=actions
    )
    agent = Agent(
        folder=tmp_path,
        driver=opened(tmp_path, cap=5_000),
        fetch=lambda: sign(state, key),
        keys=[key.public_key()],
        target="router",
        clock=now,
    )
    begun = time.process_time()
    assert len(agent.step().applied) == 2_000
    first = time.process_time() - begun
    begun = time.process_time()
    assert agent.step().applied == ()
    steady = time.process_time() - begun
    Nftables().run("flush ruleset")
    begun = time.process_time()
    assert len(agent.step().repaired) == 2_000
    took = time.process_time() - begun
    print(f"2,000: first {first:.2f} s, steady {steady:.2f} s, repaired {took:.2f} s")  # noqa: T201
    assert took < 5


@dataclass
class Home:
    """A home whose agent writes into the table of this namespace, as the others' of one name do."""

    folder: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    serial: int = 0

    def step(self, *wanted: Action) -> AgentReport:
        """A freshly started agent takes a step to what is wanted."""
        self.serial += 1
        state = DesiredState(
            target="router",
            serial=self.serial,
            made_at=now(),
            valid_until=now() + VALID_FOR,
            actions=wanted,
        )
        owner = owner_of("router", self.key.public_key())
        context = DriverContext(folder=self.folder, now=now, owner=owner)
        agent = Agent(
            folder=self.folder,
            driver=DRIVER.open(context),
            fetch=lambda: sign(state, self.key),
            keys=[self.key.public_key()],
            target="router",
            clock=now,
        )
        return agent.step()


@pytest.mark.usefixtures("namespace")
def test_two_homes_in_one_table(tmp_path: Path):
    """Each leaves the other's: wanting nothing, without its memory, undone, in the same place."""
    homes = [Home(tmp_path / name) for name in "ab"]
    first, second = homes
    whole = scope(Measure.BLOCK_SPOOFED, FOUR)
    mine = order(driver="nftables", now=now(), number=1)
    spoofed = order(Measure.BLOCK_SPOOFED, driver="nftables", now=now(), number=2, aim=whole)
    aim = scope(Measure.ISOLATE, SHARED[4])
    theirs = order(Measure.ISOLATE, driver="nftables", now=now(), number=3, aim=aim)
    first.step(mine, spoofed)
    begun = second.step(theirs)
    assert (begun.applied, begun.refused) == ((theirs.id,), ())
    stands = ruleset()
    report = second.step(theirs)
    assert (len(report.foreign), report.drift, report.lifted) == (2, (), ())
    for path in second.folder.iterdir():
        path.unlink()
    assert second.step(theirs).lifted == ()
    late = replace(mine, id=order(number=4).id, until=mine.until + timedelta(hours=1))
    refused = dict(second.step(theirs, late).refused)
    assert "not ours" in refused[late.id]
    assert re.sub("timeout [0-9a-z]+", "", ruleset()) == re.sub("timeout [0-9a-z]+", "", stands)
    assert second.step().lifted == (theirs.id,)
    assert set(first.step().lifted) == {mine.id, spoofed.id}
    assert "action" not in ruleset()


def test_no_privilege_is_said(tmp_path: Path):
    """Without CAP_NET_ADMIN the driver names what it expected."""
    script = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from aupkeep.enforcement.driver import DriverContext\n"
        "from aupkeep.enforcement.drivers.nftables import DRIVER\n"
        "from aupkeep.model.errors import Unavailable\n"
        "given = DriverContext(folder=Path('.'), now=lambda: datetime.now(UTC))\n"
        "try: DRIVER.open(given).prepare()\n"
        "except Unavailable as error: print(error)\n"
    )
    import sys

    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    done = subprocess.run(
        [*drop, "unshare", "-U", sys.executable, "-c", script]
        if os.geteuid()
        else [*drop, sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert "CAP_NET_ADMIN" in done.stdout, done.stderr
