"""The bar of every page of the console, and records that several pages share."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aupkeep.model.grant import GrantKind
from aupkeep.model.roles import Allowance, StaffAct, StaffRole, allowance


class Urgency(StrEnum):
    """The taxonomy's P0 and P1, P2, P3, P4 in words."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone of the desk who is signed in: `id` is the user name, `name` what colleagues see.

    `maker` is the id of the colleague who made the link that opened the session. Who `enrols` may
    do nothing yet but add the passkey that their role asks for. `language` is `en` or `nb`.
    """

    id: str
    name: str
    maker: str | None = None
    enrols: bool = False
    roles: tuple[StaffRole, ...] = ()
    language: str = "en"

    def may(self, act: StaffAct) -> bool:
        """Whether their roles allow an act without a condition; what a page offers or shows."""
        return allowance(self.roles, act) is Allowance.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeBanner:
    """The freeze switch is on; `missing` names the agents it has not reached (partial)."""

    since: datetime
    by: str
    reason: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """What stops the work of this moment, and the command that fixes it."""

    found: str
    remedy: str


class MenuItem(NamedTuple):
    """A page in the menu: the name of its address, its words' key too, and how much waits there."""

    key: str
    waiting: int = 0


class MenuGroup(NamedTuple):
    """Pages under one heading; without a `key` they stand in the bar itself."""

    key: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeader:
    """The bar at the top: who looks, what waits, whether the machine acts on its own."""

    now: datetime
    operator: str
    person: Person
    listen: bool
    granted: tuple[GrantKind, ...] = ()  # the live steps, while it listens
    records_only: bool = False  # no driver changes anything
    freeze: FreezeBanner | None = None
    waiting: int = 0  # cases that need a decision or hold an unread answer
    inbox: int = 0
    hindrances: tuple[Hindrance, ...] = ()
    menu: tuple[MenuGroup, ...] = ()
    entries: int = 0  # of the journal, before anything of the page was read


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoice:
    """One filter: `key` goes into the address, `count` is what it would show."""

    key: str
    title: str
    count: int
    current: bool = False


class TextPart(NamedTuple):
    """A stretch of a source's text; `mark` names the field read there, "" for the rest.

    Joining the texts of an item's parts gives the shown text back, character for character.
    """

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the install: for pages without a case. `language` is a code such as `nb`."""

    name: str
    contact: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageHealth:
    """`ok` False makes /healthz answer 503; `reason` is a word for a machine's log."""

    ok: bool
    reason: str = "ok"
