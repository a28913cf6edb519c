"""The view against one plain loop over every entry of a window filled at random."""

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from aupkeep.telemetry.detect.observation import SHOWN, Observation
from aupkeep.telemetry.detect.sampling_chance import FEWEST
from aupkeep.telemetry.detect.view import NEARLY, WindowView
from aupkeep.telemetry.rows import address
from aupkeep.telemetry.window.layout import WINDOW, EntryTag
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.window.sketches import count_distinct, count_ports
from aupkeep.telemetry.window.state import empty_window, nothing_listed

NOW, LOW = 1_772_366_400_000, 0xFFFFFFFF  # ms
OWN = OwnSlots([ip_network("192.0.2.0/24")])
TAGS = (EntryTag.TCP, EntryTag.UDP, EntryTag.LOGIN, EntryTag.AMPLIFY)
PORTS = (22, 23, 53, 443)


@pytest.fixture(scope="module", params=[1, 2, 3])
def view(request: pytest.FixtureRequest) -> WindowView:
    """Some hundred entries in each table: few addresses, few peers, some over, some sampled."""
    rng = np.random.default_rng(request.param)
    made = empty_window(OWN, nothing_listed(), 0)
    for name in SHOWN:
        table = made.table(name)
        places = rng.choice(len(table.key), 600, replace=False)
        key = rng.integers(1, 1 << 59, 600) << 4 | rng.choice(TAGS, 600)
        table.key[places] = key
        table.last[places] = (NOW - rng.choice([0, 50_000, 250_000, 310_000], 600)) & LOW
        entry = table.entry
        for field in entry.dtype.names or ():
            if field in ("sketch", "words", "bands"):
                shape = (600, *entry.dtype[field].shape)
                entry[field][places] = rng.integers(0, 3, shape) * (rng.random(shape) < 0.2)
            else:
                entry[field][places] = rng.integers(0, 40, 600)
        entry["slot"][places] = rng.integers(0, 8, 600)
        entry["family"][places], entry["hi"][places] = 4, 0
        entry["lo"][places] = rng.integers(0, 60, 600)
        entry["port"][places] = rng.choice(PORTS, 600)
        entry["rate"][places] = rng.choice([0, 1, 1, 100], 600)
        table.weight[places] = entry[("count" if name == "session" else "failed")][places] + 1
    return WindowView(made, OWN, NOW)


def plain(view: WindowView, name: str, tag: EntryTag) -> list[tuple[int, Any]]:
    """The oracle: places and entries of a purpose whose window goes on."""
    table, now = view.tables[name], NOW & LOW
    return [
        (at, table.entry[at])
        for at in range(len(table.key))
        if table.key[at] and int(table.key[at]) & 15 == tag and now - table.last[at] <= WINDOW[tag]
    ]


def enough(
    view: WindowView, name: str, tag: EntryTag, what: str, least: float
) -> list[tuple[int, Any]]:
    """The oracle: those that have so many, the most first."""
    found = [
        (at, it)
        for at, it in plain(view, name, tag)
        if it[what] >= (min(least, FEWEST) if it["rate"] > 1 else least)
    ]
    return sorted(found, key=lambda one: -int(one[1][what]))


