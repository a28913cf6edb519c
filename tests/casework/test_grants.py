"""What an install that listens may say or do: only what a live grant allows (casework.grants)."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.grants import Granting, Withheld, covers, in_share, judge, scope_words
from aupkeep.casework.lift import lift
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantQuestion, GrantScope, GrantState
from aupkeep.model.ladder import Level, Measure
from casework.scenes import CASE, CLAUSE, INPUTS, KARI, NOW, OLA, RULE, VERSIONS, ask, proposal

DAY = timedelta(days=1)
TOLD = Grant(
    id="g1",
    kind=GrantKind.NOTICES,
    rule=ALL,
    starts=NOW - DAY,
    until=NOW + DAY,
    asked_by=KARI.id,
    asked_at=NOW - 2 * DAY,
    reasons="Two quiet weeks.",
    granted_by=OLA.id,
    granted_at=NOW - DAY,
)
ACTS = replace(TOLD, id="g2", kind=GrantKind.ACT, rule=VERSIONS.rule, target="edge", ceiling=2)
QUESTION = GrantQuestion(
    kind=GrantKind.ACT,
    case=CASE.id,
    rule=VERSIONS.rule,
    targets=("edge",),
    addresses=(ip_address("198.51.100.7"),),
    tier="gold",
    tags=frozenset({"friend"}),
)


def listening(*grants: Grant, **known):
    """The scene's inputs on an install that listens, with these grants."""
    granting = Granting(grants=grants, **({"targets": ("edge",)} | known))
    return replace(INPUTS, listen=True, granting=granting)


def test_with_its_grant_a_rule_limits():
    """The decision names the grant, how many it had had, and what was asked of it."""
    made = ask(proposal(), inputs=listening(TOLD, ACTS, used={"g2": 1}))
    assert isinstance(made, Decision)
    assert (made.under.grant, made.under.before, made.under.question.targets) == (
        "g2",
        1,
        ("edge",),
    )


def test_the_ceiling_hands_it_to_a_person():
    """The third of two is refused with the reason; a person may do it on the same target."""
    spent = listening(TOLD, ACTS, used={"g2": 2})
    refused = ask(proposal(), inputs=spent)
    assert refused == Refused(
        withheld=True,
        reason="Listen mode: block-port was proposed, not done: its grant allows 2 in 24 hours,"
        " and 2 were done; a person must decide.",
        person=True,
    )
    assert isinstance(ask(proposal(), (KARI,), inputs=spent), Decision)


def test_nobody_is_limited_who_may_not_be_told():
    """Without notices to this customer a rule's grant to act is worth nothing."""
    gold = replace(TOLD, scope=GrantScope.TIER, value="gold")
    refused = ask(proposal(), inputs=listening(gold, ACTS))
    assert refused.reason.endswith("nobody may be told: its grant is for tier gold only.")
    assert ask(proposal(), inputs=listening(ACTS)).reason.endswith("proposed, not done.")


def test_a_rule_in_shadow_has_a_grant_of_its_own():
    """What all rules may say it may not; on an install that does not listen too."""
    trial = replace(TOLD, id="g4", rule=VERSIONS.rule)
    word = proposal(Measure.INFORM, shadow=True)
    for inputs in (listening(TOLD), replace(INPUTS, granting=Granting(grants=(TOLD,)))):
        assert isinstance(ask(word, inputs=inputs), Refused)
        with_trial = replace(inputs.granting, grants=(TOLD, trial))
        made = ask(word, inputs=replace(inputs, granting=with_trial))
        assert made.under.grant == "g4"


def test_where_nothing_is_withheld_a_trial_needs_its_own_grant_alone():
    """On an install that does not listen the customer may be told anyhow."""
    wanted = proposal(shadow=True)
    live = replace(INPUTS, granting=Granting(grants=(ACTS,), targets=("edge",)))
    assert ask(wanted, inputs=live).under.grant == "g2"
    assert isinstance(ask(wanted, inputs=listening(ACTS)), Refused)


def test_what_needs_no_grant_names_none():
    """On an install that does not listen, of a record, and of a lift, whatever grants there are."""
    grants = (TOLD, ACTS, replace(ACTS, id="g3", kind=GrantKind.PEOPLE))
    live = replace(INPUTS, granting=Granting(grants=grants, targets=("edge",)))
    made = ask(proposal(), inputs=live)
    assert made.under is None
    assert ask(proposal(Measure.RECORD), inputs=listening(*grants)).under is None
    undone = lift(made, CASE, CLAUSE, "why")
    lifted = ask(undone, (KARI,), replace(listening(*grants), decisions=(made,)), name="d2")
    assert (lifted.reverses, lifted.under) == ("d1", None)


