"""Attribution against a brute-force reference, and the rules of docs/attribution.md one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given, settings

from aupkeep.inventory.assignment_columns import pack, times
from aupkeep.inventory.attribution import holder_at, micros
from aupkeep.inventory.snapshot import DISPUTED, NOT_OURS, UNKNOWN, Snapshot
from aupkeep.model.holding import Assignment, Disputed, Held, NotOurs, OwnSpace, Unknown
from aupkeep.model.subject import Subject, parse_subject
from inventory.reference import ask, small_world, verdict, worlds

T = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = [OwnSpace(prefix=ip_network("203.0.113.0/24"))]
HOUR = timedelta(hours=1)


def record(customer, prefix="203.0.113.7/32", start=-10, end=None, **more: object):
    """A record from `start` to `end` in hours from T."""
    return Assignment(
        id=more.pop("id", f"of-{customer}"),
        site=more.pop("site", "main"),
        prefix=ip_network(prefix),
        customer=customer,
        resource=more.pop("resource", "vm"),
        start=T + start * HOUR,
        end=None if end is None else T + end * HOUR,
        known_from=more.pop("known_from", T - 99 * HOUR),
        **more,
    )


def short(holding):
    """(word, holders) of a holding, as the reference says it."""
    if isinstance(holding, Held):
        return ("held", frozenset({(holding.customer, holding.resource)}))
    if isinstance(holding, Disputed):
        return ("disputed", frozenset((c.customer, c.resource) for c in holding.candidates))
    return ({NotOurs: "not-ours", Unknown: "unknown"}[type(holding)], frozenset())


@pytest.mark.slow
@settings(max_examples=25)
@given(worlds())
def test_agrees_with_brute_force(world):
    """For any records, space, window, site and knowledge the answer is the reference's."""
    records, own, questions, how, known_at = world
    for subject, at in questions:
        expected = verdict(ask(records, own, subject, at, known_at=known_at, **how))
        found = holder_at(records, own, subject, at, known_at=known_at, **how)
        assert short(found) == expected


@settings(max_examples=25)
@given(worlds())
def test_snapshot_agrees(world):
    """The bulk answer is that of `holder_at` for every address of the batch."""
    _snapshot_agrees(world)


@pytest.mark.parametrize("seed", range(40))
def test_small_worlds(seed):
    """Reference, `holder_at` and snapshot agree in each of these worlds too."""
    world = small_world(seed)
    held, own, questions, how, known_at = world
    for subject, at in questions:
        expected = verdict(ask(held, own, subject, at, known_at=known_at, **how))
        assert short(holder_at(held, own, subject, at, known_at=known_at, **how)) == expected
    _snapshot_agrees(world)


def _snapshot_agrees(world) -> None:
    records, own, questions, how, known_at = world
    addresses = pack([subject.address for subject, _ in questions])
    ports = [-1 if subject.port is None else subject.port for subject, _ in questions]
    snapshot = Snapshot.of(own, records, known_at)
    codes = snapshot.look_up(
        addresses, times(at for _, at in questions), np.array(ports, np.int64), **how
    )
    for (subject, at), code in zip(questions, codes.tolist(), strict=True):
        found = holder_at(records, own, subject, at, known_at=known_at, **how)
        word = {NOT_OURS: "not-ours", UNKNOWN: "unknown", DISPUTED: "disputed"}.get(code, "held")
        assert word == short(found)[0]
        if isinstance(found, Held):
            assert records[code].customer == found.customer
            assert records[code].resource == found.resource
            assert records[code].id == found.assignment


