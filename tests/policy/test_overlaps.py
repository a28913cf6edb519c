"""What `policy check` demands of a rule's clause and clearance, and the pairs it names."""

from dataclasses import replace

from aupkeep.policy import packs
from aupkeep.policy.condition import read
from aupkeep.policy.overlaps import RuleOverlap, overlaps
from policy.rules import files, rule, sample


def pairs(*rules: dict[str, object]) -> list[tuple[str, str]]:
    return [pair.rules for pair in overlaps(packs.load(files(*rules), whole=False).rules)]


def reasons(**changes: object) -> list[str]:
    return [problem.reason for problem in packs.check(files(rule(**changes)))]


def test_two_rules_that_say_the_same_are_named():
    """Same level and measure, a kind and a role in common; a rule that does not run is nobody's."""
    other = rule(id="other-port")
    assert pairs(rule(), other) == [("close-port", "other-port")]
    assert pairs(rule(), rule(id="other-port", status="retired")) == []
    word = rule(id="word", measure="inform", scope=None, hours=None)
    assert pairs(rule(), word) == []
    (pair,) = overlaps(packs.load(files(rule(), other), whole=False).rules)
    assert pair == RuleOverlap(
        rules=("close-port", "other-port"), level="L3", kinds=("connection/login_attack",)
    )


def test_every_pair_is_looked_at():
    """Also after one that is of another level or measure."""
    word = rule(id="word", measure="inform", scope=None, hours=None)
    assert pairs(rule(), word, rule(id="other-port")) == [("close-port", "other-port")]


def test_two_rules_for_other_kinds_or_roles_share_nothing():
    """A rule that names no role is for every role; one that names no kind is not compared."""
    (known,) = packs.load(files(rule()), whole=False).rules
    kind = "finding.kind == 'connection/login_attack'"
    for when, expected in (
        (f"{kind} && finding.role == 'victim'", []),
        (f"{kind} && finding.role in ['victim', 'offender']", [("close-port", "b")]),
        (kind, [("close-port", "b")]),
        ("finding.kind == 'messaging/spam'", []),
        ("finding.role == 'offender'", []),
    ):
        other = replace(known, id="b", when=read(when))
        assert [pair.rules for pair in overlaps([known, other])] == expected
        assert [pair.rules[::-1] for pair in overlaps([other, known])] == expected


def test_the_sample_has_none():
    assert list(overlaps(packs.load(sample()).rules)) == []


def test_a_rule_stands_under_a_clause_its_kinds_belong_to():
    """The kind's own clause, or the second one that often applies with it."""
    assert reasons(clause="third-party") == []
    assert reasons(clause="spam") == [
        "clause: expected intrusion or third-party for connection/login_attack, found spam"
    ]


def test_invariant_01_a_rule_is_held_back_by_a_clearance():
    """From the first word to a customer on."""
    expected = "unless: expected cleared.recently as a || alternative for {}, found none"
    bare = "customer.protected || customer.critical"
    assert reasons(unless=bare) == [expected.format("L3")]
    inform = {"measure": "inform", "scope": None, "hours": None}
    assert reasons(**inform, unless=bare) == [expected.format("L1")]
    record = {"measure": "record", "scope": None, "hours": None}
    assert reasons(**record, unless=bare) == []