def test_words_that_are_withheld_have_one_reason():
    """That nobody may be told is said of a limit."""
    gold = replace(TOLD, scope=GrantScope.TIER, value="gold")
    refused = ask(proposal(Measure.INFORM_DEADLINE), inputs=listening(gold))
    words = "inform-deadline was proposed, not done: its grant is for tier gold only."
    assert refused.reason == f"Listen mode: {words}"


def test_a_limit_counts_against_no_ceiling_of_words():
    """The notice of it counts where it is made; a ceiling of one is one."""
    full = replace(TOLD, ceiling=1)
    inputs = listening(full, replace(ACTS, ceiling=1), used={"g1": 9})
    made = ask(proposal(), inputs=inputs)
    assert (made.under.grant, made.under.before) == ("g2", 0)


def test_a_share_is_of_this_rules_cases():
    """The least share that the case is in lets it through, and one percent less does not."""
    least = next(n for n in range(1, 101) if in_share(VERSIONS.rule, CASE.id, n))
    assert 1 < least < 100
    enough, less = (replace(ACTS, share=share) for share in (least, least - 1))
    assert judge([enough], {}, QUESTION, NOW) == enough
    assert isinstance(judge([less], {}, QUESTION, NOW), Withheld)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rule": ""}, "no grant allows it"),
        ({"rule": ALL}, "no grant allows it"),
        ({"rule": "other"}, "no grant allows it"),
        ({"target": ""}, "its grant is for the target , not edge"),
        ({"target": "core"}, "its grant is for the target core, not edge"),
        ({"granted_at": None}, "its grant waits for a second person"),
        ({"starts": NOW + DAY / 2}, "its grant begins at 2026-03-02 00:00 UTC"),
        ({"until": NOW}, "its grant ended at 2026-03-01 12:00 UTC"),
        ({"revoked_at": NOW}, "its grant was revoked"),
        (
            {"scope": GrantScope.PREFIX, "value": "198.51.100.8/32"},
            "its grant is for prefix 198.51.100.8/32 only",
        ),
        ({"scope": GrantScope.PREFIX, "value": "a word"}, "its grant is for prefix a word only"),
        ({"scope": GrantScope.TIER, "value": ""}, "its grant is for tier  only"),
        ({"scope": GrantScope.TAG, "value": "foe"}, "its grant is for tag foe only"),
    ],
)
def test_what_does_not_fit_is_withheld_with_its_reason(change, why):
    """And lets through what fits: the same grant without the change."""
    assert judge([ACTS], {}, QUESTION, NOW) == ACTS
    assert judge([replace(ACTS, **change)], {}, QUESTION, NOW) == Withheld(reason=why)


@pytest.mark.parametrize(
    ("kind", "rule", "why"),
    [
        (GrantKind.NOTICES, "", f"its grant is for the rule {VERSIONS.rule} only"),
        (GrantKind.NOTICES, "other", "no grant allows it"),
        (GrantKind.ACT, "", "no grant allows it"),
    ],
)
def test_a_person_alone_is_told_for_which_rule_a_grant_of_notices_is(kind, rule, why):
    """Another rule has none at all."""
    grant = replace(ACTS, kind=kind, target="")
    question = replace(QUESTION, kind=kind, rule=rule)
    assert judge([grant], {}, question, NOW) == Withheld(reason=why)


@pytest.mark.parametrize(
    ("scope", "value"),
    [
        (GrantScope.PREFIX, "198.51.100.0/24"),
        (GrantScope.TIER, "gold"),
        (GrantScope.TAG, "friend"),
    ],
)
def test_unknown_lies_outside_every_scope(scope, value):
    """Known it is inside; without address, tier or tag nobody is."""
    scoped = replace(ACTS, scope=scope, value=value)
    assert judge([scoped], {}, QUESTION, NOW) == scoped
    unknown = replace(QUESTION, addresses=(), tier=None, tags=frozenset())
    assert isinstance(judge([scoped], {}, unknown, NOW), Withheld)
    both = replace(QUESTION, addresses=(*QUESTION.addresses, ip_address("203.0.113.1")))
    if scope is GrantScope.PREFIX:
        assert isinstance(judge([scoped], {}, both, NOW), Withheld)


def test_people_may_where_a_rule_may():
    """Neither ceiling nor share bind a person; the target does."""
    person = replace(QUESTION, kind=GrantKind.PEOPLE, rule="")
    narrow = replace(ACTS, share=1, ceiling=1)
    assert judge([narrow], {"g2": 9}, person, NOW) == narrow
    assert isinstance(judge([narrow], {}, replace(person, targets=("core",)), NOW), Withheld)
    assert isinstance(judge([narrow], {}, replace(person, targets=()), NOW), Withheld)


