"""What was written, and how far it came."""

from collections.abc import Iterable
from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.dead_letters import list_dead
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.pages.notices.page import (
    NoticeDetails,
    NoticeLine,
    NoticePage,
    NoticesPage,
    UnwrittenNotice,
)
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.link_tokens import without_tokens
from aupkeep.model.notice import Notice, NoticeState
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, log, notices
from aupkeep.store.notices import Delivery, NoticeFilter

ROWS = 50
DAYS = 30
UNWRITTEN = 50  # entries looked at for what was never written


def notice_records(
    state: str = "",
    customer: str = "",
    case: str = "",
    *,
    limit: int = ROWS,
    after: str | None = None,
    reporters: bool = True,
) -> list[NoticeLine]:
    """Notices of a state, a customer, a case by its reference; the newest first.

    Without `reporters` nobody who reported is named. Raises `Invalid`, `Missing`.
    """
    listed = notices.listed(_filter(state, customer, case), limit, after)
    waits = notices.deliveries([it.id for it in listed if it.state is NoticeState.WAITING])
    names = cases.references(it.case for it in listed if it.case)
    return [
        _record(it, names.get(it.case or ""), waits.get(it.id), reporters=reporters)
        for it in listed
    ]


def notice_details(notice_id: str, *, reporters: bool = True) -> NoticeDetails:
    """One notice with its text as it was sent. Raises `Missing`."""
    notice = notices.get(notice_id)
    if notice is None:
        raise Missing(f"notice: expected a known id, found {notice_id[:60]!r}")
    names = cases.references([notice.case] if notice.case else [])
    waits = notices.deliveries([notice.id]).get(notice.id)
    shown = reporters or not notice.names_reporter
    return NoticeDetails(
        notice=_record(notice, names.get(notice.case or ""), waits, reporters=reporters),
        language=notice.language,
        message_id=notice.message_id,
        text=without_tokens(notice.text) if shown else None,
        attached=without_tokens(notice.attached) if shown and notice.attached else None,
    )


def notices_page(
    context: AppContext,
    person: Person,
    state: str = "",
    customer: str = "",
    case: str = "",
    cursor: str = "",
) -> NoticesPage:
    """A page of them. Raises `Invalid` for an unknown state, `Missing` for an unknown case."""
    shows = person.may(StaffAct.SEE_REPORTERS)
    rows = notice_records(
        state, customer, case, limit=ROWS + 1, after=cursor or None, reporters=shows
    )
    since = context.now() - timedelta(days=DAYS)
    counts = notices.counts(_filter("", customer, case), since)
    choices = [("", sum(counts.values())), *counts.items()]
    first = not cursor
    return NoticesPage(
        header=page_header(context, person),
        states=tuple(
            FilterChoice(key=str(key), title=str(key) or "all", count=count, current=key == state)
            for key, count in choices
        ),
        days=DAYS,
        chosen=state,
        customer=customer,
        case=case,
        rows=tuple(rows[:ROWS]),
        next_cursor=rows[ROWS - 1].id if len(rows) > ROWS else None,
        unwritten=tuple(_unwritten()) if first and state in ("", "held") else (),
        dead=tuple(list_dead(ROWS)) if first else (),
        replays=person.may(StaffAct.SETTINGS),
    )


def notice_page(context: AppContext, person: Person, notice_id: str) -> NoticePage:
    """One of them. Raises `Missing`."""
    return NoticePage(
        header=page_header(context, person),
        details=notice_details(notice_id, reporters=person.may(StaffAct.SEE_REPORTERS)),
        replays=person.may(StaffAct.SETTINGS),
    )


def _filter(state: str, customer: str, case: str) -> NoticeFilter:
    if state and state not in set(NoticeState):
        raise Invalid(f"state: expected one of {', '.join(NoticeState)}, found {state[:40]!r}")
    about = cases.by_reference(case) if case else None
    if case and about is None:
        raise Missing(f"case: expected a known reference, found {case[:40]!r}")
    return NoticeFilter(
        state=NoticeState(state) if state else None,
        customer=customer or None,
        case=about.id if about else None,
    )


def _unwritten() -> Iterable[UnwrittenNotice]:
    """The newest that were decided and never written."""
    failed = log.newest_first(UNWRITTEN, types=(EntryType.NOTICE_FAILED,))
    bare = [it for it in failed if it.erased is None and "notice" not in it.entry.payload]
    names = cases.references(it.entry.case for it in bare if it.entry.case)
    for logged in bare:
        payload = logged.entry.payload
        yield UnwrittenNotice(
            at=logged.entry.at,
            case=names.get(logged.entry.case or ""),
            kind=str(payload.get("kind") or ""),
            why=str(payload.get("why") or ""),
        )


def _record(
    notice: Notice, case: str | None, waits: Delivery | None, *, reporters: bool
) -> NoticeLine:
    shown = reporters or not notice.names_reporter
    return NoticeLine(
        id=notice.id,
        kind=notice.kind,
        party=notice.party,
        recipient=notice.recipient if shown else None,
        title=notice.title if shown else "",
        case=case,
        state=notice.state,
        made_at=notice.made_at,
        sent_at=notice.sent_at,
        why=(notice.failure or (waits.error if waits else "")) if shown else "",
        attempts=waits.attempts if waits else None,
        next_at=waits.due_at if waits and not waits.dead else None,
        given_up=bool(waits and waits.dead),
        effect=waits.effect if waits else None,
    )
