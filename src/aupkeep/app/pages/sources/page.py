"""Who claims things: the list of sources, and one with its record, reports and history."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.casework.track_record import TrackRecord
from aupkeep.model.source import ClaimVerdict, Lane, SanctionStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceListRow:
    """One source. `name` is what stands in its key, `kind` how it is known (mail, api token, …)."""

    id: str
    key: str
    name: str
    kind: str
    proven: bool
    lane: Lane
    until: datetime | None  # when the slow lane or the suspension ends
    record: TrackRecord
    reports: int
    last_at: datetime | None
    proposed: SanctionStep | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """The proven sources, or the names that nobody proved; `next_cursor` None on the last page."""

    header: PageHeader
    rows: tuple[SourceListRow, ...]
    view: str = ""  # "" the proven, "unproven" the others
    cursor: str = ""
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOffer:
    """A step a person may take; `barred` says why not now, "" when it can be taken."""

    step: SanctionStep
    title: str
    what: str
    days: int  # suggested; 0 = it has no end of its own
    barred: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReport:
    """One report of a source: `cases` are the first references, `more` how many follow.

    `waits` says why it stands in the inbox.
    """

    id: str
    at: datetime
    title: str
    findings: int
    cases: tuple[str, ...]
    judged: ClaimVerdict | None
    waits: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEvent:
    """What somebody did about a source, or said of a report of it."""

    at: datetime
    index: int
    who: str
    what: str
    reasons: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One source. `counted` says in words what the rule on misuse counts."""

    header: PageHeader
    row: SourceListRow
    first_at: datetime
    address: str
    warned_at: datetime | None
    warning: str
    trusted_until: datetime | None
    trusted_reasons: str
    counted: str
    offers: tuple[SourceOffer, ...]
    reports: tuple[ReceivedReport, ...]
    history: tuple[SourceEvent, ...]
