"""What stands, where a measure bites, and what is written of it: computed without a database."""

import json
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from app.deciding.parts import about, action, bare_context, decision, ruling
from aupkeep.app.deciding import consider
from aupkeep.app.deciding.consider import author, payload_of, restricts, stands
from aupkeep.app.deciding.decision_changes import _action, enforce_effect
from aupkeep.app.deciding.manual_proposal import manual_scope
from aupkeep.app.deciding.placement import scopes_of
from aupkeep.app.deciding.second_person import (
    USUAL_RATE,
    asked_entry,
    choice_of,
    kept_choice,
    kept_words,
)
from aupkeep.casework.evidence_level import founding
from aupkeep.casework.proposal import proposals_of
from aupkeep.casework.reach import OwnReach
from aupkeep.enforcement.placement import Placed
from aupkeep.model.actor import ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.decision import PortRange
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Cause, Level, Measure
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.policy import packs
from casework import scenes
from casework.scenes import ADDRESS, NOW, OTHER, PEER
from policy.rules import files, rule

PORT = ruling(Measure.BLOCK_PORT, "port")
SIX = ip_address("2001:db8::7")


def made(measure=Measure.BLOCK_PORT, **changes):
    return decision(measure, **changes)


def wanted_stands(there, wanted):
    """Whether what the ruling proposes of this case stands."""
    proposed = proposals_of(
        wanted,
        case=there.case,
        clause=scenes.CLAUSE,
        claims=founding(there.supporting, there.inputs.trust),
        versions=scenes.VERSIONS,
        reasons="a rule",
        since=there.at,
        reaches=there.inputs.reaches,
    )
    return stands(there, next(proposed))


@pytest.mark.parametrize(
    ("wanted", "decisions", "expected"),
    [
        (PORT, [], False),
        (PORT, [made()], True),
        (PORT, [made(ends=None)], True),
        (PORT, [made(ends=NOW)], False),
        (PORT, [made(), made(Measure.RECORD, id="d2", reverses="d1")], False),
        (PORT, [made(reverses="d0")], False),
        (PORT, [made(Measure.RECORD)], False),
        (PORT, [made(scope=replace(made().scope, port=23))], False),
        (PORT, [made(scope=replace(made().scope, note="why", rate=9))], True),
        (PORT, [made(scope=replace(made().scope, address=OTHER))], False),
        (PORT, [made(Measure.LIMIT_RATE)], False),
        (PORT, [made(Measure.ISOLATE)], True),
        (PORT, [made(Measure.ISOLATE, ends=NOW)], False),
        (PORT, [made(Measure.INFORM_DEADLINE)], False),
        (ruling(Measure.INFORM), [], False),
        (ruling(Measure.INFORM), [made(Measure.INFORM, ends=None)], True),
        (ruling(Measure.INFORM), [made()], True),
        (ruling(Measure.INFORM), [made(Measure.RECORD)], False),
        (ruling(Measure.INFORM_DEADLINE), [made(Measure.INFORM)], False),
        (ruling(Measure.INFORM_DEADLINE), [made(Measure.INFORM_DEADLINE)], True),
        (ruling(Measure.RECORD), [made(Measure.INFORM)], True),
        (ruling(Measure.LIMIT_SMTP, "port"), [made(Measure.LIMIT_SMTP)], False),
        (
            ruling(Measure.LIMIT_SMTP, "port"),
            [made(Measure.LIMIT_SMTP, scope=scenes.NARROW[Measure.LIMIT_SMTP])],
            True,
        ),
    ],
)
def test_what_a_rule_wants_stands(wanted, decisions, expected):
    """The same limit at the same place, or a harder one; of words the same or more."""
    assert wanted_stands(about(decisions=tuple(decisions)), wanted) is expected


def test_on_an_assignment_the_next_address_is_no_new_place():
    """A measure on a whole IPv6 assignment bites at each of its addresses."""
    claim = scenes.claim("6", source="detector:logins", subject=Subject(address=SIX))
    reach = OwnReach(address=SIX, network=ip_network("2001:db8::/64"))
    there = about(supporting=(claim,), inputs=replace(scenes.INPUTS, reaches=(reach,)))
    first = replace(made().scope, address=ip_address("2001:db8::1"), prefix_length=64)
    assert wanted_stands(replace(there, decisions=(made(scope=first),)), PORT)
    one = replace(first, prefix_length=None)
    assert not wanted_stands(replace(there, decisions=(made(scope=one),)), PORT)


