"""What follows from a permitted decision: the case moves, actions are wanted, people are told."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.placement import place_measure, scopes_of
from aupkeep.app.deciding.strikes import mistaken_changes, strike_changes
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry
from aupkeep.app.notifying.customer_notice import MISTAKEN, notify_customer
from aupkeep.app.notifying.failures import deadline_stopped
from aupkeep.app.notifying.forward import forward_report
from aupkeep.app.notifying.mail_way import mail_way
from aupkeep.app.notifying.reminders import hold_reminders, remind_effect
from aupkeep.app.notifying.statements import answer_deadline, make_statement
from aupkeep.casework.states import Event, decided, move
from aupkeep.casework.termination import standing
from aupkeep.enforcement.placement import NotPlaced, Placed
from aupkeep.model.action import HAND, PEOPLE, STANDING, Action, ActionState
from aupkeep.model.actor import Actor
from aupkeep.model.case import Case, CaseState
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.ladder import Level, Measure
from aupkeep.notify.restraint import MailWay
from aupkeep.store import actions

LIVE = STANDING
UNTOLD = (MailWay.NOT_YET, MailWay.PAGE)  # ways without a mail


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
    due, chosen = None, None
    if Level.L1 <= decision.level < Level.L3:
        chosen = mail_way(context, about, decision, decision.starts)
        if decision.measure is Measure.INFORM_DEADLINE:
            due = answer_deadline(context, about, decision, chosen.at)
    changes = DecisionChanges(case=decided(about.case, decision, decision.starts, deadline=due))
    mailed = chosen is None or chosen.way is not MailWay.PAGE
    statement = make_statement(about, decision, due if mailed else None)
    changes.rows.append(statement)
    if decision.reverses is not None:
        if mistaken:
            decided_before = (decision.reverses,)
            changes.add(
                mistaken_changes(
                    context, about.case, decided_before, decision.author, decision.reasons
                )
            )
        _lift(context, decision, changes, mistaken=mistaken)
        return changes
    if decision.level >= Level.L3:
        _want(context, about, decision, changes)
        changes.effects += hold_reminders(context, decision)
    if chosen is not None:
        # what limits anybody is told once it is read back, or a person has done it
        way = notify_customer(context, about, decision, changes, statement, chosen=chosen)
        announced = way is not MailWay.NOT_YET
        changes.add(strike_changes(context, about.case, decision, announced=announced))
        forward_report(context, about, decision, changes, None if way in UNTOLD else due)
        if way in UNTOLD:
            return _untold(context, about, decision, changes, way)
    else:
        announced = decision.level >= Level.L3
        changes.add(strike_changes(context, about.case, decision, announced=announced))
    told_at = chosen.at if chosen else decision.starts
    half_time = remind_effect(context, decision, told_at, due) if due else None
    if half_time:
        changes.effects.append(half_time)
    return changes


def _untold(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    changes: DecisionChanges,
    way: MailWay,
) -> DecisionChanges:
    """No deadline runs on a notice nobody got; where none is owed the case was dealt with."""
    if changes.case.state is CaseState.WAITING and decision.measure is Measure.INFORM_DEADLINE:
        changes.case = move(changes.case, Event.UNREACHED, decision.starts)
        if way is MailWay.NOT_YET:
            changes.entries.append(deadline_stopped(context, about.case))
    handled = decision.starts if way is MailWay.PAGE else None
    if changes.case.state is CaseState.OPEN:
        changes.case = dataclasses.replace(changes.case, handled_at=handled)
    return changes


def _want(
    context: AppContext, about: CaseContext, decision: Decision, changes: DecisionChanges
) -> None:
    """Actions for the agents of its targets, or one for a person where no driver carries it."""
    if decision.measure is Measure.END_SERVICE:
        _tell_the_end(context, about, decision, changes)
        return
    scopes = scopes_of(about, decision.measure, decision.scope)
    placed = place_measure(context, decision.measure, scopes)
    if isinstance(placed, NotPlaced):
        if not placed.by_hand:
            raise Conflict(f"expected a target that carries it still, found: {placed.reason}")
        placed = tuple(Placed(target=PEOPLE, driver=HAND, scope=scope) for scope in scopes)
    else:
        changes.effects.append(recheck_effect(context))  # the holder may change meanwhile
    _add_actions(context, about, decision, placed, changes)


def _tell_the_end(
    context: AppContext, about: CaseContext, decision: Decision, changes: DecisionChanges
) -> None:
    """Whoever holds the service is told that it has ended; each hold stands until that is seen."""
    held = standing(about.decisions, decision.starts)
    parts = actions.of_decision(held.id) if held else []
    placed = [
        Placed(
            target=part.target,
            driver=part.driver,
            scope=part.scope,
            names_clause=part.clause is not None,
        )
        for part in parts
        if part.state in LIVE
    ]
    _add_actions(context, about, decision, placed, changes)


def _add_actions(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    placed: Iterable[Placed],
    changes: DecisionChanges,
) -> None:
    """An action for each place, its entry, and the word to its agent."""
    for part in placed:
        action = _action(context, about, decision, part)
        payload = {"action": action.id, "decision": decision.id, "driver": action.driver}
        changes.rows.append(action)
        changes.entries.append(
            entry(context, EntryType.ACTION_WANTED, decision.author, payload, case=about.case.id)
        )
        if part.driver != HAND:
            changes.effects.append(enforce_effect(context, action, "apply"))


def _action(context: AppContext, about: CaseContext, decision: Decision, placed: Placed) -> Action:
    """What one agent, or a person, shall carry out for a decision."""
    if decision.ends is None:
        raise ValueError("a measure a driver carries always ends; the gate made one that does not")
    return Action(
        id=context.new_id(),
        decision=decision.id,
        case=about.case.id,
        reference=about.case.reference,
        driver=placed.driver,
        target=placed.target,
        level=decision.level,
        measure=decision.measure,
        scope=placed.scope,
        starts=decision.starts,
        until=decision.ends,
        versions=decision.versions,
        automatic=decision.automatic,
        changed_at=decision.starts,
        clause=decision.clause if placed.names_clause else None,
    )


def _lift(
    context: AppContext, decision: Decision, changes: DecisionChanges, *, mistaken: bool
) -> None:
    """The actions of the reversed decision are being lifted; done when read back."""
    for action in actions.of_decision(decision.reverses or ""):
        if action.state in LIVE:
            changes.add(
                lifting_changes(
                    context,
                    action,
                    decision.id,
                    decision.author,
                    decision.reasons,
                    decision.starts,
                    mistaken=mistaken,
                )
            )


def lifting_changes(
    context: AppContext,
    action: Action,
    decision: str,
    by: Actor,
    reason: str,
    at: datetime,
    *,
    mistaken: bool = False,
) -> ChangeSet:
    """One action on its way out, with its entry and the word to its agent.

    `decision` is the one that says so: of a part that is lifted alone, the action's own.
    """
    changed = dataclasses.replace(action, state=ActionState.LIFTING, changed_at=at)
    payload: dict[str, object] = {
        "action": action.id,
        "decision": decision,
        "reason": reason,
        **({MISTAKEN: True} if mistaken else {}),
    }
    lifting = entry(context, EntryType.ACTION_LIFTING, by, payload, case=action.case)
    changes = ChangeSet(rows=[changed], entries=[lifting], seen=[action])
    if action.driver != HAND:
        changes.effects.append(enforce_effect(context, action, "lift"))
    return changes


def enforce_effect(context: AppContext, action: Action, word: str) -> Effect:
    """The work to let an action's agent know."""
    return Effect(
        id=context.new_id(),
        kind="enforce",
        key=f"enforce:{action.id}:{word}",
        payload={"target": action.target},
        due_at=context.now(),
    )
