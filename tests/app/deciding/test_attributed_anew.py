"""Doubted claims go to whoever held the address; a notice that nobody got is made again."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, decision, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import reattribute as anew
from aupkeep.app.deciding import retell as telling
from aupkeep.app.inventory.doubted import DOUBTED_REASON
from aupkeep.app.notifying.mail_way import ChosenWay
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.customer import Contact
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.holding import NotOurs
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.model.report import Report
from aupkeep.notify.restraint import MailWay
from casework import scenes
from casework.scenes import CASE, HELD, HOUR, KARI, NOW
from notify.letters import notice

BIRCH = replace(HELD, customer="birch", resource="vm-b")
CLAIMS = (replace(scenes.claim("1"), incident="i1"), scenes.claim("2"), scenes.claim("3"))


@pytest.fixture
def doubted(tmp_path, monkeypatch):
    """Three doubted claims: birch's, still this holder's, and nobody's."""
    desk = Desk(anew, monkeypatch, tmp_path)
    desk.give("authorised", KARI)
    desk.give("find_case", CASE)
    desk.give("cases.claims", [*CLAIMS, scenes.claim("4")])
    desk.give("unsettled", [claim.id for claim in CLAIMS])
    holders = dict(zip([claim.id for claim in CLAIMS], [BIRCH, HELD, NotOurs()], strict=True))

    def holding(context, claim) -> object:
        assert context is desk.context
        return holders[claim.id]

    monkeypatch.setattr(anew, "_holding", holding)
    desk.give("standing_of", [scenes.claim("4")])
    desk.give("gone_claims", {})
    desk.keep("weigh", CASE)
    desk.joined = []

    def join_cases(context, claims) -> ChangeSet:
        assert context is desk.context
        desk.joined.append(list(claims))
        other = replace(CASE, id="case2", reference="R2", customer="birch")
        return ChangeSet(rows=[other, claims[0]], entries=["joined"])

    desk.written = []
    monkeypatch.setattr(anew, "join_cases", join_cases)

    def record_changes(context, changes) -> None:
        assert context is desk.context
        desk.written.append(changes)

    monkeypatch.setattr(anew, "record_changes", record_changes)
    desk.give("consider_effect", "consider")
    desk.give("_out_of_inbox", ["report"])
    desk.keep("_close_empty", value=False)
    return desk


def attribute(desk, reasons="seen in the lease"):
    return anew.reattribute_case(desk.context, "R", person="kari", reasons=reasons)


def test_each_claim_goes_to_who_held_it(doubted):
    """A claim of another holder is a new one on that holder; the old one stays as believed."""
    shown = attribute(doubted)
    assert (shown.case, shown.kept, shown.moved, shown.nobody) == (CASE.reference, 1, 1, 1)
    assert (shown.moved_to, shown.closed) == (("R2",), False)
    ((moved,),) = doubted.joined
    assert moved == replace(CLAIMS[0], id=moved.id, held=BIRCH, incident=None)
    assert (len(moved.id), moved.id != CLAIMS[0].id) == (36, True)
    (changes,) = doubted.written
    first, second = changes.entries
    ((_, about, weighed),) = doubted.calls["weigh"]
    assert (about, [claim.id for claim in weighed]) == (CASE, [CLAIMS[1].id, "claim 4"])
    assert (said(first), second) == (
        {
            "type": EntryType.FINDING_ATTRIBUTED,
            "case": "case1",
            "by": "kari",
            "claims": [claim.id for claim in CLAIMS],
            "kept": [CLAIMS[1].id],
            "cases": ["case2"],
            "why": "attributed anew: birch/vm-b held it then; c1/vm1 held it then; "
            "it was not ours then",
            "reasons": "seen in the lease",
        },
        "joined",
    )
    assert first.case == "case1"
    assert changes.rows[1:] == [moved, "report", replace(CASE, changed_at=NOW)]
    assert (changes.seen, changes.effects) == ([CASE], ["consider"])
    assert doubted.calls["_close_empty"] == [(doubted.context, CASE, "kari", "seen in the lease")]


def test_a_closed_case_is_not_considered_again(doubted):
    doubted.give("find_case", replace(CASE, state=CaseState.CLOSED))
    attribute(doubted)
    (changes,) = doubted.written
    assert (changes.seen, changes.effects, changes.rows[-1]) == ([], [], "report")


