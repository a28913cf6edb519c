"""The customer's word counts, and a person reads it."""

from dataclasses import replace

import pytest

from aupkeep.casework.answers import after_reading, answered, read
from aupkeep.casework.states import close
from aupkeep.model.case import AnswerKind, CaseState, Outcome
from aupkeep.model.errors import Conflict, Forbidden
from casework.scenes import CASE, KARI, NOW, RULE, answer


@pytest.mark.parametrize("kind", AnswerKind)
def test_each_answer_brings_the_case_to_the_desk(kind):
    """Fixed, not me, need help, an appeal: the clock on the customer stops."""
    waiting = replace(CASE, state=CaseState.WAITING, deadline_at=NOW)
    found = answered(waiting, answer(kind=kind))
    assert (found.state, found.deadline_at) == (CaseState.ANSWERED, None)
    assert found.changed_at == NOW


def test_appeal_after_the_end():
    """A closed case can be appealed, and not answered otherwise."""
    closed = close(CASE, Outcome.NO_ACTION, NOW)
    assert answered(closed, answer(kind=AnswerKind.APPEAL)).state is CaseState.ANSWERED
    with pytest.raises(Conflict):
        answered(closed, answer())


def test_answer_to_another_case():
    """An answer changes the case it is about, and no other."""
    with pytest.raises(Conflict, match="expected case"):
        answered(CASE, replace(answer(), case="other"))


def test_a_person_reads_once():
    """A rule cannot read for a person, and reading happens once."""
    done = read(answer(), KARI, NOW)
    assert (done.read_at, done.read_by) == (NOW, "kari")
    with pytest.raises(Forbidden, match="answer 1: expected a person to read it, found rule"):
        read(answer(), RULE, NOW)
    with pytest.raises(Conflict, match="expected it unread, found that kari read it at 20"):
        read(done, KARI, NOW)


def test_open_again_once_all_are_read():
    """One unread answer keeps the case answered."""
    case = replace(CASE, state=CaseState.ANSWERED)
    done = answer("1", read_at=NOW)
    assert after_reading(case, [done, answer("2")], NOW) is case
    opened = after_reading(case, [done], NOW)
    assert (opened.state, opened.changed_at) == (CaseState.OPEN, NOW)


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.WAITING, CaseState.OPEN])
def test_reading_moves_no_case_that_does_not_wait_for_it(state):
    """Closed or asked anew meanwhile: an answer, or an appeal, can be read all the same."""
    case = replace(CASE, state=state)
    assert after_reading(case, [answer("1", read_at=NOW)], NOW) is case
