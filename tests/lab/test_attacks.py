"""The attacks and their honest look-alikes do what their names say, and end."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aupkeep.lab import attacks
from aupkeep.lab.application_traffic import LONGEST, MOST, QUESTION, paced
from aupkeep.lab.attacks import ATTACKS, EXCHANGERS, LARGE, VICTIM, A, B
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.traffic import read_counts
from aupkeep.model.taxonomy import KINDS
from lab import look_alikes
from lab.stage import Stage
from lab.test_exporters import end, until


@pytest.fixture(scope="module")
def street(whole_stage: Stage) -> Stage:
    """The stage with mail exchangers, name servers and a victim."""
    attacks.furnish(whole_stage.scene)
    until((whole_stage.folder / "names-tenant-b.json").exists, "the name servers")
    return whole_stage


@pytest.mark.parametrize("name", ATTACKS)
def test_the_kind_and_clause_are_of_the_taxonomy(name: str):
    """What an attack shall end as is a kind that stands under that clause."""
    attack = ATTACKS[name]
    assert KINDS[attack.kind].clause == attack.clause


@pytest.mark.slow
def test_the_pace_is_held():
    """Counting keeps its pace and its bounds whatever it is asked for."""
    begun = time.monotonic()
    assert list(paced(5, 100.0)) == [0, 1, 2, 3, 4]
    assert 0.03 < time.monotonic() - begun < 5
    assert sum(1 for _ in paced(MOST * 10, 1e9)) == MOST
    assert list(paced(3, 1 / LONGEST / 2)) == [0]


def test_a_missing_tool_is_named(monkeypatch: pytest.MonkeyPatch):
    """Without its tool an attack says which package brings it."""
    monkeypatch.setattr(attacks, "PATH", "/nowhere")
    assert (
        ATTACKS["scan"].missing() == "the program 'nmap' is missing (Debian: apt-get install nmap)"
    )
    assert ATTACKS["mail"].missing() is None


@pytest.mark.root
@pytest.mark.network
@pytest.mark.parametrize(("name", "least"), [("flood", 500), ("scan", 1000), ("guessing", 20)])
def test_packets_leave(street: Stage, name: str, least: int):
    """The attack's packets leave by the internet's link, from tenant A to the attacked service."""
    attack = ATTACKS[name]
    if reason := attack.missing():
        pytest.skip(reason)
    seen = street.scene.count_packets("inet", A, attack.service)
    before = read_packet_count(seen).packets
    started = attack.begin(street.scene)
    until(lambda: read_packet_count(seen).packets >= before + least, f"{least} packets of {name}")
    end(started)


@pytest.mark.root
@pytest.mark.network
def test_mail_reaches_every_exchanger(street: Stage):
    """The burst delivers whole mails, and to all forty."""
    words = [sys.executable, "-m", "aupkeep.lab.application_traffic", "send", A, "40", "100"]
    counts = street.folder / "forty.json"
    street.lab.popen("tenant-a", [*words, str(counts), *EXCHANGERS]).wait(20)
    assert read_counts(counts) == {"sent": len(EXCHANGERS)}
    until(lambda: read_counts(street.folder / "mail.json").get(A, 0) >= len(EXCHANGERS), "mail")


@pytest.mark.root
@pytest.mark.network
def test_the_victim_gets_twenty_times_as_much(street: Stage):
    """Tenant A's name server answers the forged sender with far more bytes than were asked."""
    seen = street.scene.count_packets("inet", A, "udp")
    started = ATTACKS["amplification"].begin(street.scene)
    until(lambda: read_packet_count(seen).packets > 200, "answers to the victim")
    end(started)
    assert 20 * len(QUESTION) < LARGE
    assert VICTIM not in EXCHANGERS


@pytest.mark.root
@pytest.mark.network
def test_honest_customers_are_served(street: Stage):
    """Visits, questions asked and served, and a backup all get through, hundreds of each."""
    started = attacks.run(street.scene, look_alikes.honest(street.folder), "honest")
    wanted = {"visit": "seen", "served": "answered", "asked": "answered", "backup": "bytes"}
    for name, count in wanted.items():
        until(many_of(street.folder / f"honest-{name}.json", count), name)
    end(started)
    assert not read_counts(street.folder / "honest-visit.json").get("failed")
    assert B != A


def many_of(file: Path, count: str) -> Callable[[], bool]:
    return lambda: read_counts(file).get(count, 0) > 200