def test_of_several_the_oldest_that_allows_it_does():
    """By when each was given, else asked for; then by its id."""
    older = replace(ACTS, id="g9", granted_at=NOW - 2 * DAY)
    twin = replace(older, id="g8")
    everything = replace(older, id="g7", kind=GrantKind.EVERYTHING, granted_at=NOW - 3 * DAY)
    assert judge([ACTS, older], {}, QUESTION, NOW) == older
    assert judge([ACTS, older, twin], {}, QUESTION, NOW) == twin
    assert judge([ACTS, everything, older], {}, QUESTION, NOW) == everything
    over = replace(older, until=NOW)
    assert judge([over, ACTS], {}, QUESTION, NOW) == ACTS
    waits = replace(ACTS, id="g6", granted_at=None, asked_at=NOW - 5 * DAY)
    twice = [replace(waits, target="core"), replace(waits, id="g5", until=NOW)]
    assert judge(twice, {}, QUESTION, NOW).reason.startswith("its grant ended")


def test_why_not_is_the_word_of_the_grant_that_came_furthest():
    """The first of those that came as far; a person is called for the ceiling alone."""
    narrow = replace(ACTS, id="g5", scope=GrantScope.TAG, value="foe")
    full = replace(ACTS, id="g6", ceiling=1)
    other = replace(ACTS, id="g1", target="core")
    far = replace(ACTS, id="g3", target="far")
    spent = Withheld(
        reason="its grant allows 1 in 24 hours, and 1 were done; a person must decide",
        person=True,
    )
    assert judge([other, narrow, full], {"g6": 1}, QUESTION, NOW) == spent
    assert judge([full, narrow, other], {"g6": 1}, QUESTION, NOW) == spent
    core = "its grant is for the target core, not edge"
    assert judge([far, other], {}, QUESTION, NOW) == Withheld(reason=core)
    assert judge([], {}, QUESTION, NOW) == Withheld(reason="no grant allows it")


def test_the_words_of_targets_and_shares():
    """Each target once, by name; what is not known is said so."""
    for targets, found in (
        (("edge", "core", "core"), "core, edge"),
        ((), "an unknown target"),
    ):
        asked = replace(QUESTION, targets=targets)
        words = f"its grant is for the target edge, not {found}"
        assert judge([ACTS], {}, asked, NOW) == Withheld(reason=words)
    everywhere = replace(ACTS, target=ALL)
    assert judge([everywhere], {}, replace(QUESTION, targets=()), NOW) == everywhere
    none = replace(ACTS, share=0)
    words = "its grant takes 0 % of the cases, and not this one"
    assert judge([none], {}, QUESTION, NOW) == Withheld(reason=words)


def test_everything_has_neither_rule_nor_share_nor_ceiling():
    """Of any kind that is asked; a kind beside it allows nothing."""
    everything = replace(ACTS, kind=GrantKind.EVERYTHING, rule="", target=ALL, share=0, ceiling=1)
    for kind in set(GrantKind) - {GrantKind.EVERYTHING}:
        asked = replace(QUESTION, kind=kind)
        assert judge([everything], {"g2": 9}, asked, NOW) == everything
        served = {GrantKind.PEOPLE: {kind, GrantKind.ACT}}.get(kind, {kind})
        for other in set(GrantKind) - served - {GrantKind.EVERYTHING}:
            grant = replace(ACTS, kind=other, rule=VERSIONS.rule, share=100, ceiling=None)
            allowed = isinstance(judge([grant], {}, asked, NOW), Grant)
            assert allowed is (kind is GrantKind.PEOPLE and other is GrantKind.ACT)


def test_all_rules_may_speak_and_none_may_act_for_all():
    """A mail of no rule is no rule's."""
    speaks = replace(QUESTION, kind=GrantKind.NOTICES)
    assert judge([TOLD], {}, speaks, NOW) == TOLD
    assert judge([TOLD], {}, replace(speaks, rule=""), NOW) == TOLD
    assert judge([TOLD], {}, replace(speaks, targets=()), NOW) == TOLD
    named = replace(TOLD, rule="")
    assert judge([named], {}, replace(speaks, rule=""), NOW) == Withheld(
        reason="no grant allows it"
    )


def test_a_person_is_told_which_rule_has_the_grant_and_held_by_no_ceiling():
    """The words of a person are nobody's rule; of a rule's own reason nothing else is said."""
    speaks = replace(QUESTION, kind=GrantKind.NOTICES, rule="")
    named = replace(TOLD, rule="spam-inform")
    said = judge([named], {}, speaks, NOW)
    assert said == Withheld(reason="its grant is for the rule spam-inform only")
    full = replace(TOLD, ceiling=1)
    assert judge([full], {full.id: 1}, speaks, NOW) == full


