"""The end of a case that limited nothing, told to who was asked or accused in vain."""

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.notifying.notices import (
    add_notice,
    case_notice,
    contact_of,
    failed_addresses,
    suppression_reason,
)
from aupkeep.model.case import Case, Outcome
from aupkeep.model.customer import Contact
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import NoticeKind, NoticeState, Party
from aupkeep.store import customers, decisions, notices

CLEARS = (Outcome.NOT_ABUSE, Outcome.WITHDRAWN)
TOLD = (NoticeState.SENT, NoticeState.WAITING)


def closed_notice(context: AppContext, case: Case, outcome: Outcome) -> ChangeSet:
    """The letter that a case is closed; nothing where nobody was told, or may be written to.

    After "fixed" and "no action" it goes only to who was asked for an answer by a day.
    """
    changes = ChangeSet()
    contact = told_of_end(context, case, outcome)
    if contact is None:
        return changes
    facts = {"outcome": outcome, "clears": outcome in CLEARS, "closed_at": context.now()}
    notice = case_notice(context, NoticeKind.CLOSED, case, contact, facts, changes)
    add_notice(context, notice, changes)
    return changes


def told_of_end(context: AppContext, case: Case, outcome: Outcome) -> Contact | None:
    """Whom that letter goes to, None where there would be none."""
    begun = any(
        notice.party is Party.CUSTOMER and notice.state in TOLD
        for notice in notices.of_case(case.id)
    )
    asked = any(made.measure is Measure.INFORM_DEADLINE for made in decisions.of_case(case.id))
    customer = customers.get(case.customer)
    contact = contact_of(customer, failed_addresses(case.id), case.kind)
    owed = begun and (asked or outcome in CLEARS)
    if not owed or contact is None or suppression_reason(context, contact, case):
        return None
    return contact
