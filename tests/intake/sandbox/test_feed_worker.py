"""Lists read in a process of their own: the same result, and an end when they take too much."""

import tomllib
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from aupkeep.intake.feed import FetchedList, ListedItem
from aupkeep.intake.feed_client.filter import FilteredList, ListHit, filter_list
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import subscribe
from aupkeep.intake.sandbox import feed_worker
from aupkeep.intake.sandbox.feed_worker import filter_in_worker
from aupkeep.model.errors import Unreadable

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[2] / "samples" / "feeds"
OWN = OwnPrefixes([ip_network("203.0.113.0/24"), ip_network("2001:db8:4::/48")])
PATHS = [
    next(one for one in sorted(folder.iterdir()) if one.suffix != ".toml")
    for folder in sorted(SAMPLES.iterdir())
]


def given(path: Path):
    """The subscription and the copy of a sample."""
    beside = path.parent / "options.toml"
    values = tomllib.loads(beside.read_text("utf-8")) if beside.exists() else {}
    return subscribe(path.parent.name, values), FetchedList(path.name, path.read_bytes())


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.parent.name, marks=pytest.mark.nightly("processes") if number else ()
        )
        for number, path in enumerate(PATHS)  # a process each
    ],
)
def test_box_says_the_same(path):
    """Items, findings, dead rows, prefixes and counts cross the border without loss."""
    one, copy = given(path)
    plain = filter_list(one.feed, copy, one.options, OWN)
    boxed = filter_in_worker(one, copy, OWN, names=True)
    assert even(boxed) == even(plain)


def even(found: FilteredList) -> tuple[object, ...]:
    """Without what is the same in two ways: no details, and who tells a finding and where."""
    hits = [*found.ours, *found.named, *(ListHit(item) for item, _ in found.wide)]
    nets = [network for _, network in found.wide]
    counts = found.seen, found.foreign, found.dead_count, found.dead, found.remarks, nets
    return (*counts, *((hit.address, hit.host, bare(hit.item)) for hit in hits))


def bare(item: ListedItem) -> ListedItem:
    finding = item.finding and replace(item.finding, source="", offsets={})
    return item._replace(details=item.details or None, finding=finding)


def test_names_are_left_out_unless_wanted():
    one, _ = given(SAMPLES / "list" / "scanners.txt")
    copy = FetchedList("x", b"https://files.example/setup.exe\n203.0.113.7\n")
    assert filter_in_worker(one, copy, OWN, names=False).named == []
    assert len(filter_in_worker(one, copy, OWN, names=True).named) == 1


def test_web_page_is_unreadable():
    one, _ = given(SAMPLES / "list" / "scanners.txt")
    with pytest.raises(Unreadable, match="found a web page"):
        filter_in_worker(one, FetchedList("x", b"<html></html>"), OWN, names=False)


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [("MEMORY", 200 << 20, "Memory|status"), ("CPU", 1, "status -"), ("WALL", 0.01, "were over")],
)
def test_list_that_takes_too_much_is_ended(monkeypatch, limit, value, words):
    """Memory, CPU time or patience: the box ends, the list is not read, the worker lives."""
    monkeypatch.setattr(feed_worker, limit, value)
    one, _ = given(SAMPLES / "list" / "scanners.txt")
    copy = FetchedList("x", b"203.0.113.7\n" * 4_000_000)
    with pytest.raises(Unreadable, match=words):
        filter_in_worker(one, copy, OWN, names=False)
