"""The grants, one grant with its preview, and the form's draft."""

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.grants import WantedGrant, draft_grant, get_grant
from aupkeep.app.modes import used_lately
from aupkeep.app.pages.grants.let_through import let_through
from aupkeep.app.pages.grants.page import (
    GrantChoices,
    GrantDetails,
    GrantPage,
    GrantPreview,
    GrantRecord,
    GrantsPage,
)
from aupkeep.app.pages.grants.preview import preview_grant
from aupkeep.app.pages.grants.shadow import listen_report
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.policies import policy_in_force
from aupkeep.casework.grants import scope_words, spent
from aupkeep.model.action import PEOPLE
from aupkeep.model.errors import Invalid
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantScope, GrantState
from aupkeep.model.ladder import Level
from aupkeep.model.roles import StaffAct
from aupkeep.policy.pack import BadPack, Status
from aupkeep.store import grants

ROWS = 50
OPEN, OVER = "open", "over"


def grant_records(
    context: AppContext, state: str = OPEN, *, limit: int = ROWS, after: str | None = None
) -> list[GrantRecord]:
    """Those that are `open` or `over`, the newest first. Raises `Invalid`."""
    if state not in {OPEN, OVER}:
        raise Invalid(f"state: expected open or over, found {state[:40]!r}")
    listed = grants.listed(context.now(), over=state == OVER, limit=limit, after=after)
    return _records(context, listed)


def grant_record(context: AppContext, grant: Grant) -> GrantRecord:
    """One as it stands now."""
    return _records(context, [grant])[0]


def grant_details(
    context: AppContext, number: str, *, reporters: bool, days: int = 14
) -> GrantDetails:
    """One with whom it would have reached in the last days. Raises `Missing`."""
    grant = get_grant(number)
    preview = preview_grant(context, grant, reporters=reporters, days=days)
    return GrantDetails(
        record=grant_record(context, grant), preview=preview, through=let_through(context, grant)
    )


def draft_details(
    context: AppContext, wanted: WantedGrant, person: str, *, reporters: bool
) -> tuple[Grant, GrantPreview]:
    """What would be asked for, and whom it would have reached; nothing is written.

    Raises `Invalid`, `Forbidden`.
    """
    grant = draft_grant(context, wanted, person)
    return grant, preview_grant(context, grant, reporters=reporters)


def grants_page(
    context: AppContext,
    person: Person,
    state: str = "",
    cursor: str = "",
    draft: tuple[Grant, GrantPreview] | None = None,
) -> GrantsPage:
    """The page. Raises `Invalid` for an unknown state."""
    chosen = state or OPEN
    rows = grant_records(context, chosen, limit=ROWS + 1, after=cursor or None)
    counted = dict(zip((OPEN, OVER), grants.counts(context.now()), strict=True))
    return GrantsPage(
        header=page_header(context, person),
        states=tuple(
            FilterChoice(key=key, title=key, count=count, current=key == chosen)
            for key, count in counted.items()
        ),
        over=chosen == OVER,
        rows=tuple(rows[:ROWS]),
        next_cursor=rows[ROWS - 1].grant.id if len(rows) > ROWS else None,
        report=listen_report(context),
        asks=person.may(StaffAct.GRANT),
        revokes=person.may(StaffAct.UNDO),
        choices=_choices(context),
        draft=draft[0] if draft else None,
        preview=draft[1] if draft else None,
    )


def grant_page(context: AppContext, person: Person, number: str) -> GrantPage:
    """The page of one. Raises `Missing`."""
    details = grant_details(context, number, reporters=person.may(StaffAct.SEE_REPORTERS))
    waits = details.record.state is GrantState.WAITING
    over = details.record.state in {GrantState.ENDED, GrantState.REVOKED}
    asked_by = details.record.grant.asked_by
    return GrantPage(
        header=page_header(context, person),
        details=details,
        gives=waits and person.may(StaffAct.GRANT) and person.id != asked_by,
        revokes=not over and person.may(StaffAct.UNDO),
    )


def _records(context: AppContext, listed: list[Grant]) -> list[GrantRecord]:
    now = context.now()
    used = used_lately(listed, now)
    return [
        GrantRecord(
            grant=grant,
            state=grant.state(now),
            scope=scope_words(grant),
            used=spent(grant, used),
            alone=grant.granted_at is not None and grant.granted_by is None,
        )
        for grant in listed
    ]


def _choices(context: AppContext) -> GrantChoices:
    """What the form offers; no rules while the policy does not load."""
    try:
        pack = policy_in_force(context.home)
        known = [rule for rule in pack.rules if rule.status in {Status.LIVE, Status.SHADOW}]
    except BadPack:
        known = []
    rules = tuple((rule.id, rule.title) for rule in known if rule.level > Level.L0)
    targets = [target.name for target in context.settings.enforcement.all_targets()]
    return GrantChoices(
        kinds=tuple(kind for kind in GrantKind if kind is not GrantKind.EVERYTHING),
        rules=((ALL, ""), *rules),
        targets=(*targets, PEOPLE, ALL),
        scopes=tuple(GrantScope),
    )
