"""Pools are nobody's, and of two sources the one of higher precedence counts."""

from dataclasses import replace
from ipaddress import ip_network

import numpy as np

from aupkeep.inventory.assignment_columns import pack, times
from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.snapshot import UNKNOWN, Snapshot
from aupkeep.model.holding import Held, Unknown
from aupkeep.model.subject import parse_subject
from inventory.test_attribution import HOUR, OWN, T, record, short


def at_t(records, subject="203.0.113.7", own=OWN):
    """The answer at T, and that of the bulk look-up, which must be the same."""
    asked = parse_subject(subject)
    holding = holder_at(records, own, asked, T)
    port = np.array([-1 if asked.port is None else asked.port])
    code = Snapshot.of(own, records).look_up(pack([asked.address]), times([T]), port)[0]
    assert (code == UNKNOWN) == isinstance(holding, Unknown)
    assert (code >= 0) == isinstance(holding, Held)
    return short(holding)


UNKNOWN_ANSWER = ("unknown", frozenset())
POOL = record("", "203.0.113.0/24", pool=True, resource="floating", id="pool")


def test_a_pool_is_nobody():
    """What only a pool covers is unknown, also where a customer's wider record stands."""
    provider = record("provider", "203.0.113.0/24", id="wide")
    assert at_t([provider])[0] == "held"
    for pool in (POOL, replace(POOL, prefix=ip_network("203.0.113.0/28"))):
        around = replace(provider, prefix=ip_network("203.0.112.0/23"))
        assert at_t([around, pool]) == UNKNOWN_ANSWER
        assert at_t([around, pool, record("kari")])[0] == "held"


def test_a_released_address_falls_through_to_unknown():
    """It is never the pool's, and around the release it is disputed as at every end."""
    assert at_t([POOL, record("kari", end=-1)]) == UNKNOWN_ANSWER
    moment = record("kari", end=0)
    assert at_t([POOL, moment]) == ("disputed", frozenset({("kari", "vm")}))


def test_a_pool_of_some_ports():
    """The ports of a pool are nobody's; without a port the answer is uncertain."""
    shared = [record("kari", "203.0.113.0/24"), record("", pool=True, port_from=1024, id="p")]
    assert at_t(shared, "203.0.113.7:22")[0] == "held"
    assert at_t(shared, "203.0.113.7:1024") == UNKNOWN_ANSWER
    assert at_t(shared)[0] == "disputed"


def test_the_source_of_higher_precedence_counts():
    """Before how narrow a prefix is; of one precedence the narrower counts."""
    stale, cloud = record("stale", id="s"), record("kari", precedence=10, id="c")
    assert at_t([stale, cloud]) == ("held", frozenset({("kari", "vm")}))
    block = record("", "203.0.113.0/24", pool=True, precedence=10, id="b")
    assert at_t([stale, block]) == UNKNOWN_ANSWER  # the cloud knows that nobody has it
    assert at_t([stale, replace(block, precedence=0)])[0] == "held"
    assert at_t([replace(stale, precedence=-1), replace(block, precedence=-2)])[0] == "held"
    elsewhere = replace(block, prefix=ip_network("203.0.113.128/25"))
    assert at_t([stale, elsewhere])[0] == "held"


def test_an_old_answer_is_by_the_precedence_of_then():
    """A record with another precedence is a new record: `known_at` answers as before."""
    weak = record("stale", id="s", precedence=-5, known_from=T)
    before = replace(weak, id="s0", precedence=5, known_from=T - HOUR, known_until=T)
    cloud = record("kari", id="c")
    records = [weak, before, cloud]
    asked = parse_subject("203.0.113.7")
    now, then = (holder_at(records, OWN, asked, T, known_at=at) for at in (T, T - HOUR / 2))
    assert (now.customer, then.customer) == ("kari", "stale")
