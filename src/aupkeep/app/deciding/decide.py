"""What people decide: a measure, its undoing, the end of a case. The gate has the last word."""

import dataclasses
from datetime import timedelta
from typing import Any

from aupkeep.app.access.staff import actor_of, is_staff
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.adopt import adopted_policy
from aupkeep.app.deciding.consider import refuse, write
from aupkeep.app.deciding.enact import LIVE, enact
from aupkeep.app.journal import entry, record
from aupkeep.casework.lift import in_force, lift
from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import ATTACKED, Proposal, aim
from aupkeep.casework.states import close
from aupkeep.model.actor import Actor
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case, Outcome
from aupkeep.model.clearance import Clearance
from aupkeep.model.decision import Decision, Refused, Scope
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import LEVELS, PROTECTIVE, Cause, Evidence, Level, Measure
from aupkeep.model.moments import show_moment
from aupkeep.model.subject import Address, parse_address
from aupkeep.store import actions, cases, decisions

BY_PERSON = "person"  # stands where a rule's id stands when a person decides
USUAL_HOURS = {Level.L3: 24, Level.L4: 24, Level.L5: 24 * 7, Level.L6: 24 * 7, Level.L7: 24 * 30}
AIMS = {
    Measure.BLOCK_PORT: "port",
    Measure.BLOCK_DESTINATION: "destination",
    Measure.LIMIT_RATE: "address",
    Measure.LIMIT_SMTP: "resource",
    Measure.BLOCK_INBOUND: "inbound-port",
    Measure.LIMIT_INBOUND: "inbound-rate",
    Measure.BLOCK_URL: "url",
    Measure.BLOCK_NAME: "name",
    Measure.ISOLATE: "resource",
    Measure.SUSPEND_RESOURCE: "resource",
}
USUAL_PROTECTION = 4  # hours: most floods end within one
NAMED_PEER = {"port", "destination"}  # what a person may name where no claim does, with a note
CLEARANCE = timedelta(days=14)  # a cleared signal does not act alone for so long (invariant 1)


def find_case(reference: str) -> Case:
    """The case of an outside reference or an id. Raises `Missing`."""
    case = cases.by_reference(reference) or cases.get(reference)
    if case is None:
        raise Missing(f"case: expected a known reference, found {reference[:60]!r}")
    return case


def decide_case(
    context: AppContext, reference: str, *, people: tuple[str, ...], reasons: str, **choice: object
) -> dict[str, Any]:
    """Decide a case; `choice` is what the command line gives.

    Raises `Invalid` for a choice that makes no sense, `Forbidden` with the gate's reason, and
    `Conflict` when somebody changed the case meanwhile.
    """
    case = find_case(reference)
    authors = _authors(people)
    if choice.get("close"):
        return close_case(context, case, authors[0], Outcome.NOT_ABUSE, reasons)
    measure = _measure(choice.get("measure"))
    about = load_case_context(context, case)
    proposal = propose_choice(context, about, measure, reasons, choice)
    decision = decide(context, about, proposal, authors)
    wanted = actions.of_decision(decision.id)
    return {
        "decision": decision.id,
        "case": case.reference,
        "measure": decision.measure.value,
        "level": decision.level.name,
        "ends": show_moment(decision.ends) if decision.ends else None,
        "actions": [action.id for action in wanted],
    }


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
    found = permit(
        proposal, people, about.facts, about.inputs, id=context.new_id(), now=context.now()
    )
    if isinstance(found, Refused):
        refuse(context, about, proposal, people[0], found)
        number = f" (invariant {found.invariant})" if found.invariant else ""
        raise Forbidden(f"refused{number}: {found.reason}")
    enacted = enact(context, about, found)
    if approval is not None:
        given = dataclasses.replace(
            approval, given_by=people[-1].id, given_at=found.starts, decision=found.id
        )
        enacted.rows.append(given)
        enacted.seen.append(approval)
    write(context, about, found, enacted)
    return found


def _authors(people: tuple[str, ...]) -> list[Actor]:
    """Who decides; two names are two people only where the desk knows both (invariant 2)."""
    unknown = [one for one in people if not is_staff(one)]
    if len(people) > 1 and unknown:
        raise Forbidden(
            "refused (invariant 2): expected people of the desk (aupkeep staff add), "
            f"found {unknown[0][:60]!r}"
        )
    return [actor_of(one) for one in people]


def _measure(text: object) -> Measure:
    try:
        return Measure(str(text))
    except ValueError as error:
        known = ", ".join(Measure)
        raise Invalid(f"measure: expected one of {known}, found {str(text)[:40]!r}") from error


def propose_choice(
    context: AppContext,
    about: CaseContext,
    measure: Measure,
    reasons: str,
    choice: dict[str, object],
) -> Proposal:
    """A person's choice in the shape the gate judges.

    `choice` may hold hours, cause, address, port, protocol, rate, destination and note. Raises
    `Invalid`.
    """
    pack = adopted_policy(context)
    clause = pack.clauses[about.case.clause]
    level = LEVELS[measure]
    scope = aimed(about, measure, choice)
    return Proposal(
        case=about.case,
        clause=clause,
        measure=measure,
        scope=scope,
        hours=None if level < Level.L3 else _hours(choice.get("hours"), measure),
        versions=about.versions(BY_PERSON, pack.digest),
        reasons=reasons,
        reached=Evidence.E3 if reasons.strip() and level >= Level.L3 else None,
        cause=_cause(choice.get("cause")),
    )


