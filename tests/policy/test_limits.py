"""What a rule may never do is refused before any case is touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.model.ladder import LEVELS, MEASURES, PROTECTIVE, RULE_HOURS, Evidence, Level, Measure
from aupkeep.policy import packs
from policy.rules import files, rule

INFORM = {"measure": "inform", "scope": None, "hours": None}
ISOLATE = {"measure": "isolate", "scope": "resource"}


def reasons(**changes: object) -> list[str]:
    return [problem.reason for problem in packs.check(files(rule(**changes)))]


@pytest.mark.parametrize(
    "changes",
    [{}, {"hours": 1}, INFORM, ISOLATE, {"measure": "record", "scope": None, "hours": None}],
)
def test_rules_within_the_limits_pass(changes: dict[str, object]):
    assert reasons(**changes) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"measure": "suspend-resource"}, "measure: expected a measure up to L4"),
        ({"measure": "suspend-account"}, "measure: expected a measure up to L4"),
        ({"measure": "terminate"}, "measure: expected a measure up to L4"),
        ({"measure": "intercept"}, "measure: expected a measure up to L4"),
        *(
            ({"measure": name}, f"measure: expected a measure that a rule takes, found {name}: ")
            for name in ("hold-mail", "block-mail", "off-board")
        ),
        ({"measure": "hold-mail"}, "scope: expected scope none for hold-mail, found 'port'"),
        ({"needs": "E1"}, "needs: expected needs E2 or more for L3, found E1"),
        ({**INFORM, "needs": "E0"}, "needs: expected needs E1 or more for L1, found E0"),
        ({"hours": None}, "hours: expected hours from 1 to 24 for block-port, found none"),
        ({"hours": 25}, "hours: expected hours from 1 to 24 for block-port, found 25"),
        ({**ISOLATE, "hours": 48}, "hours: expected hours from 1 to 24 for isolate, found 48"),
        ({**INFORM, "hours": 5}, "hours: expected no hours for inform, found 5"),
        (
            {"measure": "inform-deadline", "scope": None, "hours": None},
            "hours: expected hours from 1 to 720 for inform-deadline, found none",
        ),
        (
            {"measure": "limit-rate", "scope": None},
            "scope: expected scope destination or port or rate for limit-rate, found ''",
        ),
        (
            {"measure": "inform-deadline", "scope": None, "unless": "customer.protected"},
            "unless: expected customer.critical as a || alternative for L2, found none",
        ),
        ({"scope": None}, "scope: expected scope port for block-port, found ''"),
        ({"scope": "address"}, "scope: expected scope port for block-port, found 'address'"),
        ({"scope": "resource"}, "scope: expected scope port for block-port, found 'resource'"),
        ({"unless": None}, "unless: expected an unless for L3, found none"),
        ({"unless": "customer.protected"}, "unless: expected customer.critical as a ||"),
        (
            {"unless": "customer.protected && customer.critical"},
            "unless: expected customer.protected as a ||",
        ),
        (
            {"unless": "!customer.protected || customer.critical"},
            "unless: expected customer.protected as a ||",
        ),
        ({"when": "has(target.port) && harm.in_progress"}, "when: expected finding.kind == …"),
        (
            {"when": "finding.kind == 'connection/login_attack' && has(target.port)"},
            "when: expected finding.role == 'offender'",
        ),
        (
            {
                "when": "finding.kind == 'connection/login_attack' && has(target.port)"
                " && finding.role in ['offender', 'victim']"
            },
            "when: expected finding.role == 'offender'",
        ),
        (
            {"when": "finding.kind == 'connection/ddos' && finding.role == 'offender'"},
            "when: expected target.port",
        ),
        (
            {
                **ISOLATE,
                "when": "finding.kind == 'connection/ddos' && finding.role == 'offender'"
                " && (harm.in_progress || has(target.port))",
            },
            "when: expected harm.in_progress among the things that must hold at L4, found none",
        ),
        (
            {**INFORM, "when": "finding.kind in ['content/csam', 'content/phishing']"},
            "when: expected no kind of the sealed track, found 'content/csam'",
        ),
        ({"clause": "general"}, "status: expected no live rule under clause general"),
        ({"notice": None}, "notice: expected a notice"),
        ({"false_positives": None}, "false-positives: expected at least one"),
        ({"tests": [{"expect": "matches"}]}, "tests: expected a test with expect: held or silent"),
        ({"tests": None}, "tests: expected a test with expect: matches"),
    ],
)
def test_a_rule_beyond_the_limits_is_refused(changes: dict[str, object], reason: str):
    assert any(found.startswith(reason) for found in reasons(**changes)), reasons(**changes)


MAYBE_HOURS = st.one_of(st.none(), st.integers(min_value=-5, max_value=1000))
EVIDENCE = st.sampled_from([level.name for level in Evidence])


@settings(deadline=None)
@given(st.sampled_from(list(Measure)), MAYBE_HOURS, EVIDENCE)
def test_invariant_06_no_rule_restricts_without_an_expiry_it_names(
    measure: Measure, hours: int | None, needs: str
):
    scope = min(MEASURES[measure].scopes or ("none",))
    found = packs.check(files(rule(measure=measure.value, scope=scope, hours=hours, needs=needs)))
    level = LEVELS[measure]
    bounded = hours is not None and 1 <= hours <= RULE_HOURS
    if level >= Level.L3 and not bounded:
        assert found
    if not found and level >= Level.L3:
        assert level <= Level.L4
        assert Evidence[needs] >= Evidence.E2


@pytest.mark.parametrize("measure", [measure for measure in Measure if LEVELS[measure] >= Level.L3])
def test_invariant_06_no_rule_restricts_without_a_narrow_scope_it_names(measure: Measure):
    for scope in (None, "none", "address", "prefix", "all"):
        assert packs.check(files(rule(measure=measure.value, scope=scope))), scope


def protecting(measure: str, **changes: object) -> dict[str, object]:
    """The changes that make the test's rule one that protects who is attacked."""
    when = "finding.kind == 'protection/inbound_ddos' && finding.role == 'victim'"
    scope = "port" if measure == "block-inbound" else "rate"
    facts = {"finding": {"kind": "protection/inbound_ddos", "role": "victim"}}
    return {"measure": measure, "scope": scope, "when": when, "given": facts, **changes}


@pytest.mark.parametrize("measure", sorted(PROTECTIVE))
def test_what_protects_is_for_victims_alone(measure: str):
    """A rule that protects names the victim and kinds of protection; any other names no victim."""
    words = f"for {measure}, found"
    assert not [reason for reason in reasons(**protecting(measure)) if reason.startswith("when")]
    offender = "finding.kind == 'protection/inbound_ddos' && finding.role == 'offender'"
    either = "finding.kind == 'protection/inbound_ddos' && finding.role in ['offender', 'victim']"
    nobody = "finding.kind == 'protection/inbound_ddos'"
    for when, roles in ((offender, "offender"), (either, "offender, victim"), (nobody, "none")):
        found = reasons(**protecting(measure, when=when))
        assert f"when: expected finding.role == 'victim' {words} {roles}" in found
    other = "finding.kind == 'connection/ddos' && finding.role == 'victim'"
    found = reasons(**protecting(measure, when=other))
    assert f"when: expected kinds of protection/ {words} 'connection/ddos'" in found
