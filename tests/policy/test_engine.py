"""The engine: the sample pack's stories, the order of rules, shadow, the machine form."""

import json

import pytest
from hypothesis import given, settings

from aupkeep.model.as_json import as_json
from aupkeep.model.facts import Facts
from aupkeep.model.ladder import Evidence, Level, Measure, Standard
from aupkeep.model.ruling import Ruling, Silent, TraceStep
from aupkeep.policy import engine, packs
from aupkeep.policy.facts import parse_facts
from policy.expressions import facts as some_facts
from policy.rules import GIVEN, files, rule, sample

PACK = packs.load(sample())
AGAIN = packs.load({"version.yaml": PACK.content})
CASE = {
    "finding": {
        "kind": "connection/login_attack",
        "role": "offender",
        "spoofable": False,
        "lookalikes": [],
    },
    "holding.answer": "held",
    "target": {"port": 22, "protocol": "tcp"},
    "case": {"events": 6, "quiet_hours": 0.5},
    "resource": {"count": 1, "shared": False},
    "customer": {"protected": False, "critical": False, "reachable": True, "tags": []},
    "permission.live": False,
    "cleared.recently": False,
    "answer": {"unread": False, "disputes": False},
}
FORGED = {"evidence": {"level": 0, "telemetry": False}, "report.authenticated": False}
ONE = {"evidence": {"level": 1, "telemetry": False}, "report.authenticated": True}
TWO = {"evidence": {"level": 2, "telemetry": True}, "report.authenticated": True}
SPAM = {"finding": {"kind": "messaging/spam", "role": "offender", "spoofable": False}}


def rule_on(*parts: dict[str, object]) -> Ruling | Silent:
    merged: dict[str, object] = {}
    for part in parts:
        merged |= part
    return engine.ruling(PACK, parse_facts(merged))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([CASE, FORGED], None),
        ([CASE, FORGED, SPAM], None),
        ([CASE, ONE], "intrusion-deadline"),
        ([CASE, ONE, {"case.events": 1, "case": {}}], "intrusion-inform"),
        ([CASE, ONE, SPAM], "spam-deadline"),
        ([CASE, TWO], "intrusion-block-port"),
        ([CASE, TWO, SPAM], "spam-limit-smtp"),
        ([CASE, TWO, {"customer": {"protected": True}}], "intrusion-inform"),
        ([CASE, TWO, {"customer": {}}], "intrusion-inform"),
        ([CASE, TWO, {"report.authenticated": False}], "intrusion-block-port"),
        ([CASE, TWO, {"case": {"events": 6, "quiet_hours": 25.0}}], "intrusion-deadline"),
        ([CASE, TWO, {"holding.answer": "disputed"}], None),
        ([CASE, TWO, {"permission.live": True}], None),
        ([CASE, TWO, {"answer": {"unread": True}}], "intrusion-inform"),
        ([], None),
    ],
)
def test_the_sample_pack_tells_the_stories(parts: list[dict[str, object]], expected: str | None):
    found = rule_on(*parts)
    assert (found.rule if isinstance(found, Ruling) else None) == expected


@settings(deadline=None)
@given(some_facts)
def test_the_sample_pack_never_limits_beyond_its_evidence(given: dict[str, object]):
    found = engine.ruling(PACK, parse_facts(given))
    if isinstance(found, Silent):
        return
    level = given.get("evidence.level", 0)
    assert level >= (Evidence.E2 if found.level >= Level.L3 else Evidence.E1)
    assert given["finding.role"] == "offender"
    if found.level >= Level.L2:
        assert given["customer.protected"] is False
        assert given["customer.critical"] is False


def test_one_authenticated_reporter_may_not_limit_whatever_else_is_true():
    for level in (0, 1):
        facts = {**CASE, **TWO, "evidence": {"level": level, "telemetry": True}}
        found = engine.ruling(PACK, parse_facts(facts))
        assert isinstance(found, Silent) or found.level <= Level.L2


def _pack(*rules: dict[str, object]) -> packs.Pack:
    return packs.load(files(*rules), whole=False)