def test_on_a_shared_address_the_ports_are_the_place():
    """Of two ranges it is the one that the claim names."""
    ranges = (PortRange(10, 19), PortRange(30, 39))
    own = OwnReach(address=ADDRESS, ports=ranges, others=("c2/vm2",))
    claim = scenes.claim(source="detector:logins", subject=Subject(address=ADDRESS, port=31))
    there = about(supporting=(claim,), inputs=replace(scenes.INPUTS, reaches=(own,)))
    for ports, expected in ((ranges[1], True), (ranges[0], False)):
        scope = replace(made().scope, source_ports=ports)
        assert wanted_stands(replace(there, decisions=(made(scope=scope),)), PORT) is expected


def test_a_reason_without_its_counts():
    """One customer more behind the breaker is no new reason; another sentence is."""
    assert consider._plain("7 of 1000 customers") == consider._plain("12 of 1000 customers")
    assert consider._plain("7 of 1000 customers") == "# of # customers"
    assert consider._plain("7 customers") != consider._plain("7 networks")


def test_the_author_is_the_rule_of_its_version():
    pack = packs.load(files(rule()), whole=False)
    actor = author(pack, replace(PORT, rule="close-port"))
    assert (actor.kind, actor.name) == (ActorKind.RULE, "close-port")
    assert actor.id == f"close-port@{pack.digest[:12]}"
    assert consider._title(pack, replace(PORT, rule="close-port")) == "Close one port"
    assert consider._title(pack, replace(PORT, rule="gone")) == "gone"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"reverses": "d0"}, False),
        ({"level": Level.L2}, False),
        ({"level": Level.L4}, True),
    ],
)
def test_what_limits_somebody(changes, expected):
    assert restricts(made(**changes)) is expected


def test_what_the_journal_says_of_a_decision():
    one = made(approvers=(scenes.KARI, scenes.OLA), reverses="d0")
    assert payload_of(one) == {
        "decision": "d1",
        "clause": "intrusion",
        "measure": "block-port",
        "level": "L3",
        "evidence": one.evidence.name,
        "rule": "intrusion-block-port",
        "policy": "p1",
        "facts": one.facts.digest(),
        "snapshot": json.loads(one.facts.snapshot()),
        "approvers": ["kari", "ola"],
        "reverses": "d0",
    }


# Where an isolation is carried out


def isolated(*, hosts=(), networks=(), shared=(), **scope):
    """The addresses, each with its prefix, of an isolation."""
    there = about(
        hosts=tuple(map(ip_address, hosts)),
        networks=tuple(map(ip_network, networks)),
        inputs=replace(scenes.INPUTS, shared_at=tuple(map(ip_address, shared))),
    )
    whole = replace(scenes.NARROW[Measure.ISOLATE], **scope)
    found = scopes_of(there, Measure.ISOLATE, whole)
    assert found[0] == whole
    assert {(item.customer, item.resource) for item in found} == {("c1", "vm1")}
    return [(str(item.address), item.prefix_length) for item in found[1:]]


def test_an_isolation_is_at_all_that_is_the_resources():
    """Each address it holds alone and each assignment whole, once; nothing that others share."""
    hosts = [str(ADDRESS), "198.51.100.9", "198.51.100.10", "2001:db8:1::5"]
    assert isolated(hosts=hosts, networks=["2001:db8:1::/64"], shared=["198.51.100.10"]) == [
        ("198.51.100.9", None),
        ("2001:db8:1::", 64),
    ]
    assert isolated(hosts=["198.51.100.9"], source_ports=PortRange(1, 2)) == []
    assert isolated(hosts=["198.51.100.9"], address=None) == []


