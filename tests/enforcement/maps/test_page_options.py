"""The options of a web server's driver; nothing is contacted."""

from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.nginx import DRIVER
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.orders import Clock, order


@pytest.mark.parametrize("door", [{}, {"ask_http": "127.0.0.1:80"}])
def test_without_a_door_it_is_announced(tmp_path: Path, door: dict[str, str]):
    """Where nobody can be asked it is not said to be applied; a page needs its scheme's door."""
    options = {"map": str(tmp_path / "m"), **door}
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=options))
    assert driver.able.reads_back is bool(door)
    action = order(Measure.BLOCK_URL, driver="nginx")  # of an https page
    if door:
        with pytest.raises(DriverRefused, match="option ask_https"):
            driver.place(action)
    else:
        assert driver.place(action)
