"""How a case goes before the policy: which ruling is tried, what is written, what is said once."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, about, decision, ruling, said
from aupkeep.app.deciding import consider as room
from aupkeep.casework.reach import OwnReach
from aupkeep.enforcement.placement import NotPlaced
from aupkeep.model.case import CaseState
from aupkeep.model.decision import Decision, PortRange, Refused
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.ladder import Level, Measure
from aupkeep.policy import packs
from aupkeep.store.log import Logged
from casework import scenes
from casework.scenes import ADDRESS, CASE, NOW, OTHER, RULE
from policy.rules import files, rule

PACK = packs.load(files(rule()), whole=False)
BLOCK = ruling(Measure.BLOCK_PORT, "port", rule="close-port")
WORD = ruling(Measure.INFORM, rule="word")
NO = Refused(reason="It is frozen.", invariant=8)
WISH = scenes.proposal()


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(room, monkeypatch, tmp_path)


@pytest.fixture
def ruled(desk):
    """A policy that wants a block, then a word; the gate lets everything through."""
    desk.give("engine.shadows", [])
    desk.give("engine.rulings", [BLOCK, WORD])
    desk.give("stands", value=False)
    desk.give("_refused_before", value=False)
    desk.give("decision_changes", "changes")
    desk.keep("permit_placed", decision())
    desk.keep("propose", WISH)
    desk.keep("write")
    desk.keep("refuse")
    return desk


def test_the_first_ruling_that_the_gate_lets_through_is_written(ruled):
    """With the effect that is done by it; nothing after it is tried."""
    there = about()
    assert room._rule(ruled.context, there, PACK, "lease") == decision()
    author = room.author(PACK, BLOCK)
    ((given, more),) = ruled.calls["permit_placed"]
    assert given == (ruled.context, there, WISH, [author], there.rule_inputs)
    assert len(more["number"]) == 36
    assert ruled.calls["propose"] == [(there, PACK, BLOCK)]
    assert ruled.calls["write"] == [
        ((ruled.context, there, decision(), "changes"), {"done": "lease"})
    ]
    assert ruled.calls["refuse"] == []


def test_after_a_refusal_the_next_milder_one_may_speak(ruled):
    """Each refusal is written; the answer is the first one."""
    there, other = about(), Refused(reason="Protected.")
    answers = iter([NO, other])
    ruled._monkeypatch.setattr(room, "permit_placed", lambda *_given, **_more: next(answers))
    assert room._rule(ruled.context, there, PACK, None) == NO
    assert ruled.calls["refuse"] == [
        (ruled.context, there, WISH, room.author(PACK, BLOCK), NO),
        (ruled.context, there, WISH, room.author(PACK, WORD), other),
    ]
    assert ruled.calls["write"] == []


def test_what_was_refused_before_is_not_said_again(ruled):
    ruled.keep("permit_placed", NO)
    ruled.give("_refused_before", value=True)
    assert room._rule(ruled.context, about(), PACK, None) is None
    assert len(ruled.calls["permit_placed"]) == 2
    assert ruled.calls["refuse"] == []


@pytest.mark.parametrize("mode", ["frozen", "listen"])
def test_where_nothing_acts_nothing_milder_is_tried(ruled, mode):
    said = replace(NO, withheld=mode == "listen")
    ruled.keep("permit_placed", said)
    there = about(inputs=replace(scenes.INPUTS, **{mode: True}))
    assert room._rule(ruled.context, there, PACK, None) == said
    assert len(ruled.calls["permit_placed"]) == 1


def test_what_stands_already_is_not_decided_again(ruled):
    ruled.give("stands", value=True)
    assert room._rule(ruled.context, about(), PACK, None) is None
    assert ruled.calls["permit_placed"] == []


def test_a_refusal_is_the_answer_where_the_next_one_stands(ruled, monkeypatch):
    ruled.keep("permit_placed", NO)
    monkeypatch.setattr(room, "propose", lambda _about, _pack, ruling: ruling)
    monkeypatch.setattr(room, "stands", lambda _about, wanted: wanted is WORD)
    assert room._rule(ruled.context, about(), PACK, None) == NO
    assert len(ruled.calls["permit_placed"]) == 1


def test_a_rule_in_shadow_says_once_what_it_would_do(ruled):
    """Then the live rules speak."""
    shadow, there = replace(BLOCK, rule="trial", shadow=True), about()
    ruled.give("engine.shadows", [shadow])
    asked = []
    ruled._monkeypatch.setattr(
        room, "_refused_before", lambda *given, **more: asked.append((given, more))
    )
    refused = Refused(reason="The rule is not live: it would block-port.", withheld=True)
    answers = iter([refused, decision()])
    ruled._monkeypatch.setattr(room, "permit_placed", lambda *_given, **_more: next(answers))
    room._rule(ruled.context, there, PACK, None)
    assert asked == [((there, WISH, refused), {"ever": True})]
    written = (ruled.context, there, WISH, room.author(PACK, shadow), refused)
    assert ruled.calls["refuse"] == [written]
    assert ruled.calls["propose"][0] == (there, PACK, shadow)
    assert len(ruled.calls["write"]) == 1
    ruled.keep("permit_placed", refused)
    ruled.give("_refused_before", value=True)
    room._propose_only(ruled.context, there, PACK, shadow)
    assert ruled.calls["refuse"] == [written]


# Looking at a case


@pytest.fixture
def looked(desk):
    desk.give("cases.get", CASE)
    desk.give("load_case_context", "about")
    desk.give("adopted_policy", PACK)
    desk.keep("_rule", decision())
    desk.keep("_finish")
    return desk


def test_a_case_goes_before_the_policy(looked):
    """An effect that came to nothing is done all the same; a decision does it itself."""
    assert room.consider(looked.context, "case1", done="lease") == decision()
    assert looked.calls["_rule"] == [(looked.context, "about", PACK, "lease")]
    assert looked.calls["_finish"] == []
    for answer in (None, NO):
        looked.keep("_rule", answer)
        assert room.consider(looked.context, "case1", done="lease") == answer
    assert looked.calls["_finish"] == [("lease", looked.context)] * 2


def test_a_closed_case_or_none(looked):
    looked.give("cases.get", replace(CASE, state=CaseState.CLOSED))
    assert room.consider(looked.context, "case1") is None
    assert looked.calls["_rule"] == []
    looked.give("cases.get", None)
    with pytest.raises(Missing) as caught:
        room.consider(looked.context, "case9")
    assert str(caught.value) == "case: expected a known one, found 'case9'"


@pytest.mark.parametrize(("conflicts", "decides"), [(1, True), (2, True), (3, False)])
def test_a_case_that_others_change_meanwhile_is_looked_at_again(looked, conflicts, decides):
    """Three times at most."""
    tries = []

    def rule_on(*given: object) -> Decision:
        assert given == (looked.context, "about", PACK, "lease")
        tries.append(1)
        if len(tries) <= conflicts:
            raise Conflict("somebody else")
        return decision()

    looked._monkeypatch.setattr(room, "_rule", rule_on)
    if decides:
        assert room.consider(looked.context, "case1", done="lease") == decision()
    else:
        with pytest.raises(Conflict):
            room.consider(looked.context, "case1", done="lease")
    assert len(tries) == min(conflicts + 1, 3)


def test_an_effect_is_done_where_there_is_one(desk, monkeypatch):
    done = []
    monkeypatch.setattr(room.outbox, "done", lambda *given: done.append(given))
    room._finish(None, desk.context)
    room._finish("lease", desk.context)
    assert done == [("lease", NOW)]


# Writing


def test_a_decision_is_written_with_all_that_follows(desk):
    """Its own entry first; the case as it was seen; whatever limits is looked at once more."""
    there, made = about(), decision()
    changes = SimpleNamespace(
        case="moved", rows=["row"], entries=["more"], effects=["effect"], seen=["old"]
    )
    desk.keep("_check")
    room.write(desk.context, there, made, changes, done="lease")
    call = desk.journal.one()
    assert call["context"] is desk.context
    first, *rest = call["entries"]
    assert (first.type, first.case, first.actor) == (EntryType.DECISION_MADE, "case1", RULE)
    payload = {name: first.payload[name] for name in room.payload_of(made)}
    assert payload == room.payload_of(made)
    assert rest == ["more"]
    assert (call["rows"], call["effects"]) == (["moved", made, "row"], ["effect"])
    assert (call["seen"], call["done"]) == ([CASE, "old"], "lease")
    call["check"]()
    assert desk.calls["_check"] == [(desk.context, there, made)]
    room.write(desk.context, there, decision(Measure.INFORM), changes)
    call = desk.journal.one()
    call["check"]()
    assert (call["done"], len(desk.calls["_check"])) == (None, 1)


@pytest.fixture
def checked(desk, monkeypatch):
    """The breaker and the holders as they are when it is written."""
    desk.tripped, desk.changed, desk.asked = None, None, []
    desk.give("automation_count", "count")
    desk.give("breaker_limits", "limits")

    def trip(*given: object) -> Refused | None:
        desk.asked.append(given)
        return desk.tripped

    class Holders:
        """Who holds it now."""

        def __init__(self, *given: object) -> None:
            desk.asked.append(given)

        def refusal(self, scope: object) -> str | None:
            desk.asked.append(scope)
            return desk.changed

    monkeypatch.setattr(room, "trip", trip)
    monkeypatch.setattr(room, "CurrentHolders", Holders)
    desk.placed = ()
    monkeypatch.setattr(room, "place_measure", lambda *_: desk.placed)
    return desk


def test_a_target_that_filled_up_meanwhile_carries_nothing_more(checked):
    """Two decide at once: the second is told why; what a person does is nobody's cap."""
    checked.placed = NotPlaced(reason="target edge is full")
    with pytest.raises(
        Conflict, match="a target that carries it still, found: target edge is full"
    ):
        room._check(checked.context, about(), decision())
    checked.placed = NotPlaced(reason="no driver can", by_hand=True)
    room._check(checked.context, about(), decision())


