"""Whom a grant would have written to or limited in the last days: shown before anybody gives it.

What is compared is what rules were withheld from (`shadow.py`). The targets of then are not known,
so a grant for one target is shown as if each measure went there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.notifying.receipts import ANSWERED
from aupkeep.app.pages.grants.page import GrantPreview, Reached, WithheldCase
from aupkeep.app.pages.grants.shadow import DAYS, withheld_cases
from aupkeep.casework.grants import DAY, covers, in_share
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantQuestion
from aupkeep.model.ladder import Level
from aupkeep.store import cases, customers, reports, staff

MOST_CASES = 500
MOST_REPORTS = 500


def preview_grant(
    context: AppContext, grant: Grant, *, reporters: bool, days: int = DAYS
) -> GrantPreview:
    """Who would have been written to or limited; `reporters` says whether they may be named."""
    mailed, limited, beyond, left_out, cut = [], [], [], 0, False
    writers: list[Reached] = []
    if grant.kind in {GrantKind.STAFF, GrantKind.EVERYTHING}:
        mailed += [
            Reached(who=member.address, name=member.name, address=member.address, cases=())
            for member in staff.all()
            if member.active
        ]
    if grant.kind in {GrantKind.RECEIPTS, GrantKind.EVERYTHING}:
        writers, cut = _reporters(context.now() - timedelta(days=days))
        mailed += writers if reporters else []
    if grant.kind in {GrantKind.NOTICES, GrantKind.ACT, GrantKind.PEOPLE, GrantKind.EVERYTHING}:
        items, more = withheld_cases(context, days)
        wanted = [item for item in items if _asked(grant, item)]
        within = [x for x in wanted[:MOST_CASES] if inside(grant, x.case, x.customer)]
        cut = cut or more or len(wanted) > MOST_CASES
        left_out = min(len(wanted), MOST_CASES) - len(within)
        done, above = _counted(grant, within)
        beyond = [item.reference for item in above]
        limited = _reached(item for item in done if item.level > Level.L2)
        mailed += _reached(done) if grant.kind is not GrantKind.PEOPLE else []
        limited = [] if grant.kind is GrantKind.NOTICES else limited
    return GrantPreview(
        days=days,
        mailed=tuple(mailed),
        limited=tuple(limited),
        beyond=tuple(beyond),
        left_out=left_out,
        unreachable=sum(not customer.address for customer in mailed),
        hidden=bool(writers) and not reporters,
        reporters=len(writers),
        cut=cut,
    )


def _asked(grant: Grant, item: WithheldCase) -> bool:
    """Whether a rule's proposal is of the grant's kind."""
    if grant.kind is GrantKind.ACT:
        return item.rule == grant.rule and item.level > Level.L2
    if grant.kind is GrantKind.PEOPLE:
        return item.level > Level.L2
    return grant.kind is GrantKind.EVERYTHING or grant.rule in {ALL, item.rule}


def inside(grant: Grant, case: str, customer_id: str) -> bool:
    """Whether the case lies in the grant's scope, by its customer of today, and in its share."""
    subjects = [claim.finding.subject.address for claim in cases.claims(case)]
    customer = customers.get(customer_id)
    question = GrantQuestion(
        kind=grant.kind,
        case=case,
        addresses=tuple(address for address in subjects if address) if all(subjects) else (),
        tier=customer.tier if customer else None,
        tags=customer.tags if customer else frozenset(),
    )
    return covers(grant, question) and in_share(grant.rule, case, grant.share)


def _counted(
    grant: Grant, items: Sequence[WithheldCase]
) -> tuple[list[WithheldCase], list[WithheldCase]]:
    """What its ceiling would have let through, in the order of time, and what was above it."""
    done: list[WithheldCase] = []
    above: list[WithheldCase] = []
    for item in sorted(items, key=lambda item: item.at):
        lately = sum(other.at > item.at - DAY for other in done)
        full = grant.ceiling is not None and lately >= grant.ceiling
        (above if full else done).append(item)
    return done, above


def _reached(items: Iterable[WithheldCase]) -> list[Reached]:
    """Each customer once, with their cases."""
    by_customer: dict[str, list[WithheldCase]] = {}
    for item in items:
        by_customer.setdefault(item.customer, []).append(item)
    return [
        Reached(
            who=who,
            name=withheld[0].name,
            address=withheld[0].contact,
            cases=tuple(dict.fromkeys(item.reference for item in withheld)),
        )
        for who, withheld in sorted(by_customer.items())
    ]


def _reporters(start: datetime) -> tuple[list[Reached], bool]:
    """Who reported by mail, proven to be the sender; whether there were more than were read."""
    received = reports.since(start, MOST_REPORTS)
    addresses = {
        report.reading.reporter
        for report in received
        if report.reading.outcome in ANSWERED
        and report.reading.authentication.authenticated
        and report.reading.reporter
    }
    reached = [Reached(who=item, name="", address=item, cases=()) for item in sorted(addresses)]
    return reached, len(received) == MOST_REPORTS
