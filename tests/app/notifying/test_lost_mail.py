"""A notice whose work somebody took out of the outbox still leaves, and its case says so."""

from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.proof.test_verify import sql
from app.steps import arrive
from aupkeep.app.notifying.lost_mail import WHY, ask_again
from aupkeep.model.entry import EntryType
from aupkeep.store import log, outbox

pytestmark = pytest.mark.both


def test_a_notice_without_work_is_asked_for_again(furnished):
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    sql("UPDATE store_notice SET made_at = %s", furnished.now() - timedelta(minutes=5))
    assert ask_again(furnished) == 0
    sql("DELETE FROM store_effect WHERE kind = 'mail'")
    assert ask_again(furnished) == 1
    assert outbox.pending(["mail"]) == 1
    said = [one.entry.payload.get("why") for one in log.entries(types=(EntryType.CASE_CHANGED,))]
    assert said.count(WHY) == 1
    assert ask_again(furnished) == 0
