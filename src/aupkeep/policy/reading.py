"""YAML nodes to clauses and rules; every problem is noted with its line, reading goes on."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from aupkeep.config.yaml import BadYaml, YamlNode
from aupkeep.model.clause import CLAUSE_STANDARDS, Clause
from aupkeep.model.errors import Invalid
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import LEVELS, Evidence, Level, Measure, Standard
from aupkeep.model.moments import parse_day
from aupkeep.policy.condition import Condition, examine, read
from aupkeep.policy.facts import flatten, parse_facts
from aupkeep.policy.pack import PolicyRule, Problem, RuleOutcome, RuleTest, Status

RULE_KEYS = {
    "id", "clause", "title", "status", "when", "unless", "needs", "measure", "scope", "hours",
    "notice", "owner", "rationale", "false-positives", "given", "tests",
}  # fmt: skip
RULE_NEEDS = ("clause", "title", "status", "when", "needs", "measure", "owner", "rationale")
CLAUSE_KEYS = {
    "id", "title", "text", "anchor", "standard", "document", "version", "effective",
}  # fmt: skip
TRIAL_KEYS = {"name", "facts", "expect"}
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
MAX_IDENTIFIER = 60

Word = TypeVar("Word", bound=StrEnum)


class Notes:
    """Collects problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def note(self, line: int, rule: str | None, reason: str) -> None:
        """Remember one problem."""
        self.problems.append(Problem(file=self.file, line=line, rule=rule, reason=reason))


class Fields:
    """The keys of one mapping, read with a note instead of an exception where one is wrong."""

    def __init__(self, node: YamlNode, notes: Notes, rule: str | None = None) -> None:
        self.node = node
        self.notes = notes
        self.rule = rule
        try:
            self.values: Mapping[str, YamlNode] = node.mapping()
        except BadYaml as error:
            self.values = {}
            notes.note(error.line, rule, error.reason)

    def line(self, key: str) -> int:
        """The key's line, or the mapping's where the key is absent."""
        return self.node.lines.get(key, self.node.line)

    def note(self, key: str, reason: str) -> None:
        """A problem of this key."""
        self.notes.note(self.line(key), self.rule, f"{key}: {reason}")

    def only(self, allowed: set[str]) -> None:
        """Note keys that mean nothing here: a misspelt protection must not be ignored."""
        for key in self.values:
            if key not in allowed:
                expected = ", ".join(sorted(allowed))
                reason = f"{key[:60]}: expected one of {expected}, found {key[:60]!r}"
                self.notes.note(self.line(key), self.rule, reason)

    def need(self, keys: Iterable[str]) -> None:
        """Note keys that are missing."""
        for key in keys:
            if key not in self.values:
                self.note(key, f"expected a value for {key}, found none")

    def text(self, key: str, default: str = "") -> str:
        """A string, or the default with a note."""
        if key not in self.values:
            return default
        try:
            return self.values[key].text()
        except BadYaml as error:
            self.notes.note(error.line, self.rule, f"{key}: {error.reason}")
            return default

    def whole(self, key: str) -> int:
        """A whole number, or 0."""
        if key not in self.values:
            return 0
        try:
            return self.values[key].whole()
        except BadYaml as error:
            self.notes.note(error.line, self.rule, f"{key}: {error.reason}")
            return 0

    def items(self, key: str) -> tuple[YamlNode, ...]:
        """A list, or nothing."""
        if key not in self.values:
            return ()
        try:
            return self.values[key].items()
        except BadYaml as error:
            self.notes.note(error.line, self.rule, f"{key}: {error.reason}")
            return ()

    def word(self, key: str, kind: type[Word]) -> Word | None:
        """One word of an enumeration."""
        text = self.text(key)
        try:
            return kind(text) if text else None
        except ValueError:
            expected = ", ".join(member.value for member in kind)
            self.note(key, f"expected one of {expected}, found {text[:60]!r}")
            return None

    def day(self, key: str) -> datetime | None:
        """A moment, or a day, which begins at midnight UTC; None where it is absent or wrong."""
        text = self.text(key)
        try:
            return parse_day(text, key) if text else None
        except Invalid as error:
            self.notes.note(self.line(key), self.rule, str(error))
            return None

    def identifier(self, key: str) -> str:
        """Lower-case words joined by hyphens."""
        text = self.text(key)
        if not IDENTIFIER.fullmatch(text) or len(text) > MAX_IDENTIFIER:
            actual = repr(text[:60]) if text else "none"
            self.note(key, f"expected lower-case words joined by -, found {actual}")
            return ""
        return text

    def condition(self, key: str) -> Condition | None:
        """A condition; each of its problems is noted at its own line where the line is known."""
        text = self.text(key)
        if not text:
            return None
        examined = examine(text)
        if isinstance(examined, Condition):
            return examined
        node = self.values[key]
        skipped = text[: len(text) - len(text.lstrip())].count("\n")
        for error in examined:
            line = node.line + (skipped + error.line - 1 if node.literal else 0)
            self.notes.note(line, self.rule, f"{key}: column {error.column}: {error.reason}")
        return None


