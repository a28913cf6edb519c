"""Who works on a case, notes, more time, longer measures: what is written of each."""

from dataclasses import replace
from datetime import UTC, timedelta
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, action, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import case_work, extend, extend_deadline
from aupkeep.app.deciding.case_work import CaseWork
from aupkeep.casework.states import Event, move
from aupkeep.model.action import STANDING, ActionState
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.customer import Contact
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing, Stale
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import Party
from aupkeep.model.roles import StaffAct
from casework import scenes
from casework.scenes import CASE, CUSTOMER, HOUR, KARI, NOW, OTHER

DAY = timedelta(days=1)
CLOSED = replace(CASE, state=CaseState.CLOSED, outcome=Outcome.FIXED)


def refusal(error, act, *given: object, **more: object):
    with pytest.raises(error) as caught:
        act(*given, **more)
    return str(caught.value)


# Who works on it


@pytest.fixture
def work(tmp_path, monkeypatch):
    desk = Desk(case_work, monkeypatch, tmp_path)
    desk.keep("authorised", KARI)
    desk.give("find_case", CASE)
    desk.keep("colleague", SimpleNamespace(address="ola"))
    desk.keep("absent_among", frozenset())
    return desk


@pytest.mark.parametrize(
    ("before", "over"), [(None, None), ("kari", None), ("per", "per"), (None, "per")]
)
def test_a_case_is_taken(work, before, over):
    """Nobody's, one's own, or a colleague's whom the giver names."""
    case = replace(CASE, assignee=before)
    work.give("find_case", case)
    made = case_work.assign(work.context, "R", person="kari", to="Ola", over=over)
    assert made == CaseWork(case=CASE.reference, assignee="ola", snoozed_until=None)
    call = work.journal.one()
    assert (call["rows"], call["seen"]) == ([replace(case, assignee="ola")], [case])
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_ASSIGNED,
        "case": "case1",
        "by": "kari",
        "assignee": "ola",
        "before": before,
        "why": "ola works on it",
    }
    assert work.calls["authorised"] == [("kari", StaffAct.DECIDE)]
    assert work.calls["colleague"] == [("Ola",)]


def test_a_case_is_let_go(work):
    """No colleague is looked for; what is so already writes nothing."""
    work.give("find_case", replace(CASE, assignee="kari"))
    assert case_work.assign(work.context, "R", person="kari", to=None).assignee is None
    payload = work.journal.one()["entries"][0].payload
    assert (payload["assignee"], payload["why"]) == (None, "nobody works on it")
    assert work.calls["colleague"] == []
    work.give("find_case", replace(CASE, assignee="ola", snoozed_until=NOW))
    same = case_work.assign(work.context, "R", person="kari", to="ola")
    assert same == CaseWork(case=CASE.reference, assignee="ola", snoozed_until=NOW)
    assert work.journal.calls == []


@pytest.mark.parametrize("over", [None, "eva"])
def test_somebody_elses_case_stays_so(work, over):
    work.give("find_case", replace(CASE, assignee="per"))
    words = refusal(Stale, case_work.assign, work.context, "R", person="kari", to="ola", over=over)
    assert words == (
        f"case {CASE.reference}: expected {over or 'nobody'} to work on it, found that per does; "
        "ask them, or take it over by name"
    )


def test_nobody_is_given_a_case_who_is_away(work):
    """But oneself; until when is said. Who is away by another name is."""
    work.give("away_until", {"ola": NOW + DAY, "kari": NOW + DAY})
    work.keep("colleague", SimpleNamespace(address="Ola"))
    words = refusal(Conflict, case_work.assign, work.context, "R", person="kari", to="Ola")
    assert words == (
        f"case {CASE.reference}: expected a colleague who is here, found that Ola is away "
        "until 2026-03-02 12:00 UTC"
    )
    work.keep("colleague", SimpleNamespace(address="kari"))
    assert case_work.assign(work.context, "R", person="kari", to="kari").assignee == "kari"
    work.give("away_until", {"per": NOW + DAY})
    work.keep("colleague", SimpleNamespace(address="ola"))
    assert case_work.assign(work.context, "R", person="kari", to="ola").assignee == "ola"


