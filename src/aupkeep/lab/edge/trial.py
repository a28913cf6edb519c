"""One harm at the edge from its first sight to its stop, and back: a row of `aupkeep lab`.

Found is what our own watch reports by the API, stopped and restored are what is seen from outside:
the page answers 451, the name has no address, the mail waits, the flood no longer arrives.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aupkeep.lab.attack_timing import (
    case_of,
    case_shown,
    customer_of,
    decide_for_hour,
    moment,
    stop,
)
from aupkeep.lab.edge.system import EdgeHarm, EdgeRun
from aupkeep.lab.scenario import PEOPLE
from aupkeep.lab.trial import PATIENCE, LabRow, others_touched, standing_of, undo
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable

GLANCE = 0.05  # seconds between two looks
ACCEPTED = 202
PROVEN = ("applied", "announced")


def untried_edge(harm: EdgeHarm, lacks: str | None) -> LabRow:
    """The row of a harm that was not tried; `lacks` is why it cannot be here."""
    return LabRow(
        attack=harm.name,
        says=harm.says,
        measure=harm.measure,
        driver=harm.driver,
        missing=lacks,
    )


def furnish_edge(world: LabWorld) -> str:
    """A token for our own watch."""
    words = ("token", "add", "watch", "--trusted", "--scope", "finding")
    token: str = world.command(*words)["token"]
    return token


def try_edge(harm: EdgeHarm, run: EdgeRun, token: str) -> LabRow:
    """Let it begin, report it, have it stopped, lift that. Raises `Unavailable` saying what."""
    world = run.world
    customer = customer_of(run.address)
    started = harm.begin(run)
    try:
        first = _seen(world, lambda: harm.goes_on(run), f"{harm.name}: the harm")
        _report(world, harm, run, token)
        case = world.wait(lambda: case_of(world, customer, harm.kind), f"{harm.name}: the case")
        reference = str(case["reference"])
        _decided(world, harm, run, reference)
        stopped = _seen(world, lambda: not harm.goes_on(run), f"{harm.name}: its stop")
        world.wait(lambda: _proven(world, reference), f"{harm.name}: the read-back")
        actions = standing_of(world, reference)
        touched = (*others_touched(world, reference), *harm.unserved(run))
        for action in actions:
            undo(world, action["action"])
        again = _seen(world, lambda: harm.goes_on(run), f"{harm.name}: its return")
        world.wait(lambda: not standing_of(world, reference), "the lift, read back", PATIENCE)
    finally:
        stop(started)
    shown = case_shown(world, reference)
    ordered = max(moment(row["at"]) for row in shown["timeline"] if row["type"] == "action-lifting")
    received = min(moment(item["received"]) for item in shown["evidence"])
    return LabRow(
        attack=harm.name,
        says=harm.says,
        measure=harm.measure,
        driver=", ".join(sorted({action["driver"] for action in actions})),
        finding_s=round(max(0.0, received - first), 2),
        drop_s=round(stopped - first, 2),
        restore_s=round(max(0.0, again - ordered), 2),
        others_touched=touched,
        source=run.address,
        case=reference,
    )


def _seen(world: LabWorld, look: Callable[[], bool], said: str) -> float:
    """When it was first seen. Raises `Unavailable` where it never is."""
    return world.wait(lambda: time.time() if look() else None, said, PATIENCE, every=GLANCE)


def _report(world: LabWorld, harm: EdgeHarm, run: EdgeRun, token: str) -> None:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    finding = {"kind": harm.kind, "address": run.address, "at": at, **harm.finding(run)}
    status, said = world.post_finding(token, finding)
    if status != ACCEPTED:
        raise Unavailable(f"{harm.name}: the finding was answered {status} {said[:200]}")


def _decided(world: LabWorld, harm: EdgeHarm, run: EdgeRun, reference: str) -> None:
    """By a rule, where one may; else by a person."""
    if harm.alone:
        world.wait(lambda: standing_of(world, reference), f"{harm.name}: the rule's measure")
        return
    fields = {"measure": harm.measure, "reasons": f"our own watch sees {harm.says}"}
    decide_for_hour(world, PEOPLE[0], reference, fields | harm.fields(run))


def _proven(world: LabWorld, reference: str) -> bool:
    """Whether each system has it, read back or announced."""
    rows: list[dict[str, Any]] = standing_of(world, reference)
    return bool(rows) and all(row["state"] in PROVEN for row in rows)
