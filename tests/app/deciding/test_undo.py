"""All that one rule version did is listed and lifted together (invariant 11)."""

from datetime import timedelta

import pytest

from app import kernel
from app.conftest import JUST_NOW
from app.steps import guess, post
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.extend import extend_action
from aupkeep.app.deciding.policy_versions import adopted_policy, adopted_version
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.deciding.undo import undo_action, undo_made
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, decisions, log

RULE = "intrusion-block-port"


@pytest.fixture
def case(furnished):
    """A rule closed two ports of one machine, and a person isolated it."""
    post(furnished, guess("203.0.113.10", JUST_NOW))
    (found,) = post(furnished, guess("203.0.113.10", JUST_NOW + timedelta(minutes=1), port=3389))
    isolate = {"measure": "isolate", "hours": 2, "reasons": "It goes on."}
    decide_case(furnished, found.reference, people=("ada",), **isolate)
    return found


def lines(case, **changes: object) -> list[dict[str, object]]:
    """The two automatic actions as they are listed, changed as asked."""
    policy = decisions.of_case(case.id)[0].versions.policy
    return [
        {
            "action": action.id,
            "case": case.reference,
            "measure": "block-port",
            "state": "wanted",
            "rule": RULE,
            "policy": policy,
            "until": show_moment(action.until),
            **changes,
        }
        for action in actions.of_case(case.id)
        if action.automatic
    ]


def of(policy: str, rule: str | None = RULE) -> MadeBy:
    """What the rule did alone under a policy version."""
    return MadeBy(rule=rule, policy=policy, automatic=True)


def test_the_actions_of_a_version_are_listed(furnished, case):
    """By rule and hash, or its beginning in either case; people's acts are not among them."""
    digest = decisions.of_case(case.id)[0].versions.policy

    def listed(made: MadeBy) -> list[str]:
        return [measure.action for measure in list_measures(furnished, made=made)]

    own = [line["action"] for line in lines(case)]
    for policy in (digest, digest[:8], digest.upper()):
        assert listed(of(policy)) == own
    assert listed(of("0" * 8)) == listed(of(digest, "another")) == []
    everything = listed(MadeBy(driver=kernel.NAME))
    assert len(everything) == 3
    assert set(own) < set(everything)


def test_a_version_is_lifted_together(furnished, case):
    """Each action with the decision that lifts it; what is lifted already is left alone."""
    digest = decisions.of_case(case.id)[0].versions.policy
    gone, stands = (line["action"] for line in lines(case))
    undo_action(furnished, gone, reason="earlier", person="ada")
    (lift,) = as_json(undo_made(furnished, of(digest), reason="a bad rule", person="ada"))
    made = decisions.of_case(case.id)[-1]
    assert lift == {**lines(case)[1], "state": "lifting", "lifted_by": made.id, "error": None}
    assert (lift["action"], made.reasons, made.author.id) == (stands, "a bad rule", "ada")
    with pytest.raises(Missing) as caught:
        undo_made(furnished, of(digest), reason="again", person="ada")
    assert str(caught.value) == (
        f"rule {RULE}, policy {digest[:60]}: expected actions that stand, found none"
    )
    people = undo_made(furnished, MadeBy(driver=kernel.NAME), reason="all of it", person="ada")
    assert [row.measure for row in people] == [Measure.ISOLATE]


def test_one_that_cannot_be_lifted_keeps_no_other(furnished, case):
    """Its line says why; without a reason the gate refuses each."""
    digest = decisions.of_case(case.id)[0].versions.policy
    lifts = as_json(undo_made(furnished, of(digest), reason=" ", person="ada"))
    words = "refused: A lift needs a reason."
    assert lifts == lines(case, lifted_by=None, error=words)


def test_a_decision_comes_out_again(furnished, case):
    """The same facts under the policy as it was; a person's act by the reasons kept with it."""
    by_rule, _, by_ada = decisions.of_case(case.id)
    shown = {
        "decision": by_rule.id,
        "rule": RULE,
        "policy": by_rule.versions.policy,
        "facts": by_rule.facts.digest(),
        "same": True,
        "differs": [],
        "why": "the same facts lead to the same ruling",
    }
    replayed = as_json(replay_decision(furnished, by_rule.id))
    assert {name: replayed[name] for name in shown} == shown
    assert (replayed["ruling"], replayed["statement"]) == (True, True)
    answer = as_json(replay_decision(furnished, by_ada.id))
    assert (answer["same"], answer["differs"], answer["ruling"]) == (True, [], None)
    why = "a person's decision: the same record leads to the same words"
    assert (answer["rule"], answer["why"]) == ("person", why)
    undone = undo_made(furnished, of(shown["policy"]), reason="a test", person="ada")
    lift = as_json(replay_decision(furnished, undone[0].lifted_by))
    assert (lift["same"], lift["ruling"]) == (True, None)
    assert lift["why"] == "a lift: the same record leads to the same words"
    with pytest.raises(Missing) as caught:
        replay_decision(furnished, "q" * 99)
    assert str(caught.value) == f"decision: expected a known id, found {'q' * 60!r}"


def test_a_version_is_written_once_before_it_decides(furnished, case):
    """Its content is in the journal, and loads again."""
    pack = adopted_policy(furnished)
    written = log.entries(types=(EntryType.POLICY_ADOPTED,))
    payloads = [dict(logged.entry.payload) for logged in written]
    for payload in payloads:
        payload.pop("rows", None)
        assert payload.pop("of_case", None) is None
    assert payloads == [
        {
            "actor": {"id": "aupkeep", "kind": "system", "name": "Aupkeep"},
            "policy": pack.digest,
            "pack": pack.id,
            "content": pack.content.decode(),
        }
    ]
    assert adopted_version(pack.digest) == pack
    with pytest.raises(Missing) as caught:
        adopted_version("f" * 99)
    assert str(caught.value) == (f"policy: expected a version adopted here, found {'f' * 64!r}")


def test_what_is_extended_stays_and_the_undoing_says_so(furnished, case):
    """A colleague extended it meanwhile: who undoes the first is told what keeps it up."""
    (first,) = [action for action in actions.of_case(case.id) if not action.automatic]
    longer = extend_action(furnished, first.id, hours=9, reasons="It goes on.", person="ada")
    lifted = undo_action(furnished, first.id, reason="mended", person="bea")
    assert lifted.kept_up_by == longer.actions
    assert undo_action(furnished, *longer.actions, reason="mended", person="bea").kept_up_by == ()
