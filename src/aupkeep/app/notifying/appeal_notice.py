"""The outcome of an appeal, told to who appealed: with reasons and what else they may do.

DSA Article 20(5). It is owed however many notices went out that day, so no cap holds it back.
"""

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.evidence_lines import shown_reasons
from aupkeep.app.notifying.notices import (
    add_notice,
    case_notice,
    contact_of,
    failed_addresses,
)
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Answer, Case, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.grant import GrantKind
from aupkeep.model.notice import NoticeKind
from aupkeep.store import cases, customers

NO_CONTACT = "no contact is known: the outcome of the appeal stands on the customer's page alone"


def appeal_notice(
    context: AppContext,
    case: Case,
    answer: Answer,
    outcome: Judgement,
    reasons: str,
    *,
    lifts: bool,
) -> ChangeSet:
    """The letter about an appeal that was judged; an entry where nobody can be written to.

    `lifts`: something that stood is being lifted.
    """
    changes = ChangeSet()
    customer = customers.get(case.customer)
    contact = contact_of(customer, failed_addresses(case.id), case.kind)
    why = NO_CONTACT if contact is None else withheld(context, GrantKind.NOTICES, case)
    if contact is None or why:
        payload = {"kind": NoticeKind.APPEAL.value, "appeal": answer.id, "why": why}
        changes.entries.append(
            entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=case.id)
        )
        return changes
    claims = [claim for claim in cases.claims(case.id) if claim.held.customer == case.customer]
    facts = {
        "appealed_at": answer.at,
        "judgement": outcome,
        "judged_at": context.now(),
        "reasons": shown_reasons(reasons, claims),
        "lifts": lifts,
    }
    notice = case_notice(context, NoticeKind.APPEAL, case, contact, facts, changes)
    add_notice(context, notice, changes)
    return changes
