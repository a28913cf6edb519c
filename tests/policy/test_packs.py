"""Packs: every problem at once with its line; a version is the hash of its content."""

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.model.as_json import as_json
from aupkeep.model.clause import CLAUSE_STANDARDS, Clause
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import Level, Standard
from aupkeep.policy import packs
from aupkeep.policy.pack import BadPack, Problem, RuleOutcome, Status
from policy.rules import RULE, files, rule, sample

POLICY = sample()


def test_the_sample_pack_is_whole():
    pack = packs.load(POLICY)
    assert list(pack.clauses) == list(CLAUSE_STANDARDS)
    assert {c.id: c.standard for c in pack.clauses.values()} == CLAUSE_STANDARDS
    live = {r.clause for r in pack.rules if r.status is Status.LIVE}
    assert live == {
        *("spam", "intrusion", "interference", "secure", "malware", "deceit", "rights"),
        *("retaliation", "assist", "offensive-unfair"),
    }


def test_each_clause_a_rule_may_speak_on_has_one_that_runs():
    """Each limit names at least two look-alikes that hold it back, and no rule is above L3."""
    pack = packs.load(POLICY)
    assert max(rule.level for rule in pack.rules) is Level.L3
    pages = [r for r in pack.rules if r.id in {"phishing-block-page", "malware-block-page"}]
    assert all(sum(t.expect is RuleOutcome.HELD for t in rule.trials) >= 4 for rule in pages)
    provoking = next(rule for rule in pack.rules if rule.id == "retaliation-provocation")
    assert provoking.status is Status.SHADOW


@pytest.mark.parametrize("name", sorted(POLICY))
def test_each_file_of_the_sample_can_be_checked_alone(name: str):
    found = packs.check({name: POLICY[name]})
    missing = [p for p in found if p.reason.startswith("expected clause")]
    assert list(found) == (missing if name == "pack.yaml" else [p for p in found if p.rule is None])


def test_a_type_error_names_file_line_rule_expected_and_found():
    text = POLICY["spam.yaml"].replace("case.events >= 5", "case.events >= 'five'")
    line = text[: text.index("'five'")].count("\n") + 1
    assert as_json(packs.check({**POLICY, "spam.yaml": text})) == [
        {
            "file": "spam.yaml",
            "line": line,
            "rule": "spam-deadline",
            "reason": "when: column 19: expected int or double beside >=, found string 'five'",
        }
    ]


