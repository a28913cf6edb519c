"""What a grant let through since it was given: mails by who got them, limits by who decided them.

A mail names no grant. Counted are those that left in the grant's time and that it allows: another
grant of that kind may have allowed the same ones.
"""

from collections.abc import Iterator
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.pages.grants.page import LetThrough
from aupkeep.app.pages.grants.preview import inside
from aupkeep.casework.grants import DAY, HUNDRED, SERVES
from aupkeep.model.grant import ALL, TELLS, Grant, GrantKind, GrantScope
from aupkeep.model.notice import Party
from aupkeep.store import cases, grants
from aupkeep.store.grants import UseCount

MOST_CASES = 500  # about which notices are put before a narrow scope, the newest
LIMITS = {GrantKind.PEOPLE: False, GrantKind.ACT: True}  # whether a rule decided it


def let_through(context: AppContext, grant: Grant) -> tuple[LetThrough, ...]:
    """Each kind of thing it allows, with how many; nothing for one that was never given."""
    now = context.now()
    if grant.granted_at is None:
        return ()
    begun = max(grant.starts, grant.granted_at)
    over = min(grant.until, grant.revoked_at or grant.until, now)
    return tuple(_counted(grant, begun, over, now - DAY))


def _counted(grant: Grant, begun: datetime, over: datetime, day: datetime) -> Iterator[LetThrough]:
    whole = grant.kind is GrantKind.EVERYTHING
    for step in (GrantKind.STAFF, GrantKind.RECEIPTS, GrantKind.NOTICES):
        if whole or grant.kind is step:
            parties = [party for party, kind in TELLS.items() if kind is step]
            yield _row(f"mail-{step}", _mails(grant, parties, begun, over, day))
    for step, automatic in LIMITS.items():
        if whole or grant.kind in SERVES[step]:
            window = (begun, over) if whole else None
            used = grants.limited(automatic=automatic, day=day, window=window, grant=grant.id)
            yield _row(f"limit-{step}", used)


def _mails(
    grant: Grant, parties: list[Party], begun: datetime, over: datetime, day: datetime
) -> UseCount:
    """What was sent in its time; of a narrow grant only about what lies in it."""
    narrow = (
        grant.scope is not GrantScope.ALL or grant.share < HUNDRED or grant.rule not in {"", ALL}
    )
    if not narrow:
        return grants.mailed(parties, begun, over, day)
    chosen = cases.by_ids(grants.mailed_cases(parties, begun, over, MOST_CASES)).values()
    within = [case.id for case in chosen if inside(grant, case.id, case.customer)]
    under = None if grant.rule in {"", ALL} else grant.id
    return grants.mailed(parties, begun, over, day, about=within, under=under)


def _row(what: str, used: UseCount) -> LetThrough:
    return LetThrough(what=what, today=used.today, total=used.total, last=used.last)
