"""Notices: the text, the journal entry, and the effect that sends the mail."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aupkeep.app.access.links import make_link
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.modes import listening, withheld
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case
from aupkeep.model.counted import counted
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.grant import TELLS, GrantKind
from aupkeep.model.link import Link, LinkKind
from aupkeep.model.link_tokens import without_tokens
from aupkeep.model.notice import LISTENING, Notice, NoticeKind, Party
from aupkeep.notify.auto_response import within_limit
from aupkeep.notify.fact_record import dump_facts
from aupkeep.notify.mail import message_id
from aupkeep.notify.phrases import Language
from aupkeep.notify.render import render
from aupkeep.store import cases, customers, decisions, notices

DAY = timedelta(days=1)
RELAY = "mail to the relay:"  # how a failure begins that is the relay's, not the recipient's
ROLES = ("abuse", "technical", "owner")  # whom to write to, the first that exists
LAWYERS = ("legal", *ROLES)  # of what others claim a right in
RIGHTS = ("copyright/", "content/brand_infringement", "content/defamation")  # such kinds


def contact_of(
    customer: Customer | None, failed: Collection[str] = frozenset(), kind: str = ""
) -> Contact | None:
    """The contact to write to about a kind; None when none is known.

    The first by role to whose address no mail failed; where each did, the first of all. Claims of
    rights go to the legal contact first.
    """
    known = customer.contacts if customer else ()
    roles = LAWYERS if kind.startswith(RIGHTS) else ROLES
    order = {role: place for place, role in enumerate(roles)}
    ranked = sorted(known, key=lambda contact: order.get(contact.role, len(roles)))
    left = (contact for contact in ranked if contact.address not in failed)
    return next(left, ranked[0] if ranked else None)


def failed_addresses(case: str) -> frozenset[str]:
    """Where notices of a case failed through the address itself, not the relay or our mode."""
    return failed_among(notices.of_case(case))


def failed_among(of_case: Iterable[Notice]) -> frozenset[str]:
    """The same, of a case's notices."""
    return frozenset(
        notice.recipient
        for notice in of_case
        if notice.failure and not notice.failure.startswith((RELAY, LISTENING))
    )


def language_of(code: str) -> Language:
    """The nearest language our words exist in."""
    return "nb" if code in ("nb", "nn", "no") else "en"


def suppression_reason(
    context: AppContext,
    contact: Contact | None,
    case: Case | None = None,
    *,
    rule: str = "",
    kind: GrantKind = GrantKind.NOTICES,
) -> str:
    """The reason not to write to a contact, "" when it may be written to: as `hindrance`."""
    return hindrance(context, contact, case, rule=rule, kind=kind) or capped(context, contact)


def hindrance(
    context: AppContext,
    contact: Contact | None,
    case: Case | None = None,
    *,
    rule: str = "",
    kind: GrantKind = GrantKind.NOTICES,
) -> str:
    """Why nobody can be written to, "" when somebody can.

    `case` and `rule` say what it is about; while the install listens a grant of `kind` must allow
    it.
    """
    if contact is None:
        return "no contact is known: the case waits for a person"
    return withheld(context, kind, case, rule)


def notice_withheld(context: AppContext, notice: Notice) -> str:
    """Why a notice that was made may not leave now, "" where it may; a digest is what it tells."""
    if not listening(context):
        return ""
    members = notices.within(notice.id)
    if notice.kind is not NoticeKind.DIGEST:
        members.append(notice)
    return next(filter(None, (_withheld(context, member) for member in members)), "")


def _withheld(context: AppContext, notice: Notice) -> str:
    case = cases.get(notice.case) if notice.case else None
    decision = decisions.get(notice.decision) if notice.decision else None
    rule = decision.versions.rule if decision else ""
    return withheld(context, TELLS[notice.party], case, rule)


def capped(context: AppContext, contact: Contact | None) -> str:
    """That the address had its mails of a day, "" where it had not."""
    if contact is None:
        return ""
    recent = [notice.made_at for notice in notices.recent_to(contact.address, context.now() - DAY)]
    if not within_limit(recent, context.now(), limit=context.settings.mail.notices_a_day):
        return f"{counted(len(recent), 'notice')} went to this contact in 24 hours, the cap"
    return ""


