"""Real attacks, exported by the router, end as cases and blocks; honest traffic ends as none.

Packets prove it: on the tenant's link the counted packets go on, on the internet's they have ended.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aupkeep.lab import attack_timing, attacks, exporters
from aupkeep.lab.attacks import ATTACKS, B
from aupkeep.lab.namespaces import ROUTER, available
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.world import LabWorld
from lab import look_alikes

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.nightly("processes")]
RUNS = [(name, f"203.0.113.{20 + number}") for number, name in enumerate(ATTACKS)]
RUNS += [(name, f"2001:db8:a::{20 + n}") for n, name in enumerate(("scan", "guessing", "mail"))]
ATTACKED = "203.0.113.41"  # so that no test needs what another one did
SETTINGS = "\n[deciding]\nbreaker_share = 1.0\n"  # each attack has a customer of its own
ADA = "ada@aupkeep.example"
LONGEST = {True: 20.0, False: 60.0}  # seconds to a drop by a rule, by a person's commands, on a
# busy machine; how quick it is, `bench/drop.py` says
ON_ITS_WAY = 0.5  # seconds a packet may take from one link to the other
BEGUN, COUNTED = 2.0, 3.0  # seconds of a flood: let through at once, and looked at
HONEST = 14.0  # seconds of honest traffic
TOLD = 4.0  # seconds until the collector has looked and written what it saw
SERIOUS = ("propose", "act")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabWorld]:
    """An install whose router exports to it, with a customer for each attack."""
    if reason := (available() or exporters.missing(["pmacctd"])):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("flows")
    with LabWorld.open(folder, exporter="pmacctd", more=SETTINGS) as found:
        found.command("staff", "add", ADA, "--name", "Ada Analyst", "--me")
        attack_timing.add_attackers(found, [*(source for _, source in RUNS), ATTACKED])
        attack_timing.held_by(found, {B: "birch"})
        attack_timing.start_servers(found)
        yield found


@pytest.mark.parametrize(("name", "source"), RUNS)
def test_an_attack_ends_as_its_case(world: LabWorld, name: str, source: str):
    """The right customer, kind and clause; and where policy allows, a block that packets prove."""
    attack = ATTACKS[name]
    if reason := attack.missing():
        pytest.skip(reason)
    lap = attack_timing.time_attack(
        world, attack, source, attack_timing.customer_of(source), person=ADA
    )
    print(f"{name}: {attack_timing.times_text(lap)}")  # noqa: T201 - figures for the log
    case = lap.case
    assert (case["customer"], case["kind"], case["clause"]) == (
        attack_timing.customer_of(source),
        attack.kind,
        attack.clause,
    )
    assert {address_in(evidence["subject"]) for evidence in case["evidence"]} == {source}
    assert all(evidence["source"].startswith("detector:") for evidence in case["evidence"])
    details = case["evidence"][0]["details"]  # what the case rests on can be read on it
    assert int(details["flow rows kept"]) > 0
    assert (details["sampling"], details["chance"]) == ("1", "1")
    if attack.measure is None:
        assert case["actions"] == []
        return
    assert {action["measure"] for action in case["actions"]} == {str(attack.measure)}
    assert {action["address"] for action in case["actions"]} == {source}
    assert lap.to_drop is not None
    assert lap.to_silence is not None
    assert lap.to_silence < lap.to_drop + ON_ITS_WAY < LONGEST[attack.alone]
    lifted(world, case, attack, source)


def address_in(subject: str) -> str:
    """The address of a subject that may have a port."""
    if subject.startswith("["):
        return subject[1:].partition("]")[0]
    return subject if subject.count(":") > 1 else subject.partition(":")[0]


def lifted(world: LabWorld, case: dict, attack: attacks.LabAttack, source: str) -> None:
    """Undone, the same packets pass again."""
    far = world.folder / f"packets-inet-{source}-{attack.service.replace(':', '-')}.json"
    for action in case["actions"]:
        world.command("undo", action["action"], "--reason", "the test is over", "--as", ADA)
    world.wait(lambda: not mine(world, case), "the lift, read back")
    before = read_packet_count(far).packets
    again = attack.begin(attack_timing.scene_of(world), source)
    try:
        world.wait(lambda: read_packet_count(far).packets > before, "packets after the lift")
    finally:
        attack_timing.stop(again)


def mine(world: LabWorld, case: dict) -> list[dict]:
    """What stands in the router for this case."""
    return [one for one in attack_timing.applied(world) if case["reference"] in str(one["proof"])]


def test_who_is_flooded_is_protected(world: LabWorld):
    """An inbound flood is a case without fault; a person slows it, as packets prove, and lifts."""
    if reason := ATTACKS["flood"].missing():
        pytest.skip(reason)
    scene, customer = attack_timing.scene_of(world), attack_timing.customer_of(ATTACKED)
    link = scene.count_packets("tena", look_alikes.FORGED, "tcp:80")
    started = attacks.run(scene, look_alikes.flood_at(ATTACKED), "inbound")
    try:
        case = world.wait(
            lambda: attack_timing.case_of(world, customer, "protection/inbound_ddos"),
            "the case of a flood",
        )
    finally:
        attack_timing.stop(started)
    assert (case["clause"], case["actions"]) == ("retaliation", [])
    assert "no fault" in case["protection"]
    assert {evidence["role"] for evidence in case["evidence"]} == {"victim"}
    words = ("--measure", "limit-inbound", "--hours", "1", "--as", ADA)
    world.command("decide", case["reference"], *words, "--reasons", "our own flows show a flood")
    world.wait(lambda: mine(world, case), "the filter, read back")
    slowed = passing(world, link)
    listed = scene.lab.run(ROUTER, ["nft", "list", "set", "inet", "aupkeep", "into4"]).stdout
    dropped = re.search(rf"{ATTACKED} \. tcp limit .* counter packets (\d+)", listed)
    assert dropped
    assert int(dropped[1]) > 2 * slowed
    (one,) = attack_timing.case_of(world, customer, case["kind"])["actions"]
    world.command("undo", one["action"], "--reason", "the customer asked for it", "--as", ADA)
    world.wait(lambda: not mine(world, case), "the lift, read back")
    assert passing(world, link) > 3 * slowed


def passing(world: LabWorld, link: Path) -> int:
    """How many packets of the flood pass to the tenant in so many seconds, once it has begun."""
    scene = attack_timing.scene_of(world)
    started = attacks.run(scene, look_alikes.flood_at(ATTACKED), "inbound")
    try:
        time.sleep(BEGUN)
        before = read_packet_count(link).packets
        time.sleep(COUNTED)
        return read_packet_count(link).packets - before
    finally:
        attack_timing.stop(started)


def test_honest_traffic_is_left_alone(world: LabWorld):
    """A busy web server, a name server, a resolver and a backup: nothing at propose or above."""
    scene = attack_timing.scene_of(world)
    started = attacks.run(scene, look_alikes.honest(scene.folder), "honest")
    time.sleep(HONEST)
    attack_timing.stop(started)
    time.sleep(TOLD)
    hits = json.loads(Path(world.home / "flows" / "hits.json").read_text("utf-8"))
    assert [hit for hit in hits if hit["address"] == B and hit["mode"] in SERIOUS] == []
    assert not [one for one in world.command("case", "list") if one["customer"] == "birch"]
    counted = json.loads((world.home / "flows" / "stats.json").read_text("utf-8"))
    assert counted["counts"]["rows"] > 1000
    assert counted["exporters"][0]["lost"] == 0
