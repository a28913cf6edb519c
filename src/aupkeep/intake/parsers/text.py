"""Log lines and prose: the fallback for a mail that no format claims (`intake.extract`).

It claims a mail only when its sender's own words hold a claim; a mail without one goes to a
person. Addresses that nobody holds on the internet are kept with little confidence: reports name
them in redacted logs, and attribution answers `NotOurs` unless the provider declared them. A log
that comes bare, without a mail, is told as it stands, 127.0.0.1 too.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.findings import ExtractResult, extract
from aupkeep.intake.extract.mail_words import NO_HINT, SenderHint
from aupkeep.intake.extract.merging import MAX_ALL
from aupkeep.intake.extract.quoted import THREAD, quoted_ranges
from aupkeep.intake.mail.mail import Mail, PartRole, read_mail
from aupkeep.intake.mail.quotes import lines_of
from aupkeep.intake.parser import ParsedItem, Parser, Remark
from aupkeep.intake.unclaimed import NOBODY
from aupkeep.intake.zones import read_zone
from aupkeep.model.finding import PROSE
from aupkeep.model.origin import Origin
from aupkeep.model.subject import Address

MAKER = "text/1"
OFFSET = re.compile(r"[+-]\d{4}(?!\d)", re.ASCII)
HOPS = 20  # Received fields that are read
SIGN = re.compile(r"[^\n]")
INTRODUCED = 600  # characters of a quote that say who wrote it
ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|vs|odp|r[ée]f?|rif)\s?(?:\[\d\])?:", re.IGNORECASE)


def recognises(mail: Mail) -> bool:
    """True when the words of the sender claim something about an address or a URL."""
    return bool(_extract_mail(mail).findings)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """What the extractor finds, in the order it stands in the mail."""
    yield from _items(_extract_mail(mail))


def hinted(mail: Mail, hint: SenderHint, *, zoned: bool) -> Iterator[ParsedItem]:
    """The same, knowing something of the sender; `zoned` leaves times without a zone at ± 14 h.

    Whoever knows the sender's zone then moves them.
    """
    yield from _items(_extract_mail(mail, hint, zoned=zoned))


def _items(claims: ExtractResult) -> Iterator[ParsedItem]:
    yield from claims.findings
    if claims.cut:
        yield Remark(f"it is longer than is read, or claims more than {MAX_ALL:,} things")
    if claims.several:
        yield Remark(
            "a record of it states several times; none was taken for the address beside them"
        )
    if claims.left:
        yield Remark(f"{claims.left} of its records say themselves that they accuse nobody")
    if claims.contradictory:
        yield Remark("it names an address as offender and as attacked; that one is not reported")


def unclaimed_reason(mail: Mail) -> str | None:
    """What a mail without a claim says instead: a question, a denial, what is over; or None."""
    unclaimed = _extract_mail(mail).unclaimed
    return f"{NOBODY}{unclaimed}" if unclaimed else None


def own_zone(mail: Mail) -> timedelta | None:
    """The offset of the Date field; none for UTC, which machines write that know no zone."""
    match = OFFSET.search(mail.header("date")[:200])
    return (read_zone(match[0]) or None) if match else None


def own_addresses(mail: Mail) -> frozenset[Address]:
    """The addresses this mail itself came through: the reporter's and ours, never an offender's."""
    hops = mail.headers.get("received", ())[:HOPS]
    named = {spot.address for spot in find_addresses(mail.subject)}
    return frozenset(spot.address for hop in hops for spot in find_addresses(hop[:1000])) - named


def _extract_mail(mail: Mail, hint: SenderHint = NO_HINT, *, zoned: bool = False) -> ExtractResult:
    away = None if zoned else own_zone(mail)
    prose = tuple(_not_ours(text, mail) for text in mail.prose)
    facts = (
        prose,
        mail.source,
        mail.date,
        mail.subject,
        own_addresses(mail),
        away,
        not mail.headers,
        tuple(_foreign_headers(mail)),
    )
    return _extracted(*facts, hint)


def _foreign_headers(mail: Mail) -> Iterator[str]:
    """The header blocks of attached mails; those of the desk's own mail are blank."""
    ours = {reader.rpartition("@")[2] for reader in mail.recipients}
    for part in mail.parts:
        blank = part.place is not PartRole.HEADERS
        sender = "" if blank else (read_mail(part.text.encode()).sender or "")
        yield "" if blank or sender.rpartition("@")[2] in ours else part.text


def _not_ours(text: str, mail: Mail) -> str:
    """The text without what it quotes of ours: who answers our notice does not report it.

    A quote is ours when its introduction names somebody whom this mail was sent to as its writer,
    or when the mail answers one and says so. What is blanked keeps its length.
    """
    if len(text) > THREAD:
        return text
    answer = bool(mail.answers) and ANSWER.match(mail.subject) is not None
    said, done = [], 0
    for start, end in quoted_ranges(text):
        if answer or _by_reader(text[start : min(end, start + INTRODUCED)], mail.recipients):
            said += [text[done:start], SIGN.sub(" ", text[start:end])]
            done = end
    return "".join([*said, text[done:]])


def _by_reader(words: str, readers: tuple[str, ...]) -> bool:
    """True when a quote's From field, or else its "… wrote:", names one of these addresses."""
    lines = list(lines_of(words))
    names = next((line.text for line in lines if line.field == "from"), None)
    if names is None:
        last = next((at for at, quoted in enumerate(lines) if quoted.text.rstrip()[-1:] == ":"), -1)
        names = " ".join(line.text for line in lines[: last + 1])
    return any(reader.lower() in names.lower() for reader in readers if "@" in reader)


@lru_cache(maxsize=1)  # `recognises` and `parse` of one mail are one piece of work
def _extracted(  # noqa: PLR0913, PLR0917 - the cache needs them in order, and one caller gives them
    prose: tuple[str, ...],
    source: Origin,
    sent_at: datetime | None,
    title: str,
    ignore: frozenset[Address],
    zone: timedelta | None,
    bare: bool,  # noqa: FBT001 - the cache needs them in order
    shown: tuple[str, ...],
    hint: SenderHint,
) -> ExtractResult:
    return extract(
        prose,
        source=source,
        sent_at=sent_at,
        title=title,
        ignore=ignore,
        reporter_zone=zone,
        local=True,
        redacted=bare,
        maker=MAKER,
        hint=hint,
        shown=shown,
    )


PARSER = Parser(PROSE, 1, recognises, parse, fallback=True)
