"""Made traffic is what a router would export, and the same for the same seed."""

import numpy as np
import pytest

from aupkeep.telemetry.rows import address
from scenes.attacks import ATTACKS
from scenes.days import SLOW
from scenes.export import batches, exported
from scenes.flows import ACK, FIN, SYN, Place
from scenes.world import NOON, OWN, make

RNG = np.random.default_rng


def place(length: int = 600_000) -> Place:
    return Place(RNG(1), int(OWN[0].network_address) + 9, NOON, length)


def test_the_same_seed_makes_the_same_world() -> None:
    one, other = (make(5, minutes=0.5, busy=0.1, strengths=(0.2,)) for _ in range(2))
    assert np.array_equal(one.rows, other.rows)
    assert one.labels == other.labels


def test_every_flow_has_an_end_of_ours_or_came_in_by_a_customers_interface() -> None:
    """Only forged senders have neither end of ours; the exporter names the interface of those."""
    world = make(6, minutes=0.5, busy=0.1)
    inside = world.rows[world.rows["input"] == 0]
    assert 0 < len(world.rows) - len(inside) < len(inside) / 10
    for row in inside[:: max(len(inside) // 500, 1)]:
        ends = [
            address(row["family"], row[f"{side}_hi"], row[f"{side}_lo"]) for side in ("src", "dst")
        ]
        assert any(end in prefix for end in ends for prefix in OWN)


def test_a_long_flow_is_cut_at_the_active_timeout() -> None:
    here = place()
    here.talk(
        here.address, here.peer(), np.array([NOON]), dport=443, out=1000, back=10, lasts=150_000
    )
    rows = exported(np.concatenate(here.rows), RNG(1))
    out = rows[rows["dport"] == 443]
    assert [int(one) for one in out["packets"]] == [333, 333, 334]
    assert [int(one) & (SYN | FIN) for one in out["flags"]] == [SYN, 0, FIN]
    assert int(out["seen"][0]) <= NOON + 60_000


@pytest.mark.parametrize("rate", [10, 100])
def test_sampling_keeps_the_sum_on_average(rate: int) -> None:
    here = place()
    here.talk(here.address, here.peers(200), here.times(20_000), dport=443, out=20, back=30)
    whole, some = (exported(np.concatenate(here.rows), RNG(2), sampling=one) for one in (1, rate))
    estimate = float(some["packets"].sum()) * rate / float(whole["packets"].sum())
    assert 0.95 < estimate < 1.05
    assert set(some["sampling"]) == {rate}


def test_a_lone_syn_is_sampled_as_one_and_a_connection_seldom_is() -> None:
    here = place()
    here.fail(here.address, here.peers(500), here.times(20_000), dport=22, tries=1)
    here.talk(here.address, here.peers(500), here.times(20_000), dport=80, out=20, back=20)
    rows = exported(np.concatenate(here.rows), RNG(3), sampling=50)
    lone = rows["flags"] == SYN
    assert lone[rows["dport"] == 22].all()
    assert 0.02 < lone[rows["dport"] == 80].mean() < 0.1
    assert (rows["flags"][rows["sport"] == 80] & ACK > 0).all()


def test_batches_hold_every_row_once_in_the_order_of_leaving() -> None:
    world = make(7, minutes=0.5, busy=0.1, attacks={})
    parts = list(batches(world.rows))
    assert np.array_equal(np.concatenate([rows for _, rows in parts]), world.rows)
    assert all(rows["seen"].max() <= now for now, rows in parts)


def test_every_attack_names_who_must_see_it() -> None:
    """A flood of packets that belong to no connection has no detector yet; it is no one's miss."""
    unseen = {name for name, one in {**ATTACKS, **SLOW}.items() if not one.must}
    assert unseen == {"ack flood"}
