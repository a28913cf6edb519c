"""What people decide: a measure, alone or together. The gate has the last word."""

from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.app.access.staff import actor_of, is_staff
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.consider import refuse, write
from aupkeep.app.deciding.decision_changes import decision_changes
from aupkeep.app.deciding.manual_proposal import manual_proposal, parse_measure
from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import Proposal
from aupkeep.model.actor import Actor
from aupkeep.model.approval import Approval
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Measure
from aupkeep.store import actions


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDecision:
    """A person's decision that the gate let through, with the ids of its actions."""

    decision: str
    case: str
    measure: Measure
    level: str
    ends: datetime | None
    actions: tuple[str, ...]


def decide_case(
    context: AppContext, reference: str, *, people: tuple[str, ...], reasons: str, **choice: object
) -> MadeDecision:
    """Decide a case; `choice` is what the command line gives.

    Raises `Invalid` for a choice that makes no sense, `Forbidden` with the gate's reason, and
    `Conflict` when somebody changed the case meanwhile.
    """
    case = find_case(reference)
    authors = authors_of(people)
    measure = parse_measure(choice.get("measure"))
    about = load_case_context(context, case)
    proposal = manual_proposal(context, about, measure, reasons, choice)
    decision = decide(context, about, proposal, authors)
    return MadeDecision(
        decision=decision.id,
        case=case.reference,
        measure=decision.measure,
        level=decision.level.name,
        ends=decision.ends,
        actions=tuple(action.id for action in actions.of_decision(decision.id)),
    )


def decide(
    context: AppContext,
    about: CaseContext,
    proposal: Proposal,
    people: list[Actor],
    *,
    approval: Approval | None = None,
) -> Decision:
    """Bring a person's proposal before the gate and write what it says. Raises `Forbidden`.

    `approval` is what the second of `people` gives with it: it changes in the same transaction.
    """
    answer = permit(
        proposal, people, about.facts, about.inputs, id=context.new_id(), now=context.now()
    )
    if isinstance(answer, Refused):
        refuse(context, about, proposal, people[0], answer)
        number = f" (invariant {answer.invariant})" if answer.invariant else ""
        raise Forbidden(f"refused{number}: {answer.reason}")
    changes = decision_changes(context, about, answer)
    if approval is not None:
        given = replace(
            approval, given_by=people[-1].id, given_at=answer.starts, decision=answer.id
        )
        changes.rows.append(given)
        changes.seen.append(approval)
    write(context, about, answer, changes)
    return answer


def authors_of(people: tuple[str, ...]) -> list[Actor]:
    """Who decides; two names are two people only where the desk knows both (invariant 2)."""
    unknown = [name for name in people if not is_staff(name)]
    if len(people) > 1 and unknown:
        raise Forbidden(
            "refused (invariant 2): expected people of the desk (aupkeep staff add), "
            f"found {unknown[0][:60]!r}"
        )
    return [actor_of(name) for name in people]
