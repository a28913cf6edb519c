"""A case shown whole, page by page, and where its colleague is: without a database."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import DAY, Desk, action, decision
from aupkeep.app.deciding import case_list, case_records, case_summary, case_work
from aupkeep.app.deciding.case_records import CaseDetails
from aupkeep.app.deciding.next_step import NextStep, StepOf
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from casework import scenes
from casework.scenes import CASE, HOUR, NOW
from notify.letters import notice

LATE, EARLY = (scenes.claim(name, at=NOW - n * HOUR) for n, name in enumerate(("2", "1"), start=1))


def entry_of(kind: EntryType, **payload: object):
    return SimpleNamespace(
        index=len(payload),
        entry=SimpleNamespace(type=kind, at=NOW, payload=payload, actor=SYSTEM),
    )


LOGGED = [
    entry_of(EntryType.CASE_OPENED, why="first"),
    entry_of(EntryType.CASE_CHANGED, why="joined"),
    entry_of(EntryType.CASE_CHANGED, why="a mail beside it", report="r9"),
    entry_of(EntryType.CLAIM_WITHDRAWN, why="taken back"),
    entry_of(EntryType.CLAIM_WITHDRAWN),
    entry_of(EntryType.CASE_NOTED, why="no word of theirs", report="r9"),
]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A case of two claims, the later one joined first; ola, who works on it, is away."""
    desk = Desk(case_records, monkeypatch, tmp_path)
    for name, value in {
        "find_case": replace(CASE, assignee="ola"),
        "reports.by_ids": {},
        "log.entries": LOGGED,
        "doubted_in": set(),
        "proof_words": {},
        "joined_claims": {},
        "corrections_of": (),
        "still_waiting": [],
        "termination_record": "ends",
        "cases.claims": [LATE, EARLY],
        "cases.incidents_of_claims": {},
        "cases.answers": [scenes.answer("w1")],
        "decisions.of_case": [decision()],
        "actions.of_case": [action()],
        "notices.of_case": [notice(within="next")],
    }.items():
        desk.give(name, value)
    desk.give("granted_now", None)
    desk.give("next_steps", {"case1": StepOf(step=NextStep.WAIT, until=NOW)})
    desk.gone, desk.pages = {}, []

    def gone_claims(case, logged) -> dict[str, object]:
        assert (case, logged) == ("case1", LOGGED)
        return desk.gone

    monkeypatch.setattr(case_records, "gone_claims", gone_claims)
    monkeypatch.setattr(
        case_records.cases,
        "page_of_claims",
        lambda *given: desk.pages.append(given) or ([LATE, EARLY], 7),
    )
    monkeypatch.setattr(case_summary.absences, "here", {NOW: {"kari"}}.get)
    return desk


@pytest.fixture
def show(desk) -> Callable[..., CaseDetails]:
    return lambda **more: case_records.show_case(desk.context, "R", **more)


def test_a_case_whole(desk, show):
    """Its evidence by time, everything logged, and no next page."""
    shown = show()
    assert [item.at for item in shown.evidence] == [EARLY.at, LATE.at]
    assert desk.pages == [("case1", case_records.EVERY, None)]
    assert (shown.evidence_count, shown.evidence_after, shown.timeline_count) == (7, None, 6)
    assert (shown.standing_count, shown.standing_level) == (7, "E2")
    assert (shown.assignee_away, shown.termination) == (True, "ends")
    assert (shown.step, shown.step_measure, shown.step_until) == (NextStep.WAIT, None, NOW)
    assert [item.answer for item in shown.answers] == ["w1"]
    assert [item.within for item in shown.notices] == ["next"]
    assert len(shown.decisions) == len(shown.actions) == 1
    desk.give("find_case", replace(CASE, assignee="kari"))
    assert show().assignee_away is False


def test_the_timeline_says_why_of_mails_and_what_was_taken_back(show):
    assert [item.why for item in show().timeline] == [
        *(None, None, "a mail beside it", "taken back", None, None)
    ]


@pytest.mark.parametrize(("limit", "after"), [(2, EARLY.id), (3, None), (1, None)])
def test_a_page_of_a_case(desk, show, limit, after):
    """As it came; the last one shown is where the next page begins, where there may be one."""
    shown = show(limit=limit, after="c0")
    assert desk.pages == [("case1", limit, "c0")]
    assert [item.at for item in shown.evidence] == [LATE.at, EARLY.at]
    assert shown.evidence_after == after
    assert [item.index for item in shown.timeline] == [item.index for item in LOGGED[-limit:]]
    assert shown.timeline_count == 6


