"""A case as the command line and the API show it, value by value."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report, with_settings
from app.steps import arrive, enforce, guess, post
from aupkeep.app.access.links import make_link
from aupkeep.app.deciding import case_list
from aupkeep.app.deciding.answers import give_answer, next_once, read_answers
from aupkeep.app.deciding.case_list import list_cases
from aupkeep.app.deciding.case_records import find_case, show_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.next_step import NextStep
from aupkeep.app.deciding.step_grants import StepGrants
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.cli.case_text import case_lines
from aupkeep.config.settings import ProviderSettings
from aupkeep.model.action import Action
from aupkeep.model.actor import SYSTEM
from aupkeep.model.as_json import as_json
from aupkeep.model.case import AnswerKind
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, cases, decisions, log, notices


def test_the_list_shows_each_case_in_a_line(furnished):
    """State, level and times of a case, and nothing of its evidence."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    line = {
        "reference": case.reference,
        "state": "open",
        "kind": "connection/login_attack",
        "clause": "intrusion",
        "level": "E2",
        "customer": "alder",
        "resource": "vm-a",
        "events": 1,
        "opened": show_moment(case.opened_at),
        "changed": show_moment(case.changed_at),
        "deadline": None,
        "outcome": None,
        "assignee": None,
        "snoozed_until": None,
        "handled": show_moment(case.handled_at),
        "assignee_away": False,
        "step": "nothing",
        "step_measure": "block-port",
        "step_until": show_moment(actions.of_case(case.id)[0].until),
        "step_why": "",
        "step_by": None,
    }
    assert as_json(list_cases(furnished)) == [line]
    assert as_json(list_cases(furnished, {"state": "open"})) == [line]
    assert list_cases(furnished, {"state": "closed"}) == []
    assert list_cases(furnished, limit=0) == []
    close_by_reference(furnished, case.reference, "fixed", "mended", "ada")
    closed = as_json(list_cases(furnished, {"state": "closed"}))
    assert [(row["state"], row["outcome"]) for row in closed] == [("closed", "fixed")]
    with pytest.raises(Invalid) as caught:
        list_cases(furnished, {"state": "shut"})
    assert str(caught.value) == ("state: expected open, waiting, answered, closed, found 'shut'")


def test_the_list_names_no_step_that_is_not_granted(furnished, monkeypatch):
    """While the install listens a step that would be refused is to ask for a grant."""
    arrive(furnished, report("203.0.113.10", JUST_NOW, lines=1), weigh=False)
    (free,) = list_cases(furnished)
    monkeypatch.setattr(case_list, "granted_now", lambda _: StepGrants(now=NOON, carriers={}))
    (held,) = list_cases(furnished)
    assert (free.step, held.step) == (NextStep.DECIDE, NextStep.GRANT)


def test_a_deadline_is_shown(furnished):
    """A case that waits shows until when."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (line,) = as_json(list_cases(furnished))
    assert line["state"] == "waiting"
    assert line["deadline"] == show_moment(cases.get(case.id).deadline_at)


def test_a_case_is_found_by_reference_and_by_id(furnished):
    """Both lead to it; anything else is told back, cut to a length that a line holds."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    assert find_case(case.reference).id == find_case(case.id).id == case.id
    with pytest.raises(Missing) as caught:
        find_case("x" * 99)
    assert str(caught.value) == f"case: expected a known reference, found {'x' * 60!r}"


def decided(by_rule: Decision, by_ada: Decision) -> list[dict[str, object]]:
    """The two decisions with all their values."""
    return [
        {
            "decision": by_rule.id,
            "clause": "intrusion",
            "measure": "block-port",
            "level": "L3",
            "evidence": "E2",
            "author": by_rule.author.id,
            "automatic": True,
            "approvers": [],
            "starts": show_moment(by_rule.starts),
            "ends": show_moment(by_rule.starts + timedelta(hours=24)),
            "reasons": "Close one outgoing port of one resource for a day",
            "rule": "intrusion-block-port",
            "policy": by_rule.versions.policy,
            "reverses": None,
        },
        {
            "decision": by_ada.id,
            "clause": "intrusion",
            "measure": "isolate",
            "level": "L4",
            "evidence": "E3",
            "author": "ada",
            "automatic": False,
            "approvers": [],
            "starts": show_moment(by_ada.starts),
            "ends": show_moment(by_ada.starts + timedelta(hours=2)),
            "reasons": "It goes on.",
            "rule": "person",
            "policy": by_rule.versions.policy,
            "reverses": None,
        },
    ]


def done(
    by_rule: Decision, by_ada: Decision, block: Action, cut: Action
) -> list[dict[str, object]]:
    """Their two actions with all their values."""
    return [
        {
            "action": block.id,
            "decision": by_rule.id,
            "driver": "kernel",
            "target": "main",
            "measure": "block-port",
            "address": "203.0.113.10",
            "protocol": "tcp",
            "port": 22,
            "destination": None,
            "note": None,
            "until": show_moment(by_rule.ends),
            "state": "applied",
            "proof": block.proof,
            "source_ports": None,
            "prefix": None,
            "account": None,
            "url": None,
            "name": None,
        },
        {
            "action": cut.id,
            "decision": by_ada.id,
            "driver": "kernel",
            "target": "main",
            "measure": "isolate",
            "address": "203.0.113.10",
            "protocol": None,
            "port": None,
            "destination": None,
            "note": None,
            "until": show_moment(by_ada.ends),
            "state": "wanted",
            "proof": None,
            "source_ports": None,
            "prefix": None,
            "account": None,
            "url": None,
            "name": None,
        },
    ]


