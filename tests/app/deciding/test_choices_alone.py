"""A person's choice, what is decided on a grant, and what follows: without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from app.deciding.parts import DAY, Desk, about, decision, ruling, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import (
    appeals,
    consider,
    decide,
    decision_changes,
    manual_proposal,
    placement,
)
from aupkeep.app.notifying.mail_way import ChosenWay
from aupkeep.casework.evidence_level import Trust
from aupkeep.casework.proposal import Proposal
from aupkeep.enforcement.placement import NotPlaced, Placed
from aupkeep.model.customer import Contact
from aupkeep.model.decision import Refused
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.grant import GrantKind, GrantQuestion, UnderGrant
from aupkeep.model.ladder import Measure
from aupkeep.notify.restraint import MailWay
from aupkeep.policy import packs
from casework import scenes
from casework.scenes import CASE, HOUR, KARI, NOW, RULE
from policy.rules import files, rule

PACK = packs.load(files(rule()), whole=False)
UNDER = UnderGrant(
    grant="g1", before=0, question=GrantQuestion(kind=GrantKind.NOTICES, case="case1")
)

# What a person chooses


@pytest.fixture
def choosing(tmp_path, monkeypatch):
    desk = Desk(manual_proposal, monkeypatch, tmp_path)
    desk.give("adopted_policy", PACK)
    desk.give("clause_at_act", scenes.CLAUSE)
    monkeypatch.setattr(manual_proposal.customers, "get", {"c2": "customer"}.get)

    def choose(measure: Measure, **choice: object) -> Proposal:
        return manual_proposal.manual_proposal(desk.context, about(), measure, "so", choice)

    return choose


def refusal(choose, *given: object, **more: object) -> str:
    with pytest.raises(Invalid) as caught:
        choose(*given, **more)
    return str(caught.value)


def test_a_service_is_ended_by_its_own_command(choosing):
    assert refusal(choosing, Measure.END_SERVICE) == (
        "measure: a person ends a held service by: aupkeep termination finish CASE"
    )


def test_the_day_of_an_off_boarding(choosing):
    """Blank is none; what is no day is named."""
    made = choosing(Measure.BLOCK_PORT, hours=2, on="2026-04-01")
    assert made.on == datetime(2026, 4, 1, tzinfo=UTC)
    assert choosing(Measure.BLOCK_PORT, hours=2, on="").on is None
    assert refusal(choosing, Measure.BLOCK_PORT, hours=2, on="soon").startswith("on: expected")


@pytest.mark.parametrize(
    ("account", "kept"), [(" kari@c1.example ", "kari@c1.example"), ("c1", "c1"), ("", None)]
)
def test_an_account_is_one_of_the_customers(choosing, account, kept):
    """For what holds an account's mail; elsewhere it means nothing."""
    measure = next(iter(manual_proposal.OF_AN_ACCOUNT))
    assert choosing(measure, hours=2, account=account).scope.account == kept
    assert choosing(Measure.BLOCK_PORT, hours=2, account=account).scope.account is None


def test_another_customers_account_is_refused(choosing, monkeypatch):
    measure = next(iter(manual_proposal.OF_AN_ACCOUNT))
    words = "account: expected one that c1 has, found customer "
    assert refusal(choosing, measure, hours=2, account="c2") == f"{words}'c2'"
    monkeypatch.setattr(manual_proposal.customers, "get", {"x" * 61: "customer"}.get)
    assert refusal(choosing, measure, hours=2, account="x" * 61) == f"{words}{'x' * 60!r}"


@pytest.mark.parametrize(
    ("hours", "kept"), [(None, None), (" ", None), ("1", 1.0), (1.5, 1.5), (720, 720.0)]
)
def test_how_long_a_customer_has_to_answer(choosing, hours, kept):
    """Blank is as long as the kind gives."""
    assert choosing(Measure.INFORM_DEADLINE, hours=hours).answer_hours == kept
    assert choosing(Measure.INFORM, hours=hours).answer_hours is None


@pytest.mark.parametrize(("hours", "found"), [(0.9, "0.9"), (721, "721")])
def test_nobody_has_no_time_or_for_ever_to_answer(choosing, hours, found):
    words = f"hours: expected 1 to 720 to answer, found {found}"
    assert refusal(choosing, Measure.INFORM_DEADLINE, hours=hours) == words