def common(seen: Observation, at: int, it: Any) -> None:  # noqa: ANN401 - one numpy record
    """What is shown of an entry of any table is what stands in it."""
    told = (seen.place, seen.slot, seen.port, seen.at, seen.until, seen.rate, seen.unknown)
    names = ("slot", "port", "began", "until", "rate", "unknown")
    assert told == (at, *(int(it[name]) for name in names))
    assert seen.peer == address(4, 0, int(it["lo"]))
    assert (seen.inner, seen.packets) == (int(it["inner"]), float(it["packets"]))


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(("least", "peers"), [(0, 0), (2, 0), (20, 0), (3, 60), (30, 70)])
def test_shows_fans_as_a_plain_loop(view: WindowView, tag: EntryTag, least: float, peers: float):
    expected = [
        (at, it)
        for at, it in enough(view, "fan", tag, "failed", least)
        if float(count_distinct(it["sketch"]))
        >= (min(peers, FEWEST) if it["rate"] > 1 else peers) * NEARLY
    ]
    seen = list(view.fans(tag, least, peers))
    assert [one.place for one in seen] == [at for at, _ in expected]
    for one, (at, it) in zip(seen, expected, strict=True):
        common(one, at, it)
        assert one.peers == float(count_distinct(it["sketch"]))
        assert (one.tries, one.good, one.inbound, one.bytes) == it[
            ["failed", "good", "inbound", "bytes"]
        ].item()


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("least", [0, 2, 20])
def test_shows_pairs_as_a_plain_loop(view: WindowView, tag: EntryTag, least: float):
    expected = enough(view, "pair", tag, "failed", least)
    seen = list(view.pairs(tag, least))
    assert [one.place for one in seen] == [at for at, _ in expected]
    for one, (at, it) in zip(seen, expected, strict=True):
        common(one, at, it)
        assert (one.peers, one.ports) == (1.0, float(count_ports(it["words"])))
        assert (one.tries, one.good) == it[["failed", "good"]].item()


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(("least", "what"), [(0, "count"), (20, "count"), (10, "packets")])
def test_shows_sessions_as_a_plain_loop(view: WindowView, tag: EntryTag, least: float, what: str):
    expected = enough(view, "session", tag, what, least)
    found = list(view.sessions(tag, least, what))
    assert [one.seen.place for one in found] == [at for at, _ in expected]
    for one, (at, it) in zip(found, expected, strict=True):
        common(one.seen, at, it)
        assert (one.count, one.answers, one.label) == it[["count", "answers", "label"]].item()
        assert (one.seen.bytes, one.in_bytes, one.in_packets, one.busy * 1000) == pytest.approx(
            it[["bytes", "in_bytes", "in_packets", "busy"]].item()
        )
        assert one.bands.tolist() == it["bands"].tolist()


@pytest.mark.parametrize("slot", range(9))
def test_adds_up_an_address_as_a_plain_loop(view: WindowView, slot: int):
    fans = [it for _, it in plain(view, "fan", EntryTag.TCP) if it["slot"] == slot]
    tried = [int(it["failed"]) for it in fans if it["port"] != PORTS[0] and it["failed"] > 0]
    assert view.others(EntryTag.TCP, slot, PORTS[0]) == (len(tried), sum(tried))
    chosen = [int(it["failed"]) for it in fans if it["port"] in PORTS[1:3]]
    assert view.failed(slot, PORTS[1:3]) == sum(chosen)
    served = [
        it
        for _, it in plain(view, "session", EntryTag.AMPLIFY)
        if it["slot"] == slot and it["port"] == PORTS[2] and it["in_bytes"] > 0
    ]
    sums = tuple(sum(float(it[what]) for it in served) for what in ("bytes", "in_bytes"))
    assert view.answered(EntryTag.AMPLIFY, slot, PORTS[2]) == sums


def test_finds_what_was_tried_of_a_peer(view: WindowView):
    known = set()
    for _, it in plain(view, "pair", EntryTag.TCP):
        slot, lo = int(it["slot"]), int(it["lo"])
        peer = address(4, 0, lo)
        assert peer is not None
        if (slot, lo) not in known:
            known.add((slot, lo))
            told = (
                float(it["packets"]),
                float(it["bytes"]),
                float(count_ports(it["words"])),
                int(it["good"]),
                int(it["low"]).bit_count(),
            )
            assert view.pair(EntryTag.TCP, slot, peer) == (
                told if it["failed"] > 1 else (0.0, 0.0, 0.0, 0, 0)
            )
    assert known
    stranger = address(6, 0, 1)
    assert stranger is not None
    assert view.pair(EntryTag.TCP, 0, stranger) == (0.0, 0.0, 0.0, 0, 0)


@pytest.mark.parametrize(
    ("out", "into", "blind"), [(0, 0, False), (50, 0, False), (51, 0, True), (51, 1, False)]
)
def test_replies_are_unseen_where_fifty_times_more_goes_out(out: int, into: int, *, blind: bool):
    """A handful of rows says nothing yet."""
    made = SimpleNamespace(record={"rows": [(out, into)]})
    assert WindowView.blind.fget(SimpleNamespace(state=made)) is blind