def test_nothing_waits_or_no_reason(doubted):
    with pytest.raises(Invalid) as caught:
        attribute(doubted, " ")
    assert str(caught.value) == "reasons: expected why the claims go where they go, found nothing"
    doubted.give("unsettled", [])
    with pytest.raises(Conflict) as none:
        attribute(doubted)
    assert str(none.value) == "case K7QF-2M9X: expected claims whose holder is in doubt"
    assert doubted.written == []


def test_who_held_it_by_the_records_of_today(tmp_path, monkeypatch):
    """A name means what it meant when its report came; an event of ours when it was."""
    desk, asked = Desk(anew, monkeypatch, tmp_path), []

    class Lookup:
        """Keeps what it is asked."""

        def __init__(self, context, seen_at) -> None:
            asked.append((context, seen_at))

        def holder(self, subject, at, **more) -> object:
            asked.append((subject, at, more))
            return HELD

    monkeypatch.setattr(anew, "HolderLookup", Lookup)
    desk.give("claim_site", "main")
    desk.give("reports.get", SimpleNamespace(at=NOW + HOUR))
    own = scenes.claim("2", source="detector:logins")
    for claim, seen in ((CLAIMS[0], NOW + HOUR), (own, own.at)):
        assert anew._holding(desk.context, claim) == HELD
        how = {"exact": 1.0, "site": "main"}
        assert asked == [(desk.context, seen), (claim.finding.subject, claim.at, how)]
        asked.clear()
    desk.give("reports.get", None)
    timeless = scenes.claim("1")
    timeless = replace(timeless, finding=replace(timeless.finding, at=None))
    anew._holding(desk.context, timeless)
    how = {"exact": 86_400.0, "site": "main"}
    assert asked == [(desk.context, timeless.at), (timeless.finding.subject, timeless.at, how)]


def test_what_waited_for_this_word_alone_is_done(tmp_path, monkeypatch):
    desk, asked = Desk(anew, monkeypatch, tmp_path), []
    waits = Report(id="a", raw="x", at=NOW, reading=None, inbox_reason=f"{DOUBTED_REASON}: look")
    others = [
        replace(waits, id="b", inbox_reason="unreadable"),
        replace(waits, id="c", inbox_reason=None),
        replace(waits, id="d", done_at=NOW - HOUR),
    ]
    monkeypatch.setattr(
        anew.reports,
        "by_ids",
        lambda names: asked.append(names) or {row.id: row for row in (*others, waits)},
    )
    own = scenes.claim("2", source="detector:logins")
    assert anew._out_of_inbox(desk.context, [CLAIMS[0], own]) == [replace(waits, done_at=NOW)]
    assert asked == [{"report 1"}]


@pytest.mark.parametrize(
    ("state", "supporting", "closes"),
    [(CaseState.OPEN, (), True), (CaseState.OPEN, CLAIMS, False), (CaseState.CLOSED, (), False)],
)
def test_a_case_that_nothing_supports_is_closed(tmp_path, monkeypatch, state, supporting, closes):
    """Without a measure, and without a word against its reporters."""
    desk = Desk(anew, monkeypatch, tmp_path)
    case = replace(CASE, state=state)
    desk.give("find_case", case)
    desk.give("load_case_context", SimpleNamespace(supporting=supporting))
    desk.give("authorised", KARI)
    desk.keep("close_case")
    assert anew._close_empty(desk.context, CASE, "kari", "so") is closes
    closed = (desk.context, case, KARI, Outcome.NO_ACTION, "so")
    assert desk.calls["close_case"] == ([closed] if closes else [])


# Told again

ABOUT = SimpleNamespace(customer=None, case=CASE)
WAY = ChosenWay(way=MailWay.ALONE, why="", contact=Contact(address="noc@c1.example"), at=NOW)


@pytest.fixture
def untold(tmp_path, monkeypatch):
    """A case whose customer got no word, and has a contact by now."""
    desk = Desk(telling, monkeypatch, tmp_path)
    desk.written = []
    desk.give("untold_decision", decision(Measure.INFORM, ends=None))
    desk.give("mail_way", WAY)
    desk.give("notices.of_case", [])
    desk.give("load_case_context", ABOUT)
    desk.give("remind_effect", "half time")
    desk.keep("notify_customer", MailWay.ALONE)
    monkeypatch.setattr(
        telling, "record_changes", lambda context, changes: desk.written.append(changes)
    )
    return desk


