"""The traffic picture: its shapes, its words, its numbers as a table, and the files behind it."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from aupkeep.app.pages.traffic.page import FlowFormat, TrafficPhase, TrafficStep
from aupkeep.web.chart import BOTTOM, TOP, chart, nice
from web import sample_case
from web.conftest import SCHEMES, Guest
from web.sample_desk import CASE, SampleDesk
from web.sample_traffic import DATA, START, picture
from web.test_browser import check

FLOWS = f"/case/{CASE}/flows/0193f0aa"
Open = Callable[..., Guest]


def shown(desk: SampleDesk, kari: Client) -> str:
    desk.case = sample_case.in_traffic
    return kari.get(f"/case/{CASE}").content.decode()


def test_the_bars_stand_on_one_scale():
    """Heights are in proportion, and no bar leaves the plot."""
    found = chart(picture())
    assert found
    sent = [one for one in found.bars if one.look == "main"]
    high = max(one.height for one in sent)
    zero = next(one.y for one in found.levels if one.look == "zero")
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
        [one.height for one in found.bars if one.look == look]
        for found, look in ((plain, "back"), (into, "main"))
    ]
    assert len(heights[0]) == len(heights[1])
    assert max(heights[1]) > max(heights[0])


def test_the_words_name_the_way(desk: SampleDesk, kari: Client):
    """Of who is attacked the table and the lists are of what came."""
    before = shown(desk, kari)
    assert "Most to" in before
    assert before.index("Sent, mean") < before.index("Received, mean")
    desk.case = lambda frame: replace(
        sample_case.in_traffic(frame), picture=replace(picture(), into=True)
    )
    page = kari.get(f"/case/{CASE}").content.decode()
    assert "Most from" in page
    assert page.index("Received, mean") < page.index("Sent, mean")


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
    assert [one.x for one in found.uprights] == [0.0]


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.4, 1), (1, 1), (7, 10), (10, 10), (11, 20), (2400, 2500)]
)
def test_the_axis_ends_at_a_round_number(value: float, top: float):
    assert nice(value) == top


def test_nothing_is_drawn_of_nothing():
    assert chart(replace(picture(), steps=())) is None


def test_the_page_shows_the_picture(desk: SampleDesk, kari: Client):
    """The sentence, the phases, the most, the sampling and the digests stand in words."""
    page = shown(desk, kari)
    for words in (
        "sent up to 1,005 packets a second before the measure",
        "while the measure stood",
        "seen by the detector syn-flood",
        "198.51.100.20",
        "tcp/80",
        "362 kB",
        "Every packet was counted (1 in 1)",
        "More than 99.9 %",
        "still counted here",
        "312 flow rows behind syn-flood",
        "the first 20 of 312",
        "192.0.2.7:2000",
        "not told",
        hashlib.sha256(DATA[FlowFormat.DOCUMENT]).hexdigest(),
    ):
        assert words in page, words


def test_the_picture_needs_no_style_of_its_own(desk: SampleDesk, kari: Client):
    """The shapes keep the page's content security policy: no style attribute, no script."""
    page = shown(desk, kari)
    svg = page[page.index('<svg class="chart" role') : page.index("</svg>") + 6]
    root = ET.fromstring(svg)  # noqa: S314 - our own page
    assert not [one for one in root.iter() if "style" in one.attrib or one.tag == "script"]
    assert root.get("role") == "img"
    assert "1,005" in str(root.get("aria-label"))


def test_no_picture_is_told_in_words(desk: SampleDesk, kari: Client):
    desk.case = sample_case.not_in_traffic
    page = kari.get(f"/case/{CASE}").content.decode()
    assert "No flow record is left of that time." in page
    assert "<figure" not in page


def test_a_case_without_a_detector_has_no_picture(kari: Client):
    assert "traffic-heading" not in kari.get(f"/case/{CASE}").content.decode()


@pytest.mark.parametrize("form", list(FlowFormat), ids=str)
def test_a_file_carries_its_digest(kari: Client, form: FlowFormat):
    """What is downloaded is what the digest says, and the browser opens nothing of it."""
    answer = kari.get(f"{FLOWS}.{form}")
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == DATA[form]


@pytest.mark.parametrize("path", [f"{FLOWS}.xml", f"/case/{CASE}/flows/other.csv"])
def test_no_other_file_is_given(kari: Client, path: str):
    assert kari.get(path).status_code == 404


def test_a_stranger_gets_no_file(visitor: Client):
    answer = visitor.get(f"{FLOWS}.csv")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_picture_is_accessible(scheme: str, guest: Open, desk: SampleDesk):
    """No violation and nothing beyond the edge, with a picture and without one."""
    one = guest(scheme)
    one.sign_in()
    for case in (sample_case.in_traffic, sample_case.not_in_traffic):
        desk.case = case
        one.go(f"/case/{CASE}")
        check(one)
