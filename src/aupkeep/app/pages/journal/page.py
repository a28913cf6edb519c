"""The journal as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.app.pages.layout.page import FilterChoice, PageHeader
from aupkeep.app.witnesses.standing import WitnessedStanding, WitnessStanding
from aupkeep.model.entry import EntryType
from aupkeep.model.verification import Verification


class Content(StrEnum):
    """What is left of what an entry says."""

    WHOLE = "whole"
    ERASED = "erased"  # under a rule that a later entry names
    MISSING = "missing"  # and nothing says why: somebody took it out


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """One entry; `said` is its type in words with the few that matter of what it says.

    `who` None where the reader may not see who reported; `rule` is why it was erased. `case` is a
    reference. `signed` says that a signed checkpoint covers it.
    """

    index: int
    id: str
    at: datetime
    type: EntryType
    said: str
    who: str | None
    case: str | None
    content: Content
    rule: str | None
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """That an entry is under a signed root: the hash of its leaf, its path, the checkpoint.

    `holds` is whether the path leads to the root that the checkpoint signs, and the leaf commits to
    what the entry says. Hashes are hex, `path` has the nearest sibling first (RFC 6962 2.1.1).
    """

    holds: bool
    size: int
    leaf: str
    leaf_hash: str
    path: tuple[str, ...]
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDetails:
    """One entry whole; `payload` None where it is gone or the reader may not see it (`hidden`).

    `proof` None where none can be given: `unproven` says why.
    """

    entry: EntryRecord
    payload: Mapping[str, object] | None
    hidden: bool
    proof: InclusionProof | None
    unproven: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalStanding:
    """How far the journal is, signed and cosigned, and what the last verification found.

    `since` counts the entries written after it.
    """

    entries: int
    signed: int
    checkpoint: str
    last: Verification | None
    since: int
    witnesses: tuple[WitnessStanding, ...]
    witnessed: tuple[WitnessedStanding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """The standing, and a page of entries for who may read them: None for others, who are told."""

    header: PageHeader
    standing: JournalStanding
    types: tuple[FilterChoice, ...]
    chosen: str
    case: str
    rows: tuple[EntryRecord, ...] | None
    next_cursor: int | None
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """One entry; None for who may not read the journal."""

    header: PageHeader
    details: EntryDetails | None
    readers: tuple[str, ...]
