"""One mail to one reading: its reporter's profile, the parser of its structure, its own words.

Asked in the order of how sure the answers are: the profile's outcome, the profile's rules, the one
parser that recognises the structure, correspondence, attached reports, and last the extractor.
"""

from dataclasses import replace
from functools import partial

from aupkeep.intake.correspondence import correspondence
from aupkeep.intake.embedded_json import with_json_apart
from aupkeep.intake.forwarding.attached import ForwardedMail, forwarded_mails
from aupkeep.intake.forwarding.inline import read_inline_forward
from aupkeep.intake.input_format import with_logs_as_prose
from aupkeep.intake.mail.archives import with_archives
from aupkeep.intake.mail.auto_reply import acknowledgement_reason
from aupkeep.intake.mail.decompress import UnpackBudget
from aupkeep.intake.mail.list_mail import list_mail_reason, mailing_list_reason
from aupkeep.intake.mail.mail import Mail, read_mail
from aupkeep.intake.outcomes import MOST_REMARKS, mail_outcome, parsed, unclaimed
from aupkeep.intake.parser import Parser, fallbacks, parsers, structured
from aupkeep.intake.parsers.text import own_zone, unclaimed_reason
from aupkeep.intake.profiles.matching import ProfileMatch, matching_profiles
from aupkeep.intake.profiles.profile import MailSort
from aupkeep.intake.profiles.reader import ProfileReader
from aupkeep.intake.profiles.registry import ProfileRegistry
from aupkeep.model.report import Reading, ReadingOutcome

NO_SORT = MailSort()
NOTHING = "no known format, and no address with a claim about it"


def read_one_mail(
    data: bytes, registry: ProfileRegistry, budget: UnpackBudget, *, confirmed: bool = False
) -> Reading:
    """Decode, find the reporter, and read; `confirmed` where a person calls it a report."""
    mail = replace(with_archives(read_mail(data), budget), confirmed=confirmed)
    apart = with_json_apart(mail)
    mail = apart if apart is not mail and structured(apart) else mail
    claimed = matching_profiles(mail, registry)
    read = partial(_read, budget=budget)
    if not claimed:
        return read_inline_forward(mail, registry, read) or read(mail, None, registry)
    reading = replace(read(mail, claimed[0], registry), profile=claimed[0].profile.name)
    if len(claimed) == 1:
        return reading
    names = " and ".join(match.profile.name for match in claimed)
    remark = f"more than one reporter's profile claims it ({names}); the first was taken"
    return replace(reading, reason="; ".join(filter(None, (reading.reason, remark))))


def _read(
    mail: Mail, claimed: ProfileMatch | None, registry: ProfileRegistry, budget: UnpackBudget
) -> Reading:
    """Read and tell apart; the questions stand in the order of how sure their answers are."""
    reader = ProfileReader(mail, claimed, own_zone(mail)) if claimed else None
    sort = claimed.sort if claimed else NO_SORT
    if sort.outcome:
        return mail_outcome(mail, *sort.outcome)
    reading = None if sort.container else _by_rules(mail, reader)
    reading = reading or _by_structure(mail, sort.container, reader)
    if sort.container and not (reading and reading.findings):
        reading = _by_rules(mail, reader) or reading
    reading = reading or correspondence(mail)
    return reading if reading is not None else _in_words(mail, reader, registry, budget)


def _in_words(
    mail: Mail, reader: ProfileReader | None, registry: ProfileRegistry, budget: UnpackBudget
) -> Reading:
    """What a mail says that has no structure; what went to many is told first."""
    forwarded = _forwarded(mail, registry, budget)
    listed = None if forwarded else list_mail_reason(mail)
    words = forwarded or _by_words(mail, reader)
    if listed and words:
        words = _of_many(mail, words, listed)
    if words and (words.outcome is ReadingOutcome.PARSED or (listed and not words.container)):
        return words
    listed = acknowledgement_reason(mail) or listed
    if listed:
        return mail_outcome(mail, ReadingOutcome.IGNORED, listed)
    nothing = unclaimed_reason(with_logs_as_prose(mail)) or NOTHING
    return words or unclaimed(mail, nothing)


