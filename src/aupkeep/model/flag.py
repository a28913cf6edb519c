"""A switch of the install."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`value` is "on" or "off".

    The names are `listen`, `freeze`, `witness-paused`, and `feed:` and a feed's name.
    """

    name: str
    value: str
    changed_at: datetime
