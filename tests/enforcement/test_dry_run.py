"""The record driver holds the contract, with a clock moved by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext, DriverRefused
from aupkeep.enforcement.drivers.dry_run import DRIVER
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.errors import Unavailable
from enforcement.contract import Bench, Contract
from enforcement.orders import Clock, order


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
