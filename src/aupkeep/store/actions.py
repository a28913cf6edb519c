"""Actions as stored: what is wanted of which agent, and what was seen."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from aupkeep.model.action import (
    LOST,
    MOVING,
    NO_EFFECT,
    STANDING,
    UNHEARD,
    Action,
    ActionState,
)
from aupkeep.model.automatic_measure import AutomaticMeasure
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.store.cases import joined_to
from aupkeep.store.models import ActionRow, DecisionRow
from aupkeep.store.prepared import PreparedRows, first
from aupkeep.store.tables import many

ANY = MadeBy()
STOOD = [ActionState.APPLIED, ActionState.RECORDED, ActionState.ANNOUNCED]
_AUTOMATIC = PreparedRows(
    lambda since: ActionRow.objects.filter(automatic=True, starts__gte=since)
    .order_by("decision__starts", "decision_id")
    .values_list("customer", "decision__level", "decision__starts", "decision_id").distinct(),
    datetime,
)  # fmt: skip


def get(action: str) -> Action | None:
    """The action of this id."""
    return first(Action, id=action)


def known(action: str) -> Action:
    """The action of this id. Raises `Missing`."""
    action_record = get(action)
    if action_record is None:
        raise Missing(f"action: expected a known id, found {action[:60]!r}")
    return action_record


def of_case(case: str) -> list[Action]:
    """A case's actions, by their start."""
    return many(Action, ActionRow.objects.filter(case_id=case).order_by("starts", "id"))


def of_measures(measures: Collection[Measure], limit: int) -> list[Action]:
    """The newest actions of some measures."""
    rows = ActionRow.objects.filter(measure__in=sorted(measures)).order_by("-starts", "-id")
    return many(Action, rows[:limit])


def of_report(report: str) -> list[Action]:
    """The actions in the cases that a report's claims were joined to."""
    return many(Action, ActionRow.objects.filter(case_id__in=joined_to(report)))


def of_decision(decision: str) -> list[Action]:
    """The actions that serve a decision."""
    return many(Action, ActionRow.objects.filter(decision_id=decision).order_by("starts", "id"))


def wanted(target: str, now: datetime | None = None) -> list[Action]:
    """What an agent should have in place: wanted or applied; with `now`, not run out."""
    rows = _in(STANDING).filter(target=target)
    if now is not None:
        rows = rows.filter(until__gt=now)
    return many(Action, rows.order_by("starts", "id"))


def moving(target: str) -> list[Action]:
    """What an agent still has to report on: wanted, applied or being lifted."""
    return many(Action, _in(MOVING).filter(target=target).order_by("starts", "id"))


def unheard(target: str) -> list[Action]:
    """What was written down as over on a target before its agent had told of it."""
    rows = _in((ActionState.EXPIRED,)).filter(target=target, proof=UNHEARD)
    return many(Action, rows.order_by("starts", "id"))


def run_out(now: datetime) -> list[Action]:
    """Actions whose time is over but whose end was not yet written."""
    return many(Action, _in(MOVING).filter(until__lte=now).order_by("until", "id"))


def standing(measures: Iterable[Measure] | None = None) -> list[Action]:
    """Wanted or applied actions, of these measures or of any, by their start."""
    rows = _in(STANDING)
    if measures is not None:
        rows = rows.filter(measure__in=[measure.value for measure in measures])
    return many(Action, rows.order_by("starts", "id"))


def standing_by_target(states: Iterable[ActionState] = STANDING) -> dict[str, int]:
    """How many measures stand or are wanted, or are in `states`, on each target that has any."""
    counted = _in(tuple(states)).order_by().values("target").annotate(count=Count("id"))
    return {row["target"]: row["count"] for row in counted}


def standing_of(customers: Iterable[str]) -> dict[str, int]:
    """How many measures stand, or are wanted, on each of these customers that has any."""
    counted = _in(STANDING).filter(customer__in=list(customers)).order_by()
    return dict(counted.values_list("customer").annotate(Count("id")))


