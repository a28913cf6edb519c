"""Copyright letters in prose: takedown notices, counter-notices and retractions (17 USC 512).

A takedown gives one finding for each URL it says infringes. A counter-notice and a retraction
accuse nobody: they have no finding, and their reason begins with what they are. A notice about an
address at a time (peer-to-peer) is left to the parser of log lines and records.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.copyright.claimed_urls import ClaimedUrl, claimed_urls
from aupkeep.intake.copyright.letters import LOOKED_AT, CopyrightLetter, LetterKind, classify
from aupkeep.intake.extract.addresses import read_address
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.parser import ParsedItem, Parser, Remark, StatedReporter, WholeOutcome
from aupkeep.intake.parsers import text
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.report import ReadingOutcome
from aupkeep.model.subject import Subject
from aupkeep.model.taxonomy import KINDS

KIND = "copyright/copyright"
SURE = 0.8  # with good-faith belief and an oath
UNSWORN = 0.5
OATH = ("good-faith belief", "penalty of perjury")
MAILBOX = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{1,252}[a-zA-Z])\b", re.ASCII
)
CLAIMANT = re.compile(
    r"(?:on behalf of|i represent|we represent|i am writing from|representing|authori[sz]ed by)"
    r" (?:the )?([A-Z][\w&.,'\u2019-]{0,30}(?: (?:[A-Z&(][\w&.,'\u2019)-]{0,30}|of|and|the)){0,6})"
)


def recognises(mail: Mail) -> bool:
    """True for a copyright letter that names no address with a time or a port."""
    if judged(mail) is None:
        return False
    said = (finding for finding in text.parse(mail) if isinstance(finding, Finding))
    return not any(
        finding.subject.address and (finding.at or finding.subject.port) for finding in said
    )


def judged(mail: Mail) -> CopyrightLetter | None:
    """Which letter the sender's own words make."""
    return classify("\n".join(part for part in mail.prose if part)[:LOOKED_AT], mail.subject)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """What kind of letter it is, who claims it, and the URLs a takedown names."""
    letter = judged(mail)
    if letter is None:
        return
    yield from _claimant(mail)
    if letter.notice is not LetterKind.TAKEDOWN:
        yield WholeOutcome(ReadingOutcome.INBOX, str(letter))
        return
    yield Remark(str(letter))
    sure = SURE if all(name in letter.elements for name in OATH) else UNSWORN
    own = mail.domain or ""
    links = [
        (at, claimed_url)
        for at, part in enumerate(mail.prose)
        for claimed_url in claimed_urls(part, own)
    ]
    yield from (_finding(mail, at, link, sure) for at, link in links)
    if not links:
        yield Remark("no URL is said to infringe")


def _finding(mail: Mail, part: int, link: ClaimedUrl, sure: float) -> Finding:
    address = read_address(link.host)
    return Finding(
        kind=KIND,
        rsit=KINDS[KIND].rsit,
        role=Role.OFFENDER,
        subject=Subject(address=address, url=link.url, domain=None if address else link.host),
        at=None,
        exact=0.0,
        source=mail.source,
        confidence=sure,
        maker=PARSER.maker,
        offsets={"url": Offset(part, link.start, link.end)},
    )


def _claimant(mail: Mail) -> Iterator[StatedReporter]:
    """Who the letter names as claimant, where it gives an address to write to."""
    words = "\n".join(part for part in mail.prose if part)[:LOOKED_AT]
    box = MAILBOX.search(words)
    if box:
        name = CLAIMANT.search(words)
        yield StatedReporter(box[1], name[1].rstrip(".,") if name else "")


PARSER = Parser("copyright", 1, recognises, parse, letters=True)
