"""Received bytes to readings: one for each file, archive member or mail; never raises."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from aupkeep.intake.forwarding.attached import ForwardedMail, forwarded_mails
from aupkeep.intake.forwarding.inline import read_inline_forward
from aupkeep.intake.input_format import (
    MOST_MAILS,
    InputFormat,
    detect_format,
    is_json_log,
    mails_of,
    with_logs_as_prose,
)
from aupkeep.intake.mail import letter
from aupkeep.intake.mail.archives import with_archives
from aupkeep.intake.mail.budget import SPENT, MemberBudget
from aupkeep.intake.mail.decompress import UnpackBudget, members, packed
from aupkeep.intake.mail.dsn import delivered_to, dsn_failures
from aupkeep.intake.mail.html_text import text_of
from aupkeep.intake.mail.mail import MOST_HTML, Mail, MailPart, PartRole, read_mail
from aupkeep.intake.mail.quotes import TextOrigin, by_part
from aupkeep.intake.mail.text import clean, decode
from aupkeep.intake.parser import (
    ParsedItem,
    Parser,
    Remark,
    StatedReporter,
    WholeOutcome,
    fallbacks,
    parsers,
    structured,
)
from aupkeep.intake.parsers.text import own_zone
from aupkeep.intake.profiles.matching import ProfileMatch, matching_profiles
from aupkeep.intake.profiles.profile import MailSort
from aupkeep.intake.profiles.reader import ProfileReader
from aupkeep.intake.profiles.registry import ProfileRegistry, profile_registry
from aupkeep.model.errors import AupkeepError, Unreadable
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.letter import Failure
from aupkeep.model.report import Authentication, Dead, Outcome, Reading

UNPROVEN = "mail:?"
NO_SORT = MailSort()
LONGEST_BARE = 16 << 20  # bytes of a bare table, text or JSON that are read
PAGE = re.compile(r"\s{0,99}(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
MOST_REMARKS = 5
MOST_PLACES = 500  # quotes and signatures of one letter
KEPT = ("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to",
        "return-path", "received", "auto-submitted", "list-id", "precedence", "x-loop",
        "x-auto-response-suppress", "list-unsubscribe", "content-type")  # fmt: skip
# What a defect in a parser or plugin can raise. The report then stands in the inbox with the
# defect's name; listed one by one, so that a wish to stop the process still stops it.
FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, RuntimeError,
          TypeError, ValueError, OSError, EOFError, AssertionError, AupkeepError)  # fmt: skip


def read(
    data: bytes, name: str, as_: str = "auto", registry: ProfileRegistry | None = None
) -> list[tuple[str, Reading]]:
    """Read one received thing as `auto`, `mail`, `xarf`, `csv` or `text`.

    The answer is a list of names and readings: `name` itself, `outer.zip!inner.csv` for an archive
    member, `box!2` for the second mail of an mbox. Findings carry `mail:?<claimed domain>` until
    `with_authentication` says better. Bytes of any kind end in an outcome with a reason. `registry`
    are the reporters; without it those that ship and the operator's.
    """
    return _tried(data, name, as_, registry or profile_registry(), UnpackBudget())


def inbox(reason: str) -> Reading:
    """A reading that a person must look at."""
    return Reading(outcome=Outcome.INBOX, reason=reason)


def with_authentication(reading: Reading, authentication: Authentication) -> Reading:
    """The reading with what is proven about its sender; the findings' source says so."""
    proven = authentication.identity
    findings = reading.findings
    if proven:
        findings = tuple(
            replace(finding, source=f"mail:{proven}")
            if finding.source.startswith(UNPROVEN)
            else finding
            for finding in findings
        )
    return replace(reading, authentication=authentication, findings=findings)


def with_source(reading: Reading, source: str) -> Reading:
    """The reading with every claim made by `source`, such as `api:<token name>`."""
    return replace(reading, findings=tuple(replace(f, source=source) for f in reading.findings))


def _tried(
    data: bytes, name: str, as_: str, registry: ProfileRegistry, budget: UnpackBudget
) -> list[tuple[str, Reading]]:
    try:
        return list(_read(data, name, InputFormat(as_), registry, budget))
    except FAULTS as error:
        return [(name, inbox(_fault(error)))]


