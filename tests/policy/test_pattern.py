"""Patterns: the same answers as Python's engine, in time linear in the text."""

import re
from contextlib import suppress
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.policy.automaton import MAX_MEMO, Automaton, matcher
from aupkeep.policy.pattern import MAX_STATES, BadPattern, portable, read
from examples import times

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


@settings(max_examples=times(4), deadline=None)
@given(PATTERN, st.text(alphabet="abc1.-\n", max_size=8))
def test_a_pattern_finds_what_pythons_engine_finds(pattern: str, text: str):
    expected = re.search(_python(pattern), text) is not None
    assert matcher(pattern)(text) is expected
    assert (re.search(_python(portable(pattern)), text) is not None) is expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "at 1: expected something to match, found 'the end'"),
        ("(a+)+", "at 5: expected no quantifier on a group that holds one, found '+'"),
        ("(a*b)*", "at 6: expected no quantifier on a group that holds one, found '*'"),
        ("(a|b+){2}", "at 7: expected no quantifier on a group that holds one, found '{'"),
        (
            "(a)\\1",
            (
                "at 5: expected \\d, \\w, \\s or an escaped sign; backreferences are not "
                "taken, found '1'"
            ),
        ),
        ("(?=a)", "at 3: expected (?: only; lookaround, flags and names are not taken, found '='"),
        ("b(?i)a", "at 4: expected (?: only; lookaround, flags and names are not taken, found 'i'"),
        (
            "(?P<x>a)",
            "at 3: expected (?: only; lookaround, flags and names are not taken, found 'P'",
        ),
        ("a*?", "at 3: expected one quantifier, found '?'"),
        ("a++", "at 3: expected one quantifier, found '+'"),
        ("*a", "at 1: expected a character (or \\ before a special one), found '*'"),
        ("a|", "at 3: expected something to match, found 'the end'"),
        ("(|a)", "at 2: expected something to match, found '|'"),
        ("^a|b$", "at 6: expected alternatives in parentheses between ^ and $, found 'the end'"),
        ("^a|b", "at 5: expected alternatives in parentheses between ^ and $, found 'the end'"),
        ("a|b$", "at 5: expected alternatives in parentheses between ^ and $, found 'the end'"),
        ("a$b", "at 3: expected the end of the pattern, found 'b'"),
        ("a^", "at 2: expected a character (or \\ before a special one), found '^'"),
        ("a}", "at 2: expected a character (or \\ before a special one), found '}'"),
        ("a]", "at 2: expected a character (or \\ before a special one), found ']'"),
        ("[", "at 2: expected ] or a character (\\[ for the bracket itself), found 'the end'"),
        ("[]", "at 3: expected a character in the class, found 'the end'"),
        ("[^]", "at 4: expected a character in the class, found 'the end'"),
        ("[a[]", "at 3: expected ] or a character (\\[ for the bracket itself), found '['"),
        (r"[!-\d]", "at 6: expected a range from low to high, found ']'"),
        (r"[!-\w]", "at 6: expected a range from low to high, found ']'"),
        ("[b-a]", "at 5: expected a range from low to high, found ']'"),
        ("[a-\\d]", "at 6: expected a range from low to high, found ']'"),
        ("[a-\\s]", "at 6: expected a range from low to high, found ']'"),
        ("[\\d-z", "at 6: expected ] or a character (\\[ for the bracket itself), found 'the end'"),
        ("(a", "at 3: expected ), found 'the end'"),
        ("bb(a", "at 5: expected ), found 'the end'"),
        ("a)", "at 2: expected the end of the pattern, found ')'"),
        ("a{", "at 3: expected counts up to 64 and a closing brace, found 'the end'"),
        ("a{2,1}", "at 3: expected counts from low to high, found '2'"),
        ("a{0}", "at 3: expected counts from low to high, found '0'"),
        ("a{064}", "at 3: expected counts up to 64 and a closing brace, found '0'"),
        ("a{65}", "at 3: expected counts up to 64 and a closing brace, found '6'"),
        ("a{1,65}", "at 3: expected counts up to 64 and a closing brace, found '1'"),
        ("a{100}", "at 3: expected counts up to 64 and a closing brace, found '1'"),
        ("a{2b}", "at 3: expected counts up to 64 and a closing brace, found '2'"),
        ("a{,2}", "at 3: expected counts up to 64 and a closing brace, found ','"),
        ("a{1,2,3}", "at 3: expected counts up to 64 and a closing brace, found '1'"),
        ("a{1}{2}", "at 5: expected one quantifier, found '{'"),
        ("a{1", "at 3: expected counts up to 64 and a closing brace, found '1'"),
        (
            "\\b",
            (
                "at 2: expected \\d, \\w, \\s or an escaped sign; backreferences are not "
                "taken, found 'b'"
            ),
        ),
        (
            "\\é",
            (
                "at 2: expected \\d, \\w, \\s or an escaped sign; backreferences are not "
                "taken, found 'é'"
            ),
        ),
        (
            "\\",
            (
                "at 2: expected \\d, \\w, \\s or an escaped sign; backreferences are not "
                "taken, found 'the end'"
            ),
        ),
        (
            "a" * 201,
            "expected a pattern of at most 200, found 201",
        ),
        ("(" * 9 + "a" + ")" * 9, "at 10: expected at most 8 levels of parentheses, found 'a'"),
        (
            "x" * 58 + "abcdef++",
            "at 66: expected one quantifier, found '+'",
        ),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_outside_the_subset_is_refused(pattern: str, reason: str):
    """The message says where, what was expected and what was found."""
    with pytest.raises(BadPattern) as caught:
        read(pattern)
    where = f"in pattern {pattern[:60]!r} " if reason.startswith("at ") else ""
    assert str(caught.value) == f"{where}{reason}"


