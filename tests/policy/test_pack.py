"""How a rule stands to facts that are not known."""

import pytest

from aupkeep.policy import packs
from aupkeep.policy.facts import flatten, parse_facts
from aupkeep.policy.pack import RuleOutcome, outcome
from policy.rules import GIVEN, files, rule

RULE = packs.load(files(rule()), whole=False).rules[0]
KNOWN = dict(flatten(GIVEN))


def test_a_rule_matches_when_everything_is_known():
    assert outcome(RULE, parse_facts(KNOWN)) is RuleOutcome.MATCHES


@pytest.mark.parametrize("name", [*RULE.met.reads, *RULE.when.reads])
def test_an_unknown_fact_never_restricts(name: str):
    assert outcome(RULE, parse_facts({**KNOWN, name: None})) is RuleOutcome.SILENT


@pytest.mark.parametrize("name", RULE.unless.reads)
def test_an_unknown_fact_never_lifts_a_protection(name: str):
    assert outcome(RULE, parse_facts({**KNOWN, name: None})) is RuleOutcome.HELD