def test_the_breaker_and_the_holder_are_looked_at_inside_the_transaction(checked):
    """A person's decision is not counted; each scope that is carried out is asked for."""
    there, made = about(), decision()
    room._check(checked.context, there, made)
    holders = (checked.context, NOW, there.claims)
    assert checked.asked == [(Level.L3, "c1", "count", "limits"), holders, made.scope]
    checked.asked.clear()
    room._check(checked.context, there, replace(made, author=scenes.KARI))
    assert checked.asked == [holders, made.scope]
    checked.asked.clear()
    wide = decision(Measure.ISOLATE, scope=scenes.NARROW[Measure.ISOLATE])
    room._check(checked.context, replace(there, hosts=(ADDRESS, OTHER)), wide)
    assert [scope.address for scope in checked.asked[2:]] == [ADDRESS, OTHER]
    checked.changed = "it is birch's"
    with pytest.raises(Conflict) as caught:
        room._check(checked.context, there, made)
    assert str(caught.value) == "expected vm1 to hold it still, found a change: it is birch's"
    checked.tripped = Refused(reason="Nine in the last hour.")
    with pytest.raises(Conflict, match=r"^Nine in the last hour\.$"):
        room._check(checked.context, there, made)


def test_a_refusal_is_written(desk):
    """What was wanted, by which rule of which policy, the gate's reason, and the facts."""
    there = about()
    room.refuse(desk.context, there, WISH, RULE, NO, done="lease")
    call = desk.journal.one()
    assert (call["context"], call["done"]) == (desk.context, "lease")
    assert said(call["entries"][0]) == {
        "type": EntryType.DECISION_REFUSED,
        "case": "case1",
        "by": RULE.id,
        "measure": "block-port",
        "level": "L3",
        "rule": "intrusion-block-port",
        "policy": "p1",
        "reason": "It is frozen.",
        "invariant": 8,
        "facts": there.facts.digest(),
    }
    room.refuse(desk.context, there, WISH, RULE, NO)
    assert desk.journal.one()["done"] is None


