"""What a person chose on the case page, on its way to the gate."""

from dataclasses import dataclass

from aupkeep.model.ladder import Cause, Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """What a person chose on the case page; nothing is implied, blank has been refused.

    `hours` is None only for measures that limit nothing. `seen` is the page's own mark.
    """

    measure: Measure
    hours: int | None
    reasons: str
    note: str | None = None
    cause: Cause
    seen: str
    rate: int | None = None  # bytes a second, of a rate limit
