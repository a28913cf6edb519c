"""Policy versions are kept, decisions replay, and one faulty version is undone as a whole."""

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, guess, post
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.policy_versions import adopted_policy, adopted_version
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.deciding.undo import undo_made
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.policies import policy_in_force, sample_files
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.made_by import MadeBy
from aupkeep.store import actions, decisions, log


def own_pack(context, **changes):
    """The operator's own pack: the sample with texts replaced."""
    context.home.policy.mkdir(exist_ok=True)
    for name, data in sample_files().items():
        text = data.decode()
        for old, new in changes.values():
            text = text.replace(old, new)
        (context.home.policy / name).write_text(text)


def adopted():
    """The digests of the versions adopted, in order."""
    found = log.entries(types=(EntryType.POLICY_ADOPTED,))
    return [one.entry.payload["policy"] for one in found]


def test_version_is_adopted_once_before_it_decides(furnished):
    """Each version stands in the journal before its first decision, and only when it changes."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    first = policy_in_force(furnished.home).digest
    consider(furnished, case.id)
    assert adopted() == [first]
    own_pack(furnished, title=("Tell the customer", "Write to the customer"))
    consider(furnished, case.id)
    second = policy_in_force(furnished.home).digest
    assert adopted() == [first, second]
    made = log.entries(case.id, types=(EntryType.DECISION_MADE,))[0].index
    assert log.entries(types=(EntryType.POLICY_ADOPTED,))[0].index < made


def test_old_version_is_executable(furnished):
    """What the journal keeps of a version loads again to the same version."""
    pack = adopted_policy(furnished)
    own_pack(furnished, title=("Tell the customer", "Write to the customer"))
    assert adopted_policy(furnished).digest != pack.digest
    assert adopted_version(pack.digest) == pack
    with pytest.raises(Missing):
        adopted_version("0" * 64)


def test_decision_replays_under_the_policy_as_it_was(furnished):
    """After the policy changed, an old decision still comes out the same."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    own_pack(
        furnished,
        end=(
            "Close one outgoing port of one resource for a day\n    status: live",
            "Close one outgoing port of one resource for a day\n    status: retired",
        ),
    )
    consider(furnished, case.id)
    (made,) = decisions.of_case(case.id)
    told = replay_decision(furnished, made.id)
    assert (told.same, told.differs) == (True, ())


def test_persons_decision_replays_by_its_reasons(furnished):
    """What a person decided has no ruling; the reasons kept with it, and its notice, come again."""
    from aupkeep.app.deciding.decide import decide_case

    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    made = decide_case(furnished, case.reference, people=("ada",), reasons="x", measure="inform")
    told = replay_decision(furnished, made.decision)
    assert (told.ruling, told.statement, told.same) == (None, True, True)


def test_invariant_11_one_version_is_lifted_together(furnished):
    """All actions of one rule version are lifted; a person's measure beside them stays."""
    from aupkeep.app.deciding.decide import decide_case

    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    post(furnished, guess("203.0.113.10", NOON, port=3389))
    decide_case(
        furnished,
        case.reference,
        people=("ada",),
        reasons="x",
        measure="block-port",
        hours=1,
        port=22,
    )
    digest = policy_in_force(furnished.home).digest
    made = MadeBy(rule="intrusion-block-port", policy=digest[:12], automatic=True)
    assert len(list_measures(furnished, made=made)) == 2
    told = undo_made(furnished, made, reason="the rule was wrong", person="ada")
    assert [one.error for one in told] == [None, None]
    states = [(one.automatic, one.state) for one in actions.of_case(case.id)]
    assert sorted(states) == [
        (False, ActionState.WANTED),
        (True, ActionState.LIFTING),
        (True, ActionState.LIFTING),
    ]
    assert verify_home(furnished).ok


def test_version_that_did_nothing_is_missing(furnished):
    """A wrong hash or a hash too short lifts nothing and says so."""
    with pytest.raises(Missing):
        undo_made(furnished, MadeBy(policy="0" * 12), reason="x", person="ada")
    with pytest.raises(Invalid):
        MadeBy(rule="intrusion-block-port", policy="")


def test_shadow_rule_is_written_down_and_does_nothing(furnished):
    """What a trial rule would have done stands in the journal once; the live rule acts."""
    own_pack(
        furnished,
        trial=(
            "Close one outgoing port of one resource for a day\n    status: live",
            "Close one outgoing port of one resource for a day\n    status: shadow",
        ),
    )
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    consider(furnished, case.id)
    refused = log.entries(case.id, types=(EntryType.DECISION_REFUSED,))
    assert [one.entry.payload["measure"] for one in refused] == ["block-port"]
    assert [one.measure.value for one in decisions.of_case(case.id)] == ["inform"]
    assert actions.of_case(case.id) == []
