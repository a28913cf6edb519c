"""A strike written, replaced, removed and come back: the rows and entries of each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.deciding.parts import Desk, decision, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import strikes as striking
from aupkeep.app.deciding.strikes import mistaken_changes, strike_changes, unfounded_changes
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.ladder import Cause, Level
from aupkeep.model.roles import StaffAct
from aupkeep.model.strike import Strike, StrikeTier
from casework.scenes import CASE, KARI, NOW, OLA

DAY = timedelta(days=1)
STRIKE = Strike(
    id="s1",
    customer="c1",
    case="case1",
    reference="K7QF-2M9X",
    decision="d1",
    clause="intrusion",
    cause=Cause.OWN_ACT,
    tier=StrikeTier.SERIOUS,
    by="kari",
    at=NOW,
    until=NOW + 180 * DAY,
)
FOUND = decision(author=KARI, cause=Cause.OWN_ACT, level=Level.L3)
PAYLOAD = {
    "customer": "c1",
    "decision": "d1",
    "clause": "intrusion",
    "case": "case1",
}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """No strike is known."""
    desk = Desk(striking, monkeypatch, tmp_path)
    desk.keep("authorised", KARI)
    desk.give("strikes.of_case", None)
    desk.give("strikes.removed_as", [])
    desk.give("strikes.get", None)
    return desk


def removal(strike, why, by="kari"):
    """The entry that removes it."""
    return {
        "type": EntryType.STRIKE_REMOVED,
        "by": by,
        **PAYLOAD,
        "strike": strike.id,
        "decision": strike.decision,
        "tier": strike.tier.value,
        "why": why,
    }


def removed(strike, why, by="kari"):
    return replace(strike, removed_at=NOW, removed_by=by, why=why)


@pytest.mark.parametrize(
    ("level", "tier", "days"),
    [
        (Level.L1, StrikeTier.MINOR, 90),
        (Level.L3, StrikeTier.SERIOUS, 180),
        (Level.L5, StrikeTier.SEVERE, 365),
    ],
)
def test_a_finding_writes_one(desk, level, tier, days):
    """Until its tier's days are over; nothing was there before."""
    made = strike_changes(desk.context, CASE, replace(FOUND, level=level), announced=True)
    (strike,) = made.rows
    assert strike == replace(STRIKE, id=strike.id, tier=tier, until=NOW + days * DAY)
    assert len(strike.id) == 36
    (entry,) = made.entries
    assert said(entry) == {
        "type": EntryType.STRIKE_WRITTEN,
        "by": "kari",
        **PAYLOAD,
        "strike": strike.id,
        "tier": tier.value,
        "cause": "own-act",
        "until": f"{NOW + days * DAY:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert (made.seen, made.effects) == ([], [])


@pytest.mark.parametrize("changes", [{"level": Level.L0}, {"cause": Cause.UNKNOWN}])
def test_what_is_no_finding_writes_none(desk, changes):
    desk.give("strikes.of_case", STRIKE)
    made = strike_changes(desk.context, CASE, replace(FOUND, **changes), announced=True)
    assert made == ChangeSet()


def test_of_what_nobody_was_told_none_is_written(desk):
    assert strike_changes(desk.context, CASE, FOUND, announced=False) == ChangeSet()


def test_a_careful_customer_has_it_removed(desk):
    """Also where nobody is told; without one there is nothing to remove."""
    found = replace(FOUND, cause=Cause.CAREFUL)
    assert strike_changes(desk.context, CASE, found, announced=False) == ChangeSet()
    desk.give("strikes.of_case", STRIKE)
    made = strike_changes(desk.context, CASE, found, announced=False)
    assert made.rows == [removed(STRIKE, striking.CAREFUL)]
    assert made.seen == [STRIKE]
    assert [said(entry) for entry in made.entries] == [removal(STRIKE, striking.CAREFUL)]


@pytest.mark.parametrize("tier", [StrikeTier.SERIOUS, StrikeTier.SEVERE])
def test_no_milder_or_equal_finding_takes_its_place(desk, tier):
    desk.give("strikes.of_case", replace(STRIKE, tier=tier))
    assert strike_changes(desk.context, CASE, FOUND, announced=True) == ChangeSet()


@pytest.mark.parametrize("changes", [{"tier": StrikeTier.MINOR}, {"until": NOW}])
def test_a_graver_one_or_one_after_its_end_does(desk, changes):
    """The one before is removed, the new one written, in one set."""
    before = replace(STRIKE, id="s0", **changes)
    desk.give("strikes.of_case", before)
    made = strike_changes(desk.context, CASE, FOUND, announced=True)
    gone, strike = made.rows
    assert gone == removed(before, striking.SUPERSEDED)
    assert (strike.tier, strike.removed_at) == (StrikeTier.SERIOUS, None)
    assert made.seen == [before]
    assert [entry.type for entry in made.entries] == [
        EntryType.STRIKE_REMOVED,
        EntryType.STRIKE_WRITTEN,
    ]


def test_a_mistake_takes_back_what_rests_on_it(desk):
    """Only that; of another decision it stands."""
    assert mistaken_changes(desk.context, CASE, {"d1"}, OLA, "no") == ChangeSet()
    desk.give("strikes.of_case", STRIKE)
    assert mistaken_changes(desk.context, CASE, {"d2"}, OLA, "no") == ChangeSet()
    made = mistaken_changes(desk.context, CASE, {"d1", "d2"}, OLA, "no")
    assert made.rows == [removed(STRIKE, "no", "ola")]
    assert [said(entry) for entry in made.entries] == [removal(STRIKE, "no", "ola")]


MILDER = replace(removed(STRIKE, striking.SUPERSEDED), id="s0", decision="d0", until=NOW + DAY)


def test_the_milder_one_comes_back(desk):
    """As it was, with a new id; the newest of several whose decision stands."""
    desk.give("strikes.of_case", STRIKE)
    oldest = replace(MILDER, id="s9", decision="d9")
    desk.give("strikes.removed_as", [MILDER, oldest])
    made = mistaken_changes(desk.context, CASE, {"d1"}, OLA, "no")
    gone, back = made.rows
    assert gone == removed(STRIKE, "no", "ola")
    assert back == replace(MILDER, id=back.id, removed_at=None, removed_by=None, why="")
    assert len(back.id) == 36
    assert made.seen == [STRIKE]
    assert said(made.entries[1])["type"] is EntryType.STRIKE_WRITTEN


def test_the_milder_one_stays_away_where_it_was_a_mistake_too(desk):
    """It is removed for that reason, so that it never comes back; an older one does."""
    desk.give("strikes.of_case", STRIKE)
    oldest = replace(MILDER, id="s9", decision="d9")
    desk.give("strikes.removed_as", [MILDER, oldest])
    made = mistaken_changes(desk.context, CASE, {"d0", "d1"}, OLA, "no")
    assert made.rows[:2] == [removed(MILDER, "no", "ola"), removed(STRIKE, "no", "ola")]
    assert made.rows[2].decision == "d9"
    desk.give("strikes.removed_as", [MILDER])
    made = mistaken_changes(desk.context, CASE, {"d0"}, OLA, "no")
    assert made.rows == [removed(MILDER, "no", "ola")]
    assert made.seen == [MILDER]


def test_the_milder_one_stays_away_where_its_time_is_over(desk):
    desk.give("strikes.of_case", STRIKE)
    desk.give("strikes.removed_as", [replace(MILDER, until=NOW)])
    made = mistaken_changes(desk.context, CASE, {"d1"}, OLA, "no")
    assert made.rows == [removed(STRIKE, "no", "ola")]


def test_a_case_that_was_none_has_none(desk):
    assert unfounded_changes(desk.context, CASE, OLA, "no abuse") == ChangeSet()
    desk.give("strikes.of_case", STRIKE)
    made = unfounded_changes(desk.context, CASE, OLA, "no abuse")
    assert made.rows == [removed(STRIKE, "no abuse", "ola")]


def test_a_person_removes_one(desk):
    """With a reason, once, and while it counts."""
    desk.give("strikes.get", STRIKE)
    gone = striking.remove_strike(desk.context, "s1", person="kari", reasons="a new owner")
    assert gone == removed(STRIKE, "a new owner")
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([gone], [STRIKE])
    assert [said(entry) for entry in call["entries"]] == [removal(STRIKE, "a new owner")]
    assert desk.calls["authorised"] == [("kari", StaffAct.DECIDE)]


@pytest.mark.parametrize(
    ("strike", "reasons", "error", "words"),
    [
        (None, "so", Missing, f"strike: expected a known one, found {'s' * 60!r}"),
        (STRIKE, " ", Invalid, "reasons: expected why it counts no more, found nothing"),
        (
            replace(STRIKE, until=NOW),
            "so",
            Conflict,
            f"strike {'s' * 99}: expected one that counts, found that it does not",
        ),
    ],
)
def test_what_cannot_be_removed(desk, strike, reasons, error, words):
    desk.give("strikes.get", strike)
    with pytest.raises(error) as caught:
        striking.remove_strike(desk.context, "s" * 99, person="kari", reasons=reasons)
    assert str(caught.value) == words
    assert desk.journal.calls == []


def test_a_list_has_a_hundred(desk, monkeypatch):
    """Unless told otherwise, of everybody."""
    asked = []
    monkeypatch.setattr(striking.strikes, "listed", lambda *given: asked.append(given) or [])
    striking.list_strikes()
    striking.list_strikes("c1", limit=5, after="s1")
    assert asked == [(100, None, ""), (5, "s1", "c1")]