def _read(
    data: bytes, name: str, form: InputFormat, registry: ProfileRegistry, budget: UnpackBudget
) -> Iterator[tuple[str, Reading]]:
    if packed(data):
        yield from _unpacked(data, name, form, registry, budget)
        return
    form = detect_format(data) if form is InputFormat.AUTO else form
    if form is InputFormat.MAIL:
        mails = list(mails_of(data))
        for number, one in enumerate(mails, 1):
            if number > MOST_MAILS:
                more = inbox(f"mbox: expected at most {MOST_MAILS:,} mails, found more")
                yield f"{name}!rest", more
                break
            part = budget if len(mails) == 1 else UnpackBudget()
            yield (name if len(mails) == 1 else f"{name}!{number}"), _mail(one, registry, part)
        return
    yield name, _bare(data, name, form)


def _unpacked(
    data: bytes, name: str, form: InputFormat, registry: ProfileRegistry, budget: UnpackBudget
) -> Iterator[tuple[str, Reading]]:
    found, share = False, MemberBudget()
    for inner, content in members(data, name, budget):
        found = True
        if isinstance(content, Unreadable) or share.spent:
            yield inner, inbox(str(content) if isinstance(content, Unreadable) else SPENT)
            continue
        for told in _tried(content, inner, form.value, registry, budget):
            share.take(told[1])
            yield told
    if not found:
        yield name, Reading(outcome=Outcome.IGNORED, reason="an archive with nothing in it")


def _bare(data: bytes, name: str, form: InputFormat) -> Reading:
    """A table, JSON or text that came without a mail around it."""
    if form is InputFormat.EMPTY:
        return Reading(outcome=Outcome.IGNORED, reason="empty: nothing to read")
    if form is InputFormat.BINARY:
        return inbox("expected a mail, JSON, a table or text, found binary data")
    place = PartRole.PROSE if form is InputFormat.TEXT else PartRole.DATA
    media = {InputFormat.CSV: "text/csv", InputFormat.XARF: "application/json"}.get(
        form, "text/plain"
    )
    text = decode(data[:LONGEST_BARE])
    if form is InputFormat.TEXT and PAGE.match(text):
        text = clean(text_of(text[:MOST_HTML]))
    title = name.rpartition("!")[2].rpartition("/")[2]
    mail = Mail(
        headers={},
        feedback={},
        original={},
        parts=(MailPart(text=text, place=place, media=media, name=title),),
        defects=("text beyond 16 MiB was not read",) if len(data) > LONGEST_BARE else (),
    )
    wanted = {InputFormat.CSV: "csv", InputFormat.XARF: "xarf"}.get(form)
    strict = _strict(mail, wanted)
    if form is InputFormat.TEXT and not strict and (said := _letter(mail, None)):
        return said
    told = strict or (fallbacks(mail)[:1] if form is InputFormat.TEXT else [])
    if not told and form is InputFormat.XARF and is_json_log(data):
        return _bare(data, name, InputFormat.TEXT)
    if len(told) != 1:
        return _unclaimed(mail, f"expected {EXPECTED[form]}, found something else")
    return _parsed(mail, told[0])


EXPECTED = {
    InputFormat.CSV: "a table with a header row that names a column such as ip, url or domain",
    InputFormat.XARF: "an XARF report or another known format in JSON",
    InputFormat.TEXT: "text with an address beside words of abuse",
}


def _mail(data: bytes, registry: ProfileRegistry, budget: UnpackBudget) -> Reading:
    """Decode, find the reporter, and read."""
    mail = with_archives(read_mail(data), budget)
    claimed = matching_profiles(mail, registry)
    told = partial(_told, budget=budget)
    if not claimed:
        return read_inline_forward(mail, registry, told) or told(mail, None, registry)
    reading = replace(told(mail, claimed[0], registry), profile=claimed[0].profile.name)
    if len(claimed) == 1:
        return reading
    names = " and ".join(match.profile.name for match in claimed)
    remark = f"more than one reporter's profile claims it ({names}); the first was taken"
    return replace(reading, reason="; ".join(filter(None, (reading.reason, remark))))


def _told(
    mail: Mail, claimed: ProfileMatch | None, registry: ProfileRegistry, budget: UnpackBudget
) -> Reading:
    """Read and tell apart; the questions stand in the order of how sure their answers are."""
    reader = ProfileReader(mail, claimed, own_zone(mail)) if claimed else None
    sort = claimed.sort if claimed else NO_SORT
    if sort.outcome:
        return _plain(mail, *sort.outcome)
    found = None if sort.container else _by_rules(mail, reader)
    found = found or _by_structure(mail, sort.container, reader)
    if sort.container and not (found and found.findings):
        found = _by_rules(mail, reader) or found
    found = found or _correspondence(mail)
    if found is not None:
        return found
    reading = _forwarded(mail, registry, budget) or _by_words(mail, reader)
    if reading and reading.outcome is Outcome.PARSED:
        return reading
    listed = letter.acknowledgement_reason(mail) or letter.list_mail_reason(mail)
    if listed:
        return _plain(mail, Outcome.IGNORED, listed)
    return reading or _unclaimed(mail, "no known format, and no address with a claim about it")