def in_states(states: Iterable[ActionState]) -> list[Action]:
    """Every action in one of these states, by its start."""
    return many(Action, _in(tuple(states)).order_by("starts", "id"))


def count_in(states: Iterable[ActionState]) -> int:
    """How many are in these states."""
    return _in(tuple(states)).count()


def of_cases(cases: Iterable[str]) -> list[Action]:
    """Every measure in any of these cases, by its start."""
    return many(Action, ActionRow.objects.filter(case_id__in=list(cases)).order_by("starts", "id"))


def moving_of_customer(customer: str) -> list[Action]:
    """What stands on a customer or is on its way, by its start."""
    return many(Action, _in(MOVING).filter(customer=customer).order_by("starts", "id"))


def failed(now: datetime) -> list[Action]:
    """What was refused where it should stand, by start: its time runs, its decision is in force."""
    reversed_since = DecisionRow.objects.filter(reverses__isnull=False).values("reverses")
    rows = _in((ActionState.FAILED,)).filter(until__gt=now).exclude(decision__in=reversed_since)
    return many(Action, rows.order_by("starts", "id"))


def listed(
    *,
    states: Iterable[ActionState],
    target: str | None,
    customer: str | None,
    case: str | None,
    made: MadeBy = ANY,
) -> list[Action]:
    """Actions in these states, of one target, customer, case or version where named, by start."""
    named = {"target": target, "customer": customer, "case_id": case}
    wanted = {name: value for name, value in named.items() if value is not None}
    rows = _in(tuple(states)).filter(_made(made), **wanted)
    return many(Action, rows.order_by("starts", "id"))


def overdue(before: datetime) -> list[Action]:
    """Actions of before a moment that nobody sees stand, or, being lifted, has seen gone."""
    waits = [ActionState.WANTED.value, ActionState.PENDING.value]
    unseen = Q(state__in=waits, starts__lt=before)
    lifting = Q(state=ActionState.LIFTING.value, changed_at__lt=before)
    lost = Q(state__in=STOOD, proof__startswith=LOST, changed_at__lt=before)
    rows = ActionRow.objects.filter(unseen | lifting | lost)
    return many(Action, rows.order_by("starts", "id"))


def applied_since(since: datetime) -> list[Action]:
    """Actions that were read back after a moment and stand, by when that was."""
    applied = _in((ActionState.APPLIED,)).filter(changed_at__gt=since)
    return many(Action, applied.order_by("changed_at", "id"))


def without_effect() -> list[Action]:
    """Actions that stand and were seen to limit nobody, by their start."""
    rows = _in((ActionState.APPLIED,)).filter(effect__startswith=NO_EFFECT)
    return many(Action, rows.order_by("starts", "id"))


def automatic_since(since: datetime) -> list[AutomaticMeasure]:
    """What rules did alone since a moment, for the breaker; lifted ones too, a decision each."""
    return [
        AutomaticMeasure(customer=customer, level=Level(level), starts=starts)
        for customer, level, starts, _ in _AUTOMATIC(since)
    ]


def made_by(made: MadeBy, states: Iterable[ActionState] | None = None) -> list[Action]:
    """Every action of these versions, in any of these states or in all, by start (invariant 11)."""
    rows = ActionRow.objects.filter(_made(made))
    if states is not None:
        rows = rows.filter(state__in=[state.value for state in states])
    return many(Action, rows.order_by("starts", "id"))


def _made(made: MadeBy) -> Q:
    named = {"rule": made.rule, "attribution": made.attribution, "driver": made.driver}
    wanted = Q(**{name: value for name, value in named.items() if value is not None})
    if made.policy is not None:
        wanted &= Q(policy__startswith=made.policy.lower())
    if made.detector is not None:
        wanted &= Q(detector=made.detector) | Q(detector__startswith=f"{made.detector}/")
    return wanted & Q(automatic=True) if made.automatic else wanted


def _in(states: tuple[ActionState, ...]) -> QuerySet[ActionRow]:
    return ActionRow.objects.filter(state__in=[state.value for state in states])
