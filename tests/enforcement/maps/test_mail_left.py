"""The driver `postfix` over commands of the test's own: held mail is not forgotten by a fault."""

import json
from pathlib import Path
from typing import Any

import pytest

from aupkeep.enforcement.drivers.postfix import DRIVER
from aupkeep.model.action import ActionState
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, bench_over, put
from enforcement.maps.pages import no_reaches
from enforcement.orders import Clock

QUEUE = '#!/bin/sh\ncat "{folder}/queue"\n'
ENVELOPE = """#!/bin/sh
test -e "{folder}/closed" && {{ echo "postcat: fatal: no right to read" >&2; exit 1; }}
test -e "{folder}/mails/$1" && exec cat "{folder}/mails/$1"
echo "postcat: fatal: open queue file $1: No such file or directory" >&2; exit 1
"""
RELEASE = """#!/bin/sh
test -e "{folder}/stuck" && {{ echo "postsuper: reserved" >&2; exit 1; }}
cat >> "{folder}/released"
"""


class Queue:
    """Postfix's queue `hold`, in files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "mails").mkdir(parents=True)
        (folder / "queue").write_text("")
        for name, text in (("q", QUEUE), ("e", ENVELOPE), ("r", RELEASE)):
            (folder / name).write_text(text.format(folder=folder))
            (folder / name).chmod(0o755)

    @property
    def options(self) -> dict[str, Any]:
        """The driver's."""
        commands = {"queue": "q", "envelope": "e", "release": "r"}
        words = {name: [str(self.folder / file)] for name, file in commands.items()}
        return {"map": str(self.folder / "map"), **words}

    def hold(self, name: str, login: str = "acme") -> None:
        """One more mail is held."""
        row = json.dumps({"queue_id": name, "queue_name": "hold"})
        file = self.folder / "queue"
        file.write_text(f"{file.read_text()}{row}\n")
        (self.folder / "mails" / name).write_text(f"named_attribute: sasl_username={login}\n")

    @property
    def released(self) -> list[str]:
        """The mails that were let go."""
        file = self.folder / "released"
        return file.read_text().split() if file.exists() else []


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "postfix")


@pytest.fixture
def bench(queue: Queue, tmp_path: Path) -> Bench:
    aim = Scope(customer="acme", resource="vm-7", account="acme")
    return bench_over(
        DRIVER,
        tmp_path / "agent",
        queue.options,
        measure=Measure.HOLD_MAIL,
        aim=lambda *_: aim,
        reaches=no_reaches,
    )


def test_mail_that_cannot_be_let_go_is_not_called_lifted(bench: Bench, queue: Queue):
    """The row is gone, and the mail waits on: nobody is told that it is over before it left."""
    order = bench.order(seconds=60)
    (status,) = bench.agent(order).step().actions
    assert status.state is ActionState.ANNOUNCED
    queue.hold("4BCDE12345")
    clock = bench.now
    assert isinstance(clock, Clock)
    clock.forward(61)
    (queue.folder / "stuck").touch()
    for _ in range(3):
        report = bench.agent(order).step()
        assert (report.expired, report.lifted) == ((), ())
        assert "mails of acme are held on" in " ".join(report.drift) + report.actions[0].proof
        clock.forward(120)
    (queue.folder / "stuck").unlink()
    for _ in range(2):
        (status,) = bench.agent(order).step().actions
    assert (status.state, queue.released) == (ActionState.EXPIRED, ["4BCDE12345"])


def test_mail_that_cannot_be_read_is_not_taken_for_anothers(bench: Bench, queue: Queue):
    """What is held before is not known then, and what is to leave: nothing is set, or forgotten."""
    driver, order = bench.driver(), bench.order()
    queue.hold("4BCDE12345")
    (queue.folder / "closed").touch()
    with pytest.raises(Unavailable, match="no right to read"):
        put(driver, order)
    assert driver.observe() == ()
    (queue.folder / "closed").unlink()
    place = put(driver, order)
    queue.hold("5BCDE12345")
    (queue.folder / "closed").touch()
    with pytest.raises(Unavailable, match="mails of acme are held on"):
        driver.revert(place, order.id)
    (queue.folder / "closed").unlink()
    assert queue.released == []
    driver.prepare()
    assert queue.released == ["5BCDE12345"]


def test_mail_that_left_meanwhile_is_gone(bench: Bench, queue: Queue):
    """Between the list and the look at it; it keeps nothing."""
    driver, order = bench.driver(), bench.order()
    place = put(driver, order)
    queue.hold("4BCDE12345")
    queue.hold("5BCDE12345")
    (queue.folder / "mails" / "4BCDE12345").unlink()
    driver.revert(place, order.id)
    assert queue.released == ["5BCDE12345"]


def test_a_row_that_somebody_takes_away_lets_no_mail_go(bench: Bench, queue: Queue):
    """The measure is wanted still: its row comes back, and what waits goes on waiting."""
    order = bench.order()
    bench.agent(order).step()
    queue.hold("4BCDE12345")
    file = queue.folder / "map"
    for ends in (False, True):
        file.write_text("# mine\n")
        report = bench.agent(order).step()
        assert (report.repaired, queue.released) == ((order.id,), [])
        assert order.id in file.read_text()
        if ends:
            file.write_text("# mine\n")
            (status, *_) = bench.agent(order).undo(order.id, "a mistake").actions
            assert (status.state, queue.released) == (ActionState.LIFTED, ["4BCDE12345"])
    assert bench.open(10).observe() == ()