def test_a_closed_case_is_nobodys(work):
    work.give("find_case", CLOSED)
    said_ = f"case {CASE.reference}: expected one that is not closed, found it closed"
    assert refusal(Conflict, case_work.assign, work.context, "R", person="kari", to=None) == said_
    until = {"person": "kari", "until": NOW + DAY}
    assert refusal(Conflict, case_work.snooze, work.context, "R", **until) == said_


def test_a_case_rests(work):
    """For thirty days at most."""
    made = case_work.snooze(work.context, "R", person="kari", until=NOW + 30 * DAY)
    assert made == CaseWork(case=CASE.reference, assignee=None, snoozed_until=NOW + 30 * DAY)
    call = work.journal.one()
    assert (call["rows"], call["seen"]) == ([replace(CASE, snoozed_until=NOW + 30 * DAY)], [CASE])
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_SNOOZED,
        "case": "case1",
        "by": "kari",
        "until": "2026-03-31T12:00:00Z",
        "why": "rests until 2026-03-31 12:00 UTC",
    }
    assert work.calls["authorised"] == [("kari", StaffAct.DECIDE)]


@pytest.mark.parametrize("until", [NOW, NOW - DAY, NOW + 30 * DAY + timedelta(seconds=1)])
def test_it_rests_neither_backwards_nor_for_ever(work, until):
    words = refusal(Invalid, case_work.snooze, work.context, "R", person="kari", until=until)
    assert words == f"until: expected a moment within 30 days, found {until:%Y-%m-%dT%H:%M:%SZ}"


def test_only_an_open_case_rests(work):
    waiting = replace(CASE, state=CaseState.WAITING, deadline_at=NOW + DAY)
    work.give("find_case", waiting)
    until = {"person": "kari", "until": NOW + DAY}
    words = refusal(Conflict, case_work.snooze, work.context, "R", **until)
    assert words == f"case {CASE.reference}: expected an open one, found it waiting"


def test_a_note_is_written(work):
    """Of a closed case too; its longest is 5000 characters."""
    work.give("find_case", CLOSED)
    made = case_work.note(work.context, "R", person="kari", text=f" {'x' * 4998} ")
    assert made.case == CASE.reference
    call = work.journal.one()
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_NOTED,
        "case": "case1",
        "by": "kari",
        "reason": "x" * 4998,
    }
    assert set(call) == {"context", "entries"}
    assert work.calls["authorised"] == [("kari", StaffAct.DECIDE)]


@pytest.mark.parametrize(("text", "size"), [(" ", 0), ("x" * 5001, 5001)])
def test_no_note_is_empty_or_endless(work, text, size):
    words = refusal(Invalid, case_work.note, work.context, "R", person="kari", text=text)
    assert words == f"note: expected 1 to 5000 characters, found {size}"


# A longer measure


ABOUT = SimpleNamespace(claims=scenes.CLAIMS, case=CASE)


@pytest.fixture
def longer(tmp_path, monkeypatch):
    """An action that ends in four hours."""
    desk = Desk(extend, monkeypatch, tmp_path)
    desk.keep("authorised", KARI)
    desk.give("find_case", CASE)
    desk.give("load_case_context", ABOUT)
    desk.give("with_makers", KARI)
    desk.keep("decide_about", "decided")
    standing = action(until=NOW + 4 * HOUR, state=ActionState.APPLIED)
    desk.give("actions.get", standing)
    desk.give("actions.of_case", [standing])
    return desk


def extended(desk, hours=5):
    return extend.extend_action(desk.context, "a1", hours=hours, reasons="so", person="kari")


