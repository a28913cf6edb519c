"""Letters: what a person of the desk writes to the customer or to a reporter of a case.

What leads to a reporter or a victim is hidden from the customer, and the customer from a reporter,
however it came into the words; the preview is exactly what is sent. A place still open
(`### … ###`) is refused. A letter is a notice like others: capped, held back by listen mode,
threaded and answered.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.modes import listening
from aupkeep.app.notifying.evidence_lines import shown_reasons
from aupkeep.app.notifying.notices import (
    add_notice,
    contact_of,
    customer_link,
    failed_addresses,
    language_of,
    make_notice,
    provider_facts,
    reporter_link,
    suppression_reason,
)
from aupkeep.app.notifying.receipts import report_reference
from aupkeep.app.notifying.without_customer import without_customer
from aupkeep.evidence.redact import MASK
from aupkeep.evidence.spelled import plain
from aupkeep.model.actor import Actor
from aupkeep.model.case import Case
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.grant import GrantKind
from aupkeep.model.ids import uuid7
from aupkeep.model.notice import LISTENING, Notice, NoticeKind, Party
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.notify.letter_drafts import DRAFTS, refuse_open
from aupkeep.notify.mailbox import parse_mailbox
from aupkeep.notify.phrases import Language
from aupkeep.store import cases, customers, notices, reports

LONGEST_SUBJECT = 150  # characters
LONGEST = 10_000
AGAIN = timedelta(minutes=10)  # in which the same words are one letter
TEST = "[test]"  # how the title begins of a letter that goes to its writer alone
LINK = "https://…"  # in a preview: the link is made when the letter is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a person wrote; `report` says to whose reporter, where a case has several."""

    party: Party
    subject: str
    text: str
    report: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPreview:
    """What would be sent: to whom, in which language, the title and the text of the mail.

    `hidden` says that words of the writer were hidden from this reader; `proven` that the address
    is known to be theirs; `refused` why it cannot be sent now, "" where it can.
    """

    party: Party
    recipient: str
    language: str
    title: str
    text: str
    hidden: bool
    proven: bool
    refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    """A letter on its way: the notice that carries it, to whom, and whether words were hidden."""

    notice: str
    case: str
    party: Party
    recipient: str
    title: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWords:
    """A draft in one language: its name, to whom it is, subject and text with its open places."""

    draft: str
    to: Party
    language: Language
    subject: str
    text: str


def list_drafts() -> list[DraftWords]:
    """Every draft in every language."""
    return [
        DraftWords(
            draft=name,
            to=draft.party,
            language=language,
            subject=words.subject,
            text=words.text,
        )
        for name, draft in DRAFTS.items()
        for language, words in draft.words.items()
    ]


@dataclass(frozen=True, slots=True)
class _Addressed:
    """A letter with its reader: the words as they may be read, and what the mail hangs on."""

    case: Case
    letter: Letter
    contact: Contact | None
    report: Report | None
    customer: Customer | None
    text: str
    subject: str

    @property
    def recipient(self) -> str:
        """The address, "" where none is known."""
        if self.report is not None:
            return self.report.reading.reporter or ""
        return self.contact.address if self.contact else ""

    @property
    def hidden(self) -> bool:
        """Whether any word was hidden from the reader."""
        return MASK in self.text + self.subject


def preview_letter(
    context: AppContext, reference: str, letter: Letter, person: str
) -> LetterPreview:
    """The letter as it would be sent; nothing is written.

    Raises `Missing` for an unknown case or reporter, `Forbidden`, and `Invalid` for what nobody
    could send.
    """
    authorised(person, StaffAct.DECIDE)
    addressed = _addressed(reference, letter)
    notice = _notice(context, addressed, LINK)
    return LetterPreview(
        party=letter.party,
        recipient=addressed.recipient,
        language=notice.language,
        title=notice.title,
        text=notice.text,
        hidden=addressed.hidden,
        proven=addressed.report is None or addressed.report.reading.authentication.authenticated,
        refused=_hindrance(context, addressed),
    )


