"""The record driver holds the contract, with a clock moved by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from aupkeep.enforcement.action_checks import scope_refusal
from aupkeep.enforcement.driver import DriverContext, by_place, touched_addresses
from aupkeep.enforcement.drivers.dry_run import DRIVER
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import LEVELS, Level, Measure
from enforcement.contract import Bench, Contract
from enforcement.orders import FOUR, PEER, WIDE, Clock, order, scope

ACCOUNT = Scope(customer="acme", resource="vm-7")


class TestRecord(Contract):
    """The whole suite."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        """A record in a temporary folder."""
        clock = Clock()
        return Bench(
            open=lambda cap: DRIVER.open(DriverContext(folder=tmp_path, now=clock, cap=cap)),
            now=clock,
            wait=clock.forward,
            folder=tmp_path,
            name="record",
        )


def test_what_a_measure_touches(tmp_path: Path):
    """Its address and the peer, or nothing of the network; a record enforces nothing."""
    to_peer = scope(Measure.BLOCK_DESTINATION)
    assert touched_addresses(to_peer) == [str(FOUR), str(PEER[4])]
    assert touched_addresses(scope(Measure.BLOCK_URL)) == []
    able = DRIVER.open(DriverContext(folder=tmp_path, now=Clock())).capabilities()
    assert able.enforces is False


def test_record_outlives_the_process(tmp_path: Path):
    """What one process wrote, the next one reads."""
    context = DriverContext(folder=tmp_path, now=Clock())
    first = DRIVER.open(context)
    first.apply(first.plan(order(), {}, NOTHING))
    assert DRIVER.open(context).prove(order()).seen


def test_damaged_record_is_told(tmp_path: Path):
    """A record that cannot be read is an error that names it, not an empty answer."""
    (tmp_path / "record.json").write_text("{")
    with pytest.raises(Unavailable, match=r"record\.json"):
        DRIVER.open(DriverContext(folder=tmp_path, now=Clock())).observe()


def test_what_is_said_of_a_line(tmp_path: Path):
    """The proof quotes what the line says it did, the receipts name place and action."""
    clock = Clock()
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=clock))
    action, other = order(), replace(order(), id="other")
    place = driver.place(action)
    absent = driver.prove(action)
    assert (absent.seen, absent.text) == (False, f"record: {place}: no such line")
    applied = driver.apply(driver.plan(action, {}, NOTHING))
    proof = driver.prove(action)
    assert (proof.seen, proof.at) == (True, clock())
    assert proof.text == f"record: {place}: would apply {place} for {action.scope.resource}"
    assert applied.proof == proof.text
    assert driver.prove(other).text == absent.text
    with pytest.raises(DriverRefused, match=f"{place} stands for another action: {action.id}$"):
        driver.revert(place, "other")
    undone = driver.revert(place, action.id)
    assert (undone.place, undone.action, undone.before) == (place, action.id, applied.after)
    assert (undone.after, undone.at, undone.proof) == (None, clock(), absent.text)
    assert driver.revert(place, action.id).before is None


def test_a_stranger_s_line_is_named(tmp_path: Path):
    """A line without an action is foreign."""
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock()))
    action = replace(order(), id="")
    driver.apply(driver.plan(action, {}, NOTHING))
    with pytest.raises(DriverRefused, match=r"another action: foreign$"):
        driver.revert(driver.place(action), "b-1")


def test_what_it_says_of_itself(tmp_path: Path):
    """Driver, version, cap, and that nothing is changed."""
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), cap=7))
    own = driver.capabilities()
    assert (own.driver, own.version, own.cap) == ("record", "1", 7)
    assert own.system == "record.json in the agent's folder; nothing is changed"
    assert own.measures == frozenset(measure for measure in Measure if LEVELS[measure] >= Level.L3)


@pytest.mark.parametrize(
    ("action", "place"),
    [
        (order(), "block-port 203.0.113.10 tcp 22"),
        (order(Measure.LIMIT_RATE), "limit-rate 203.0.113.10"),
        (order(Measure.LIMIT_INBOUND), "limit-inbound 203.0.113.10 icmp"),
        (order(Measure.BLOCK_URL), "block-url https://shop.example/a"),
        (
            order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, WIDE, prefix_length=56)),
            "isolate 2001:db8:c:100::/56",
        ),
        (order(Measure.SUSPEND_ACCOUNT, aim=ACCOUNT), "suspend-account vm-7"),
    ],
)
def test_where_a_measure_stands(action: Action, place: str, tmp_path: Path):
    """The measure and what it is aimed at, in words; a rate is no aim."""
    assert DRIVER.open(DriverContext(folder=tmp_path, now=Clock())).place(action) == place


def test_what_cannot_be_placed(tmp_path: Path):
    """The refusal says which measure, or what of its scope is wrong."""
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock()))
    with pytest.raises(DriverRefused, match=r"^record cannot inform: it restricts nothing$"):
        driver.place(order(Measure.INFORM, aim=ACCOUNT))
    aimless = order(aim=replace(scope(Measure.BLOCK_PORT), port=None))
    with pytest.raises(DriverRefused) as caught:
        driver.place(aimless)
    assert str(caught.value) == scope_refusal(Measure.BLOCK_PORT, aimless.scope)


def test_a_later_action_replaces_an_earlier_one(tmp_path: Path):
    """The plan says so and keeps the note; the receipt shows before and after."""
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock()))
    first = order()
    later = order(number=2, aim=replace(first.scope, note="why"))
    before = driver.apply(driver.plan(first, {}, NOTHING))
    plan = driver.plan(later, by_place(driver.observe()), NOTHING)
    assert plan.ops == (f"would replace {plan.place} for vm-7",)
    assert (plan.note, plan.touches) == ("why", ("203.0.113.10", "vm-7"))
    receipt = driver.apply(replace(plan, ops=("one", "two")))
    assert (receipt.action, receipt.before) == (later.id, before.after)
    assert receipt.after is not None
    assert receipt.after.action == later.id
    assert receipt.proof == f"record: {plan.place}: one; two"
    stranger = replace(receipt.after, action="")
    occupied = f"^{plan.place} is occupied by an element that is not ours$"
    with pytest.raises(DriverRefused, match=occupied):
        driver.plan(first, {plan.place: stranger}, NOTHING)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "record.json: expected a JSON object"),
        ('{"lines": [1]}', "found line: expected an object"),
    ],
)
def test_damage_says_what_is_wrong(text: str, reason: str, tmp_path: Path):
    (tmp_path / "record.json").write_text(text)
    with pytest.raises(Unavailable) as caught:
        DRIVER.open(DriverContext(folder=tmp_path, now=Clock())).observe()
    assert f"expected a readable record, found {'' if 'line' in reason else tmp_path}" in str(
        caught.value
    )
    assert reason in str(caught.value)


def test_a_line_stands_until_its_end(tmp_path: Path):
    """At that moment it is gone, as a kernel's element is; a record without lines holds none."""
    clock = Clock()
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=clock))
    driver.apply(driver.plan(order(), {}, NOTHING))
    clock.forward(3599)
    assert len(driver.observe()) == 1
    clock.forward(1)
    assert driver.observe() == ()
    (tmp_path / "record.json").write_text("{}")
    assert driver.observe() == ()