def _by_structure(mail: Mail, wanted: str | None, reader: ProfileReader | None) -> Reading | None:
    """What the one parser that recognises it reads; of several the one its reporter writes."""
    strict = _strict(mail, wanted)
    if len(strict) > 1:
        return _unclaimed(
            mail, f"expected one format, found {' and '.join(p.name for p in strict)}"
        )
    return _parsed(mail, strict[0], reader) if strict else None


def _strict(mail: Mail, wanted: str | None) -> list[Parser]:
    """The parsers that recognise the structure; the wanted one alone where it is among them.

    A format of its own is asked first: it is nearly always the one.
    """
    likely = (parser for parser in parsers() if parser.name == wanted and not parser.general)
    strict = [parser for parser in likely if parser.recognises(mail)] or structured(mail)
    return [parser for parser in strict if parser.name == wanted] or strict


def _by_rules(mail: Mail, reader: ProfileReader | None) -> Reading | None:
    """What the reporter's own rules read; None when they find nothing to read."""
    if reader is None or not reader.sort.read:
        return None
    rules = Parser("reporter", 1, lambda _: True, lambda _: reader.read())
    reading = _parsed(mail, rules)
    return reading if reading.findings or reading.dead else None


def _by_words(mail: Mail, reader: ProfileReader | None) -> Reading | None:
    """What a mail without structure claims in its own words; a known reporter's are read as his."""
    mail = with_logs_as_prose(mail)
    found = fallbacks(mail)
    if reader is None or (found and found[0].letters):
        return _parsed(mail, found[0], reader) if found else None
    reading = _parsed(mail, reader.fallback, reader)
    return reading if reading.findings or reading.dead else None


def _forwarded(mail: Mail, registry: ProfileRegistry, budget: UnpackBudget) -> Reading | None:
    """What the reports attached to a mail claim, in the words of who sends them; or None."""
    attached = list(forwarded_mails(mail, registry, budget))
    readings = [_attached(one) for one in attached]
    told = [reading for reading in readings if reading and reading.outcome is Outcome.PARSED]
    if not told:
        return None
    notes = [
        "a report forwarded by the sender",
        *(reading.reason for reading in told if reading.reason),
    ]
    if len(mail.inside) > len(told):
        notes.append(f"{len(told)} of {len(mail.inside)} attached mails are reports")
    plain = _plain(mail, Outcome.PARSED, "; ".join(notes[:MOST_REMARKS]))
    return replace(
        plain,
        container=told[0].container,
        findings=tuple(finding for reading in told for finding in reading.findings),
        dead=tuple(dead for reading in told for dead in reading.dead),
        parts=(*plain.parts, *(part.text for one in attached for part in one.more)),
    )


def _attached(one: ForwardedMail) -> Reading | None:
    """What one attached mail claims, if it is a report."""
    wanted = one.reader.sort.container if one.reader else None
    told = one.to_desk or one.named
    reading = _by_rules(one.mail, one.reader) if told and not wanted else None
    reading = reading or _by_structure(one.mail, wanted, one.reader)
    return reading or (_by_words(one.mail, one.reader) if one.to_desk else None)


def _correspondence(mail: Mail) -> Reading | None:
    """A mail that answers one of ours, or says nothing to the desk; None for all others."""
    if letter.is_empty(mail):
        return _plain(mail, Outcome.IGNORED, "empty: no subject, no text, no attachment")
    failures = dsn_failures(mail)
    if failures is not None:
        return _returned(mail, failures)
    ignored = letter.read_receipt_reason(mail) or letter.auto_reply_reason(mail)
    if ignored:
        return _plain(mail, Outcome.IGNORED, ignored)
    case = letter.case_of(mail)
    ignored = letter.acknowledgement_reason(mail) if case else None
    if ignored:
        return _plain(mail, Outcome.IGNORED, ignored)
    return _letter(mail, case)


