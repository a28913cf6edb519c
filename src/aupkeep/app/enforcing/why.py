"""Why something is limited: what stands on an address, a case or an action, in some ten lines.

    aupkeep why 203.0.113.10

Each measure says what it is, since when and until when, who decided it and why, where it is
carried out, what was read back there, what it stopped, and how it is undone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.termination_record import (
    TerminationRecord,
    termination_lines,
    termination_record,
)
from aupkeep.app.enforcing.standing import (
    StandingMeasure,
    standing_measure,
    subject_of,
    whole_state,
)
from aupkeep.app.inventory.holders import who
from aupkeep.model.action import HAND, MOVING, STANDING, Action, ActionState
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.ladder import Level
from aupkeep.model.moments import show_minute
from aupkeep.model.subject import Address, parse_subject
from aupkeep.notify.reason_words import STATES
from aupkeep.store import actions, agent_heard, cases, decisions

NOBODY = {
    "not-ours": "outside our own space",
    "unknown": "ours, and no record says who holds it now",
    "disputed": "ours, and several may hold it now: name the port",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyMeasure:
    """One decision and where it stands; `state` is applied only where every part is."""

    decision: str
    case: str
    clause: str
    level: str
    by: str
    approvers: tuple[str, ...]
    reasons: str
    state: ActionState | None
    since: datetime
    until: datetime | None
    parts: tuple[StandingMeasure, ...]
    undo: str
    termination: TerminationRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What was asked about, who holds it now (an address), and each measure on it by its start."""

    subject: str
    holder: str | None
    measures: tuple[WhyMeasure, ...]


def why(context: AppContext, subject: str) -> Why:
    """What stands on an address, in a case, or as an action; of the last two what is over, too.

    Raises `Missing` for what is none of them.
    """
    action = actions.get(subject)
    if action is not None:
        return Why(subject=subject, holder=None, measures=_measures(context, [action]))
    address = _address(subject)
    if address is not None:
        known = [*actions.in_states(MOVING), *actions.failed(context.now())]
        measures = [item for item in known if _on(item, address)]
        return Why(
            subject=str(address),
            holder=_holder(context, subject),
            measures=_measures(context, measures),
        )
    try:
        case = find_case(subject)
    except Missing as error:
        raise Missing(
            f"expected an address, a case's reference or an action's id, found {subject[:60]!r}"
        ) from error
    return Why(
        subject=case.reference, holder=None, measures=_measures(context, actions.of_case(case.id))
    )


def _address(text: str) -> Address | None:
    try:
        return parse_subject(text).address
    except Invalid:
        return None


def _on(action: Action, address: Address) -> bool:
    """Whether a measure limits what an address sends or gets."""
    scope = action.scope
    if scope.network is not None:
        return address in scope.network
    return address in {scope.address, scope.destination}


def _holder(context: AppContext, subject: str) -> str | None:
    """Who holds it now, in words."""
    answer = who(context, subject, context.now())
    return NOBODY.get(answer.answer, f"held by {answer.resource} of {answer.customer}")


def _parts(decision: str) -> list[Action]:
    """Every action of a decision, by target and place."""
    return sorted(actions.of_decision(decision), key=lambda part: (part.target, subject_of(part)))


def _termination(context: AppContext, decision: Decision) -> TerminationRecord | None:
    """Of a hold, or of what ended it: the dates of the termination it belongs to."""
    case = cases.get(decision.case) if decision.level is Level.L7 else None
    return termination_record(context, case) if case else None


def _measures(context: AppContext, listed: Iterable[Action]) -> tuple[WhyMeasure, ...]:
    """One record a decision, with every part of it."""
    heard = agent_heard.by_target()
    measures = []
    for number in dict.fromkeys(action.decision for action in listed):
        decision, parts = decisions.get(number), _parts(number)
        if decision is None:
            continue
        live = next((part for part in parts if part.state in STANDING), None)
        moving = any(part.state is ActionState.LIFTING for part in parts)
        by_hand = " (a person undoes it, and confirms: aupkeep done ACTION)"
        over = "it is on its way out" if moving else "nothing to undo: it is over"
        undo = f"aupkeep undo {live.id} --reason WHY" if live else over
        measures.append(
            WhyMeasure(
                decision=decision.id,
                case=parts[0].reference,
                clause=decision.clause,
                level=decision.level.name,
                by=decision.author.name or decision.author.id,
                approvers=tuple(actor.name or actor.id for actor in decision.approvers),
                reasons=decision.reasons,
                state=whole_state(parts),
                since=decision.starts,
                until=decision.ends,
                parts=tuple(standing_measure(part, heard) for part in parts),
                undo=undo + (by_hand if live and live.driver == HAND else ""),
                termination=_termination(context, decision),
            )
        )
    return tuple(measures)


def _became(part: StandingMeasure) -> str:
    """What has become of a part, in words."""
    return STATES[part.became][0]


def why_lines(answer: Why, title: Callable[[str], str] = str) -> Iterable[str]:
    """The answer for a person; `title` is what a measure is called."""
    yield answer.subject + (f": {answer.holder}" if answer.holder else "")
    if not answer.measures:
        yield "Nothing limits it: no measure stands or is on its way."
    for measure in answer.measures:
        first = measure.parts[0]
        until = show_minute(measure.until) if measure.until else "no end"
        states = ", ".join(dict.fromkeys(map(_became, measure.parts)))
        yield ""
        yield f"{title(first.measure)} on {first.resource} of {first.customer}: {states}"
        yield f"  since   {show_minute(measure.since)}, until {until}"
        seconds = f", with {', '.join(measure.approvers)}" if measure.approvers else ""
        yield f"  by      {measure.by}{seconds}, as {measure.level}"
        yield f"  why     clause {measure.clause}; {measure.reasons}"
        yield f"  case    {measure.case}, decision {measure.decision}"
        for part in measure.parts:
            yield f"  where   {part.subject} on {part.target} ({part.driver}): {_became(part)}"
            yield f"          read back: {part.seen or part.reason or 'nothing yet'}"
            if part.seen and part.reason:
                yield f"          by now: {part.reason}"
            yield f"          effect: {part.effect or 'not known'}"
        yield f"  undo    {measure.undo}"
        if measure.termination:
            yield from (f"  {line}" for line in termination_lines(measure.termination))
