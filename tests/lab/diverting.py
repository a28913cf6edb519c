"""Runs on the lab's router: lay `redirect`, divert one pair for so many seconds, say what stands.

python -m lab.diverting FOLDER SOURCE PEER SECONDS
"""

import json
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from aupkeep_intercept.redirect import DRIVER

from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.ladder import Measure
from enforcement.orders import order, scope


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def main(folder: str, source: str, peer: str, seconds: str) -> None:
    """Divert, or with 0 seconds only look."""
    options = {"sink4": "192.0.2.1:8451"}
    driver = DRIVER.open(DriverContext(folder=Path(folder), now=now, options=options))
    driver.prepare()
    if float(seconds):
        aim = scope(Measure.INTERCEPT, ip_address(source), destination=ip_address(peer))
        action = order(
            Measure.INTERCEPT, driver="redirect", aim=aim, now=now(), seconds=float(seconds)
        )
        driver.apply(driver.plan(action, by_place(driver.observe()), NOTHING))
    print(json.dumps([[row.place, row.packets] for row in driver.observe()]))  # noqa: T201 - the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
