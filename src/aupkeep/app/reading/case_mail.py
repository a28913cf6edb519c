"""Mail about a case: a customer's reply, a reporter's, a delivery report, a retraction.

A mail proves at most whose domain it is from. Only a reply from a contact of the accused customer,
with that domain proven, counts as their answer, whether it quotes our mail or names the case in its
subject alone. What names a report stands beside its cases where it is proven to be from whom our
receipt went to: a reference can be guessed. Everything else that quotes a case goes to the
inbox and into the case's timeline, and changes nothing. A delivery report counts as proof that a
notice failed when it quotes that notice's Message-ID or came to its own return path: both hold 74
random bits (RFC 9562). A retraction is recorded where its sender is proven to be the reporter.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry
from aupkeep.app.notice_proofs import QUOTES
from aupkeep.app.notifying.digest import withdraw_gathered
from aupkeep.app.notifying.failures import concerns, mark_undelivered
from aupkeep.app.notifying.receipts import reference_of_report
from aupkeep.app.reading.asked import asks
from aupkeep.app.reading.corrections import corrected_cases
from aupkeep.app.reading.retractions import (
    meant_reports,
    same_reporter,
    takes_back,
    weighed_anew,
    withdraw,
)
from aupkeep.casework import answers
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.store import cases, customers, links, notices

LONGEST = 10_000  # characters of a reply that are kept as the answer
LOOKED_AT = 200_000  # characters of a bounce in which our Message-ID is looked for
MOST_IDS = 50
MOST_CASES = 20  # beside which a mail about a report stands
TAKEN_BACK = "a reporter takes back"  # how the reason begins
LESS = "what was taken back counts no more"
UNTOLD = "what it tells of was taken back"  # why a notice leaves the next digest
QUOTED = re.compile(
    r"<[A-Za-z0-9-]{1,20}\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@[^<>\s]{1,253}>"
)

TAGGED = re.compile(r"\+n-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)


@dataclass(slots=True)
class CaseMailChanges(ChangeSet):
    """What a mail about a case changes; `reason` says why a person must read it, if one must."""

    reason: str | None = field(default=None, kw_only=True)


def read_case_mail(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """What a reply, a bounce or a retraction changes; None for all other mail."""
    if reading.outcome is ReadingOutcome.BOUNCE:
        return _bounced(context, report, reading)
    answered = _from_reporter(context, report, reading)
    if answered is not None or reading.outcome not in {ReadingOutcome.REPLY, ReadingOutcome.INBOX}:
        return answered
    case = cases.by_reference(reading.reply_to) if reading.reply_to else None
    if (
        reading.outcome is ReadingOutcome.REPLY
        and case is not None
        and _from_customer(case, reading)
    ):
        answered_cases = [
            it for it in _told_with(case, reading) if it.state is not CaseState.CLOSED
        ]
        if answered_cases:
            return _answers(context, report, reading, answered_cases)
    elif takes_back(reading):
        retraction = _taken_back(context, report, reading)
        if retraction is not None:
            return retraction
    if reading.outcome is not ReadingOutcome.REPLY:
        return _corrected(context, report, reading) or _after_report(context, report, reading)
    return _naming(context, report, case, reading)


def _corrected(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """A letter that takes back what its writer reported, by the addresses it names."""
    changes = CaseMailChanges()
    joined = corrected_cases(context, reading)
    for case in joined:
        _beside(context, report, case, "who reported it may take it back: read the inbox", changes)
    references = ", ".join(case.reference for case in joined)
    changes.reason = f"{TAKEN_BACK}, it seems, what case {references} rests on: {reading.reason}"
    return changes if joined else None


def _after_report(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """A mail of the inbox that answers a report: it may take it back in words nobody foresaw.

    It stands beside the report's cases, in whatever language it is, and changes nothing.
    """
    changes, references = CaseMailChanges(), list[str]()
    for original in () if asks(reading) else meant_reports(reading):
        same = same_reporter(context, reading, original.reading)
        who = "who reported it" if same else "somebody not proven to be who reported it"
        for case in cases.of_report(original.id)[:MOST_CASES]:
            _beside(context, report, case, f"{who} writes again: read the inbox", changes)
            references.append(case.reference)
    named = ", ".join(dict.fromkeys(references))
    changes.reason = f"a mail about what case {named} rests on: {reading.reason}"
    return changes if references else None


def _naming(
    context: AppContext, report: str, case: Case | None, reading: Reading
) -> CaseMailChanges | None:
    """A mail that names a case, and is not proven to be its customer's; or a report, or neither."""
    if case is None:
        return _about_report(context, report, reading)
    note = f" ({reading.reason})" if reading.meaning else ""
    why = f"a mail about case {case.reference}: read it and say what it changes{note}"
    changes = CaseMailChanges(reason=why)
    _beside(context, report, case, "a mail that quotes this case stands in the inbox", changes)
    return changes


