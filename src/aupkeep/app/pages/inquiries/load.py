"""Inquiries with what asks."""

from aupkeep.app.context import AppContext
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.inquiries.page import (
    InquiriesPage,
    InquiryDetails,
    InquiryPage,
    InquiryRecord,
)
from aupkeep.app.pages.labels import sender_of
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.pages.permissions.load import kind_choices, permission_record
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.inquiry import Inquiry, InquiryState
from aupkeep.model.link_tokens import without_tokens
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.store import inquiries, notices, permissions, reports

ROWS = 50
SHOWN = 20_000  # characters of what asks


def inquiry_records(
    state: str = "open", *, limit: int = ROWS, after: str | None = None, reporters: bool = True
) -> list[InquiryRecord]:
    """Those that are open, answered or closed. Raises `Invalid`."""
    if state not in set(InquiryState):
        expected = ", ".join(InquiryState)
        raise Invalid(f"state: expected one of {expected}, found {state[:40]!r}")
    listed = inquiries.listed(InquiryState(state), limit, after)
    asking = reports.by_ids(inquiry.report for inquiry in listed)
    return [_record(it, asking.get(it.report), reporters=reporters) for it in listed]


def inquiry_details(context: AppContext, name: str, *, reporters: bool = True) -> InquiryDetails:
    """One by its reference or id, with its words. Raises `Missing`."""
    inquiry = inquiries.named(name)
    if inquiry is None:
        raise Missing(f"inquiry: expected a known one, found {name[:60]!r}")
    report = reports.get(inquiry.report)
    notice = notices.get(inquiry.notice) if inquiry.notice else None
    granted = permissions.get(inquiry.permission) if inquiry.permission else None
    text = "\n\n".join(report.reading.parts).strip()[:SHOWN] if report else ""
    return InquiryDetails(
        inquiry=_record(inquiry, report, reporters=reporters),
        sender=sender_of(report.reading) if report and reporters else "",
        text=text if reporters and report else None,
        answer=without_tokens(notice.text) if notice and reporters else None,
        permission=permission_record(context, granted) if granted else None,
    )


def inquiries_page(
    context: AppContext, person: Person, state: str = "", cursor: str = ""
) -> InquiriesPage:
    """A page of them. Raises `Invalid` for an unknown state."""
    chosen = state or InquiryState.OPEN.value
    rows = inquiry_records(
        chosen,
        limit=ROWS + 1,
        after=cursor or None,
        reporters=person.may(StaffAct.SEE_REPORTERS),
    )
    return InquiriesPage(
        header=page_header(context, person),
        states=tuple(
            FilterChoice(
                key=it.value, title=it.value, count=inquiries.count(it), current=it == chosen
            )
            for it in InquiryState
        ),
        chosen=InquiryState(chosen),
        rows=tuple(rows[:ROWS]),
        next_cursor=rows[ROWS - 1].id if len(rows) > ROWS else None,
    )


def inquiry_page(context: AppContext, person: Person, name: str) -> InquiryPage:
    """One of them. Raises `Missing`."""
    shows = person.may(StaffAct.SEE_REPORTERS)
    return InquiryPage(
        header=page_header(context, person),
        details=inquiry_details(context, name, reporters=shows),
        acts=person.may(StaffAct.DECIDE),
        kinds=kind_choices(language_of(person.language)),
    )


def _record(inquiry: Inquiry, report: Report | None, *, reporters: bool) -> InquiryRecord:
    reading = report.reading if report else None
    return InquiryRecord(
        id=inquiry.id,
        reference=inquiry.reference,
        asked_at=inquiry.asked_at,
        state=inquiry.state,
        asker=(reading.reporter if reading else None) if reporters else None,
        proven=bool(reading and reading.authentication.authenticated),
        title=(reading.title if reading else None) if reporters else None,
        notice=inquiry.notice,
        permission=inquiry.permission,
        done_at=inquiry.done_at,
        done_by=inquiry.done_by,
        why=inquiry.why if reporters else "",
        erased=report is None,
        pressing=inquiry.pressing,
        needed_by=inquiry.needed_by,
    )