INFORM = {"measure": "inform", "scope": None, "hours": None}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule(id="a", **INFORM), rule(id="b")], "b"),
        ([rule(id="a"), rule(id="b")], "a"),
        ([rule(id="a"), rule(id="b", needs="E3", given={**GIVEN, "evidence.level": 3})], "b"),
        ([rule(id="a", status="shadow"), rule(id="b", **INFORM)], "b"),
        ([rule(id="a", status="draft"), rule(id="b", **INFORM)], "b"),
        ([rule(id="a", status="retired"), rule(id="b", **INFORM)], "b"),
        ([rule(id="a", status="shadow")], "a"),
    ],
)
def test_the_highest_live_rule_speaks(rules: list[dict[str, object]], expected: str):
    found = engine.ruling(_pack(*rules), parse_facts({**GIVEN, "evidence.level": 3}))
    assert isinstance(found, Ruling)
    assert found.rule == expected


@pytest.mark.parametrize(("status", "shadow"), [("live", False), ("shadow", True)])
def test_a_shadow_rule_is_marked_as_such(status: str, shadow: bool):  # noqa: FBT001 - a table
    found = engine.ruling(_pack(rule(status=status)), parse_facts(GIVEN))
    assert isinstance(found, Ruling)
    assert found.shadow is shadow


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_drafts_and_retired_rules_never_rule(status: str):
    pack = _pack(rule(status=status))
    assert engine.ruling(pack, parse_facts(GIVEN)) == Silent(policy=pack.digest, trace=())


def test_shadow_rules_are_told_beside_the_live_one():
    pack = _pack(rule(id="a", **INFORM), rule(id="b", status="shadow"))
    (shadow,) = engine.shadows(pack, parse_facts(GIVEN))
    assert (shadow.rule, shadow.shadow) == ("b", True)


@settings(deadline=None)
@given(some_facts)
def test_the_trace_alone_explains_why_the_rule_matched(given: dict[str, object]):
    found = engine.ruling(PACK, parse_facts(given))
    if isinstance(found, Silent):
        return
    last = {step.part: step.result for step in found.trace if step.rule == found.rule}
    assert last == {"needs": True, "when": True, "unless": False}


@settings(deadline=None)
@given(some_facts)
def test_the_same_facts_give_the_same_ruling(given: dict[str, object]):
    facts = parse_facts(given)
    assert engine.ruling(AGAIN, Facts(dict(facts.values))) == engine.ruling(PACK, facts)


def test_the_machine_form_has_nulls_where_nothing_spoke():
    told = as_json(engine.shown(rule_on(CASE, TWO)))
    silent = as_json(engine.shown(rule_on()))
    keys = ["clause", "rule", "level", "measure", "scope"]
    expected = ["intrusion", "intrusion-block-port", "L3", "block-port", "port"]
    assert [told[key] for key in keys] == expected
    assert [silent[key] for key in keys] == [None] * 5
    assert json.loads(json.dumps(told)) == told
    assert set(told) == set(silent)
    held = {step["text"] for step in silent["trace"] if step["result"] is True}
    assert held <= {"!has(target.port)"}  # what asks that a fact is absent


TAGGED = {**GIVEN, "customer": {"protected": False, "critical": False, "tags": ["reseller"]}}
WHEN = (
    "finding.role == 'offender'",
    "finding.kind == 'connection/login_attack'",
    "'reseller' in customer.tags",
    "has(target.port)",
)


def _tagged() -> tuple[packs.Pack, Facts]:
    """Two live rules, the harder one last, and a hard one on trial."""
    wide = " && ".join(WHEN)
    pack = _pack(
        rule(id="word", **INFORM),
        rule(id="port", when=wide, given=TAGGED),
        rule(id="trial", status="shadow", needs="E3", given={**GIVEN, "evidence.level": 3}),
    )
    return pack, parse_facts({**TAGGED, "evidence.level": 3})


