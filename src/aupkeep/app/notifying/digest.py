"""Digests: what limits nothing and is not urgent reaches a customer in one mail a day.

Each notice is made with its decision, as a row of its own with its link; no mail of its own is
left. The first leaves the work "digest" of its customer, which those that follow share. That work
takes all that waits, and one mail tells it; each case keeps its notice, which names that mail.
What a later notice of the same case says takes the place of what waits.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.notifying.failures import mark_undelivered
from aupkeep.app.notifying.mail_way import digest_merge
from aupkeep.app.notifying.notices import (
    add_written,
    blanked,
    language_of,
    mail_effect,
    make_notice,
    notice_withheld,
    provider_facts,
)
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.customer import Customer
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.model.notice import LISTENING, NEXT_DIGEST, Notice, NoticeKind, Party
from aupkeep.notify.digest_sections import DigestItem, digest_sections
from aupkeep.notify.fact_record import load_facts
from aupkeep.store import cases, customers, notices, outbox
from aupkeep.store.outbox import Lease

MOST = 200  # notices in one mail; what is over waits for the next
SAID_ANEW = "a later notice of its case says it anew"
OVER = "its case was closed before the digest left"


def gather(
    context: AppContext, notice: Notice, customer: str, at: datetime, changes: ChangeSet
) -> None:
    """Add a notice that waits for its customer's next digest, and the work that makes it."""
    add_written(
        context, dataclasses.replace(notice, within=NEXT_DIGEST), changes, within=NEXT_DIGEST
    )
    changes.effects.append(_digest_effect(context, customer, at))


def withdraw_gathered(
    context: AppContext,
    case: Case,
    of_case: Iterable[Notice],
    changes: ChangeSet,
    why: str = SAID_ANEW,
) -> None:
    """Take what waits for a digest out of it: a later notice of the same case says it anew.

    `of_case` are the notices of the case; `why` is another reason.
    """
    for notice in of_case:
        if notice.within != NEXT_DIGEST or notice.failure is not None:
            continue
        payload = {"notice": notice.id, "kind": notice.kind.value, "why": why}
        changes.entries.append(
            entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=case.id)
        )
        changes.rows.append(dataclasses.replace(notice, failure=why))
        changes.seen.append(notice)


def make_digests(context: AppContext, customer: str, lease: Lease) -> None:
    """Make the mail of all that waits for a customer; the worker then sends it.

    What is alone goes as it is. A notice whose case was closed meanwhile is told to nobody.
    """
    changes, joined = ChangeSet(), list[Notice]()
    gathered = notices.gathered(customer)
    about = cases.by_ids(notice.case for notice in gathered if notice.case)
    for notice in gathered:
        case = about.get(notice.case or "")
        over = case is None or case.state is CaseState.CLOSED
        if over or notice_withheld(context, notice):
            changes.add(mark_undelivered(context, notice, OVER if over else LISTENING))
        else:
            joined.append(notice)
    joined.sort(key=lambda notice: (notice.recipient, notice.language, notice.made_at, notice.id))
    for _, group in groupby(joined[:MOST], key=lambda notice: (notice.recipient, notice.language)):
        _add_digest(context, customers.get(customer), list(group), changes)
    if joined[MOST:]:
        changes.effects.append(_digest_effect(context, customer, context.now()))
    if changes.entries:
        record_changes(context, changes, done=lease)
    else:
        outbox.done(lease, context.now())


def sent_within(context: AppContext, digest: Notice, at: datetime) -> ChangeSet:
    """The notices that a digest told, sent with it; each case gets the entry."""
    changes = ChangeSet()
    for notice in notices.within(digest.id):
        payload = {"notice": notice.id, "kind": notice.kind.value, "within": digest.id}
        changes.rows.append(dataclasses.replace(blanked(notice), sent_at=at))
        changes.entries.append(
            entry(context, EntryType.NOTICE_SENT, SYSTEM, payload, case=notice.case)
        )
    return changes


def _digest_effect(context: AppContext, customer: str, at: datetime) -> Effect:
    return Effect(
        id=context.new_id(),
        kind="digest",
        key=f"digest:{context.new_id()}",
        payload={"customer": customer},
        due_at=at,
        merge=digest_merge(customer),
    )


def _add_digest(
    context: AppContext, customer: Customer | None, group: Sequence[Notice], changes: ChangeSet
) -> None:
    first = group[0]
    if len(group) == 1:
        changes.rows.append(dataclasses.replace(first, within=first.id))
        changes.entries.append(_told_by(context, first, first))
        changes.effects.append(mail_effect(context, first))
        return
    items = list(_items(group))
    facts = provider_facts(context, customer) | {
        "reference": items[0].facts["reference"],
        "count": len(items),
        "deadline": min(
            (x.facts["deadline"] for x in items if x.facts.get("deadline")), default=None
        ),
        "sections": digest_sections(items, language_of(first.language)),
    }
    to = (Party.CUSTOMER, first.recipient, language_of(first.language))
    digest = make_notice(context, NoticeKind.DIGEST, to, facts)
    add_written(context, digest, changes, notices=len(group))
    changes.effects.append(mail_effect(context, digest))
    for notice in group:
        changes.rows.append(dataclasses.replace(notice, within=digest.id))
        changes.entries.append(_told_by(context, notice, digest))


def _told_by(context: AppContext, notice: Notice, digest: Notice) -> Entry:
    payload = {"notice": notice.id, "kind": notice.kind.value, "within": digest.id}
    return entry(context, EntryType.NOTICE_MADE, SYSTEM, payload, case=notice.case)


def _items(group: Iterable[Notice]) -> Iterable[DigestItem]:
    for notice in group:
        yield DigestItem(facts=load_facts(notice.kind, notice.facts))