def aimed(about: CaseContext, measure: Measure, choice: dict[str, object]) -> Scope:
    """The scope of a person's choice: aimed by the claims, narrowed by what was chosen.

    When the resource no longer holds the address in evidence but one other host address, the
    measure follows the resource there and the note says so: the act is the resource's, and the
    address is somebody else's by now (invariants 4 and 5). Of several addresses in evidence a
    person may choose one; a port or peer that no claim names needs their `note`. What protects an
    attacked address stays at that address.
    """
    address = _address(choice.get("address"), "address")
    seen = [claim for claim in about.claims if address in {None, claim.finding.subject.address}]
    if not seen and address is not None:
        raise Invalid(f"address: expected one in this case's evidence, found {address}")
    target = AIMS.get(measure, "none")
    scope = aim(target, about.case, seen)
    if scope.address is None and target in NAMED_PEER:  # the peer is the person's own choice then
        scope = aim("resource", about.case, seen)
    protects = measure in PROTECTIVE
    if protects and scope.address is None:
        scope = aim(ATTACKED, about.case, seen)
    usual = (scope.protocol if protects else None) or "tcp"
    given: dict[str, Any] = {
        "port": choice.get("port"),
        "protocol": choice.get("protocol") or (usual if choice.get("port") else None),
        "rate": choice.get("rate"),
        "destination": _address(choice.get("destination"), "destination"),
        "note": choice.get("note"),
    }
    scope = dataclasses.replace(scope, **{k: v for k, v in given.items() if v is not None})
    holds = about.inputs.holds_now
    if protects or any(scope.address in prefix for prefix in holds if scope.address):
        return scope
    hosts = [prefix for prefix in holds if prefix.num_addresses == 1]
    if scope.address is None or len(hosts) != 1:
        return scope
    now_at = hosts[0].network_address
    note = f"seen at {scope.address}, which changed hands; {about.case.resource} is now at {now_at}"
    return dataclasses.replace(scope, address=now_at, note=note)


def usual_hours(measure: Measure) -> int:
    """How long such a restriction usually lasts."""
    if measure in PROTECTIVE:
        return USUAL_PROTECTION
    return USUAL_HOURS.get(LEVELS[measure], 24)


def _hours(value: object, measure: Measure) -> float:
    """How long a restriction lasts; blank is refused (invariant 6)."""
    if value is None or not str(value).strip():
        usual = f"usual at {LEVELS[measure].name}: {usual_hours(measure)}"
        raise Invalid(f"hours: expected how long it lasts ({usual}), found nothing")
    try:
        return float(str(value))
    except ValueError as error:
        raise Invalid(f"hours: expected a number, found {str(value)[:40]!r}") from error


def _address(text: object, what: str) -> Address | None:
    return parse_address(str(text), what) if text else None


def _cause(text: object) -> Cause:
    try:
        return Cause(str(text)) if text else Cause.UNKNOWN
    except ValueError as error:
        known = ", ".join(Cause)
        raise Invalid(f"cause: expected one of {known}, found {str(text)[:40]!r}") from error


def undo_action(context: AppContext, action_id: str, *, reason: str, person: str) -> dict[str, Any]:
    """Lift an action. Raises `Missing`, `Conflict` when it does not stand, `Forbidden`."""
    action = actions.get(action_id)
    if action is None:
        raise Missing(f"action: expected a known id, found {action_id[:60]!r}")
    if action.state not in LIVE:
        raise Conflict(f"action {action.id}: expected it in force, found it {action.state}")
    decision = decisions.get(action.decision)
    case = cases.get(action.case)
    if decision is None or case is None:
        raise Missing(f"action {action.id}: its decision or case is gone")
    lifted = undo_decision(
        context, load_case_context(context, case), decision, reason, actor_of(person)
    )
    return {"action": action.id, "state": "lifting", "decision": lifted.id, "case": case.reference}


def undo_decision(
    context: AppContext, about: CaseContext, decision: Decision, reason: str, actor: Actor
) -> Decision:
    """Reverse a decision; the driver then restores what stood before. Raises `Forbidden`."""
    clause = adopted_policy(context).clauses[decision.clause]
    return decide(context, about, lift(decision, about.case, clause, reason), [actor])


def close_by_reference(
    context: AppContext, reference: str, outcome: str, reasons: str, person: str
) -> dict[str, Any]:
    """`close_case` for words from outside. Raises `Missing`, `Invalid`, `Conflict`."""
    if outcome not in set(Outcome):
        raise Invalid(f"outcome: expected one of {', '.join(Outcome)}, found {outcome[:40]!r}")
    return close_case(context, find_case(reference), actor_of(person), Outcome(outcome), reasons)


def close_case(
    context: AppContext, case: Case, actor: Actor, outcome: Outcome, reasons: str
) -> dict[str, Any]:
    """Close a case, lift what still stands; "not abuse" clears its signals too (invariant 1)."""
    if not reasons.strip():
        raise Invalid("reasons: expected why the case is closed, found nothing")
    standing = in_force(decisions.of_case(case.id), context.now())
    for decision in standing:
        current = find_case(case.reference)
        undo_decision(context, load_case_context(context, current), decision, reasons, actor)
    current = find_case(case.reference)
    closed = close(current, outcome, context.now())
    rows: list[object] = [closed]
    if outcome is Outcome.NOT_ABUSE:
        rows += _cleared(context, current, actor)
    told = {"case": case.id, "outcome": outcome.value, "reasons": reasons}
    made = entry(context, EntryType.CASE_CLOSED, actor, told, case=case.id)
    record(context, made, rows=rows, seen=[current])
    return {"case": case.reference, "outcome": outcome.value, "lifted": len(standing)}


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
        for source in sorted({claim.finding.source for claim in cases.claims(case.id)})
    ]
