"""A case moves by typed events only, and never into a state that contradicts itself."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from aupkeep.casework.answers import after_reading, answered, read
from aupkeep.casework.deadlines import overdue
from aupkeep.casework.states import MOVES, Event, close, move
from aupkeep.model.case import AnswerKind, CaseState, Outcome
from aupkeep.model.errors import Conflict
from casework.scenes import CASE, HOUR, KARI, NOW, answer


@pytest.mark.parametrize(
    ("state", "event"), [pair for pair in product(CaseState, Event) if pair not in MOVES]
)
def test_illegal_moves(state, event):
    """What the table does not hold cannot happen, and the error names both."""
    with pytest.raises(Conflict, match=f"{event} cannot happen while it is {state}"):
        move(replace(CASE, state=state), event, NOW)


@pytest.mark.parametrize(("event", "outcome"), [(Event.CLOSED, None), (Event.TOLD, Outcome.FIXED)])
def test_an_outcome_belongs_to_closing(event, outcome):
    """Closing says why; nothing else does."""
    with pytest.raises(Conflict, match="outcome"):
        move(CASE, event, NOW, outcome=outcome)


def test_waiting_needs_a_deadline():
    """Nobody is asked without being told until when."""
    with pytest.raises(Conflict, match="deadline"):
        move(CASE, Event.ASKED, NOW)


class CaseLife(RuleBasedStateMachine):
    """The desk, the customer and the clock do what they like with one case."""

    def __init__(self) -> None:
        super().__init__()
        self.case, self.now, self.answers = CASE, NOW, []

    def attempt(self, act):
        """Do it, or be refused without any change."""
        try:
            self.case = act()
        except Conflict:
            return False
        return True

    @rule(hours=st.integers(1, 72))
    def ask(self, hours):
        deadline = self.now + timedelta(hours=hours)
        self.attempt(lambda: move(self.case, Event.ASKED, self.now, deadline=deadline))

    @rule(kind=st.sampled_from(AnswerKind))
    def customer_answers(self, kind):
        given = answer(f"{len(self.answers)}", at=self.now, kind=kind)
        if self.attempt(lambda: answered(self.case, given)):
            self.answers.append(given)

    @rule()
    def person_reads_all(self):
        self.answers = [a if a.read_at else read(a, KARI, self.now) for a in self.answers]
        if self.case.state is CaseState.ANSWERED:
            self.attempt(lambda: after_reading(self.case, self.answers, self.now))

    @rule(outcome=st.sampled_from(Outcome))
    def desk_closes(self, outcome):
        self.attempt(lambda: close(self.case, outcome, self.now))

    @rule()
    def desk_reopens(self):
        self.attempt(lambda: move(self.case, Event.REOPENED, self.now))

    @rule(hours=st.integers(0, 100))
    def time_passes(self, hours):
        self.now += hours * HOUR
        for late in overdue([self.case], self.now):
            self.case = late

    @invariant()
    def a_deadline_is_a_waiting_cases(self):
        waiting = self.case.state is CaseState.WAITING
        assert (self.case.deadline_at is not None) == waiting
        assert not waiting or self.case.deadline_at > self.now

    @invariant()
    def an_outcome_is_a_closed_cases(self):
        assert (self.case.outcome is not None) == (self.case.state is CaseState.CLOSED)

    @invariant()
    def an_unread_answer_is_never_overlooked(self):
        unread = any(a.read_at is None for a in self.answers)
        assert self.case.state is not CaseState.ANSWERED or unread


CaseLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
test_case_life = CaseLife.TestCase
