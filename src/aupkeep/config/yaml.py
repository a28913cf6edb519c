"""YAML 1.2 with a file and a line for every value; surprising constructs are refused.

`no` stays a string: only `true` and `false` are booleans (YAML 1.2.2 section 10.3.2, core schema).
Refused with the line where it stands: duplicate keys, anchors and aliases (the bombs need them),
tags, a second document, a `%YAML` directive, tabs in an indentation, bytes that are not UTF-8,
nesting deeper than 32 and texts longer than 1 MiB. The parser's events are read one by one, so a
hostile file is turned away before it has become a tree.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from types import MappingProxyType, ModuleType
from typing import cast

import yaml as libyaml
from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from aupkeep.model.errors import Invalid

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_WHOLE = 2**53 - 1  # RFC 8259 section 6: integers every JSON reader agrees on
MAX_DIGITS = 40
# YAML 1.2.2 section 10.3.2, without octal and hexadecimal, which a policy's reader misreads.
BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NULLS = {"", "~", "null", "Null", "NULL"}
WHOLE = re.compile(r"[-+]?[0-9]+", re.ASCII)
FRACTION = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
# what libyaml reads as YAML 1.1 has it, or otherwise than YAML 1.2
ODD = re.compile(
    r"[\t\r\ufeff]|^(?:---|\.\.\.)|[|>][-+0-9]*\s*(?:#|\n +\n)|(?:^|[-?:,[{]) *\?", re.MULTILINE
)
INDENT_TAB = re.compile(r"^ *\t", re.MULTILINE)

Scalar = bool | int | float | str | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]


class BadYaml(Invalid):
    """A text is not the YAML we take; `file`, `line` (from 1) and `reason` say where and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        """The message is `file:line: reason`."""
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class YamlNode:
    """One value with its place: `value` is a scalar, a tuple of nodes or a mapping of nodes.

    `line` counts from 1; of a block scalar (`|`, `>`) it is the first line of the text itself, and
    `literal` is True where every line of the text stands on its own line of the file (`|`).
    `lines` holds the line of each key of a mapping.
    """

    value: "Scalar | tuple[YamlNode, ...] | Mapping[str, YamlNode]"
    file: str
    line: int
    literal: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    def bad(self, expected: str) -> BadYaml:
        """An error at this place that names what was expected and what was found."""
        return BadYaml(self.file, self.line, f"expected {expected}, found {self.shown()}")

    def shown(self) -> str:
        """The value in a few words, for messages."""
        if isinstance(self.value, Mapping):
            return "a mapping"
        if isinstance(self.value, tuple):
            return "a list"
        return "nothing" if self.value is None else repr(self.value)[:80]

    def mapping(self, what: str = "a mapping") -> "Mapping[str, YamlNode]":
        """The nodes by key. Raises `BadYaml` unless this is a mapping."""
        if not isinstance(self.value, Mapping):
            raise self.bad(what)
        return self.value

    def items(self, what: str = "a list") -> "tuple[YamlNode, ...]":
        """The nodes in order. Raises `BadYaml` unless this is a list."""
        if not isinstance(self.value, tuple):
            raise self.bad(what)
        return self.value

    def text(self, what: str = "a text") -> str:
        """The string. Raises `BadYaml` for anything else and for an empty one."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.bad(what)
        return self.value

    def whole(self, what: str = "a whole number") -> int:
        """The integer. Raises `BadYaml` for anything else, `true` included."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.bad(what)
        return self.value

    def plain(self) -> Plain:
        """The value without its places: dicts, lists and scalars."""
        if isinstance(self.value, Mapping):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value


def read_yaml(text: str | bytes, file: str) -> YamlNode:
    r"""Read one YAML document; `file` is the name that errors carry. Raises `BadYaml`.

    >>> node = read_yaml("answer: no\nports: [25, 465]", "a.yaml")
    >>> node.plain(), node.mapping()["ports"].line
    ({'answer': 'no', 'ports': [25, 465]}, 2)
    """
    text = _decoded(text, file)
    tab = INDENT_TAB.search(text)
    if tab:
        line = text.count("\n", 0, tab.start()) + 1
        raise BadYaml(file, line, "expected spaces in the indentation, found a tab")
    if not ODD.search(text):  # libyaml is six times as quick; what it refuses is read again
        quick = cast("Iterator[events.Event]", libyaml.parse(text, Loader=libyaml.CSafeLoader))
        with suppress(BadYaml, libyaml.YAMLError):
            return _Reader(file, quick, libyaml).document()
    try:
        return _Reader(file, iter(YAML(typ="safe", pure=True).parse(text)), events).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadYaml(file, line, f"expected YAML 1.2, found: {error.problem}") from error
    except (YAMLError, ValueError, OverflowError, IndexError) as error:
        # ruamel lets some malformed escapes and directives out as plain Python errors
        raise BadYaml(file, 1, f"expected YAML 1.2, found: {str(error)[:120]}") from error


def written_yaml(value: object) -> str:
    """Plain data (what JSON can hold) as YAML 1.2."""
    text = StringIO()
    YAML(typ="safe", pure=True).dump(value, text)
    return text.getvalue()


