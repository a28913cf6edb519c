"""Inquiries answered, permitted and closed: each is a person's act, in the journal."""

import dataclasses
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.permissions import granted_changes
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.app.notifying.without_customer import without_holders
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.grant import GrantKind
from aupkeep.model.inquiry import Inquiry, InquiryState
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.permission import Permission
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.notify.letter_drafts import refuse_open
from aupkeep.store import inquiries, reports

LONGEST = 10_000  # characters of an answer


def answer_inquiry(
    context: AppContext, name: str, text: str, *, person: str, language: str = ""
) -> Inquiry:
    """Answer who asked, by a letter of the outbox; `language` is that of its frame.

    Raises `Missing`, `Forbidden`, `Conflict` where it is answered or nothing leaves (listen mode),
    and `Invalid` without words, or with a place left open.
    """
    actor = authorised(person, StaffAct.DECIDE)
    inquiry = _open(name)
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid(f"answer: expected 1 to {LONGEST} characters, found {len(text)}")
    refuse_open("answer", text)
    if why := withheld(context, GrantKind.RECEIPTS):
        raise Conflict(f"answer: expected that mail leaves, found {why}")
    report = _report(inquiry)
    asker = str(report.reading.reporter)
    text = without_holders(context, text, asked="\n".join(report.reading.parts), by=asker)
    facts = provider_facts(context) | {
        "reference": inquiry.reference,
        "asked_at": inquiry.asked_at,
        "answer": text,
    }
    quoted = report.reading.message_id
    notice = make_notice(
        context,
        NoticeKind.INQUIRY,
        (
            Party.REPORTER,
            asker,
            language_of(language or context.settings.provider.language),
        ),
        facts,
        headers={"In-Reply-To": f"<{quoted}>"} if quoted else {},
    )
    changes = ChangeSet()
    add_notice(context, notice, changes)
    _handled(context, report, changes)
    done = _done(context, inquiry, InquiryState.ANSWERED, actor, "", notice=notice.id)
    _changed(context, changes, inquiry, done, actor, what="answered")
    record_changes(context, changes)
    return done


def close_inquiry(
    context: AppContext, name: str, why: str, *, person: str, inbox: bool = False
) -> Inquiry:
    """Close it without an answer; `inbox`: it is a report after all, and stands in the inbox now.

    Raises `Missing`, `Forbidden`, `Conflict` where it is done, `Invalid` without a reason.
    """
    actor = authorised(person, StaffAct.DECIDE)
    inquiry = _open(name)
    if not why.strip():
        raise Invalid("reason: expected why, found nothing")
    changes = ChangeSet()
    if not inbox:
        _handled(context, reports.get(inquiry.report), changes)
    done = _done(context, inquiry, InquiryState.CLOSED, actor, why)
    _changed(context, changes, inquiry, done, actor, what="to the inbox" if inbox else "closed")
    record_changes(context, changes)
    return done


def permit_inquiry(
    context: AppContext,
    name: str,
    holder: str,
    kind: str,
    until: datetime,
    *,
    person: str,
    reasons: str,
) -> Permission:
    """Grant a permission with it; it stays open for its answer. Raises as `permissions.grant`."""
    actor = authorised(person, StaffAct.DECIDE)
    inquiry = _open(name)
    permission, changes = granted_changes(
        context, holder, kind, until, person=person, reasons=reasons
    )
    permitted = dataclasses.replace(inquiry, permission=permission.id)
    _changed(context, changes, inquiry, permitted, actor, what="permitted")
    record_changes(context, changes)
    return permission


def _handled(context: AppContext, report: Report | None, changes: ChangeSet) -> None:
    """What asked waits for nobody any more; from now on its retention runs."""
    if report is not None and report.done_at is None:
        changes.rows.append(dataclasses.replace(report, done_at=context.now()))
        changes.seen.append(report)


def _open(name: str) -> Inquiry:
    inquiry = inquiries.named(name)
    if inquiry is None:
        raise Missing(f"inquiry: expected a known one, found {name[:60]!r}")
    if inquiry.state is not InquiryState.OPEN:
        raise Conflict(f"inquiry {inquiry.reference}: expected it open, found it {inquiry.state}")
    return inquiry


def _report(inquiry: Inquiry) -> Report:
    report = reports.get(inquiry.report)
    if report is None:
        raise Missing(f"inquiry {inquiry.reference}: what asked was erased")
    return report


def _done(
    context: AppContext,
    inquiry: Inquiry,
    state: InquiryState,
    actor: Actor,
    why: str,
    *,
    notice: str | None = None,
) -> Inquiry:
    return dataclasses.replace(
        inquiry, state=state, notice=notice, done_at=context.now(), done_by=actor.id, why=why
    )


def _changed(
    context: AppContext,
    changes: ChangeSet,
    before: Inquiry,
    after: Inquiry,
    actor: Actor,
    *,
    what: str,
) -> None:
    payload = {
        "inquiry": after.id,
        "what": what,
        "notice": after.notice,
        "permission": after.permission,
        "reason": after.why,
    }
    changes.entries.append(entry(context, EntryType.INQUIRY_CHANGED, actor, payload))
    changes.rows.append(after)
    changes.seen.append(before)
