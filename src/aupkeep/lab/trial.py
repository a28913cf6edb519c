"""One attack of the lab from its first packet to its drop, lifted again: what `aupkeep lab` shows.

    row = try_attack(world, "flood", "203.0.113.11")
    row.finding_s, row.drop_s, row.restore_s      seconds
    row.others_touched                            () where nobody else was

Restored is what packets show: after the lift was ordered, the first packet of the attack that
leaves again by the internet's link.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aupkeep.lab.attack_timing import (
    case_shown,
    customer_of,
    moment,
    scene_of,
    start_servers,
    stop,
    time_attack,
)
from aupkeep.lab.attacks import ATTACKS, LabAttack
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.scenario import PEOPLE
from aupkeep.lab.scene import packet_file
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable

GLANCE = 0.02  # seconds between two looks
PATIENCE = 60.0  # seconds for a lift, and for traffic to pass again
STANDS = ("wanted", "pending", "announced", "recorded", "applied")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRow:
    """One attack; times in seconds, None for what it had none of or was not tried yet.

    `others_touched` names who else was limited or not served while the drop stood. `driver` is what
    carries the attack's measure, "" for one that only tells.
    """

    attack: str
    says: str
    measure: str | None
    driver: str
    finding_s: float | None = None
    drop_s: float | None = None
    restore_s: float | None = None
    others_touched: tuple[str, ...] | None = None
    source: str | None = None
    case: str | None = None
    missing: str | None = None


def untried(attack: LabAttack, driver: str) -> LabRow:
    """The row of an attack that has not run."""
    return LabRow(
        attack=attack.name,
        says=attack.says,
        measure=attack.measure,
        driver=driver if attack.measure else "",
        missing=attack.missing(),
    )


def furnish_lab(world: LabWorld) -> None:
    """The desk's person with tokens, and the servers that attacks need."""
    world.command("staff", "add", PEOPLE[0], "--name", PEOPLE[1], "--me")
    for person in ("", PEOPLE[0]):
        world.token_of(person)
    start_servers(world)


def try_attack(world: LabWorld, name: str, source: str) -> LabRow:
    """Run an attack from one address of tenant A, have it dropped where policy lets it, lift it.

    A person decides where no rule may. Raises `Unavailable` naming what did not come.
    """
    attack = ATTACKS[name]
    times = time_attack(world, attack, source, customer_of(source), person=PEOPLE[0])
    reference = str(times.case["reference"])
    actions = [action for action in times.case["actions"] if action["state"] in STANDS]
    touched = others_touched(world, reference)
    restore = restored(world, attack, source, reference) if actions else None
    return LabRow(
        attack=name,
        says=attack.says,
        measure=attack.measure,
        driver=", ".join(sorted({action["driver"] for action in actions})),
        finding_s=round(times.to_finding, 2),
        drop_s=None if times.to_drop is None else round(times.to_drop, 2),
        restore_s=None if restore is None else round(restore, 2),
        others_touched=touched,
        source=source,
        case=reference,
    )


def others_touched(world: LabWorld, reference: str) -> tuple[str, ...]:
    """Who is limited beside a case, or whose page is not served, while its drop stands."""
    scene = scene_of(world)
    standing = world.command("enforcement", "list")
    limited = {str(row["subject"]) for row in standing if row["case"] != reference}
    unserved = [host for host in ("tenant-a", "tenant-b") if not scene.page(host)]
    return (*sorted(limited), *unserved)


def restored(world: LabWorld, attack: LabAttack, source: str, reference: str) -> float:
    """Lift what stands in a case while the attack goes on; seconds until its packets pass again."""
    scene = scene_of(world)
    far = packet_file(scene, "inet", source, attack.service)
    started = attack.begin(scene, source)
    try:
        time.sleep(GLANCE)
        before = read_packet_count(far).packets
        for action in standing_of(world, reference):
            undo(world, action["action"])
        passed = _passed_again(far, before)
    finally:
        stop(started)
    world.wait(lambda: not standing_of(world, reference), "the lift, read back", PATIENCE)
    timeline = case_shown(world, reference)["timeline"]
    ordered = max(moment(row["at"]) for row in timeline if row["type"] == "action-lifting")
    return max(0.0, passed - ordered)


def undo(world: LabWorld, action: str) -> None:
    """The desk's person lifts a measure; one that went with another before it is no error."""
    why = {"reasons": "the lab lifts its own measure"}
    world.act(PEOPLE[0], f"actions/{action}/undo", why)


def _passed_again(far: Path, before: int) -> float:
    """When a packet was first seen to pass again."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        seen = read_packet_count(far)
        if seen.packets > before:
            return seen.last
        time.sleep(GLANCE)
    raise Unavailable(f"waited {PATIENCE:g} s for the lifted traffic to pass; it did not")


def standing_of(world: LabWorld, reference: str) -> list[dict[str, Any]]:
    """The actions of a case that stand, or are on their way."""
    actions = case_shown(world, reference)["actions"]
    return [action for action in actions if action["state"] in (*STANDS, "lifting")]
