"""The kernels against plain Python: the same rows, counted in dicts and sets."""

from collections import Counter, defaultdict
from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.rows import ROW, Rows, empty
from aupkeep.telemetry.window.layout import IN, OUT, EntryTag, TrafficCounter
from aupkeep.telemetry.window.own_slots import OwnSlots
from examples import times
from history_made import ALL

T = 1_770_000_030_000  # ms; half past a minute
OURS = [int(ip_address(f"192.0.2.{one}")) for one in (1, 2, 3)]
THEIRS = [int(ip_address(f"198.51.100.{one}")) for one in range(1, 9)]
PORTS = [22, 25, 53, 80, 443, 1024, 40000, 50000]
FLOW = st.tuples(
    st.sampled_from(OURS + THEIRS), st.sampled_from(OURS + THEIRS), st.sampled_from(PORTS),
    st.sampled_from(PORTS), st.sampled_from([1, 6, 17]), st.sampled_from([0, 1, 2, 4, 16, 18, 27]),
    st.integers(1, 300), st.integers(1, 100_000), st.integers(1, 50), st.integers(0, 2500),
)  # fmt: skip


def rows_of(flows: list[tuple[int, ...]]) -> Rows:
    rows = empty(len(flows))
    names = ("src_lo", "dst_lo", "sport", "dport", "proto", "flags", "packets", "bytes", "sampling")
    for at, name in enumerate(names):
        rows[name] = [flow[at] for flow in flows]
    rows["family"], rows["has"], rows["seen"] = 4, int(ALL), T
    rows["end"] = T - 10
    rows["start"] = rows["end"] - [flow[9] for flow in flows]
    return rows


def watch() -> DetectionEngine:
    return DetectionEngine(OwnSlots([ip_network("192.0.2.0/24")]), {})


def is_try(flow: tuple[int, ...]) -> bool:
    """The oracle's own words: SYN without ACK, FIN alone, or no flag at all."""
    return flow[4] == 6 and flow[5] in (0, 1, 2)


@given(st.lists(FLOW, max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=times(0.6))
def test_minutes_are_counted_as_by_hand(flows):
    expected: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for flow in flows:
        for way, side in ((OUT, flow[0]), (IN, flow[1])):
            if side in OURS:
                cell = expected[side, way]
                cell["packets"] += flow[6] * flow[8]
                cell["bytes"] += flow[7] * flow[8]
                cell["syn"] += flow[6] * flow[8] * is_try(flow)
                cell["udp"] += flow[6] * flow[8] * (flow[4] == 17)
                replies = way == OUT and flow[3] < 256  # its type, exported as a port
                cell["icmp"] += flow[6] * flow[8] * (flow[4] == 1 and not replies)
    one = watch()
    one.take(rows_of(flows), T)
    for (side, way), cell in expected.items():
        minute = one.state.slots["minute"][one.own.slot(ip_address(side)), way]
        for name, value in cell.items():
            assert minute[TrafficCounter[name.upper()]] == pytest.approx(value, rel=1e-5), name


@given(st.lists(FLOW, max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=times(0.6))
def test_tries_are_counted_as_by_hand(flows):
    """By own address and port: how many rows, how many different peers."""
    tried: dict[tuple[int, int], list[int]] = defaultdict(list)
    for flow in flows:
        if flow[0] in OURS and is_try(flow):
            tried[flow[0], flow[3]].append(flow[1])
    one = watch()
    one.take(rows_of(flows), T)
    fans = WindowView(one.state, one.own, T).fans(EntryTag.TCP, 1)
    found = {(int(one.own.address(x.slot)), x.port): x for x in fans}
    assert found.keys() == tried.keys()
    for key, peers in tried.items():
        assert found[key].tries == len(peers)
        assert found[key].peers == pytest.approx(len(set(peers)), abs=1)


@pytest.mark.slow
@given(st.binary(min_size=ROW.itemsize * 4, max_size=ROW.itemsize * 4), st.integers(0, 2**45))
@settings(deadline=None, max_examples=times(1.5))
def test_no_row_can_do_harm(data, now):
    """Random bytes as rows, at any time: nothing raises, and nothing else is written."""
    one = watch()
    rows = np.frombuffer(data, ROW).copy()
    rows["src_lo"][:2], rows["family"][:2] = OURS[0], 4
    rows["has"][:3] |= int(ALL)
    rows["seen"][:1] = now
    one.take(rows, now)
    one.take(rows, now + 1000)
    one.evaluate(now + 1000, over=True)
    assert np.isfinite(one.state.slots["minute"]).all()


def test_a_long_flow_gives_a_second_only_its_share():
    """Sixty seconds of a flow are no burst in the second in which the exporter tells of it."""
    one = watch()
    rows = rows_of([(OURS[0], THEIRS[0], 40000, 443, 6, 27, 6000, 600_000, 1, 0)])
    rows["start"] = T - 60_010
    one.take(rows, T)
    slot = one.own.slot(ip_address(OURS[0]))
    assert one.state.slots["second"][slot, OUT, TrafficCounter.PACKETS] == pytest.approx(
        100, rel=0.01
    )


def test_a_group_is_of_neighbours_only():
    """Addresses that have no place of their own share no /24, however near their places are."""
    one = DetectionEngine(OwnSlots([ip_network("192.0.2.0/25"), ip_network("2001:db8::/64")]), {})
    rows = rows_of([(THEIRS[0], 0, 53, 40000, 17, 0, 100, 100_000, 1, 0)] * 301)
    rows["family"], rows["src_hi"], rows["dst_hi"] = 6, 1 << 61, 0x2001_0DB8 << 32
    rows["dst_lo"] = np.arange(1, 302)
    rows["family"][0], rows["src_hi"][0], rows["dst_hi"][0] = 4, 0, 0
    rows["dst_lo"][0] = OURS[0]
    one.take(rows, T)
    assert one.state.record["groups"][0].sum(0).tolist() == [0, 100]
    assert not [hit for hit in one.evaluate(T) if hit.detector == "carpet-bombing"]


def test_a_udp_request_fails_only_after_its_time():
    one = watch()
    flows = [(OURS[0], peer, 40000, 5060, 17, 0, 1, 400, 1, 0) for peer in THEIRS]
    back = [(THEIRS[0], OURS[0], 5060, 40000, 17, 0, 1, 400, 1, 0)]
    one.take(rows_of(flows + back), T)
    one.evaluate(T + 1000)
    assert not list(WindowView(one.state, one.own, T + 1000).fans(EntryTag.UDP, 1))
    one.evaluate(T + 21_000)
    (seen,) = WindowView(one.state, one.own, T + 21_000).fans(EntryTag.UDP, 1)
    assert (seen.tries, seen.good) == (len(THEIRS) - 1, 1)


def test_a_full_table_forgets_what_counts_least():
    """Ninety thousand peers tried once do not hide the one that is tried often."""
    one = watch()
    often = rows_of([(OURS[0], THEIRS[0], 40000, port, 6, 2, 1, 40, 1, 0) for port in range(1, 40)])
    many = rows_of([(OURS[1], 0, 40000, 80, 6, 2, 1, 40, 1, 0)] * 90_000)
    many["dst_lo"] = int(ip_address("203.0.0.0")) + np.arange(90_000)
    one.take(often, T)
    one.take(many, T)
    assert one.lost["pair"] > 0
    kept = list(WindowView(one.state, one.own, T).pairs(EntryTag.TCP, 30))
    assert [(int(one.own.address(x.slot)), x.tries) for x in kept] == [(OURS[0], 39)]
