"""A person of the desk."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.errors import Strange
from aupkeep.model.roles import ROLES, StaffRole


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSetter:
    """Who, by id, made or changed a person's record, and when last."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """`address` is the mail address and the user name; an inactive person may not come in.

    A record without roles was written before there were any: it may do what it could, all of it.
    `unix_user` is the user of this machine whose commands are this person's. `made_by` is the id of
    the colleague who made the record, `set_by` of who last changed it, at `set_at`; `setters` are
    all who did, and the person where they made themselves one who may be a second person;
    `second_until` is when somebody last took from them that they may be a second person. `subject`
    is who they are at the issuer of the single sign-on, its address and their number there;
    `left_at` is when it last said that they are of the desk no more.
    """

    id: str
    address: str
    name: str
    language: str = "en"
    active: bool = True
    made_at: datetime | None = None
    roles: tuple[str, ...] = ()
    unix_user: str | None = field(default=None, metadata=ADDED_FIELD)
    made_by: str | None = field(default=None, metadata=ADDED_FIELD)
    set_by: str | None = field(default=None, metadata=ADDED_FIELD)
    set_at: datetime | None = field(default=None, metadata=ADDED_FIELD)
    second_until: datetime | None = field(default=None, metadata=ADDED_FIELD)
    subject: str | None = field(default=None, metadata=ADDED_FIELD)
    left_at: datetime | None = field(default=None, metadata=ADDED_FIELD)
    setters: tuple[RecordSetter, ...] = field(default=(), metadata=ADDED_FIELD)

    @property
    def held_roles(self) -> tuple[StaffRole, ...]:
        """What the person is. Raises `Strange` for a role that there is not."""
        try:
            return tuple(map(StaffRole, self.roles)) or ROLES
        except ValueError as error:
            raise Strange(f"a role of {self.id}") from error
