"""Real packets: what the agent says it blocked is blocked, and nothing else is."""

import time

import pytest

from aupkeep.lab.namespaces import ADDRESS, ROUTER
from aupkeep.lab.traffic import read_counts
from aupkeep.model.ladder import Measure
from lab.stage import Stage, action, state_of

pytestmark = [pytest.mark.root, pytest.mark.network]
QUIET = 0.8  # seconds without a single attack connection: eight attempts were due


@pytest.mark.parametrize("six", [False, True], ids=["ipv4", "ipv6"])
def test_attack_stops(stage: Stage, *, six: bool):
    """A port block stops the attack, read back, while the web of A and B goes on, then lifts."""
    before = stage.ruleset()
    attacker = stage.scene.attack(six=six)
    assert stage.scene.wait_growing(six=six)

    block = action(Measure.BLOCK_PORT, six=six)
    begun = time.perf_counter()
    stage.want(block)
    report = stage.stands(block)
    took = time.perf_counter() - begun
    told = next(one for one in report.actions if one.id == block.id)
    assert "K7QF-2M9X" in told.proof
    assert "22" in told.proof
    time.sleep(0.1)
    stopped = stage.scene.attempts(six=six)
    time.sleep(QUIET)
    assert stage.scene.attempts(six=six) == stopped
    assert stage.scene.page("tenant-a", six=six) == "this is tenant-a\n"
    assert stage.scene.page("tenant-b", six=six) == "this is tenant-b\n"

    stage.want()
    stage.told(lambda r: state_of(r, block) == "lifted")
    assert stage.scene.wait_growing(six=six)
    assert stage.ruleset() == before
    attacker.terminate()
    print(f"signed state to read-back: {took * 1000:.0f} ms")  # noqa: T201 - a figure for the log


def test_open_connection_is_cut(stage: Stage):
    """A connection that was open before the block carries nothing after it."""
    mine = f"{ADDRESS['tenant-a']} lines"
    counts = stage.folder / "ssh.json"
    holder = stage.scene.start(
        "tenant-a", ["hold", str(ADDRESS["internet"]), str(stage.folder / "hold.json")]
    )
    start = read_counts(counts).get(mine, 0)
    end = time.monotonic() + 10
    while read_counts(counts).get(mine, 0) < start + 3:
        assert time.monotonic() < end
        time.sleep(0.05)
    block = action(Measure.BLOCK_PORT)
    stage.want(block)
    stage.stands(block)
    time.sleep(0.2)
    cut = read_counts(counts)[mine]
    time.sleep(QUIET)
    assert read_counts(counts)[mine] == cut
    holder.terminate()


def test_kernel_lifts_alone(stage: Stage):
    """With the agent dead the kernel's own timeout ends the block, at the decision's end."""
    attacker = stage.scene.attack()
    assert stage.scene.wait_growing()
    block = action(Measure.BLOCK_PORT, seconds=2.5)
    stage.want(block)
    stage.stands(block)
    stage.stop_agent()
    assert stage.scene.wait_growing(seconds=8)
    stage.start_agent()
    stage.told(lambda r: state_of(r, block) == "expired")
    attacker.terminate()


@pytest.mark.parametrize(
    "damage",
    [
        ("delete", "element", "inet", "aupkeep", "port4", "{ 203.0.113.10 . tcp . 22 }"),
        ("flush", "chain", "inet", "aupkeep", "forward"),
        ("insert", "rule", "inet", "aupkeep", "forward", "accept"),
        ("flush", "ruleset"),
    ],
    ids=["element", "chain", "accept", "ruleset"],
)
def test_drift_is_mended(stage: Stage, damage: tuple[str, ...]):
    """Whatever a hand at the router removed stands again within moments, and is told."""
    block = action(Measure.BLOCK_PORT)
    stage.want(block)
    at = stage.stands(block).at
    whole = stage.ruleset()
    stage.nft(*damage)
    stage.told(lambda r: bool(r.drift) and r.at > at)
    assert "203.0.113.10 . tcp . 22" in stage.ruleset()
    assert same_but_timeout(stage.ruleset()) == same_but_timeout(whole)


def same_but_timeout(ruleset: str) -> list[str]:
    """A repair writes a shorter timeout: what is left by then."""
    return [line.partition(" timeout ")[0] for line in ruleset.splitlines()]


def test_foreign_is_left_alone(stage: Stage):
    """An element an operator added by hand is told and not touched."""
    stage.nft("add", "element", "inet", "aupkeep", "host4", "{ 203.0.113.99 }")
    stage.told(lambda r: "host4 203.0.113.99" in r.foreign)
    assert "203.0.113.99" in stage.ruleset()
    stage.nft("delete", "element", "inet", "aupkeep", "host4", "{ 203.0.113.99 }")


def test_protected_is_refused(stage: Stage):
    """A signed order against a protected host is refused with the reason; its traffic goes on."""
    isolate = action(Measure.ISOLATE)
    stage.want(isolate, protect=("203.0.113.0/28",))
    report = stage.told(lambda r: bool(r.refused))
    assert dict(report.refused) == {
        isolate.id: "address 203.0.113.10 is on the protect list (203.0.113.0/28)"
    }
    assert stage.scene.page("tenant-a") == "this is tenant-a\n"


def test_unsigned_is_refused(stage: Stage):
    """A forged desired state changes nothing: what stands is held, and the reason is told."""
    block = action(Measure.BLOCK_PORT)
    stage.want(block)
    stage.stands(block)
    forged = stage.desired.read_bytes().replace(b'"actions":[', b'"actions":[ ')
    stage.desired.write_bytes(forged.replace(b"203.0.113.10", b"203.0.113.70"))
    report = stage.told(lambda r: "signature" in r.controller)
    assert state_of(report, block) == "applied"
    assert "203.0.113.70" not in stage.lab.run(ROUTER, ["nft", "list", "ruleset"]).stdout
