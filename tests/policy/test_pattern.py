"""Patterns: the same answers as Python's engine, in time linear in the text."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.policy.automaton import MAX_MEMO, Automaton, matcher
from aupkeep.policy.pattern import MAX_STATES, BadPattern, portable, read

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\.", "[a-c-]", "1"])
COUNTS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,}", "{0,2}"])
FLAT = st.lists(st.tuples(ATOMS, COUNTS).map("".join), min_size=1, max_size=4).map("".join)
GROUPS = st.lists(ATOMS, min_size=1, max_size=3).map("|".join)
GROUPED = st.tuples(GROUPS, COUNTS).map(lambda pair: f"({pair[0]}){pair[1]}")
BODY = st.lists(st.one_of(FLAT, GROUPED), min_size=1, max_size=3).map("".join)
PATTERN = st.tuples(st.sampled_from(["", "^"]), BODY, st.sampled_from(["", "$"])).map("".join)


def _python(pattern: str) -> str:
    """Python's `$` also stands before a last line feed; ours does not."""
    return pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern


@settings(max_examples=400, deadline=None)
@given(PATTERN, st.text(alphabet="abc1.-\n", max_size=8))
def test_a_pattern_finds_what_pythons_engine_finds(pattern: str, text: str):
    expected = re.search(_python(pattern), text) is not None
    assert matcher(pattern)(text) is expected
    assert (re.search(_python(portable(pattern)), text) is not None) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "(a+)+",
        "(a*b)*",
        "(a|b+){2}",
        r"(a)\1",
        "(?=a)",
        "(?i)a",
        "(?P<x>a)",
        "a*?",
        "a++",
        "*a",
        "a|",
        "(|a)",
        "^a|b$",
        "a$b",
        "a^",
        "[",
        "[]",
        "[b-a]",
        r"[\d-z",
        "(a",
        "a)",
        "a{",
        "a{2,1}",
        "a{0}",
        "a{99}",
        "a{1",
        r"\b",
        r"\é",
        "\\",
        "a" * 201,
        "(" * 10 + "a" + ")" * 10,
    ],
)
def test_what_is_outside_the_subset_is_refused(pattern: str):
    with pytest.raises(BadPattern):
        read(pattern)


def test_counts_cannot_make_an_automaton_too_large():
    with pytest.raises(BadPattern, match=str(MAX_STATES)):
        matcher("(?:abcdefghij){64}")


@settings(deadline=None)
@given(st.text(alphabet="ab[](){}*+?.^$|\\-,0129d", max_size=15))
def test_no_pattern_raises_anything_but_a_bad_pattern(pattern: str):
    with suppress(BadPattern):
        matcher(pattern)("abab0129")


def test_a_text_is_walked_once_whatever_the_pattern():
    """A backtracking engine needs about n⁵ steps here; ours one for each character."""
    automaton = Automaton(read("a*a*a*a*a*b"))
    assert not automaton.found("a" * 100_000)
    assert len(automaton.memo) < 10


def test_the_memory_of_steps_is_bounded():
    automaton = Automaton(read("x$"))
    automaton.found("".join(map(chr, range(0x4E00, 0x4E00 + 3 * MAX_MEMO))))
    assert len(automaton.memo) <= MAX_MEMO
    assert len(automaton.takes) <= MAX_MEMO
