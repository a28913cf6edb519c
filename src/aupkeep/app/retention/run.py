"""Erasing what is due: one transaction for each case or report, each named by a signed entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.policy_versions import adopted_policy
from aupkeep.app.proof.erase import erase
from aupkeep.app.retention.due import Due, due_now, keeps_of, table_in_force
from aupkeep.app.retention.parts import JournalIndex, Parts, parts_of_case, parts_of_report
from aupkeep.app.witnesses.prune import prune_cosignatures
from aupkeep.config.unfinished import take_copies_away
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.retention import RetentionKind
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, policies, raws, reports, retention
from aupkeep.store.erasure import Erasure
from aupkeep.store.patience import LONG, patience

AT_ONCE = 1000  # cases or reports for which the journal is read once
HOURLY = 100  # by the worker: its other work waits meanwhile
ORPHANS = timedelta(hours=1)  # bytes that come again at this moment are newer
events = structlog.get_logger("retention")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureResult:
    """What a run did; `skipped` changed meanwhile and is looked at by the next run."""

    cases: int
    reports: int
    entries: int
    rows: int
    files: int
    skipped: int
    left: int


def erase_due_by(context: AppContext, person: str, reasons: str) -> ErasureResult:
    """Erase all that is due, by a person. Raises `Forbidden`, `Invalid` without reasons."""
    actor = authorised(person, StaffAct.RETENTION)
    if not reasons.strip():
        raise Invalid("reasons: expected why it is erased now, found nothing")
    return erase_due(context, actor, reasons)


def erase_hourly(context: AppContext) -> ErasureResult | None:
    """As the worker does where the policy says `automatic`: some at a time, the oldest first.

    Cosignatures that no proof needs hold nobody's data, and go without the policy's word.
    """
    if not table_in_force(context).automatic:
        prune_cosignatures()
        return None
    return erase_due(context, SYSTEM, "", most=HOURLY)


@patience(LONG)
def erase_due(
    context: AppContext, actor: Actor, reasons: str, *, most: int | None = None
) -> ErasureResult:
    """Erase what is due and what nothing keeps, cases before reports; at `most` so many of each."""
    run = _Run(context, actor, reasons)
    take_copies_away(context.home)  # what is erased must not stand in them
    prune_cosignatures()
    for kind in RetentionKind:
        run.erase_kind(kind, most)
    retention.empty_write_log()
    return run.result()


class _Run:
    """One run, with what it has counted."""

    def __init__(self, context: AppContext, actor: Actor, reasons: str) -> None:
        self.context, self.actor = context, actor
        self.policy = adopted_policy(context).digest  # its table stands in the journal first
        self.reasons = reasons
        self.counts = dict.fromkeys(RetentionKind, 0)
        self.entries = self.rows = self.files = 0
        self.skipped: set[str] = set()

    def result(self) -> ErasureResult:
        """The counts, and how much is due still."""
        left = [due for due in due_now(self.context) if not due.keeps]
        return ErasureResult(
            cases=self.counts[RetentionKind.CASE],
            reports=self.counts[RetentionKind.REPORT],
            entries=self.entries,
            rows=self.rows,
            files=self.files,
            skipped=len(self.skipped),
            left=len(left),
        )

    def erase_kind(self, kind: RetentionKind, most: int | None) -> None:
        """Erase what is due of one kind, some at a time."""
        due = [item for item in due_now(self.context, kind) if not item.keeps][:most]
        for start in range(0, len(due), AT_ONCE):
            self._some(due[start : start + AT_ONCE])

    def _some(self, some: list[Due]) -> None:
        touched = [parts.touched for due in some for parts in _parts(due, self.context.now())]
        index = JournalIndex(frozenset().union(*touched))
        for due in some:
            try:
                for parts in _parts(
                    due, self.context.now()
                ):  # again: what shared a report may be gone by now
                    self._one(due, parts, index)
            except Conflict as error:
                self.skipped.add(due.key)
                events.warning("not erased, it changed", key=due.key, error=str(error))
        self.files += raws.reap(ORPHANS, self.context.now())

    def _one(self, due: Due, parts: Parts, index: JournalIndex) -> None:
        if not parts.rows:
            return
        own = retention.entries_of(due.key) if parts.case else {}
        numbers = own | index.speaking_of(parts.ids)
        work = retention.effects_of(due.key if parts.case else None, parts.ids)
        erasure = Erasure(
            entries=tuple(sorted(numbers, key=numbers.__getitem__)),
            rule=table_in_force(self.context).periods[due.kind].rule,
            gone=parts.rows,
            effects=tuple(work),
        )
        more = {
            "policy": self.policy,
            "reasons": self.reasons,
            "reference": due.reference or None,
            "decisions": parts.decisions,
        }
        names = index.rows_of(numbers.values())
        check = self._still_due(due, parts, own)
        erase(self.context, erasure, names, self.actor, more=more, check=check)
        self.counts[due.kind] += 1
        self.entries += len(numbers)
        self.rows += len(parts.rows)

    def _still_due(self, due: Due, parts: Parts, own: dict[str, int]) -> Callable[[], None]:
        """A check that nothing keeps the case by now, and that no entry of it came meanwhile."""

        def check() -> None:
            adopted = policies.adopted()
            if adopted is None or adopted.digest != self.policy:
                raise Conflict(f"policy: expected version {self.policy[:12]}, found another by now")
            if parts.case is None:
                return
            keeps = keeps_of(self.context, [parts.case])[due.key]
            if keeps:
                raise Conflict(f"case {due.reference}: expected it due, found: {keeps[0]}")
            if retention.entries_of(due.key) != own:
                raise Conflict(f"case {due.reference}: expected no new entry, found one")

        return check


def _parts(due: Due, now: datetime) -> Iterator[Parts]:
    """What goes with it; nothing where it is gone by now."""
    if due.kind is RetentionKind.CASE:
        case = cases.get(due.key)
        if case is not None:
            yield parts_of_case(case, now)
        return
    report = reports.get(due.key)
    if report is not None:
        yield parts_of_report(report)