def test_a_measure_is_decided_anew_in_the_same_place(longer):
    """With what aims it, each as it is typed."""
    assert extended(longer) == "decided"
    ((*given, more),) = longer.calls["decide_about"]
    assert given == [longer.context, ABOUT, KARI, "so"]
    assert more == {
        "measure": "block-port",
        "hours": 5,
        "address": "198.51.100.7",
        "protocol": "tcp",
        "port": 22,
    }
    assert longer.calls["authorised"] == [("kari", StaffAct.DECIDE)]


def test_an_address_without_evidence_is_not_named_again(longer):
    """The machine may have moved; the rest of the aim stays."""
    scope = scenes.Scope(
        customer="c1", resource="vm1", address=OTHER, destination=scenes.PEER, rate=9000,
        account="kari", note="so",
    )  # fmt: skip
    standing = action(scope=scope, until=NOW + HOUR, state=ActionState.APPLIED)
    longer.give("actions.get", standing)
    longer.give("actions.of_case", [standing])
    extended(longer)
    ((*_, more),) = longer.calls["decide_about"]
    aims = {name: more.get(name) for name in ("address", "destination", "rate", "account", "note")}
    assert aims == {
        "address": None,
        "destination": "198.51.100.200",
        "rate": 9000,
        "account": "kari",
        "note": "so",
    }


@pytest.mark.parametrize("field", ["url", "name"])
def test_a_page_or_a_name_is_named_again(longer, field):
    standing = action(
        scope=scenes.Scope(customer="c1", resource="vm1", **{field: "www.example.net"}),
        until=NOW + HOUR, state=ActionState.APPLIED,
    )  # fmt: skip
    longer.give("actions.get", standing)
    longer.give("actions.of_case", [standing])
    extended(longer)
    ((*_, more),) = longer.calls["decide_about"]
    assert more == {"measure": "block-port", "hours": 5, field: "www.example.net"}


def test_it_is_no_shorter_than_what_stands(longer):
    """Nor than a later one at the same place; one elsewhere, over, or of another kind is none."""
    words = "hours: expected more than the 4.0 that are left of it, found 4"
    assert refusal(Conflict, extended, longer, 4) == words
    first = action(until=NOW + 4 * HOUR, state=ActionState.APPLIED)
    noted = replace(first.scope, note="longer")
    later = replace(first, id="a2", scope=noted, until=NOW + 9 * HOUR)
    longer.give("actions.of_case", [first, later])
    more = words.replace("4.0", "9.0").replace("found 4", "found 5")
    assert refusal(Conflict, extended, longer) == more
    for other in (
        replace(later, state=ActionState.LIFTED),
        replace(later, measure=Measure.LIMIT_SMTP),
        replace(later, scope=replace(noted, port=23)),
    ):
        longer.give("actions.of_case", [first, other])
        assert extended(longer) == "decided"


@pytest.mark.parametrize("now", [action(state=ActionState.LIFTED), None])
def test_what_was_lifted_meanwhile_is_not_extended(longer, monkeypatch, now):
    """It is looked at again after its case; one that retention took is as it was."""
    looks = [action(until=NOW + 4 * HOUR, state=ActionState.APPLIED), now]
    monkeypatch.setattr(extend.actions, "get", lambda _: looks.pop(0))
    if now is None:
        assert extended(longer) == "decided"
    else:
        longer.give("what_ended", "ada undid it")
        assert refusal(Conflict, extended, longer) == "ada undid it"


def test_what_is_left_is_said_to_a_tenth_of_an_hour(longer):
    standing = action(until=NOW + 720.26 * HOUR, state=ActionState.APPLIED)
    longer.give("actions.of_case", [standing])
    words = "hours: expected more than the 720.3 that are left of it, found 720"
    assert refusal(Conflict, extended, longer, 720) == words


@pytest.mark.parametrize("state", ActionState)
def test_only_what_stands_is_extended(longer, state):
    standing = action(until=NOW + 4 * HOUR, state=state)
    longer.give("actions.get", standing)
    longer.give("actions.of_case", [standing])
    if state in STANDING:
        assert extended(longer) == "decided"
    else:
        longer.give("what_ended", f"it is {state}")
        assert refusal(Conflict, extended, longer) == f"it is {state}"


