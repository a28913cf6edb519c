"""How a notice goes to its customer: at once, in the next digest, on the page alone, or not yet.

Pure: `way_of` looks at what is known of the notice and at nothing else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.model.counted import counted
from aupkeep.model.ladder import Level
from aupkeep.model.taxonomy import KINDS, PROTECTION

URGENT = ("P0", "P1", "P2")  # of the taxonomy: never gathered


class MailWay(StrEnum):
    """How a notice goes."""

    ALONE = "alone"  # in a mail of its own, at once
    DIGEST = "digest"  # in the customer's next digest
    PAGE = "page"  # on the customer's page, without a mail
    NOT_YET = "not-yet"  # not made: no contact, listen mode, the cap of the address


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBounds:
    """What a notice is about, and what bounds it. `hindered` is why nobody can be written to.

    `capped` says the same of the address's daily cap. `alike` are mails about the kind to this
    customer within 24 hours, `most` how many there may be; `newest` is the newest event.
    """

    kind: str
    level: Level
    automatic: bool
    asks: bool  # for an answer until a deadline
    newest: datetime
    now: datetime
    oldest: timedelta
    gathers: bool
    opted_out: frozenset[str] = frozenset()
    alike: int = 0
    most: int = 1
    hindered: str = ""
    capped: str = ""


def way_of(bounds: NoticeBounds) -> tuple[MailWay, str]:
    """The way, and why where it is not at once.

    * Nobody can be written to: not yet, whatever it says.
    * What limits, protects who is attacked, or was decided by a person goes at once: no cap, wish
      or age holds it back.
    * An event older than its kind's age, and a kind of which the customer wants no mail and that
      asks for nothing: on the page alone.
    * Above the daily cap of the address: not yet.
    * What is urgent: at once.
    * The rest in the next digest; where there are none, at once up to the daily cap of the kind.
    """
    age, limits = bounds.now - bounds.newest, bounds.level >= Level.L3
    kind = KINDS.get(bounds.kind)
    at_once = limits or not bounds.automatic or bounds.kind.startswith(PROTECTION)
    urgent = kind is None or kind.urgency in URGENT
    unwanted = bounds.kind in bounds.opted_out and not bounds.asks
    full = bounds.alike >= bounds.most
    cases = (
        (bool(bounds.hindered), MailWay.NOT_YET, bounds.hindered),
        (at_once, MailWay.ALONE, ""),
        (age > bounds.oldest, MailWay.PAGE, f"its newest event is {counted(age.days, 'day')} old"),
        (unwanted, MailWay.PAGE, "the customer wants no mail about this kind"),
        (bool(bounds.capped), MailWay.NOT_YET, bounds.capped),
        (urgent, MailWay.ALONE, ""),
        (bounds.gathers, MailWay.DIGEST, ""),
        (full, MailWay.NOT_YET, f"{bounds.alike} mails about this kind in 24 hours, the cap"),
    )
    return next(((way, why) for holds, way, why in cases if holds), (MailWay.ALONE, ""))
