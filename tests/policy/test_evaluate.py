"""Three values: unknown never restricts and never lifts a protection; nothing raises."""

import itertools

import pytest
from hypothesis import given, settings

from aupkeep.model.finding import Role
from aupkeep.model.ladder import Evidence
from aupkeep.policy.condition import read
from aupkeep.policy.evaluate import Truth
from examples import times
from policy.expressions import conditions, facts, junk, reference

TRUTHS = [True, False, None]
BOTH, EITHER = (f"(harm.in_progress {sign} permission.live) == true" for sign in ("&&", "||"))
A, B = "harm.in_progress", "permission.live"


def _facts(a: Truth, b: Truth) -> dict[str, object]:
    return {name: value for name, value in ((A, a), (B, b)) if value is not None}


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_and_not_follow_kleenes_strong_tables(a: Truth, b: Truth):
    given = _facts(a, b)
    order = {False: 0, None: 1, True: 2}
    assert read(f"{A} && {B}").holds(given) == min(a, b, key=order.get)
    assert read(f"{A} || {B}").holds(given) == max(a, b, key=order.get)
    assert read(f"!({A} && {B})").holds(given) == read(f"!{A} || !{B}").holds(given)
    assert read(f"!{A}").holds(given) == (None if a is None else not a)


@pytest.mark.parametrize(
    ("text", "given", "result"),
    [
        ("case.events > 2", {"case.events": 3}, True),
        ("2 < case.events", {"case.events": 3}, True),
        ("case.events > 2", {}, None),
        ("case.events > 2", {"case.events": True}, None),
        ("case.events > 2", {"case.events": "3"}, None),
        ("case.events > 2", {"case.events": 3.0}, None),
        ("evidence.level >= 2", {"evidence.level": Evidence.E2}, True),
        ("finding.role == 'offender'", {"finding.role": Role.OFFENDER}, True),
        ("finding.confidence >= 1", {"finding.confidence": 1}, True),
        ("finding.confidence >= 0.5", {"finding.confidence": float("nan")}, None),
        ("customer.protected", {"customer.protected": 1}, None),
        ("!customer.protected", {"customer.protected": 0}, None),
        ("has(target.port)", {"target.port": None}, False),
        ("has(target.port)", {"target.port": "22"}, False),
        ("!has(target.port)", {}, True),
        ("'a' in customer.tags", {"customer.tags": ("a", "b")}, True),
        ("'a' in customer.tags", {"customer.tags": ()}, False),
        ("'a' in customer.tags", {"customer.tags": ("a", 1)}, None),
        ("size(customer.tags) == 2", {"customer.tags": ("a", "b")}, True),
        ("target.port in [22, 2222]", {"target.port": 22}, True),
        ("target.port in [22, 2222]", {}, None),
        ("finding.kind.startsWith('connection/')", {"finding.kind": "connection/ddos"}, True),
        ("finding.kind.matches('^connection/(?:ddos|port_scan)$')", {}, None),
        ("(harm.in_progress && permission.live) == true", {"harm.in_progress": False}, False),
        (BOTH, {"harm.in_progress": True, "permission.live": True}, True),
        (BOTH, {"harm.in_progress": True}, None),
        (BOTH, {"harm.in_progress": True, "permission.live": 1}, None),
        (EITHER, {"harm.in_progress": False, "permission.live": False}, False),
        (EITHER, {"harm.in_progress": False}, None),
        (EITHER, {"harm.in_progress": False, "permission.live": True}, True),
    ],
)
def test_a_missing_or_mistyped_fact_is_unknown(text: str, given: dict[str, object], result: Truth):
    assert read(text).holds(given) is result


@pytest.mark.slow
@settings(max_examples=times(4), deadline=None)
@given(conditions, facts)
def test_every_condition_means_what_the_naive_reference_says(text: str, given: dict[str, object]):
    condition = read(text)
    assert condition.holds(given) is reference(condition.tree, given)


@settings(max_examples=times(2), deadline=None)
@given(conditions, junk)
def test_no_facts_at_all_make_a_condition_raise(text: str, given: dict[str, object]):
    assert read(text).holds(given) in TRUTHS


@settings(deadline=None)
@given(conditions, facts)
def test_the_trace_of_a_condition_ends_with_its_result(text: str, given: dict[str, object]):
    condition = read(text)
    steps = condition.steps("rule", "when", given)
    assert steps[-1].result is condition.holds(given)
    assert {name for step in steps for name, _ in step.read} == set(condition.reads)


@settings(deadline=None)
@given(conditions, facts)
def test_learning_a_fact_never_turns_a_known_result_around(text: str, given: dict[str, object]):
    """Kleene's tables are monotone unless `has` asks for ignorance itself."""
    condition = read(text)
    result = condition.holds(given)
    for name in given if "has(" not in text else ():
        less = {key: value for key, value in given.items() if key != name}
        assert condition.holds(less) in {result, None}


def test_the_trace_shows_each_leaf_also_behind_a_settled_result():
    steps = read("customer.protected && case.events > 2").steps(
        "r", "unless", {"customer.protected": False, "case.events": 3}
    )
    assert [(step.text, step.result) for step in steps] == [
        ("customer.protected", False),
        ("case.events > 2", True),
        ("customer.protected && case.events > 2", False),
    ]
    assert steps[1].read == (("case.events", 3),)


def test_the_trace_is_on_one_line():
    condition = read("customer.protected &&\n  case.events\n > 2")
    steps = condition.steps("r", "when", {})
    assert [step.text for step in steps] == [
        "customer.protected",
        "case.events > 2",
        "customer.protected && case.events > 2",
    ]


def test_the_trace_shows_the_whole_only_where_it_is_more_than_its_leaf():
    given = {"customer.protected": True, "case.events": "3"}
    (alone,) = read("customer.protected").steps("r", "when", given)
    assert (alone.text, alone.result) == ("customer.protected", True)
    doubled = read("!(!customer.protected)").steps("r", "when", given)
    assert [(step.text, step.result) for step in doubled] == [
        ("(!customer.protected)", False),
        ("!(!customer.protected)", True),
    ]


def test_the_trace_shows_a_mistyped_fact_as_unknown():
    (step,) = read("case.events > 2").steps("r", "when", {"case.events": "3"})
    assert (step.result, step.read) == (None, (("case.events", None),))
    (step,) = read("customer.protected").steps("r", "when", {"customer.protected": True})
    assert step.read == (("customer.protected", True),)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("(case.events in [1, 2]) == true", {"case.events": 2}, True),
        ("(case.events in [1, 2]) == true", {"case.events": 3}, False),
        ("(case.events in [1, 2]) == true", {}, None),
        ("(!customer.protected) == true", {"customer.protected": False}, True),
        ("(!customer.protected) == true", {"customer.protected": True}, False),
        ("(!customer.protected) == true", {}, None),
        ("matches(finding.kind, 'spam$') == true", {"finding.kind": "messaging/spam"}, True),
        ("matches(finding.kind, 'spam$') == true", {"finding.kind": "connection/ddos"}, False),
        ("matches(finding.kind, 'spam$')", {}, None),
    ],
)
def test_a_bracket_beside_a_truth_value(text: str, facts: dict[str, object], expected: object):
    """It is worked out as it would be alone; what is unknown stays so."""
    assert read(text).holds(facts) is expected
