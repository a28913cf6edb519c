"""The driver `record` limits nobody, and nobody is told that it does."""

import dataclasses
from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import NOON, furnish, report
from app.steps import arrive, enforce, told
from aupkeep.app.access.staff import sign_in_link
from aupkeep.app.context import bind
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.settings import EnforcementSettings
from aupkeep.enforcement.drivers.dry_run import DRIVER
from aupkeep.model.action import RECORDING, ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import actions, notices

JUST_NOW = NOON - timedelta(minutes=5)


@pytest.fixture
def recording(pages):
    """A desk whose only driver records."""
    enforcement = EnforcementSettings(driver="record", target="main")
    settings = dataclasses.replace(pages.settings, enforcement=enforcement)
    desk = dataclasses.replace(pages, settings=settings)
    bind(desk)
    return furnish(desk)


@pytest.fixture
def blocked(recording):
    """A case with one port closed, as far as the driver goes."""
    (case,) = arrive(recording, report("203.0.113.10", JUST_NOW))
    decide_case(
        recording,
        case.reference,
        people=("ada",),
        reasons="it goes on",
        measure="block-port",
        hours=4,
    )
    assert enforce(recording) == 1
    return case


def letters(case):
    """What the customer was written."""
    return [one for one in notices.of_case(case.id) if one.party is Party.CUSTOMER]


def test_record_is_the_driver_that_carries_nothing_out():
    """The desk's list and the driver's own word agree."""
    assert {DRIVER.name} == RECORDING


def test_a_recorded_measure_is_called_recorded(recording, blocked):
    """Its state, its entry, and no notice that says anything is blocked."""
    (action,) = actions.of_case(blocked.id)
    assert action.state is ActionState.RECORDED
    assert [one["action"] for one in told(blocked, EntryType.ACTION_RECORDED)] == [action.id]
    assert told(blocked, EntryType.ACTION_APPLIED) == []
    assert not any("sperret" in letter.text for letter in letters(blocked))
    (held,) = told(blocked, EntryType.NOTICE_FAILED)
    assert "nobody is limited" in held["why"]
    assert verify_home(recording).ok


def test_lifting_what_was_recorded_tells_nobody_that_it_is_lifted(recording, blocked):
    """Nobody was limited, so nobody is freed; the state says that it is gone."""
    (action,) = actions.of_case(blocked.id)
    undo_action(recording, action.id, reason="enough", person="ada")
    enforce(recording)
    (action,) = actions.of_case(blocked.id)
    assert action.state is ActionState.LIFTED
    assert NoticeKind.LIFTED not in {letter.kind for letter in letters(blocked)}


def test_pages_say_that_measures_are_only_recorded(recording, blocked):
    """A banner on every page of the desk, "would be" on the case; the customer reads: nothing."""
    client = Client()
    link = sign_in_link(recording, "ada@aupkeep.example")
    client.post("/sign-in/" + link.link.rstrip("/").rpartition("/")[2] + "/")
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