MOVED = [record("kari", end=0), record("ola", start=0)]
SHARED = [
    record("kari", port_from=1024, port_to=2047),
    record("ola", port_from=2048, port_to=65535),
]
FEW = SHARED[0]  # its ports and no others
RENEWED = [replace(FEW, end=T), replace(FEW, start=T, id="again")]
NESTED = [record("ola", "203.0.113.0/29"), record("kari", end=0)]
CASES = {
    "before the move": (MOVED, "203.0.113.7", -1, "held kari"),
    "after the move": (MOVED, "203.0.113.7", 1, "held ola"),
    "121 s before": (MOVED, "203.0.113.7", -121 / 3600, "held kari"),
    "120 s before": (MOVED, "203.0.113.7", -120 / 3600, "disputed kari ola"),
    "120 s after": (MOVED, "203.0.113.7", 120 / 3600, "disputed kari ola"),
    "121 s after": (MOVED, "203.0.113.7", 121 / 3600, "held ola"),
    "renewal is no change": (
        [MOVED[0], record("kari", start=0, id="b")],
        "203.0.113.7",
        0,
        "held kari",
    ),
    "end without successor": ([MOVED[0]], "203.0.113.7", 0, "disputed kari"),
    "never held": (MOVED, "203.0.113.8", 0, "unknown"),
    "foreign": ([record("kari", "198.51.100.1/32")], "198.51.100.1", 0, "not-ours"),
    "narrowest wins": (NESTED, "203.0.113.7", -1, "held kari"),
    "closed falls through": (NESTED, "203.0.113.7", 1, "held ola"),
    "port": (SHARED, "203.0.113.7:1024", 0, "held kari"),
    "other port": (SHARED, "203.0.113.7:2048", 0, "held ola"),
    "port of nobody": (SHARED, "203.0.113.7:80", 0, "unknown"),
    "no port": (SHARED, "203.0.113.7", 0, "disputed kari ola"),
    "port falls through": ([*SHARED, NESTED[0]], "203.0.113.7:80", 0, "held ola"),
    "120 s before an end": ([MOVED[0]], "203.0.113.7", -120 / 3600, "disputed kari"),
    "121 s before an end": ([MOVED[0]], "203.0.113.7", -121 / 3600, "held kari"),
    "the last of its ports": ([FEW], "203.0.113.7:2047", 0, "held kari"),
    "just past its ports": ([FEW], "203.0.113.7:2048", 0, "unknown"),
    "just before its ports": ([FEW], "203.0.113.7:1023", 0, "unknown"),
    "the first port, renewed": (RENEWED, "203.0.113.7:1024", 0, "held kari"),
    "the last port, renewed": (RENEWED, "203.0.113.7:2047", 0, "held kari"),
    "another port, renewed": (RENEWED, "203.0.113.7:2048", 0, "unknown"),
    "no port, renewed": (RENEWED, "203.0.113.7", 0, "disputed kari"),
    "port nought": ([record("kari", port_to=0)], "203.0.113.7:0", 0, "held kari"),
    "past port nought": ([record("kari", port_to=0)], "203.0.113.7:1", 0, "unknown"),
    "the last port of all": ([record("kari", port_to=65534)], "203.0.113.7:65535", 0, "unknown"),
    "ports of two widths": (
        [FEW, record("kari", "203.0.113.0/29", port_from=2048)],
        "203.0.113.7",
        0,
        "disputed kari",
    ),
    "a wider one up to a narrower": (
        [record("kari", port_from=1024), record("ola", "203.0.113.0/29", port_to=1023)],
        "203.0.113.7",
        0,
        "disputed kari ola",
    ),
    "only the port before a narrower one": (
        [
            record("kari", port_from=1024),
            record("ola", "203.0.113.0/29", port_from=1023, port_to=1023),
        ],
        "203.0.113.7",
        0,
        "disputed kari ola",
    ),
    "hidden by a narrower one": (
        [
            record("kari", port_from=1024),
            record("ola", "203.0.113.0/29", port_from=1024, port_to=1025),
        ],
        "203.0.113.7",
        0,
        "disputed kari",
    ),
    "beside a neighbour with all ports": (
        [record("ola", "203.0.113.6/32"), FEW],
        "203.0.113.7:80",
        0,
        "unknown",
    ),
    "one port is free": ([record("kari", port_to=65534)], "203.0.113.7", 0, "disputed kari"),
    "contradiction": ([record("kari"), record("ola")], "203.0.113.7", 0, "disputed kari ola"),
    "account": (MOVED, None, 0, "unknown"),
}


@pytest.mark.parametrize("name", CASES)
def test_rule(name):
    """Each rule of docs/attribution.md, Attribution, in one example."""
    records, text, hours, expected = CASES[name]
    subject = parse_subject(text) if text else Subject(account="kari")
    word, holders = short(holder_at(records, OWN, subject, T + hours * HOUR))
    assert " ".join([word, *sorted(customer for customer, _ in holders)]) == expected


