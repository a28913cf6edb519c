"""STIX patterns (STIX 2.1 part 9): the addresses, URLs, names and accounts that one asks for.

A tokenizer of our own reads a pattern once from left to right, so its time is its length. What the
pattern *asks for* is what stands right of `=` or in an IN list; what it excludes, matches loosely
or only describes is no claim about anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LONGEST = 20_000  # characters of a pattern
MOST = 1_000  # values of one pattern
SPACE = frozenset(" \t\n\r")
ENDS = frozenset(" \t\n\r()[]=!<>,'")
# Object path → what it names.
PATHS = {
    "ipv4-addr:value": "address",
    "ipv6-addr:value": "address",
    "network-traffic:src_ref.value": "source",
    "network-traffic:dst_ref.value": "address",
    "network-traffic:dst_port": "port",
    "network-traffic:src_port": "source_port",
    "url:value": "url",
    "domain-name:value": "domain",
    "email-addr:value": "account",
    "email-message:from_ref.value": "account",
    "email-message:sender_ref.value": "account",
}


class PatternToken(NamedTuple):
    """`kind` is "path", "word", "text" or "mark"."""

    kind: str
    text: str


@dataclass(slots=True)
class PatternValues:
    """What one observation (a pair of brackets) asks for, by what it names."""

    values: list[tuple[str, str]] = field(default_factory=list)
    other: bool = False  # it also asks for something that is not read here


def tokens(pattern: str) -> Iterator[PatternToken]:
    r"""The tokens of a pattern; an unclosed text ends at the pattern's end.

    >>> [token.text for token in tokens(r"[url:value = 'a\'b']")]
    ['[', 'url:value', '=', "a'b", ']']
    """
    pattern, position = pattern[:LONGEST], 0
    while position < len(pattern):
        letter = pattern[position]
        if letter in SPACE:
            position += 1
        elif letter == "'":
            text, position = _text(pattern, position + 1)
            yield PatternToken("text", text)
        elif letter in ENDS:
            two = pattern[position : position + 2]
            mark = two if two in {"!=", "<=", ">=", "<>"} else letter
            position += len(mark)
            yield PatternToken("mark", mark)
        else:
            word, position = _word(pattern, position)
            yield PatternToken("path" if ":" in word else "word", word)


def _text(pattern: str, start: int) -> tuple[str, int]:
    out: list[str] = []
    position = start
    while position < len(pattern):
        stop = min(
            (at for mark in "'\\" if (at := pattern.find(mark, position)) >= 0),
            default=len(pattern),
        )
        out.append(pattern[position:stop])
        if pattern[stop : stop + 1] != "\\":
            return "".join(out), stop + 1
        out.append(pattern[stop + 1 : stop + 2])
        position = stop + 2
    return "".join(out), position


def _word(pattern: str, start: int) -> tuple[str, int]:
    """A word or path; a path may hold an index in brackets, `refs[0].value`."""
    position = start
    while position < len(pattern):
        letter = pattern[position]
        index = letter == "[" and ":" in pattern[start:position]
        closed = pattern.find("]", position, position + 12) if index else -1
        if closed > 0:
            position = closed + 1
        elif letter in ENDS:
            break
        else:
            position += 1
    return pattern[start:position], position


def pattern_values(pattern: str) -> list[PatternValues]:
    """What each observation of the pattern asks for, at most `MOST` values together.

    >>> pattern_values("[ipv4-addr:value = '192.0.2.1' AND url:value != 'x']")[0].values
    [('address', '192.0.2.1')]
    """
    observations: list[PatternValues] = []
    words = list(tokens(pattern))
    left = MOST
    for position, token in enumerate(words):
        if token == ("mark", "["):
            observations.append(PatternValues())
        if token.kind != "path" or not observations or left <= 0:
            continue
        name = PATHS.get(token.text.replace("[*]", "").lower())
        values = _compared(words[position + 1 : position + MOST + 8])
        denied = position > 0 and words[position - 1].text.upper() == "NOT"
        if name is None or values is None or denied:
            observations[-1].other |= not token.text.endswith(".type")
            continue
        observations[-1].values.extend((name, value) for value in values[:left])
        left -= len(values)
    return observations


def _compared(following: Sequence[PatternToken]) -> list[str] | None:
    """The values that a path is asked to equal, or None when it is not asked to."""
    if not following:
        return None
    operator = following[0].text.upper()
    if operator == "=" and len(following) > 1:
        return [following[1].text]
    if operator != "IN" or len(following) < 2 or following[1].text != "(":  # noqa: PLR2004 - IN and its bracket
        return None
    values: list[str] = []
    for token in following[2:]:
        if token == ("mark", ")"):
            break
        if token != ("mark", ","):
            values.append(token.text)
    return values