def _from_reporter(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """A mail that answers a letter of ours to a reporter: it stands beside the letter's case.

    What it claims is read like any report. Whose it is proves only the Message-ID it names, which
    went to that reporter alone; so it changes nothing, and a person reads it.
    """
    known = (notices.by_message(message_id) for message_id in _threads(reading))
    letter = next((notice for notice in known if notice and notice.kind is NoticeKind.LETTER), None)
    case = cases.get(letter.case) if letter and letter.case else None
    if letter is None or case is None or letter.party is not Party.REPORTER:
        return None
    same = (reading.reporter or "").lower() == letter.recipient.lower()
    proven = reading.authentication.authenticated
    who = "who reported it answers our letter" if same else "somebody else answers our letter"
    if same and not proven:
        who = "a mail in the reporter's name, not proven to be theirs, answers our letter"
    changes = CaseMailChanges(reason=f"case {case.reference}: {who}: read it")
    _beside(context, report, case, f"{who}: it stands in the inbox", changes)
    return changes


def _about_report(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """A mail that names a report of theirs as our receipt does; None for all others."""
    named, sender = reading.reply_to or "", reading.reporter or ""
    if not named.startswith("R-"):
        return None
    written = notices.reporters_written_to({sender, sender.lower()}, named)
    if not written or not reading.authentication.authenticated:
        who = "somebody who is not proven to be its reporter"
        return CaseMailChanges(reason=f"{who} writes about report {named}: read it")
    links_made = links.reports_shown(written)
    shown = (name for name in links_made if reference_of_report(name) == named)
    joined = [case for name in shown for case in cases.page_of_report(name, MOST_CASES)]
    references = ", ".join(case.reference for case in joined) or "it has no case"
    changes = CaseMailChanges(
        reason=f"who reported it writes about report {named} ({references}): read it"
    )
    for case in joined:
        _beside(context, report, case, "who reported it writes: it stands in the inbox", changes)
    return changes


def _taken_back(context: AppContext, report: str, reading: Reading) -> CaseMailChanges | None:
    """A retraction of a known report: recorded where it is proven, always shown to a person."""
    meant = meant_reports(reading)
    if not meant:
        return None
    changes = CaseMailChanges()
    references: list[str] = []
    gone: dict[Case, set[str]] = {}
    for original in meant:
        if same_reporter(context, reading, original.reading):
            withdrawn, changed_cases = withdraw(context, report, reading, original)
            changes.add(withdrawn)
            if changed_cases:
                changes.effects.append(recheck_effect(context))  # what rested on it is looked at
            for case in changed_cases:
                gone.setdefault(case, set()).add(original.id)
        else:
            changed_cases = cases.of_report(original.id)
            for case in changed_cases:
                why = "somebody who is not proven to be the reporter takes a report back"
                _beside(context, report, case, why, changes)
        references += [case.reference for case in changed_cases]
    for case, names in gone.items():
        _surface(context, case, names, changes)
    proven = any(same_reporter(context, reading, original.reading) for original in meant)
    whose = (
        f"case {', '.join(dict.fromkeys(references))}" if references else "a report without a case"
    )
    sure = "" if proven else ", but is not proven to be who reported"
    changes.reason = f"{TAKEN_BACK} what {whose} rests on{sure}: {reading.reason}"
    return changes


def _surface(
    context: AppContext, case: Case, withdrawn: Collection[str], changes: CaseMailChanges
) -> None:
    """The case counts what is left, and waits for the customer no more when nothing is.

    Nor are they told of it any more in a digest that has not left.
    """
    counted, stands = weighed_anew(context, case, LESS, without=withdrawn)
    changes.add(counted)
    if not stands:
        withdraw_gathered(context, case, notices.of_case(case.id), changes, UNTOLD)


def _from_customer(case: Case, reading: Reading) -> bool:
    """Whether a contact of the accused customer wrote it, their domain proven."""
    customer = customers.get(case.customer)
    known = {contact.address.lower() for contact in (customer.contacts if customer else ())}
    sender = (reading.reporter or "").lower()
    return reading.authentication.authenticated and sender in known


def _told_with(case: Case, reading: Reading) -> list[Case]:
    """The case that a reply names, and the others that the mail it answers told of too.

    A reply that quotes no mail of ours answers the last one that told of that case.
    """
    quoted = [notices.by_message(message_id) for message_id in _threads(reading)]
    mails = [mail.id for mail in quoted if mail]
    if not mails:
        sent = (it for it in notices.of_case(case.id) if it.party is Party.CUSTOMER and it.sent_at)
        mails = [notice.within for notice in list(sent)[-1:] if notice.within]
    names = [member.case for mail in mails for member in notices.within(mail)]
    others = [cases.get(name) for name in dict.fromkeys(names) if name and name != case.id]
    return [case, *(other for other in others if other and other.customer == case.customer)]


def _answers(
    context: AppContext, report: str, reading: Reading, answered_cases: list[Case]
) -> CaseMailChanges:
    """An unread answer to each of these cases."""
    changes = CaseMailChanges()
    for case in answered_cases:
        changes.add(_answer(context, report, reading, case))
    return changes


def _answer(context: AppContext, report: str, reading: Reading, case: Case) -> CaseMailChanges:
    """The customer's unread answer; a person reads which of the three it is."""
    text = "\n".join(reading.parts).strip()[:LONGEST]
    answer = Answer(
        id=context.new_id(), case=case.id, kind=AnswerKind.NEED_HELP, text=text, at=context.now()
    )
    actor = Actor(kind=ActorKind.CUSTOMER, id=case.customer)
    payload = {
        "answer": answer.id,
        "kind": answer.kind.value,
        "by": "mail",
        "report": report,
        QUOTES: list(_threads(reading)),
    }
    new_entry = entry(context, EntryType.ANSWER_GIVEN, actor, payload, case=case.id)
    return CaseMailChanges(
        rows=[answers.answered(case, answer), answer], entries=[new_entry], seen=[case]
    )


def _bounced(context: AppContext, report: str, reading: Reading) -> CaseMailChanges:
    """Mark the notice that a delivery report names as undelivered; a person looks further."""
    notice = returned_notice(reading)
    if notice is not None:
        return _returned(context, report, notice, reading)
    why = reading.reason or "not delivered"
    case = f" (it names case {reading.reply_to})" if reading.reply_to else ""
    return CaseMailChanges(reason=f"a delivery report that names no notice of ours{case}: {why}")


def returned_notice(reading: Reading) -> Notice | None:
    """The notice of ours that a delivery report names, by its Message-ID or its own return path."""
    for message_id in _quoted(reading):
        if (notice := notices.by_message(message_id)) is not None:
            return notice
    tagged = TAGGED.search(reading.headers.get("to", ""))
    return notices.get(tagged[1].lower()) if tagged else None


def _returned(
    context: AppContext, report: str, notice: Notice, reading: Reading
) -> CaseMailChanges:
    """What a delivery report about one of our notices changes."""
    case = cases.get(notice.case) if notice.case else None
    whose = f"the notice of case {case.reference}" if case else f"our {notice.kind.value}"
    why = reading.reason or "not delivered"
    ours = [failure for failure in reading.failures if concerns(failure, notice)]
    if reading.failures and not ours:
        changes = CaseMailChanges(reason=f"{whose} came back from where it was sent on: {why}")
        if case is not None:
            _beside(
                context, report, case, f"a notice came back from elsewhere: {why}"[:400], changes
            )
        return changes
    if notice.failure is not None:
        return CaseMailChanges(reason=f"{whose} came back once more: {why}")
    first = ours[0] if ours else None
    class_ = {"class": first.reason.value, "status": first.status} if first else {}
    undelivered = mark_undelivered(
        context, notice, str(first) if first else why, report=report, **class_
    )
    return CaseMailChanges(
        reason=f"{whose} came back: {why}",
        rows=undelivered.rows,
        entries=undelivered.entries,
        seen=undelivered.seen,
    )


def _beside(
    context: AppContext, report: str, case: Case, why: str, changes: CaseMailChanges
) -> None:
    """An entry in the case's timeline; the case itself stays as it is."""
    payload = {"case": case.id, "report": report, "why": why}
    changes.entries.append(entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id))


def _threads(reading: Reading) -> list[str]:
    """The Message-IDs of ours that a mail names as what it answers (RFC 5322 section 3.6.4)."""
    places = [reading.headers.get(name, "") for name in ("in-reply-to", "references")]
    return list(dict.fromkeys(QUOTED.findall(" ".join(places))))[:MOST_IDS]


def _quoted(reading: Reading) -> Iterator[str]:
    """Message ids of our form that the mail quotes, each once, at most fifty."""
    places = [reading.headers.get(name, "") for name in ("in-reply-to", "references")]
    text = "\n".join([*places, *reading.parts])[:LOOKED_AT]
    yield from list(dict.fromkeys(QUOTED.findall(text)))[:MOST_IDS]
