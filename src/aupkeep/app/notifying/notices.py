"""Notices: the words of one, its entry, and the effect that sends it."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from aupkeep.app.access.links import make_link
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.modes import listening
from aupkeep.model.actor import SYSTEM
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.notify.auto_response import within_limit
from aupkeep.notify.mail import message_id
from aupkeep.notify.phrases import Language
from aupkeep.notify.render import render
from aupkeep.store import notices

DAY = timedelta(days=1)
ROLES = ("abuse", "technical", "owner")  # whom to write to, the first that exists


class Follow(Protocol):
    """What goes into the same transaction."""

    rows: list[object]
    entries: list[Entry]
    effects: list[Effect]


@dataclasses.dataclass(slots=True)
class Following:
    """Rows, entries and effects of a notice on its own."""

    rows: list[object] = dataclasses.field(default_factory=list)
    entries: list[Entry] = dataclasses.field(default_factory=list)
    effects: list[Effect] = dataclasses.field(default_factory=list)
    seen: list[object] = dataclasses.field(default_factory=list)


def contact_of(customer: Customer | None) -> Contact | None:
    """Whom to write to; None when nobody is known."""
    known = customer.contacts if customer else ()
    for role in ROLES:
        for contact in known:
            if contact.role == role:
                return contact
    return known[0] if known else None


def language_of(code: str) -> Language:
    """The nearest language our words exist in."""
    return "nb" if code in ("nb", "nn", "no") else "en"


def silence(context: AppContext, contact: Contact | None) -> str:
    """Why the customer is not written to, "" when they may be."""
    if contact is None:
        return "no contact is known: the case waits for a person"
    if listening(context):
        return "listen mode: nothing leaves"
    recent = [one.made_at for one in notices.recent_to(contact.address, context.now() - DAY)]
    if not within_limit(recent, context.now(), limit=context.settings.mail.notices_a_day):
        return f"{len(recent)} notices went to this contact in 24 hours, the cap"
    return ""


def customer_link(context: AppContext, case: str, party: str, follow: Follow) -> str:
    """A fresh read link to the customer's page of a case, as an address."""
    token, link = make_link(context, LinkKind.CUSTOMER, party, case=case)
    follow.rows.append(link)
    follow.entries.append(entry(context, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case))
    return f"{context.settings.provider.url}/c/{token}/"


def head(context: AppContext) -> dict[str, object]:
    """What every notice needs of the provider."""
    return {
        "provider": context.settings.provider.name,
        "desk": context.settings.mail.sender_name,
        "local": None,
    }


def make_notice(
    context: AppContext,
    kind: NoticeKind,
    to: tuple[Party, str, Language],
    facts: Mapping[str, object],
    *,
    case: str | None = None,
    decision: str | None = None,
    headers: Mapping[str, str] | None = None,
    attached: str = "",
) -> Notice:
    """The notice in words to (party, address, language), not yet written.

    Raises `Invalid` when a fact is missing.
    """
    party, recipient, language = to
    words = render(kind, language, facts)
    notice_id = context.new_id()
    return Notice(
        id=notice_id,
        kind=kind,
        party=party,
        case=case,
        decision=decision,
        recipient=recipient,
        language=language,
        title=words.title,
        text=words.text,
        message_id=message_id(
            f"{facts.get('reference', 'desk')}.{notice_id}", context.settings.mail.sender
        ),
        made_at=context.now(),
        headers=dict(headers or {}),
        attached=attached,
    )


def put(context: AppContext, notice: Notice, follow: Follow) -> None:
    """Add a notice, its entry and the effect that sends it."""
    payload = {"notice": notice.id, "kind": notice.kind.value, "party": notice.party.value}
    follow.rows.append(notice)
    follow.entries.append(entry(context, EntryType.NOTICE_MADE, SYSTEM, payload, case=notice.case))
    follow.effects.append(
        Effect(
            id=context.new_id(),
            kind="mail",
            key=f"mail:{notice.id}",
            payload={"notice": notice.id},
            due_at=context.now(),
        )
    )