def _decoded(text: str | bytes, file: str) -> str:
    """UTF-8 text of bearable length; the line of the first bad byte otherwise."""
    raw = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    if len(raw) > MAX_BYTES:
        raise BadYaml(file, 1, f"expected at most {MAX_BYTES} bytes, found {len(raw)}")
    try:
        decoded = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadYaml(file, line, "expected UTF-8, found other bytes") from error
    for offset, letter in enumerate(decoded):
        if not letter.isprintable() and letter not in "\n\r\t\u00a0\u00ad":
            line = decoded.count("\n", 0, offset) + 1
            raise BadYaml(file, line, f"expected printable text, found {letter!r}")
    return decoded


class _Reader:
    """Builds nodes from a parser's events, one document deep; `kinds` has their classes."""

    def __init__(self, file: str, parsed: Iterator[events.Event], kinds: ModuleType) -> None:
        self.file = file
        self.events = parsed
        self.kinds = kinds

    def document(self) -> YamlNode:
        """The only document of the stream; an empty stream is a null."""
        for event in self.events:
            if isinstance(event, self.kinds.StreamEndEvent):
                return YamlNode(None, self.file, 1)
            if isinstance(event, self.kinds.DocumentStartEvent):
                self._no_directive(event)
                break
        root = self._node(next(self.events), 0)
        for event in self.events:
            if isinstance(event, self.kinds.DocumentStartEvent):
                raise self._refusal(event, "one document", "a second one")
        return root

    def _no_directive(self, event: events.DocumentStartEvent) -> None:
        if event.version or event.tags:
            raise self._refusal(event, "no directive", "%YAML or %TAG")

    def _refusal(self, event: events.Event, expected: str, actual: str) -> BadYaml:
        return BadYaml(self.file, _line(event), f"expected {expected}, found {actual}")

    def _node(self, event: events.Event, depth: int) -> YamlNode:
        if depth > MAX_DEPTH:
            raise self._refusal(event, f"at most {MAX_DEPTH} levels", "more")
        if isinstance(event, self.kinds.AliasEvent) or getattr(event, "anchor", None):
            raise self._refusal(event, "the value itself", "an anchor or alias (& or *)")
        tag = getattr(event, "tag", None)
        if tag:
            hint = f"the tag {str(tag)[:40]!r}; put a text that starts with ! in quotes"
            raise self._refusal(event, "a plain value", hint)
        if isinstance(event, self.kinds.MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, self.kinds.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._scalar(event)

    def _mapping(self, start: events.Event, depth: int) -> YamlNode:
        values: dict[str, YamlNode] = {}
        lines: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, self.kinds.MappingEndEvent):
                break
            key = self._key(event)
            if key in values:
                first = f"{key!r} again; it stands in line {lines[key]} already"
                raise self._refusal(event, "each key once", first)
            values[key] = self._node(next(self.events), depth + 1)
            lines[key] = _line(event)
        return YamlNode(MappingProxyType(values), self.file, _line(start), lines=lines)

    def _key(self, event: events.Event) -> str:
        """A key is its own text, whatever it looks like: `no:` is "no", `25:` is "25"."""
        if isinstance(event, self.kinds.ScalarEvent) and not event.anchor and not event.tag:
            return self._text(event)
        raise self._refusal(event, "a plain key", "something else")

    def _sequence(self, start: events.Event, depth: int) -> YamlNode:
        nodes: list[YamlNode] = []
        for event in self.events:
            if isinstance(event, self.kinds.SequenceEndEvent):
                break
            nodes.append(self._node(event, depth + 1))
        return YamlNode(tuple(nodes), self.file, _line(start))

    def _scalar(self, event: events.Event) -> YamlNode:
        if not isinstance(event, self.kinds.ScalarEvent):
            raise self._refusal(event, "a value", "the end of one")
        text = self._text(event)
        if event.style in {"|", ">"}:
            return YamlNode(text, self.file, _line(event) + 1, literal=event.style == "|")
        quoted = event.style in {"'", '"'}
        return YamlNode(text if quoted else self._resolved(text, event), self.file, _line(event))

    def _text(self, event: events.ScalarEvent) -> str:
        """The scalar's characters; JSON's surrogate pairs (RFC 8259 section 7) become one."""
        text = str(event.value)
        if text.isascii() and "\0" not in text:
            return text
        try:
            whole = text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise self._refusal(event, "whole characters", "half a surrogate pair") from error
        if "\0" in whole:
            raise self._refusal(event, "text without NUL", "NUL")
        return whole

    def _resolved(self, text: str, event: events.Event) -> Scalar:
        """What an unquoted text means (core schema); not-a-number and infinity are texts."""
        if text in NULLS:
            return None
        if text in BOOLS:
            return BOOLS[text]
        if len(text) > MAX_DIGITS or not FRACTION.fullmatch(text):
            return text
        if WHOLE.fullmatch(text):
            if abs(int(text)) > MAX_WHOLE:
                raise self._refusal(event, f"a number up to {MAX_WHOLE}", text)
            return int(text)
        if not math.isfinite(float(text)):
            raise self._refusal(event, "a finite number", text)
        return float(text)


def _line(event: events.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1