def test_whom_a_grant_is_about_in_words():
    assert scope_words(ACTS) == "everybody"
    assert scope_words(replace(ACTS, scope=GrantScope.TIER, value="gold")) == "tier gold"
    assert covers(ACTS, replace(QUESTION, addresses=()))


def test_a_case_is_in_a_share_by_its_digest():
    """The first eight bytes, modulo a hundred: so that another version of ours says the same."""
    assert [in_share("r", "case", share) for share in (26, 27)] == [False, True]


def test_a_share_of_one_half_takes_about_half():
    taken = sum(in_share("r", f"case {number}", 50) for number in range(1000))
    assert 450 < taken < 550


@given(st.text(max_size=9), st.text(max_size=9), st.integers(1, 100), st.integers(1, 100))
def test_a_larger_share_has_all_of_the_smaller(rule, case, one, other):
    """So that promoting a rule takes no case from it, and replaying gives the same answer."""
    less, more = sorted((one, other))
    assert in_share(rule, case, more) or not in_share(rule, case, less)
    assert in_share(rule, case, 100)


moments = st.integers(-40, 40).map(lambda hours: NOW + timedelta(hours=hours))
some_grants = st.lists(
    st.builds(
        lambda kind, rule, begins, long, given_at, revoked, ceiling, scope, target, number: Grant(
            id=f"g{number}",
            kind=kind,
            rule=rule,
            target=target,
            scope=scope[0],
            value=scope[1],
            ceiling=ceiling,
            starts=begins,
            until=begins + timedelta(hours=long),
            asked_by=KARI.id,
            asked_at=NOW - 9 * DAY,
            reasons="drawn",
            granted_by=OLA.id if given_at else None,
            granted_at=given_at,
            revoked_at=revoked,
        ),
        st.sampled_from(GrantKind),
        st.sampled_from(["", ALL, VERSIONS.rule, "other"]),
        moments,
        st.integers(1, 50),
        st.none() | moments,
        st.none() | moments,
        st.none() | st.integers(1, 3),
        st.sampled_from(
            [
                (GrantScope.ALL, ""),
                (GrantScope.PREFIX, "198.51.100.0/24"),
                (GrantScope.PREFIX, "203.0.113.0/24"),
                (GrantScope.TIER, "gold"),
            ]
        ),
        st.sampled_from(["", "edge", "core", ALL]),
        st.integers(0, 3),
    ),
    max_size=5,
    unique_by=lambda grant: grant.id,
)


@given(
    some_grants,
    st.dictionaries(st.sampled_from(["g0", "g1", "g2", "g3"]), st.integers(0, 4)),
    st.sampled_from([Measure.INFORM, Measure.INFORM_DEADLINE, Measure.BLOCK_PORT]),
    st.sampled_from([RULE, KARI]),
    st.sampled_from([(), ("edge",), ("core", "edge")]),
)
def test_invariant_06_nothing_leaves_without_a_live_grant_of_its_step(
    grants, used, measure, author, targets
):
    """Whatever the grants, what the gate lets through rests on a live one that names it."""
    inputs = listening(*grants, used=used, targets=targets)
    made = ask(proposal(measure), (author,), inputs=inputs)
    if isinstance(made, Refused):
        return
    grant = next(grant for grant in grants if grant.id == made.under.grant)
    assert grant.state(NOW) is GrantState.LIVE
    assert grant.scope is GrantScope.ALL or grant.value == "198.51.100.0/24"
    if made.level > Level.L2:
        assert grant.kind in {GrantKind.ACT, GrantKind.PEOPLE, GrantKind.EVERYTHING}
        assert grant.target == ALL or set(targets) == {grant.target}
        told = {GrantKind.NOTICES, GrantKind.EVERYTHING}
        assert any(other.kind in told and other.live(NOW) for other in grants)
    if author is RULE and grant.kind is GrantKind.ACT:
        assert grant.rule == VERSIONS.rule
    if author is RULE and grant.ceiling is not None and grant.kind is not GrantKind.EVERYTHING:
        assert used.get(grant.id, 0) < grant.ceiling


@given(some_grants, moments, moments)
def test_what_ended_allows_nothing_new(grants, one, other):
    """Where every grant is over at a moment, no later one allows anything."""
    first, later = sorted((one, other))
    over = {GrantState.ENDED, GrantState.REVOKED}
    gone = [grant for grant in grants if grant.state(first) in over]
    assert isinstance(judge(gone, {}, QUESTION, later), Withheld)
