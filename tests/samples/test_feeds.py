"""Every sample of a feed is filtered and read as its expected file says; each feed has one."""

import json
import os
import re
import tomllib
from collections.abc import Container
from ipaddress import ip_network
from pathlib import Path

import pytest

from aupkeep.intake.feed import Feed, FetchedList, feeds
from aupkeep.intake.feed_client.filter import FilteredList, filter_list, reading_of
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import subscribe
from aupkeep.intake.parse_output import parsed_file
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.model.as_json import as_json
from aupkeep.model.origin import parse_origin

HERE = Path(__file__).parent / "feeds"
OPTIONS = "options.toml"
SAMPLES = sorted(
    path
    for path in HERE.glob("*/*")
    if path.is_file() and path.name != OPTIONS and not path.name.endswith(".expected.json")
)
FEEDS_PAGE = Path(__file__).parents[2] / "docs" / "feeds.md"
ACCEPT = os.environ.get("AUPKEEP_ACCEPT") == "1"
OWN = OwnPrefixes([ip_network("203.0.113.0/24"), ip_network("2001:db8:4::/48")])


def filtered(path: Path) -> tuple[Feed, FilteredList]:
    """A sample as its feed reads it, with the options that stand beside it."""
    beside = path.parent / OPTIONS
    values = tomllib.loads(beside.read_text("utf-8")) if beside.exists() else {}
    one = subscribe(path.parent.name, values)
    return one.feed, filter_list(
        one.feed, FetchedList(path.name, path.read_bytes()), one.options, OWN
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(HERE)))
def test_sample_reads_as_expected(path: Path) -> None:
    feed, found = filtered(path)
    reading = reading_of(feed, parse_origin(f"feed:{feed.name}"), [*found.ours, *found.named])
    value = {
        "seen": found.seen,
        "foreign": found.foreign,
        "dead": [[one.row, one.reason] for one in found.dead],
        "remarks": found.remarks,
        "wide": [[item.text, str(network)] for item, network in found.wide],
        "reading": as_json(parsed_file(path.name, reading)),
    }
    expected = path.with_name(path.name + ".expected.json")
    if ACCEPT:
        expected.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert value == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(HERE)))
def test_reading_of_a_sample_survives_the_wire(path: Path) -> None:
    """What is kept as a raw is read back without loss."""
    feed, found = filtered(path)
    reading = reading_of(feed, parse_origin(f"feed:{feed.name}"), [*found.ours, *found.named])
    assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


@pytest.mark.parametrize("name", sorted(feeds()))
def test_feed_has_a_sample_about_us(name: str) -> None:
    found = [filtered(path)[1] for path in SAMPLES if path.parent.name == name]
    assert any(one.ours or one.named or one.wide for one in found), f"no sample in {HERE / name}"
    assert any(one.foreign for one in found), f"no row about others in {HERE / name}"


def listed() -> set[str]:
    """The feeds that docs/feeds.md lists."""
    page = FEEDS_PAGE.read_text("utf-8").partition("<!-- feeds -->\n")[2]
    return set(feeds()) & set(re.findall(r"^\| `(.+?)` ", page, re.MULTILINE))


def table_of_feeds(known: Container[str]) -> str:
    """What docs/feeds.md says of these feeds, from the code."""
    head = ["feed", "title", "every", "needs", "seen by", "who may use it"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for name, feed in ((name, feed) for name, feed in feeds().items() if name in known):
        hours = f"{feed.every / 3600:g} h"
        cells = [f"`{name}`", feed.title, hours, ", ".join(feed.needs), feed.origin, feed.terms]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def test_page_of_feeds_is_up_to_date() -> None:
    """`AUPKEEP_ACCEPT=1` writes the table anew, of all feeds; what it lists must be right."""
    table = table_of_feeds(feeds() if ACCEPT else listed()) + "\n"
    text = FEEDS_PAGE.read_text("utf-8")
    before, _, rest = text.partition("<!-- feeds -->\n")
    found, mark, after = rest.partition("<!-- /feeds -->")
    if ACCEPT:
        FEEDS_PAGE.write_text(f"{before}<!-- feeds -->\n{table}{mark}{after}", "utf-8")
        found = table
    assert found == table, "run `just accept`"


@pytest.mark.nightly("pages")
def test_page_of_feeds_lists_all() -> None:
    assert set(feeds()) - listed() == set(), "run `just accept`"


@pytest.mark.parametrize("name", sorted(feeds()))
def test_feed_says_who_may_use_it(name: str) -> None:
    """Origin, terms and title are said; another's data are never taken unasked."""
    feed = feeds()[name]
    assert feed.origin
    assert feed.terms
    assert feed.title
