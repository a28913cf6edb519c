"""When a person of the desk is away."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """`staff` is the id of who is away from `start` to `until` (half-open, UTC).

    `set_by` is the address of who said so, `ended_at` when it was taken back.
    """

    id: str
    staff: str
    start: datetime
    until: datetime
    set_by: str
    made_at: datetime
    ended_at: datetime | None = None