@pytest.mark.parametrize(
    ("changes", "where", "reason"),
    [
        ({"clause": "spm"}, "spm", "clause: expected one of the clauses law, rights"),
        ({"measure": "explode"}, "explode", "measure: expected one of record, inform"),
        ({"needs": "E9"}, "E9", "needs: expected E0 to E5, found 'E9'"),
        ({"needs": 2}, "needs", "needs: expected a text, found 2"),
        ({"status": "on"}, '"on"', "status: expected one of draft, shadow, live, retired"),
        ({"hours": "24"}, "hours", "hours: expected a whole number, found '24'"),
        ({"hours": True}, "hours", "hours: expected a whole number, found True"),
        ({"when": "finding.knd == 'x'"}, "finding.knd", "when: column 1: expected a fact"),
        ({"when": ""}, "when", "when: expected a text, found ''"),
        ({"unless": ["x"]}, "unless", "unless: expected a text, found a list"),
        ({"unles": "true"}, '"unles"', "unles: expected one of"),
        ({"owner": None}, "{", "owner: expected a value for owner, found none"),
        ({"id": "Close Port"}, "Close Port", "id: expected lower-case words joined by -"),
        ({"tests": [{"expect": "yes"}]}, "yes", "expect: expected one of matches, held, silent"),
        ({"tests": [{"expect": "held", "facts": {"a.b": 1}}]}, "facts", "tests: facts: expected"),
        ({"tests": ["held"]}, "held", "expected a mapping, found 'held'"),
        ({"given": [1]}, "given", "tests: expected a mapping, found a list"),
        ({"tests": [{"expect": "held", "facts": [1]}]}, "facts", "tests: expected a mapping"),
        ({"false_positives": [7]}, "7", "false-positives: expected a text, found 7"),
        (
            {"id": "c" * 61},
            "ccc",
            f"id: expected lower-case words joined by -, found {'c' * 60!r}",
        ),
        ({"when": "true &&\ncase.events"}, "when", "when: column 1: expected bool, found int"),
        ({"false_positives": "x"}, "false-pos", "false-positives: expected a list, found 'x'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_value_names_its_line(changes: dict[str, object], where: str, reason: str):
    texts = files(rule(**changes))
    lines = texts["rules.yaml"].splitlines()
    expected = next(i for i, line in enumerate(lines, 1) if where in line and i > 2)
    found = packs.check(texts)
    owner = None if "id" in changes else "close-port"
    assert any(
        p.reason.startswith(reason) and (p.line, p.rule) == (expected, owner) for p in found
    ), found


def test_an_inline_test_that_fails_is_a_problem():
    trial = {"name": "wrong", "expect": "matches", "facts": {"evidence.level": 1}}
    (found,) = packs.check(files(rule(tests=[*RULE["tests"], trial])))
    assert found.reason == "tests: test 'wrong': expected matches, found silent"
    assert found.rule == "close-port"
    del trial["name"]
    (found,) = packs.check(files(rule(tests=[*RULE["tests"], trial])))
    assert found.reason == "tests: test: expected matches, found silent"


def test_all_problems_are_told_at_once():
    broken = rule(id="other", when="case.events > 'a' && finding.knd", measure="explode")
    found = packs.check({"a.yaml": "rules: [x]", "b.yaml": ":", **files(broken, rule(clause="x"))})
    assert {p.file for p in found} == {"a.yaml", "b.yaml", "rules.yaml"}
    assert len([p for p in found if p.rule == "other"]) == 3


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"z.yaml": POLICY["spam.yaml"]}, "expected rule spam-inform once, found it twice"),
        ({"z.yaml": POLICY["clauses.yaml"]}, "expected clause law once, found it twice"),
        ({"z.yaml": POLICY["pack.yaml"]}, "pack: expected one head, found a second"),
        ({"clauses.yaml": "clauses: []"}, 'expected clause "law" with the operator'),
        ({"pack.yaml": "rules: []"}, "expected a head `pack:`, found none"),
        (
            {"z.yaml": "rule: []"},
            "rule: expected one of clauses, detectors, pack, retention, rules",
        ),
        ({"z.yaml": ""}, "expected a mapping, found nothing"),
        ({"z.yaml": "clauses: [{id: mine}]"}, "id: expected one of law, rights"),
        ({"z.yaml": b"\xff"}, "expected UTF-8"),
    ],
)
def test_a_pack_that_is_not_whole_and_single_does_not_load(more: dict[str, str], reason: str):
    with pytest.raises(BadPack) as caught:
        packs.load({**POLICY, **more})
    assert any(p.reason.startswith(reason) for p in caught.value.problems), caught.value.problems


def test_the_rule_of_the_documentation_passes():
    page = (Path(__file__).parents[2] / "docs" / "adding" / "rule.md").read_text("utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    assert packs.check({"rule.yaml": text}) == ()
    assert packs.load({"rule.yaml": text}, whole=False).rules[0].status is Status.SHADOW


def test_no_files_are_no_pack():
    with pytest.raises(BadPack, match="found none"):
        packs.load({}, whole=False)


def test_a_version_loads_again_from_its_own_content():
    pack = packs.load(POLICY)
    again = packs.load({"version.yaml": pack.content})
    assert (again.digest, again.rules, again.clauses) == (pack.digest, pack.rules, pack.clauses)


def test_the_hash_is_of_the_content_not_of_its_form():
    moved = {f"0-{name}": f"# a comment\n{text}" for name, text in POLICY.items()}
    assert packs.load(moved).digest == packs.load(POLICY).digest


@pytest.mark.parametrize("old", ["hours: 24", "plain conduct", "text: >-\n      Do", "version"])
def test_any_change_of_content_is_another_version(old: str):
    new = {"hours: 24": "hours: 23", "plain conduct": "reasonably believe"}.get(old)
    name = next(name for name in sorted(POLICY) if old in POLICY[name])
    text = POLICY[name].replace(old, new or old.replace("Do", "You must")).replace('"1"', '"2"')
    assert packs.load({**POLICY, name: text}).digest != packs.load(POLICY).digest


TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from([*RULE, "pack", "clauses", "rules", "facts"]), inner),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(RULE)), TREES), TREES)
def test_no_pack_raises_anything_but_a_bad_pack(changes: dict[str, object], tree: object):
    for text in (json.dumps(tree), json.dumps({"rules": [{**RULE, **changes}, tree]})):
        with suppress(BadPack):
            packs.load({"a.yaml": text}, whole=False)


