"""Which findings of a mail accuse: not those that say themselves that nothing happened.

A row of 0 events tells that nothing happened. A record that names one address as source and as
target says of neither who did it. A letter goes to a person that is a test or an example
(`drill_words`), that tells its reader of the reader's own account (`account_notices`), or that does
not positively report (`charge`), and so does what it says of its writer's
own machines, of who suffered (`disclaimers`), and of the host that a monitor watches (`monitored`).
A letter that a person has read and calls a report is one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from aupkeep.intake.extract.account_notices import account_notice
from aupkeep.intake.extract.charge import Disclaimer, demands, tells, uncharged
from aupkeep.intake.extract.disclaimers import lists_victims, unaccused
from aupkeep.intake.extract.drill_words import drill_words
from aupkeep.intake.extract.mail_words import NO_HINT, mail_words
from aupkeep.intake.extract.monitored import watched
from aupkeep.intake.extract.visitors import orderers, visitors
from aupkeep.intake.kinds import UNSPECIFIED
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.unclaimed import NOBODY, UNSURE, Unclaimed
from aupkeep.model.finding import Finding, Role
from aupkeep.model.subject import Address

ACCUSED = frozenset({Role.OFFENDER, Role.CONTROLLER, Role.VULNERABLE})
DONE = ("connection/", "messaging/")  # kinds of what somebody did, whose address is the row's
ORDERED = frozenset({"content/fraud", UNSPECIFIED.name})  # of a shop's suspicion
WORDS = "text/"  # the maker of what is read from prose and log lines
ATTACHED = (
    "csv/",
    "json/",
    "pairs/",
    "xml/",
)  # of files in no reporter's format: the letter says why
NOTHING, BOTH_SIDES, SPARED, SILENT = (
    "{} of its claims say that nothing happened",
    "{} of its claims name one address as source and as target",
    "{} of its claims are about what it says is its writer's own or a victim's",
    "{} of its rows name an address, and neither they nor a letter say what it did",
)


def accusing(
    findings: Sequence[Finding], mail: Mail, *, known: bool = False
) -> tuple[list[Finding], list[str]]:
    """The findings that accuse or tell of a victim, and why others do not.

    `known`: a reporter's profile says what such a mail is about, so its sentences need not.
    """
    happened = [finding for finding in findings if finding.count]
    sided = [finding for finding in happened if not _is_both_sides(finding)]
    remarks = list(_remark(NOTHING, len(findings) - len(happened)))
    remarks += _remark(BOTH_SIDES, len(happened) - len(sided))
    if not (known or mail.confirmed) and mail.headers:
        letter = tells(mail.subject, mail.prose) or demands(mail.prose)
        spoken = [f for f in sided if letter or not _is_silent(f, mail)]
        remarks += _remark(SILENT, len(sided) - len(spoken))
        sided = spoken
    sided = [_by_letter(f, mail) for f in sided]
    if not mail.confirmed:
        sided, left = _charged(sided, mail, known=known)
        remarks += left
    return sided, remarks


def _charged(
    findings: Sequence[Finding], mail: Mail, *, known: bool
) -> tuple[list[Finding], list[str]]:
    """Those whose charge the letter's own sentences do not take back, and why others are left.

    What a program put into a container stays, as an allegation: the letter around it may be its
    transport's. A table, JSON or pairs of no format of reporters is what the letter says it is.
    """
    if not findings:
        return [], []
    drill = drill_words(mail.subject, mail.prose)
    if drill and not demands(mail.prose):
        kept = [replace(f, words_alone=True) for f in findings if not f.maker.startswith(WORDS)]
        return kept, [f"{NOBODY}a test or an example: {drill}"]
    if drill:  # a test, too, says please: a person looks
        findings = [replace(f, words_alone=True) for f in findings]
    spared = unaccused(mail.subject, mail.prose) | watched(mail.subject, mail.prose)
    texts = [part.text for part in mail.parts]
    spared |= visitors(texts)
    if any(f.kind in ORDERED and not f.subject.url for f in findings):
        spared |= orderers(mail.subject, texts)
    charged = [f for f in findings if f.role not in ACCUSED or not _is_spared(f, spared)]
    remarks = list(_remark(SPARED, len(findings) - len(charged)))
    if not known and (said := lists_victims(mail.subject, mail.prose)):
        charged = [replace(f, words_alone=True) if _is_of_letter(f) else f for f in charged]
        remarks.append(f"{NOBODY}{Unclaimed.SUFFERED.value}: {said}")
    kept, why = (charged, []) if known else _reported(charged, mail)
    return kept, remarks + why


def _reported(findings: list[Finding], mail: Mail) -> tuple[list[Finding], list[str]]:
    """Those that stand where the letter does not positively report, and why others are left."""
    letter = _disclaimer(mail) if _spoken_of(findings) else None
    if letter is None:
        return findings, []
    turned = letter.why is not Unclaimed.UNSURE
    kept = [
        replace(f, words_alone=f.words_alone or (turned and f.maker.startswith(ATTACHED)))
        for f in findings
        if not f.maker.startswith(WORDS)
    ]
    return kept, [f"{NOBODY if turned else UNSURE}{letter.why.value}: {letter.said}"]


def _disclaimer(mail: Mail) -> Disclaimer | None:
    """Why a letter accuses nobody, or is not certain to."""
    asked = account_notice(mail.subject, mail.prose)
    if asked:
        return Disclaimer(Unclaimed.OWN_ACCOUNT, asked)
    return uncharged(mail.subject, mail.prose)


def _spoken_of(findings: Sequence[Finding]) -> bool:
    """Whether one of them was read from prose, log lines, or a file that anybody may attach."""
    return any(map(_is_of_letter, findings))


def _is_silent(finding: Finding, mail: Mail) -> bool:
    """Whether a line or row says neither what its address did, nor that it came."""
    if not _is_of_letter(finding) or finding.kind != UNSPECIFIED.name:
        return False
    return finding.words_alone or not tells("", [mail.subject, *(part.text for part in mail.parts)])


def _by_letter(finding: Finding, mail: Mail) -> Finding:
    """A row of nobody's format that says no kind, of the kind that the letter beside it tells."""
    if finding.kind != UNSPECIFIED.name or not finding.maker.startswith(ATTACHED):
        return finding
    word = mail_words(mail.subject, mail.prose, NO_HINT).word
    known = word is not None and word.startswith(DONE) and finding.role is Role.OFFENDER
    return replace(finding, kind=word) if known and word else finding


def _is_of_letter(finding: Finding) -> bool:
    return finding.maker.startswith((WORDS, *ATTACHED))


def _is_spared(finding: Finding, spared: frozenset[Address | str]) -> bool:
    """Whether the letter says of its page or its address that it is no accused."""
    return not spared.isdisjoint({finding.subject.url, finding.subject.address})


def _remark(reason: str, number: int) -> Iterator[str]:
    if number:
        yield reason.format(number)


def _is_both_sides(finding: Finding) -> bool:
    """Whether a claim names its subject as the one attacked, too."""
    target = finding.target.address if finding.target else None
    same = target is not None and target == finding.subject.address
    return same and finding.role in ACCUSED
