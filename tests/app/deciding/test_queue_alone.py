"""The next step of each case, and the filters of the list, without a database."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from ipaddress import ip_network
from types import SimpleNamespace

import pytest

from app.deciding.parts import action, bare_context
from aupkeep.app.deciding import case_list, case_summary, next_step
from aupkeep.app.deciding.case_list import NEEDED, VIEWS, read_filter
from aupkeep.app.deciding.case_summary import summary_of
from aupkeep.app.deciding.next_step import NextStep, StepOf, next_steps, step_words
from aupkeep.model.action import ActionState
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.decision import BY_PERSON
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.store.case_filter import SORTS, CaseFilter
from casework.scenes import CASE, HOUR, NOW

OPEN, ANSWERED, WAITING, CLOSED = (
    replace(CASE, state=CaseState(state), deadline_at=NOW + HOUR if state == "waiting" else None)
    for state in ("open", "answered", "waiting", "closed")
)


@pytest.fixture
def around(monkeypatch):
    """What is known of cases: nothing, until a test says so."""
    known = SimpleNamespace(
        actions=[], proposed={}, waiting=[], fixed=set(), contested={}, handed=set()
    )
    known.asked = []

    def keep(answer) -> Callable[..., object]:
        def ask(ids, *more: object) -> object:
            known.asked.append((list(ids), *more))
            return answer()

        return ask

    monkeypatch.setattr(next_step.actions, "of_cases", keep(lambda: known.actions))
    monkeypatch.setattr(next_step.tickets, "open_in", keep(lambda: known.handed))
    refused = EntryType.DECISION_REFUSED
    said = keep(lambda: [(case, refused, it) for case, it in known.proposed.items()])
    monkeypatch.setattr(next_step.log, "payloads", said)
    monkeypatch.setattr(next_step.approvals, "waiting_in", keep(lambda: known.waiting))
    monkeypatch.setattr(next_step.cases, "answers_in", keep(lambda: (known.fixed, known.contested)))
    return known


def waits(**more):
    known = {"case": CASE.id, "measure": Measure.ISOLATE, "by": "ola", "choice": ""}
    return SimpleNamespace(**known | more)


def step(case):
    return next_steps([case], NOW)[case.id]


def test_an_answer_is_read_and_an_appeal_judged(around):
    """Before everything else; a closed case needs nothing."""
    around.waiting = [waits()]
    assert step(ANSWERED) == StepOf(step=NextStep.READ)
    around.contested = {CASE.id: "ola"}
    assert step(ANSWERED) == StepOf(step=NextStep.JUDGE, by="ola")
    assert step(CLOSED) == StepOf(step=NextStep.CLOSED)


def test_only_cases_that_are_not_closed_are_asked_about(around):
    """Five questions, however many cases there are."""
    closed = replace(CLOSED, id="case2")
    steps = next_steps([OPEN, closed, replace(OPEN, id="case3")], NOW)
    assert list(steps) == ["case1", "case2", "case3"]
    assert [asked[0] for asked in around.asked] == [["case1", "case3"]] * 5
    assert around.asked[1][1:] == (next_step.WEIGHED,)


def test_a_second_person_comes_before_a_hand_and_a_deadline(around):
    around.waiting = [waits()]
    around.actions = [action(driver="hand", state=ActionState.WANTED)]
    asked = StepOf(step=NextStep.APPROVE, measure=Measure.ISOLATE, by="ola")
    assert (step(OPEN), step(WAITING)) == (asked, asked)
    around.waiting = [waits(case="case9")]
    carried = StepOf(step=NextStep.CARRY, measure=Measure.BLOCK_PORT)
    assert (step(OPEN), step(WAITING)) == (carried, carried)


@pytest.mark.parametrize("state", ActionState)
def test_a_hand_is_needed_to_carry_out_and_to_give_back(around, state):
    """By what no driver carries, and only then."""
    needed = state in {ActionState.WANTED, ActionState.LIFTING}
    around.actions = [action(driver="hand", state=state)]
    assert (step(OPEN).step is NextStep.CARRY) is needed
    around.actions = [action(driver="nftables", state=state)]
    assert step(OPEN).step is not NextStep.CARRY


@pytest.mark.parametrize(
    ("due", "kind"),
    [
        (NOW, NextStep.LATE),
        (NOW - HOUR, NextStep.LATE),
        (NOW + HOUR, NextStep.WAIT),
        (None, NextStep.WAIT),
    ],
)
def test_a_deadline_passes_at_its_moment(around, due, kind):
    assert step(replace(WAITING, deadline_at=due)) == StepOf(step=kind, until=due)


@pytest.mark.parametrize(
    ("case", "kind"),
    [(WAITING, NextStep.WAIT), (replace(OPEN, handled_at=NOW), NextStep.NOTHING)],
)
def test_what_a_ticket_system_has_waits_for_it(around, case, kind):
    """Unless the deadline has passed; asked for only where it is not known already."""
    around.handed = {CASE.id}
    ticket = StepOf(step=NextStep.TICKET, until=case.deadline_at)
    assert step(case) == ticket
    assert next_steps([case], NOW, handed={CASE.id}) == {CASE.id: ticket}
    assert next_steps([case], NOW, handed=set())[CASE.id].step is kind
    assert step(replace(WAITING, deadline_at=NOW)).step is NextStep.LATE


def test_what_was_dealt_with_ends_by_itself_or_can_be_closed(around):
    """The measure that ends first is named; what is over stands no more."""
    dealt = replace(OPEN, handled_at=NOW)
    assert step(dealt) == StepOf(step=NextStep.NOTHING)
    later = action(id="a2", measure=Measure.ISOLATE, until=NOW + 2 * HOUR)
    first = action(until=NOW + HOUR)
    around.actions = [later, first]
    assert step(dealt) == StepOf(
        step=NextStep.NOTHING, measure=Measure.BLOCK_PORT, until=NOW + HOUR
    )
    around.actions = [action(until=NOW)]
    assert step(dealt) == StepOf(step=NextStep.CLOSE)
    around.actions = [action(state=ActionState.LIFTED)]
    assert step(dealt) == StepOf(step=NextStep.CLOSE)


def test_a_case_rests_until_its_moment(around):
    resting = replace(OPEN, snoozed_until=NOW + HOUR)
    assert step(resting) == StepOf(step=NextStep.REST, until=NOW + HOUR)
    assert step(replace(OPEN, snoozed_until=NOW)).step is NextStep.DECIDE


def test_what_they_say_is_fixed_is_tested_while_a_measure_stands(around):
    around.fixed = {CASE.id}
    assert step(OPEN).step is NextStep.DECIDE
    around.actions = [action(until=NOW + HOUR)]
    assert step(OPEN) == StepOf(step=NextStep.RETEST, measure=Measure.BLOCK_PORT, until=NOW + HOUR)


@pytest.mark.parametrize(
    ("proposed", "expected"),
    [
        ({"rule": "r", "measure": "isolate"}, StepOf(step=NextStep.APPLY, measure=Measure.ISOLATE)),
        ({"rule": "r", "measure": "gone"}, StepOf(step=NextStep.APPLY)),
        ({"rule": "r"}, StepOf(step=NextStep.APPLY)),
        ({"rule": BY_PERSON, "measure": "isolate"}, StepOf(step=NextStep.DECIDE)),
    ],
)
def test_only_what_a_rule_proposes_is_there_to_apply(around, proposed, expected):
    around.proposed = {CASE.id: proposed}
    assert step(OPEN) == expected


def test_without_any_proof_it_is_asked_for(around):
    assert step(replace(OPEN, level=Evidence.E0)).step is NextStep.PROVE
    assert step(OPEN).step is NextStep.DECIDE


WORDS = {
    NextStep.GRANT: (
        "It listens: ask for a grant, or record what you would do: close a port",
        "Den lytter: be om en fullmakt, eller noter hva du ville gjort: close a port",
    ),
    NextStep.APPROVE: ("Approve or refuse: close a port", "Godkjenn eller avslå: close a port"),
    NextStep.APPLY: ("Apply the proposal: close a port", "Bruk forslaget: close a port"),
    NextStep.WAIT: (
        "Wait for the customer until 2026-03-01 12:00",
        "Vent på kunden til 2026-03-01 12:00",
    ),
    NextStep.REST: ("Rests until 2026-03-01 12:00", "Hviler til 2026-03-01 12:00"),
    NextStep.NOTHING: (
        "Nothing: it ends by itself at 2026-03-01 12:00",
        "Ingenting: det slutter av seg selv 2026-03-01 12:00",
    ),
    NextStep.CLOSED: ("Closed", "Lukket"),
}


@pytest.mark.parametrize("kind", WORDS)
def test_a_step_in_words(kind):
    """In both languages, in UTC, the measure's name in small letters."""
    oslo = NOW.astimezone(timezone(timedelta(hours=1)))
    said = tuple(
        step_words(StepOf(step=kind, until=oslo), at, "Close a port") for at in ("en", "nb")
    )
    assert said == WORDS[kind]


