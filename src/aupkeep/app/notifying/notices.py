"""Telling people: words made with the decision, sent from the outbox, proven by the relay."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from aupkeep.app.access.links import make_link
from aupkeep.app.case_context import Docket
from aupkeep.app.context import Desk
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import listening
from aupkeep.app.notifying.evidence import ended, measured, shown_lines
from aupkeep.app.notifying.unreached import failed
from aupkeep.casework.proposal import WIDE, protection
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Claim
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.decision import Decision, Scope
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import PROTECTIVE
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify import phrases
from aupkeep.notify.channels.smtp import Failed, Relay, Tls, send
from aupkeep.notify.loops import within_limit
from aupkeep.notify.mail import compose, envelope_from, message_id
from aupkeep.notify.phrases import Language
from aupkeep.notify.words import render
from aupkeep.store import cases, customers, notices, outbox
from aupkeep.store.outbox import Lease

DAY = timedelta(days=1)
ROLES = ("abuse", "technical", "owner")  # whom to write to, the first that exists
LINES = 10  # of evidence in a mail; the page shows more


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


def tell_customer(desk: Desk, about: Docket, decision: Decision, follow: Follow) -> bool:
    """The notice of a decision, with the link to the customer's page; False when none is written.

    Nobody is written to without a contact, in listen mode, or above the daily cap; an entry says
    so, and the case stays with the desk.
    """
    contact = contact_of(about.customer)
    why = silence(desk, contact)
    if contact is None or why:
        told = {"decision": decision.id, "kind": NoticeKind.CUSTOMER.value, "why": why}
        follow.entries.append(
            entry(desk, EntryType.NOTICE_FAILED, SYSTEM, told, case=about.case.id)
        )
        return False
    language = language_of(contact.language)
    address = customer_link(desk, about.case.id, contact.address, follow)
    attacked = about.case.kind.startswith(PROTECTION)
    told_facts = _attacked_facts if attacked else _customer_facts
    facts = told_facts(desk, about, decision, language) | {"link": address}
    notice = make_notice(
        desk,
        NoticeKind.PROTECTION if attacked else NoticeKind.CUSTOMER,
        (Party.CUSTOMER, contact.address, language),
        facts,
        case=about.case.id,
        decision=decision.id,
    )
    put(desk, notice, follow)
    return True


def silence(desk: Desk, contact: Contact | None) -> str:
    """Why the customer is not written to, "" when they may be."""
    if contact is None:
        return "no contact is known: the case waits for a person"
    if listening(desk):
        return "listen mode: nothing leaves"
    recent = [one.made_at for one in notices.recent_to(contact.address, desk.now() - DAY)]
    if not within_limit(recent, desk.now(), limit=desk.settings.mail.notices_a_day):
        return f"{len(recent)} notices went to this contact in 24 hours, the cap"
    return ""


def customer_link(desk: Desk, case: str, party: str, follow: Follow) -> str:
    """A fresh read link to the customer's page of a case, as an address."""
    token, link = make_link(desk, LinkKind.CUSTOMER, party, case=case)
    follow.rows.append(link)
    follow.entries.append(entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case))
    return f"{desk.settings.provider.url}/c/{token}/"


def head(desk: Desk) -> dict[str, object]:
    """What every notice needs of the provider."""
    return {
        "provider": desk.settings.provider.name,
        "desk": desk.settings.mail.sender_name,
        "local": None,
    }


def _told_scope(scope: Scope, claims: list[Claim], language: Language) -> Scope:
    """The scope with its note in the reader's language."""
    shown = {claim.finding.subject.address for claim in claims}
    note = scope.note
    if scope.address is not None and shown and scope.address not in shown:
        note = phrases.moved(_subject(claims), scope.resource, str(scope.address), language)
    elif note == WIDE:
        note = phrases.wide(language)
    return dataclasses.replace(scope, note=note)


def _subject(claims: list[Claim]) -> str:
    """What the newest claim is about; the port a connection came from says nothing to a person."""
    finding = _newest(claims).finding
    address = finding.subject.address
    outgoing = finding.target is not None and finding.target.port is not None
    return str(address) if address is not None and outgoing else str(finding.subject)


def _customer_facts(
    desk: Desk, about: Docket, decision: Decision, language: Language
) -> dict[str, object]:
    claims = [claim for claim in about.claims if claim.held.customer == about.case.customer]
    times = [claim.at for claim in claims]
    return {
        **head(desk),
        "reference": about.case.reference,
        "resource": about.case.resource,
        "subject": _subject(claims) if claims else about.case.resource,
        "kind": about.case.kind,
        "reported": not all(measured(claim) for claim in claims),
        "measured": any(measured(claim) for claim in claims),
        "first_at": min(times, default=about.case.opened_at),
        "last_at": max(map(ended, claims), default=about.case.opened_at),
        "events": max(about.case.events, 1),
        "evidence": tuple(shown_lines(claims, language)[:LINES]),
        "clause_title": _title(desk, decision.clause),
        "clause_text": decision.clause_text,
        "document": decision.document,
        "document_version": decision.document_version,
        "measure": decision.measure,
        "scope": _told_scope(decision.scope, claims, language),
        "until": decision.ends,
        "deadline": _deadline(about, decision),
        "automatic": decision.automatic,
    }