def _letter(mail: Mail, case: str | None) -> Reading | None:
    """Words to the desk: an answer to a case, or something that is taken back or contested."""
    meant = letter.letter_meaning(mail)
    if case is None and meant is None:
        return None
    said = f"an answer to case {case}" if case else None
    reason = "; ".join(filter(None, (said, meant.told if meant else None)))
    reading = _plain(mail, Outcome.REPLY if case else Outcome.INBOX, reason)
    places = _places(mail)
    quoted = tuple(place for speech, place in places if speech is TextOrigin.QUOTED)
    signed = tuple(place for speech, place in places if speech is TextOrigin.SIGNED)
    reading = replace(reading, quoted=quoted, signed=signed)
    return replace(reading, meaning=meant.meaning, container=meant.container) if meant else reading


def _places(mail: Mail) -> list[tuple[TextOrigin, Offset]]:
    """Where the sender's own parts quote another mail, or end in a signature."""
    parts = [
        (part.text if part.place is PartRole.PROSE else "", part.quoted) for part in mail.parts
    ]
    found = by_part(parts, mail.sender_name or "")
    return [(speech, Offset(*place)) for speech, place in islice(found, MOST_PLACES)]


def _returned(mail: Mail, failures: tuple[Failure, ...]) -> Reading:
    """A delivery report: a bounce only where a recipient failed for good or was given up."""
    if not failures:
        return _plain(mail, Outcome.IGNORED, f"delivered to {delivered_to(mail)}")
    told = "; ".join(str(failure) for failure in failures[:MOST_REMARKS])
    late = all(failure.delayed for failure in failures)
    reason = f"no failure yet: {told}" if late else told
    reading = _plain(mail, Outcome.IGNORED if late else Outcome.BOUNCE, reason)
    return replace(reading, failures=failures)


def _parsed(mail: Mail, parser: Parser, reader: ProfileReader | None = None) -> Reading:
    """What one parser makes of the mail; a defect in it is a reason, not an exception.

    `reader` adds what the parser left open and the reporter's profile says.
    """
    said: list[ParsedItem] = []
    broken = None
    try:
        said.extend(parser.read(mail))
    except FAULTS as error:
        broken = f"{parser.name}: {_fault(error)}"
    findings = tuple(one for one in said if isinstance(one, Finding))
    if reader is not None:
        findings = tuple(map(reader.completed, findings))
    dead = tuple(one for one in said if isinstance(one, Dead))
    remarks = [one.text for one in said if isinstance(one, Remark)] + list(mail.defects)
    reporter = next((one for one in said if isinstance(one, StatedReporter)), None)
    settled = next((one for one in said if isinstance(one, WholeOutcome)), None)
    outcome, reason = _judged(findings, dead, broken, remarks)
    if settled and not (findings or dead or broken):
        outcome, reason = settled.outcome, "; ".join([settled.reason, *remarks[:MOST_REMARKS]])
    plain = _plain(mail, outcome, reason)
    who, name = plain.reporter, plain.reporter_name
    if reporter and not mail.sender:
        who, name = reporter.address, reporter.name or None
    return replace(
        plain,
        container=parser.name,
        findings=findings,
        dead=dead,
        reporter=who,
        reporter_name=name,
    )


def _judged(
    findings: Sequence[Finding], dead: Sequence[Dead], broken: str | None, remarks: Sequence[str]
) -> tuple[Outcome, str | None]:
    if findings and all(finding.kind == "test/drill" for finding in findings):
        return Outcome.IGNORED, "a drill: every claim in it is a test"
    if findings:
        notes = ([broken] if broken else []) + list(remarks[:MOST_REMARKS])
        return Outcome.PARSED, "; ".join(notes) or None
    if broken or dead:
        return Outcome.INBOX, broken or dead[0].reason
    return Outcome.INBOX, remarks[0] if remarks else "the format was known, but it claims nothing"


def _unclaimed(mail: Mail, reason: str) -> Reading:
    return _plain(mail, Outcome.INBOX, "; ".join([reason, *mail.defects[:MOST_REMARKS]]))


def _plain(mail: Mail, outcome: Outcome, reason: str | None) -> Reading:
    return Reading(
        outcome=outcome,
        reason=reason,
        reporter=mail.sender,
        reporter_name=mail.sender_name,
        title=mail.subject[:998],
        sent_at=mail.date,
        message_id=mail.message_id,
        reply_to=letter.case_of(mail),
        parts=tuple(part.text for part in mail.parts),
        headers={name: mail.header(name) for name in KEPT if mail.header(name)},
    )


def _fault(error: BaseException) -> str:
    """A defect, told so that a person can report it."""
    if isinstance(error, Unreadable):
        return str(error)
    return f"could not be read to its end ({type(error).__name__}: {error})"[:300]
