"""How the reading of a mail ends: what a parser yields, or a plain reason, as a `Reading`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from aupkeep.intake.accusations import accusing
from aupkeep.intake.mail.case_reference import case_of
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.mail.shown_mail import complainant, shown_mails, told_of_mail
from aupkeep.intake.parser import ParsedItem, Parser, Remark, StatedReporter, WholeOutcome
from aupkeep.intake.profiles.reader import ProfileReader
from aupkeep.model.errors import AupkeepError, Unreadable
from aupkeep.model.finding import Finding
from aupkeep.model.report import Reading, ReadingOutcome, RejectedRow

MOST_REMARKS = 5
MOST_SHOWN = 20  # mails shown in a complaint, and addresses that they are about
MAILED = ("messaging/", "content/phishing", "content/fraud", "content/malware")
KEPT = ("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to",
        "return-path", "received", "auto-submitted", "list-id", "precedence", "x-loop",
        "x-auto-response-suppress", "list-unsubscribe", "content-type")  # fmt: skip
# What a defect in a parser or plugin can raise. The report then stands in the inbox with the
# defect's name; listed one by one, so that a wish to stop the process still stops it.
FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, RuntimeError,
          TypeError, ValueError, OSError, EOFError, AssertionError, AupkeepError)  # fmt: skip


def parsed(mail: Mail, parser: Parser, reader: ProfileReader | None = None) -> Reading:
    """What one parser makes of the mail; a defect in it is a reason, not an exception.

    `reader` adds what the parser left open and the reporter's profile says.
    """
    items: list[ParsedItem] = []
    broken = None
    try:
        items.extend(parser.read(mail))
    except FAULTS as error:
        broken = f"{parser.name}: {describe_fault(error)}"
    claims, left = accusing(
        [item for item in items if isinstance(item, Finding)], mail, known=reader is not None
    )
    findings = with_sent_mail(claims, mail)
    if reader is not None:
        findings = tuple(map(reader.completed, findings))
    dead = tuple(item for item in items if isinstance(item, RejectedRow))
    remarks = left + [item.text for item in items if isinstance(item, Remark)] + list(mail.defects)
    reporter = next((item for item in items if isinstance(item, StatedReporter)), None)
    settled = next((item for item in items if isinstance(item, WholeOutcome)), None)
    outcome, reason = _outcome(findings, dead, broken, remarks)
    if settled and not (findings or dead or broken):
        outcome, reason = settled.outcome, "; ".join([settled.reason, *remarks[:MOST_REMARKS]])
    plain = mail_outcome(mail, outcome, reason)
    who, name = plain.reporter, plain.reporter_name
    if reporter and not mail.sender:
        who, name = reporter.address, reporter.name or None
    return replace(
        plain, container=parser.name, findings=findings, dead=dead, reporter=who, reporter_name=name
    )


def with_sent_mail(findings: Sequence[Finding], mail: Mail) -> tuple[Finding, ...]:
    """The findings; one about a mail that the complaint shows says what its sender's log has."""
    about = [f for f in findings if f.kind.startswith(MAILED) and f.subject.address]
    if not about:
        return tuple(findings)
    shown = list(islice(shown_mails(mail), MOST_SHOWN))
    who = complainant(mail)
    sent = {
        address: told_of_mail(iter(shown), address, mail.domain or "", who)
        for address in {f.subject.address for f in about[:MOST_SHOWN]}
        if address and shown
    }
    return tuple(
        replace(f, details={**more, **f.details})
        if f.kind.startswith(MAILED) and f.subject.address and (more := sent.get(f.subject.address))
        else f
        for f in findings
    )


def _outcome(
    findings: Sequence[Finding],
    dead: Sequence[RejectedRow],
    broken: str | None,
    remarks: Sequence[str],
) -> tuple[ReadingOutcome, str | None]:
    if findings and all(finding.kind == "test/drill" for finding in findings):
        return ReadingOutcome.IGNORED, "a drill: every claim in it is a test"
    if findings:
        notes = ([broken] if broken else []) + list(remarks[:MOST_REMARKS])
        return ReadingOutcome.PARSED, "; ".join(notes) or None
    if broken or dead:
        return ReadingOutcome.INBOX, broken or dead[0].reason
    return ReadingOutcome.INBOX, remarks[
        0
    ] if remarks else "the format was known, but it claims nothing"


def unclaimed(mail: Mail, reason: str) -> Reading:
    """A mail that no parser reads: a person looks at it."""
    return mail_outcome(
        mail, ReadingOutcome.INBOX, "; ".join([reason, *mail.defects[:MOST_REMARKS]])
    )


def mail_outcome(mail: Mail, outcome: ReadingOutcome, reason: str | None) -> Reading:
    """A mail's own facts (sender, title, parts, headers) under an outcome, without findings."""
    return Reading(
        outcome=outcome,
        reason=reason,
        reporter=mail.sender,
        reporter_name=mail.sender_name,
        title=mail.subject[:998],
        sent_at=mail.date,
        message_id=mail.message_id,
        reply_to=case_of(mail),
        parts=tuple(part.text for part in mail.parts),
        headers={name: mail.header(name) for name in KEPT if mail.header(name)},
    )


def describe_fault(error: BaseException) -> str:
    """A defect, told so that a person can report it."""
    if isinstance(error, Unreadable):
        return str(error)
    return f"could not be read to its end ({type(error).__name__}: {error})"[:300]
