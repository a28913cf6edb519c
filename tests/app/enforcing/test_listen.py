"""Listen mode: everything is read and weighed, nothing leaves and nothing acts."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report, with_settings
from app.steps import arrive, block_port, guess, post, told
from aupkeep.app.deciding.consider import consider
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.store import actions, notices, outbox

pytestmark = pytest.mark.both


@pytest.fixture
def listener(furnished):
    """A desk that only listens."""
    return with_settings(furnished, provider={"listen": True})


def test_what_would_be_done_is_written_once(listener):
    """The journal says what the rule would have done, once, and nothing is done."""
    (case,) = post(listener, guess("203.0.113.10", JUST_NOW))
    consider(listener, case.id)
    (wish,) = told(case, EntryType.DECISION_REFUSED)
    assert (wish["measure"], "Listen mode" in wish["reason"]) == ("block-port", True)
    assert actions.of_case(case.id) == []


def test_no_word_leaves(listener):
    """Neither the customer nor the reporter is written to."""
    (case,) = arrive(listener, report("203.0.113.10", JUST_NOW))
    assert notices.of_case(case.id) == []
    assert notices.recent_to("soc@cert.example", NOON - timedelta(days=1)) == []
    assert outbox.pending(["mail", "enforce"]) == 0


def test_person_cannot_act_either(listener):
    """What a person decides is held to the same."""
    (case,) = arrive(listener, report("203.0.113.10", JUST_NOW))
    with pytest.raises(Forbidden, match="Listen mode"):
        block_port(listener, case, hours=1)


def test_after_listening_the_rule_acts(listener, furnished):
    """Once listen mode is off the same case is decided."""
    (case,) = post(listener, guess("203.0.113.10", JUST_NOW))
    consider(furnished, case.id)
    assert len(actions.of_case(case.id)) == 1
