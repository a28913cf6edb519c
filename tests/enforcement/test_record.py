"""The record driver holds the contract, with a clock moved by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.drivers.record import DRIVER
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import LEVELS, Level, Measure
from enforcement.contract import Bench, Contract, bench_over
from enforcement.orders import WIDE, Clock, order, scope

ACCOUNT = Scope(customer="acme", resource="vm-7")


class TestRecord(Contract):
    """The whole suite."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        """A record in a temporary folder."""
        return bench_over(DRIVER, tmp_path)


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
    action, other = order(), order(number=2)
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
        driver.revert(place, other.id)
    undone = driver.revert(place, action.id)
    assert (undone.place, undone.action, undone.before) == (place, action.id, applied.after)
    assert (undone.after, undone.at, undone.proof) == (None, clock(), absent.text)
    assert driver.revert(place, action.id).before is None


def test_what_it_says_of_itself(tmp_path: Path):
    """Driver, version, cap, and that nothing is changed."""
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), cap=7))
    own = driver.able
    assert (own.driver, own.version, own.cap) == ("record", "1", 7)
    assert own.system == "record.json in the agent's folder; nothing is changed"
    assert own.enforces is False
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
