"""What became of a decision that waits for a second person: each reason, and none too many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.casework.overtaken import overtaken, refused_appeal
from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, AnswerKind, CaseState, Judgement, Outcome
from aupkeep.model.ladder import Cause, Measure
from casework.scenes import CASE, NOW, ask

SOON = NOW + timedelta(hours=1)
WAITING = Approval(id="p1", case=CASE.id, measure=Measure.ISOLATE, hours=2, reasons="so",
                   cause=Cause.UNKNOWN, by="ada", at=NOW)  # fmt: skip
APPEAL = Answer(id="a1", case=CASE.id, kind=AnswerKind.APPEAL, text="no", at=NOW)
REFUSAL = replace(WAITING, choice='{"judges": "d1", "appeal": "a1"}')
OLDER = replace(WAITING, choice='{"judges": "d1"}')
GRANTED = replace(APPEAL, judged=Judgement.GRANTED, judged_at=SOON)
CLOSED = replace(CASE, state=CaseState.CLOSED, outcome=Outcome.FIXED, changed_at=SOON)
RATIFY = replace(WAITING, ratifies="d1")
ALONE = replace(ask(), id="d1", ends=SOON)
LIFT = replace(ask(), id="d2", reverses="d1", starts=SOON)


@pytest.mark.parametrize(
    ("approval", "case", "decisions", "answers", "now", "became"),
    [
        (WAITING, CASE, [], [], NOW, None),
        (replace(WAITING, given_by="bea", given_at=SOON), CASE, [], [], SOON, "bea approved it at"),
        (REFUSAL, CLOSED, [], [APPEAL], SOON, None),
        (REFUSAL, CASE, [], [GRANTED], SOON, "the appeal was granted meanwhile at"),
        (REFUSAL, CASE, [], [replace(APPEAL, id="a2")], SOON, "its appeal is not one of this case"),
        (OLDER, CASE, [], [GRANTED], SOON, "the appeal was granted meanwhile at"),
        (OLDER, CASE, [], [GRANTED, replace(APPEAL, id="a2")], SOON, None),
        (OLDER, CASE, [], [replace(APPEAL, at=SOON)], SOON, "its appeal is not one of this case"),
        (RATIFY, CLOSED, [ALONE], [], NOW, None),
        (RATIFY, CASE, [], [], NOW, None),
        (RATIFY, CASE, [replace(ALONE, ends=None)], [], SOON, None),
        (RATIFY, CASE, [ALONE], [], SOON, "what it ratifies ended at"),
        (RATIFY, CASE, [ALONE, LIFT], [], NOW, "what it ratifies was lifted at"),
    ],
)
def test_what_became_of_it(approval, case, decisions, answers, now, became):
    """In words with the moment; None while somebody can approve it."""
    said = overtaken(approval, case, decisions, answers, now)
    moment = "" if became is None or became.endswith("case") else f" {SOON:%Y-%m-%d %H:%M} UTC"
    assert said == (None if became is None else f"{became}{moment}")


@pytest.mark.parametrize(
    ("approval", "case", "closed_at", "became"),
    [
        (WAITING, CLOSED, SOON, "the case was closed as fixed at 2026-03-01 13:00 UTC"),
        (WAITING, CASE, SOON, "the case was closed at 2026-03-01 13:00 UTC"),
        (WAITING, CASE, WAITING.at, "the case was closed at 2026-03-01 12:00 UTC"),
        (WAITING, CLOSED, NOW - timedelta(hours=1), None),
        (REFUSAL, CLOSED, SOON, None),
        (RATIFY, CLOSED, SOON, None),
    ],
)
def test_a_case_that_was_closed_since(approval, case, closed_at, became):
    """Also where an appeal has opened it again; an appeal is judged all the same."""
    assert overtaken(approval, case, [], [APPEAL], SOON, closed_at=closed_at) == became


def test_an_appeal_of_an_older_version_without_its_moment():
    """Judged before moments were kept, it says no moment."""
    said = overtaken(REFUSAL, CASE, [], [replace(GRANTED, judged_at=None)], SOON)
    assert said == "the appeal was granted meanwhile"
    other = replace(APPEAL, id="a3", kind=AnswerKind.FIXED)
    assert refused_appeal(OLDER, [other, APPEAL]) == APPEAL