def test_an_isolation_of_an_assignment_takes_it_once():
    six = {"address": SIX, "prefix_length": 64}
    networks = ["2001:db8::/64", "2001:db8:2::/64"]
    hosts = ["2001:db8::9", str(ADDRESS)]
    assert isolated(hosts=hosts, networks=networks, **six) == [
        (str(ADDRESS), None),
        ("2001:db8:2::", 64),
    ]


def test_every_other_measure_is_at_its_scope():
    scope = made().scope
    assert scopes_of(about(hosts=(ADDRESS, OTHER)), Measure.BLOCK_PORT, scope) == [scope]


# What an agent or a person is to do


def test_what_a_driver_carries_goes_to_its_agent(tmp_path):
    """Driver, target and scope of its place; each action has a number of its own."""
    context, there, one = bare_context(tmp_path), about(), made()
    edge = Placed(target="edge", driver="nftables", scope=one.scope)
    wanted = _action(context, there, one, edge)
    assert wanted == action(id=wanted.id, changed_at=NOW)
    assert len(wanted.id) == 36
    assert _action(context, there, one, edge).id != wanted.id
    with pytest.raises(ValueError, match=r"^a measure a driver carries always ends; the gate made"):
        _action(context, there, made(ends=None), edge)


def test_an_agent_is_told_once_of_each_action_and_its_lift(tmp_path):
    context = bare_context(tmp_path)
    effects = [enforce_effect(context, action(), word) for word in ("apply", "lift")]
    assert [effect.key for effect in effects] == ["enforce:a1:apply", "enforce:a1:lift"]
    assert {effect.kind for effect in effects} == {"enforce"}
    assert [effect.payload for effect in effects] == [{"target": "edge"}] * 2
    assert {effect.due_at for effect in effects} == {NOW}
    assert effects[0].id != effects[1].id


# A person's choice


def aimed(measure, choice=None, **changes):
    return manual_scope(about(**changes), measure, choice or {})


def test_a_choice_follows_the_resource_to_its_one_address():
    """Where it holds the address in evidence no more, and one other."""
    inputs = replace(scenes.INPUTS, holds_now=(ip_network("198.51.100.9/32"),))
    moved = aimed(Measure.ISOLATE, inputs=inputs, hosts=(ip_address("198.51.100.9"),))
    assert str(moved.address) == "198.51.100.9"
    assert moved.note == ("seen at 198.51.100.7, which changed hands; vm1 is now at 198.51.100.9")
    for hosts in ((), (ADDRESS, OTHER)):
        stays = aimed(Measure.ISOLATE, inputs=inputs, hosts=hosts)
        assert (stays.address, stays.note) == (ADDRESS, None)


def test_a_choice_is_on_the_sharers_own_ports():
    own = OwnReach(address=ADDRESS, ports=(PortRange(10, 19),), others=("c2/vm2",))
    inputs = replace(scenes.INPUTS, reaches=(own,))
    assert aimed(Measure.ISOLATE, inputs=inputs).source_ports == PortRange(10, 19)
    six = replace(own, address=ip_address("198.51.100.9"))
    inputs = replace(inputs, reaches=(six,), holds_now=(ip_network("198.51.100.9/32"),))
    moved = aimed(Measure.ISOLATE, inputs=inputs, hosts=(six.address,))
    assert moved.source_ports == PortRange(10, 19)


def test_a_protection_stays_at_the_attacked_address():
    """Also where the resource has moved; its protocol is the flood's unless a person says one."""
    flood = scenes.claim(
        "f",
        source="detector:flood",
        kind="protection/inbound_ddos",
        role=Role.VICTIM,
        mode=Mode.PROPOSE,
        target=Endpoint(port=53, protocol="udp"),
    )
    inputs = replace(scenes.INPUTS, claims=(flood,), holds_now=())
    there = {"claims": (flood,), "inputs": inputs, "hosts": (OTHER,)}
    scope = aimed(Measure.BLOCK_INBOUND, **there)
    assert (scope.address, scope.protocol, scope.port) == (ADDRESS, "udp", 53)
    other = aimed(Measure.BLOCK_INBOUND, {"port": 123}, **there)
    assert (other.address, other.protocol, other.port) == (ADDRESS, "udp", 123)
    named = aimed(Measure.BLOCK_INBOUND, {"port": 123, "protocol": "tcp"}, **there)
    assert named.protocol == "tcp"
    blind = replace(flood, finding=replace(flood.finding, target=None))
    there |= {"claims": (blind,), "inputs": replace(inputs, claims=(blind,))}
    chosen = aimed(Measure.LIMIT_INBOUND, {"port": 80, "rate": 1000}, **there)
    assert (chosen.address, chosen.protocol, chosen.port) == (ADDRESS, "tcp", 80)
    assert (chosen.rate, chosen.note) == (1000, None)


