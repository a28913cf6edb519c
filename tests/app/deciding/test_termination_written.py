"""The end of a service as people see it, and where a measure goes, without a database."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv6Network, ip_address
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, about, action, decision
from aupkeep.app.deciding import placement, termination, termination_record
from aupkeep.app.deciding.manual_proposal import BY_PERSON
from aupkeep.app.deciding.placement import kind_of, scopes_at, scopes_of
from aupkeep.app.deciding.termination_record import (
    TerminationRecord,
    TerminationState,
    termination_lines,
)
from aupkeep.casework.decision_inputs import HeldService
from aupkeep.casework.notice_proof import NoticeProof
from aupkeep.enforcement.placement import NotPlaced, Placed
from aupkeep.model.action import ActionState
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Decision, PortRange, Refused, Scope
from aupkeep.model.errors import Forbidden, Invalid, Missing
from aupkeep.model.ladder import CONFIRM, HOLD, TAKE_BACK, Cause, Measure
from aupkeep.model.roles import StaffAct
from casework import scenes
from casework.scenes import ADDRESS, CASE, INPUTS, KARI, NOW, OLA, OTHER

DAY = timedelta(days=1)
TOLD = NoticeProof(proven_at=NOW - 25 * DAY, sent_at=NOW - 30 * DAY, how="noticed then")
HELD = decision(
    Measure.TERMINATE,
    author=KARI,
    approvers=(OLA,),
    starts=NOW - HOLD,
    ends=NOW + CONFIRM,
    cause=Cause.OWN_ACT,
)
PER = Actor(kind=ActorKind.PERSON, id="per")
ENDED = decision(
    Measure.END_SERVICE, id="e1", author=PER, approvers=(), starts=NOW - DAY, ends=NOW + 29 * DAY
)


SEEN = HeldService(proof=TOLD, seen=True)


def known(*decisions: Decision, held=SEEN):
    """The case with these decisions."""
    return about(decisions=decisions, inputs=replace(INPUTS, decisions=decisions, held=held))


@pytest.fixture
def record(tmp_path, monkeypatch):
    """What the case's record says, with these decisions on it."""
    desk = Desk(termination_record, monkeypatch, tmp_path)
    desk.give("actions.of_decision", [])

    def show(*decisions: Decision, **more: object) -> TerminationRecord | None:
        desk.give("decisions.of_case", list(decisions))
        desk.give("load_case_context", known(*decisions, **more))
        return termination_record.termination_record(desk.context, CASE)

    show.desk = desk
    return show


def test_a_hold_that_is_over_is_ready(record):
    """Two people, its days, and the command that ends it."""
    assert record(HELD) == TerminationRecord(
        case=CASE.reference,
        customer="c1",
        resource="vm1",
        decision="d1",
        state=TerminationState.READY,
        clause="intrusion",
        by=("kari", "ola"),
        decided=NOW - HOLD,
        opens=NOW,
        closes=NOW + CONFIRM,
        data_until=NOW,
        told="noticed then",
        hindrances=(),
        carried=(),
        ended=None,
        ended_by=None,
        next="aupkeep termination finish K7QF-2M9X --customer CUSTOMER --reasons WHY",
    )


def test_before_its_end_it_is_held(record):
    """Nothing is to be done; the reasons against its end are said."""
    shown = record(replace(HELD, starts=NOW - HOLD + DAY))
    assert (shown.state, shown.next, shown.opens) == (TerminationState.HELD, None, NOW + DAY)
    assert shown.hindrances == (
        "The hold runs until 2026-03-02 12:00 UTC, and nobody ends the service before",
    )


def test_what_stands_against_it_hinders(record):
    """Without any proof of its notice."""
    shown = record(HELD, held=None)
    assert (shown.state, shown.told, shown.next) == (TerminationState.HINDERED, "not proven", None)
    assert len(shown.hindrances) == 2


