"""A person of the desk."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """`address` is the mail address and the user name; an inactive person may not come in."""

    id: str
    address: str
    name: str
    language: str = "en"
    active: bool = True
    made_at: datetime | None = None
    roles: tuple[str, ...] = ()
