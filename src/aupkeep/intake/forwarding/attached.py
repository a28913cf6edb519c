"""Reports that someone forwards as an attachment (message/rfc822, RFC 2046 section 5.2.1).

The one who forwards is who claims it: nothing proves the mail inside. So what stands inside is read
as the report it is, and every finding has the outer sender as its source. An attached mail may as
well be what is complained about (a spam, a fraud); it counts as a report only

1. when a parser recognises its structure, or
2. when it was sent to an abuse desk: one of its recipients is a role such as `abuse@`. Then the
   profile of the reporter it names as sender is used to read it, as on arrival, or
3. when that reporter's own templates read it, wherever it was sent.

The members of archives in attached mails stand behind all parts of the outer mail.

A mail that was written by whom it comes back to is none: our own notice accuses nobody.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from aupkeep.intake.mail.archives import with_archives
from aupkeep.intake.mail.budget import MOST_PROSE, weight
from aupkeep.intake.mail.decompress import UnpackBudget
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole, read_mail
from aupkeep.intake.parsers.text import own_zone
from aupkeep.intake.profiles.matching import matching_profiles
from aupkeep.intake.profiles.reader import ProfileReader
from aupkeep.intake.profiles.registry import ProfileRegistry

DESK = re.compile(r"(?:abuse|cert|csirt|security|noc|postmaster)\b", re.IGNORECASE)  # RFC 2142


class ForwardedMail(NamedTuple):
    """An attached mail as one of the outer sender, the profile of who wrote it, and its address.

    The parts are the outer mail's, so that offsets point into these, and then `more` of archives.
    `named` says that the profile is one of its sender alone.
    """

    mail: Mail
    reader: ProfileReader | None
    to_desk: bool
    named: bool
    more: tuple[MailPart, ...] = ()


def forwarded_mails(
    mail: Mail, registry: ProfileRegistry, budget: UnpackBudget
) -> Iterator[ForwardedMail]:
    """Each attached mail that was read whole. Its own sender only says how it is read.

    All together may say as much as one mail is read for; `budget` is for the archives in them.
    """
    left = MOST_PROSE
    before: tuple[MailPart, ...] = ()
    for message in mail.attached:
        alone = read_mail(message.data)
        if alone.sender in mail.recipients:
            continue
        inner = _placed(alone, mail, message.part + 1)
        if inner is None:
            continue
        whole = with_archives(alone, budget)
        left -= sum(weight(part.text) for part in whole.parts if part.place is PartRole.PROSE)
        if left < 0:
            return
        more = whole.parts[len(alone.parts) :]
        inner = replace(inner, parts=(*inner.parts, *before, *more), attachments=whole.attachments)
        before = (*before, *_set_aside(more))
        claimed = next(iter(matching_profiles(whole, registry)), None)
        reader = ProfileReader(inner, claimed, own_zone(alone)) if claimed else None
        desk = any(DESK.match(recipient) for recipient in inner.recipients)
        yield ForwardedMail(inner, reader, desk, bool(claimed and claimed.rank[0]), more)


def _set_aside(parts: tuple[MailPart, ...]) -> tuple[MailPart, ...]:
    """The parts as those of another mail, which keep their place and are not read."""
    return tuple(replace(part, place=PartRole.ORIGINAL) for part in parts)


def _placed(inner: Mail, outer: Mail, start: int) -> Mail | None:
    """The inner mail with the outer's parts around its own, and the outer's sender.

    None when the outer mail's parts are not the inner's, as where a limit cut them off.
    """
    end = start + len(inner.parts)
    if [outer_part.text for outer_part in outer.parts[start:end]] != [
        part.text for part in inner.parts
    ]:
        return None
    around = _set_aside(outer.parts)
    return replace(
        inner,
        sender=outer.sender,
        sender_name=outer.sender_name,
        senders=outer.senders,
        parts=(*around[:start], *inner.parts, *around[end:]),
        feedback_part=inner.feedback_part + start if inner.feedback_part >= 0 else -1,
    )
