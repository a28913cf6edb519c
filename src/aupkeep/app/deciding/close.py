"""The end of a case: what stands is lifted, and "not abuse" clears the signals behind it."""

from dataclasses import dataclass, replace

from aupkeep.app.access.authority import authorised, require
from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.strikes import unfounded_changes
from aupkeep.app.deciding.undo import undo_decision
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.notifying.closed_notice import closed_notice
from aupkeep.casework.evidence_level import evidence_level
from aupkeep.casework.lift import in_force
from aupkeep.casework.states import close
from aupkeep.casework.track_record import closing_confirms
from aupkeep.model.actor import Actor
from aupkeep.model.case import CLOSING, Case, Outcome
from aupkeep.model.clearance import CLEARANCE, Clearance
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.roles import StaffAct
from aupkeep.notify.letter_drafts import refuse_open
from aupkeep.store import cases, decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCase:
    """A case after its end; `lifted` counts the measures that were reversed with it."""

    case: str
    outcome: Outcome
    lifted: int


def close_by_reference(
    context: AppContext, reference: str, outcome: str, reasons: str, person: str
) -> ClosedCase:
    """`close_case` for words from outside. Raises `Missing`, `Invalid`, `Conflict`."""
    if outcome not in CLOSING:
        raise Invalid(f"outcome: expected one of {', '.join(CLOSING)}, found {outcome[:40]!r}")
    actor = authorised(person, StaffAct.DECIDE)
    return close_case(context, find_case(reference), actor, Outcome(outcome), reasons)


def close_as_not_abuse(
    context: AppContext, reference: str, person: str, reasons: str
) -> ClosedCase:
    """`close_case` as not abuse. Raises `Missing`, `Forbidden`, `Invalid`."""
    return close_by_reference(context, reference, Outcome.NOT_ABUSE, reasons, person)


def close_case(
    context: AppContext, case: Case, actor: Actor, outcome: Outcome, reasons: str
) -> ClosedCase:
    """Close a case, lift what still stands; "not abuse" clears its signals too (invariant 1).

    "Fixed" makes who reported it known only where a person judged it true (`closing_confirms`).

    Raises `Forbidden`, `Invalid` without reasons, `Conflict`.
    """
    require(actor, StaffAct.DECIDE)
    if not reasons.strip():
        raise Invalid("reasons: expected why the case is closed, found nothing")
    refuse_open("reasons", reasons)
    true = outcome is Outcome.FIXED and _judged_true(context, case)  # before anything is lifted
    made, wrong = decisions.of_case(case.id), outcome in (Outcome.NOT_ABUSE, Outcome.WITHDRAWN)
    standing = in_force(made, context.now())
    if not wrong and any(decision.measure is Measure.END_SERVICE for decision in standing):
        standing = tuple(it for it in standing if it.level < Level.L7)  # what has ended stays so
    for decision in standing:
        current = find_case(case.reference)
        about = load_case_context(context, current)
        undo_decision(context, about, decision, reasons, actor, mistaken=wrong)
    current = find_case(case.reference)
    closed = close(current, outcome, context.now())
    payload: dict[str, object] = {"case": case.id, "outcome": outcome.value, "reasons": reasons}
    if outcome is Outcome.FIXED:
        closed, payload["confirms"] = replace(closed, confirms=true), true
    rows: list[object] = [closed]
    if outcome is Outcome.NOT_ABUSE:
        rows += _cleared(context, current, actor)
    closing = entry(context, EntryType.CASE_CLOSED, actor, payload, case=case.id)
    changes = ChangeSet(rows=rows, entries=[closing], seen=[current])
    if not standing:  # else the letter that it is lifted says it
        changes.add(closed_notice(context, closed, outcome))
    if wrong:
        changes.add(unfounded_changes(context, current, actor, reasons))
    record_changes(context, changes)
    return ClosedCase(case=case.reference, outcome=outcome, lifted=len(standing))


def _judged_true(context: AppContext, case: Case) -> bool:
    """Whether closing the case as fixed says that its claims were true."""
    about = load_case_context(context, case)
    level = evidence_level(about.supporting, about.inputs.trust)
    return closing_confirms(level, about.decisions, about.inputs.answers)


def _cleared(context: AppContext, case: Case, actor: Actor) -> list[Clearance]:
    """Each source of the case's claims, cleared on this resource for a while."""
    return [
        Clearance(
            id=context.new_id(),
            customer=case.customer,
            resource=case.resource,
            source=source,
            until=context.now() + CLEARANCE,
            by=actor.id,
        )
        for source in sorted({claim.finding.source for claim in cases.claims(case.id)}, key=str)
    ]
