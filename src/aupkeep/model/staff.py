"""A person of the desk."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.roles import ROLES, StaffRole


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """`address` is the mail address and the user name; an inactive person may not come in.

    A record without roles was written before there were any: it may do what it could, all of it.
    `unix_user` is the user of this machine whose commands are this person's.
    """

    id: str
    address: str
    name: str
    language: str = "en"
    active: bool = True
    made_at: datetime | None = None
    roles: tuple[str, ...] = ()
    unix_user: str | None = field(default=None, metadata=ADDED_FIELD)

    @property
    def held_roles(self) -> tuple[StaffRole, ...]:
        """What the person is."""
        return tuple(map(StaffRole, self.roles)) or ROLES
