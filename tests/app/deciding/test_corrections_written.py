"""A correction: which record, what rested on it, what is written; without a database."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from types import SimpleNamespace

import pytest

from app.deciding.parts import DAY, Desk, decision, said
from aupkeep.app.deciding import correct as room
from aupkeep.app.inventory.doubted import DOUBTED_REASON
from aupkeep.inventory.conflicts import describe
from aupkeep.inventory.correction import RecordChange, correct
from aupkeep.model.case import CaseState, Claim
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.holding import Assignment, Unknown
from aupkeep.model.report import Report
from aupkeep.model.subject import Subject
from casework import scenes
from casework.scenes import ADDRESS, CASE, HELD, HOUR, KARI, NOW
from notify.letters import notice

OLD = Assignment(
    id="as1",
    site="main",
    prefix=ip_network("198.51.100.7/32"),
    customer="c1",
    resource="vm1",
    start=NOW - 900 * HOUR,
    end=None,
    known_from=NOW - 900 * HOUR,
)
MADE = correct(OLD, RecordChange(customer="birch"), (), new_id="as2", now=NOW)
GONE = correct(OLD, RecordChange(removed=True), (), new_id="as2", now=NOW)
CLAIM = scenes.claim("1")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    made = Desk(room, monkeypatch, tmp_path)
    made.give("authorised", KARI)
    made.give("decisions.of_case", [decision()])
    made.give("notices.of_case", [notice()])
    made.give("recheck_effect", "recheck")
    made.give("stored.get", OLD)
    made.give("stored.same_prefix", [])
    made.give("customers.get", None)
    return made


def resting(*claims: Claim, doubted=(), case=CASE):
    return room._RestingCase(case=case, claims=list(claims), doubted=list(doubted))


def test_a_correction_is_written_with_all_that_rested_on_it(desk):
    """Old and new record, cases and reports, each as it was seen; every measure is looked at."""
    item, report = resting(CLAIM, doubted=[CLAIM]), SimpleNamespace(id="r1")
    desk.keep("_resting", [item])
    desk.keep("_reports", [(report, "again")])
    change = RecordChange(customer="birch")
    shown = room.correct_assignment(desk.context, "as1", change, person="kari", reasons="typo")
    call = desk.journal.one()
    customer, retired, fresh, case, again = call["rows"]
    assert customer == Customer(id="birch", name="birch", bare=True)
    assert retired == replace(OLD, known_until=NOW)
    assert (fresh.customer, fresh.known_from, again) == ("birch", NOW, "again")
    assert case == replace(CASE, changed_at=NOW)
    assert (call["effects"], call["seen"]) == (["recheck"], [OLD, CASE, report])
    first, flagged, changed = call["entries"]
    assert said(first) == {
        "type": EntryType.ASSIGNMENT_CORRECTED, "case": None, "by": "kari",
        "assignment": "as1", "replaced_by": fresh.id, "cases": ["case1"], "reasons": "typo",
    }  # fmt: skip
    assert (len(fresh.id), said(flagged)["reasons"]) == (36, "typo")
    assert (flagged.type, changed.type) == (EntryType.HOLDING_CORRECTED, EntryType.CASE_CHANGED)
    assert (shown.retired, shown.record, shown.cases) == ("as1", fresh.id, (CASE.reference,))
    assert (shown.was, shown.now, shown.doubted) == (describe(OLD), describe(fresh), 1)
    assert desk.calls["_reports"] == [([CLAIM], [item])]
    ((context, made),) = desk.calls["_resting"]
    assert (context, made.old, made.fresh) == (desk.context, OLD, fresh)
    with pytest.raises(Invalid) as caught:
        room.correct_assignment(desk.context, "as1", change, person="kari", reasons=" ")
    assert str(caught.value) == "reasons: expected what shows the record to be wrong, found nothing"


def test_a_record_that_was_never_so(desk):
    desk.give("_resting", [])
    gone = RecordChange(removed=True)
    shown = room.correct_assignment(desk.context, "as1", gone, person="kari", reasons="typo")
    call = desk.journal.one()
    assert call["rows"] == [replace(OLD, known_until=NOW)]
    assert said(call["entries"][0])["replaced_by"] is None
    assert (shown.record, shown.now, shown.cases, shown.doubted) == (None, None, (), 0)


def test_which_record_is_corrected(desk):
    """By its id; else the one that holds the subject then, or now."""
    desk.give("_resting", [])
    desk.give("stored.get", None)
    desk.keep("_record_at", OLD)
    change = RecordChange(customer="birch")
    given = {"person": "kari", "reasons": "typo"}
    room.correct_assignment(desk.context, "198.51.100.7", change, **given)
    then = NOW - DAY
    room.correct_assignment(desk.context, "198.51.100.7", change, **given, at=then, site="main")
    assert desk.calls["_record_at"] == [("198.51.100.7", NOW, None), ("198.51.100.7", then, "main")]


def test_words_from_outside(desk):
    """Blank words are none; `at` and `site` say which record, the others what is wrong with it."""
    desk.keep("correct_assignment", "corrected")
    words = {"at": "2026-03-01T12:00:00Z", "site": " main ", "customer": " birch ", "end": ""}
    words |= {"remove": True, "ports": None}
    given = {"person": "kari", "reasons": "typo"}
    assert room.correct_by_words(desk.context, "as1", words, **given) == "corrected"
    room.correct_by_words(desk.context, "as1", {"resource": "vm2"}, **given)
    assert desk.calls["correct_assignment"] == [
        (
            (desk.context, "as1", RecordChange(customer="birch", removed=True)),
            given | {"at": NOW, "site": "main"},
        ),
        ((desk.context, "as1", RecordChange(resource="vm2")), given | {"at": None, "site": None}),
    ]
    with pytest.raises(Invalid, match=r"^at: expected RFC 3339"):
        room.correct_by_words(desk.context, "as1", {"at": "noon"}, **given)


NARROW = replace(OLD, id="n1", port_from=100, port_to=199)
WIDE = replace(OLD, id="w1", prefix=ip_network("198.51.100.0/24"))


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("198.51.100.7", [OLD, WIDE], "as1"),
        ("198.51.100.7", [WIDE], "w1"),
        ("198.51.100.7:100", [NARROW, replace(NARROW, id="n2", port_from=200, port_to=299)], "n1"),
        ("198.51.100.7:199", [NARROW, WIDE], "n1"),
        ("198.51.100.7:200", [NARROW, WIDE], "w1"),
        ("198.51.100.7:99", [NARROW, WIDE], "w1"),
        ("198.51.100.7", [replace(OLD, known_until=NOW), WIDE], "w1"),
        ("198.51.100.7", [replace(OLD, end=NOW), WIDE], "w1"),
    ],
)
def test_the_narrowest_record_that_holds_it(desk, monkeypatch, text, known, expected):
    asked = []
    monkeypatch.setattr(room.stored, "covering", lambda *given: asked.append(given) or known)
    assert room._record_at(text, NOW, "main").id == expected
    assert asked == [(ADDRESS, "main")]


def test_no_record_or_several(desk):
    desk.give("stored.covering", [])
    with pytest.raises(Missing) as caught:
        room._record_at("198.51.100.7", NOW, None)
    assert str(caught.value) == (
        "198.51.100.7: expected a record that holds it at 2026-03-01T12:00:00+00:00, found none"
    )
    two = [NARROW, replace(NARROW, id="n2", port_from=200, port_to=299)]
    desk.give("stored.covering", [*two, WIDE])
    with pytest.raises(Invalid) as several:
        room._record_at("198.51.100.7", NOW, None)
    assert str(several.value) == (
        "198.51.100.7: expected one record, found several; name one by its id: "
        f"{describe(two[0])}; {describe(two[1])}"
    )
    desk.give("parse_subject", Subject(url="x"))
    with pytest.raises(Invalid) as named:
        room._record_at("s" * 99, NOW, None)
    assert str(named.value) == (
        f"expected an address or the id of an assignment, found {'s' * 60!r}"
    )


@pytest.mark.parametrize(
    ("looks", "claim", "rests", "doubted"),
    [
        ((False, False), CLAIM, 1, 0),  # the record is named as its proof
        ((True, True), CLAIM, 1, 1),
        ((False, False), replace(CLAIM, held=replace(HELD, assignment="x")), 0, 0),
        ((True, False), replace(CLAIM, held=replace(HELD, assignment="x")), 1, 0),
        (
            (True, True),
            scenes.claim(held=replace(HELD, assignment="x"),
                         subject=Subject(address=ip_address("192.0.2.1"))),
            0,
            0,
        ),
        (
            (True, True),
            scenes.claim(held=replace(HELD, assignment="x"), subject=Subject(url="https://x")),
            0,
            0,
        ),
    ],
)  # fmt: skip
def test_what_rested_on_the_record(desk, monkeypatch, looks, claim, rests, doubted):
    """Claims that it proves, and those at its addresses whose holder is another one now."""
    desk.give("stored.covering", [OLD, replace(OLD, id="o", customer="fir", resource="vm9")])
    desk.give("stored.own_space", [])
    asked = []
    monkeypatch.setattr(
        room.cases,
        "claims_of_holders",
        lambda given: asked.append(given) or [(CASE, claim)] * 2,
    )
    monkeypatch.setattr(room._Review, "look", lambda *_given: looks)
    found = room._resting(desk.context, MADE)
    assert asked == [{("c1", "vm1"), ("fir", "vm9"), ("birch", "vm1")}]
    assert [(item.case, item.claims, item.doubted) for item in found] == (
        [(CASE, [claim] * 2, [claim] * 2 * doubted)] if rests else []
    )


def test_each_case_that_rested_on_it(desk, monkeypatch):
    """Also after a claim that did not; each case once, with its own claims."""
    desk.give("stored.covering", [OLD])
    desk.give("stored.own_space", [])
    apart = scenes.claim(held=replace(HELD, assignment="x"), subject=Subject(url="https://x"))
    second = replace(CASE, id="case2")
    known = [(CASE, apart), (CASE, CLAIM), (second, CLAIM)]
    monkeypatch.setattr(room.cases, "claims_of_holders", lambda _holders: known)
    monkeypatch.setattr(room._Review, "look", lambda *_given: (True, True))
    found = room._resting(desk.context, MADE)
    assert [(item.case, item.claims) for item in found] == [(CASE, [CLAIM]), (second, [CLAIM])]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (HELD, replace(HELD, customer="birch"), (True, True)),
        (HELD, HELD, (True, False)),
        (HELD, replace(HELD, assignment="as2"), (True, False)),
        (replace(HELD, assignment="x"), HELD, (False, False)),
        (replace(HELD, assignment="x"), Unknown(), (True, True)),
        (Unknown(), Unknown(), (False, True)),
        (Unknown(), HELD, (False, False)),
    ],
)
def test_whether_a_claim_is_in_doubt(desk, monkeypatch, before, after, expected):
    """It rests on the old record, or the new one takes its holder away."""
    desk.give("stored.own_space", "own")
    desk.give("claim_site", "main")
    known, asked = [OLD], []
    looked = []
    monkeypatch.setattr(room.stored, "covering", lambda one: looked.append(one) or known)

    def holder_at(records, own, subject, at, **more) -> object:
        asked.append((list(records), own, subject, at, more))
        return before if list(records) == known else after

    monkeypatch.setattr(room, "holder_at", holder_at)
    review = room._Review(desk.context, MADE)
    assert review.look(CLAIM, ADDRESS) == expected
    assert review.look(CLAIM, ADDRESS) == expected
    assert looked == [ADDRESS]
    tolerance = float(desk.context.settings.deciding.tolerance)
    how = {"exact": 1.0, "site": "main", "tolerance": tolerance}
    there = ("own", CLAIM.finding.subject, CLAIM.at, how)
    assert asked[:2] == [(known, *there), (MADE.apply(known), *there)]
    assert review.look(CLAIM, None) == (True, True)
    asked.clear()
    review.look(replace(CLAIM, finding=replace(CLAIM.finding, at=None)), ADDRESS)
    assert [(item[3], item[4]["exact"]) for item in asked] == [(CLAIM.at, 86_400.0)] * 2


@pytest.mark.parametrize(
    ("item", "made", "words"),
    [
        (
            resting(CLAIM, CLAIM, doubted=[CLAIM]),
            MADE,
            (
                "the record under 2 claims was corrected: birch/vm1 by now; "
                "1 of them count no more until a person attributes them anew"
            ),
        ),
        (
            resting(CLAIM),
            MADE,
            (
                "the record under 1 claim was corrected: birch/vm1 by now; "
                "they are still this holder's"
            ),
        ),
        (
            resting(CLAIM),
            GONE,
            "the record under 1 claim was corrected: nobody by now; they are still this holder's",
        ),
    ],
)
def test_what_the_case_says(desk, item, made, words):
    case, (flagged, changed) = room._flag(desk.context, item, made, KARI, "typo")
    assert case == replace(CASE, changed_at=NOW)
    assert said(flagged) == {
        "type": EntryType.HOLDING_CORRECTED,
        "case": "case1",
        "by": "kari",
        "assignment": "as1",
        "replaced_by": made.fresh and "as2",
        "claims": [claim.id for claim in item.claims],
        "doubted": [claim.id for claim in item.doubted],
        "decisions": ["d1"],
        "notices": ["n1"],
        "reasons": "typo",
    }
    assert said(changed) == {
        "type": EntryType.CASE_CHANGED, "case": "case1", "by": "kari", "why": words,
    }  # fmt: skip
    assert flagged.case == changed.case == "case1"


@pytest.mark.parametrize(
    ("state", "doubted", "expected"),
    [
        (CaseState.WAITING, True, CaseState.OPEN),
        (CaseState.WAITING, False, CaseState.WAITING),
        (CaseState.ANSWERED, True, CaseState.ANSWERED),
        (CaseState.CLOSED, True, CaseState.CLOSED),
    ],
)
def test_a_case_that_waits_on_a_doubted_claim_is_open(desk, state, doubted, expected):
    """A closed one is not changed at all."""
    due = NOW + DAY if state is CaseState.WAITING else None
    before = replace(CASE, state=state, deadline_at=due)
    item = resting(CLAIM, doubted=[CLAIM] if doubted else [], case=before)
    case, _ = room._flag(desk.context, item, MADE, KARI, "typo")
    assert case.state is expected
    assert case.changed_at == (CASE.changed_at if state is CaseState.CLOSED else NOW)
    assert case.deadline_at == (None if doubted else due)


def test_the_reports_behind_doubted_claims_wait(desk, monkeypatch):
    """Each in the inbox, with the command that settles it; one that was done is open again."""
    own = scenes.claim("2", source="detector:logins")
    item = resting(CLAIM, own, doubted=[CLAIM, own])
    report = Report(id="report 1", raw="x", at=NOW, reading=None, done_at=NOW)
    asked = []
    monkeypatch.setattr(
        room.reports, "by_ids", lambda names: asked.append(names) or {"report 1": report}
    )
    word = f"aupkeep case reattribute {CASE.reference}"
    reason = f"{DOUBTED_REASON}: look at case {CASE.reference}, then {word}"
    again = replace(report, inbox_reason=reason, done_at=None)
    assert room._reports([CLAIM, own], [item]) == [(report, again)]
    assert asked == [{"report 1"}]


def test_a_customer_nobody_knows_yet_is_bare(desk):
    assert room._bare(None) == []
    assert room._bare(MADE.fresh) == [Customer(id="birch", name="birch", bare=True)]
    desk.give("customers.get", scenes.CUSTOMER)
    assert room._bare(MADE.fresh) == []
