"""A switch of the install, such as the listen mode."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`value` is text; what it means is said where it is read."""

    name: str
    value: str
    changed_at: datetime
