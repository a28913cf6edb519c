"""The record driver holds the contract, with a clock moved by hand."""

from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
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
