"""Type errors are found before any case is touched."""

import pytest
from hypothesis import given, settings

from aupkeep.model.taxonomy import KINDS
from aupkeep.policy.condition import Condition, examine, read
from aupkeep.policy.tree import BadCondition
from policy.expressions import conditions


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("finding.knd == 'x'", "expected a fact of `aupkeep policy facts`, found 'finding.knd'"),
        ("case.events > 'many'", "expected int or double beside >, found string 'many'"),
        ("case.events == 'many'", "expected int beside ==, found string 'many'"),
        ("case.events", "expected bool, found int case.events"),
        ("!case.events", "expected bool, found int case.events"),
        ("case.events && true", "expected bool, found int case.events"),
        ("customer.protected > 1", "expected int or double beside >, found bool"),
        ("finding.kind > 'a'", "expected int or double beside >, found string finding.kind"),
        ("finding.kind == 'messaging/spm'", "expected a value of finding.kind"),
        ("'messaging/spm' == finding.kind", "expected a value of finding.kind"),
        ("finding.kind in ['messaging/spam', 'x']", "expected a value of finding.kind"),
        ("finding.role != 'villain'", "expected a value of finding.role"),
        ("target.port in ['22']", "expected int in the list, found string '22'"),
        ("target.port in finding.kind", "expected a list after `in`, found string finding.kind"),
        ("1 in customer.tags", "expected string before `in`, found int 1"),
        ("customer.tags == 'x'", "expected `in` with a list fact, found == customer.tags"),
        ("target.port == [22]", "expected a list only after `in`, found [22]"),
        ("has(finding.knd)", "expected a fact of `aupkeep policy facts`, found 'finding.knd'"),
        (
            f"finding.{'k' * 99}",
            f"expected a fact of `aupkeep policy facts`, found 'finding.{'k' * 52}'",
        ),
        ("1 == 1", "expected a fact on one side, found 1 == 1"),
        ("'a' in ['a']", "expected a fact before `in`, found 'a'"),
        ("size(case.events) > 1", "expected string or list(string) in size, found int"),
        ("size(finding.kind)", "expected bool, found int size(finding.kind)"),
        ("case.events.startsWith('1')", "expected string, found int case.events"),
        ("customer.tags.matches('1')", "expected string, found list(string) customer.tags"),
    ],
)
def test_a_type_error_names_expected_and_found(text: str, reason: str):
    found = examine(text)
    assert isinstance(found, list)
    assert any(error.reason.startswith(reason) for error in found), found


def test_a_long_part_is_quoted_in_sixty_characters():
    text = "size(finding.kind" + " " * 60 + ")"
    (error,) = examine(text)
    assert error.reason == f"expected bool, found int {text[:60]}"


def test_all_type_errors_of_a_condition_are_told_with_their_places():
    found = examine("case.events > 'a'\n&& finding.knd\n|| customer.tags")
    assert isinstance(found, list)
    assert [(error.line, error.column) for error in found] == [(1, 15), (2, 4), (3, 4)]


def test_a_value_that_a_fact_never_has_is_told_beside_five_that_it_has():
    (error,) = examine(f"finding.kind == '{'k' * 99}'")
    some = ", ".join(sorted(KINDS)[:5])
    assert error.reason == f"expected a value of finding.kind ({some} …), found {'k' * 60!r}"


def test_a_condition_keeps_its_text_without_the_blanks_around():
    assert read(" case.events > 2\n").text == "case.events > 2"


def test_one_problem_is_enough_to_refuse():
    with pytest.raises(BadCondition, match=r"expected bool, found int case\.events"):
        read("case.events")


@settings(deadline=None)
@given(conditions)
def test_well_typed_conditions_pass(text: str):
    assert isinstance(examine(text), Condition)