def send_to_writer(context: AppContext, reference: str, letter: Letter, person: str) -> SentLetter:
    """Send the letter to its writer alone, as its reader would get it; its link opens nothing.

    Raises as `preview_letter`, and `Conflict` in listen mode.
    """
    actor = authorised(person, StaffAct.DECIDE)
    addressed = _addressed(reference, letter)
    if listening(context):
        raise Conflict(f"letter: expected to be able to write to you now, found: {LISTENING}")
    written = _notice(context, addressed, LINK)
    test = replace(
        written, party=Party.STAFF, recipient=parse_mailbox(actor.id), case=None, headers={},
        title=f"{TEST} {written.title}",
    )  # fmt: skip
    changes = ChangeSet()
    add_notice(context, test, changes)
    record_changes(context, changes)
    return SentLetter(
        notice=test.id,
        case=addressed.case.reference,
        party=Party.STAFF,
        recipient=test.recipient,
        title=test.title,
        hidden=addressed.hidden,
    )


def send_letter(context: AppContext, reference: str, letter: Letter, person: str) -> SentLetter:
    """Write the letter; the worker sends it. Raises as `preview_letter`, and `Conflict`."""
    changes = ChangeSet()
    sent = add_letter(context, reference, letter, authorised(person, StaffAct.DECIDE), changes)
    record(context, changes.entries, rows=changes.rows, effects=changes.effects)
    return sent


def add_letter(
    context: AppContext, reference: str, letter: Letter, actor: Actor, changes: ChangeSet
) -> SentLetter:
    """Add a letter to what is about to be written. Raises as `send_letter`."""
    addressed = _addressed(reference, letter)
    if why := _hindrance(context, addressed):
        raise Conflict(f"letter: expected to be able to write to them now, found: {why}")
    case = addressed.case
    _refuse_twice(context, addressed)
    notice = _notice(context, addressed, _link(context, addressed, changes))
    payload = {"notice": notice.id, "party": letter.party.value, "hidden": addressed.hidden}
    written = entry(context, EntryType.LETTER_WRITTEN, actor, payload, case=case.id)
    changes.entries.append(replace(written, id=_once_id(context, addressed)))
    add_notice(context, notice, changes)
    return SentLetter(
        notice=notice.id,
        case=case.reference,
        party=letter.party,
        recipient=addressed.recipient,
        title=notice.title,
        hidden=addressed.hidden,
    )


def reporters_of(case: Case) -> list[Report]:
    """The reports of a case whose reporter can be written to, one of each address, newest first."""
    by_address = {
        report.reading.reporter.lower(): report
        for report in reversed(reports.of_case(case.id))
        if report.reading.reporter
    }
    return sorted(by_address.values(), key=lambda report: (report.at, report.id), reverse=True)


def _addressed(reference: str, letter: Letter) -> _Addressed:
    case = cases.by_reference(reference.upper()) or cases.get(reference)
    if case is None:
        raise Missing(f"case: expected a known reference, found {reference[:40]!r}")
    _judge(letter)
    customer, claims = customers.get(case.customer), cases.claims(case.id)
    if letter.party is Party.CUSTOMER:
        contact = contact_of(customer, failed_addresses(case.id), case.kind)
        return _Addressed(
            case, letter, contact, None, customer,
            shown_reasons(plain(letter.text).strip(), claims),
            shown_reasons(plain(letter.subject).strip(), claims),
        )  # fmt: skip
    return _Addressed(
        case, letter, None, _reporter(case, letter.report), customer,
        without_customer(letter.text.strip(), case, customer, claims),
        without_customer(letter.subject.strip(), case, customer, claims),
    )  # fmt: skip


