"""Mail that a ticket system before the desk hands on under the desk's own address. Pure.

Such a system answers and signs as the desk, so its proof says nothing of who wrote. The originator
stands in a header of the system's or in the display name; nothing proves it.
"""

import re
from dataclasses import replace

from aupkeep.intake.mail.mail import Mail, read_mail
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.report import Authentication, Reading

# request trackers, list servers and gateways name the one who wrote in one of these
ORIGINATORS = (
    "x-rt-originator", "x-original-from", "x-original-sender", "x-originator", "x-envelope-from",
    "x-zammad-from", "x-otrs-sender", "x-ticket-requester", "x-forwarded-for-sender", "reply-to",
)  # fmt: skip
BOX = re.compile(r"[^\s<>@\"'\[\](),:;]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{1,250}[a-zA-Z0-9]")


def originator_of(reading: Reading, mail: Mail, desk: str) -> tuple[str, Origin] | None:
    """Who wrote a mail that comes from the desk's own address, as an origin; None for all others.

    Where nothing names the writer it is the desk's own domain, unproven.
    """
    own = desk.lower()
    if (reading.reporter or "").lower() != own:
        return None
    named = [mail.header(name) for name in ORIGINATORS] + [reading.reporter_name or ""]
    boxes = (box[0].lower() for value in named if (box := BOX.search(value[:400])))
    who = next((box for box in boxes if box != own), own)
    return who, Origin(OriginChannel.MAIL, who.rpartition("@")[2], proven=False)


def from_desk(data: bytes, desk: str) -> bool:
    """Whether a mail comes from the desk's own address, whose proof says nothing of who wrote."""
    return (read_mail(data).sender or "").lower() == desk.lower()


def as_originator(reading: Reading, who: str, origin: Origin) -> Reading:
    """The reading as its originator's word."""
    findings = tuple(
        replace(finding, source=origin) if finding.source.channel is OriginChannel.MAIL else finding
        for finding in reading.findings
    )
    return replace(reading, reporter=who, reporter_name=None, findings=findings)


def unproven(proven: Authentication) -> Authentication:
    """What is proven of the ticket system, which proves nothing of the originator."""
    why = (*proven.why, "passed on by a ticket system under our own address")
    return replace(proven, identity=None, signer=None, why=why)
