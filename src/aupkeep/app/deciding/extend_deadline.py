"""More time to answer: a person moves a customer's deadline, and the customer is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.letters import Letter, add_letter
from aupkeep.app.notifying.notices import contact_of, failed_addresses, language_of, zone_of
from aupkeep.casework.states import Event, move
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.moments import show_minute, show_moment
from aupkeep.model.notice import Party
from aupkeep.model.roles import StaffAct
from aupkeep.notify.letter_drafts import more_time
from aupkeep.store import customers

LONGEST = timedelta(days=30)  # from now


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedDeadline:
    """The case with its new deadline; `untold` is why the customer was not told, "" where told."""

    case: str
    deadline: datetime
    before: datetime
    untold: str


def extend_deadline(
    context: AppContext, reference: str, hours: int, reasons: str, person: str
) -> ExtendedDeadline:
    """Give the customer so many hours from now. Measures that stand end when they did before.

    Raises `Missing`, `Forbidden`, `Conflict` for a case that waits for nobody or that somebody
    changed meanwhile, and `Invalid` for a deadline that is no later or more than 30 days away.
    """
    actor = authorised(person, StaffAct.DECIDE)
    case, now = find_case(reference), context.now()
    if case.state is not CaseState.WAITING or case.deadline_at is None:
        raise Conflict(f"deadline: expected a case that waits for an answer, found {case.state}")
    if not reasons.strip():
        raise Invalid("reasons: expected why there is more time, found nothing")
    until = now + timedelta(hours=hours)
    if not case.deadline_at < until <= now + LONGEST:
        raise Invalid(
            f"hours: expected a moment after {show_minute(case.deadline_at)} and within 30 days, "
            f"found {show_minute(until)}"
        )
    moved = move(case, Event.ASKED, now, deadline=until)
    payload = {"case": case.id, "deadline": show_moment(until), "reasons": reasons}
    changed = entry(context, EntryType.CASE_CHANGED, actor, payload, case=case.id)
    changes = ChangeSet(rows=[moved], entries=[changed], seen=[case])
    customer = customers.get(case.customer)
    contact = contact_of(customer, failed_addresses(case.id), case.kind)
    language = language_of(contact.language if contact else "en")
    local = until.astimezone(zone_of(context, customer))
    words = more_time(f"{local:%Y-%m-%d %H:%M %Z}", reasons.strip(), language)
    untold, letter = "", Letter(party=Party.CUSTOMER, subject=words.subject, text=words.text)
    try:
        add_letter(context, case.reference, letter, actor, changes)
    except Conflict as hindered:
        untold = str(hindered)
    record(context, changes.entries, rows=changes.rows, effects=changes.effects, seen=changes.seen)
    return ExtendedDeadline(
        case=case.reference, deadline=until, before=case.deadline_at, untold=untold
    )