@pytest.mark.parametrize("maker", [None, "s1"])
def test_whoever_made_the_token_decides_too(tmp_path, monkeypatch, maker):
    """They are looked for, and are no part of the choice."""
    desk = Desk(decide, monkeypatch, tmp_path)
    desk.give("find_case", CASE)
    desk.give("author_of", KARI)
    desk.give("load_case_context", "about")
    desk.keep("with_makers", scenes.OLA)
    desk.keep("decide_about", "made")
    more = {"measure": "inform"} | ({"maker": maker} if maker else {})
    assert decide.decide_case(desk.context, "R", people=("kari",), reasons="so", **more) == "made"
    assert desk.calls["with_makers"] == [(desk.context, KARI, maker)]
    assert desk.calls["decide_about"] == [
        (desk.context, "about", scenes.OLA, "so", {"measure": "inform"})
    ]


def test_the_same_words_are_not_sent_twice_at_once(tmp_path):
    """By the same person, within a moment; after it they are said again."""
    desk = SimpleNamespace(now=lambda: NOW)
    wish = replace(scenes.proposal(), measure=Measure.INFORM, answer_hours=None)
    made = decision(
        Measure.INFORM, author=KARI, ends=None, clause=wish.clause.id, reasons=wish.reasons,
        cause=wish.cause, starts=NOW,
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        decide.refuse_repeat(desk, about(decisions=(made,)), KARI, wish)
    assert str(caught.value) == (
        f"case {CASE.reference}: expected something new, found that decision d1 "
        "of 2026-03-01T12:00:00Z says the same; nothing more was sent (other reasons "
        "are another decision)"
    )
    for other in (
        replace(made, starts=NOW - decide.MOMENT),
        replace(made, reasons="other"),
        replace(made, reverses="d0"),
    ):
        decide.refuse_repeat(desk, about(decisions=(other,)), KARI, wish)


# What a rule decides


def test_a_rule_in_shadow_speaks_by_a_grant_that_is_live(tmp_path, monkeypatch):
    """In the order of the ladder; the others are only written down."""
    desk = Desk(consider, monkeypatch, tmp_path)
    word = ruling(Measure.INFORM, rule="word")
    trial, idle = (ruling(Measure.BLOCK_PORT, rule=name, shadow=True) for name in ("trial", "idle"))
    desk.give("engine.rulings", (word,))
    desk.give("engine.shadows", (trial, idle))
    desk.keep("_propose_only")
    grants = [
        SimpleNamespace(rule=name, live=lambda now, until=until: now < until)
        for name, until in (("trial", NOW + HOUR), ("idle", NOW))
    ]
    inputs = replace(scenes.INPUTS, granting=replace(scenes.INPUTS.granting, grants=tuple(grants)))
    there = about(inputs=inputs)
    assert consider._speaking(desk.context, there, PACK) == [trial, word]
    assert desk.calls["_propose_only"] == [(desk.context, there, PACK, idle)]


def test_a_grant_is_looked_at_once_more_as_it_is_written(tmp_path, monkeypatch):
    desk = Desk(consider, monkeypatch, tmp_path)
    made = decision(Measure.INFORM, under=UNDER)
    desk.keep("still_granted", "")
    consider._check(desk.context, about(), made)
    assert desk.calls["still_granted"] == [(UNDER, NOW)]
    desk.keep("still_granted", "it was revoked")
    with pytest.raises(Conflict) as caught:
        consider._check(desk.context, about(), made)
    assert str(caught.value) == "expected a grant that allows it still, found: it was revoked"


def test_what_carries_it_still_is_asked_of_its_measure(tmp_path, monkeypatch):
    desk = Desk(consider, monkeypatch, tmp_path)
    desk.give("CurrentHolders", None)
    desk.keep("place_measure", NotPlaced(reason="full"))
    with pytest.raises(Conflict):
        consider._check(desk.context, about(), decision(author=KARI))
    ((context, measure, _),) = desk.calls["place_measure"]
    assert (context, measure) == (desk.context, Measure.BLOCK_PORT)


@pytest.mark.parametrize("under", [UNDER, None])
def test_the_journal_names_the_grant_of_a_decision(under):
    payload = consider.payload_of(decision(under=under))
    assert payload.get("grant") == ("g1" if under else None)
    assert ("grant" in payload) is (under is not None)


@pytest.mark.parametrize("withheld", [True, False])
def test_the_journal_says_that_an_install_only_listened(tmp_path, monkeypatch, withheld):
    desk = Desk(consider, monkeypatch, tmp_path)
    refused = Refused(reason="It listens.", withheld=withheld)
    consider.refuse(desk.context, about(), scenes.proposal(), RULE, refused)
    (entry,) = desk.journal.one()["entries"]
    assert said(entry).get("withheld") == (True if withheld else None)


def test_a_rule_aims_by_the_claims_of_who_is_trusted(monkeypatch):
    trust, asked = Trust(doubted={"mail:x.example"}), []
    there = about(inputs=replace(scenes.INPUTS, trust=trust))
    monkeypatch.setattr(consider, "founding", lambda *given: asked.append(given) or scenes.CLAIMS)
    monkeypatch.setattr(consider, "clause_at_act", lambda *_: scenes.CLAUSE)
    consider.propose(there, PACK, ruling(Measure.BLOCK_PORT, "port"))
    assert asked == [(scenes.CLAIMS, trust)]


def test_what_nothing_founds_is_refused_first(tmp_path, monkeypatch):
    desk = Desk(placement, monkeypatch, tmp_path)
    no, there, wish = Refused(reason="Nothing stands."), about(standing=()), scenes.proposal()
    desk.keep("unfounded", no)
    answer = placement.permit_placed(desk.context, there, wish, [KARI], there.inputs, number="n1")
    assert answer is no
    assert desk.calls["unfounded"] == [(wish, [KARI], there.claims, ())]


def test_who_may_judge_is_asked_for_the_time_since_it_was_decided(tmp_path, monkeypatch):
    """Who made a colleague's link, or gave themselves the role, since then."""
    desk, asked = Desk(appeals, monkeypatch, tmp_path), []
    since = NOW - DAY
    desk.give("_decided_at", since)
    desk.give("cases.open_appeals", [])
    members = [SimpleNamespace(id="s1", address="kari"), SimpleNamespace(id="s2", address="ola")]
    desk.give("staff.all", members)
    desk.give("may_second", value=True)
    desk.give("actor_for", KARI)
    desk.keep("with_makers", KARI)
    monkeypatch.setattr(
        appeals, "made_itself", lambda *given: asked.append(given) or given[0].id == "s2"
    )
    assert appeals._eligible(desk.context, CASE, frozenset()) == {"kari": 0}
    assert asked == [(member, since) for member in members]
    assert desk.calls["with_makers"] == [((desk.context, KARI), {"asked_at": since})]


# What follows


@pytest.fixture
def follows(tmp_path, monkeypatch):
    desk = Desk(decision_changes, monkeypatch, tmp_path)
    desk.keep("make_statement", "statement")
    desk.keep("answer_deadline", NOW + DAY)
    desk.give("strike_changes", ChangeSet())
    desk.give("forward_report", None)
    desk.keep("remind_effect", "half time")
    desk.give("recheck_effect", "recheck")
    return desk


@pytest.mark.parametrize("way", [MailWay.ALONE, MailWay.PAGE, MailWay.NOT_YET])
def test_time_to_answer_runs_from_when_the_mail_leaves(follows, way):
    """Its statement says until when, but where it stands on the page alone."""
    later = NOW + HOUR
    chosen = ChosenWay(way=way, why="", contact=Contact(address="noc@c1.example"), at=later)
    follows.give("mail_way", chosen)
    follows.give("notify_customer", way)
    follows.give("deadline_stopped", "stopped")
    there, made = about(), decision(Measure.INFORM_DEADLINE, ends=None)
    decision_changes.decision_changes(follows.context, there, made)
    assert follows.calls["answer_deadline"] == [(follows.context, there, made, later)]
    due = None if way is MailWay.PAGE else NOW + DAY
    assert follows.calls["make_statement"] == [(there, made, due)]
    told = [(follows.context, made, later, NOW + DAY)] if way is MailWay.ALONE else []
    assert follows.calls["remind_effect"] == told


def test_what_limits_is_a_strike_from_the_first_level_on(follows):
    """It is told by what it does; a hold has its reminders, in this install."""
    follows.keep("_want")
    follows.keep("hold_reminders", ["in a week"])
    follows.keep("strike_changes", ChangeSet())
    there, made = about(), decision(Measure.BLOCK_PORT)
    changes = decision_changes.decision_changes(follows.context, there, made)
    assert follows.calls["strike_changes"] == [((follows.context, CASE, made), {"announced": True})]
    assert follows.calls["hold_reminders"] == [(follows.context, made)]
    assert changes.effects == ["in a week"]
    record = decision(Measure.RECORD)
    decision_changes.decision_changes(follows.context, there, record)
    assert follows.calls["strike_changes"][1][1] == {"announced": False}


@pytest.mark.parametrize("names", [True, False])
def test_an_action_names_its_clause_where_its_target_does(follows, names):
    made = decision()
    part = Placed(target="edge", driver="nftables", scope=made.scope, names_clause=names)
    follows.give("place_measure", (part,))
    changes = decision_changes.decision_changes(follows.context, about(), made)
    assert [row.clause for row in changes.rows[1:]] == [made.clause if names else None]
    follows.give("place_measure", NotPlaced(reason="edge is full"))
    with pytest.raises(Conflict) as caught:
        decision_changes.decision_changes(follows.context, about(), made)
    assert str(caught.value) == "expected a target that carries it still, found: edge is full"
