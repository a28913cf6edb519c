"""Mail of the provider's ticket system about a ticket that we handed over to it.

It counts where its sender is proven and named in `[tickets] senders`. One whose subject says, in
words of theirs, that the ticket is closed closes it; any other stands beside the case, and in the
inbox unless a machine wrote it. What it quotes is our own mail: no claim is read out of it. A mail
with a ticket's reference from anybody else is read as any mail.
"""

import dataclasses
import re

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.reading.case_mail import CaseMailChanges
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.report import Reading, ReadingOutcome, Report
from aupkeep.model.ticket import Ticket
from aupkeep.store import cases, notices, reports, tickets

REFERENCE = re.compile(r"\bT-[2-9BCDFGHJKMNP-TV-Z]{4}-[2-9BCDFGHJKMNP-TV-Z]{4}\b")
THEIRS = re.compile(r"#\s?([0-9]{1,12})\b")  # [example.com #123], [Ticket#202611291000018]
LOOKED_AT = 20_000  # characters of the text in which our reference is looked for
LONGEST = 400  # characters of a subject that are kept


def read_ticket_mail(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """What a mail of the ticket system changes; None for all other mail."""
    settings = context.settings.tickets
    sender = (reading.reporter or "").lower()
    known = {address.lower() for address in settings.senders}
    if sender not in known or not reading.authentication.authenticated:
        return None
    ticket = _named(reading)
    if ticket is None:
        return None
    changes = CaseMailChanges()
    said = f"{settings.name}: {reading.title[:LONGEST]}"
    theirs = THEIRS.search(reading.title)
    number = ticket.number or (theirs[1] if theirs else "")
    if ticket.closed_at is None and settings.says_closed(_their_words(ticket, reading.title)):
        changes.add(closing(context, ticket, f"mail:{sender}", said, SYSTEM, number=number))
        return changes
    changes.add(noting(context, ticket, said, number, report=report))
    if reading.outcome is not ReadingOutcome.IGNORED and ticket.closed_at is None:
        changes.reason = f"{settings.name} writes about {ticket.reference}: read it"
    return changes


def noting(
    context: AppContext, ticket: Ticket, why: str, number: str, *, report: str | None = None
) -> ChangeSet:
    """What the ticket system says of a ticket beside its end, and its number there."""
    changes = ChangeSet()
    if number != ticket.number:
        changes.rows.append(dataclasses.replace(ticket, number=number))
        changes.seen.append(ticket)
    payload = {"case": ticket.case, "ticket": ticket.id, "report": report, "why": why}
    noted = entry(context, EntryType.TICKET_CHANGED, SYSTEM, payload, case=ticket.case)
    changes.entries.append(noted)
    return changes


def closing(
    context: AppContext, ticket: Ticket, by: str, why: str, actor: Actor, *, number: str = ""
) -> ChangeSet:
    """A ticket that is closed, and its case back at the desk. Raises `Conflict` the second time."""
    if ticket.closed_at is not None:
        raise Conflict(f"ticket {ticket.reference}: expected it open, found it closed")
    closed = dataclasses.replace(
        ticket, closed_at=context.now(), closed_by=by, why=why, number=number or ticket.number
    )
    payload = {"ticket": ticket.id, "reference": ticket.reference, "by": by, "why": why}
    changes = ChangeSet(rows=[closed], seen=[ticket])
    changes.entries = [entry(context, EntryType.TICKET_CLOSED, actor, payload, case=ticket.case)]
    case = cases.get(ticket.case) if ticket.case else None
    if case is not None and case.state is CaseState.OPEN and case.handled_at is not None:
        changes.rows.append(dataclasses.replace(case, handled_at=None, changed_at=context.now()))
        changes.seen.append(case)
    return changes


def first_named(text: str) -> Ticket | None:
    """The first known ticket whose reference stands in a text."""
    for reference in dict.fromkeys(REFERENCE.findall(text.upper())):
        if ticket := tickets.named(reference):
            return ticket
    return None


def _their_words(ticket: Ticket, subject: str) -> str:
    """What of a subject the ticket system wrote: behind our reference is who reported."""
    before, named, _ = subject.upper().partition(ticket.reference)
    if named:
        return subject[: len(before)]
    report = reports.get(ticket.report)
    plain, title = (" ".join(text.casefold().split()) for text in (subject, _title(report)))
    return plain.replace(title, " ") if title else plain


def _title(report: Report | None) -> str:
    return report.reading.title if report else ""


def _named(reading: Reading) -> Ticket | None:
    """The ticket that a mail names: in its subject, by the mail of ours it answers, in its words.

    What it quotes comes last: who reported writes it.
    """
    text = "\n".join(reading.parts)[:LOOKED_AT]
    return first_named(reading.title) or _answered(reading) or first_named(text)


def _answered(reading: Reading) -> Ticket | None:
    ids = " ".join(reading.headers.get(name, "") for name in ("in-reply-to", "references"))
    for message_id in dict.fromkeys(ids.split()):
        notice = notices.by_message(message_id)
        if notice and (ticket := tickets.by_notice(notice.id)):
            return ticket
    return None
