"""Loads a policy pack from the texts of its files; all problems at once, each with its line.

A pack is one or more YAML files; the caller reads every `*.yaml` of a folder, or one file, and
gives name → text. A file may hold, in any mix,

    pack:      id, title, document, version [, effective]: once in the whole pack
    clauses:   id, title, text (verbatim, binding), anchor
               [, standard, document, version, effective]
    rules:     see docs/adding/rule.md
    detectors: mode and thresholds of each detector of our traffic: docs/flows.md
    retention: how long what is kept: docs/retention.md; once in the whole pack

Files are taken in the order of their names. The version's hash is over the content, not over file
names, comments or the order of keys.
"""

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from aupkeep.config.yaml import BadYaml, Plain, YamlNode, read_yaml
from aupkeep.model.clause import CLAUSE_STANDARDS, Clause
from aupkeep.model.facts import canonical
from aupkeep.model.retention import RetentionTable
from aupkeep.policy.detectors import read_detectors
from aupkeep.policy.limits import complaints
from aupkeep.policy.pack import BadPack, DetectorSettings, Pack, PolicyRule, Problem, outcome
from aupkeep.policy.reading import Fields, Notes, read_clause, read_rule
from aupkeep.policy.retention import read_retention

SECTIONS = {"pack", "clauses", "rules", "detectors", "retention"}
PACK_KEYS = {"id", "title", "document", "version"}
MAY = {"effective"}  # keys a head may have
WANTED = 'expected clause "{}" with the operator\'s binding text, found none'


def load(files: Mapping[str, str | bytes], *, whole: bool = True) -> Pack:
    """The pack of these files. Raises `BadPack` with every problem.

    `whole` demands the head and all 16 clauses with their text; without it a single file of rules
    may be loaded, to be tried out. A version that decides about customers is always whole.
    """
    reading = _Reading(files)
    if whole:
        reading.demand()
    if reading.problems:
        raise BadPack(tuple(sorted(reading.problems, key=_order)))
    return reading.pack()


def check(files: Mapping[str, str | bytes]) -> tuple[Problem, ...]:
    """Everything that is wrong with these files, in order of file and line; empty = fine.

    Completeness is demanded where the files hold a head or clauses: a lone file of rules is
    checked as what it is.
    """
    reading = _Reading(files)
    if reading.head is not None or reading.clauses:
        reading.demand()
    return tuple(sorted(reading.problems, key=_order))