def test_what_has_ended_says_who_and_until_when_its_data_is_kept(record):
    """Nothing stands against it any more; each part says where it stands."""
    parts = {
        "d1": [action(measure=Measure.TERMINATE, state=ActionState.APPLIED, proof="SHUTOFF")],
        "e1": [action(measure=Measure.END_SERVICE, driver="hand", target="people")],
    }
    record.desk._monkeypatch.setattr(
        termination_record.actions, "of_decision", lambda number: parts[number]
    )
    shown = record(HELD, ENDED)
    assert (shown.state, shown.hindrances, shown.next) == (TerminationState.ENDED, (), None)
    assert (shown.ended, shown.ended_by) == (NOW - DAY, "per")
    assert shown.data_until == NOW + 29 * DAY
    assert shown.carried == (
        "terminate on edge (nftables): applied: SHUTOFF",
        "end-service on people (hand): wanted",
    )


def test_a_case_without_one_has_no_record(record):
    """Never decided, or over."""
    assert record(decision()) is None
    assert record(replace(HELD, ends=NOW)) is None


def test_a_record_in_lines(record):
    """Each line begins with its word; what is not there has none."""
    shown = replace(
        record(HELD),
        carried=("a part",),
        hindrances=("a reason",),
        ended=NOW,
        ended_by="per",
    )
    assert list(termination_lines(shown)) == [
        "Termination of vm1 of c1, case K7QF-2M9X: ready",
        "  decided    2026-01-30 12:00 UTC by kari and ola, clause intrusion",
        "  noticed    noticed then",
        "  hold       until 2026-03-01 12:00 UTC; nobody ends the service before",
        "  then       a person may end it until 2026-03-08 12:00 UTC, else it is back",
        "  data       kept until 2026-03-01 12:00 UTC",
        "  stands     a part",
        "  against    a reason",
        "  ended      2026-03-01 12:00 UTC by per",
        f"  next       {shown.next}",
    ]
    bare = replace(shown, carried=(), hindrances=(), ended=None, next=None)
    assert len(list(termination_lines(bare))) == 6


@pytest.fixture
def finishing(tmp_path, monkeypatch):
    """A held service that may be ended."""
    desk = Desk(termination, monkeypatch, tmp_path)
    desk.keep("authorised", KARI)
    desk.keep("with_makers", PER)
    desk.give("find_case", CASE)
    desk.give("load_case_context", known(HELD))
    desk.give("clause_of_decision", scenes.CLAUSE)
    desk.keep("decide", "decided")
    desk.keep("made_decision", "made")
    return desk


def finish(desk, customer=" c1 "):
    return termination.finish_termination(
        desk.context, "R", customer=customer, reasons="so", person="kari", maker="m1"
    )


def test_a_person_ends_a_service_with_its_customer_typed_again(finishing):
    """By the words, scope, cause and policy of the hold; it can be taken back for thirty days."""
    assert finish(finishing) == "made"
    ((context, case, proposal, people),) = finishing.calls["decide"]
    assert (context, case, people) == (finishing.context, known(HELD), [PER])
    assert (proposal.case, proposal.clause, proposal.measure, proposal.scope) == (
        CASE,
        scenes.CLAUSE,
        Measure.END_SERVICE,
        HELD.scope,
    )
    assert (proposal.hours, proposal.reasons) == (TAKE_BACK / timedelta(hours=1), "so")
    assert (proposal.reached, proposal.cause) == (HELD.evidence, Cause.OWN_ACT)
    assert proposal.versions == known(HELD).versions(BY_PERSON, HELD.versions.policy)
    assert finishing.calls["authorised"] == [("kari", StaffAct.PROPOSE)]
    assert finishing.calls["with_makers"] == [(finishing.context, KARI, "m1")]
    assert finishing.calls["made_decision"] == [("decided", CASE.reference)]


