"""The driver `record` limits nobody, and nobody is told that it does."""

import json

import pytest
from django.test import Client

from app.conftest import JUST_NOW, furnish, report, with_settings
from app.steps import arrive, block_port, enforce, told
from aupkeep.app.context import bind
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.notifying.statements import case_statements, show_statement
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.case.reasons import reasons_of
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.targets import EnforcementSettings
from aupkeep.enforcement.drivers.record import DRIVER
from aupkeep.model.action import RECORDING, ActionState
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import actions, notices
from enrol import signed_in


@pytest.fixture
def recording(pages):
    """A desk whose only driver records."""
    enforcement = EnforcementSettings(driver="record", target="main")
    desk = with_settings(pages, enforcement=enforcement)
    bind(desk)
    return furnish(desk)


@pytest.fixture
def blocked(recording):
    """A case with one port closed, as far as the driver goes."""
    (case,) = arrive(recording, report("203.0.113.10", JUST_NOW))
    block_port(recording, case, reasons="it goes on")
    assert enforce(recording) == 1
    return case


def letters(case):
    """What the customer was written."""
    return [one for one in notices.of_case(case.id) if one.party is Party.CUSTOMER]


def test_record_is_the_driver_that_carries_nothing_out():
    """The desk's list and the driver's own word agree."""
    assert {DRIVER.name} == RECORDING


def test_invariant_14_a_recorded_measure_is_called_recorded(recording, blocked):
    """Its state, its entry, and no notice that says anything is blocked."""
    (action,) = actions.of_case(blocked.id)
    assert action.state is ActionState.RECORDED
    assert [one["action"] for one in told(blocked, EntryType.ACTION_RECORDED)] == [action.id]
    assert told(blocked, EntryType.ACTION_APPLIED) == []
    assert not any("sperret" in letter.text for letter in letters(blocked))
    (held,) = told(blocked, EntryType.NOTICE_FAILED)
    assert "nobody is limited" in held["why"]
    assert verify_home(recording).ok


def test_invariant_14_nobody_is_freed_of_what_was_only_recorded(recording, blocked):
    """Nobody was limited, so nobody is freed; the state says that it is gone."""
    (action,) = actions.of_case(blocked.id)
    undo_action(recording, action.id, reason="enough", person="ada")
    enforce(recording)
    (action,) = actions.of_case(blocked.id)
    assert action.state is ActionState.LIFTED
    assert NoticeKind.LIFTED not in {letter.kind for letter in letters(blocked)}


def test_invariant_14_pages_say_that_measures_are_only_recorded(recording, blocked):
    """A banner on every page of the desk, "would be" on the case; the customer reads: nothing."""
    client = signed_in(recording, "ada@aupkeep.example")
    for path in ("/queue", "/inbox", "/sources", "/feeds", "/flows", f"/case/{blocked.reference}"):
        assert "Recorded only." in client.get(path).content.decode(), path
    case = client.get(f"/case/{blocked.reference}").content.decode()
    assert "port tcp/22 would be blocked" in case
    (token,) = {
        part.split("/")[0] for letter in letters(blocked) for part in letter.text.split("/c/")[1:]
    }
    page = Client().get(f"/c/{token}/?language=en").content.decode()
    assert "Nothing is limited." in page
    assert "this desk only records measures" in page
    assert "is blocked" not in page


def test_listen_off_warns_where_nothing_enforces(recording):
    """The person who turns listening off reads what will not happen."""
    set_listening(recording, wanted=True, reason="first day", person="ada")
    result = set_listening(recording, wanted=False, reason="ready", person="ada")
    assert "no driver of this install enforces" in result.warning


def test_invariant_14_no_statement_says_that_a_recorded_measure_is(recording, blocked):
    """Text, JSON, page, customer's page, API: in both languages it would be, and is not."""
    (action,) = actions.of_case(blocked.id)
    said = [show_statement(action.decision, language) for language in ("en", "nb")]
    texts = ["\n".join(lines) for lines, _ in said]
    texts += [json.dumps(as_json(record), ensure_ascii=False) for _, record in said]
    texts += [json.dumps(as_json(case_statements(blocked.id)), ensure_ascii=False)]
    texts += list(replay_decision(recording, action.decision).words.values())
    stated = reasons_of(recording, blocked.id, blocked.customer).statements
    texts += [words for one in stated for _, words in one.rows]
    whole = "\n".join(texts)
    assert "would be blocked" in whole
    assert "ville vært sperret" in whole
    for untrue in ("is blocked", "er sperret", "works as before", "virker som før", "it works"):
        assert untrue not in whole, untrue


def test_invariant_14_what_is_offered_is_not_said_to_be(recording):
    """What may be chosen, and what waits for a second person, would be done."""
    (case,) = arrive(recording, report("203.0.113.10", JUST_NOW))
    wish = {"measure": "suspend-account", "hours": 24, "reasons": "it goes on"}
    decide_case(recording, case.reference, people=("ada",), **wish)
    page = case_page(recording, Person(id="ada", name="Ada"), case.reference)
    offered = [offer.touches for offer in page.offers] + [one.touches for one in page.pending]
    assert any("account would be suspended, with its API credentials" in x for x in offered), (
        offered
    )
    assert not [words for words in offered if " is blocked" in words or " is suspended" in words]
