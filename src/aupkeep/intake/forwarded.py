"""Reports that someone forwards as an attachment (message/rfc822, RFC 2046 section 5.2.1).

The one who forwards is who claims it: nothing proves the mail inside. So what stands inside is read
as the report it is, and every finding has the outer sender as its source. An attached mail may as
well be what is complained about (a spam, a fraud); it counts as a report only

1. when a parser recognises its structure, or
2. when it was sent to an abuse desk: one of its recipients is a role such as `abuse@`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from aupkeep.intake.mail import Mail, Place, read_mail
from aupkeep.intake.parser import Parser, fallbacks, structured

DESK = re.compile(r"(?:abuse|cert|csirt|security|noc|postmaster)\b", re.IGNORECASE)  # RFC 2142


def reports(mail: Mail) -> Iterator[tuple[Mail, Parser]]:
    """Each attached mail that is a report, as a mail of the outer sender, with its parser.

    The parts are the outer mail's, so that offsets point into these.
    """
    for inside in mail.inside:
        inner = _placed(read_mail(inside.data), mail, inside.part + 1)
        if inner is None:
            continue
        found = structured(inner)
        if not found and any(DESK.match(one) for one in inner.recipients):
            found = fallbacks(inner)
        if len(found) == 1:
            yield inner, found[0]


def _placed(inner: Mail, outer: Mail, start: int) -> Mail | None:
    """The inner mail with the outer's parts around its own, and the outer's sender.

    None when the outer mail's parts are not the inner's, as where a limit cut them off.
    """
    end = start + len(inner.parts)
    if [one.text for one in outer.parts[start:end]] != [one.text for one in inner.parts]:
        return None
    around = tuple(replace(part, place=Place.ORIGINAL) for part in outer.parts)
    return replace(
        inner,
        sender=outer.sender,
        sender_name=outer.sender_name,
        senders=outer.senders,
        parts=(*around[:start], *inner.parts, *around[end:]),
        feedback_part=inner.feedback_part + start if inner.feedback_part >= 0 else -1,
    )