# What was said before


def logged(kind=EntryType.DECISION_REFUSED, **payload):
    known = {"rule": "intrusion-block-port", "policy": "p1", "measure": "block-port"}
    known |= {"reason": "Nine of 1000 customers: 9.", "level": "L3"}
    return Logged(index=1, entry=SimpleNamespace(type=kind, payload=known | payload))


MADE = EntryType.DECISION_MADE
BARE = Logged(index=2, entry=SimpleNamespace(type=MADE, payload={}))  # of an older version


@pytest.mark.parametrize(
    ("entries", "once", "ever"),
    [
        ([], False, False),
        ([logged()], True, True),
        ([logged(reason="Nine of 1200 customers: 12.")], True, True),
        ([logged(reason="Ten of 1000 customers: 9.")], False, False),
        ([logged(rule="another")], False, False),
        ([logged(policy="p2")], False, False),
        ([logged(measure="isolate")], False, False),
        ([logged(), logged(rule="another")], True, True),
        ([logged(), logged(reason="Another.")], False, False),
        ([logged(), logged(MADE, level="L3")], False, True),
        ([logged(), logged(MADE, level="L4")], False, True),
        ([logged(), logged(MADE, level="L2")], True, True),
        ([logged(MADE, level="L4"), logged()], True, True),
        ([logged(), BARE], True, True),
    ],
)
def test_the_same_no_to_the_same_wish(desk, monkeypatch, entries, once, ever):
    """A decision as hard in between makes it a new no; a milder one does not."""
    asked = []
    monkeypatch.setattr(
        room.log, "entries", lambda case, types: asked.append((case, types)) or entries
    )
    refused = Refused(reason="Nine of 1000 customers: 9.")
    assert room._refused_before(about(), WISH, refused) is once
    assert room._refused_before(about(), WISH, refused, ever=True) is ever
    assert asked == [("case1", (MADE, EntryType.DECISION_REFUSED))] * 2


def test_a_proposal_is_aimed_and_titled(desk):
    """By the claims that support something, under the clause of the act, within the reach."""
    there = about()
    desk.give("clause_at_act", scenes.CLAUSE)
    wish = room.propose(there, PACK, BLOCK)
    assert (wish.case, wish.clause, wish.reasons) == (CASE, scenes.CLAUSE, "Close one port")
    assert wish.scope == scenes.NARROW[Measure.BLOCK_PORT]
    assert wish.versions == there.versions("close-port", PACK.digest)
    assert (wish.measure, wish.hours, wish.needs) == (Measure.BLOCK_PORT, 24.0, BLOCK.needs)
    assert room.propose(replace(there, supporting=()), PACK, BLOCK).scope.address is None
    own = OwnReach(address=ADDRESS, ports=(PortRange(10, 19),), others=("c2/vm2",))
    shared = replace(there, inputs=replace(scenes.INPUTS, reaches=(own,)))
    assert room.propose(shared, PACK, BLOCK).scope.source_ports == PortRange(10, 19)
