"""Who may judge an appeal, what it is about, and that it is judged once."""

from dataclasses import replace

import pytest

from aupkeep.casework.appeals import judge_for, judged, touched, under_appeal
from aupkeep.casework.contested import contested
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.errors import Conflict
from aupkeep.model.ladder import Cause, Level, Measure
from casework.scenes import HOUR, KARI, NOW, OLA, RULE, answer, ask

MADE = ask()
PER = Actor(kind=ActorKind.PERSON, id="per")
APPEAL = replace(answer(kind=AnswerKind.APPEAL), assigned_to="kari")


def asked(**changes):
    values = {"id": "p1", "case": "case1", "measure": Measure.ISOLATE, "hours": 2}
    values |= {"reasons": "x", "cause": Cause.UNKNOWN, "by": "ada", "at": NOW}
    return Approval(**(values | changes))


def test_whoever_had_a_part_judges_nothing():
    """Who decided or approved, who asked for a second person, and who gave it."""
    by_person = replace(MADE, author=KARI, approvers=(OLA,))
    assert touched([by_person], []) == {"kari", "ola"}
    assert touched([], [asked(), asked(by="bea", given_by="cid")]) == {"ada", "bea", "cid"}
    assert touched([replace(MADE, author=RULE)], []) <= {RULE.id}
    assert touched([], [asked(behind=("eve",))]) == {"ada", "eve"}
    assert touched([replace(MADE, author=replace(KARI, behind=("eve",)))], []) == {"kari", "eve"}
    assert touched([], []) == frozenset()


def test_the_least_burdened_judges():
    """Of equals the first by name; nobody where all had a part."""
    assert judge_for({"ada": 2, "cid": 1, "bea": 1}) == "bea"
    assert judge_for({"ada": 2, "cid": 1}) == "cid"
    assert judge_for({}) is None


def test_an_appeal_is_about_what_bites_most():
    """Of those before it that stand; of equals the newest; a lift is none of them."""
    first = replace(MADE, id="d1", level=Level.L3, starts=NOW - 2 * HOUR)
    newer = replace(first, id="d2", starts=NOW - HOUR)
    harder = replace(first, id="d3", level=Level.L5)
    lift = replace(first, id="d4", level=Level.L7, reverses="d3")
    after = replace(harder, id="d5", starts=NOW + HOUR)
    assert under_appeal([first, newer], APPEAL).id == "d2"
    assert under_appeal([newer, harder, first], APPEAL).id == "d3"
    assert under_appeal([harder, first, newer, lift, after], APPEAL).id == "d2"
    assert under_appeal(iter([replace(first, starts=APPEAL.at)]), APPEAL).id == "d1"
    assert under_appeal([after], APPEAL) is None


def test_invariant_02_an_appeal_contests_what_its_deciders_decide_anew():
    """All before it; since then a rule's and what they decided, alone or not; no stranger's."""
    first = replace(MADE, id="d1", author=KARI, starts=APPEAL.at)
    since = replace(first, starts=APPEAL.at + HOUR)
    anew = replace(since, id="d2")
    together = replace(since, id="d3", author=PER, approvers=(KARI,))
    strange = replace(since, id="d4", author=PER, approvers=(OLA,))
    ruled = replace(since, id="d5", author=RULE)
    known = iter([strange, anew, first, together, ruled])
    assert [made.id for made in contested(known, APPEAL)] == ["d1", "d2", "d3", "d5"]
    assert contested([strange, replace(anew, author=OLA)], APPEAL) == ()


def test_an_appeal_is_judged_once():
    """Judged is read, by whom it was read first."""
    done = judged(APPEAL, Judgement.GRANTED, "kari", NOW + HOUR)
    assert (done.judged, done.judged_at) == (Judgement.GRANTED, NOW + HOUR)
    assert (done.read_at, done.read_by) == (NOW + HOUR, "kari")
    seen = replace(APPEAL, read_at=NOW, read_by="ola")
    done = judged(seen, Judgement.REFUSED, "kari", NOW + HOUR)
    assert (done.read_at, done.read_by, done.text) == (NOW, "ola", APPEAL.text)
    with pytest.raises(Conflict) as caught:
        judged(done, Judgement.GRANTED, "kari", NOW + HOUR)
    assert str(caught.value) == (
        f"appeal: expected an open one, found it refused at {NOW + HOUR:%Y-%m-%d %H:%M} UTC"
    )


def test_what_is_no_appeal_is_not_judged():
    """It has no time of a judgement to name."""
    with pytest.raises(Conflict) as caught:
        judged(replace(APPEAL, kind=AnswerKind.FIXED), Judgement.GRANTED, "kari", NOW)
    assert str(caught.value) == "appeal: expected an open one, found it read"
