"""A flood at one of ours, from the hit to the filter that protects it, and to its end."""

import dataclasses
import re
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.conftest import NOON, furnish, with_settings
from app.steps import agent_of, enforce, enforce_at, follow, guess, look_at_clocks, post, told
from app.telemetry.made import HIT, effective_rule, flow
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import bind
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.case_records import NO_FAULT, show_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.pages.case import acts
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE, HitWithRows, write_hits
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.action import ActionState
from aupkeep.model.case import AnswerKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import NoticeKind
from aupkeep.model.raw import Channel
from aupkeep.store import actions, cases, decisions, notices, reports

OURS, CLINIC, MOVED = "203.0.113.10", "203.0.113.200", "203.0.113.70"
ADA = Person(id="ada@aupkeep.example", name="Ada")
FLOOD = dataclasses.replace(
    HIT,
    detector="inbound-victim",
    kind="protection/inbound_ddos",
    role=Role.VICTIM,
    mode=Mode.PROPOSE,
    peer=None,
    port=4000,
    transport="udp",
    evidence={
        "packets": 100_000,
        "packets_per_second": 20_000,
        "bits_per_second": 80_000_000,
        "of": "udp",
        "sampling": 1,
        "chance": 1,
        "window_s": 5,
    },
)
CHOSEN = {"people": ("ada",), "reasons": "our own flows show the flood"}
BLOCK = CHOSEN | {"measure": "block-inbound", "hours": 2}


def hit(**changes):
    """The flood, changed as asked."""
    return dataclasses.replace(FLOOD, **changes)


def rows(to=OURS, *, ports=(53, 53, 53)):
    """Rows towards us, one from each port."""
    return [
        flow(n, src="198.51.100.9", dst=str(to), sport=port, dport=4000, proto=17, sampling=1)
        for n, port in enumerate(ports)
    ]