def _of_many(mail: Mail, words: Reading, listed: str) -> Reading:
    """What a mail to many claims: never in words, and on a mailing list nothing at all.

    A program that reports may write how to unsubscribe; the lines of log in it stand.
    """
    shared = mailing_list_reason(mail)
    plain = mail.header("list-unsubscribe") or shared
    left = tuple(
        finding for finding in words.findings if not (plain and (shared or finding.words_alone))
    )
    if left == words.findings:
        return words
    reason = f"{shared or listed}: its words accuse nobody"
    return replace(words, findings=left) if left else unclaimed(mail, reason)


def _by_structure(mail: Mail, wanted: str | None, reader: ProfileReader | None) -> Reading | None:
    """What the one parser that recognises it reads; of several the one its reporter writes."""
    strict = structure_parsers(mail, wanted)
    if len(strict) > 1:
        return unclaimed(mail, f"expected one format, found {' and '.join(p.name for p in strict)}")
    return parsed(mail, strict[0], reader) if strict else None


def structure_parsers(mail: Mail, wanted: str | None) -> list[Parser]:
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
    reading = parsed(mail, rules)
    if reading.findings and not any(finding.at for finding in reading.findings):
        return _timed(reading, parsed(mail, reader.fallback, reader))
    return reading if reading.findings or reading.dead else None


def _timed(by_rules: Reading, words: Reading) -> Reading:
    """The log lines below in place of rules that read no time, where both name the same."""
    ruled, logged = (
        {(finding.kind, finding.subject.address) for finding in reading.findings}
        for reading in (by_rules, words)
    )
    whole = all(finding.at and not finding.words_alone for finding in words.findings)
    return words if ruled == logged and whole else by_rules


def _by_words(mail: Mail, reader: ProfileReader | None) -> Reading | None:
    """What a mail without structure claims in its own words; a known reporter's are read as his."""
    mail = with_logs_as_prose(mail)
    readers = fallbacks(mail)
    if reader is None or (readers and readers[0].letters):
        return parsed(mail, readers[0], reader) if readers else None
    reading = parsed(mail, reader.fallback, reader)
    return reading if reading.findings or reading.dead else None


def _forwarded(mail: Mail, registry: ProfileRegistry, budget: UnpackBudget) -> Reading | None:
    """What the reports attached to a mail claim, in the words of who sends them; or None."""
    attached = list(forwarded_mails(mail, registry, budget))
    readings = [_attached(forwarded) for forwarded in attached]
    reports = [
        reading for reading in readings if reading and reading.outcome is ReadingOutcome.PARSED
    ]
    if not reports:
        return None
    notes = [
        "a report forwarded by the sender",
        *(reading.reason for reading in reports if reading.reason),
    ]
    if len(mail.attached) > len(reports):
        notes.append(f"{len(reports)} of {len(mail.attached)} attached mails are reports")
    plain = mail_outcome(mail, ReadingOutcome.PARSED, "; ".join(notes[:MOST_REMARKS]))
    return replace(
        plain,
        container=reports[0].container,
        findings=tuple(finding for reading in reports for finding in reading.findings),
        dead=tuple(dead for reading in reports for dead in reading.dead),
        parts=(*plain.parts, *(part.text for forwarded in attached for part in forwarded.more)),
    )


def _attached(forwarded: ForwardedMail) -> Reading | None:
    """What one attached mail claims, if it is a report."""
    wanted = forwarded.reader.sort.container if forwarded.reader else None
    templates_apply = forwarded.to_desk or forwarded.named
    reading = (
        _by_rules(forwarded.mail, forwarded.reader) if templates_apply and not wanted else None
    )
    reading = reading or _by_structure(forwarded.mail, wanted, forwarded.reader)
    return reading or (_by_words(forwarded.mail, forwarded.reader) if forwarded.to_desk else None)
