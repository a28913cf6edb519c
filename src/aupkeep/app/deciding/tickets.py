"""Handing a report over to the provider's ticket system by mail, and what came of it there."""

import dataclasses

from aupkeep.app.access.authority import allowance_of, authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.app.reading.ticket_mail import closing
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.grant import GrantKind
from aupkeep.model.ids import reference
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.report import Report
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.model.ticket import Ticket
from aupkeep.store import cases, raws, reports, tickets

LONGEST = 5_000  # characters of a note


def open_ticket(
    context: AppContext, name: str, note: str, *, person: str, report: str = ""
) -> Ticket:
    """Hand over a case's newest report, the one that is named, or a report of the inbox by its id.

    Raises `Forbidden`, `Missing`, `Invalid` where no ticket system is set, `Conflict` for one that
    is handed over already, and in listen mode.
    """
    case = cases.by_reference(name.upper()) or cases.get(name)
    if case is None:
        alone = reports.get(name)
        if alone is None:
            raise Missing(f"case or report: expected a known one, found {name[:60]!r}")
        joined = cases.of_report(alone.id)
        return _hand_over(context, alone, joined[0] if len(joined) == 1 else None, note, person)
    known = [row for row in reports.of_case(case.id) if report in {"", row.id}]
    if not known:
        raise Missing(f"report: expected one of case {case.reference}, found none")
    newest = max(known, key=lambda row: (row.at, row.id))
    return _hand_over(context, newest, case, note, person)


def ticket_system(context: AppContext, person: str) -> str:
    """What the ticket system is called, "" where there is none or this person may not."""
    settings = context.settings.tickets
    acts = (StaffAct.DECIDE, StaffAct.SEE_REPORTERS)
    may = all(allowance_of(person, act) is Allowance.YES for act in acts)
    return settings.name if settings.address and may else ""


def close_ticket(
    context: AppContext, name: str, why: str, *, person: str = "", token: str = ""
) -> Ticket:
    """Say that a ticket is closed, as a person or as a token of the ticket system.

    Raises `Missing`, `Forbidden`, `Conflict` the second time.
    """
    actor = authorised(person, StaffAct.DECIDE) if person else SYSTEM
    ticket = ticket_of(name)
    by = person or f"token:{token}"
    record_changes(context, changes := closing(context, ticket, by, why[:LONGEST], actor))
    return next(row for row in changes.rows if isinstance(row, Ticket))


def list_tickets(limit: int, after: str | None = None, *, closed: bool = False) -> list[Ticket]:
    """A page of those that are open, or closed, the newest first."""
    return tickets.listed(limit, after, closed=closed)


def ticket_of(name: str) -> Ticket:
    """The ticket of a reference or id. Raises `Missing`."""
    ticket = tickets.named(name)
    if ticket is None:
        raise Missing(f"ticket: expected a known one, found {name[:40]!r}")
    return ticket


def _hand_over(
    context: AppContext, report: Report, case: Case | None, note: str, person: str
) -> Ticket:
    actor = authorised(person, StaffAct.DECIDE)
    authorised(person, StaffAct.SEE_REPORTERS)  # the mail says who reported
    settings = context.settings.tickets
    _refuse(context, report, note)
    name = f"T-{reference(context.noise(8))}"
    changes = ChangeSet()
    facts = provider_facts(context) | {
        "link": f"{context.settings.provider.url}/{_page(report, case)}",
        "reference": name,
        "about": case.reference if case else "",
        "subject": report.reading.title,
        "note": note.strip(),
        "form": settings.form,
        "raw": report.raw,
    }
    quoted = report.reading.message_id
    thread = {"In-Reply-To": f"<{quoted}>", "References": f"<{quoted}>"} if quoted else {}
    language = language_of(context.settings.provider.language)
    to = (Party.STAFF, settings.address, language)
    about = case.id if case else None
    notice = make_notice(context, NoticeKind.TICKET, to, facts, case=about, headers=thread)
    ticket = Ticket(
        id=context.new_id(), reference=name, report=report.id, case=about,
        notice=notice.id, handed_at=context.now(), handed_by=actor.id,
    )  # fmt: skip
    payload = {"ticket": ticket.id, "reference": name, "report": report.id,
               "to": settings.address, "note": note.strip()}  # fmt: skip
    changes.entries.append(entry(context, EntryType.TICKET_OPENED, actor, payload, case=about))
    changes.rows.append(ticket)
    add_notice(context, notice, changes)
    _dealt_with(context, ticket, report, case, changes)
    record_changes(context, changes)
    return ticket


def _refuse(context: AppContext, report: Report, note: str) -> None:
    """Raise what stands against handing a report over."""
    if not context.settings.tickets.address:
        raise Invalid("tickets.address: expected the ticket system's, found none; set it first")
    if len(note) > LONGEST:
        raise Invalid(f"note: expected at most {LONGEST} characters, found {len(note)}")
    if known := tickets.open_of_report(report.id):
        raise Conflict(f"report: handed over already as {known.reference}")
    if why := withheld(context, GrantKind.STAFF):
        raise Conflict(f"ticket: expected to be able to write to them now, found: {why}")
    raw = raws.get(report.raw)
    if raw is None:
        raise Missing("report: expected the bytes that came, found them erased")


def _dealt_with(
    context: AppContext, ticket: Ticket, report: Report, case: Case | None, changes: ChangeSet
) -> None:
    """What was handed over waits for nobody of the desk, until they say that it is closed."""
    now, actor = ticket.handed_at, changes.entries[0].actor
    if report.inbox_reason is not None and report.done_at is None:
        reason = f"handed over to {context.settings.tickets.name} as {ticket.reference}"
        payload = {"report": report.id, "reason": reason}
        changes.entries.append(entry(context, EntryType.INBOX_DONE, actor, payload))
        changes.rows.append(dataclasses.replace(report, done_at=now))
        changes.seen.append(report)
    if case is not None and case.state is CaseState.OPEN:
        changes.rows.append(dataclasses.replace(case, handled_at=now, changed_at=now))
        changes.seen.append(case)


def _page(report: Report, case: Case | None) -> str:
    return f"case/{case.reference}" if case else f"inbox/{report.id}"