def low_bits(prefix):
    """An IPv4 prefix as the last bits of an IPv6 address: longer than one half of it."""
    return f"2001:db8::{prefix.network_address}/{prefix.prefixlen + 96}"


def high_bits(prefix):
    """An IPv4 prefix as the first bits below 2001:db8::/32: within one half of an address."""
    number = int(prefix.network_address)
    high, low = number >> 16, number & 0xFFFF
    return f"2001:db8:{high:x}:{low:x}::/{prefix.prefixlen + 32}"


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][1]])
@pytest.mark.parametrize("family", [str, low_bits, high_bits])
def test_rule_in_bulk(name, family):
    """The same examples in the snapshot, in IPv4 and in both halves of IPv6."""
    records, text, hours, expected = CASES[name]
    subject = parse_subject(text)
    own = [OwnSpace(prefix=ip_network(family(OWN[0].prefix)))]
    moved = [replace(item, prefix=ip_network(family(item.prefix))) for item in records]
    address = ip_network(family(ip_network(f"{subject.address}/32"))).network_address
    ports = np.array([-1 if subject.port is None else subject.port], np.int64)
    at = times([T + hours * HOUR])
    [code] = Snapshot.of(own, moved).look_up(pack([address]), at, ports).tolist()
    word = {NOT_OURS: "not-ours", UNKNOWN: "unknown", DISPUTED: "disputed"}.get(code, "held")
    assert word == expected.split()[0]
    if code >= 0:
        assert f"held {records[code].customer}" == expected
    if subject.port is None:
        assert Snapshot.of(own, moved).look_up(pack([address]), at).tolist() == [code]


@pytest.mark.parametrize(
    ("seconds", "exact", "tolerance", "expected"),
    [
        (0, 0, 0, "ola"),
        (-1e-6, 0, 0, "kari"),
        (-1e-6, 0, 1e-6, "disputed"),
        (-2e-6, 0, 1e-6, "kari"),
        (1e-6, 0, 1e-6, "disputed"),
        (2e-6, 0, 1e-6, "ola"),
        (-60, 59, 0, "kari"),
        (-60, 60, 0, "disputed"),
        (-60, 30, 30, "disputed"),
        (-60, -9, 59, "kari"),
        (-60, 59, -9, "kari"),
        (9e9, float("inf"), 0, "disputed"),
        (9e9, 0, float("inf"), "disputed"),
        (9e9, float("nan"), 0, "disputed"),
        (9e9, 2e11, 0, "disputed"),
    ],
)
def test_width(seconds, exact, tolerance, expected):
    """The window is tolerance and exactness together, to the microsecond, edges included."""
    at = T + timedelta(seconds=seconds)
    how = {"exact": exact, "tolerance": tolerance}
    answer = holder_at(MOVED, OWN, parse_subject("203.0.113.7"), at, **how)
    assert (answer.customer if isinstance(answer, Held) else "disputed") == expected
    [code] = (
        Snapshot.of(OWN, MOVED)
        .look_up(pack([ip_address("203.0.113.7")]), times([at]), **how)
        .tolist()
    )
    assert {0: "kari", 1: "ola", DISPUTED: "disputed"}[code] == expected


def test_the_whole_answer():
    """Held names the record; disputed names each holder once, in order of time."""
    held = holder_at(MOVED, OWN, parse_subject("203.0.113.7"), T - HOUR)
    assert held == Held(
        customer="kari",
        resource="vm",
        assignment="of-kari",
        start=MOVED[0].start,
        end=MOVED[0].end,
    )
    renewed = [*MOVED, record("kari", start=-99, end=-10, id="z"), record("eva", start=-10, id="e")]
    answer = holder_at(renewed, OWN, parse_subject("203.0.113.7"), T - 10 * HOUR)
    assert [(c.customer, c.assignment) for c in answer.candidates] == [("kari", "z"), ("eva", "e")]
    assert answer.candidates[0].start == T - 99 * HOUR
    assert answer.candidates[0].end == T - 10 * HOUR
    assert answer.candidates[0].resource == "vm"


