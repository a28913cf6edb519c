"""What a grant let through replays by its words of then; who gives one; without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.deciding.parts import DAY, Desk, decision, ruling
from aupkeep.app.deciding import appeals, replay
from aupkeep.app.deciding import grants as granting
from aupkeep.model.errors import Forbidden, Missing
from aupkeep.model.grant import Grant, GrantKind, GrantQuestion, UnderGrant
from aupkeep.model.ladder import Measure
from casework.scenes import CASE, KARI, NOW, OLA

QUESTION = GrantQuestion(
    kind=GrantKind.ACT, case="case1", rule="intrusion-block-port", targets=("edge",)
)
MADE = decision(under=UnderGrant(grant="g1", before=2, question=QUESTION))
GRANT = Grant(
    id="g1", kind=GrantKind.ACT, rule="intrusion-block-port", target="edge", ceiling=3,
    starts=NOW - DAY, until=NOW + DAY, asked_by="kari", asked_at=NOW - 2 * DAY, reasons="so",
    granted_by="ola", granted_at=NOW - 2 * DAY,
)  # fmt: skip


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """One decision that a grant let through; nothing was said of it."""
    desk = Desk(replay, monkeypatch, tmp_path)
    desk.give("decisions.get", MADE)
    desk.give("statements.get", None)
    desk.give("notices.of_case", [])
    desk.give("_ruling_differences", ())
    return desk


@pytest.mark.parametrize(
    ("grant", "under", "words"),
    [
        (GRANT, MADE.under, ()),
        (replace(GRANT, revoked_at=NOW + DAY), MADE.under, ()),
        (None, MADE.under, ("grant g1 is not there",)),
        (
            GRANT,
            replace(MADE.under, before=3),
            ("grant: its grant allows 3 in 24 hours, and 3 were done; a person must decide",),
        ),
        (
            GRANT,
            replace(MADE.under, question=replace(QUESTION, targets=("core",))),
            ("grant: its grant is for the target edge, not core",),
        ),
        (
            replace(GRANT, until=NOW),
            MADE.under,
            ("grant: its grant ended at 2026-03-01 12:00 UTC",),
        ),
    ],
)
def test_whether_its_grant_let_it_through(desk, monkeypatch, grant, under, words):
    """By what was asked of it then; what became of the grant since is no difference."""
    monkeypatch.setattr(replay.grants, "get", {"g1": grant}.get)
    desk.give("decisions.get", replace(MADE, under=under))
    shown = replay.replay_decision(desk.context, "d1")
    assert (shown.grant, shown.granted) == ("g1", not words)
    assert (shown.differs, shown.same) == (words, not words)


def test_what_no_grant_let_through_names_none(desk):
    desk.give("decisions.get", decision())
    shown = replay.replay_decision(desk.context, "d1")
    assert (shown.grant, shown.granted, shown.same) == (None, None, True)


def test_a_decision_that_retention_took_is_asked_for_by_its_kind(desk, monkeypatch):
    desk.give("decisions.get", None)
    asked = []
    monkeypatch.setattr(replay.retention, "refuse_erased", lambda *given: asked.append(given))
    with pytest.raises(Missing):
        replay.replay_decision(desk.context, "d1")
    assert asked == [("decision", "d1")]


def test_a_rule_in_shadow_speaks_where_it_had_a_grant(monkeypatch):
    """Beside the live ones, on the facts of then; without a grant it says nothing."""
    live = ruling(Measure.INFORM, rule="another")
    shadow = ruling(MADE.measure, clause=MADE.clause, trace=MADE.trace, shadow=True)
    monkeypatch.setattr(replay, "adopted_version", lambda digest: f"pack {digest}")
    given = ("pack p1", MADE.facts)
    for name, rulings in (("rulings", (live,)), ("shadows", (shadow,))):
        monkeypatch.setattr(
            replay.engine, name, lambda *asked, r=rulings: r if asked == given else ()
        )
    assert replay._ruling_differences(MADE) == ()
    assert replay._ruling_differences(replace(MADE, under=None)) == (
        "rule intrusion-block-port does not speak",
    )
    lived = replace(MADE, versions=replace(MADE.versions, rule="another"))
    assert "does not speak" not in replay._ruling_differences(lived)[0]


def test_a_second_person_is_one_by_when_it_was_asked(tmp_path, monkeypatch):
    """Whoever made the link since may have been made for this."""
    desk = Desk(granting, monkeypatch, tmp_path)
    waits = replace(GRANT, granted_by=None, granted_at=None)
    people = {"ola": OLA, "kari": KARI}
    monkeypatch.setattr(granting, "authorised", lambda name, _act: people[name])
    desk.give("grants.get", waits)
    desk.give("_given", "given")
    desk.keep("second_person", OLA)
    assert granting.give_grant(desk.context, "g1", person="ola", maker="m1") == "given"
    assert desk.calls["second_person"] == [(desk.context, OLA, NOW - 2 * DAY, "m1")]


def test_invariant_15_whoever_made_themselves_does_not_judge(tmp_path, monkeypatch):
    desk = Desk(appeals, monkeypatch, tmp_path)
    desk.give("_decided_at", NOW - timedelta(hours=1))
    desk.give("self_made", "kari came to the desk since")
    with pytest.raises(Forbidden) as caught:
        appeals.check_untouched(desk.context, CASE, KARI, None)
    assert str(caught.value) == "refused (invariant 15): kari came to the desk since"
