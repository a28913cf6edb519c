"""The end of a service: a hold of thirty days, then a person's act (invariant 7).

Two people decide to terminate, and the service is held: suspended, with its data kept. When thirty
days have passed since the customer was told, a person may end it, for seven days. Nobody ends it
before; where nobody does, the hold ends by itself and the service is back. A customer on whom lives
depend (`critical`) is told first by which day to have moved (`off-board`), and is held after it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.gate_checks import GateRequest
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.ladder import HOLD, Measure
from aupkeep.model.moments import show_minute

TWO = 2
HIGH_RISK = "high-risk"
SOONEST, LATEST = timedelta(days=30), timedelta(days=730)  # from now to the day of an off-boarding
FIRST = "aupkeep decide CASE --measure terminate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """A decision to terminate; a person may end the service from `opens` until `closes`.

    `hindrances` say why not now; `ended` is the decision by which a person did.
    """

    decision: Decision
    opens: datetime
    closes: datetime
    ended: Decision | None = None
    hindrances: tuple[str, ...] = ()


def standing(decisions: Iterable[Decision], now: datetime) -> Decision | None:
    """The newest decision to terminate that nobody lifted, and that is not over or was carried out.

    >>> standing((), datetime.max)
    """
    known = tuple(decisions)
    live = [
        decision
        for decision in unlifted(known, Measure.TERMINATE)
        if decision.ends and (decision.ends > now or ended(known, decision))
    ]
    return max(live, key=lambda decision: decision.starts, default=None)


def ended(decisions: Iterable[Decision], held: Decision) -> Decision | None:
    """The decision by which a person ended a held service, unless it was taken back."""
    made = unlifted(tuple(decisions), Measure.END_SERVICE)
    since = [decision for decision in made if decision.starts >= held.starts]
    return max(since, key=lambda decision: decision.starts, default=None)


def unlifted(decisions: Sequence[Decision], measure: Measure) -> list[Decision]:
    """Those of a case's decisions that are of one measure and that nobody took back."""
    lifted = {decision.reverses for decision in decisions if decision.reverses}
    return [it for it in decisions if it.measure is measure and it.id not in lifted]


def termination_of(inputs: DecisionInputs, now: datetime) -> Termination | None:
    """The termination that stands in a case, and what hinders a person from ending it now."""
    held = standing(inputs.decisions, now)
    if held is None or held.ends is None:
        return None
    noticed_at = inputs.held.proof.sent_at if inputs.held else None
    opens = max(held.starts, noticed_at or held.starts) + HOLD
    return Termination(
        decision=held,
        opens=opens,
        closes=held.ends,
        ended=ended(inputs.decisions, held),
        hindrances=tuple(_hindrances(held, inputs, opens, now)),
    )


def _hindrances(
    held: Decision, inputs: DecisionInputs, opens: datetime, now: datetime
) -> Iterator[str]:
    """Every reason why a held service may not be ended now.

    * It was ended, or fewer than two people decided the hold.
    * The hold was read back nowhere.
    * The hold's own notice is not proven, or thirty days have not passed since it left.
    * An appeal is open, in this case or another of the customer; an answer is unread.
    * A legal hold stands.
    """
    service = inputs.held
    if end := ended(inputs.decisions, held):
        yield f"The service was ended at {show_minute(end.starts)}"
    if len({actor.id for actor in (held.author, *held.approvers)}) < TWO:
        yield "Two different people decide to terminate, and one did"
    if service is None or not service.seen:
        yield "The hold was read back nowhere, so the service may never have been held"
    if service is None or service.proof.proven_at is None or service.proof.proven_at > now:
        missing = service.proof.missing if service else "none was made"
        yield f"The notice of the termination is not proven: {missing}"
    if now < opens:
        yield f"The hold runs until {show_minute(opens)}, and nobody ends the service before"
    if inputs.appealed or any(answer.open_appeal for answer in inputs.answers):
        yield "An appeal is open, and is judged first"
    elif any(answer.read_at is None for answer in inputs.answers):
        yield "The customer answered, and a person reads it first: aupkeep answer-read CASE"
    if service is not None and service.legal_hold:
        yield "A legal hold stands, and ends first: aupkeep retention hold end"


def ending(asked: GateRequest) -> Refused | None:
    """A person ends a held service, and nothing stands against it (invariant 7)."""
    if asked.proposal.measure is not Measure.END_SERVICE:
        return None
    if asked.automatic:
        return Refused(reason="A person ends a service, never a rule.", invariant=7)
    state = termination_of(asked.inputs, asked.now)
    if state is None or state.decision.scope != asked.proposal.scope:
        return Refused(
            reason=f"No termination stands here; two people decide it first: {FIRST}.", invariant=7
        )
    reason = next(iter(state.hindrances), None)
    return None if reason is None else Refused(reason=f"{reason}.", invariant=7)


def _critical(asked: GateRequest) -> bool:
    """Whether lives may depend on the customer; who is not known not to be critical may be."""
    high_risk = asked.proposal.clause.id == HIGH_RISK
    return high_risk or asked.facts["customer.critical"] is not False


def off_boarding(asked: GateRequest) -> Refused | None:
    """Two people tell a critical customer by which day to have moved; never a rule, nor no day."""
    proposal, now = asked.proposal, asked.now
    if proposal.measure is not Measure.OFF_BOARD:
        return None
    if asked.automatic:
        return Refused(reason="People off-board a customer, never a rule.", invariant=4)
    if not _critical(asked):
        return Refused(reason=f"The customer is not critical; a termination is for it: {FIRST}.")
    if proposal.on is None:
        return Refused(reason="An off-boarding has a day; none is given: --on DAY.", invariant=6)
    if not now + SOONEST <= proposal.on <= now + LATEST:
        reason = f"The day is from {show_minute(now + SOONEST)} to {show_minute(now + LATEST)}"
        return Refused(reason=f"{reason}, not {show_minute(proposal.on)}.", invariant=6)
    return None


def after_its_day(asked: GateRequest) -> Refused | None:
    """A critical customer is terminated after the day of an off-boarding, and not without one."""
    if asked.proposal.measure is not Measure.TERMINATE or not _critical(asked):
        return None
    decisions, now = asked.inputs.decisions, asked.now
    days = [it.ends for it in unlifted(decisions, Measure.OFF_BOARD) if it.ends]
    if not days:
        reason = "Lives may depend on this customer; two people set a day first"
        return Refused(
            reason=f"{reason}: aupkeep decide CASE --measure off-board --on DAY.", invariant=4
        )
    if max(days) > now:
        return Refused(
            reason=f"The customer has until {show_minute(max(days))} to move.", invariant=4
        )
    return None


CHECKS = (ending, off_boarding, after_its_day)
