"""The inbox: what a person must look at, by kind of reason, with the bytes as text."""

from datetime import timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.tickets import ticket_system
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.inbox.page import DeadRow, InboxItemPage, InboxPage, InboxRow
from aupkeep.app.pages.labels import sender_of
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person, TextPart
from aupkeep.app.pages.mail_text import letter_parts
from aupkeep.app.reading.inbox import kind_of
from aupkeep.intake.formats.row_repair import row_text
from aupkeep.model.actor import ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Broken, Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language
from aupkeep.store import log, raws, reports, sources, tickets

ROWS = 50
SHOWN = 20_000  # bytes of the raw on the page
FOUND = 20  # findings told on the page
MENDED = 20  # rows on the page that can be mended
SOON = timedelta(seconds=1)  # the entry of an act is this close to the moment in its row
DONE = ((EntryType.INBOX_DONE, "reason"), (EntryType.FINDING_ATTRIBUTED, "why"))
REASONS = {
    "": ("All", ""),
    "urgent": ("At once", "Before all else; do not open or forward what it points to."),
    "question": ("A question", "Answer it among the inquiries; nobody is accused."),
    "nobody": (
        "Accuses nobody for certain",
        "Read it; if it reports, aupkeep inbox read REPORT reads it as a report.",
    ),
    "unread": ("Not readable", "Read it yourself, or ask the sender for log lines or XARF."),
    "reply": ("A reply", "Read it and say in the case what it changes."),
    "back": (
        "Taken back or contested",
        "Nothing was lifted by it; say in the case what it changes.",
    ),
    "bounce": ("A notice came back", "Nobody got it: find another way to reach them."),
    "rows": ("Rows not readable", "Mend the rows here; each goes through its parser again."),
    "own": (
        "A customer's own address",
        "Nothing is held against them: answer them. If it reports, it can be read as a report.",
    ),
    "held": ("Source suspended", "Kept, not processed; it can be taken up on the source's page."),
    "holder": ("No certain holder", "Import the missing assignment, or ask for the exact time."),
    "contact": ("No contact", "Give the customer a contact: the case then goes on by itself."),
    "victim": ("Our customer is attacked", "Nothing is held against them; tell them if it helps."),
    "feed": (
        "A feed",
        "Look at its list on the page of feeds; nothing of it counts until you say.",
    ),
    "foreign": ("Not ours", "Nothing of ours is named; say so to the sender if it goes on."),
    "other": ("Something else", "Read it, and say what you did."),
}


def inbox_page(context: AppContext, person: Person, reason: str, cursor: str) -> InboxPage:
    """A page of the inbox: what cannot wait, then the oldest first.

    Raises `Invalid`, `Forbidden`, and `Missing` for a cursor unknown.
    """
    authorised(person.id, StaffAct.SEE_REPORTERS)
    if reason not in REASONS:
        raise Invalid(f"reason: expected one of {', '.join(REASONS)}, found {reason[:40]!r}")
    header = page_header(context, person)
    waiting = [(name, kind_of(outcome, why)) for name, outcome, why in reports.waiting()]
    slow = reports.waiting_of(source.key for source in sources.held_back(context.now()))
    # What cannot wait stands first; what is held or of slow sources stands last.
    waiting.sort(
        key=lambda waiting_item: (
            waiting_item[1] != "urgent",
            waiting_item[1] == "held" or waiting_item[0] in slow,
        )
    )
    chosen = [name for name, kind in waiting if reason in ("", kind)]
    start = _after(chosen, cursor) if cursor else 0
    page = chosen[start : start + ROWS]
    by_id = reports.by_ids(page)
    known = raws.by_ids(report.raw for report in by_id.values())
    return InboxPage(
        header=header,
        reasons=tuple(
            FilterChoice(
                key=key,
                title=title,
                count=sum(key in ("", kind) for _, kind in waiting),
                current=key == reason,
            )
            for key, (title, _) in REASONS.items()
        ),
        rows=tuple(_row(by_id[name], known.get(by_id[name].raw)) for name in page if name in by_id),
        reason=reason,
        cursor=cursor,
        next_cursor=page[-1] if start + ROWS < len(chosen) else None,
    )


