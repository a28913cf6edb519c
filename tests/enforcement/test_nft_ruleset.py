"""The table as it is installed, and as a kernel lists it (nftables 1.1.3), without a kernel."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aupkeep.enforcement.nft_element import timeout
from aupkeep.enforcement.nft_fragments import CHAIN
from aupkeep.enforcement.nft_ruleset import (
    MEASURE_OF,
    SLOT_OF,
    expected,
    extras,
    install,
    remove,
    sets,
    shape,
    slot_of,
)
from aupkeep.model.decision import PortRange
from aupkeep.model.ladder import OUTGOING, Measure
from enforcement.orders import SIX, scope

FOLDER = Path(__file__).parent / "ruleset"
Listing = list[dict[str, Any]]


def listed() -> Listing:
    """The table as a kernel listed it."""
    listing: Listing = json.loads((FOLDER / "listing.json").read_text("utf-8"))
    return listing


def test_install():
    """One batch: the table, each set of each IP version, the chain, its rules in order."""
    assert install("aupkeep") + "\n" == (FOLDER / "install.nft").read_text("utf-8")
    assert "inet other {" in install("other")
    assert "aupkeep forward" not in install("other")


def test_what_is_listed_is_whole():
    """A table just installed has the expected shape, in whatever order its sets are listed."""
    assert shape(listed()) == expected()
    sets = [item for item in listed() if "set" in item]
    rest = [item for item in listed() if "set" not in item]
    assert shape([*rest, *reversed(sets)]) == expected()


def test_measures_and_sets():
    """Each set belongs to one measure; one a measure and IP version holds single hosts.

    Outgoing measures have two more: for the ports of a sharer, and for an IPv6 assignment.
    """
    assert MEASURE_OF["port4"] is MEASURE_OF["port6"] is Measure.BLOCK_PORT
    plain = {slot.name + digit for slot in SLOT_OF.values() for digit in "46"}
    ported = {SLOT_OF[measure].name + f"p{digit}" for measure in OUTGOING for digit in "46"}
    wide = {f"{SLOT_OF[measure].name}n6" for measure in OUTGOING}
    assert plain | ported | wide == set(MEASURE_OF)
    bodies = {name: body for name, body in sets().items() if name in MEASURE_OF}
    assert all(("interval" in body) == (name not in plain) for name, body in bodies.items())
    assert set(sets()) - set(bodies) == {"frag4", "frag6", "stopped4", "stopped6"}


@pytest.mark.parametrize("measure", OUTGOING)
def test_invariant_05_the_set_of_a_reach(measure: Measure):
    """The ports of a sharer and an assignment have sets of their own, never the address's."""
    names = [
        slot.name if (slot := slot_of(measure, scope(measure, SIX, **reach))) else None
        for reach in ({}, {"source_ports": PortRange(1, 2)}, {"prefix_length": 64})
    ]
    plain = SLOT_OF[measure].name
    assert names == [plain, f"{plain}p", f"{plain}n"]


def test_a_measure_without_a_set():
    """What protects an address is on the whole address; a web address has no set."""
    ports = scope(Measure.BLOCK_INBOUND, source_ports=PortRange(1, 2))
    assert slot_of(Measure.BLOCK_INBOUND, ports) is None
    assert slot_of(Measure.BLOCK_URL, scope(Measure.BLOCK_URL)) is None


def place_of(name: str, listing: Listing) -> int:
    """Where the first rule that looks into a set stands."""
    return next(i for i, item in enumerate(listing) if "rule" in item and name in json.dumps(item))


def dormant(listing: Listing) -> None:
    listing[0]["table"]["flags"] = ["dormant"]


def no_set(listing: Listing) -> None:
    listing.remove(next(item for item in listing if "set" in item))


def no_rule(listing: Listing) -> None:
    del listing[place_of("@port4", listing)]


def other_order(listing: Listing) -> None:
    first, last = place_of("@port4", listing), place_of("@from4", listing)
    listing[first], listing[last] = listing[last], listing[first]


def accepts(listing: Listing) -> None:
    listing[place_of("@port4", listing)]["rule"]["expr"][-1] = {"accept": None}


def accept_before(listing: Listing) -> None:
    rule = {"rule": {"expr": [{"accept": None}]}}
    listing.insert(place_of("@host4", listing), rule)


def other_ports(listing: Listing) -> None:
    match = listing[place_of("@smtp4", listing)]["rule"]["expr"][1]["match"]
    match["right"]["set"] = [25, 465]


def other_flags(listing: Listing) -> None:
    match = listing[place_of("@into4", listing)]["rule"]["expr"][0]["match"]
    match["right"] = "ack"


def not_opening(listing: Listing) -> None:
    match = listing[place_of("@into4", listing)]["rule"]["expr"][0]["match"]
    match["op"] = "!="


def other_fragments(listing: Listing) -> None:
    match = listing[place_of("@frag4", listing)]["rule"]["expr"][0]["match"]
    match["left"]["&"][1] = 1


def not_kept(listing: Listing) -> None:
    (last,) = [x for x in listing if "@portn6" in json.dumps(x) and "update" in json.dumps(x)]
    last["rule"]["expr"][1]["set"]["op"] = "delete"


def no_jump(listing: Listing) -> None:
    del listing[place_of('"jump"', listing)]


