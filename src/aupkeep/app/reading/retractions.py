"""Retractions: a reporter takes a report back. It is recorded where proven; a person sees it.

The report counts no more from then on, and what a rule decided on it alone is lifted
(`enforcing.evidence_recheck`); what a person decided stays until a person looks. Who reported is
proven by the domain that authenticated both mails, and at a mailbox provider (`sources.shared`) by
the address too; which report is meant, by the Message-ID that the retraction answers: the report's
own, or that of our receipt for it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.reporters.sources import sender_key
from aupkeep.app.standing_claims import left_standing, weigh
from aupkeep.casework.states import Event, move
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.correspondence import MailMeaning
from aupkeep.model.entry import EntryType
from aupkeep.model.report import Reading, Report
from aupkeep.store import cases, notices, reports

IDS = re.compile(r"<([^<>\s]{1,500})>")
MOST_IDS = 20
MOST_EARLIER = 20  # mails of a source in the inbox that may take back what comes later
TAKEN_BACK = frozenset({MailMeaning.RETRACTION, MailMeaning.NOT_SPAM})
NOTHING_LEFT = "nothing stands, and no answer is waited for"
GONE = "its reporter took it back"
GONE_FIRST = f"{GONE} before it was read: "
WORDS = {
    MailMeaning.RETRACTION: "the reporter takes the report back",
    MailMeaning.NOT_SPAM: "the reporter says that it was no spam",
}


def takes_back(reading: Reading) -> bool:
    """Whether a mail is a retraction."""
    return reading.meaning in TAKEN_BACK


def meant_reports(reading: Reading) -> list[Report]:
    """The reports a mail answers, directly or by our receipt for them."""
    reports_by_id: dict[str, Report] = {}
    for message in _answered(reading):
        for report in [*reports.by_message(message), *_by_receipt(message)]:
            reports_by_id.setdefault(report.id, report)
    return list(reports_by_id.values())


def same_reporter(context: AppContext, reading: Reading, first: Reading) -> bool:
    """Whether both mails provably come from the same domain, and are one source as evidence is.

    Two colleagues of an organisation are; two customers of a mailbox provider are not.
    """
    identity = reading.authentication.identity
    if identity is None or identity != first.authentication.identity:
        return False
    keys = {sender_key(context, x.reporter or "", identity) for x in (reading, first)}
    return len(keys) == 1


def withdraw(
    context: AppContext, by: str, reading: Reading, report: Report
) -> tuple[ChangeSet, list[Case]]:
    """An entry for each case with claims of the report; and these cases.

    `by` is the id of the report that takes it back. One that waits to be processed, since its
    source is suspended or a person has to look, waits for a person who knows of it.
    """
    changes = ChangeSet()
    changed_cases = cases.of_report(report.id)
    words = WORDS.get(reading.meaning) if reading.meaning else None
    for case in changed_cases:
        claims = [claim.id for claim in cases.claims(case.id) if claim.report == report.id]
        payload = {"case": case.id, "claims": claims, "report": report.id, "by": by, "why": words}
        changes.entries.append(
            entry(context, EntryType.CLAIM_WITHDRAWN, SYSTEM, payload, case=case.id)
        )
    waits = report.inbox_reason if report.done_at is None else None
    if waits and not waits.startswith(GONE):
        changes.rows.append(replace(report, inbox_reason=f"{GONE}: {waits}"))
        changes.seen.append(report)
    return changes, changed_cases


def weighed_anew(
    context: AppContext,
    case: Case,
    why: str,
    *,
    without: Collection[str] = (),
    with_: Collection[str] = (),
) -> tuple[ChangeSet, bool]:
    """The case with what stands of it now, and whether anything does.

    `without` are reports that are taken back or judged wrong now, `with_` those judged right. It
    waits for no answer any more where nothing stands. `why` is said where anything changes.
    """
    standing = left_standing(case, without, with_)
    now = weigh(context, case, standing)
    if not standing and case.state is CaseState.WAITING:
        now, why = move(now, Event.WITHDRAWN, context.now()), f"{why}; {NOTHING_LEFT}"
    if now == case:
        return ChangeSet(), bool(standing)
    payload = {"case": case.id, "why": why, "level": now.level.name, "events": now.events}
    change = entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
    return ChangeSet(rows=[now], entries=[change], seen=[case]), bool(standing)


def taken_back_before(context: AppContext, reading: Reading, source: str | None) -> str | None:
    """Why a report waits that its reporter takes back in a mail that was read before it.

    Two mails are read by two workers, or the first was late: which came first says nothing.
    """
    message = reading.message_id
    if source is None or not message or not reading.findings:
        return None
    for earlier in reports.newest_letters(source, MOST_EARLIER):
        answers = earlier.reading
        if (
            takes_back(answers)
            and message in _answered(answers)
            and same_reporter(context, answers, reading)
        ):
            return f"{GONE_FIRST}{answers.reason}"
    return None


def is_gone_first(report: Report) -> bool:
    """Whether a report waits because its reporter took it back before it was read."""
    return report.done_at is None and (report.inbox_reason or "").startswith(GONE_FIRST)


def _answered(reading: Reading) -> Iterator[str]:
    """The message ids that a mail answers, each once, the nearest first."""
    places = [reading.headers.get(name, "") for name in ("in-reply-to", "references")]
    yield from list(dict.fromkeys(IDS.findall(" ".join(places))))[:MOST_IDS]


def _by_receipt(message: str) -> list[Report]:
    """The report that one of our receipts answered."""
    notice = notices.by_message(f"<{message}>")
    answered = IDS.search(notice.headers.get("In-Reply-To", "")) if notice else None
    return reports.by_message(answered[1]) if answered else []
