"""Received bytes to readings: one for each file, archive member or mail; never raises."""

import re
from collections.abc import Iterator

from aupkeep.intake.correspondence import letter
from aupkeep.intake.input_format import (
    MOST_MAILS,
    InputFormat,
    detect_format,
    is_json_log,
    mails_of,
)
from aupkeep.intake.mail.budget import SPENT, MemberBudget
from aupkeep.intake.mail.decoding import clean, decode
from aupkeep.intake.mail.decompress import UnpackBudget, members, packed
from aupkeep.intake.mail.html_text import text_of
from aupkeep.intake.mail.mail import MOST_HTML, Mail, MailPart, PartRole
from aupkeep.intake.mail_reading import read_one_mail, structure_parsers
from aupkeep.intake.outcomes import FAULTS, describe_fault, parsed, unclaimed
from aupkeep.intake.parser import fallbacks
from aupkeep.intake.profiles.registry import ProfileRegistry, profile_registry
from aupkeep.intake.readings import inbox
from aupkeep.model.errors import Unreadable
from aupkeep.model.report import Reading, ReadingOutcome

LONGEST_BARE = 16 << 20  # bytes of a bare table, text or JSON that are read
PAGE = re.compile(r"\s{0,99}(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)


def read(
    data: bytes, name: str, as_: str = "auto", registry: ProfileRegistry | None = None
) -> list[tuple[str, Reading]]:
    """Read one received thing as `auto`, `report`, `mail`, `xarf`, `csv` or `text`.

    The answer is a list of names and readings: `name` itself, `outer.zip!inner.csv` for an archive
    member, `box!2` for the second mail of an mbox. Findings carry `mail:?<claimed domain>` until
    `with_authentication` says better. Bytes of any kind end in an outcome with a reason. `registry`
    are the reporters; without it those that ship and the operator's.
    """
    return _tried(data, name, as_, registry or profile_registry(), UnpackBudget())


def _tried(
    data: bytes, name: str, as_: str, registry: ProfileRegistry, budget: UnpackBudget
) -> list[tuple[str, Reading]]:
    try:
        return list(_read(data, name, InputFormat(as_), registry, budget))
    except FAULTS as error:
        return [(name, inbox(describe_fault(error)))]


def _read(
    data: bytes, name: str, form: InputFormat, registry: ProfileRegistry, budget: UnpackBudget
) -> Iterator[tuple[str, Reading]]:
    if packed(data):
        yield from _unpacked(data, name, form, registry, budget)
        return
    confirmed = form is InputFormat.REPORT
    form = detect_format(data) if confirmed or form is InputFormat.AUTO else form
    if form is InputFormat.MAIL:
        mails = list(mails_of(data))
        for number, mail in enumerate(mails, 1):
            if number > MOST_MAILS:
                more = inbox(f"mbox: expected at most {MOST_MAILS:,} mails, found more")
                yield f"{name}!rest", more
                break
            part = budget if len(mails) == 1 else UnpackBudget()
            yield (
                (name if len(mails) == 1 else f"{name}!{number}"),
                read_one_mail(mail, registry, part, confirmed=confirmed),
            )
        return
    yield name, _bare(data, name, form)


def _unpacked(
    data: bytes, name: str, form: InputFormat, registry: ProfileRegistry, budget: UnpackBudget
) -> Iterator[tuple[str, Reading]]:
    any_member, share = False, MemberBudget()
    for inner, content in members(data, name, budget):
        any_member = True
        if isinstance(content, Unreadable) or share.spent:
            yield inner, inbox(str(content) if isinstance(content, Unreadable) else SPENT)
            continue
        for named_reading in _tried(content, inner, form.value, registry, budget):
            share.take(named_reading[1])
            yield named_reading
    if not any_member:
        yield name, Reading(outcome=ReadingOutcome.IGNORED, reason="an archive with nothing in it")


def _bare(data: bytes, name: str, form: InputFormat) -> Reading:
    """A table, JSON or text that came without a mail around it."""
    if form is InputFormat.EMPTY:
        return Reading(outcome=ReadingOutcome.IGNORED, reason="empty: nothing to read")
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
    strict = structure_parsers(mail, wanted)
    if form is InputFormat.TEXT and not strict and (answer := letter(mail, None)):
        return answer
    readers = strict or (fallbacks(mail)[:1] if form is InputFormat.TEXT else [])
    if not readers and form is InputFormat.XARF and is_json_log(data):
        return _bare(data, name, InputFormat.TEXT)
    if len(readers) != 1:
        return unclaimed(mail, f"expected {EXPECTED[form]}, found something else")
    return parsed(mail, readers[0])


EXPECTED = {
    InputFormat.CSV: "a table with a header row that names a column such as ip, url or domain",
    InputFormat.XARF: "an XARF report or another known format in JSON",
    InputFormat.TEXT: "text with an address beside words of abuse",
}