def test_a_step_in_words_on_a_machine_elsewhere(monkeypatch):
    """In UTC all the same."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        rests = step_words(StepOf(step=NextStep.REST, until=NOW), "en")
    time.tzset()
    assert rests == "Rests until 2026-03-01 12:00"


def test_what_was_only_told_comes_back_with_evidence():
    told = StepOf(step=NextStep.NOTHING)
    assert step_words(told, "en") == "Nothing: told; new evidence brings it back"
    assert step_words(told, "nb") == "Ingenting: meldt; nye bevis henter den fram"
    assert step_words(StepOf(step=NextStep.WAIT), "en") == "Wait for the customer"
    assert step_words(StepOf(step=NextStep.APPLY), "en") == "Apply the proposal"


# The filters of the list


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, {}),
        ({"state": " "}, {}),
        ({"other": "x"}, {}),
        ({"state": " open "}, {"states": (CaseState.OPEN,)}),
        ({"clause": "spam"}, {"clause": "spam"}),
        ({"kind": "messaging/spam"}, {"kind": "messaging/spam"}),
        ({"customer": "c1"}, {"customer": "c1"}),
        ({"evidence": "e2"}, {"level": Evidence.E2}),
        ({"assignee": "kari"}, {"assignee": "kari"}),
        ({"assignee": "nobody"}, {"assignee": "", "free_at": NOW}),
        ({"address": "192.0.2.7"}, {"prefix": ip_network("192.0.2.7/32")}),
        ({"address": "192.0.2.7/24"}, {"prefix": ip_network("192.0.2.0/24")}),
        ({"proposal": "yes"}, {"proposal": True}),
        ({"proposal": "no"}, {"proposal": False}),
        ({"age": "2d"}, {"opened_by": NOW - timedelta(days=2)}),
        ({"source": " mail:x.example "}, {"source": "mail:x.example"}),
        ({"view": "open"}, {"states": NEEDED, "handled": False, "resting_at": NOW}),
        ({"view": "handled"}, {"states": (CaseState.OPEN,), "handled": True}),
        ({"view": "all", "state": "closed"}, {"states": (CaseState.CLOSED,)}),
        ({"assignee": "me"}, {"assignee": "kari"}),
    ],
)
def test_each_filter_as_it_is_written(tmp_path, asked, wanted):
    """A blank is none."""
    none = {
        "states": (),
        **dict.fromkeys(("clause", "kind", "customer", "level", "assignee", "prefix")),
        **dict.fromkeys(("proposal", "opened_by")),
    }
    assert read_filter(bare_context(tmp_path), asked, "kari") == CaseFilter(**(none | wanted))


STATES = "open, waiting, answered, closed"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"state": "x" * 99}, f"state: expected {STATES}, found {'x' * 40!r}"),
        ({"proposal": "maybe"}, "proposal: expected yes, no, found 'maybe'"),
        ({"view": "mine"}, f"view: expected {', '.join(VIEWS)}, found 'mine'"),
        (
            {"assignee": "me"},
            "assignee: expected a person's own session or token for `me`, found none",
        ),
        (
            {"evidence": "x" * 99},
            f"evidence: expected one of E0, E1, E2, E3, E4, E5, found {'x' * 40!r}",
        ),
        (
            {"address": "x" * 99},
            f"address: expected an IPv4 or IPv6 address or a prefix, found {'x' * 60!r}",
        ),
    ],
)
def test_what_is_no_filter_is_said(tmp_path, asked, words):
    with pytest.raises(Invalid) as caught:
        read_filter(bare_context(tmp_path), asked)
    assert str(caught.value) == words


def test_an_age_that_is_none_is_named(tmp_path):
    with pytest.raises(Invalid, match=r"^age: "):
        read_filter(bare_context(tmp_path), {"age": "old"})


@pytest.fixture
def listing(monkeypatch, around):
    """One case on record, found whatever is asked."""
    asked = []

    def page(wanted, **more) -> list[object]:
        asked.append((wanted, more))
        return [OPEN]

    monkeypatch.setattr(case_list.case_filter, "page", page)
    monkeypatch.setattr(case_list.cases, "by_reference", {"R1": OPEN}.get)
    monkeypatch.setattr(case_list, "granted_now", lambda _context: None)
    return asked


def test_a_line_of_the_list_has_its_step(tmp_path, listing, around):
    around.proposed = {CASE.id: {"rule": "r", "measure": "isolate"}}
    (line,) = case_list.list_cases(bare_context(tmp_path))
    summary = summary_of(OPEN)
    assert all(getattr(line, name) == getattr(summary, name) for name in summary.__slots__)
    assert (line.step, line.step_measure, line.step_until) == ("apply", "isolate", None)
    around.proposed = {}
    (line,) = case_list.list_cases(bare_context(tmp_path), {"state": "open"})
    assert (line.step, line.step_measure) == ("decide", None)
    assert [wanted.states for wanted, _ in listing] == [(), (CaseState.OPEN,)]
    assert listing[0][1] == {"limit": 50, "after": None, "sort": "urgency"}


def test_a_line_of_the_list_says_who_is_away(tmp_path, listing, monkeypatch):
    """Now: who comes back tomorrow is away."""
    monkeypatch.setattr(
        case_list.case_filter,
        "page",
        lambda *_given, **_more: [replace(OPEN, assignee=who) for who in ("kari", "ola")],
    )
    here = {NOW: {"ola"}}
    monkeypatch.setattr(case_summary.absences, "here", here.get)
    lines = case_list.list_cases(bare_context(tmp_path))
    assert [line.assignee_away for line in lines] == [True, False]


def test_a_step_of_the_list_has_its_time(tmp_path, listing, monkeypatch):
    """By the present, as an age is."""
    monkeypatch.setattr(case_list.case_filter, "page", lambda *_given, **_more: [WAITING])
    (line,) = case_list.list_cases(bare_context(tmp_path), {"age": "2d"})
    assert (line.step, line.step_until) == ("wait", NOW + HOUR)


def test_a_page_begins_after_a_case(tmp_path, listing):
    """Named by its reference, or by its id."""
    context = bare_context(tmp_path)
    order = next(iter(SORTS))
    case_list.list_cases(context, {"sort": order}, after="R1", limit=3)
    case_list.list_cases(context, after="case9")
    assert [more["after"] for _, more in listing] == ["case1", "case9"]
    assert (listing[0][1]["limit"], listing[0][1]["sort"]) == (3, order)
    with pytest.raises(Invalid) as caught:
        case_list.list_cases(context, {"sort": "x" * 99})
    assert str(caught.value) == f"sort: expected one of {', '.join(SORTS)}, found {'x' * 40!r}"


@pytest.mark.parametrize(("sees", "person"), [(False, "kari"), (True, "kari"), (False, None)])
def test_who_may_not_know_who_reported_filters_by_no_source(
    tmp_path, listing, monkeypatch, sees, person
):
    """A program of our own, which is no person, may."""
    monkeypatch.setattr(case_list, "sees_reporters", lambda who: sees and who == "kari")
    asked = {"source": "mail:x.example", "assignee": "me"} if person else {"source": "mail:x"}
    if person and not sees:
        with pytest.raises(Forbidden) as caught:
            case_list.list_cases(bare_context(tmp_path), asked, person=person)
        assert str(caught.value) == case_list.UNSEEN
        assert case_list.list_cases(bare_context(tmp_path), {"source": ""}, person=person)
    else:
        case_list.list_cases(bare_context(tmp_path), asked, person=person)
        assert listing[0][0].source == asked["source"]
        assert listing[0][0].assignee == person


def test_a_case_as_a_line():
    """Every field is the case's own."""
    case = replace(
        CASE,
        events=7,
        outcome=Outcome.FIXED,
        assignee="kari",
        deadline_at=NOW,
        snoozed_until=NOW + HOUR,
        handled_at=NOW - HOUR,
    )
    line = summary_of(case)
    assert (line.reference, line.state, line.kind, line.clause) == (
        case.reference,
        case.state,
        case.kind,
        case.clause,
    )
    assert (line.level, line.customer, line.resource, line.events) == ("E2", "c1", "vm1", 7)
    assert (line.opened, line.changed, line.deadline) == (case.opened_at, case.changed_at, NOW)
    assert (line.outcome, line.assignee) == (Outcome.FIXED, "kari")
    assert (line.snoozed_until, line.handled) == (NOW + HOUR, NOW - HOUR)
    assert isinstance(line.opened, datetime)
