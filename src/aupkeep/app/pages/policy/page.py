"""The policy as people read it."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.app.policy_documents import DocumentVersion
from aupkeep.model.ladder import Evidence, Level, Measure, Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """A rule: `needs`, `when` and `unless` as sentences, and what it did in the last `days`.

    `unless` is "" for a rule without one; `decided` counts what it decided, `held` what the gate
    refused it, in shadow or in listen mode too. `cases` are the newest, by reference.
    """

    rule: str
    title: str
    clause: str
    status: str
    level: Level
    measure: Measure
    evidence: Evidence
    needs: str
    when: str
    unless: str
    hours: int
    owner: str
    false_positives: tuple[str, ...]
    digest: str
    decided: int
    held: int
    last_at: datetime | None
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRecord:
    """A clause, word for word, with the rules under it; none: people alone decide under it."""

    clause: str
    title: str
    text: str
    document: str
    version: str
    anchor: str
    standard: Standard
    rules: tuple[RuleRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """The pack in force; `trouble` is why it does not load, and then nothing else is known.

    `adopted_at` is when it first decided, None before that.
    """

    pack: str
    title: str
    digest: str
    adopted_at: datetime | None
    trouble: str
    days: int
    documents: tuple[DocumentVersion, ...]
    clauses: tuple[ClauseRecord, ...]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """The page; `live` and `shadow` count the rules."""

    header: PageHeader
    policy: PolicyRecord
    rules: int
    live: int
    shadow: int