SMALL = """\
pack: {id: p1, title: Policy, document: Terms, version: "7"}
clauses:
- {id: law, title: The law, text: Keep it., anchor: "#1"}
- id: spam
  title: Mail
  text: Send none.
  anchor: "#2"
  document: Mail terms
  version: "9"
  standard: reasonably believe
"""


def test_a_small_pack_field_by_field():
    """A clause takes document and version from the head, where it has none of its own."""
    pack = packs.load({"a.yaml": SMALL}, whole=False)
    assert (pack.id, pack.title, pack.rules, pack.detectors) == ("p1", "Policy", (), {})
    assert pack.clauses == {
        "law": Clause(
            id="law",
            title="The law",
            text="Keep it.",
            document="Terms",
            version="7",
            anchor="#1",
            standard=CLAUSE_STANDARDS["law"],
        ),
        "spam": Clause(
            id="spam",
            title="Mail",
            text="Send none.",
            document="Mail terms",
            version="9",
            anchor="#2",
            standard=Standard.REASONABLE_BELIEF,
        ),
    }
    content = json.loads(pack.content)
    assert content["pack"] == {"id": "p1", "title": "Policy", "document": "Terms", "version": "7"}
    assert [clause["id"] for clause in content["clauses"]] == ["law", "spam"]
    assert content["rules"] == []


def test_a_clause_takes_effect_with_its_document():
    """The head's date is that of its own document and version; a clause may state another."""
    dated = SMALL.replace('version: "7"}', 'version: "7", effective: "2026-01-01"}')
    for text, own in ((dated, None), (f'{dated}  effective: "2026-02-01"\n', 2)):
        clauses = packs.load({"a.yaml": text}, whole=False).clauses
        assert clauses["law"].effective == datetime(2026, 1, 1, tzinfo=UTC)
        assert clauses["spam"].effective == (own and datetime(2026, own, 1, tzinfo=UTC))


def test_a_date_of_its_own_document_is_a_clauses_own():
    """A clause of another document, or of another version, does not take the head's date."""
    dated = SMALL.replace('version: "7"}', 'version: "7", effective: "2026-01-01"}')
    for line in ("  document: Mail terms\n", '  version: "9"\n'):
        clauses = packs.load({"a.yaml": dated.replace(line, "")}, whole=False).clauses
        assert clauses["spam"].effective is None
    both = dated.replace("  document: Mail terms\n", "").replace('  version: "9"\n', "")
    clauses = packs.load({"a.yaml": both}, whole=False).clauses
    assert clauses["spam"].effective == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_date_that_is_none_is_told_once():
    """In the head or in a clause, at its line; the clauses under it say nothing more."""
    head = SMALL.replace('version: "7"}', 'version: "7", effective: soon}')
    for text, line in ((head, 1), (f"{SMALL}  effective: soon\n", 11)):
        with pytest.raises(BadPack) as caught:
            packs.load({"a.yaml": text}, whole=False)
        assert [(p.file, p.line, p.rule) for p in caught.value.problems] == [("a.yaml", line, None)]
        assert caught.value.problems[0].reason.startswith("effective: expected")
        assert "found 'soon'" in caught.value.problems[0].reason


