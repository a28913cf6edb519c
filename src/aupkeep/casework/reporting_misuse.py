"""Who misuses reporting, and what may be done about it: warn, slow lane, suspend (DSA Art. 23).

A machine counts and proposes. Every step is a person's, has a reason and an end, and comes after a
warning that reached its reader; and what is received is kept in any lane. A platform must have such
rules (Art. 23(2)); a hosting provider takes them up of its own accord, and says so in its terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.casework.track_record import JudgedClaim, TrackRecord
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Refused
from aupkeep.model.source import ClaimVerdict, Lane, SanctionStep, Source

LONGEST_TRUST = timedelta(days=366)
WARNING_LASTS = timedelta(days=366)  # then the source starts anew


@dataclass(frozen=True, slots=True, kw_only=True)
class MisuseRule:
    """When a step may be proposed and taken: the provider's rule, as its terms state it.

    `count` manifestly unfounded reports and a `share` of all in the last `period`; after a warning
    `again` more, no sooner than `patience` after it; and no step lasts longer than `longest`.
    """

    count: int = 10
    share: float = 0.5
    period: timedelta = timedelta(days=90)
    again: int = 3
    patience: timedelta = timedelta(days=7)
    longest: timedelta = timedelta(days=180)


USUAL = MisuseRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfoundedCount:
    """How often a source was manifestly unfounded: in the period, of all, and since the warning."""

    unfounded: int
    notices: int
    since_warning: int

    @property
    def share(self) -> float:
        """The share of all its reports, 0 to 1."""
        return self.unfounded / self.notices if self.notices else 0.0


def counted(
    source: Source,
    judged: Sequence[JudgedClaim],
    notices: int,
    now: datetime,
    rules: MisuseRule = USUAL,
) -> UnfoundedCount:
    """Count what people called unfounded; `notices` are all reports of the period."""
    moments = [
        judged_claim.at for judged_claim in judged if judged_claim.said is ClaimVerdict.UNFOUNDED
    ]
    recent = [at for at in moments if now - rules.period <= at <= now]
    warned = source.warned_at
    return UnfoundedCount(
        unfounded=len(recent),
        notices=max(notices, len(recent)),
        since_warning=sum(at > warned for at in recent) if warned else 0,
    )


def lane_of(source: Source, record: TrackRecord, now: datetime, bar: tuple[float, int]) -> Lane:
    """The lane a source is in now; a lane that has ended is none, and nobody unproven is fast.

    `bar` is the precision and the number of judged claims from which standing is good.
    """
    if source.lane in (Lane.SLOW, Lane.SUSPENDED) and source.until and source.until > now:
        return source.lane
    if not source.proven:
        return Lane.NORMAL
    trusted = source.trusted_until is not None and source.trusted_until > now
    good = record.judged >= bar[1] and record.precision >= bar[0]
    return Lane.FAST if trusted or good else Lane.NORMAL


def proposed(
    source: Source, counts: UnfoundedCount, now: datetime, rules: MisuseRule = USUAL
) -> SanctionStep | None:
    """The next step that the provider's rule suggests to a person, or None."""
    step = SanctionStep.WARN
    if _warned(source, now):
        step = SanctionStep.SUSPEND if _lane(source, now) is Lane.SLOW else SanctionStep.SLOW
    if _lane(source, now) is Lane.SUSPENDED or unmet(step, source, counts, now, rules):
        return None
    return step


def unmet(
    step: SanctionStep,
    source: Source,
    counts: UnfoundedCount,
    now: datetime,
    rules: MisuseRule = USUAL,
) -> str:
    """The part of the provider's rule that a step does not meet, "" when it meets all."""
    if not source.proven:
        return "Nobody proved this name; its word moves nothing as it is, and may be another's."
    if counts.unfounded < rules.count or counts.share < rules.share:
        return (
            f"The rule asks for {rules.count} manifestly unfounded reports and a share of "
            f"{rules.share:.0%} in {rules.period.days} days; found {counts.unfounded} of "
            f"{counts.notices}."
        )
    return "" if step is SanctionStep.WARN else _after_warning(step, source, counts, now, rules)


def _after_warning(
    step: SanctionStep, source: Source, counts: UnfoundedCount, now: datetime, rules: MisuseRule
) -> str:
    """What must have happened between a warning and a step that follows it."""
    if not _warned(source, now) or source.warned_at is None:
        return "A warning comes first."
    if now - source.warned_at < rules.patience:
        return f"The warning is not {rules.patience.days} days old."
    if counts.since_warning < rules.again:
        return (
            f"The rule asks for {rules.again} more since the warning; found {counts.since_warning}."
        )
    if step is SanctionStep.SUSPEND and _lane(source, now) is not Lane.SLOW:
        return "The slow lane comes before a suspension."
    return ""


def may(
    step: SanctionStep,
    source: Source,
    counts: UnfoundedCount,
    by: Actor,
    reasons: str,
    *,
    until: datetime | None,
    now: datetime,
    rules: MisuseRule = USUAL,
) -> Refused | None:
    """Why a step may not be taken, or None.

    The conditions; each has a test:

    * a person takes it, with reasons; nothing here is ever a rule's or the system's;
    * to restore needs nothing more: it is never late or early to give somebody their voice back;
    * trust is for a proven source, and ends within a year;
    * a warning, the slow lane and a suspension meet the provider's rule (`unmet`);
    * the slow lane and a suspension end, within the longest the rule allows.
    """
    if by.kind is not ActorKind.PERSON:
        return Refused(reason="Only a person takes a step about a source.", invariant=2)
    if not reasons.strip():
        return Refused(reason="A step about a source needs written reasons.")
    if step is SanctionStep.RESTORE:
        return None
    if refused := _end(step, until, now, rules):
        return refused
    if step is SanctionStep.TRUST:
        return None if source.proven else Refused(reason="Only who is proven can be trusted.")
    why = unmet(step, source, counts, now, rules)
    return Refused(reason=why) if why else None


def _end(
    step: SanctionStep, until: datetime | None, now: datetime, rules: MisuseRule
) -> Refused | None:
    """What lasts, ends: in time to come and not later than allowed (invariant 6)."""
    if step is SanctionStep.WARN:
        return None
    if until is None or until <= now:
        return Refused(reason="This ends at a moment to come; none was given.", invariant=6)
    longest = LONGEST_TRUST if step is SanctionStep.TRUST else rules.longest
    if until > now + longest:
        return Refused(reason=f"It lasts {longest.days} days at most.", invariant=6)
    return None


def _warned(source: Source, now: datetime) -> bool:
    """Whether a warning stands."""
    return source.warned_at is not None and now - source.warned_at <= WARNING_LASTS


def _lane(source: Source, now: datetime) -> Lane:
    """The lane a person chose, while it lasts."""
    lasts = source.until is not None and source.until > now
    return source.lane if lasts else Lane.NORMAL
