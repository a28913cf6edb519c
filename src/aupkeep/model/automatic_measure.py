"""What a rule restricted alone, as far as the breaker counts it (invariant 8)."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.ladder import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticMeasure:
    """One decision of a rule: whom it restricts, how far, and from when."""

    customer: str
    level: Level
    starts: datetime
