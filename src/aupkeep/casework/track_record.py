"""A source's track record: what came of its claims, weighed by age, as a lower confidence bound.

One claim confirmed of one says little, and ninety of a hundred say much: precision is shown as the
lower end of Wilson's interval (1927), with the number it rests on. What is old counts less: after
one half-life half as much, so that a reporter can become better, or worse.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from aupkeep.model.actor import ActorKind
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState, Judgement, Outcome
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import Evidence, Level
from aupkeep.model.source import ClaimVerdict

Z = 1.96  # 95 % of the normal distribution lie within
OUTCOMES = {
    Outcome.FIXED: ClaimVerdict.CONFIRMED,
    Outcome.NOT_ABUSE: ClaimVerdict.REFUTED,
    Outcome.WITHDRAWN: ClaimVerdict.REFUTED,
    Outcome.NO_ACTION: ClaimVerdict.UNANSWERED,
    Outcome.IMPORTED: ClaimVerdict.UNANSWERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """What came of a source's claims in one case, or of one report a person judged, and when."""

    said: ClaimVerdict
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """Counts as they are, and `precision`: at least so many of its claims are right, 0 to 1.

    `weight` is how many judged claims the precision rests on, the old ones counting for less.
    """

    confirmed: int = 0
    refuted: int = 0
    unfounded: int = 0
    unanswered: int = 0
    weight: float = 0.0
    precision: float = 0.0

    @property
    def judged(self) -> int:
        """How many claims were judged at all."""
        return self.confirmed + self.refuted + self.unfounded

    @property
    def least(self) -> float:
        """The precision in whole hundredths, never shown as more than it is."""
        return int(self.precision * 100) / 100


def track(judged: Iterable[JudgedClaim], now: datetime, half_life: timedelta) -> TrackRecord:
    """The record of these judgements as of now."""
    counts = dict.fromkeys(ClaimVerdict, 0)
    right = weight = 0.0
    for judged_claim in judged:
        counts[judged_claim.said] += 1
        if judged_claim.said is ClaimVerdict.UNANSWERED:
            continue
        share = 0.5 ** (max(now - judged_claim.at, timedelta()) / half_life)
        weight += share
        right += share if judged_claim.said is ClaimVerdict.CONFIRMED else 0.0
    return TrackRecord(
        confirmed=counts[ClaimVerdict.CONFIRMED],
        refuted=counts[ClaimVerdict.REFUTED],
        unfounded=counts[ClaimVerdict.UNFOUNDED],
        unanswered=counts[ClaimVerdict.UNANSWERED],
        weight=weight,
        precision=lower_bound(right, weight),
    )


def lower_bound(right: float, weight: float) -> float:
    """The lower end of Wilson's 95 % interval for `right` of `weight`; 0 for nothing.

    >>> round(lower_bound(1, 1), 2), round(lower_bound(9, 10), 2), round(lower_bound(90, 100), 2)
    (0.21, 0.6, 0.83)
    """
    return wilson(right, weight)[0]


def wilson(right: float, weight: float) -> tuple[float, float]:
    """Both ends of Wilson's 95 % interval for `right` of `weight`; from 0 to 1 for nothing.

    >>> tuple(round(end, 2) for end in wilson(0, 8)), wilson(0, 0)
    ((0.0, 0.32), (0.0, 1.0))
    """
    if weight <= 0:
        return 0.0, 1.0
    share = min(right / weight, 1.0)
    middle = share + Z * Z / (2 * weight)
    spread = Z * sqrt(share * (1 - share) / weight + Z * Z / (4 * weight * weight))
    whole = 1 + Z * Z / weight
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def verdict(case: Case, decisions: Sequence[Decision], answers: Sequence[Answer]) -> JudgedClaim:
    """What a case says of the claims in it.

    * closed as fixed: confirmed where somebody judged it true (`closing_confirms`), or unanswered;
    * closed as not abuse, or withdrawn: refuted;
    * closed without a measure: unanswered, unless a person's decision to tell or limit stands;
    * an appeal, and every decision reversed by a person after it: refuted, however it closed;
    * not closed: unanswered; a rule's decision proves nothing about the claim it was made on.
    """
    if case.state is not CaseState.CLOSED or case.outcome is None:
        return JudgedClaim(said=ClaimVerdict.UNANSWERED, at=case.changed_at)
    said = OUTCOMES[case.outcome]
    if said is ClaimVerdict.CONFIRMED and not case.confirms:
        return JudgedClaim(said=ClaimVerdict.UNANSWERED, at=case.changed_at)
    if said is ClaimVerdict.UNANSWERED and _has_lasting_decision(decisions):
        said = ClaimVerdict.CONFIRMED
    if said is ClaimVerdict.CONFIRMED and _upheld(decisions, answers):
        said = ClaimVerdict.REFUTED
    return JudgedClaim(said=said, at=case.changed_at)


def closing_confirms(
    evidence: Evidence, decisions: Sequence[Decision], answers: Sequence[Answer]
) -> bool:
    """Whether closing a case as fixed says that its claims were true.

    * The customer did not contest them: no "not me", and no appeal but one that was refused.
    * They are proven: by our own measurements or two independent sources, or a person took a
      decision on them that stands. `decisions` are those before the closing lifts anything.

    What nobody judged true makes nobody known: else two new names that agree on a lie, and a desk
    that closes the case with "fixed", are two independent sources the next time.
    """
    contested = any(
        answer.kind is AnswerKind.NOT_ME
        or (answer.kind is AnswerKind.APPEAL and answer.judged is not Judgement.REFUSED)
        for answer in answers
    )
    return not contested and (evidence >= Evidence.E2 or _has_lasting_decision(decisions))


def _has_lasting_decision(decisions: Sequence[Decision]) -> bool:
    """Whether a person's decision beyond a record was never reversed."""
    reversed_ = {decision.reverses for decision in decisions if decision.reverses}
    return any(
        decision.author.kind is ActorKind.PERSON
        and decision.level > Level.L0
        and decision.id not in reversed_
        for decision in decisions
        if decision.reverses is None
    )


def _upheld(decisions: Sequence[Decision], answers: Sequence[Answer]) -> bool:
    """Whether an appeal led people to reverse all there was before it."""
    appeals = [answer.at for answer in answers if answer.kind is AnswerKind.APPEAL]
    if not appeals:
        return False
    first = min(appeals)
    decided = {
        decision.id
        for decision in decisions
        if decision.reverses is None and decision.starts <= first
    }
    lifted = {
        decision.reverses
        for decision in decisions
        if decision.reverses
        and decision.author.kind is ActorKind.PERSON
        and decision.starts >= first
    }
    return bool(decided) and decided <= lifted
