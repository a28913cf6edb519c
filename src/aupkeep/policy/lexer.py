"""Characters to tokens of the condition language, a strict subset of CEL (cel-spec, langdef.md)."""

import re
from dataclasses import dataclass

from aupkeep.policy.tree import BadCondition

MAX_LENGTH = 4000  # characters of one condition
MAX_TOKENS = 600

PATTERN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)
  | (?P<string>r?"[^"\\\n]*(?:\\.[^"\\\n]*)*"|r?'[^'\\\n]*(?:\\.[^'\\\n]*)*')
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\],.-])
    """,
    re.VERBOSE | re.ASCII,
)
WORDS = {"true", "false", "in"}


@dataclass(frozen=True, slots=True)
class LexerToken:
    """`kind` is number, string, name, sign, word or end; `text` as written."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[LexerToken]:
    """All tokens and an `end`. Raises `BadCondition` for anything outside the subset."""
    if len(text) > MAX_LENGTH:
        raise BadCondition(text, 0, f"expected at most {MAX_LENGTH} characters, found {len(text)}")
    tokens: list[LexerToken] = []
    offset = 0
    while offset < len(text):
        match = PATTERN.match(text, offset)
        if match is None:
            raise BadCondition(text, offset, _stranger(text, offset))
        if match.lastgroup != "space":
            tokens.append(_token(match))
        if len(tokens) > MAX_TOKENS:
            raise BadCondition(text, offset, f"expected at most {MAX_TOKENS} words and signs")
        offset = match.end()
    tokens.append(LexerToken("end", "the end", offset, offset))
    return tokens


def _token(match: re.Match[str]) -> LexerToken:
    kind = str(match.lastgroup)
    if kind == "name" and match[0] in WORDS:
        kind = "word"
    return LexerToken(kind, match[0], match.start(), match.end())


def _stranger(text: str, offset: int) -> str:
    """What to write instead of the most common slips."""
    letter = text[offset]
    slips = {"=": "==", "&": "&&", "|": "||", "?": "&& and ||"}
    if letter in slips:
        return f"expected {slips[letter]}, found {letter!r}"
    if letter in "'\"":
        return "expected a closed string, found none before the end of the line"
    return f"expected a fact, a value or a sign, found {letter!r}"
