"""Tokens to a syntax tree: recursive descent with a bound on its depth.

    either   = both ("||" both)*
    both     = relation ("&&" relation)*
    relation = unary (("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") unary)?
    unary    = "!"* primary | "-" number
    primary  = literal | list | name | call | "(" either ")"

Where CEL would let relations chain (`a < b < c`) we refuse: nobody means what CEL makes of it.
"""

import math
import re
from collections.abc import Callable
from dataclasses import replace

from aupkeep.policy.automaton import matcher
from aupkeep.policy.facts import MAX_WHOLE
from aupkeep.policy.lexer import LexerToken, tokens
from aupkeep.policy.pattern import BadPattern
from aupkeep.policy.tree import (
    BadCondition,
    Choices,
    Compare,
    Constant,
    Every,
    In,
    IsKnown,
    MatchesPattern,
    Name,
    Node,
    Not,
    Size,
    Some,
    StartsWith,
)

MAX_DEPTH = 24
MAX_CHOICES = 100
RELATIONS = {"==", "!=", "<", "<=", ">", ">=", "in"}
ESCAPE = re.compile(r"\\(?:([\\'\"nrt])|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
FUNCTIONS = {"has", "size", "matches"}
METHODS = {"startsWith", "matches"}


def parse(text: str) -> Node:
    """Read one condition. Raises `BadCondition` with the place; never anything else.

    >>> parse("evidence.level >= 2").sign
    '>='
    """
    return _Parser(text).whole()


class _Parser:
    """One pass over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> LexerToken:
        """The token that is next."""
        return self.tokens[self.index]

    def bad(self, expected: str, token: LexerToken | None = None) -> BadCondition:
        """What was expected where something else stands."""
        lexer_token = token or self.token
        return BadCondition(
            self.text, lexer_token.start, f"expected {expected}, found {lexer_token.text[:40]!r}"
        )

    def take(self, text: str) -> bool:
        """Step over this sign if it is next; the text of a string has its quotes."""
        if self.token.text != text:
            return False
        self.index += 1
        return True

    def need(self, text: str) -> LexerToken:
        """Step over this sign or refuse."""
        token = self.token
        if not self.take(text):
            raise self.bad(repr(text))
        return token

    def next(self) -> LexerToken:
        """Step over whatever is next."""
        token = self.token
        self.index += 1
        return token

    def whole(self) -> Node:
        """The condition and nothing after it."""
        node = self.either()
        if self.token.kind != "end":
            raise self.bad("&&, || or the end")
        return node

    def either(self) -> Node:
        """Alternatives."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.bad(f"at most {MAX_DEPTH} levels of nesting")
        parts = self.chain("||", lambda: self.chained("&&", self.relation))
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Some(parts[0].start, parts[-1].end, parts)

    def chained(self, sign: str, part: Callable[[], Node]) -> Node:
        """Conditions that must all hold."""
        parts = self.chain(sign, part)
        return parts[0] if len(parts) == 1 else Every(parts[0].start, parts[-1].end, parts)

    def chain(self, sign: str, part: Callable[[], Node]) -> tuple[Node, ...]:
        """`part (sign part)*`."""
        parts = [part()]
        while self.take(sign):
            parts.append(part())
        return tuple(parts)

    def relation(self) -> Node:
        """A comparison or a bare truth value."""
        left = self.unary()
        sign = self.token
        if sign.text not in RELATIONS:
            return left
        self.index += 1
        right = self.unary()
        if self.token.text in RELATIONS:
            raise self.bad("&& between two comparisons")
        if sign.text == "in":
            return In(left.start, right.end, left, right)
        return Compare(left.start, right.end, sign.text, left, right)

    def unary(self) -> Node:
        """Negation, at most one deep; a minus only before a number."""
        token = self.token
        if self.take("!"):
            if self.token.text == "!":
                raise self.bad("one !")
            part = self.primary()
            return Not(token.start, part.end, part)
        if self.take("-"):
            if self.token.kind != "number":
                raise self.bad("a number after -")
            number = self.number(self.next(), -1)
            return Constant(token.start, number.end, number.value)
        return self.primary()

    def primary(self) -> Node:
        """A value, a fact, a call or parentheses."""
        token = self.next()
        if token.kind == "number":
            return self.number(token, 1)
        if token.kind == "string":
            return Constant(token.start, token.end, self.string(token))
        if token.text in {"true", "false"}:
            return Constant(token.start, token.end, token.text == "true")
        if token.kind == "name":
            called = self.token.text == "("
            return self.call(token) if called else Name(token.start, token.end, token.text)
        if token.text == "(":
            node = self.either()
            return replace(node, start=token.start, end=self.need(")").end)
        if token.text == "[":
            return self.choices(token)
        raise self.bad("a fact, a value or (", token)

    def choices(self, start: LexerToken) -> Choices:
        """A list of literals."""
        values: list[Constant] = []
        while not values or self.take(","):
            value = self.unary()
            if not isinstance(value, Constant) or len(values) >= MAX_CHOICES:
                raise BadCondition(
                    self.text, value.start, f"expected at most {MAX_CHOICES} values in a list"
                )
            values.append(value)
        return Choices(start.start, self.need("]").end, tuple(values))

    def call(self, token: LexerToken) -> Node:
        """`has(x)`, `size(x)`, `matches(x, 'p')`, `x.startsWith('p')`, `x.matches('p')`."""
        self.need("(")
        subject, _, method = token.text.rpartition(".")
        if method not in (METHODS if subject else FUNCTIONS):
            raise self.bad("has, size, matches or startsWith", token)
        if subject:
            name = Name(token.start, token.start + len(subject), subject)
        else:
            inner = self.next()
            if inner.kind != "name":
                raise self.bad("a fact", inner)
            name = Name(inner.start, inner.end, inner.text)
        if method == "matches" and not subject:
            self.need(",")
        if method in METHODS:
            return self.worded(token, method, name)
        end = self.need(")").end
        node_type = IsKnown if method == "has" else Size
        return node_type(token.start, end, name)

    def worded(self, token: LexerToken, method: str, name: Name) -> Node:
        """The calls that take a string."""
        word = self.next()
        if word.kind != "string":
            raise self.bad("a string", word)
        text = self.string(word)
        end = self.need(")").end
        if method == "startsWith":
            return StartsWith(token.start, end, name, text)
        try:
            matcher(text)
        except BadPattern as error:
            raise BadCondition(self.text, word.start, str(error)) from error
        return MatchesPattern(token.start, end, name, text)

    def number(self, token: LexerToken, sign: int) -> Constant:
        """An int, or a double where it is written with a point or an exponent."""
        if token.text.isdigit():
            if len(token.text) > len(str(MAX_WHOLE)) or int(token.text) > MAX_WHOLE:
                raise self.bad(f"a number up to {MAX_WHOLE}", token)
            return Constant(token.start, token.end, sign * int(token.text))
        value = sign * float(token.text)
        if not math.isfinite(value):
            raise self.bad("a finite number", token)
        return Constant(token.start, token.end, value)

    def string(self, token: LexerToken) -> str:
        r"""The text of a string literal, escapes resolved unless it is raw (`r'\d'`)."""
        raw = token.text.startswith("r")
        body = token.text[2:-1] if raw else token.text[1:-1]
        text = body if raw else ESCAPE.sub(lambda match: self.escape(token, match), body)
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.bad("a string without NUL and surrogates", token)
        return text

    def escape(self, token: LexerToken, match: re.Match[str]) -> str:
        r"""One of \\ \' \" \n \r \t \uXXXX."""
        if match[3]:
            raise BadCondition(
                self.text,
                token.start + 1 + match.start(),
                rf"expected \\ \' \" \n \r \t or \uXXXX, found \{match[3]}",
            )
        return chr(int(match[2], 16)) if match[2] else LETTERS.get(match[1], match[1])
