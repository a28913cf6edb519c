"""What is wrong with a pack, each with its file, line and rule."""

import pytest

from aupkeep.policy import packs
from aupkeep.policy.pack import BadPack
from policy.rules import files, rule, sample

POLICY = sample()


def told(files_: dict[str, str]) -> list[tuple[str, int, str | None, str]]:
    """Every problem: file, line, rule, reason."""
    return [(p.file, p.line, p.rule, p.reason) for p in packs.check(files_)]


def test_what_comes_twice_is_told_where_it_comes_again():
    """Of a head where the first one is; of a clause, a rule, a detector its own line and name."""
    found = told({**POLICY, "z.yaml": "# again\n" + POLICY["pack.yaml"]})
    (second,) = [item for item in found if "expected one head" in item[3]]
    first = 1 + POLICY["pack.yaml"].splitlines().index("pack:")
    reason = f"pack: expected one head, found a second; the first is at pack.yaml:{first}"
    assert second == ("z.yaml", first + 1, None, reason)
    later = {"a.yaml": "clauses: []\n" + POLICY["pack.yaml"], "b.yaml": POLICY["pack.yaml"]}
    (second,) = [item[3] for item in told(later) if "expected one head" in item[3]]
    assert second.endswith(f"the first is at a.yaml:{first + 1}")
    law = "clauses:\n- {id: law, title: t, text: t, anchor: a}\n"
    reason = "expected clause law once, found it twice"
    assert ("z.yaml", 2, None, reason) in told({**POLICY, "z.yaml": law})
    found = told({"a.yaml": files(rule())["rules.yaml"], "b.yaml": files(rule())["rules.yaml"]})
    assert found == [("b.yaml", 3, "close-port", "expected rule close-port once, found it twice")]
    watch = "detectors:\n  syn-flood:\n    mode: act\n"
    reason = "expected it once, found it in a.yaml:2 already"
    assert told({"a.yaml": watch, "b.yaml": watch}) == [("b.yaml", 2, "syn-flood", reason)]


def test_one_that_cannot_be_read_hides_no_other():
    """Of clauses and of rules: what stands after it is read all the same."""
    clauses = "clauses:\n- {id: mine, title: t, text: t, anchor: a}\n"
    clauses += "- {id: law, title: t, text: t, anchor: a}\n"
    said = str(told({"a.yaml": clauses, "pack.yaml": POLICY["pack.yaml"]}))
    assert 'expected clause "law"' not in said
    assert 'expected clause "malware"' in said
    broken = rule(id="other", status="on")
    slow = rule(hours=99)
    reasons = [item[3] for item in told(files(broken, slow))]
    assert len([reason for reason in reasons if reason.startswith("hours: expected hours")]) == 1


@pytest.mark.parametrize("key", ["clause", "needs", "status"])
def test_a_word_that_is_none_is_cut(key: str):
    found = [item[3] for item in told(files(rule(**{key: "x" * 61})))]
    assert any(reason.endswith(f"found {'x' * 60!r}") for reason in found), found


def test_a_file_with_nothing_in_it_is_told():
    """Where there is no file at all, by the name that the first one usually has."""
    empty = "expected pack, clauses, rules or detectors, found an empty file"
    assert told({"a.yaml": "{}"}) == [("a.yaml", 1, None, empty)]
    with pytest.raises(BadPack) as caught:
        packs.load({})
    assert {(p.file, p.line, p.rule) for p in caught.value.problems} == {("pack.yaml", 1, None)}


def test_a_key_that_means_nothing_is_cut_and_has_its_own_line():
    found = told({"a.yaml": f"clauses: []\n{'x' * 61}: []\n"})
    (wrong,) = [item for item in found if "expected one of clauses" in item[3]]
    long = "x" * 60
    sections = "clauses, detectors, pack, retention, rules"
    reason = f"{long}: expected one of {sections}, found {long!r}"
    assert wrong == ("a.yaml", 2, None, reason)


def test_an_isolation_is_of_a_resource():
    (reason,) = [
        item[3] for item in told(files(rule(measure="isolate"))) if item[3].startswith("scope")
    ]
    assert reason == "scope: expected scope resource for isolate, found 'port'"