def test_a_case_shows_what_was_decided_and_done(furnished):
    """Each decision and action with all its values, in order."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    isolate = {"measure": "isolate", "hours": 2, "reasons": "It goes on."}
    decide_case(furnished, case.reference, people=("ada",), **isolate)
    shown = as_json(show_case(furnished, case.reference))
    by_rule, by_ada = decisions.of_case(case.id)
    assert shown["decisions"] == decided(by_rule, by_ada)
    block, cut = actions.of_case(case.id)
    assert block.proof
    assert shown["actions"] == done(by_rule, by_ada, block, cut)
    assert shown["timeline"] == [
        {
            "index": one.index,
            "at": show_moment(one.entry.at),
            "type": one.entry.type.value,
            "by": one.entry.actor.told,
            "why": None,
        }
        for one in log.entries(case.id)
    ]
    assert shown["protection"] is None


def test_a_case_shows_who_said_what(furnished):
    """A mail's claim with its line and offsets; the notice; the customer's answer."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW, lines=1))
    (claim,) = cases.claims(case.id)
    (notice,) = notices.of_case(case.id)
    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    given = give_answer(
        furnished, token, AnswerKind.FIXED, "done", next_once(furnished, find_case(case.id))
    )
    shown = as_json(show_case(furnished, case.id))
    (evidence,) = shown["evidence"]
    line, offsets, received = (evidence.pop(name) for name in ("line", "offsets", "received"))
    assert evidence.pop("joined")["reason"] == "opened"
    assert (evidence.pop("withdrawn"), evidence.pop("withdrawn_at")) == (None, None)
    assert evidence == {
        "at": show_moment(claim.finding.at),
        "exact": claim.finding.exact,
        "subject": str(claim.finding.subject),
        "role": "offender",
        "transport": claim.finding.transport,
        "details": dict(claim.finding.details),
        "source": "mail:cert.example",
        "confidence": claim.finding.confidence,
        "holder": {"customer": "alder", "resource": "vm-a"},
        "assignment": claim.held.assignment,
    }
    assert "Failed password" in line
    assert offsets == {name: list(offset) for name, offset in claim.finding.offsets.items()}
    assert offsets
    assert received.startswith("2026-03-01T12:00:00")
    assert shown["notices"] == [
        {
            "kind": "customer",
            "party": "customer",
            "title": notice.title,
            "sent": None,
            "failure": None,
            "proof": "not proven: the notice of 2026-03-01 12:00 UTC: it has not left yet",
            "within": "",
        }
    ]
    assert shown["answers"] == [
        {
            "answer": given.id,
            "kind": "fixed",
            "text": "done",
            "at": show_moment(given.at),
            "read": None,
            "reseller": None,
        }
    ]
    read_answers(furnished, case.reference, "ada")
    (answer,) = as_json(show_case(furnished, case.id))["answers"]
    assert answer["read"] == show_moment(cases.answer(given.id).read_at)


def test_a_case_says_its_step_and_why_a_decision_was_refused(furnished):
    """While it listens, with nothing granted: as data, in words, on the page in both languages."""
    silent = with_settings(furnished, provider=ProviderSettings(listen=True))
    (case,) = post(silent, guess("203.0.113.10", JUST_NOW))
    with pytest.raises(Forbidden):
        decide_case(
            silent, case.reference, people=("ada",), measure="isolate", reasons="No.", hours=2
        )
    shown = show_case(silent, case.reference)
    assert (shown.step, shown.step_measure, shown.step_until) == ("grant", "block-port", None)
    refused = [one.why for one in shown.timeline if one.type is EntryType.DECISION_REFUSED]
    assert refused == [
        f"{measure}: Listen mode: {measure} was proposed, not done."
        for measure in ("block-port", "isolate")
    ]
    words = list(case_lines(as_json(shown)))
    step = "ask for a grant, or record what you would do: close one port"
    assert any(line.startswith("next step") and step in line for line in words)
    assert sum("Listen mode: isolate was proposed" in line for line in words) == 1
    for language, said in (("en", "ask for a grant"), ("nb", "be om en fullmakt")):
        person = Person(id="ada@aupkeep.example", name="Ada", language=language)
        assert said in case_page(silent, person, case.reference).next_step
    payload = {"measure": "isolate", "reason": "it is shared", "invariant": 5}
    refusal = entry(silent, EntryType.DECISION_REFUSED, SYSTEM, payload, case=case.id)
    record(silent, refusal)
    (*_, last) = show_case(silent, case.reference).timeline
    assert last.why == "isolate: it is shared (invariant 5)"