def test_a_rule_field_by_field():
    """What the file says stands in the rule, and its hash is of what the file says."""
    (read,) = packs.load(files(rule(false_positives=["one", "two"])), whole=False).rules
    assert (read.id, read.clause, read.title) == ("close-port", "intrusion", "Close one port")
    assert (read.owner, read.rationale, read.notice) == ("abuse-desk", "seen by two", "limit")
    assert (read.scope, read.hours, read.false_positives) == ("port", 24, ("one", "two"))
    content = canonical({**RULE, "false-positives": ["one", "two"]})
    assert read.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": "c" * 60}, []),
        ({"id": None}, [(3, None, "id: expected lower-case words joined by -, found none")]),
        (
            {"hours": "24"},
            [
                (13, "close-port", "hours: expected a whole number, found '24'"),
                (
                    13,
                    "close-port",
                    "hours: expected hours from 1 to 24 for block-port, found none",
                ),
            ],
        ),
        (
            {"unless": "customer.protectd"},
            [
                (
                    9,
                    "close-port",
                    (
                        "unless: column 1: expected a fact of `aupkeep policy facts`, "
                        "found 'customer.protectd'"
                    ),
                )
            ],
        ),
    ],
)
def test_one_slip_is_told_once(changes: dict[str, object], expected: list[object]):
    """Nothing else is said of a rule of which a part could not be read."""
    found = packs.check(files(rule(**changes)))
    assert sorted((p.line, p.rule, p.reason) for p in found) == sorted(expected, key=repr)


def test_a_condition_of_several_lines_tells_the_line_in_the_file():
    """In a block each line is its own; a text in quotes is one line of the file."""
    head = "rules:\n- id: r\n  when: |\n\n    true\n    && case.events\n"
    found = packs.check({"a.yaml": head})
    reason = "when: column 4: expected bool, found int case.events"
    assert (6, reason) in {(problem.line, problem.reason) for problem in found}


def test_a_lone_file_of_rules_has_an_empty_head():
    """Its content says so, and speaks of no detector."""
    pack = packs.load(files(rule()), whole=False)
    assert (pack.id, pack.title) == ("", "")
    content = json.loads(pack.content)
    assert content == {
        "pack": {"id": "", "title": "", "document": "", "version": ""},
        "clauses": [],
        "rules": [RULE],
    }


def test_clauses_without_a_head_are_not_whole():
    """Whoever writes a clause writes a policy: its head is missed, and the other clauses."""
    clauses = SMALL.partition("\n")[2]
    law = packs.load({"a.yaml": clauses}, whole=False).clauses["law"]
    assert (law.document, law.version) == ("", "")
    found = packs.check({"a.yaml": clauses})
    missed = 'expected clause "malware" with the operator\'s binding text, found none'
    assert Problem(file="a.yaml", line=1, rule=None, reason=missed) in found
    assert "expected a head `pack:`, found none" in {problem.reason for problem in found}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({}, "pack.yaml:1: expected a pack's files, found none"),
        (
            {"a.yaml": "rules:\n- id: x: y"},
            "a.yaml:2: expected YAML 1.2, found: mapping values are not allowed here",
        ),
        (
            {"a.yaml": "rules: [x]"},
            "a.yaml:1: clause: expected a value for clause, found none (and 9 more)",
        ),
        (
            {"a.yaml": f"clauses:\n- {{id: {'n' * 61}, title: t, text: t, anchor: t}}"},
            f"a.yaml:2: id: expected one of {', '.join(CLAUSE_STANDARDS)}, found {'n' * 60!r}",
        ),
        (
            files(rule(needs="E9")),
            "rules.yaml:10: rule close-port: needs: expected E0 to E5, found 'E9'",
        ),
        (
            files(rule(needs="E9", status="on")),
            (
                "rules.yaml:7: rule close-port: status: expected one of draft, shadow, live, "
                "retired, found 'on' (and 1 more)"
            ),
        ),
    ],
)
def test_a_bad_pack_says_the_first_problem_and_how_many_more(texts: dict[str, str], message: str):
    with pytest.raises(BadPack) as caught:
        packs.load(texts, whole=False)
    assert str(caught.value) == message