def all_but(listing: Listing) -> None:
    match = listing[place_of("@host4", listing)]["rule"]["expr"][0]["match"]
    match["op"] = "!="


def later(listing: Listing) -> None:
    next(item for item in listing if "chain" in item)["chain"]["prio"] = 10


def other_hook(listing: Listing) -> None:
    next(item for item in listing if "chain" in item)["chain"]["hook"] = "input"


@pytest.mark.parametrize(
    "change",
    [
        *(dormant, no_set, no_rule, other_order, accepts, accept_before),
        *(other_ports, other_flags, not_opening, later, other_hook),
        *(other_fragments, not_kept, no_jump, all_but),
    ],
)
def test_what_was_changed_shows(change: Any):  # noqa: ANN401 - a function of the listing
    """A table that stops other packets has another shape."""
    listing = listed()
    change(listing)
    assert shape(listing) != expected()


def rule(*expressions: dict[str, Any]) -> tuple[str, ...]:
    return shape([{"rule": {"expr": list(expressions)}}])


def match(left: dict[str, Any], right: object, op: str = "==") -> dict[str, Any]:
    return {"match": {"left": left, "right": right, "op": op}}


def field(name: str) -> dict[str, Any]:
    return {"payload": {"protocol": "ip", "field": name}}


def test_the_terms_of_a_rule():
    """A rule is what it looks into, how it compares, and what it does."""
    key = {"meta": {"key": "l4proto"}}
    assert rule(match(field("saddr"), "@x"), {"drop": None}) == ("rule saddr@x drop",)
    assert rule(match({"concat": [field("saddr"), key]}, "@x")) == ("rule saddr.l4proto@x",)
    assert rule(match(field("dport"), {"set": [25, 465]})) == ("rule dport{25,465}",)
    assert rule(match(field("dport"), {"set": [25]}, "in")) == ("rule dport{25}",)
    assert rule(match(key, 6, "!=")) == ("rule l4proto!={6}",)
    assert rule(match(field("saddr"), "@x", "!=")) == ("rule saddr!=@x",)
    mask = {"&": [field("flags"), {"|": ["syn", "ack"]}]}
    assert rule(match(mask, "syn")) == ("rule flags&ack|syn==syn",)
    assert rule(match({"&": [field("flags"), ["syn"]]}, "syn")) == ("rule flags&syn==syn",)
    assert rule(match({"other": 1}, "x")) == ("rule ?x",)
    assert rule(match(field("dport"), {"range": [1, 2]})) == ("rule dport{}",)
    looked_up = {"key": field("dscp"), "value": {"map": {"key": key, "data": "@y"}}}
    assert rule({"mangle": looked_up}) == ("rule dscp=@y",)
    for value in (5, "cs1", {"numgen": {"mod": 2}}):
        assert rule({"mangle": {"key": {"meta": {"key": "mark"}}, "value": value}}) == (
            f"rule mark={value}",
        )
    listed = [{"metainfo": {}}, {"table": {"flags": ["dormant"]}}, {"map": {"name": "x"}}]
    assert shape(listed) == ("table ['dormant']", "map x")
    assert shape([{"chain": {"name": "x"}}]) == ("chain x None None None None",)


def test_rules_stand_by_their_chain():
    """In the order of our chains; those of another one come last."""
    accept = {"expr": [{"accept": None}]}
    rows = [
        {"rule": {"chain": CHAIN, "expr": [{"reject": None}]}},
        {"rule": {"chain": "forward", "expr": [{"drop": None}]}},
        {"rule": accept},
        {"rule": {"chain": "forward", "expr": [{"counter": None}]}},
    ]
    assert shape(rows) == ("rule drop", "rule counter", "rule reject", "rule accept")


def ours() -> Listing:
    return [{"metainfo": {}}, *listed()]


def test_what_somebody_added_beside():
    """Sets, maps, chains; ours are none, but on another hook, or a chain in a set's name."""
    assert extras(ours()) == []
    added: Listing = [
        {"set": {"name": "theirs"}},
        {"map": {"name": "host4"}},
        {"chain": {"name": "extra"}},
        {"rule": {"chain": "extra", "expr": []}},
    ]
    assert extras([*ours(), *added]) == [("set", "theirs"), ("map", "host4"), ("chain", "extra")]
    listing = ours()
    other_hook(listing)
    name = next(item["chain"]["name"] for item in listing if "chain" in item)
    assert extras(listing) == [("chain", name)]


def test_what_was_added_is_taken_away():
    """What holds others first; all of it is emptied before any of it goes."""
    found = [("flowtable", "f"), ("chain", "c"), ("set", "s"), ("map", "m")]
    assert remove("aupkeep", found).splitlines() == [
        "flush map inet aupkeep m",
        "flush set inet aupkeep s",
        "flush chain inet aupkeep c",
        "delete map inet aupkeep m",
        "delete set inet aupkeep s",
        "delete chain inet aupkeep c",
        "delete flowtable inet aupkeep f",
    ]


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=6, hours=23, milliseconds=5), "6d23h5ms"),
        (timedelta(minutes=61, seconds=1), "1h1m1s"),
        (timedelta(microseconds=1999), "1ms"),
    ],
)
def test_a_duration_as_nftables_reads_it(left: timedelta, text: str):
    """In parts; what is less than a millisecond is left out."""
    assert timeout(left) == text
