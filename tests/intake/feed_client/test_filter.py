"""Feeds against other people's lists, and what every feed withstands."""

import base64
import json
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.intake.feed import FetchedList, feeds
from aupkeep.intake.feed_client.acceptance import excess, format_change, next_wait
from aupkeep.intake.feed_client.filter import (
    FilteredList,
    ListHit,
    filter_list,
    moment_of,
    reading_of,
)
from aupkeep.intake.feed_client.own_prefixes import FOREIGN, OwnPrefixes
from aupkeep.intake.feed_client.subscription import subscribe
from aupkeep.intake.sandbox.reading_json import reading_to_json
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid, Missing, Unreadable
from aupkeep.model.origin import parse_origin
from aupkeep.model.taxonomy import kind_for
from timing import cpu_seconds

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpora" / "intelmq-parsers"
EVERYBODY = OwnPrefixes([ip_network("0.0.0.0/0"), ip_network("::/0")])
OWN = OwnPrefixes([ip_network("203.0.113.0/24"), ip_network("2001:db8:4::/48")])
BOTS = {
    "abusech.parser_feodotracker": "feodo",
    "blocklistde.parser": "blocklist-de",
    "dataplane.parser": "dataplane",
    "dshield.parser_asn": "dshield",
    "dshield.parser_block": "dshield",
    "openphish.parser": "openphish",
    "spamhaus.parser_cert": "spamhaus-cert",
    "spamhaus.parser_drop": "spamhaus-drop",
}
SAME_WORDS = {"feodo", "dataplane"}  # whose kinds the two of us take from the list's own words
CASES = [
    path
    for path in sorted(CORPUS.glob("*/*.expected.json"))
    if json.loads(path.read_text("utf-8"))["bot"].partition("parsers.")[2] in BOTS
]


@pytest.mark.corpora
@pytest.mark.parametrize("path", CASES or [None], ids=lambda path: path.name if path else "none")
def test_reads_what_intelmq_reads(path):
    """Same addresses and networks at the same times; where no address is named, nothing is."""
    if path is None:
        pytest.skip("../shared/corpora/intelmq-parsers is not here")
    case = json.loads(path.read_text("utf-8"))
    name = BOTS[case["bot"].partition("parsers.")[2]]
    feed = feeds()[name]
    data = input_of(path, case)
    found = filter_list(feed, FetchedList(path.name, data), feed.options, EVERYBODY)
    events = [one["event"] for one in case["expected"]]
    wanted = {
        wanted_of(event) for event in events if "source.ip" in event or "source.network" in event
    }
    assert {found_of(one) for one in items_of(found)} >= wanted
    if name in SAME_WORDS:
        types = {kind_for(one.kind, one.rsit or None).rsit for one in items_of(found)}
        assert {kind.partition(":")[2] for kind in types} == {
            event["classification.type"] for event in events
        }


def input_of(path, case):
    """The input, or, where the corpus kept only one of equal kind, the row the event came from."""
    file = path.parent / case["inputs"][0]["file"]
    if file.exists():
        return file.read_bytes()
    return b"\n".join(base64.b64decode(one["event"]["raw"]) for one in case["expected"])


def items_of(found: FilteredList):
    return [*(hit.item for hit in found.ours), *(item for item, _ in found.wide)]


def wanted_of(event):
    return event.get("source.network") or event["source.ip"], second(event.get("time.source", ""))


def found_of(item):
    """Where a list says since when, IntelMQ takes that; we keep both (docs/divergences.md)."""
    text = item.since or item.at if item.kind == "infrastructure/botnet" else item.at
    return item.where, second(text)


def second(text):
    at = any_time(text, zone=None) if text else None
    return at[0].replace(microsecond=0) if at else None


@pytest.mark.parametrize("name", sorted(feeds()))
@given(data=st.binary(max_size=600))
@settings(max_examples=40, deadline=None)
def test_random_bytes_raise_nothing_but_unreadable(name, data):
    """Whatever a server sends, a feed counts it, buries it, or says that it is no list."""
    feed = feeds()[name]
    try:
        found = filter_list(feed, FetchedList("list.txt", data), feed.options, OWN)
    except Unreadable:
        return
    reading_of(feed, parse_origin("feed:x"), [*found.ours, *found.named])


SAMPLES = [
    path
    for path in sorted((Path(__file__).parents[2] / "samples" / "feeds").glob("*/*"))
    if path.suffix not in (".toml", ".json") or "expected" not in path.name
]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
@given(spot=st.integers(0, 5000), junk=st.binary(min_size=1, max_size=20), cut=st.booleans())
@settings(max_examples=25, deadline=None)
def test_damaged_sample_raises_nothing_but_unreadable(path, spot, junk, cut):
    feed = feeds()[path.parent.name]
    whole = path.read_bytes()
    spot = min(spot, len(whole))
    data = whole[:spot] + junk + (b"" if cut else whole[spot:])
    try:
        found = filter_list(feed, FetchedList(path.name, data), feed.options, OWN)
    except Unreadable:
        return
    reading_of(feed, parse_origin("feed:x"), [*found.ours, *found.named])


