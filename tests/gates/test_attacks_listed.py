"""`docs/lab.md`: a row for each attack of `aupkeep lab attack`, figures of each that runs."""

import re
from pathlib import Path

from aupkeep.lab.attacks import ATTACKS
from aupkeep.lab.edge.running import HARMS, SYSTEMS

PAGE = (Path(__file__).parents[2] / "docs/lab.md").read_text("utf-8")
NAME = re.compile(r"`([a-z0-9-]+)`")


def named(head: str) -> list[str]:
    """The names in the first cells of the table that begins with this head."""
    _, _, table = PAGE.partition(f"\n| {head}")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    return [name for row in rows for name in NAME.findall(row.split("|")[1])]


def test_each_attack_has_its_row():
    """Once, under the name by which it is run; no row is of an attack that is gone."""
    assert sorted(named("attack | by")) == sorted(ATTACKS)
    assert sorted(named("attack | system, driver")) == sorted(HARMS)


def test_each_row_names_its_driver():
    """What carries the measure stands beside it."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for name, harm in HARMS.items():
        row = next(line for line in lines if name in NAME.findall(line.split("|")[1]))
        drivers = harm.driver.split(", ")
        assert all(driver in row for driver in drivers) or "not started" in row, name


def test_each_that_runs_here_was_measured():
    """An attack whose system the lab starts has its figures."""
    live = [system for system in SYSTEMS.values() if system.targets(Path("/nowhere"))]
    assert sorted(named("measured")) == sorted(x.name for system in live for x in system.harms)
