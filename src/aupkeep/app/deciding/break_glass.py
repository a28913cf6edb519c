"""Break-glass: one person does for twelve hours what takes two, and everybody hears of it.

The decision ends by itself unless a second person ratifies it: then both make it anew, for as long
as was asked. Everybody of the desk is written to at once, in the same transaction.
"""

from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.second_person import asked_entry, kept_level
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.casework.quorum import ALONE_HOURS
from aupkeep.model.actor import Actor
from aupkeep.model.approval import Approval
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import staff


def broken_glass(
    context: AppContext, about: CaseContext, author: Actor, approval: Approval
) -> ChangeSet:
    """What goes beside such a decision: what waits to ratify it, and a letter to everybody."""
    changes = ChangeSet(rows=[approval], entries=[asked_entry(context, approval, author)])
    facts = provider_facts(context) | {
        "link": f"{context.settings.provider.url}/cases/{about.case.reference}/",
        "reference": about.case.reference,
        "what": f"{approval.measure.value} ({kept_level(approval).name})",
        "by": author.name or author.id,
        "hours": int(min(approval.hours or ALONE_HOURS, ALONE_HOURS)),
        "number": approval.id,
        "reasons": approval.reasons,
    }
    for member in staff.all():
        if member.active and member.address != author.id:
            to = (Party.STAFF, member.address, language_of(member.language))
            notice = make_notice(
                context,
                NoticeKind.BREAK_GLASS,
                to,
                facts,
                case=about.case.id,
                decision=approval.ratifies,
            )
            add_notice(context, notice, changes)
    return changes
