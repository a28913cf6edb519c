"""Nobody innocent is acted against: the worst of `bench/innocent.py`, and all of it by night."""

from functools import partial

import numpy as np
import pytest

import innocent
from aupkeep.telemetry.detect.detector import Mode
from innocent import INNOCENT, RATES, WAYS, hits_of, judged, rows_of
from scenes.export import exported

BOTH, ONLY_OUT, ONLY_IN = WAYS
TOLD = (Mode.OBSERVE, Mode.NOTIFY)


@pytest.fixture
def one_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of a look for the gate."""
    monkeypatch.setattr(innocent, "SEEDS", (20_261_128,))


@pytest.mark.usefixtures("one_seed")
@pytest.mark.parametrize(
    ("name", "way", "rate"),
    [
        ("vpn upload", ONLY_OUT, 1),
        ("quic upload", ONLY_OUT, 100),
        ("tunnel told late", BOTH, 1),
        ("udp speed test", BOTH, 1),
        ("fragmenting tunnel", BOTH, 1),
        ("banner monitor", BOTH, 1),
        ("newsletter", BOTH, 1),
        ("name test", ONLY_IN, 1),
    ],
)
def test_it_is_told_at_most(name: str, way: str, rate: int) -> None:
    told = judged(name, rate, way)
    assert {detector: mode for detector, mode in told.items() if mode not in TOLD} == {}


@pytest.mark.usefixtures("one_seed")
def test_a_newsletter_of_a_new_sender_is_asked_about_and_no_more() -> None:
    assert judged("newsletter alone", 1, BOTH) == {"smtp-burst": Mode.PROPOSE}


@pytest.mark.usefixtures("one_seed")
@pytest.mark.parametrize(
    ("name", "rate", "detector"),
    [
        ("udp speed test", 1000, "udp-flood"),  # its session of TCP is hardly ever sampled
        ("vxlan mirror", 1, "udp-flood"),
        ("process counters", 1, "udp-flood"),
        ("storm of resolvers", 1000, "amplifier"),
        ("cache by udp", 100, "amplifier"),
        ("firewall says no", 100, "icmp-flood"),
        ("outage behind one address", 100, "syn-flood"),
    ],
)
def test_a_person_is_asked_at_most(name: str, rate: int, detector: str) -> None:
    assert judged(name, rate, BOTH)[detector] == Mode.PROPOSE


@pytest.mark.usefixtures("one_seed")
def test_streams_are_streams_also_where_each_second_of_them_is_a_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(innocent, "exported", partial(exported, active=1_000, inactive=1_000))
    assert judged("cameras", 1, BOTH)["udp-flood"] == Mode.PROPOSE


def test_the_finding_says_that_one_way_is_exported() -> None:
    hits = list(hits_of(rows_of("vpn upload", 5, 1, ONLY_OUT)))
    assert hits
    assert {(hit.mode, hit.evidence["answers_unseen"]) for hit in hits} == {(Mode.NOTIFY, True)}


def test_a_pattern_is_the_same_for_the_same_seed() -> None:
    one, other = (rows_of("retries", 3, 100, BOTH) for _ in range(2))
    assert np.array_equal(one, other)


@pytest.mark.nightly("core")
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", INNOCENT)
def test_nobody_is_acted_against(name: str, way: str, rate: int) -> None:
    told = judged(name, rate, way)
    print(f"{name}, {way}, 1:{rate}: {innocent.cell(told)}")  # noqa: T201 - the table, in the log
    assert Mode.ACT not in told.values()
