"""Old rows are forgotten, except those that a hold names."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from pyarrow import parquet

from aupkeep.telemetry.history.compact import compact
from aupkeep.telemetry.history.files import hours, shown_and_hidden
from aupkeep.telemetry.history.retention import DAY, RetentionHold, apply_retention
from history_made import HOUR, NOON, rows, stored

LATER = NOON + 10 * DAY
TWO = ({"src": "192.0.2.1"}, {"src": "192.0.2.2", "dst": "192.0.2.9"}, {"src": "2001:db8::2",
       "dst": "2001:db8::3"})  # fmt: skip


def left(root: Path) -> int:
    return sum(
        parquet.read_metadata(part.path).num_rows
        for _, folder in hours(root)
        for part in shown_and_hidden(folder)[0]
    )


def hold(prefix: str, **times: int) -> RetentionHold:
    return RetentionHold(prefix=ip_network(prefix), **times)


def test_an_hour_that_is_young_enough_is_kept(tmp_path: Path) -> None:
    stored(tmp_path, rows(*TWO))
    assert apply_retention(tmp_path, NOON + 7 * DAY + HOUR - 1, 7, []).files == 0
    assert left(tmp_path) == 3


def test_an_old_hour_goes_with_its_folder(tmp_path: Path) -> None:
    stored(tmp_path, rows(*TWO), rows(*TWO))
    swept = apply_retention(tmp_path, NOON + 7 * DAY + HOUR, 7, [])
    assert (swept.hours, swept.files, swept.kept) == (1, 2, 0)
    assert list(hours(tmp_path)) == []


@pytest.mark.parametrize(
    ("prefix", "kept"),
    [
        ("192.0.2.1/32", 1),
        ("192.0.2.9/32", 1),  # as a destination
        ("192.0.2.0/24", 2),
        ("2001:db8::/64", 1),
        ("2001:db8::3/128", 1),
        ("203.0.113.0/24", 0),
        ("::c000:201/128", 0),  # no IPv4 address
    ],
)
def test_rows_of_a_held_prefix_survive(tmp_path: Path, prefix: str, kept: int) -> None:
    stored(tmp_path, rows(*TWO))
    assert apply_retention(tmp_path, LATER, 7, [hold(prefix)]).kept == kept
    assert left(tmp_path) == kept


def test_a_hold_keeps_its_time_only(tmp_path: Path) -> None:
    stored(tmp_path, rows({}, {"start": NOON + 600_000}))
    holds = [hold("192.0.2.1/32", since=NOON + 1, until=NOON + HOUR)]
    assert apply_retention(tmp_path, LATER, 7, holds).kept == 1


def test_sweeping_again_changes_nothing_until_the_hold_ends(tmp_path: Path) -> None:
    stored(tmp_path, rows(*TWO))
    both = [hold("192.0.2.1/32"), hold("192.0.2.2/32")]
    assert apply_retention(tmp_path, LATER, 7, both).kept == 2
    again = apply_retention(tmp_path, LATER, 7, both)
    assert (again.files, again.kept) == (0, 2)
    assert apply_retention(tmp_path, LATER, 7, both[:1]).kept == 1
    assert left(tmp_path) == 1
    assert apply_retention(tmp_path, LATER, 7, []).files == 1
    assert left(tmp_path) == 0


def test_a_broken_file_is_kept_and_counted_while_a_hold_may_concern_it(tmp_path: Path) -> None:
    stored(tmp_path, rows({}))
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(b"PAR1 is no file PAR1")
    assert apply_retention(tmp_path, LATER, 7, [hold("192.0.2.1/32")]).unreadable == 1
    assert path.exists()
    elsewhere = [hold("192.0.2.1/32", since=LATER)]
    assert apply_retention(tmp_path, LATER, 7, elsewhere).files == 1


def test_what_a_sweep_left_is_not_melted_with_what_comes_late(tmp_path: Path) -> None:
    stored(tmp_path, rows(*TWO))
    apply_retention(tmp_path, LATER, 7, [hold("192.0.2.1/32")])
    stored(tmp_path, rows({}), rows({}), now=NOON)
    compact(tmp_path, NOON + 2 * HOUR)
    assert left(tmp_path) == 3
