"""A blackhole is about to end: a probe asks first, where the contract lets us."""

from datetime import timedelta

import pytest

from app.conftest import furnish
from app.probing.conftest import open_service, probing
from app.steps import enforce, look_at_clocks, post, told, work
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.probing.runs import probe_records
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.store import actions, cases
from probes.beside import looked_up, resolver

pytestmark = pytest.mark.network
TERMS = ("customer:alder = Terms 7.3",)


def isolated(context, now, *, automatic=TERMS):
    """An open resolver whose address was cut off for four hours, half an hour before its end."""
    desk = probing(furnish(context), automatic=automatic)
    (case,) = post(desk, open_service("203.0.113.10"))
    words = {"people": ("ada",), "reasons": "it floods others", "hours": 4}
    decide_case(desk, case.reference, measure="isolate", **words)
    enforce(desk)
    now.at += timedelta(hours=3, minutes=30)
    return desk, case


def ending(case):
    """What the journal says of the end."""
    return [one for one in told(case, EntryType.CASE_CHANGED) if "ending" in one]


def test_still_there_comes_back_to_the_desk_before_the_end(context, now, monkeypatch):
    """The end is judged only after the answer; the clause stands in the journal; it holds."""
    desk, case = isolated(context, now)
    with resolver(monkeypatch, looked_up) as heard:
        look_at_clocks(desk)
        assert (ending(case), len(heard)) == ([], 0)
        look_at_clocks(desk)  # nothing is asked twice while the answer is awaited
        work(desk, "probe")
        look_at_clocks(desk)
        look_at_clocks(desk)
    assert len(heard) == 1
    (said,) = told(case, EntryType.PROBE_ASKED)
    assert (said["asker"], said["clause"]) == ("contract", "Terms 7.3")
    (end,) = ending(case)
    assert end["live"] is True
    assert "open-resolver at 203.0.113.10:53: still there" in end["why"]
    assert cases.get(case.id).state is CaseState.OPEN
    now.at += timedelta(hours=1)
    enforce(desk)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.EXPIRED
    assert verify_home(desk).ok


def test_a_silence_behind_our_own_measure_is_no_proof(context, now, monkeypatch):
    """Nothing comes back through a blackhole: unclear, and the measure just ends."""
    desk, case = isolated(context, now)
    with resolver(monkeypatch, lambda _: None):
        look_at_clocks(desk)
        work(desk, "probe")
        look_at_clocks(desk)
    (seen,) = probe_records(case.reference)
    assert seen.outcome == "unclear"
    assert "our own measure (isolate) may be why" in seen.results[0].text
    assert [end["live"] for end in ending(case)] == [False]


@pytest.mark.parametrize("automatic", [(), ("customer:birch = x", "tier:gold = y")])
def test_without_a_clause_nothing_is_sent(context, now, monkeypatch, automatic):
    """The end is judged as before."""
    desk, case = isolated(context, now, automatic=automatic)
    with resolver(monkeypatch, looked_up) as heard:
        look_at_clocks(desk)
        work(desk, "probe")
    assert (heard, told(case, EntryType.PROBE_ASKED)) == ([], [])
    assert [end["live"] for end in ending(case)] == [False]


def test_an_answer_that_never_comes_holds_no_end_up(context, now):
    """After two minutes the end is judged without it."""
    desk, case = isolated(context, now)
    look_at_clocks(desk)
    now.at += timedelta(minutes=3)
    look_at_clocks(desk)
    (end,) = ending(case)
    assert end["why"].endswith("the probe gave no answer in time")


def test_who_is_protected_is_never_probed_by_ourselves(context, now, monkeypatch):
    """A contract with all does not reach a clinic."""
    desk = probing(furnish(context), automatic=("all = Terms 7.3",))
    (case,) = post(desk, open_service("203.0.113.200"))
    words = {"people": ("ada",), "reasons": "agreed with them", "hours": 4, "note": "agreed"}
    decide_case(desk, case.reference, measure="isolate", **words)
    now.at += timedelta(hours=3, minutes=30)
    with resolver(monkeypatch, looked_up) as heard:
        look_at_clocks(desk)
        work(desk, "probe")
    assert (heard, told(case, EntryType.PROBE_ASKED)) == ([], [])