def read_clause(node: YamlNode, notes: Notes, document: Mapping[str, str]) -> Clause | None:
    """One clause; document and version come from the pack's head unless it has its own."""
    fields = Fields(node, notes)
    fields.only(CLAUSE_KEYS)
    fields.need(("id", "title", "text", "anchor"))
    name = fields.text("id")
    if name and name not in CLAUSE_STANDARDS:
        expected = ", ".join(CLAUSE_STANDARDS)
        fields.note("id", f"expected one of {expected}, found {name[:60]!r}")
        return None
    standard = fields.word("standard", Standard) or CLAUSE_STANDARDS.get(name)
    if standard is None:
        return None
    return Clause(
        id=name,
        title=fields.text("title"),
        text=fields.text("text"),
        document=fields.text("document", document.get("document", "")),
        version=fields.text("version", document.get("version", "")),
        anchor=fields.text("anchor"),
        standard=standard,
        effective=fields.day("effective") or _effective(fields, document),
    )


def _effective(fields: Fields, document: Mapping[str, str]) -> datetime | None:
    """The head's date, for a clause of the head's own document and version."""
    own = "document" in fields.values or "version" in fields.values
    text = document.get("effective")
    try:
        return None if own or not text else parse_day(text)
    except Invalid:
        return None  # the head has said so


def read_rule(node: YamlNode, notes: Notes, standards: Mapping[str, Standard]) -> PolicyRule | None:
    """One rule, or None when a part that everything rests on cannot be read."""
    fields = Fields(node, notes)
    fields.rule = fields.identifier("id") or None
    fields.only(RULE_KEYS)
    fields.need(RULE_NEEDS)
    clause = _clause(fields, standards)
    when, unless = fields.condition("when"), fields.condition("unless")
    needs, measure = _needs(fields), fields.word("measure", Measure)
    status = fields.word("status", Status)
    given = _given(fields.values["given"], fields) if "given" in fields.values else {}
    trials = [_trial(item, fields, given) for item in fields.items("tests")]
    broken = "unless" in fields.values and unless is None
    if not (fields.rule and clause and when and measure and status) or needs is None or broken:
        return None
    return PolicyRule(
        id=fields.rule,
        clause=clause,
        standard=standards[clause],
        title=fields.text("title"),
        status=status,
        when=when,
        unless=unless,
        met=read(f"evidence.level >= {int(needs)}"),
        needs=needs,
        measure=measure,
        scope=_scope(fields, measure),
        hours=fields.whole("hours"),
        notice=fields.text("notice"),
        owner=fields.text("owner"),
        rationale=fields.text("rationale"),
        false_positives=_texts(fields, "false-positives"),
        trials=tuple(trial for trial in trials if trial),
        digest=hashlib.sha256(canonical(node.plain())).hexdigest(),
    )


def _clause(fields: Fields, standards: Mapping[str, Standard]) -> str:
    name = fields.text("clause")
    if name and name not in standards:
        expected = ", ".join(standards)
        fields.note("clause", f"expected one of the clauses {expected}, found {name[:60]!r}")
        return ""
    return name


def _scope(fields: Fields, measure: Measure) -> str:
    """Blank is `none` only where nothing is restricted; above that blank stays blank."""
    return fields.text("scope", "none" if LEVELS[measure] < Level.L3 else "")


def _needs(fields: Fields) -> Evidence | None:
    text = fields.text("needs")
    if text and text not in Evidence.__members__:
        fields.note("needs", f"expected E0 to E5, found {text[:60]!r}")
    return Evidence.__members__.get(text)


def _texts(fields: Fields, key: str) -> tuple[str, ...]:
    texts = []
    for item in fields.items(key):
        try:
            texts.append(item.text())
        except BadYaml as error:
            fields.notes.note(error.line, fields.rule, f"{key}: {error.reason}")
    return tuple(texts)


def _given(node: YamlNode, fields: Fields) -> dict[str, object]:
    """Facts by dotted name, not yet checked; a null takes a given fact away again."""
    try:
        return dict(flatten({key: value.plain() for key, value in node.mapping().items()}))
    except BadYaml as error:
        fields.notes.note(error.line, fields.rule, f"tests: {error.reason}")
        return {}


def _trial(node: YamlNode, rule: Fields, given: Mapping[str, object]) -> RuleTest | None:
    """One inline test: the rule's `given` facts with the test's own laid over them."""
    fields = Fields(node, rule.notes, rule.rule)
    fields.only(TRIAL_KEYS)
    fields.need(("expect",))
    expect = fields.word("expect", RuleOutcome)
    own = _given(fields.values["facts"], fields) if "facts" in fields.values else {}
    try:
        facts = parse_facts({**given, **own})
    except Invalid as error:
        fields.notes.note(fields.line("facts"), rule.rule, f"tests: {error}")
        return None
    if expect is None:
        return None
    return RuleTest(name=fields.text("name"), facts=facts, expect=expect, line=node.line)