def hand_over(context, one, found=None):
    """Receive a detector's document and follow it; the cases it joined."""
    rule = effective_rule(name=one.detector, kind=one.kind, role=one.role)
    seen = HitWithRows(hit=one, flows=rows(one.address) if found is None else found)
    data = write_hits(rule, "p1", [seen])
    envelope = RawEnvelope(channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:x")
    return follow(context, receive(context, data, envelope).raw)


def later(seconds):
    """The flood again, so many seconds later."""
    return hit(at=FLOOD.at + seconds * 1000, until=FLOOD.until + seconds * 1000)


def heard(context):
    """The collector runs and hears an exporter at this moment."""
    at = show_moment(context.now())
    folder = context.home.flows
    folder.mkdir(parents=True, exist_ok=True)
    assert state_files.write(folder, state_files.STATS, {"at": at, "exporters": [{"last": at}]})


def texts(case, kind=NoticeKind.PROTECTION):
    """The letters of a case."""
    return [notice.text for notice in notices.of_case(case.id) if notice.kind is kind]


def test_a_flood_opens_a_case_that_accuses_nobody(furnished):
    """Its holder now, as victim, with nothing decided and nobody in the inbox."""
    (case,) = hand_over(furnished, FLOOD)
    assert (case.customer, case.resource, case.clause) == ("alder", "vm-a", "retaliation")
    assert (case.cause, case.strikes) == (Cause.UNKNOWN, 0)
    assert reports.inbox(5) == []
    assert decisions.of_case(case.id) == []
    refusals = told(case, EntryType.DECISION_REFUSED)
    assert {refusal["measure"] for refusal in refusals} == {"block-inbound", "inform"}
    assert all("a person must decide" in refusal["reason"] for refusal in refusals)
    found = show_case(furnished, case.reference)
    assert found.protection == NO_FAULT
    assert {claim.role.value for claim in found.evidence} == {"victim"}
    assert load_case_context(furnished, case).facts["evidence.telemetry"] is True


def test_hits_again_join_the_case(furnished):
    """Ten more hits are one case, one set of refusals, and no new word."""
    (case,) = hand_over(furnished, FLOOD)
    before = len(told(case, EntryType.DECISION_REFUSED))
    for number in range(1, 11):
        assert [one.id for one in hand_over(furnished, later(number))] == [case.id]
    assert len(cases.claims(case.id)) == 11
    assert len(told(case, EntryType.DECISION_REFUSED)) == before


@pytest.mark.parametrize(
    "changes", [{"mode": Mode.NOTIFY}, {"evidence": FLOOD.evidence | {"sampling": None}}]
)
def test_below_propose_it_waits_in_the_inbox(furnished, changes):
    """A detector that only tells, or flows of unknown sampling: a person is told, as before."""
    assert hand_over(furnished, hit(**changes)) == []
    (waiting,) = reports.inbox(5)
    assert waiting.inbox_reason.startswith("our customer is the victim")


def test_who_holds_it_no_longer_gets_no_case(furnished):
    """A late document about an address that changed hands since waits for a person."""
    early = FLOOD.at - 3 * 3_600_000
    late = hit(address=ip_address(MOVED), at=early, until=early + 1000)
    assert hand_over(furnished, late) == []
    (waiting,) = reports.inbox(5)
    assert "no longer does" in waiting.inbox_reason


def page(context, case):
    """The case page as Ada sees it."""
    return case_page(context, ADA, case.reference)


def test_the_page_proposes_and_accuses_nobody(furnished):
    """What would be dropped stands there in words; nothing that limits the customer is offered."""
    (case,) = hand_over(furnished, FLOOD)
    shown = page(furnished, case)
    assert shown.protects
    assert shown.sentence.startswith("vm-a is under attack from outside")
    assert "at 203.0.113.10, from port 53" in shown.sentence
    assert (shown.proposal.measure, shown.proposal.hours) == (Measure.BLOCK_INBOUND, 4)
    assert shown.proposal.touches == "UDP from port 53 of others to 203.0.113.10 would be dropped."
    assert "a person must decide" in shown.proposal.alone
    offered = {offer.measure for offer in shown.offers if not offer.barred}
    assert {offer.measure for offer in shown.offers} == offered
    assert offered == {Measure.RECORD, Measure.INFORM, Measure.BLOCK_INBOUND}


def test_the_page_says_how_much_and_offers_no_punishment(furnished):
    """The rate with its unit and until when; no rung above protection; each reason once."""
    (case,) = hand_over(furnished, FLOOD)
    shown = page(furnished, case)
    assert "up to 20,000 UDP packets a second (80 Mbit/s), 2026-03-01 12:00:00" in shown.sentence
    assert [one.title for one in shown.ladder] == ["record", "inform", "protect"]
    why = shown.proposal.why
    assert len(set(why)) == len(why)
    assert not any(", and " in one for one in why)


def test_a_flood_from_many_ports_is_slowed(furnished):
    """A tenth of what came is proposed, and a person may choose another rate on the page."""
    (case,) = hand_over(furnished, FLOOD, rows(ports=(53, 123, 389)))
    shown = page(furnished, case)
    (offer,) = [offer for offer in shown.offers if offer.measure is Measure.LIMIT_INBOUND]
    assert (offer.rate, offer.hours) == (1_000_000, 4)
    assert offer.touches == "Of UDP to 203.0.113.10, whatever exceeds 8 Mbit/s would be dropped."
    wish = DecisionForm(
        measure=Measure.LIMIT_INBOUND,
        hours=2,
        reasons="it floods",
        cause=Cause.UNKNOWN,
        seen=shown.seen,
        rate=250_000,
    )
    acts.submit_decision(furnished, ADA, case.reference, wish)
    (action,) = actions.of_case(case.id)
    assert (action.scope.protocol, action.scope.rate) == ("udp", 250_000)
    hand_over(furnished, later(5), rows(ports=(53, 123, 389)))
    assert page(furnished, case).proposal is None


def test_a_person_protects_and_it_is_read_back_and_undone(furnished):
    """Decided by a person, carried, told when it stands, undone when the customer says so."""
    (case,) = hand_over(furnished, FLOOD)
    agent = agent_of(furnished)
    (name,) = decide_case(furnished, case.reference, **BLOCK).actions
    assert texts(case) == []
    assert enforce(furnished, agent) == 1
    action = actions.get(name)
    assert (action.state, action.measure) == (ActionState.APPLIED, Measure.BLOCK_INBOUND)
    scope = action.scope
    assert (str(scope.address), scope.protocol, scope.port) == (OURS, "udp", 53)
    assert action.until - action.starts == timedelta(hours=2)
    (letter,) = texts(case)
    assert "UDP fra port 53 hos andre til 203.0.113.10 blir kastet." in letter
    assert "ingen feil" in letter
    assert "brudd" not in letter
    assert page(furnished, case).proposal is None
    undo_action(furnished, name, reason="the customer asked for it", person="ada")
    enforce(furnished, agent)
    assert actions.get(name).state is ActionState.LIFTED
    assert ["beskyttelsen er over" in notice.title for notice in notices.of_case(case.id)][-1]


def test_told_only_it_hears_what_is_proposed(furnished):
    """A person who only informs tells what could be done, and how to ask for it."""
    (case,) = hand_over(furnished, hit(address=ip_address(MOVED)))
    decide_case(furnished, case.reference, measure="inform", **CHOSEN)
    (letter,) = texts(case)
    assert "WHAT WE PROPOSE\n\nUDP from port 53 of others to 203.0.113.70" in letter
    assert "Nothing yet. All your traffic passes as before." in letter
    assert "nothing of this is held against you" in letter
    assert "/c/" in letter


def test_invariant_10_no_cause_no_limit(furnished):
    """Nobody finds a cause with who is attacked, and nobody limits what it sends."""
    (case,) = hand_over(furnished, FLOOD)
    for choice in (
        BLOCK | {"cause": "unauthorised-careless"},
        CHOSEN | {"measure": "isolate", "hours": 1},
        CHOSEN | {"measure": "inform-deadline"},
        CHOSEN | {"measure": "limit-rate", "hours": 1, "rate": 9, "note": "whole"},
    ):
        with pytest.raises(Forbidden, match="invariant 10"):
            decide_case(furnished, case.reference, **choice)


def test_where_it_was_attacked_does_not_count(furnished):
    """A case against the same customer later says that there was none before."""
    hand_over(furnished, FLOOD)
    (accused,) = post(furnished, guess(OURS, NOON - timedelta(seconds=30)))
    assert page(furnished, accused).customer.earlier == "no earlier case"
    assert {action.measure for action in actions.of_case(accused.id)} == {Measure.BLOCK_PORT}


def test_a_person_protects_a_protected_customer(furnished):
    """A rule may not, also where its detector may act; a person does, and the agent carries it."""
    (case,) = hand_over(furnished, hit(address=ip_address(CLINIC), mode=Mode.ACT))
    assert actions.of_case(case.id) == []
    (name,) = decide_case(furnished, case.reference, **BLOCK).actions
    enforce(furnished)
    assert actions.get(name).state is ActionState.APPLIED


def test_a_rule_protects_where_its_detector_may_act(furnished):
    """The operator's mode decides; another port that floods later is another block."""
    (case,) = hand_over(furnished, hit(mode=Mode.ACT))
    (action,) = actions.of_case(case.id)
    assert (action.automatic, action.scope.port) == (True, 53)
    hand_over(furnished, dataclasses.replace(later(1), mode=Mode.ACT))
    assert len(actions.of_case(case.id)) == 1
    other = dataclasses.replace(later(2), mode=Mode.ACT)
    hand_over(furnished, other, rows(ports=(123, 123)))
    assert {action.scope.port for action in actions.of_case(case.id)} == {53, 123}


def test_the_customers_page_and_answer(furnished):
    """By the letter's link: attacked, not accused; and "leave it" is read before anything drops."""
    (case,) = hand_over(furnished, FLOOD)
    decide_case(furnished, case.reference, measure="inform", **CHOSEN)
    token = re.search(r"/c/([\w-]+)/", texts(case)[0])[1]
    shown = customer_page(furnished, token, "en")
    assert shown.attacked
    assert shown.title == "vm-a is under attack from outside"
    assert shown.what[-1].startswith("You did not cause this")
    assert shown.limits == ()
    once = next_once(furnished, case)
    give_answer(furnished, token, AnswerKind.NEED_HELP, "leave it, it is our own test", once)
    with pytest.raises(Forbidden, match="invariant 3"):
        decide_case(furnished, case.reference, **BLOCK)


def test_lifted_when_the_attack_is_over(furnished, now):
    """While it goes on, and while nobody watches, it stands; once quiet is seen it is lifted."""
    (case,) = hand_over(furnished, FLOOD)
    agent = agent_of(furnished)
    (name,) = decide_case(furnished, case.reference, **BLOCK).actions
    enforce(furnished, agent)
    now.at += timedelta(minutes=12)
    hand_over(furnished, later(700))
    heard(furnished)
    look_at_clocks(furnished)
    assert actions.get(name).state is ActionState.APPLIED
    now.at += timedelta(minutes=11)
    look_at_clocks(furnished)
    assert actions.get(name).state is ActionState.APPLIED
    heard(furnished)
    look_at_clocks(furnished)
    enforce(furnished, agent)
    assert actions.get(name).state is ActionState.LIFTED
    last = decisions.of_case(case.id)[-1]
    assert (last.author.id, last.reasons) == (
        "protection-over",
        "our own measurements show no attack any more",
    )


def test_lifted_on_every_target_at_once(context, now):
    """One decision stands at two edge routers: one lift takes both, and nothing else stops it."""
    edges = tuple(TargetSettings(name=edge, driver="record") for edge in ("edge-1", "edge-2"))
    desk = furnish(with_settings(context, enforcement=EnforcementSettings(targets=edges)))
    bind(desk)
    (case,) = hand_over(desk, FLOOD)
    decide_case(desk, case.reference, **BLOCK)
    enforce_at(desk, "edge-1", "edge-2")
    now.at += timedelta(minutes=11)
    heard(desk)
    look_at_clocks(desk)
    enforce_at(desk, "edge-1", "edge-2")
    assert [action.state for action in actions.of_case(case.id)] == [ActionState.LIFTED] * 2
    lifts = [x for x in decisions.of_case(case.id) if x.author.id == "protection-over"]
    assert len(lifts) == 1


def test_it_ends_by_itself(furnished, now):
    """Nobody lifted it: at its end the agent lets go."""
    (case,) = hand_over(furnished, FLOOD)
    agent = agent_of(furnished)
    (name,) = decide_case(furnished, case.reference, **BLOCK).actions
    enforce(furnished, agent)
    now.at += timedelta(hours=2, seconds=1)
    enforce(furnished, agent)
    assert actions.get(name).state is ActionState.EXPIRED