def test_another_customer_or_no_hold_ends_nothing(finishing):
    with pytest.raises(Invalid) as caught:
        finish(finishing, f" {'x' * 99}")
    assert str(caught.value) == (
        f"customer: expected the id of this case's, typed anew, found {'x' * 60!r}"
    )
    finishing.give("load_case_context", known())
    with pytest.raises(Forbidden) as caught:
        finish(finishing)
    assert str(caught.value) == (
        "refused (invariant 7): no termination stands here; "
        "two people decide it first: aupkeep decide CASE --measure terminate"
    )
    assert finishing.calls["decide"] == []


def test_terminations_are_listed_and_shown(finishing, monkeypatch):
    """Each case once, as long as it could still be taken back, and a month."""
    finishing.keep("termination_record", "shown")
    assert termination.show_termination(finishing.context, "R") == "shown"
    asked = []

    def of_measure(measure, since) -> list[object]:
        asked.append((measure, since))
        return [SimpleNamespace(case=name) for name in ("case1", "gone", "case1", "case2")]

    monkeypatch.setattr(termination.decisions, "of_measure", of_measure)
    other = replace(CASE, id="case2")
    monkeypatch.setattr(termination.cases, "get", {"case1": CASE, "case2": other}.get)
    assert termination.list_terminations(finishing.context) == ["shown", "shown"]
    assert [case.id for _, case in finishing.calls["termination_record"][1:]] == ["case1", "case2"]
    assert asked == [(Measure.TERMINATE, NOW - 90 * DAY)]
    finishing.keep("termination_record", None)
    assert termination.list_terminations(finishing.context) == []
    with pytest.raises(Missing) as caught:
        termination.show_termination(finishing.context, "R" * 99)
    words = f"case {'R' * 20}: expected a termination that stands, found none"
    assert str(caught.value) == words


# Where a measure goes

NET, WIDE, FAR = (
    IPv6Network(text) for text in ("2001:db8:1::/56", "2001:db8:1::/48", "2001:db8:2::/56")
)
SIX = ip_address("2001:db8:1::7")
AT = Scope(customer="c1", resource="vm1", address=ADDRESS)


def places(scopes):
    """Address and length of each scope."""
    return [(str(scope.address), scope.prefix_length) for scope in scopes]


def test_an_isolation_goes_to_all_that_is_the_resources():
    """Each address once, and each assignment whole."""
    found = scopes_at(Measure.ISOLATE, AT, [ADDRESS, OTHER, SIX], [NET, FAR])
    assert places(found) == [
        ("198.51.100.7", None),
        ("198.51.100.8", None),
        ("2001:db8:1::", 56),
        ("2001:db8:2::", 56),
    ]
    on_net = replace(AT, address=NET.network_address, prefix_length=56)
    found = scopes_at(Measure.ISOLATE, on_net, [OTHER, SIX], [WIDE, FAR])
    assert places(found) == [
        ("2001:db8:1::", 56),
        ("198.51.100.8", None),
        ("2001:db8:2::", 56),
    ]


@pytest.mark.parametrize(
    ("measure", "scope"),
    [
        (Measure.BLOCK_PORT, AT),
        (Measure.ISOLATE, replace(AT, address=None)),
        (Measure.ISOLATE, replace(AT, source_ports=PortRange(1024, 2047))),
    ],
)
def test_everything_else_goes_where_it_says(measure, scope):
    """Another measure, one without an address, one on its own ports of a shared one."""
    assert scopes_at(measure, scope, [ADDRESS, OTHER], [NET]) == [scope]


def test_what_others_share_is_left_alone():
    case = about(
        hosts=(ADDRESS, OTHER, SIX),
        networks=(FAR,),
        inputs=replace(INPUTS, shared_at=frozenset({OTHER})),
    )
    found = places(scopes_of(case, Measure.ISOLATE, AT))
    assert found == [("198.51.100.7", None), ("2001:db8:1::7", None), ("2001:db8:2::", 56)]