@pytest.mark.parametrize(
    ("pattern", "spelt"),
    [
        ("XaX", "[X][a][X]"),
        ("a*X", "(?:[a]){0,}[X]"),
        ("a|(b)", "(?:[a]|[b])"),
        ("a|b", "(?:[a]|[b])"),
        ("(?:a|b)c", "(?:[a]|[b])[c]"),
        ("(ab|c|d)1", "(?:[a][b]|[c]|[d])[1]"),
        ("^ab$", "^[a][b]$"),
        (".", "[^\n]"),
        ("[^a]", "[^a]"),
        ("\\d", "[0-9]"),
        ("\\w\\s", "[0-9A-Z_a-z][\t-\n\x0c-\r ]"),
        ("\\n\\t\\r", "[\n][\t][\r]"),
        ("\\.", "[\\.]"),
        ("[a-]b", "[a\\-][b]"),
        ("[a-c-]", "[a-c\\-]"),
        ("[\\d-]", "[0-9\\-]"),
        ("[\\d-z]", "[0-9\\-z]"),
        ("[\\s-z]", "[\t-\n\x0c-\r \\-z]"),
        ("[a\\]]", "[a\\]]"),
        ("x[^\\d]y", "[x][^0-9][y]"),
        ("a*", "(?:[a]){0,}"),
        ("a+", "(?:[a]){1,}"),
        ("a?", "(?:[a]){0,1}"),
        ("a{2}", "(?:[a]){2,2}"),
        ("a{2,}", "(?:[a]){2,}"),
        ("a{2,5}", "(?:[a]){2,5}"),
        ("a{64}", "(?:[a]){64,64}"),
        ("a{1,2}b{3}", "(?:[a]){1,2}(?:[b]){3,3}"),
        ("(ab|c){2}", "(?:(?:[a][b]|[c])){2,2}"),
        ("é_ -", "[é][_][ ][\\-]"),
        ("\\-", "[\\-]"),
        ("[!-/]", "[\\!-\\/]"),
        ("[-a]", "[\\-a]"),
        ("[a-a]", "[a]"),
        ("[\\n-\\r]", "[\n-\r]"),
        ("[\\.-\\/]", "[\\.-\\/]"),
        ("(" * 8 + "a" + ")" * 8, "[a]"),
    ],
)
def test_a_pattern_is_spelt_out_for_databases(pattern: str, spelt: str):
    assert portable(pattern) == spelt


SHORT_TEXTS = ["".join(letters) for size in range(5) for letters in product("ab1", repeat=size)]


@pytest.mark.parametrize(
    "pattern",
    [
        "a", "ab", "a|b", "^a", "a$", "^a$", "^a*$", "^a*b$", "^(ab)*$", "^a+$", "^a+b", "^a?$",
        "^a?b?$", "^(a|b1)+$", "^a{2}$", "^a{2,}$", "^a{1,2}$", "^a{0,2}b$", "^(?:ab|1)b$", "a*",
        "^a?b*1$", "a*b*$", "(a|ab)1", "[^a]", "^[^a]+$", "^(a|b)?1$", "^1*(a|b)*$", "[a-b]b",
        r"\d", "^(a?|b)1$", "^(a|b?)1$", "^a{1,3}1", "(ab){2}", "b{3}", "a?", "^(a|b)*1(a|b)$",
        "^a{2,3}$",
    ],
)  # fmt: skip
def test_a_pattern_finds_in_every_short_text_what_pythons_engine_finds(pattern: str):
    """All texts of up to four letters, each twice: the second walk goes over remembered steps."""
    found = [matcher(pattern)(text) for text in SHORT_TEXTS]
    assert found == [re.search(_python(pattern), text) is not None for text in SHORT_TEXTS]
    assert found == [matcher(pattern)(text) for text in SHORT_TEXTS]


def test_counts_cannot_make_an_automaton_too_large():
    with pytest.raises(BadPattern, match=str(MAX_STATES)):
        matcher("(?:abcdefghij){64}")
    matcher("(?:abcdefghij){40}")
    with pytest.raises(BadPattern, match=f"expected at most {MAX_STATES} characters once counts"):
        matcher("(?:abcdefghij){40}k")


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
    assert 0 < len(automaton.memo) <= MAX_MEMO
    assert 0 < len(automaton.takes) <= MAX_MEMO