def test_an_unknown_action_is_told(longer):
    longer.give("actions.get", None)
    known = {"hours": 5, "reasons": "so", "person": "kari"}
    words = refusal(Missing, extend.extend_action, longer.context, "a" * 99, **known)
    assert words == f"action: expected a known id, found {'a' * 60!r}"


# More time to answer

WAITING = replace(CASE, state=CaseState.WAITING, deadline_at=NOW + DAY)


@pytest.fixture
def deadline(tmp_path, monkeypatch):
    """A case that waits for a day; its customer reads Bokmål."""
    desk = Desk(extend_deadline, monkeypatch, tmp_path)
    desk.keep("authorised", KARI)
    desk.give("find_case", WAITING)
    desk.give("customers.get", CUSTOMER)
    desk.give("failed_addresses", frozenset())
    desk.keep("contact_of", Contact(address="a@c1.example", language="nb"))
    desk.keep("zone_of", UTC)
    desk.keep("add_letter")
    return desk


def more(desk, hours=48, reasons=" you asked "):
    return extend_deadline.extend_deadline(desk.context, "R", hours, reasons, "kari")


def test_more_time_moves_the_deadline_and_is_told(deadline):
    made = more(deadline)
    assert (made.case, made.deadline, made.before, made.untold) == (
        CASE.reference,
        NOW + 2 * DAY,
        NOW + DAY,
        "",
    )
    call = deadline.journal.one()
    assert call["rows"] == [move(WAITING, Event.ASKED, NOW, deadline=NOW + 2 * DAY)]
    assert (call["seen"], call["effects"]) == ([WAITING], [])
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_CHANGED,
        "case": "case1",
        "by": "kari",
        "deadline": "2026-03-03T12:00:00Z",
        "reasons": " you asked ",
    }
    ((context, reference, letter, actor, changes),) = deadline.calls["add_letter"]
    assert (context, reference, actor) == (deadline.context, CASE.reference, KARI)
    assert isinstance(changes, ChangeSet)
    assert letter.party is Party.CUSTOMER
    assert letter.subject == "Du har fått mer tid til å svare"
    assert "frist til 2026-03-03 12:00 UTC med å svare.\n\nyou asked" in letter.text
    assert deadline.calls["contact_of"] == [(CUSTOMER, frozenset(), CASE.kind)]
    assert deadline.calls["zone_of"] == [(deadline.context, CUSTOMER)]
    assert deadline.calls["authorised"] == [("kari", StaffAct.DECIDE)]


def test_who_cannot_be_told_has_more_time_all_the_same(deadline):
    """Without a contact the words are English, and why nobody was told is said."""
    deadline.keep("contact_of", None)
    deadline.keep("add_letter", Conflict("letter: nobody"))
    assert more(deadline).untold == "letter: nobody"
    ((_, _, letter, _, _),) = deadline.calls["add_letter"]
    assert letter.subject == "You have more time to answer"


@pytest.mark.parametrize(
    ("hours", "good"), [(24, False), (23, False), (25, True), (720, True), (721, False)]
)
def test_it_is_later_and_within_thirty_days(deadline, hours, good):
    if good:
        assert more(deadline, hours).deadline == NOW + hours * HOUR
    else:
        assert refusal(Invalid, more, deadline, hours) == (
            "hours: expected a moment after 2026-03-02 12:00 UTC and within 30 days, "
            f"found {NOW + hours * HOUR:%Y-%m-%d %H:%M} UTC"
        )


@pytest.mark.parametrize("case", [CASE, replace(WAITING, deadline_at=None)])
def test_only_who_waits_has_more_time(deadline, case):
    deadline.give("find_case", case)
    words = f"deadline: expected a case that waits for an answer, found {case.state}"
    assert refusal(Conflict, more, deadline) == words


def test_more_time_has_a_reason(deadline):
    words = "reasons: expected why there is more time, found nothing"
    assert refusal(Invalid, more, deadline, reasons=" ") == words
