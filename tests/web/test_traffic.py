"""The traffic picture: its shapes, its words, its numbers as a table, and the files behind it."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from aupkeep.app.pages.traffic.exhibits import flow_file
from aupkeep.app.pages.traffic.load import NOTHING
from aupkeep.app.pages.traffic.page import FlowFormat, TrafficPhase, TrafficStep
from aupkeep.store import raws, reports
from aupkeep.web.chart import BOTTOM, TOP, chart, nice
from web.conftest import SCHEMES, Guest
from web.sample_traffic import START, picture
from web.seeded import Seeded
from web.test_browser import check

FLOWS = "/case/{flooded}/flows/{flows}"
Open = Callable[..., Guest]


def shown(seeded: Seeded, kari: Client, case: str = "/case/{flooded}") -> str:
    return kari.get(seeded.at(case)).content.decode()


def test_the_bars_stand_on_one_scale():
    """Heights are in proportion, and no bar leaves the plot."""
    found = chart(picture())
    assert found
    sent = [one for one in found.bars if one.look == "main"]
    high = max(one.height for one in sent)
    zero = next(level.y for level in found.levels if level.look == "zero")
    assert high == pytest.approx((zero - TOP) * 1005 / 2000, abs=0.1)
    for bar in found.bars:
        assert TOP <= bar.y <= bar.y + bar.height <= BOTTOM + 0.1
        assert 0 <= bar.x <= bar.x + bar.width <= 100


def test_what_came_at_the_attacked_stands_above():
    """Where the address is attacked, what came is the picture's main way, and the words say so."""
    plain, into = chart(picture()), chart(replace(picture(), into=True))
    assert plain
    assert into
    heights = [
        [bar.height for bar in found.bars if bar.look == look]
        for found, look in ((plain, "back"), (into, "main"))
    ]
    assert len(heights[0]) == len(heights[1])
    assert max(heights[1]) > max(heights[0])


def test_the_words_name_the_way(seeded: Seeded, kari: Client):
    """Of who is attacked the table and the lists are of what came."""
    sent = shown(seeded, kari)
    assert "Most to" in sent
    assert sent.index("Sent, mean") < sent.index("Received, mean")
    came = shown(seeded, kari, "/case/{attacked_case}")
    assert "Most from" in came
    assert came.index("Received, mean") < came.index("Sent, mean")


def test_what_is_little_is_still_seen():
    """One packet beside a million is a pixel; none is nothing."""
    steps = tuple(
        TrafficStep(
            at=START + timedelta(seconds=number), phase=TrafficPhase.BEFORE, packets_out=packets
        )
        for number, packets in enumerate((1_000_000, 1, 0))
    )
    found = chart(replace(picture(), steps=steps, marks=(), end=START + timedelta(seconds=3)))
    assert found
    assert [bar.height for bar in found.bars][1:] == [1.0]
    assert found.bands == ()


def test_the_band_is_what_the_measure_covers():
    found = chart(picture())
    assert found
    (band,) = found.bands
    assert (band.x, band.width) == (32.0, 50.0)


def test_a_mark_outside_stands_at_the_edge():
    """A moment before the picture's first step is drawn at its edge, not beyond it."""
    early = replace(picture().marks[0], at=START - timedelta(hours=1))
    found = chart(replace(picture(), marks=(early,)))
    assert found
    assert [upright.x for upright in found.uprights] == [0.0]


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.4, 1), (1, 1), (7, 10), (10, 10), (11, 20), (2400, 2500)]
)
def test_the_axis_ends_at_a_round_number(value: float, top: float):
    assert nice(value) == top


def test_nothing_is_drawn_of_nothing():
    assert chart(replace(picture(), steps=())) is None


def test_the_page_shows_the_picture(seeded: Seeded, kari: Client):
    """The sentence, the phases, the most, the sampling and the digests stand in words."""
    page = shown(seeded, kari)
    data = raws.read(raws.get(reports.get(seeded.keys["flows"]).raw).digest)
    for words in (
        "The most packets a second that 203.0.113.24 sent: 2,213 before the measure",
        "while the measure stood",
        "seen by the detector syn-flood",
        "Close one destination: read back",
        "Close one destination: lifted",
        "198.51.100.20",
        "tcp/80",
        "192.0.2.1: every packet",
        "still in here",
        "12 flow rows behind syn-flood",
        "all 12, as exported",
        "203.0.113.24:2000",
        hashlib.sha256(data).hexdigest(),
    ):
        assert words in page, words


def test_the_picture_needs_no_style_of_its_own(seeded: Seeded, kari: Client):
    """The shapes keep the page's content security policy: no style attribute, no script."""
    page = shown(seeded, kari)
    svg = page[page.index('<svg class="chart" role') : page.index("</svg>") + 6]
    root = ET.fromstring(svg)  # noqa: S314 - our own page
    assert not [one for one in root.iter() if "style" in one.attrib or one.tag == "script"]
    assert root.get("role") == "img"
    assert "203.0.113.24 sent: 2,213 before the measure" in str(root.get("aria-label"))


def test_no_picture_is_told_in_words(seeded: Seeded, kari: Client):
    page = shown(seeded, kari, "/case/{unseen}")
    assert NOTHING in page
    assert "<figure" not in page


def test_a_case_without_a_detector_has_no_picture(seeded: Seeded, kari: Client):
    assert "traffic-heading" not in shown(seeded, kari, "/case/{case}")


@pytest.mark.parametrize("form", list(FlowFormat), ids=str)
def test_a_file_carries_its_digest(seeded: Seeded, kari: Client, form: FlowFormat):
    """What is downloaded is what the digest says, and the browser opens nothing of it."""
    answer = kari.get(f"{seeded.at(FLOWS)}.{form}")
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    kept = flow_file(seeded.keys["flooded"], seeded.keys["flows"], form)
    assert (answer.content, len(answer.content) > 1000) == (kept.data, True)


@pytest.mark.parametrize("path", [f"{FLOWS}.xml", "/case/{flooded}/flows/other.csv"])
def test_no_other_file_is_given(path: str, seeded: Seeded, kari: Client):
    assert kari.get(seeded.at(path)).status_code == 404


def test_a_stranger_gets_no_file(seeded: Seeded, visitor: Client):
    answer = visitor.get(f"{seeded.at(FLOWS)}.csv")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in")


@pytest.mark.nightly("browser")
@pytest.mark.browser
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_picture_is_accessible(scheme: str, guest: Open, seeded: Seeded):
    """No violation and nothing beyond the edge, with a picture and without one."""
    one = guest(scheme)
    one.sign_in()
    for case in ("/case/{flooded}", "/case/{attacked_case}", "/case/{unseen}"):
        one.go(seeded.at(case))
        check(one)
