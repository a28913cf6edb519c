"""The people of the desk as the desk reads them."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.absences import ListedAbsence
from aupkeep.app.access.sessions import LiveSession
from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.model.roles import StaffRole


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """One person: `sessions` are live now, `links` would still sign them in."""

    address: str
    name: str
    roles: tuple[StaffRole, ...]
    unix_user: str | None
    language: str
    active: bool
    made_at: datetime | None
    sessions: int
    last_seen: datetime | None
    links: int
    passkeys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """One API token, never its secret; `used` to about ten minutes, None where it never was.

    `person` is whose own it is, or an outside approver's address; `decision` the one they may
    approve.
    """

    name: str
    scopes: tuple[str, ...]
    trusted: bool
    person: str | None
    decision: str | None
    target: str | None
    customer: str | None
    made: datetime
    expires: datetime
    revoked: datetime | None
    live: bool
    used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Everybody, and the tokens; `sessions` for who may end them alone (`manages`).

    `absences` are those that are not over; who `leaves` may say so of themselves. Roles are given
    here where the process may write them (`gives`), else by a command.
    """

    header: PageHeader
    people: tuple[StaffRecord, ...]
    sessions: tuple[LiveSession, ...]
    tokens: tuple[TokenRecord, ...]
    manages: bool
    gives: bool
    roles: tuple[StaffRole, ...]
    absences: tuple[ListedAbsence, ...] = ()
    leaves: bool = False