def test_a_person_names_the_port_or_peer_that_no_claim_does():
    """The address is the evidence's; of several one may be chosen, and no other."""
    bare = scenes.claim("1", target=None)
    second = scenes.claim("2", target=None, subject=Subject(address=OTHER))
    there = {"claims": (bare, second)}
    choice = {"port": 25, "note": "seen in the log", "address": str(ADDRESS)}
    scope = aimed(Measure.BLOCK_PORT, choice, **there)
    assert (scope.address, scope.protocol, scope.port) == (ADDRESS, "tcp", 25)
    assert scope.note == "seen in the log"
    peer = aimed(Measure.BLOCK_DESTINATION, {"destination": str(PEER)}, claims=(bare,))
    assert (peer.address, peer.destination, peer.protocol) == (ADDRESS, PEER, None)
    assert aimed(Measure.BLOCK_URL, claims=(bare,)).address is None
    with pytest.raises(Invalid, match="address: expected one in this case's evidence"):
        aimed(Measure.BLOCK_PORT, {"address": str(PEER)}, **there)
    for name in ("address", "destination"):
        with pytest.raises(Invalid, match=f"^{name}: expected an IPv4 or IPv6 address"):
            aimed(Measure.BLOCK_PORT, {name: "here"}, **there)


# What waits for a second person


@pytest.mark.parametrize(
    ("measure", "rate"),
    [(Measure.LIMIT_RATE, 9), (Measure.LIMIT_INBOUND, 9), (Measure.ISOLATE, None)],
)
def test_a_choice_has_a_rate_where_it_slows(measure, rate):
    choice = choice_of(measure, 24, Cause.CARELESS, 9)
    assert choice == {"hours": 24, "cause": "unauthorised-careless", "rate": rate}
    assert choice_of(measure, None, Cause.UNKNOWN)["rate"] == (rate and USUAL_RATE)


def test_what_was_chosen_comes_back(tmp_path):
    """Only what was chosen besides is kept; what was kept is said in the journal."""
    words = kept_words({"port": 25, "address": ADDRESS, "hours": 2, "note": None, "extra": 1})
    assert words == '{"address": "198.51.100.7", "port": 25}'
    assert kept_words({"hours": 2}) == ""
    sorted_words = '{"destination": "x", "protocol": "tcp"}'
    assert kept_words({"protocol": "tcp", "destination": "x"}) == sorted_words
    approval = Approval(
        id="p1",
        case="case1",
        measure=Measure.LIMIT_RATE,
        hours=2,
        reasons="it goes on",
        cause=Cause.CARELESS,
        by="kari",
        at=NOW,
        choice=words,
        ratifies="d7",
    )
    usual = {"hours": 2, "cause": "unauthorised-careless", "rate": USUAL_RATE}
    assert kept_choice(approval) == usual | {"address": "198.51.100.7", "port": 25}
    assert kept_choice(replace(approval, choice="")) == usual
    assert kept_choice(replace(approval, choice='{"rate": 5}'))["rate"] == 5
    said = asked_entry(bare_context(tmp_path), approval, scenes.KARI)
    assert (said.type, said.case) == (EntryType.CASE_CHANGED, "case1")
    assert said.payload == {
        "actor": {"kind": "person", "id": "kari", "name": ""},
        "of_case": "case1",
        "why": "waits for a second person",
        "id": "p1",
        "measure": "limit-rate",
        "hours": 2,
        "reasons": "it goes on",
        "cause": "unauthorised-careless",
        "by": "kari",
        "at": "2026-03-01T12:00:00Z",
        "choice": words,
        "ratifies": "d7",
    }
