"""What follows from a permitted decision: the case moves, actions are wanted, people are told."""

import dataclasses
from dataclasses import dataclass

from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry
from aupkeep.app.notifying.customer_notice import MISTAKEN, notify_customer
from aupkeep.app.notifying.failures import deadline_stopped
from aupkeep.app.notifying.forward import forward_report
from aupkeep.app.notifying.reminders import remind_effect
from aupkeep.app.notifying.statements import make_statement
from aupkeep.casework.deadlines import deadline
from aupkeep.casework.states import Event, decided, move
from aupkeep.model.action import STANDING, Action, ActionState
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision, Scope
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.ladder import Level, Measure
from aupkeep.store import actions

CARRIED = frozenset(
    {
        Measure.BLOCK_PORT,
        Measure.BLOCK_DESTINATION,
        Measure.LIMIT_RATE,
        Measure.LIMIT_SMTP,
        Measure.BLOCK_INBOUND,
        Measure.LIMIT_INBOUND,
        Measure.ISOLATE,
    }
)  # what a driver carries; from L3 on the others are done, and undone, by a person's hand
LIVE = STANDING
HAND, PEOPLE = "hand", "people"  # driver and target of what no driver of ours carries


@dataclass(slots=True, kw_only=True)
class DecisionChanges(ChangeSet):
    """The changed case, and what goes into the same transaction as the decision."""

    case: Case


def decision_changes(
    context: AppContext, about: CaseContext, decision: Decision, *, mistaken: bool = False
) -> DecisionChanges:
    """Everything a decision leads to, not yet written.

    `mistaken`: it reverses one that was wrong, and the customer is told so.
    """
    due = None
    if decision.measure is Measure.INFORM_DEADLINE:
        due = deadline(about.case.kind, None, decision.starts)
    changes = DecisionChanges(case=decided(about.case, decision, decision.starts, deadline=due))
    statement = make_statement(about, decision)
    changes.rows.append(statement)
    if decision.reverses is not None:
        _lift(context, about, decision, changes, mistaken=mistaken)
        return changes
    if decision.level >= Level.L3:
        _want(context, about, decision, changes)
    if Level.L1 <= decision.level < Level.L3:
        # what limits anybody is told once it is read back, or a person has done it
        notified = notify_customer(context, about, decision, changes, statement)
        forward_report(context, about, decision, changes)
        if due and not notified:  # no deadline runs on a notice nobody got
            changes.case = move(changes.case, Event.UNREACHED, decision.starts)
            changes.entries.append(deadline_stopped(context, about.case))
            return changes
    half_time = remind_effect(context, decision, decision.starts, due) if due else None
    if half_time:
        changes.effects.append(half_time)
    return changes


def _want(
    context: AppContext, about: CaseContext, decision: Decision, changes: DecisionChanges
) -> None:
    """Actions for the agent of this install, or one for a person where no driver carries it."""
    carried = decision.measure in CARRIED
    if carried:
        changes.effects.append(recheck_effect(context))  # the holder may change meanwhile
    for scope in scopes_of(about, decision.measure, decision.scope):
        action = _action(context, about, decision, scope)
        payload = {"action": action.id, "decision": decision.id, "driver": action.driver}
        changes.rows.append(action)
        changes.entries.append(
            entry(context, EntryType.ACTION_WANTED, decision.author, payload, case=about.case.id)
        )
        if carried:
            changes.effects.append(enforce_effect(context, action, "apply"))


def _action(context: AppContext, about: CaseContext, decision: Decision, scope: Scope) -> Action:
    """What one agent, or a person, shall carry out for a decision."""
    if decision.ends is None:
        raise ValueError("a measure a driver carries always ends; the gate made one that does not")
    chosen = context.settings.enforcement
    carried = decision.measure in CARRIED
    return Action(
        id=context.new_id(),
        decision=decision.id,
        case=about.case.id,
        reference=about.case.reference,
        driver=chosen.driver if carried else HAND,
        target=chosen.target if carried else PEOPLE,
        level=decision.level,
        measure=decision.measure,
        scope=scope,
        starts=decision.starts,
        until=decision.ends,
        versions=decision.versions,
        automatic=decision.automatic,
        changed_at=decision.starts,
    )


def scopes_of(about: CaseContext, measure: Measure, scope: Scope) -> list[Scope]:
    """Where a measure is carried out: at its scope; an isolation at all that is the resource's.

    The harm of an isolated resource is the resource's, so both families go: each address that it
    holds alone, and each of its IPv6 assignments whole.
    """
    if measure is not Measure.ISOLATE or scope.address is None or scope.source_ports is not None:
        return [scope]
    first = scope.network
    networks = [net for net in about.networks if first is None or not net.overlaps(first)]
    hosts = [
        address
        for address in about.hosts
        if address != scope.address
        and address not in about.inputs.shared_at
        and not any(address in net for net in (*networks, *([first] if first else [])))
    ]
    plain = dataclasses.replace(scope, prefix_length=None)
    return [
        scope,
        *(dataclasses.replace(plain, address=address) for address in hosts),
        *(
            dataclasses.replace(plain, address=net.network_address, prefix_length=net.prefixlen)
            for net in networks
        ),
    ]


def _lift(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    changes: DecisionChanges,
    *,
    mistaken: bool,
) -> None:
    """The actions of the reversed decision are being lifted; done when read back."""
    for action in actions.of_decision(decision.reverses or ""):
        if action.state not in LIVE:
            continue
        changed = dataclasses.replace(action, state=ActionState.LIFTING, changed_at=decision.starts)
        payload: dict[str, object] = {
            "action": action.id,
            "decision": decision.id,
            "reason": decision.reasons,
            **({MISTAKEN: True} if mistaken else {}),
        }
        changes.rows.append(changed)
        changes.entries.append(
            entry(context, EntryType.ACTION_LIFTING, decision.author, payload, case=about.case.id)
        )
        changes.seen.append(action)
        if action.driver != HAND:
            changes.effects.append(enforce_effect(context, action, "lift"))


def enforce_effect(context: AppContext, action: Action, word: str) -> Effect:
    """The work to let an action's agent know."""
    return Effect(
        id=context.new_id(),
        kind="enforce",
        key=f"enforce:{action.id}:{word}",
        payload={"target": action.target},
        due_at=context.now(),
    )
