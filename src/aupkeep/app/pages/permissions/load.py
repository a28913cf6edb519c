"""The permissions of an install."""

from aupkeep.app.context import AppContext
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.pages.permissions.page import PermissionRecord, PermissionsPage
from aupkeep.model.errors import Invalid
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.permission import Permission, PermissionState
from aupkeep.model.roles import StaffAct
from aupkeep.model.taxonomy import KINDS
from aupkeep.notify.kind_names import named
from aupkeep.notify.phrases import Language
from aupkeep.store import inquiries, permissions

ROWS = 50


def permission_records(
    context: AppContext,
    state: str = "live",
    *,
    limit: int = ROWS,
    after: str | None = None,
    language: Language = "en",
) -> list[PermissionRecord]:
    """Those that are `live` or have `ended`, the newest first. Raises `Invalid`."""
    if state not in set(PermissionState):
        expected = ", ".join(PermissionState)
        raise Invalid(f"state: expected one of {expected}, found {state[:40]!r}")
    chosen = PermissionState(state)
    listed = permissions.listed(context.now(), chosen, limit, after)
    return [_record(permission, chosen, language) for permission in listed]


def permissions_page(
    context: AppContext, person: Person, state: str = "", cursor: str = ""
) -> PermissionsPage:
    """A page of them. Raises `Invalid` for an unknown state."""
    chosen = state or PermissionState.LIVE.value
    language = language_of(person.language)
    rows = permission_records(
        context, chosen, limit=ROWS + 1, after=cursor or None, language=language
    )
    counts = permissions.counts(context.now())
    asked = inquiries.count(InquiryState.OPEN)
    return PermissionsPage(
        header=page_header(context, person),
        states=tuple(
            FilterChoice(key=it.value, title=it.value, count=counts[it], current=it == chosen)
            for it in PermissionState
        ),
        chosen=PermissionState(chosen),
        rows=tuple(rows[:ROWS]),
        next_cursor=rows[ROWS - 1].id if len(rows) > ROWS else None,
        grants=person.may(StaffAct.DECIDE),
        kinds=kind_choices(language),
        asked=asked,
    )


def kind_choices(language: Language) -> tuple[tuple[str, str], ...]:
    """What may be permitted: every kind of the taxonomy, each in words."""
    return tuple((kind, named(kind, language)) for kind in sorted(KINDS))


def permission_record(context: AppContext, permission: Permission) -> PermissionRecord:
    """One of them, as it stands now."""
    live = permission.live(context.now())
    return _record(permission, PermissionState.LIVE if live else PermissionState.ENDED, "en")


def _record(permission: Permission, state: PermissionState, language: Language) -> PermissionRecord:
    return PermissionRecord(
        id=permission.id,
        resource=f"{permission.customer}/{permission.resource}",
        kind=permission.kind,
        conduct=named(permission.kind, language),
        state=state,
        until=permission.until,
        by=permission.by,
        reasons=permission.reasons,
        granted_at=permission.granted_at,
        revoked_at=permission.revoked_at,
        revoked_by=permission.revoked_by,
    )
