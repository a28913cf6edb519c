"""Whether grants let a person take the next step of a case while the install listens, or why not.

The gate judges a decision; here many cases are judged at once, by the same grants, with what a list
knows of each. A ceiling binds no person, so nothing is counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.targets import targets_of
from aupkeep.app.modes import listening
from aupkeep.casework.grants import NO_GRANT, Withheld, judge
from aupkeep.model.action import PEOPLE
from aupkeep.model.case import Case
from aupkeep.model.grant import Grant, GrantKind, GrantQuestion, GrantScope
from aupkeep.model.ladder import LEVELS, Level, Measure
from aupkeep.store import customers, grants
from aupkeep.store.newest_claims import addresses_in


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGrants:
    """The grants of an install that listens, and which targets could carry each measure."""

    now: datetime
    standing: tuple[Grant, ...] = ()
    carriers: Mapping[Measure, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepQuestion:
    """A step of a case: the kinds of grant that it takes, and its measure where it has one."""

    case: Case
    kinds: tuple[GrantKind, ...]
    measure: Measure | None = None


def granted_now(context: AppContext) -> StepGrants | None:
    """What is granted at this moment, None where the install speaks."""
    if not listening(context):
        return None
    return granted_by(context, grants.standing(context.now()))


def granted_by(context: AppContext, standing: Iterable[Grant]) -> StepGrants:
    """What these grants let through at this moment, where the install listens."""
    targets = targets_of(context)
    return StepGrants(
        now=context.now(),
        standing=tuple(standing),
        carriers={
            measure: tuple(target.name for target in targets if measure in target.carries)
            for measure in Measure
            if LEVELS[measure] >= Level.L3
        },
    )


def kept_back(granted: StepGrants, asked: Sequence[StepQuestion]) -> dict[str, str]:
    """The cases whose step no grant lets a person take: why, "" where there is none of its kind."""
    scopes = {grant.scope for grant in granted.standing}
    ids = [item.case.id for item in asked]
    near = addresses_in(ids) if GrantScope.PREFIX in scopes else {}
    known = {}
    if scopes & {GrantScope.TIER, GrantScope.TAG}:
        known = customers.by_ids({item.case.customer for item in asked})
    kept = {}
    for item in asked:
        customer = known.get(item.case.customer)
        about = GrantQuestion(
            kind=GrantKind.NOTICES,
            case=item.case.id,
            addresses=near.get(item.case.id, ()),
            tier=customer.tier if customer else None,
            tags=customer.tags if customer else frozenset(),
        )
        if (why := _first_no(granted, item, about)) is not None:
            kept[item.case.id] = why
    return kept


def _first_no(granted: StepGrants, item: StepQuestion, about: GrantQuestion) -> str | None:
    """Why the first kind that is missing is, None where none is."""
    for kind in item.kinds:
        why = _no(granted, _asked(granted, kind, item.measure, about))
        if why is not None:
            speech = kind is GrantKind.NOTICES and len(item.kinds) > 1 and why
            return f"nobody may be told: {why}" if speech else why
    return None


def _asked(
    granted: StepGrants, kind: GrantKind, measure: Measure | None, about: GrantQuestion
) -> Iterable[GrantQuestion]:
    """The question, once for each target that could carry the limit."""
    targets: Sequence[tuple[str, ...]] = [()]
    if kind is GrantKind.PEOPLE and measure is not None:
        targets = [(name,) for name in granted.carriers.get(measure, ()) or (PEOPLE,)]
    for carried in targets:
        yield GrantQuestion(
            kind=kind, case=about.case, targets=carried,
            addresses=about.addresses, tier=about.tier, tags=about.tags,
        )  # fmt: skip


def _no(granted: StepGrants, questions: Iterable[GrantQuestion]) -> str | None:
    """Why none of the questions is let through, None where one is."""
    answers = [judge(granted.standing, {}, question, granted.now) for question in questions]
    reasons = [answer.reason for answer in answers if isinstance(answer, Withheld)]
    if len(reasons) < len(answers):
        return None
    return next((reason for reason in reasons if reason != NO_GRANT), "")