def customer_link(context: AppContext, case: str, party: str, changes: ChangeSet) -> str:
    """A fresh read link to the customer's page of a case, as an address."""
    token, link = make_link(context, LinkKind.CUSTOMER, party, case=case)
    _add_link(context, link, changes)
    return f"{context.settings.provider.url}/c/{token}/"


def reporter_link(context: AppContext, report: str, party: str, changes: ChangeSet) -> str:
    """A fresh read link to the status page of a report, as an address."""
    token, link = make_link(context, LinkKind.REPORTER, party, report=report)
    _add_link(context, link, changes)
    return f"{context.settings.provider.url}/r/{token}/"


def _add_link(context: AppContext, link: Link, changes: ChangeSet) -> None:
    payload = {"link": link.id}
    changes.rows.append(link)
    changes.entries.append(entry(context, EntryType.LINK_MADE, SYSTEM, payload, case=link.case))


def zone_of(context: AppContext, customer: Customer | None) -> ZoneInfo:
    """The time zone a customer reads times in beside UTC: its own, else the provider's."""
    own = customer.zone if customer else None
    return ZoneInfo(own or context.settings.provider.zone)


def provider_facts(context: AppContext, customer: Customer | None = None) -> dict[str, object]:
    """Facts of the provider, or of the customer's brand, and the reader's time zone."""
    settings, name = context.settings, (customer.brand if customer else None) or ""
    brand = settings.brands.of(name)
    return {
        "provider": brand.name or settings.provider.name,
        "desk": brand.sender_name or settings.mail.sender_name,
        "local": zone_of(context, customer),
        "brand": name,
        "footer": brand.lines,
    }


def sender_of(context: AppContext, brand: str) -> str:
    """The address that a brand's mail comes from."""
    return context.settings.brands.of(brand).sender or context.settings.mail.sender


def case_notice(
    context: AppContext,
    kind: NoticeKind,
    case: Case,
    contact: Contact,
    facts: Mapping[str, object],
    changes: ChangeSet,
    *,
    decision: str | None = None,
) -> Notice:
    """A notice about a case to its customer's contact, not yet written; its link is in `changes`.

    `facts` are those beside the provider's, the case's reference and resource, and the link.
    """
    common = provider_facts(context, customers.get(case.customer)) | {
        "link": customer_link(context, case.id, contact.address, changes),
        "reference": case.reference,
        "resource": case.resource,
    }
    to = (Party.CUSTOMER, contact.address, language_of(contact.language))
    return make_notice(context, kind, to, common | dict(facts), case=case.id, decision=decision)


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

    Its Message-ID begins with the reference among its facts, so that a reply is known.
    Raises `Invalid` when a fact is missing.
    """
    party, recipient, language = to
    words = render(kind, language, facts)
    notice_id, brand = context.new_id(), str(facts.get("brand", ""))
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
            f"{facts.get('reference', 'desk')}.{notice_id}", sender_of(context, brand)
        ),
        made_at=context.now(),
        headers=dict(headers or {}),
        attached=attached,
        facts=dump_facts(facts),
        brand=brand,
    )


def add_notice(context: AppContext, notice: Notice, changes: ChangeSet) -> None:
    """Add a notice, its entry and the effect that sends it."""
    add_written(context, notice, changes)
    changes.effects.append(mail_effect(context, notice))


def add_written(context: AppContext, notice: Notice, changes: ChangeSet, **said: object) -> None:
    """Add a notice and its entry; nothing sends it yet."""
    payload = {"notice": notice.id, "kind": notice.kind.value, "party": notice.party.value, **said}
    changes.rows.append(notice)
    changes.entries.append(entry(context, EntryType.NOTICE_MADE, SYSTEM, payload, case=notice.case))


def mail_effect(context: AppContext, notice: Notice) -> Effect:
    """The work of sending a notice."""
    return Effect(
        id=context.new_id(),
        kind="mail",
        key=f"mail:{notice.id}",
        payload={"notice": notice.id},
        due_at=context.now(),
    )


def blanked(notice: Notice) -> Notice:
    """A notice that was sent, without the tokens it carried."""
    return dataclasses.replace(notice, text=without_tokens(notice.text), facts=_blank(notice.facts))


def _blank(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return without_tokens(value)
    if isinstance(value, Mapping):
        return {name: _blank(item) for name, item in value.items()}
    return type(value)(_blank(item) for item in value) if isinstance(value, list | tuple) else value
