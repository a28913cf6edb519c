"""Two packs compared: the samples differ in words alone, and a rule that does more is named."""

from dataclasses import replace

import pytest

from aupkeep.app.policies import SAMPLES, sample_files
from aupkeep.model.clause import Clause
from aupkeep.model.finding import Mode
from aupkeep.model.ladder import Evidence, Measure, Standard
from aupkeep.model.retention import RetentionTable
from aupkeep.policy import packs
from aupkeep.policy.alike import differences
from aupkeep.policy.pack import DetectorSettings, RuleOutcome, RuleTest, Status
from policy.rules import files, rule


def pack(language: str = "en", **changed: tuple[bytes, bytes]):
    files = sample_files(language)
    for name, (old, new) in changed.items():
        assert old in files[f"{name}.yaml"]
        files[f"{name}.yaml"] = files[f"{name}.yaml"].replace(old, new, 1)
    return packs.load(files)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_the_samples_do_the_same(language: str):
    assert list(differences(pack(language), pack())) == []


def test_no_words_of_the_bokmal_pack_are_english():
    """Clauses, titles, reasons and names of tests are each another text, or a name of a thing."""
    one, other = pack(), pack("nb")
    for known, english in zip(other.rules, one.rules, strict=True):
        assert known.title != english.title
        assert known.rationale != english.rationale
        assert not set(known.false_positives) & set(english.false_positives)
        assert not {x.name for x in known.trials} & {x.name for x in english.trials}
    assert all(clause.text != one.clauses[name].text for name, clause in other.clauses.items())


@pytest.mark.parametrize(
    ("changed", "name", "says"),
    [
        ({"spam": (b"hours: 24", b"hours: 23")}, "spam-deadline", "hours: expected 24, found 23"),
        ({"spam": (b"status: live", b"status: draft")}, "spam-inform", "status: expected live"),
        ({"spam": (b"id: spam-inform", b"id: spam-tell")}, "spam-tell", "expected the rule in"),
        ({"clauses": (b'"use/3"', b'"use/9"')}, "spam", "anchor: expected use/3, found use/9"),
        ({"detectors": (b"beacon: {mode: observe}", b"beacon: {mode: notify}")}, "beacon", "mode"),
        ({"retention": (b"days: 366", b"days: 365")}, "retention", "expected the same periods"),
    ],
)  # fmt: skip
def test_what_differs_is_named(changed, name: str, says: str):
    found = list(differences(pack("nb", **changed), pack()))
    assert any(what == name and says in why for what, why in found), found


SMALL = packs.load(files(rule()), whole=False)
(FINE,) = SMALL.rules
CLAUSE = Clause(
    id="intrusion",
    title="Intrusion",
    text="You do not.",
    document="AUP",
    version="1",
    anchor="use/1",
    standard=Standard.PLAIN_CONDUCT,
)
ONE = replace(SMALL, clauses={"intrusion": CLAUSE})


def with_rule(**changes: object):
    """The small pack with its rule changed."""
    return replace(ONE, rules=(replace(FINE, **changes),))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "x"},
        {"rationale": "x"},
        {"false_positives": ("x",)},
        {"digest": "x"},
        {"trials": tuple(replace(trial, name="x") for trial in FINE.trials)},
    ],
)
def test_words_are_no_difference(changes):
    assert list(differences(with_rule(**changes), ONE)) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"clause": "spam"}, "clause: expected intrusion, found spam"),
        ({"status": Status.DRAFT}, "status: expected live, found draft"),
        ({"when": FINE.unless}, f"when: expected {FINE.when.text}, found {FINE.unless.text}"),
        ({"unless": None}, f"unless: expected {FINE.unless.text}, found none"),
        ({"needs": Evidence.E3}, "needs: expected E2, found E3"),
        ({"measure": Measure.ISOLATE}, "measure: expected block-port, found isolate"),
        ({"scope": "resource"}, "scope: expected port, found resource"),
        ({"hours": 23}, "hours: expected 24, found 23"),
        ({"notice": "none"}, "notice: expected limit, found none"),
        ({"owner": "x"}, "owner: expected abuse-desk, found x"),
        ({"false_positives": ()}, "false-positives: expected 1, found 0"),
    ],
)
def test_each_thing_that_decides_is_compared(changes, says):
    """The rule is named, what it has, and what the other one has."""
    assert list(differences(with_rule(**changes), ONE)) == [("close-port", says)]


def shown(*trials: RuleTest):
    """Tests as a difference names them: the outcome, and the first of their facts' digest."""
    return [(trial.expect.value, trial.facts.digest()[:12]) for trial in trials]


def test_a_test_that_expects_or_knows_something_else_is_a_difference():
    """By its outcome, or by its facts."""
    first, other = FINE.trials
    for trial in (
        replace(first, expect=RuleOutcome.SILENT),
        replace(first, facts=other.facts),
    ):
        says = f"tests: expected {shown(first, other)}, found {shown(trial, other)}"
        assert list(differences(with_rule(trials=(trial, other)), ONE)) == [("close-port", says)]


def test_rules_are_the_same_and_in_one_order():
    """The first that matches at a level counts: another order is another policy."""
    two = replace(FINE, id="another")
    forth, back = replace(ONE, rules=(FINE, two)), replace(ONE, rules=(two, FINE))
    order = ("rules", "expected the same rules in the same order, found another order")
    assert list(differences(forth, back)) == [order]
    lacks = ("another", "expected the rule in both packs, found it in one")
    assert list(differences(forth, ONE)) == [lacks, order]
    both = replace(forth, rules=(replace(FINE, hours=23), two))
    assert list(differences(both, ONE)) == [
        lacks,
        ("close-port", "hours: expected 24, found 23"),
        order,
    ]
    assert list(differences(ONE, forth)) == [lacks, order]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"anchor": "use/9"}, "anchor: expected use/1, found use/9"),
        (
            {"standard": Standard.LIKELY_BREACH},
            "standard: expected plain conduct, found likely to be in breach",
        ),
    ],
)
def test_a_clause_is_compared_by_its_standard_and_place(changes, says):
    other = replace(ONE, clauses={"intrusion": replace(CLAUSE, **changes)})
    assert list(differences(other, ONE)) == [("intrusion", says)]
    words = replace(ONE, clauses={"intrusion": replace(CLAUSE, text="Du", title="x", version="2")})
    assert list(differences(words, ONE)) == []
    lacks = ("intrusion", "expected the clause in both packs, found it in one")
    assert list(differences(replace(ONE, clauses={}), ONE)) == [lacks]


def test_detectors_and_retention_are_compared():
    """A detector by its mode and thresholds."""
    settings = DetectorSettings(
        name="beacon", mode=Mode.OBSERVE, thresholds={"events": 5.0}, file="a", lines={}
    )
    known = replace(ONE, detectors={"beacon": settings})
    told = replace(ONE, detectors={"beacon": replace(settings, mode=Mode.NOTIFY)})
    assert list(differences(told, known)) == [("beacon", "mode: expected observe, found notify")]
    wider = replace(ONE, detectors={"beacon": replace(settings, thresholds={"events": 6.0})})
    (found,) = differences(wider, known)
    assert found == ("beacon", "thresholds: expected {'events': 5.0}, found {'events': 6.0}")
    lacks = ("beacon", "expected the detector in both packs, found it in one")
    assert list(differences(ONE, known)) == [lacks]
    kept = replace(ONE, retention=RetentionTable())
    periods = ("retention", "expected the same periods, found others")
    assert list(differences(kept, ONE)) == [periods]