def test_a_notice_is_made_again(untold):
    """The journal says why; what asks nothing has no deadline."""
    assert telling._retell(untold.context, CASE, lambda: True) is True
    (changes,) = untold.written
    ((given, more),) = untold.calls["notify_customer"]
    made = decision(Measure.INFORM, ends=None)
    assert given == (untold.context, ABOUT, made, changes)
    assert more == {"chosen": WAY}
    told = replace(CASE, handled_at=NOW)  # the desk has nothing more to do
    assert (changes.rows, changes.effects, changes.seen) == ([told], [], [CASE])
    (entry,) = changes.entries
    assert said(entry) == {
        "type": EntryType.CASE_CHANGED,
        "case": "case1",
        "by": "aupkeep",
        "decision": "d1",
        "why": "what stood in the way of the notice is mended: it is made now",
    }
    assert entry.case == "case1"


def test_what_came_since_keeps_a_case_at_the_desk(untold):
    """A case whose evidence grew after the decision is not dealt with by telling of it."""
    grown = replace(CASE, level=Evidence.E3)
    assert telling._retell(untold.context, grown, lambda: True)
    assert untold.written[0].rows == []


def test_a_deadline_runs_from_when_it_is_told(untold):
    untold.give("untold_decision", decision(Measure.INFORM_DEADLINE, ends=None))
    assert telling._retell(untold.context, CASE, lambda: True)
    (changes,) = untold.written
    (waiting,) = changes.rows
    assert (waiting.state, waiting.deadline_at > NOW) == (CaseState.WAITING, True)
    assert changes.effects == ["half time"]

    def notify(context, about, made, changes, chosen) -> MailWay:
        changes.effects.append("mail")
        return chosen.way

    untold._monkeypatch.setattr(telling, "notify_customer", notify)
    telling._retell(untold.context, CASE, lambda: True)
    assert untold.written.pop().effects == ["mail", "half time"]
    untold.keep("notify_customer", MailWay.ALONE)
    untold.give("remind_effect", None)
    telling._retell(untold.context, CASE, lambda: True)
    assert untold.written[1].effects == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("untold_decision", None),
        ("mail_way", replace(WAY, contact=None)),
        ("mail_way", replace(WAY, way=MailWay.NOT_YET, why="listen mode")),
        ("_mended", False),
    ],
)
def test_what_still_stands_in_the_way(untold, name, value):
    untold.give("notices.of_case", [notice(failure="x", decision="d1")])
    untold.give("_mended", value=True)
    assert telling._retell(untold.context, CASE, lambda: True) is True
    untold.written.clear()
    untold.give(name, value)
    assert telling._retell(untold.context, CASE, lambda: True) is False
    assert untold.written == []


def test_what_is_told_on_the_page_alone_sets_no_deadline(untold):
    untold.give("untold_decision", decision(Measure.INFORM_DEADLINE, ends=None))
    untold.give("mail_way", replace(WAY, way=MailWay.PAGE, why="old"))
    assert telling._retell(untold.context, CASE, lambda: True)
    (changes,) = untold.written
    assert (changes.rows, changes.effects) == ([replace(CASE, handled_at=NOW)], [])


def test_only_what_failed_about_this_decision_is_asked_about(untold, monkeypatch):
    ours = notice(failure="x", decision="d1")
    untold.give(
        "notices.of_case", [ours, notice(decision="d1"), notice(failure="x", decision="d0")]
    )
    asked = []
    monkeypatch.setattr(telling, "_mended", lambda *given: asked.append(given) or True)
    relay = object()
    telling._retell(untold.context, CASE, relay)
    assert asked == [(ours, Contact(address="noc@c1.example"), relay)]


def test_every_case_is_looked_at_and_the_relay_asked_once(untold, monkeypatch):
    """Who changed one meanwhile keeps no other; what was made is counted."""
    known = [replace(CASE, id=name) for name in ("busy", "told", "not", "more")]
    limits, asked = [], []
    monkeypatch.setattr(telling.cases, "untold", lambda most: limits.append(most) or known)

    def again(context, case, relay) -> bool:
        assert context is untold.context
        if case.id == "busy":
            raise Conflict("somebody else")
        return relay() and case.id != "not"

    monkeypatch.setattr(telling, "_retell", again)
    assert telling.retell(untold.context, lambda context: asked.append(context) or True) == 2
    assert (limits, asked) == ([200], [untold.context])
