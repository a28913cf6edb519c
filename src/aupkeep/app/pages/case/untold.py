"""Why nobody was told of a case's last decision, and the command that fixes it."""

from dataclasses import dataclass

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.retell import untold_decision
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import RELAY, contact_of
from aupkeep.app.pages.doctor.checks import SET_RELAY, add_contact
from aupkeep.app.pages.doctor.grant_checks import ASK_NOTICES
from aupkeep.model.case import Case
from aupkeep.model.customer import Customer
from aupkeep.model.grant import GrantKind
from aupkeep.store import notices


@dataclass(frozen=True, slots=True, kw_only=True)
class UntoldNote:
    """What stands in the way of a notice; `remedy` is "" where only time or a person helps."""

    why: str
    remedy: str


def untold_note(context: AppContext, case: Case, customer: Customer | None) -> UntoldNote | None:
    """The note for a case whose customer should have had a notice and got none, else None."""
    decision = untold_decision(context, case)
    if decision is None:
        return None
    contact = contact_of(customer)
    if contact is None:
        return UntoldNote(why="no contact is known", remedy=add_contact(case.customer))
    if why := withheld(context, GrantKind.NOTICES, case, decision.versions.rule):
        return UntoldNote(why=why, remedy=ASK_NOTICES)
    failed = [n for n in notices.of_case(case.id) if n.decision == decision.id and n.failure]
    why = failed[-1].failure or "" if failed else "its notice was not made yet"
    if why.startswith(RELAY):
        return UntoldNote(why=why, remedy=SET_RELAY)
    return UntoldNote(why=why, remedy=add_contact(case.customer) if failed else "")