def test_exactness_widens_the_window():
    """The event's own uncertainty is added to the tolerance."""
    subject = parse_subject("203.0.113.7")
    at = T + timedelta(seconds=179)
    assert isinstance(holder_at(MOVED, OWN, subject, at), Held)
    assert isinstance(holder_at(MOVED, OWN, subject, at, exact=60), Disputed)
    assert isinstance(holder_at(MOVED, OWN, subject, at, exact=float("nan")), Disputed)
    assert isinstance(holder_at(MOVED, OWN, subject, at, exact=float("inf")), Disputed)


def test_zero_window_is_half_open():
    """With no window at all the moment of change is the new holder's."""
    found = holder_at(MOVED, OWN, parse_subject("203.0.113.7"), T, tolerance=0)
    assert short(found)[1] == {("ola", "vm")}


def test_old_knowledge_is_replayed():
    """A correction learnt later does not change what was answered before."""
    old = record("kari", id="old")
    corrected = [replace(old, known_until=T), record("ola", id="new", known_from=T)]
    subject = parse_subject("203.0.113.7")
    assert holder_at(corrected, OWN, subject, T - HOUR).customer == "ola"
    assert holder_at(corrected, OWN, subject, T - HOUR, known_at=T - HOUR).customer == "kari"
    assert holder_at(corrected, OWN, subject, T - HOUR, known_at=T).customer == "ola"


def test_sites_dispute_without_a_site():
    """One prefix at two sites is two addresses; without a site nobody can tell them apart."""
    own = [OwnSpace(prefix=ip_network("203.0.113.0/24"), site=site) for site in ("a", "b")]
    records = [record("kari", site="a"), record("ola", site="b")]
    subject = parse_subject("203.0.113.7")
    assert isinstance(holder_at(records, own, subject, T), Disputed)
    assert holder_at(records, own, subject, T, site="b").customer == "ola"
    assert holder_at(records, own, subject, T, site="c") == NotOurs()


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-1, "not-ours"),
        (-121 / 3600, "not-ours"),
        (-120 / 3600, "disputed"),
        (-1 / 60, "disputed"),
        (1 / 60, "disputed"),
        (1, "held"),
    ],
)
def test_space_since(hours, expected):
    """Space that became ours is a change like any other: certain only outside the window."""
    own = [replace(OWN[0], since=T)]
    subject, at = parse_subject("203.0.113.7"), T + hours * HOUR
    assert short(holder_at([record("kari")], own, subject, at))[0] == expected
    codes = Snapshot.of(own, [record("kari")]).look_up(pack([subject.address]), times([at]))
    assert codes[0] == {"not-ours": NOT_OURS, "disputed": DISPUTED, "held": 0}[expected]


def test_space_that_becomes_ours_at_that_very_moment():
    """Without a window the moment itself is ours; a site that is not yet ours says nothing."""
    since = [replace(OWN[0], since=T), replace(OWN[0], site="north")]
    subject = parse_subject("203.0.113.7")
    records = [record("kari"), record("kari", site="north", id="north")]
    for at, expected in ((T, "of-kari"), (T - HOUR, "north")):
        held = holder_at(records, since, subject, at, tolerance=0)
        assert held.assignment == expected
    at = times([T, T - HOUR])
    codes = Snapshot.of(since, records).look_up(pack([subject.address] * 2), at, tolerance=0)
    assert codes.tolist() == [0, 1]


def test_moments_are_exact_to_the_microsecond():
    """Also where a float would round."""
    last = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert micros(last) - micros(last - timedelta(microseconds=1)) == 1


def test_router_names_the_project():
    """A router's shared address answers with the record's own words, not with a machine's."""
    records = [record("kari", resource="project p1, router", router=True)]
    found = holder_at(records, OWN, parse_subject("203.0.113.7:40000"), T)
    assert found.resource == "project p1, router"


def test_many_port_blocks_answer_quickly():
    """2,048 customers behind one address and no port: every one is a candidate."""
    records = [
        record(f"c{n}", port_from=n * 32, port_to=n * 32 + 31, id=f"a{n}") for n in range(2048)
    ]
    found = holder_at(records, OWN, parse_subject("203.0.113.7"), T)
    assert len(found.candidates) == 2048