def test_row_costs_little():
    """100,000 rows about others take at most a second and a half of CPU (0.15 s are seen)."""
    rows = "\n".join(f"198.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(100_000))
    feed = feeds()["list"]
    copy, found = FetchedList("list.txt", rows.encode()), []
    work = lambda: found.append(filter_list(feed, copy, feed.options, OWN))  # noqa: E731 - what is read
    assert cpu_seconds(work, 1.5) < 1.5
    assert (found[-1].seen, found[-1].foreign) == (100_000, 100_000)


@given(
    prefixes=st.lists(
        st.tuples(st.integers(0, 2**32 - 1), st.integers(4, 32)).map(
            lambda pair: ip_network(pair, strict=False)
        ),
        max_size=8,
    ),
    number=st.integers(0, 2**32 - 1),
)
def test_ours_is_membership(prefixes, number):
    """The quick answer is the slow one."""
    from ipaddress import IPv4Address

    ours = OwnPrefixes(prefixes)
    for one in [number, *(int(prefix.network_address) for prefix in prefixes),
                *(int(prefix.broadcast_address) for prefix in prefixes)]:  # fmt: skip
        address = IPv4Address(one)
        inside = any(address in prefix for prefix in prefixes)
        assert (ours.find(str(address)) == address) == inside
        assert (ours.find(str(address)) is FOREIGN) != inside
        assert (address in ours) == inside


LISTED = st.one_of(
    st.integers(0, 255).map(lambda n: f"203.0.113.{n}"),
    st.integers(0, 255).map(lambda n: f"198.51.100.{n}"),
    st.integers(8, 31).map(lambda n: f"203.0.113.0/{n}"),
    st.sampled_from(["0.0.0.0/0", "203.0.113.9/32", "::/0", "2001:db8:4::9", "2001:db8:5::9"]),
    st.text(max_size=12),
)


@given(st.lists(LISTED, max_size=30))
@settings(deadline=None)
def test_invariant_05_no_finding_is_wider_than_its_row(rows):
    """Each finding is about one address of ours that a row names alone; what others do is gone."""
    feed = feeds()["list"]
    data = "\n".join(rows).encode("utf-8", "surrogatepass")
    found = filter_list(feed, FetchedList("list.txt", data), feed.options, OWN)
    reading = reading_of(feed, parse_origin("feed:x"), found.ours)
    for finding in reading.findings:
        assert finding.subject.address in OWN
        assert str(finding.subject.address) in {row.strip().removesuffix("/32") for row in rows}
    assert "198.51.100." not in json.dumps(reading_to_json(reading))
    assert found.seen == len(found.ours + found.named) + len(found.wide) + found.foreign + (
        found.dead_count
    )


def test_changed_form_table():
    """Few items may go away; many may not; broken rows are allowed up to a fifth."""
    for before, seen, dead, odd in [
        (0, 0, 0, False), (19, 0, 0, False), (20, 0, 0, True), (1000, 40, 0, True),
        (1000, 60, 0, False), (0, 100, 20, False), (0, 100, 21, True), (0, 10, 10, False),
        (0, 11, 11, True),
    ]:  # fmt: skip
        found = FilteredList(seen=seen, dead_count=dead)
        assert bool(format_change(before, found)) is odd, (before, seen, dead)


def test_too_much_is_a_share_of_what_is_assigned():
    item = filter_list(
        feeds()["list"], FetchedList("x", b"203.0.113.7"), feeds()["list"].options, OWN
    ).ours[0]
    hits = [ListHit(item.item, host=f"{n}.example") for n in range(21)]
    assert excess(hits, 1000, 0.01, 20)
    assert not excess(hits[:20], 1000, 0.01, 20)
    assert not excess(hits, 2100, 0.01, 5)
    assert not excess(hits * 3, 2100, 0.01, 5), "the same place thrice is one place"


@given(st.integers(1, 60), st.floats(0, 1), st.floats(0, 86_400))
def test_wait_grows_within_bounds(failures, noise, asked):
    """Never sooner than half a minute, never later than six hours unless the server asks for it."""
    wait = next_wait(3600, failures, noise, asked)
    assert 30 <= wait <= max(6 * 3600, asked)
    assert wait >= asked


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("Feodo", {}, "expected a name"),
        ("a" * 41, {"reads": "list"}, "expected a name"),
        ("feodo", {"every": 10}, "every"),
        ("feodo", {"color": "red"}, "'color'"),
        ("list", {"url": 5}, "expected str"),
        ("dnsbl", {"zones": "one"}, "a list of texts"),
        ("csv", {"columns": {"address": 1}}, "a table of texts"),
    ],
)
def test_wrong_option_is_named(name, values, words):
    with pytest.raises(Invalid, match=words):
        subscribe(name, values)


def test_unknown_plugin_is_missing():
    with pytest.raises(Missing, match="expected one of"):
        subscribe("mine", {})
    mine = subscribe("mine", {"reads": "list", "url": "https://lists.example/x"})
    assert str(mine.source) == "feed:mine"


def test_secret_in_an_address_is_not_shown():
    """The key stands in the request and in nothing that a person or a log sees."""
    from datetime import UTC, datetime

    from aupkeep.intake.feed import FetchContext

    trip = FetchContext(options={}, key="s3cret", now=datetime(2026, 3, 1, tzinfo=UTC))
    for request in feeds()["snds"].requests(trip):
        assert "s3cret" in request.url
        assert "s3cret" not in request.shown + request.name


def test_samples_are_our_own():
    """Our own samples hold no row of the corpora."""
    ours = "\n".join(path.read_text("utf-8", "replace") for path in SAMPLES)
    for path in CASES:
        for one in json.loads(path.read_text("utf-8"))["expected"]:
            raw = base64.b64decode(one["event"].get("raw", "")).decode("utf-8", "replace").strip()
            for line in raw.splitlines()[-1:]:
                assert line not in ours or len(line) < 12


def test_time_of_an_item_says_how_exact():
    found = filter_list(
        feeds()["feodo"],
        FetchedList("x", b'[{"ip_address": "203.0.113.9", "last_online": "2026-02-27"}]'),
        {}, OWN,
    )  # fmt: skip
    at, exact = moment_of(found.ours[0].item)
    assert (at.isoformat(), exact) == ("2026-02-27T00:00:00+00:00", 86_400.0)