def _attacked_facts(
    desk: Desk, about: Docket, decision: Decision, language: Language
) -> dict[str, object]:
    """What who is attacked is told, and what is proposed where only a word was decided."""
    claims = [claim for claim in about.claims if claim.held.customer == about.case.customer]
    times = [claim.at for claim in claims]
    offer = None if decision.measure in PROTECTIVE else protection(about.case, about.kept)
    return {
        **head(desk),
        "reference": about.case.reference,
        "resource": about.case.resource,
        "subject": str(_newest(claims).finding.subject.address) if claims else about.case.resource,
        "kind": about.case.kind,
        "first_at": min(times, default=about.case.opened_at),
        "last_at": max(map(ended, claims), default=about.case.opened_at),
        "evidence": tuple(shown_lines(claims, language)[:LINES]),
        "measure": decision.measure,
        "scope": decision.scope,
        "until": decision.ends,
        "offered": phrases.does(*offer, language) if offer else "",
        "offered_leaves": phrases.leaves(offer[0], language) if offer else "",
        "automatic": decision.automatic,
    }


def _title(desk: Desk, clause: str) -> str:
    from aupkeep.app.policies import policy_in_force

    return policy_in_force(desk.home).clauses[clause].title


def _deadline(about: Docket, decision: Decision) -> object:
    from aupkeep.casework.clocks import deadline
    from aupkeep.model.ladder import Measure

    if decision.measure is not Measure.INFORM_DEADLINE:
        return about.case.deadline_at
    return deadline(about.case.kind, None, decision.starts)


def _newest(claims: list[Claim]) -> Claim:
    return max(claims, key=lambda claim: (claim.at, claim.id))


def tell_lifted(desk: Desk, action: Action) -> Following | None:
    """The word that a measure is gone; None when nobody can or may be told."""
    case = cases.get(action.case)
    customer = customers.get(action.scope.customer)
    contact = contact_of(customer)
    if case is None or contact is None or silence(desk, contact):
        return None
    follow = Following()
    facts = head(desk) | {
        "link": customer_link(desk, case.id, contact.address, follow),
        "reference": case.reference,
        "resource": case.resource,
        "subject": str(action.scope.address or case.resource),
        "measure": action.measure,
        "scope": action.scope,
        "lifted_at": action.changed_at or desk.now(),
        "expired": action.state is ActionState.EXPIRED,
    }
    notice = make_notice(
        desk,
        NoticeKind.LIFTED,
        (Party.CUSTOMER, contact.address, language_of(contact.language)),
        facts,
        case=case.id,
        decision=action.decision,
    )
    put(desk, notice, follow)
    return follow


def make_notice(
    desk: Desk,
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
    notice_id = desk.new_id()
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
            f"{facts.get('reference', 'desk')}.{notice_id}", desk.settings.mail.sender
        ),
        made_at=desk.now(),
        headers=dict(headers or {}),
        attached=attached,
    )


def put(desk: Desk, notice: Notice, follow: Follow) -> None:
    """Add a notice, its entry and the effect that sends it."""
    told = {"notice": notice.id, "kind": notice.kind.value, "party": notice.party.value}
    follow.rows.append(notice)
    follow.entries.append(entry(desk, EntryType.NOTICE_MADE, SYSTEM, told, case=notice.case))
    follow.effects.append(
        Effect(
            id=desk.new_id(),
            kind="mail",
            key=f"mail:{notice.id}",
            payload={"notice": notice.id},
            due_at=desk.now(),
        )
    )


def send_notice(desk: Desk, notice_id: str, lease: Lease) -> None:
    """Send one notice; a temporary failure raises `OSError`, so that the outbox tries again."""
    notice = notices.get(notice_id)
    if notice is None:
        raise Missing(f"notice: expected a known one, found {notice_id!r}")
    if notice.sent_at is not None or notice.failure is not None:
        outbox.done(lease, desk.now())
        return
    if listening(desk):  # turned on after the words were made
        give_up(desk, notice_id, "listen mode: nothing leaves", lease)
        return
    mail = desk.settings.mail
    message = compose(notice, sender=mail.sender, sender_name=mail.sender_name)
    relay = Relay(
        host=mail.relay_host,
        port=mail.relay_port,
        tls=Tls.REQUIRED if mail.relay_starttls else Tls.OFFERED,
    )
    back = envelope_from(notice, mail.sender, tagged=mail.return_tags)
    result = send(message, back, notice.recipient, relay)
    if isinstance(result, Failed) and result.temporary:
        raise OSError(f"mail to the relay: {result.reason}")
    if isinstance(result, Failed):
        give_up(desk, notice_id, result.reason, lease)
        return
    told = {"notice": notice.id, "kind": notice.kind.value, "encrypted": result.encrypted}
    made = entry(desk, EntryType.NOTICE_SENT, SYSTEM, told, case=notice.case)
    record(desk, made, rows=[dataclasses.replace(notice, sent_at=desk.now())], done=lease)


def give_up(desk: Desk, notice_id: str, why: str, lease: Lease) -> None:
    """Write down that a notice did not reach anybody: its case shows it. Raises `Missing`."""
    notice = notices.get(notice_id)
    if notice is None:
        raise Missing(f"notice: expected a known one, found {notice_id!r}")
    found = failed(desk, notice, why)
    record(desk, found.entries, rows=found.rows, seen=found.seen, done=lease)
