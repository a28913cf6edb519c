"""Half the time is over: one more word, once, and only to who still owes an answer."""

import dataclasses
import re
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive, told
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.notifying.reminders import remind, remind_effect
from aupkeep.model.case import AnswerKind
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind
from aupkeep.store import cases, customers, decisions, notices, outbox

HALF = timedelta(hours=12)  # of the 24 that password guessing gives


@pytest.fixture
def case(furnished):
    """A case that waits for its customer, whose first notice went out."""
    (found,) = arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    first = notices.of_case(found.id)[0]
    mark_sent(furnished, first)
    return found


def mark_sent(context, notice):
    """The relay took it."""
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM

    made = entry(context, EntryType.NOTICE_SENT, SYSTEM, {"notice": notice.id}, case=notice.case)
    record(context, made, rows=[dataclasses.replace(notice, sent_at=context.now())])


def due(context):
    """The reminders that are due, leased."""
    return outbox.lease(("remind",), context.now(), 60, 10, "test")


def reminders(case):
    """The reminders of a case."""
    return [one for one in notices.of_case(case.id) if one.kind is NoticeKind.REMINDER]


def test_reminder_comes_at_half_time_once(furnished, now, case):
    """Nothing before half time; then one letter in the customer's language, never a second."""
    now.at += HALF - timedelta(minutes=1)
    assert due(furnished) == []
    now.at += timedelta(minutes=2)
    (lease,) = due(furnished)
    remind(furnished, lease.effect.payload["decision"], lease)
    (sent,) = reminders(case)
    assert (sent.recipient, sent.language) == ("noc@alder.example", "nb")
    assert sent.title.startswith("Halve tiden er gått")
    assert due(furnished) == []


def test_who_has_answered_is_not_reminded(furnished, now, case):
    """An answer, read or not, ends the reminding."""
    token = re.search(r"/c/([^/\s]+)/", notices.of_case(case.id)[0].text)[1]
    once = next_once(furnished, cases.get(case.id))
    give_answer(furnished, token, AnswerKind.FIXED, "rebuilt", once)
    now.at += HALF + timedelta(minutes=1)
    (lease,) = due(furnished)
    remind(furnished, lease.effect.payload["decision"], lease)
    assert reminders(case) == []


def test_who_never_got_the_notice_is_not_reminded_of_it(furnished, now):
    """A notice that was never sent is a matter for the desk, not for a second letter."""
    (case,) = arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    now.at += HALF + timedelta(minutes=1)
    (lease,) = due(furnished)
    remind(furnished, lease.effect.payload["decision"], lease)
    assert reminders(case) == []


def test_a_silence_is_written_down(furnished, now, case):
    """A contact that is gone meanwhile: an entry says why nobody was reminded."""
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM

    known = customers.get(case.customer)
    made = entry(furnished, EntryType.CASE_CHANGED, SYSTEM, {"case": case.id}, case=case.id)
    record(furnished, made, rows=[dataclasses.replace(known, contacts=())])
    now.at += HALF + timedelta(minutes=1)
    (lease,) = due(furnished)
    remind(furnished, lease.effect.payload["decision"], lease)
    assert reminders(case) == []
    assert "no contact" in told(case, EntryType.NOTICE_FAILED)[-1]["why"]


def test_a_close_deadline_needs_no_second_word(furnished, case):
    """A quarter of an hour is not halved."""
    (decision,) = decisions.of_case(case.id)
    assert (
        remind_effect(furnished, decision, decision.starts, decision.starts + timedelta(minutes=15))
        is None
    )
    assert cases.get(case.id).deadline_at is not None
