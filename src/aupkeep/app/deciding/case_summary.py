"""A case as a line of a list. Imports little: `aupkeep case list` starts with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.case import Case, CaseState, Outcome
from aupkeep.store import absences


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """One line of the list of cases; `level` is the evidence, "E0" to "E5"."""

    reference: str
    state: CaseState
    kind: str
    clause: str
    level: str
    customer: str
    resource: str
    events: int
    opened: datetime
    changed: datetime
    deadline: datetime | None
    outcome: Outcome | None
    assignee: str | None = None
    snoozed_until: datetime | None = None
    handled: datetime | None = None


def absent_among(listed: Iterable[Case], now: datetime) -> frozenset[str]:
    """Whose these cases are and who is not here: away, of the desk no more, or of another name."""
    whose = {case.assignee for case in listed if case.assignee}
    return frozenset(whose.difference(absences.here(now))) if whose else frozenset()


def summary_of(case: Case) -> CaseSummary:
    """A case as a line of a list."""
    return CaseSummary(
        reference=case.reference,
        state=case.state,
        kind=case.kind,
        clause=case.clause,
        level=case.level.name,
        customer=case.customer,
        resource=case.resource,
        events=case.events,
        opened=case.opened_at,
        changed=case.changed_at,
        deadline=case.deadline_at,
        outcome=case.outcome,
        assignee=case.assignee,
        snoozed_until=case.snoozed_until,
        handled=case.handled_at,
    )