def _order(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.reason


class _Reading:
    """Reads all files, remembers what it found and what is wrong."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.problems: list[Problem] = []
        self.head: dict[str, str] | None = None
        self.head_at: tuple[str, int] = (min(files, default="pack.yaml"), 1)
        self.clauses: dict[str, Clause] = {}
        self.rules: dict[str, PolicyRule] = {}
        self.detectors: dict[str, DetectorSettings] = {}
        self.retention: RetentionTable | None = None
        self.content: dict[str, list[Plain]] = {"clauses": [], "rules": []}
        if not files:
            self._note("pack.yaml", 1, "expected a pack's files, found none")
        roots = [root for name in sorted(files) if (root := self._root(name, files[name]))]
        sections = (self._heads, self._clauses, self._rules, self._detectors, self._retention)
        for section in sections:
            for fields in roots:
                section(fields)
                self.problems.extend(fields.notes.problems)
                fields.notes.problems.clear()

    def _note(self, file: str, line: int, reason: str) -> None:
        """A problem of no one rule."""
        self.problems.append(Problem(file=file, line=line, rule=None, reason=reason))

    def _root(self, name: str, text: str | bytes) -> Fields | None:
        try:
            root = read_yaml(text, name)
        except BadYaml as error:
            self._note(name, error.line, error.reason)
            return None
        fields = Fields(root, Notes(name))
        if fields.values:
            fields.only(SECTIONS)
        elif not fields.notes.problems:
            fields.notes.note(
                1, None, "expected pack, clauses, rules or detectors, found an empty file"
            )
        return fields

    def _heads(self, fields: Fields) -> None:
        if "pack" not in fields.values:
            return
        head = Fields(fields.values["pack"], fields.notes)
        if self.head is not None:
            first = ":".join(map(str, self.head_at))
            fields.note("pack", f"expected one head, found a second; the first is at {first}")
            return
        head.only(PACK_KEYS | MAY)
        head.need(sorted(PACK_KEYS))
        head.day("effective")
        named = PACK_KEYS | (MAY & head.values.keys())
        self.head = {key: head.text(key) for key in sorted(named)}
        self.head_at = (fields.notes.file, fields.line("pack"))

    def _clauses(self, fields: Fields) -> None:
        for node in fields.items("clauses"):
            clause = read_clause(node, fields.notes, self.head or {})
            if clause is None:
                continue
            if clause.id in self.clauses:
                fields.notes.note(
                    node.line, None, f"expected clause {clause.id} once, found it twice"
                )
            self.clauses[clause.id] = clause
            self.content["clauses"].append(node.plain())

    def _rules(self, fields: Fields) -> None:
        standards = {**CLAUSE_STANDARDS, **{c.id: c.standard for c in self.clauses.values()}}
        for node in fields.items("rules"):
            rule = read_rule(node, fields.notes, standards)
            if rule is None:
                continue
            if rule.id in self.rules:
                fields.notes.note(
                    node.line, rule.id, f"expected rule {rule.id} once, found it twice"
                )
            self.rules[rule.id] = rule
            self.content["rules"].append(node.plain())
            self.problems.extend(_judged(rule, node, fields.notes.file))

    def _detectors(self, fields: Fields) -> None:
        for settings in read_detectors(fields):
            if settings.name in self.detectors:
                first = self.detectors[settings.name]
                fields.notes.note(
                    settings.lines[""],
                    settings.name,
                    f"expected it once, found it in {first.file}:{first.lines['']} already",
                )
            self.detectors[settings.name] = settings

    def _retention(self, fields: Fields) -> None:
        table = read_retention(fields)
        if table is None:
            return
        if self.retention is not None:
            fields.note("retention", "expected one table, found a second")
        self.retention = table

    def demand(self) -> None:
        """A whole pack has a head and the text of all 16 clauses."""
        file, line = self.head_at
        if self.head is None:
            self._note(file, line, "expected a head `pack:`, found none")
        for name in CLAUSE_STANDARDS:
            if name not in self.clauses:
                self._note(file, line, WANTED.format(name))

    def pack(self) -> Pack:
        """The pack; only when nothing is wrong."""
        head = self.head or {"id": "", "title": "", "document": "", "version": ""}
        modes = {settings.name: settings.plain() for settings in self.detectors.values()}
        watched = {"detectors": modes} if modes else {}
        retention = {"retention": self.retention.plain()} if self.retention else {}
        content = canonical({"pack": head, **self.content, **watched, **retention})
        return Pack(
            id=head["id"],
            title=head["title"],
            clauses=MappingProxyType(self.clauses),
            rules=tuple(self.rules.values()),
            detectors=MappingProxyType(self.detectors),
            digest=hashlib.sha256(content).hexdigest(),
            content=content,
            retention=self.retention,
        )


def _judged(rule: PolicyRule, node: YamlNode, file: str) -> Iterator[Problem]:
    """What a readable rule does wrong: it goes beyond the limits, or fails its own tests."""
    for key, reason in complaints(rule):
        line = node.lines.get(key, node.line)
        yield Problem(file=file, line=line, rule=rule.id, reason=f"{key}: {reason}")
    for trial in rule.trials:
        rule_outcome = outcome(rule, trial.facts)
        if rule_outcome is not trial.expect:
            name = f" {trial.name!r}" if trial.name else ""
            reason = f"tests: test{name}: expected {trial.expect}, found {rule_outcome}"
            yield Problem(file=file, line=trial.line, rule=rule.id, reason=reason)