def test_the_next_page_begins_behind_the_last_one(show, monkeypatch):
    page = [EARLY, LATE, EARLY]
    monkeypatch.setattr(case_records.cases, "page_of_claims", lambda *_: (page, 9))
    assert show(limit=3).evidence_after == EARLY.id


def test_what_was_taken_back_supports_nothing(desk, show, monkeypatch):
    """What stands is counted and weighed by itself."""
    desk.gone[LATE.report] = ("taken back", NOW)
    weighed = []

    def standing_of(case, claims, logged) -> list[object]:
        assert (case, logged) == ("case1", LOGGED)
        return [claim for claim in claims if claim is EARLY]

    monkeypatch.setattr(case_records, "standing_of", standing_of)
    monkeypatch.setattr(case_records, "weigh", lambda *given: weighed.append(given[1:]) or given[1])
    shown = show()
    assert [item.withdrawn for item in shown.evidence] == [None, "taken back"]
    assert (shown.standing_count, shown.standing_level) == (1, "E2")
    assert [claims for _, claims in weighed] == [[EARLY]]


def test_a_page_of_the_cases_of_a_report(desk, monkeypatch):
    """Behind a case that is named by reference or id, or by what is none any more."""
    asked = []
    by_reference, by_id = {"R1": replace(CASE, id="c8")}, {"c9": replace(CASE, id="c9")}
    monkeypatch.setattr(case_records.reports, "get", {"r1": "report"}.get)
    for name, known in (("by_reference", by_reference), ("get", by_id)):
        find = {"R1": None, "c9": None, "gone": None} | known  # asked for nothing it would fail
        monkeypatch.setattr(case_records.cases, name, find.__getitem__)
    monkeypatch.setattr(
        case_records.cases, "page_of_report", lambda *given: asked.append(given) or [CASE]
    )
    for after in (None, "R1", "c9", "gone"):
        (line,) = case_records.cases_of_report("r1", limit=5, after=after)
        assert line == case_summary.summary_of(CASE)
    assert asked == [("r1", 5, last) for last in (None, "c8", "c9", "gone")]
    with pytest.raises(Missing) as caught:
        case_records.cases_of_report("r" * 61, limit=5)
    assert str(caught.value) == f"report: expected a known id, found {'r' * 60!r}"


def test_a_case_that_retention_took_is_asked_for_by_its_kind(monkeypatch):
    """Its reference is written in large letters."""
    asked = []
    for name in ("by_reference", "get"):
        monkeypatch.setattr(case_records.cases, name, lambda _: None)
    monkeypatch.setattr(case_records.retention, "refuse_erased", lambda *g: asked.append(g))
    with pytest.raises(Missing) as caught:
        case_records.find_case(" k7qf-2m9x" + "x" * 60)
    assert asked == [("case", "K7QF-2M9X" + "X" * 60)]
    assert str(caught.value) == (
        f"case: expected a known reference, found {' k7qf-2m9x' + 'x' * 50!r}"
    )


# Who works on it, and what comes next


def test_where_a_colleague_is(tmp_path, monkeypatch):
    """Here, away until when, or left; of nobody there is nothing to say."""
    desk = Desk(case_work, monkeypatch, tmp_path)
    desk.give("away_until", {"ola": NOW + DAY})
    monkeypatch.setattr(case_summary.absences, "here", {NOW: {"kari"}}.get)

    def where(who: str | None) -> case_work.Whereabouts | None:
        return case_work.whereabouts_of(desk.context, replace(CASE, assignee=who))

    assert where(None) is where("kari") is None
    assert where("Ola") == case_work.Whereabouts(until=NOW + DAY, left=False)
    assert where("per") == case_work.Whereabouts(until=None, left=True)


@pytest.mark.parametrize(
    ("waiting", "then"),
    [([], ""), (["R"], ""), (["R", "K1"], "K1"), (["K1", "K2"], "K1")],
)
def test_the_next_case_is_nobodys_who_is_here(tmp_path, monkeypatch, waiting, then):
    """Another one than this, of those that need a person now."""
    desk, asked = Desk(case_list, monkeypatch, tmp_path), []
    found = [replace(CASE, reference=name) for name in waiting]
    monkeypatch.setattr(
        case_list.case_filter, "page", lambda *given, **more: asked.append((given, more)) or found
    )
    assert case_list.next_case(desk.context, "R") == then
    wanted = case_list.CaseFilter(
        states=case_list.NEEDED,
        handled=False,
        resting_at=NOW,
        assignee=case_list.case_filter.NOBODY,
        free_at=NOW,
    )
    assert asked == [((wanted,), {"limit": 2})]
