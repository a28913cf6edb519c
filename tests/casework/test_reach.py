"""How much of an address a measure is on, and what the gate makes of it."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from aupkeep.casework.measure_limits import reach
from aupkeep.casework.reach import ON_PORTS, WIDE, OwnReach, place_of, within_reach
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.ladder import OUTGOING, Measure
from aupkeep.model.subject import Subject
from casework.scenes import HOUR, INPUTS, claim, proposal

FOUR = ip_address("203.0.113.40")
SIX = ip_address("2001:db8:5:1::7")
SHARED = OwnReach(
    address=FOUR, ports=(PortRange(1024, 2047), PortRange(4096, 5119)), others=("birch vm-t",)
)
ALONE = OwnReach(address=SIX, network=ip_network("2001:db8:5:1::/64"))


def scope(address=FOUR, **more):
    """A scope of the scene's resource."""
    return Scope(customer="c1", resource="vm1", address=address, **more)


def seen(address, port=None):
    """A claim about the address, from that port."""
    return claim(f"{address} {port}", subject=Subject(address=address, port=port))


@pytest.mark.parametrize("measure", sorted(OUTGOING))
def test_sharer_is_touched_on_the_ports_that_the_evidence_names(measure):
    """Of two ranges it is the one that the newest claim came from."""
    found = within_reach(scope(), measure, [SHARED], [seen(FOUR, 5000)])
    assert found.source_ports == PortRange(4096, 5119)


def test_the_newest_claim_names_the_range():
    """By its time, then by its id; to the last port of the range. What was narrowed stays so."""
    first, last = seen(FOUR, 1024), seen(FOUR, 5119)
    late = replace(last, at=last.at + HOUR)
    for claims in ([first, late], [late, first]):
        found = within_reach(scope(), Measure.ISOLATE, [SHARED], claims)
        assert found.source_ports == PortRange(4096, 5119)
        found = within_reach(scope(), Measure.ISOLATE, [SHARED], [replace(first, id="z"), last])
        assert found.source_ports == PortRange(1024, 2047)
    narrow = scope(source_ports=PortRange(1, 2))
    assert within_reach(narrow, Measure.ISOLATE, [SHARED], [first]) == narrow
    six = scope(SIX, prefix_length=80)
    assert within_reach(six, Measure.ISOLATE, [ALONE], []) == six


@pytest.mark.parametrize("port", [None, 80, 3000])
def test_no_range_is_guessed(port):
    """Several ranges and no port, or a port of somebody else: the scope stays, to be refused."""
    assert within_reach(scope(), Measure.ISOLATE, [SHARED], [seen(FOUR, port)]) == scope()


def test_only_range_needs_no_port():
    """Where the holder has one range and the evidence names no port, it is that one."""
    only = replace(SHARED, ports=SHARED.ports[:1])
    found = within_reach(scope(), Measure.ISOLATE, [only], [seen(FOUR)])
    assert found.source_ports == PortRange(1024, 2047)


def test_note_says_ports_where_it_said_address():
    """A limit on all of the sharer's ports does not say that it is on the address."""
    found = within_reach(scope(note=WIDE), Measure.LIMIT_RATE, [SHARED], [seen(FOUR, 1024)])
    assert found.note == ON_PORTS


def test_an_assignment_is_one_place_whichever_of_its_addresses_is_named():
    """The words and the rate are no part of where a measure is."""
    beside = ip_address("2001:db8:5:1::8")
    words = {"note": WIDE, "rate": 9}
    places = [place_of(scope(address, prefix_length=64, **words)) for address in (SIX, beside)]
    assert places == [scope(ip_address("2001:db8:5:1::"), prefix_length=64)] * 2
    assert place_of(scope(**words)) == scope()


def test_what_protects_stays_at_its_address():
    """What keeps a flood away is on the attacked address, as it was."""
    for measure in (Measure.LIMIT_INBOUND, Measure.BLOCK_INBOUND):
        assert within_reach(scope(SIX), measure, [ALONE], [seen(SIX)]) == scope(SIX)
        assert within_reach(scope(), measure, [SHARED], [seen(FOUR, 5000)]) == scope()


def test_ipv6_is_touched_on_its_own_assignment():
    """The scope keeps the address in evidence, and says how far around it the measure is."""
    found = within_reach(scope(SIX), Measure.ISOLATE, [SHARED, ALONE], [seen(SIX)])
    assert (found.address, str(found.network)) == (SIX, "2001:db8:5:1::/64")


@pytest.mark.parametrize(
    ("aimed", "reaches", "why"),
    [
        (scope(source_ports=PortRange(1024, 2047)), (SHARED,), None),
        (scope(source_ports=PortRange(1024, 2048)), (SHARED,), "Others hold"),
        (scope(source_ports=PortRange(2048, 4095)), (SHARED,), "Others hold"),
        (scope(), (SHARED,), "Others hold"),
        (scope(source_ports=PortRange(1024, 2047)), (), "Others hold"),
        (scope(SIX, prefix_length=64), (ALONE,), None),
        (scope(SIX, prefix_length=80), (ALONE,), None),
        (scope(SIX, prefix_length=63), (ALONE,), "wider than"),
        (scope(SIX, prefix_length=64), (), "wider than"),
        (scope(SIX), (ALONE,), None),
    ],
)
def test_invariant_05_gate_refuses_what_is_not_the_holders_alone(aimed, reaches, why):
    """No port of a neighbour's and no bit of prefix beyond the own assignment gets through."""
    inputs = replace(
        INPUTS,
        claims=(seen(FOUR, 1500), seen(SIX)),
        holds_now=(ip_network("203.0.113.40/32"), ip_network("2001:db8:5:1::7/128")),
        shared_at=(FOUR,),
        reaches=reaches,
    )
    refused = reach(proposal(Measure.ISOLATE, scope=aimed), inputs, automatic=False)
    assert (refused is None) == (why is None)
    assert why is None or (why in refused.reason and refused.invariant == 5)


def test_invariant_05_protection_is_never_on_ports_or_prefixes():
    """The agent has no set for it, and the gate says so first."""
    aimed = scope(SIX, prefix_length=64, protocol="udp", rate=9)
    refused = reach(
        proposal(Measure.LIMIT_INBOUND, scope=aimed),
        replace(INPUTS, reaches=(ALONE,)),
        automatic=False,
    )
    assert "ports or an assignment" in refused.reason


def test_invariant_05_page_is_no_evidence_against_its_host():
    """A claim about a page at the address lets a person act on the host with a note only."""
    page = claim("page", subject=Subject(address=FOUR, url="https://shop.example/x"))
    inputs = replace(INPUTS, claims=(page,), holds_now=(ip_network("203.0.113.40/32"),))
    wanted = proposal(Measure.ISOLATE, scope=scope())
    assert "may serve others" in reach(wanted, inputs, automatic=False).reason
    noted = proposal(Measure.ISOLATE, scope=scope(note="the host serves this page alone"))
    assert reach(noted, inputs, automatic=False) is None
    assert "may serve others" in reach(noted, inputs, automatic=True).reason
