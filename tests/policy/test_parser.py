"""The condition language: what it takes, and where it says what is wrong."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.policy.condition import examine
from aupkeep.policy.lexer import LexerToken, tokens
from aupkeep.policy.parser import MAX_DEPTH, parse
from aupkeep.policy.tree import (
    BadCondition,
    Compare,
    Constant,
    Every,
    MatchesPattern,
    Name,
    Not,
    Some,
    StartsWith,
    names,
)

SIGNS = ["(", ")", "[", "]", ",", ".", "&&", "||", "!", "==", "<", ">=", "=", "&", "?", ":", "-"]
VALUES = [
    "1",
    "2.5",
    "'a'",
    '"b"',
    r"r'\d'",
    "'x",
    r"'\u00e6'",
    r"'\q'",
    "true",
    "²",
    "٣",
    "\n",
    "#",
]
WORDS = ["in", "has", "size", "matches", "case.events", "finding.kind", "finding.url.startsWith"]
PIECES = st.sampled_from(SIGNS + VALUES + WORDS)


def test_and_binds_closer_than_or():
    tree = parse("a.b || c.d && e.f")
    assert isinstance(tree, Some)
    assert isinstance(tree.parts[1], Every)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-5", -5),
        ("1.5", 1.5),
        ("2e1", 20.0),
        ("9007199254740991", 9007199254740991),
        (r"'it\'s'", "it's"),
        (r'"a\n\u00e6\\"', "a\næ\\"),
        (r"r'\d+'", r"\d+"),
        ("false", False),
    ],
)
def test_literals_read_as_in_cel(text: str, value: object):
    tree = parse(f"x.y == {text}")
    assert isinstance(tree, Compare)
    assert isinstance(tree.left, Name)
    assert isinstance(tree.right, Constant)
    assert (tree.right.value, type(tree.right.value)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("", 1, 1, "expected a fact"),
        ("a.b &&\n  = 2", 2, 3, "expected ==, found '='"),
        ("a.b & c.d", 1, 5, "expected &&"),
        ("a.b == 'x", 1, 8, "closed string"),
        ("a.b == 1 == 2", 1, 10, "^expected && between two comparisons, found '=='$"),
        ("a.b < 1 < 2", 1, 9, "&& between"),
        ("!!a.b", 1, 2, "^expected one !, found '!'$"),
        ("(a.b", 1, 5, r"^expected '\)', found 'the end'$"),
        ("a.b c.d", 1, 5, "&&, || or the end"),
        ("a.b ? 1 : 2", 1, 5, "&& and ||"),
        ("a.b in []", 1, 9, "a fact, a value"),
        ("a.b in [c.d]", 1, 9, "values in a list"),
        ("a.b == 99999999999999999", 1, 8, "number up to"),
        ("a.b == 9007199254740992", 1, 8, "number up to 9007199254740991"),
        ("a.b == 00000000000000001", 1, 8, "number up to 9007199254740991"),
        ("a.b == 1e999", 1, 8, "^expected a finite number, found '1e999'$"),
        (r"a.b == '\x'", 1, 9, r"found \\x"),
        (r"a.b == 'ab\x'", 1, 11, r"found \\x"),
        (r"a.b == '\ud800'", 1, 8, "surrogates"),
        (r"a.b == '\udfff'", 1, 8, "^expected a string without NUL and surrogates, found"),
        ("a.b == 'x\0y'", 1, 8, "^expected a string without NUL and surrogates, found"),
        ("size('x') > 1", 1, 6, "a fact"),
        ("has(true)", 1, 5, "^expected a fact, found 'true'$"),
        ("in == 1", 1, 1, r"^expected a fact, a value or \(, found 'in'$"),
        ("a.map(1)", 1, 1, "has, size"),
        ("has(1)", 1, 5, "a fact"),
        ("a.b.matches('(a+)+')", 1, 13, "quantifier"),
        ("a.b.startsWith(1)", 1, 16, "^expected a string, found '1'$"),
        ("matches(a.b, c.d)", 1, 14, "^expected a string, found 'c.d'$"),
        ("\n=", 2, 1, "^expected ==, found '='$"),
        ("a.b | c.d", 1, 5, r"^expected \|\|, found '\|'$"),
        ("a.b ? c.d", 1, 5, r"^expected && and \|\|, found '\?'$"),
        ('a.b == "x', 1, 8, "^expected a closed string, found none before the end of the line$"),
        ("a.b " + "c" * 41, 1, 5, r"^expected &&, \|\| or the end, found 'c{40}'$"),
        ("a.b == - c.d", 1, 10, "^expected a number after -, found 'c.d'$"),
        ("(" * 30 + "a.b" + ")" * 30, 1, MAX_DEPTH + 1, "levels of nesting"),
        ("(" * 20 + "(a.b) && ((((a.b))))" + ")" * 20, 1, 34, "levels of nesting"),
        ("a.b && " * 900 + "a.b", 1, 1, "characters"),
        ("a.b||" * 799 + "a.b", 1, None, "words and signs"),
    ],
    ids=lambda value: str(value)[:16],
)
def test_a_wrong_condition_says_where_and_what(
    text: str, line: int, column: int | None, reason: str
):
    with pytest.raises(BadCondition) as caught:
        parse(text)
    assert re.search(reason, caught.value.reason)
    assert caught.value.line == line
    assert column in {None, caught.value.column}


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map(" ".join)))
def test_no_text_raises_anything_but_a_bad_condition(text: str):
    with suppress(BadCondition):
        assert list(names(parse(text))) is not None
    examine(text)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a.b == -5", Compare(0, 9, "==", Name(0, 3, "a.b"), Constant(7, 9, -5))),
        ("a.b == 1.5", Compare(0, 10, "==", Name(0, 3, "a.b"), Constant(7, 10, 1.5))),
        (
            "!a.b && true && c.d || e.f || g.h",
            Some(
                0,
                33,
                (
                    Every(
                        0,
                        19,
                        (
                            Not(0, 4, Name(1, 4, "a.b")),
                            Constant(8, 12, True),
                            Name(16, 19, "c.d"),
                        ),
                    ),
                    Name(23, 26, "e.f"),
                    Name(30, 33, "g.h"),
                ),
            ),
        ),
        ("a.b.startsWith('x')", StartsWith(0, 19, Name(0, 3, "a.b"), "x")),
        ("a.b.matches('x')", MatchesPattern(0, 16, Name(0, 3, "a.b"), "x")),
        (" matches(a.b, 'x') ", MatchesPattern(1, 18, Name(9, 12, "a.b"), "x")),
    ],
)
def test_each_part_knows_its_place(text: str, node: object):
    assert parse(text) == node


def test_brackets_side_by_side_are_not_nested():
    """However many there are."""
    assert len(parse(" || ".join(["(a.b)"] * 40)).parts) == 40


def test_how_long_a_condition_may_be():
    """To 4,000 characters and 600 words and signs; its last token is the end."""
    most = "!" + "||".join(["a.b"] * 300)
    assert len(parse(most).parts) == 300
    assert parse("a.b" + " " * 3997) == Name(0, 3, "a.b")
    for text, reason in (
        (f"{most}||!c.d", "expected at most 600 words and signs"),
        ("a.b" + " " * 3998, "expected at most 4000 characters, found 4001"),
    ):
        with pytest.raises(BadCondition) as caught:
            parse(text)
        assert caught.value.reason == reason
    assert tokens("in a.b ") == [
        LexerToken("word", "in", 0, 2),
        LexerToken("name", "a.b", 3, 6),
        LexerToken("end", "the end", 7, 7),
    ]


def test_a_list_holds_a_hundred_values():
    """The next one is refused where it stands."""
    hundred = ", ".join(["7"] * 100)
    assert len(parse(f"a.b in [{hundred}]").box.values) == 100
    with pytest.raises(BadCondition, match="expected at most 100 values in a list") as caught:
        parse(f"a.b in [{hundred}, 7]")
    assert caught.value.column == len(f"a.b in [{hundred}, ") + 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("near(case.events)", "expected has, size, matches or startsWith, found 'near'"),
        ("has('x')", "expected a fact, found \"'x'\""),
        (
            "size(customer.tags) && true",
            "expected bool, found int size(customer.tags)",
        ),
    ],
)
def test_a_call_that_is_none_is_named(text: str, reason: str):
    """Which calls there are, what they take, and the whole call where its type is wrong."""
    (error,) = examine(text)
    assert error.reason == reason
