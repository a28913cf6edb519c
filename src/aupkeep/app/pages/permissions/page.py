"""Permissions as people read them."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import FilterChoice, PageHeader
from aupkeep.model.permission import PermissionState


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRecord:
    """One permission; `resource` is `customer/resource`, `conduct` its `kind` in words."""

    id: str
    resource: str
    kind: str
    conduct: str
    state: PermissionState
    until: datetime
    by: str
    reasons: str
    granted_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsPage:
    """A page of the permissions in a state; `grants` says whether this person may grant.

    `asked` counts the inquiries that are open, `holder` is what its form proposes, "" for nothing.
    """

    header: PageHeader
    states: tuple[FilterChoice, ...]
    chosen: PermissionState
    rows: tuple[PermissionRecord, ...]
    next_cursor: str | None
    grants: bool
    kinds: tuple[tuple[str, str], ...]  # of the taxonomy, each in words
    asked: int  # inquiries that are open
    holder: str = ""