def _after(chosen: list[str], cursor: str) -> int:
    """Where the page after this one begins."""
    if cursor not in chosen:
        raise Missing(f"inbox: expected the id of the last one shown, found {cursor[:60]!r}")
    return chosen.index(cursor) + 1


def _row(report: Report, raw: Raw | None) -> InboxRow:
    reason = report.inbox_reason or ""
    return InboxRow(
        id=report.id,
        received_at=report.at,
        channel=raw.channel if raw else Channel.FILE,
        sender=report.reading.reporter or (raw.sender if raw else None) or "",
        title=report.reading.title,
        reason=reason[:1].upper() + reason[1:],
        hint=REASONS[kind_of(report.reading.outcome.value, reason)][1],
        size=raw.size if raw else 0,
    )


def inbox_item(context: AppContext, person: Person, item: str) -> InboxItemPage:
    """One item with its bytes as text. Raises `Missing`, `Forbidden`."""
    authorised(person.id, StaffAct.SEE_REPORTERS)
    report = reports.get(item)
    raw = raws.get(report.raw) if report else None
    if report is None or raw is None or report.inbox_reason is None:
        raise Missing(f"inbox: expected a known item, found {item[:60]!r}")
    by, reason = _done(report, language_of(person.language))
    reading, language = report.reading, language_of(person.language)
    unstated = words_in("time not stated", language)
    return InboxItemPage(
        header=page_header(context, person),
        row=_row(report, raw),
        digest=raw.digest,
        authentication=sender_of(report.reading),
        parts=(TextPart(_text(raw)),),
        cut=raw.size > SHOWN,
        text="\n\n".join(filter(None, map(str.strip, report.reading.parts)))[:SHOWN],
        words=letter_parts(reading) if reading.quoted or reading.signed else (),
        found=tuple(
            f"{finding.subject}: {named(finding.kind, language)}, "
            f"{show_moment(finding.at) if finding.at else unstated}."
            for finding in report.reading.findings[:FOUND]
        ),
        rows=_rows(report),
        more=max(0, len(report.reading.dead) - MENDED),
        done_at=report.done_at,
        done_by=by,
        done_reason=reason,
        ticket_system=ticket_system(context, person.id),
        tickets=tuple(tickets.of_report(report.id)),
    )


def _rows(report: Report) -> tuple[DeadRow, ...]:
    """The rows that could not be read, those not yet mended first."""
    numbered = sorted(
        enumerate(report.reading.dead, 1), key=lambda pair: pair[1].done_at is not None
    )
    return tuple(
        DeadRow(
            number=number,
            row=dead.row,
            file=dead.name,
            reason=dead.reason,
            text=row_text(report.reading, dead),
            done_at=dead.done_at,
            done_by=dead.done_by or "",
        )
        for number, dead in numbered[:MENDED]
    )


def _text(raw: Raw) -> str:
    """The first bytes as text; what is no UTF-8 shows as replacement characters."""
    try:
        return raws.read(raw.digest)[:SHOWN].decode("utf-8", "replace")
    except (Broken, Missing) as error:
        return f"[{error}]"


def _done(report: Report, language: Language) -> tuple[str, str]:
    """Who took it out of the inbox, and why; from the journal, a person's words as they are."""
    if report.done_at is None:
        return "", ""
    span = report.done_at - SOON, report.done_at + SOON
    for logged in (it for kind, _ in DONE for it in log.between(kind, *span)):
        entry, word = logged.entry, dict(DONE)[logged.entry.type]
        if entry.payload.get("report") == report.id:
            why = str(entry.payload.get(word, ""))
            itself = entry.actor.kind is ActorKind.SYSTEM
            return entry.actor.id, words_in(why, language) if itself else why
    return "", ""
