"""Attribution against a brute-force reference, and the rules of DESIGN.md one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import numpy as np
import pytest
from hypothesis import given, settings

from aupkeep.inventory.assignment_columns import pack, times
from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.snapshot import DISPUTED, NOT_OURS, UNKNOWN, Snapshot
from aupkeep.model.holding import Assignment, Disputed, Held, NotOurs, OwnSpace, Unknown
from aupkeep.model.subject import Subject, parse_subject
from inventory.reference import ask, verdict, worlds

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


@settings(max_examples=40)
@given(worlds())
def test_agrees_with_brute_force(world):
    """For any records, space, window, site and knowledge the answer is the reference's."""
    records, own, questions, how, known_at = world
    for subject, at in questions:
        expected = verdict(ask(records, own, subject, at, known_at=known_at, **how))
        found = holder_at(records, own, subject, at, known_at=known_at, **how)
        assert short(found) == expected


@settings(max_examples=40)
@given(worlds())
def test_snapshot_agrees(world):
    """The bulk answer is that of `holder_at` for every address of the batch."""
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


MOVED = [record("kari", end=0), record("ola", start=0)]
SHARED = [
    record("kari", port_from=1024, port_to=2047),
    record("ola", port_from=2048, port_to=65535),
]
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
    "contradiction": ([record("kari"), record("ola")], "203.0.113.7", 0, "disputed kari ola"),
    "account": (MOVED, None, 0, "unknown"),
}


@pytest.mark.parametrize("name", CASES)
def test_rule(name):
    """Each rule of DESIGN.md, Attribution, in one example."""
    records, text, hours, expected = CASES[name]
    subject = parse_subject(text) if text else Subject(account="kari")
    word, holders = short(holder_at(records, OWN, subject, T + hours * HOUR))
    assert " ".join([word, *sorted(customer for customer, _ in holders)]) == expected


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
    [(-1, "not-ours"), (-1 / 60, "disputed"), (1 / 60, "disputed"), (1, "held")],
)
def test_space_since(hours, expected):
    """Space that became ours is a change like any other: certain only outside the window."""
    own = [replace(OWN[0], since=T)]
    subject, at = parse_subject("203.0.113.7"), T + hours * HOUR
    assert short(holder_at([record("kari")], own, subject, at))[0] == expected
    codes = Snapshot.of(own, [record("kari")]).look_up(pack([subject.address]), times([at]))
    assert codes[0] == {"not-ours": NOT_OURS, "disputed": DISPUTED, "held": 0}[expected]


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