@pytest.mark.parametrize(
    ("resource", "kind"), [("instance:7f3c:1", "instance"), ("vm1", ""), ("", ""), (":x", "")]
)
def test_a_kind_stands_before_the_colon(resource, kind):
    assert kind_of(resource) == kind


@pytest.fixture
def placing(tmp_path, monkeypatch):
    """The gate lets a block through, and the edge carries it."""
    desk = Desk(placement, monkeypatch, tmp_path)
    desk.keep("permit", decision())
    edge = Placed(target="edge", driver="nftables", scope=AT)
    desk.keep("place_measure", (replace(edge, target="two"), edge, edge))
    return desk


def let(desk, wanted=None, inputs=INPUTS):
    wanted = wanted or scenes.proposal()
    return placement.permit_placed(
        desk.context, about(inputs=inputs), wanted, [KARI], inputs, number="d9"
    )


def test_what_is_let_through_has_a_target(placing):
    """The gate is asked with the inputs as they are, and the number that was drawn."""
    assert let(placing) == decision()
    ((given, more),) = placing.calls["permit"]
    assert given == (scenes.proposal(), [KARI], scenes.facts(), INPUTS)
    assert more == {"id": "d9", "now": NOW}
    assert placing.calls["place_measure"] == [
        (placing.context, Measure.BLOCK_PORT, [decision().scope])
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Refused(reason="no", invariant=4),
        decision(Measure.INFORM_DEADLINE),
        decision(reverses="d0"),
        decision(Measure.END_SERVICE),
    ],
)
def test_what_goes_nowhere_needs_none(placing, answer):
    placing.keep("permit", answer)
    placing.keep("place_measure", NotPlaced(reason="full"))
    assert let(placing) == answer


@pytest.mark.parametrize(
    ("measure", "by_hand", "refused"),
    [
        (Measure.BLOCK_PORT, False, True),
        (Measure.BLOCK_PORT, True, False),
        (Measure.INTERCEPT, False, True),
        (Measure.INTERCEPT, True, True),
        (Measure.INTERCEPT_MAIL, True, True),
    ],
)
def test_what_nothing_carries_is_refused_or_a_persons(placing, measure, by_hand, refused):
    """An interception is never done by hand."""
    placing.keep("permit", decision(measure))
    placing.keep("place_measure", NotPlaced(reason="full", by_hand=by_hand))
    no = Refused(reason="Nothing here can carry it out: full.", invariant=None)
    assert let(placing) == (no if refused else decision(measure))


LISTENS = replace(INPUTS, listen=True)


def asked_with(desk):
    """The targets that the gate was told of."""
    ((given, _),) = desk.calls["permit"]
    desk.calls["permit"].clear()
    return given[3].granting.targets


@pytest.mark.parametrize(
    ("wanted", "inputs", "targets"),
    [
        (scenes.proposal(), INPUTS, ()),
        (scenes.proposal(), LISTENS, ("edge", "two")),
        (scenes.proposal(shadow=True), INPUTS, ("edge", "two")),
        (scenes.proposal(Measure.INFORM_DEADLINE), LISTENS, ()),
        (scenes.proposal(reverses="d0"), LISTENS, ()),
        (scenes.proposal(Measure.END_SERVICE), LISTENS, ("people",)),
    ],
)
def test_a_grant_is_asked_for_the_targets_that_would_carry_it(placing, wanted, inputs, targets):
    """In listen mode and in shadow alone; what limits nobody has none."""
    let(placing, wanted, inputs)
    assert asked_with(placing) == targets


@pytest.mark.parametrize(("by_hand", "targets"), [(True, ("people",)), (False, ())])
def test_what_no_driver_can_is_peoples(placing, by_hand, targets):
    placing.keep("place_measure", NotPlaced(reason="none", by_hand=by_hand))
    let(placing, inputs=LISTENS)
    assert asked_with(placing) == targets
