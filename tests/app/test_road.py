"""The road from a mail to a lifted measure, in process, on both databases."""

import json
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.kernel import kernel_agent
from app.steps import block_port
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import actor_of
from aupkeep.app.deciding.answers import give_answer, next_once, read_answers
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading.read import read_raw
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.intake.reading import read as reader
from aupkeep.model.action import ActionState
from aupkeep.model.case import AnswerKind, CaseState, Outcome
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.model.link import LinkKind
from aupkeep.model.raw import Channel
from aupkeep.store import actions, case_filter, cases, notices, reports
from aupkeep.store.case_filter import CaseFilter

pytestmark = pytest.mark.both


def arrive(context, data, channel=Channel.LMTP):
    """Receive and read a mail; the cases it joined."""
    envelope = RawEnvelope(channel=channel, peer="127.0.0.1", sender="soc@cert.example")
    receipt = receive(context, data, envelope)
    read_raw(context, receipt.raw, reader, None)
    found = [case for one in reports.by_raw(receipt.raw) for case in cases.of_report(one.id)]
    for case in found:
        consider(context, case.id)
    return found


def agent_of(context):
    """The agent beside the desk."""
    return kernel_agent(context)


@pytest.fixture
def case(furnished):
    """The case of one authenticated report about the address that has moved since."""
    (found,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    return find_case(found.reference)


def test_case_stands_on_who_held_it_then(furnished, case):
    """A mail that comes after the move blames the holder at the time of the event."""
    claims = cases.claims(case.id)
    assert {claim.held.customer for claim in claims} == {"alder"}
    assert len(claims) == 6
    assert all(claim.incident for claim in claims)
    assert case.level is Evidence.E1


def test_one_reporter_leads_to_words_only(furnished, case):
    """At E1 the rule tells the customer and limits nothing."""
    assert [one.kind.value for one in notices.of_case(case.id)] == ["customer"]
    assert actions.of_case(case.id) == []


def test_forged_reporters_lead_to_nothing(furnished):
    """Two unproven mails from two domains stay E0: no notice, no action, no receipt."""
    about = NOON - timedelta(minutes=30)
    for domain in ("bank.example", "cert.example"):
        (case,) = arrive(furnished, report("203.0.113.70", about, domain=domain, proven=False))
    case = find_case(case.reference)
    assert case.level is Evidence.E0
    assert notices.of_case(case.id) == []
    assert notices.recent_to(f"soc@{domain}", NOON - timedelta(days=1)) == []
    assert actions.of_case(case.id) == []


def test_measure_follows_the_resource(furnished, case):
    """The block lands on where the resource is now, never on the new holder of its old address."""
    block_port(furnished, case, reasons="goes on")
    (action,) = actions.of_case(case.id)
    assert str(action.scope.address) == "203.0.113.10"
    assert (action.scope.protocol, action.scope.port) == ("tcp", 22)
    assert "203.0.113.70" in (action.scope.note or "")


def test_applied_means_read_back(furnished, case):
    """An action is applied once the agent has told what it read back, and lifted likewise."""
    decided = block_port(furnished, case, reasons="goes on")
    (action_id,) = decided.actions
    agent = agent_of(furnished)
    assert actions.get(action_id).state is ActionState.WANTED
    write_desired(furnished, "main")
    agent.step()
    take_reports(furnished)
    applied = actions.get(action_id)
    assert applied.state is ActionState.APPLIED
    assert "203.0.113.10" in (applied.proof or "")
    undo_action(furnished, action_id, reason="fixed", person="ada")
    write_desired(furnished, "main")
    agent.step()
    take_reports(furnished)
    assert actions.get(action_id).state is ActionState.LIFTED


def test_undo_twice_is_a_conflict(furnished, case):
    """What is being lifted cannot be lifted again."""
    decided = block_port(furnished, case, hours=1)
    undo_action(furnished, decided.actions[0], reason="fixed", person="ada")
    with pytest.raises(Conflict, match="never seen in force; ada undid it at"):
        undo_action(furnished, decided.actions[0], reason="fixed", person="ada")


def test_answer_waits_for_a_person(furnished, case):
    """The customer's answer is taken once and stops the case until a person reads it."""
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.entry import EntryType

    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    once = next_once(furnished, case)
    give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    with pytest.raises(Conflict):
        give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    assert find_case(case.reference).state is CaseState.ANSWERED
    assert read_answers(furnished, case.reference, "ada").read == 1
    assert find_case(case.reference).state is CaseState.OPEN


def test_close_lifts_what_stands(furnished, case):
    """Closing a case leaves nothing limited."""
    block_port(furnished, case, hours=1)
    closed = close_case(
        furnished, find_case(case.reference), actor_of("ada"), Outcome.FIXED, "mended"
    )
    assert closed.lifted == 1
    assert find_case(case.reference).state is CaseState.CLOSED
    assert [one.state for one in actions.of_case(case.id)] == [ActionState.LIFTING]


def test_refusal_is_told_and_kept(furnished, case):
    """No evidence names a URL; the gate's reason is told and in the journal."""
    from aupkeep.model.entry import EntryType
    from aupkeep.store import log

    with pytest.raises(Forbidden, match="block-url needs its url"):
        decide_case(
            furnished,
            case.reference,
            people=("ada",),
            reasons="x",
            measure=Measure.BLOCK_URL.value,
            hours=24,
        )
    kept = log.entries(case.id, types=(EntryType.DECISION_REFUSED,))
    assert kept[-1].entry.payload["invariant"] == 6


def test_telemetry_and_report_let_the_rule_act(furnished, now):
    """Own telemetry and one authenticated report are E2: the rule closes the one port alone."""
    from aupkeep.app.telemetry.findings.posted import receive_findings

    at = NOON - timedelta(minutes=2)
    finding = {
        "kind": "connection/login_attack",
        "address": "203.0.113.10",
        "at": at.isoformat(),
        "target": {"port": 22, "protocol": "tcp"},
    }
    arrive(furnished, report("203.0.113.10", at))
    receipt = receive_findings(furnished, json.dumps([finding]).encode(), token="flows", key=None)
    read_raw(furnished, receipt.raw, reader, None)
    (case,) = [one for one in case_filter.page(CaseFilter(), limit=50) if one.customer == "alder"]
    assert case.level is Evidence.E2
    consider(furnished, case.id)
    (action,) = actions.of_case(case.id)
    assert action.automatic
    assert (str(action.scope.address), action.scope.port) == ("203.0.113.10", 22)
    consider(furnished, case.id)
    assert len(actions.of_case(case.id)) == 1, "considered again, nothing is doubled"


def test_protected_host_is_refused_by_the_driver(furnished):
    """Whatever a person decides, the driver does not touch a protected customer's host."""
    (case,) = arrive(furnished, report("203.0.113.200", NOON - timedelta(minutes=5)))
    block_port(furnished, case, hours=1)
    write_desired(furnished, "main")
    agent_of(furnished).step()
    take_reports(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.FAILED
    assert "protect" in (action.proof or "")


def test_journal_verifies_after_all_of_it(furnished, case):
    """Log, checkpoints and every row agree after a walk through the road."""
    block_port(furnished, case, hours=1)
    close_case(furnished, find_case(case.reference), actor_of("ada"), Outcome.NOT_ABUSE, "no")
    told = verify_home(furnished)
    assert told.ok, told
    assert told.entries > 10


@pytest.mark.parametrize("hours", [None, "", " "])
def test_invariant_06_a_restriction_without_an_end_is_refused(furnished, case, hours):
    """Blank hours are not filled in: the answer says how long is usual."""
    with pytest.raises(Invalid, match="usual at L3: 24"):
        block_port(furnished, case, hours=hours)
    assert actions.of_case(case.id) == []
