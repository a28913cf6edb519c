"""The flows page shows what the collector last wrote, also when that is odd."""

from typing import Any

import pytest

from aupkeep.app.pages.flows.load import flows_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.telemetry.collector import state_files

ADA = Person(id="ada@aupkeep.example", name="Ada")
TOLD: dict[str, Any] = {
    "exporters": [
        {
            "exporter": "edge", "address": "192.0.2.1", "site": "main", "datagrams": 3,
            "records": 60, "rate": 20.0, "lost": 2, "acts": False, "last": "2026-03-01T11:59:59Z",
            "sampling": [{"protocol": "ipfix", "domain": 7, "rate": None, "source": "unknown"}],
        },
    ],
    "refused": [{"address": "198.51.100.7", "datagrams": 5}],
    "kernel_drops": 4,
    "counts": {"rows": 60, "hits": 1, "told": 0},
    "dropped": {"no_template": 2},
    "windows": {"own": ["203.0.113.0/24"], "lost": {"late": 1}},
    "archive": {"rows": 58, "trouble": "no space left on device"},
    "desk": {"waiting": 2, "trouble": "the database is away", "lost": 0},
    "detectors": [
        {"name": "syn-flood", "kind": "connection/ddos", "says": "It floods.", "mode": "act",
         "by": "default", "thresholds": [{"what": "a second", "value": 500, "by": "default"}]},
    ],
}  # fmt: skip
HIT = {
    "hit": "h-1", "detector": "syn-flood", "address": "203.0.113.10", "peer": "192.0.2.7",
    "port": 80, "at": "2026-03-01T11:59:00Z", "mode": "observe", "rows": 9,
    "evidence": {"packets": 5000, "sampling": 1, "chance": 1.0}, "rate_unknown": False,
}  # fmt: skip


def shown(context, told: object, hits: object = ()):
    """The page of a desk whose collector wrote these."""
    state_files.write(context.home.flows, "stats", told)
    state_files.write(context.home.flows, "hits", hits)
    return flows_page(context, ADA)


def test_the_page_shows_exporters_troubles_detectors_and_hits(context) -> None:
    page = shown(context, {**TOLD, "at": context.now().isoformat()}, [HIT])
    assert (page.silent, page.exporters[0].lost, page.exporters[0].acts) == (False, 2, False)
    assert page.exporters[0].sampling == ("ipfix, domain 7: not known",)
    assert [row.datagrams for row in page.refused] == [5]
    told = " ".join(page.troubles)
    assert all(word in told for word in ("4 datagrams", "no space left", "database is away"))
    assert dict(page.counts)["Dropped: no template"] == 2
    assert page.detectors[0].thresholds[0].value == 500
    assert (page.hits[0].peer, page.hits[0].told) == ("to 192.0.2.7, port 80", "5,000 packets")


def test_a_collector_that_wrote_long_ago_is_silent(context) -> None:
    assert shown(context, {**TOLD, "at": "2020-01-01T00:00:00Z"}).silent


def test_without_own_space_the_page_says_that_nothing_is_watched(context) -> None:
    page = shown(context, {**TOLD, "windows": {}, "at": context.now().isoformat()})
    assert "nothing is watched" in page.troubles[0]


@pytest.mark.parametrize(
    "told",
    [None, [], {}, {"at": 3, "exporters": [1, {}], "refused": {}, "windows": [], "desk": 0},
     {"at": "2026-03-01T12:00:00Z", "detectors": [{"name": "x"}], "dropped": None}],
)  # fmt: skip
def test_a_file_of_another_version_shows_what_it_can(context, told: object) -> None:
    assert shown(context, told, {"odd": 1}).hits == ()


def test_no_file_is_no_collector(context) -> None:
    assert flows_page(context, ADA).at is None
