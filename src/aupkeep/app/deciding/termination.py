"""The last act about a service: a person ends it after its hold, and whoever holds it is told."""

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import with_makers
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import MadeDecision, decide, made_decision
from aupkeep.app.deciding.termination_record import TerminationRecord, termination_record
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.casework.proposal import Proposal
from aupkeep.casework.termination import FIRST, standing
from aupkeep.model.decision import BY_PERSON
from aupkeep.model.errors import Forbidden, Invalid, Missing
from aupkeep.model.ladder import HOLD, TAKE_BACK, Measure
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, decisions

HOUR = 3600


def finish_termination(
    context: AppContext,
    reference: str,
    *,
    customer: str,
    reasons: str,
    person: str,
    maker: str | None = None,
) -> MadeDecision:
    """End a held service: a fresh confirmation, with the customer's id typed again and reasons.

    Raises `Missing`, `Invalid` for another customer, and `Forbidden` with what stands against it.
    """
    actor = with_makers(context, authorised(person, StaffAct.PROPOSE), maker)
    case = find_case(reference)
    if customer.strip() != case.customer:
        raise Invalid(
            f"customer: expected the id of this case's, typed anew, found {customer.strip()[:60]!r}"
        )
    about = load_case_context(context, case)
    held = standing(about.decisions, context.now())
    if held is None:
        raise Forbidden(
            "refused (invariant 7): no termination stands here; "
            f"two people decide it first: {FIRST}"
        )
    proposal = Proposal(
        case=case,
        clause=clause_of_decision(held),
        measure=Measure.END_SERVICE,
        scope=held.scope,
        hours=TAKE_BACK.total_seconds() / HOUR,
        versions=about.versions(BY_PERSON, held.versions.policy),
        reasons=reasons,
        reached=held.evidence,
        cause=held.cause,
    )
    return made_decision(decide(context, about, proposal, [actor]), case.reference)


def show_termination(context: AppContext, reference: str) -> TerminationRecord:
    """The termination of a case. Raises `Missing`."""
    record = termination_record(context, find_case(reference))
    if record is None:
        raise Missing(f"case {reference[:20]}: expected a termination that stands, found none")
    return record


def list_terminations(context: AppContext) -> list[TerminationRecord]:
    """Every termination that stands or ended its service lately, the oldest first."""
    since = context.now() - HOLD - TAKE_BACK - HOLD
    wanted = dict.fromkeys(it.case for it in decisions.of_measure(Measure.TERMINATE, since))
    known = (cases.get(case) for case in wanted)
    records = (termination_record(context, case) for case in known if case is not None)
    return [record for record in records if record is not None]