def test_a_ruling_is_what_its_rule_says():
    """Every field of the rule that speaks, and the trace of all that were looked at."""
    pack, facts = _tagged()
    spoken = engine.ruling(pack, facts)
    assert spoken == Ruling(
        clause="intrusion",
        rule="port",
        level=Level.L3,
        measure=Measure.BLOCK_PORT,
        scope="port",
        hours=24,
        needs=Evidence.E2,
        standard=Standard.PLAIN_CONDUCT,
        notice="limit",
        policy=pack.digest,
        shadow=False,
        trace=engine.trace_of(pack, facts),
    )


def test_the_trace_names_each_part_with_what_it_read():
    """Demand, condition by condition, the whole condition, then what would hold it back."""
    pack, facts = _tagged()
    harder = pack.rules[1]
    assert engine.steps_of(harder, facts) == tuple(
        TraceStep(rule="port", part=part, text=text, result=result, read=read)
        for part, text, result, read in (
            ("needs", "evidence.level >= 2", True, (("evidence.level", 3),)),
            ("when", WHEN[0], True, (("finding.role", "offender"),)),
            ("when", WHEN[1], True, (("finding.kind", "connection/login_attack"),)),
            ("when", WHEN[2], True, (("customer.tags", ("reseller",)),)),
            ("when", WHEN[3], True, (("target.port", 22),)),
            ("when", " && ".join(WHEN), True, ()),
            ("unless", "customer.protected", False, (("customer.protected", False),)),
            ("unless", "customer.critical", False, (("customer.critical", False),)),
            ("unless", "cleared.recently", False, (("cleared.recently", False),)),
            (
                "unless",
                "customer.protected || customer.critical || cleared.recently",
                False,
                (),
            ),
        )
    )
    rules = [step.rule for step in engine.trace_of(pack, facts)]
    assert list(dict.fromkeys(rules)) == ["word", "port", "trial"]


def test_live_rules_propose_in_order_and_no_rule_on_trial_among_them():
    """The first is the one that speaks; the milder one is left for when the gate refuses it."""
    pack, facts = _tagged()
    proposed = engine.rulings(pack, facts)
    assert [(ruling.rule, ruling.shadow) for ruling in proposed] == [
        ("port", False),
        ("word", False),
    ]
    assert proposed[0] == engine.ruling(pack, facts)
    assert {ruling.trace for ruling in proposed} == {engine.trace_of(pack, facts)}
    assert {ruling.policy for ruling in proposed} == {pack.digest}


def test_a_rule_on_trial_brings_its_own_trace():
    """What it would have done is recorded with its own steps alone."""
    pack, facts = _tagged()
    (trial,) = engine.shadows(pack, facts)
    assert trial.trace == engine.steps_of(pack.rules[2], facts)
    assert (trial.rule, trial.shadow, trial.policy) == ("trial", True, pack.digest)


def test_the_machine_form_is_complete():
    """The level by its name, lists as lists, each step with what it read."""
    pack, facts = _tagged()
    shown = as_json(engine.shown(engine.ruling(pack, facts)))
    trace = shown.pop("trace")
    assert shown == {
        "clause": "intrusion",
        "rule": "port",
        "level": "L3",
        "measure": "block-port",
        "scope": "port",
    }
    tags = next(step for step in trace if step["text"] == WHEN[2] and step["rule"] == "port")
    assert tags == {
        "rule": "port",
        "part": "when",
        "text": WHEN[2],
        "result": True,
        "read": {"customer.tags": ["reseller"]},
    }
    silent = as_json(engine.shown(engine.ruling(pack, parse_facts({}))))
    assert silent.pop("trace")
    assert silent == dict.fromkeys(("clause", "rule", "level", "measure", "scope"))


def test_a_rule_that_nothing_holds_back():
    """A record needs no `unless`: the trace has none, and the rule speaks."""
    pack = _pack(
        rule(measure="record", scope=None, hours=None, unless=None, tests=[
            {"expect": "matches"},
            {"expect": "silent", "facts": {"finding.role": "victim"}},
        ])
    )  # fmt: skip
    facts = parse_facts(GIVEN)
    assert {step.part for step in engine.trace_of(pack, facts)} == {"needs", "when"}
    assert isinstance(engine.ruling(pack, facts), Ruling)
