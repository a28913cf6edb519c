"""All that goes with a case or a report, and the entries that spoke of it under no case."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.notifying.receipts import report_reference
from aupkeep.app.proof.row_check import JournaledRows
from aupkeep.model.case import Case, Claim
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.filing import Filing
from aupkeep.model.notice import Notice
from aupkeep.model.report import Report
from aupkeep.store import log, raws, reports, retention
from aupkeep.store.log import Leaf

# Entries that may stand under no case and speak of one report, its letters or its form.
ABOUT_REPORTS = frozenset(
    kind.value
    for kind in (
        EntryType.RAW_RECEIVED,
        EntryType.RAW_REPEATED,
        EntryType.REPORT_READ,
        EntryType.INBOX_DONE,
        EntryType.ROW_MENDED,
        EntryType.NAMES_RESOLVED,
        EntryType.FINDING_ATTRIBUTED,
        EntryType.CLAIM_WITHDRAWN,
        EntryType.CLAIM_JUDGED,
        EntryType.CLAIM_CHECKED,
        EntryType.NOTICE_MADE,
        EntryType.NOTICE_SENT,
        EntryType.NOTICE_FAILED,
        EntryType.LINK_MADE,
        EntryType.LINK_REVOKED,
        EntryType.NOTICE_FILED,
        EntryType.FILING_CONFIRMED,
        EntryType.FILING_TOLD,
    )
)
# Entries about what people set beside a case; they name it by its row.
ABOUT_ROWS = frozenset({EntryType.HOLD_CHANGED.value, EntryType.PERMISSION_CHANGED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`rows` are deleted; `touched` are ids of what belongs to it or may, once others are gone."""

    case: Case | None
    rows: tuple[object, ...]
    touched: frozenset[str]

    @property
    def ids(self) -> list[str]:
        """The ids of the rows."""
        return [str(getattr(row, "id", "")) for row in self.rows]

    @property
    def decisions(self) -> list[str]:
        """The ids of the decisions that go with it."""
        return [row.id for row in self.rows if isinstance(row, Decision)]


def parts_of_case(case: Case, now: datetime) -> Parts:
    """A case with all that belongs to it, what is over beside it, and the raws only it rests on."""
    ended = retention.ended_beside(case, now)
    own = [*retention.rows_of_case(case), *ended]
    joined = {row.report for row in own if isinstance(row, Claim) and row.report}
    said = _said([logged.entry.payload for logged in log.entries(case.id)])
    behind = [*reports.by_ids(joined).values(), *retention.reports_named(said)]
    gone, touched = _raws_of(behind, case.id)
    rows = {(type(row), _id(row)): row for row in (*own, *gone)}
    touched |= {_id(row) for row in ended}
    return Parts(case=case, rows=tuple(rows.values()), touched=frozenset(touched))


def _id(row: object) -> str:
    """The id of a row; a flag has its name."""
    return str(getattr(row, "id", "") or getattr(row, "name", ""))


def parts_of_report(report: Report) -> Parts:
    """A report that no case rests on, with its raw; nothing while another of that raw is kept."""
    gone, touched = _raws_of([report], None)
    return Parts(case=None, rows=tuple(gone), touched=frozenset(touched))


def _raws_of(behind: Iterable[Report], case: str | None) -> tuple[list[object], set[str]]:
    """The rows of each raw that no other case rests on; and the ids of all, whoever rests on it."""
    gone: list[object] = []
    touched: set[str] = set()
    for raw in {report.raw for report in behind}:
        members = reports.by_raw(raw)
        rows: list[object] = [*members, *retention.rows_of_reports(members)]
        rows += _letters(members, [row for row in rows if isinstance(row, Filing)])
        received = raws.get(raw)
        rows += [received] if received else []
        touched |= {str(getattr(row, "id", "")) for row in rows}
        if not _kept(members, case):
            gone += rows
    return gone, touched


def _kept(members: list[Report], case: str | None) -> bool:
    """Whether a raw's reports stay: another case rests on one, or one still waits for a person."""
    waiting = any(report.inbox_reason is not None and report.done_at is None for report in members)
    others = retention.cases_behind(members[0].raw) - {case}
    quoted = {of for report in members if (of := retention.answered_case(report)) is not None}
    return waiting or bool(others) or bool(quoted - {case})


def _letters(members: list[Report], filings: list[Filing]) -> Iterator[Notice]:
    """The receipts and answers that went to whoever reported."""
    addresses = {report.reading.reporter for report in members} | {
        filing.email for filing in filings
    }
    names = {report_reference(report) for report in members} | {
        filing.reference for filing in filings
    }
    messages = {f"<{report.reading.message_id}>" for report in members if report.reading.message_id}
    for notice in retention.letters_to({address for address in addresses if address}):
        answered = notice.headers.get("In-Reply-To") in messages
        if answered or notice.facts.get("reference") in names:
            yield notice


class JournalIndex:
    """One reading of the journal: who had the last word about a row, who speaks of these ids."""

    def __init__(self, ids: Collection[str]) -> None:
        """Read it all; memory is for the rows and for these ids."""
        self._ids = frozenset(ids)
        self._speaking: dict[str, set[tuple[str, int]]] = defaultdict(set)
        journaled = JournaledRows()
        journaled.read(self._leaves)
        self._named = journaled.named_by_number()

    def speaking_of(self, ids: Iterable[str]) -> dict[str, int]:
        """Id and index of the entries under no case that speak of one of these."""
        return dict(entry for key in ids for entry in self._speaking.get(key, ()))

    def rows_of(self, numbers: Iterable[int]) -> set[str]:
        """The rows of which one of these entries had the last word when the journal was read."""
        return {name for number in numbers for name in self._named.get(number, ())}

    def _leaves(self, start: int) -> Iterator[Leaf]:
        with closing(log.with_columns(start)) as both:
            for leaf, columns in both:
                if columns.case is None and columns.type in ABOUT_REPORTS:
                    self._note(columns.id, leaf, _said([leaf.payload or {}]))
                if columns.case is None and columns.type in ABOUT_ROWS:
                    self._note(columns.id, leaf, _named(leaf.payload or {}))
                yield leaf

    def _note(self, entry: str, leaf: Leaf, words: Iterable[str]) -> None:
        for key in self._ids & set(words):
            self._speaking[key].add((entry, leaf.number))


def _named(payload: Mapping[str, object]) -> Iterator[str]:
    """The keys of the rows that a payload names by digest."""
    rows = payload.get("rows")
    yield from (str(key) for _, key, _ in (rows if isinstance(rows, list) else ()))


def _said(payloads: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The words that payloads hold as values, or in a list of their own."""
    for payload in payloads:
        for value in payload.values():
            listed = value if isinstance(value, list | tuple) else [value]
            yield from (word for word in listed if isinstance(word, str))