def _judge(letter: Letter) -> None:
    """Raise `Invalid` for a letter that nobody could send."""
    if letter.party not in {Party.CUSTOMER, Party.REPORTER}:
        raise Invalid(f"to: expected customer or reporter, found {letter.party}")
    for name, words, longest in (
        ("subject", letter.subject, LONGEST_SUBJECT),
        ("text", letter.text, LONGEST),
    ):
        if not 0 < len(words.strip()) <= longest:
            raise Invalid(f"{name}: expected 1 to {longest} characters, found {len(words.strip())}")
        refuse_open(name, words)
    if "\n" in letter.subject or "\r" in letter.subject:
        raise Invalid("subject: expected one line, found several")


def _reporter(case: Case, named: str | None) -> Report:
    """The report whose reporter is written to. Raises `Missing`, `Invalid`."""
    known = reporters_of(case)
    if not known:
        raise Missing("reporter: expected one with an address, found none on this case")
    if named is None and len(known) > 1:
        raise Invalid(f"report: expected which of {len(known)} reporters is meant, found none")
    meant = [report for report in known if named in {None, report.id}]
    if not meant:
        raise Missing(f"report: expected one of this case, found {str(named)[:40]!r}")
    return meant[0]


def _once_id(context: AppContext, addressed: _Addressed) -> str:
    """The id of the entry of a letter: of two sent at once the journal takes one.

    Its time is that of the ten minutes it falls into.
    """
    now = context.now()
    case, to = addressed.case.id, addressed.recipient
    words = f"{case}\n{to}\n{addressed.subject}\n{addressed.text}"
    begun = now - (now - datetime.min.replace(tzinfo=UTC)) % AGAIN
    return uuid7(begun, hashlib.sha256(words.encode("utf-8", "replace")).digest())


def _refuse_twice(context: AppContext, addressed: _Addressed) -> None:
    """Raise `Conflict` where the same words went to the same address a moment ago."""
    for notice in notices.of_case(addressed.case.id):
        same = (notice.recipient, notice.facts.get("body"), notice.facts.get("heading")) == (
            addressed.recipient, addressed.text, addressed.subject
        )  # fmt: skip
        if same and notice.made_at > context.now() - AGAIN:
            raise Conflict(
                f"letter: expected other words, found those of {notice.made_at:%H:%M:%S}"
            )


def _hindrance(context: AppContext, addressed: _Addressed) -> str:
    """Why they cannot be written to now, "" where they can."""
    if addressed.report is None:
        return suppression_reason(context, addressed.contact, addressed.case)
    contact = Contact(address=addressed.recipient, role="abuse", language="en")
    return suppression_reason(context, contact, kind=GrantKind.RECEIPTS)


def _link(context: AppContext, addressed: _Addressed, changes: ChangeSet) -> str:
    if addressed.report is not None:
        return reporter_link(context, addressed.report.id, addressed.recipient, changes)
    return customer_link(context, addressed.case.id, addressed.recipient, changes)


def _notice(context: AppContext, addressed: _Addressed, link: str) -> Notice:
    """The letter in its reader's language, as the next mail of the thread before it."""
    case, report, contact = addressed.case, addressed.report, addressed.contact
    customer = addressed.customer if report is None else None
    facts = provider_facts(context, customer) | {
        "link": link,
        "reference": report_reference(report) if report else case.reference,
        "heading": addressed.subject,
        "body": addressed.text,
        "to_customer": report is None,
    }
    language: Language = language_of(
        contact.language if contact else context.settings.provider.language
    )
    before = _last_mail(case, addressed)
    return make_notice(
        context,
        NoticeKind.LETTER,
        (addressed.letter.party, addressed.recipient, language),
        facts,
        case=case.id,
        headers={"In-Reply-To": f"<{before}>", "References": f"<{before}>"} if before else {},
    )


def _last_mail(case: Case, addressed: _Addressed) -> str | None:
    """The Message-ID that the letter answers: the reporter's own mail, or our last to them."""
    if addressed.report is not None:
        return addressed.report.reading.message_id
    sent = [
        notice for notice in notices.of_case(case.id) if notice.recipient == addressed.recipient
    ]
    newest = max(sent, key=lambda notice: notice.made_at, default=None)
    return newest.message_id.strip("<>") if newest else None
