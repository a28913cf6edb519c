"""A detector's threshold that a person accepted, above the policy pack's."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """`words` say who accepted it and when; `withdrawn_at` is set once it counts no longer.

    `of_class` is the class of customers that it is for, None: all that have none of their own.
    """

    id: str
    detector: str
    threshold: str
    value: float
    words: str
    of_class: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What stands once: a detector's threshold for a class, "" being all."""
        return self.detector, self.threshold, self.of_class or ""
