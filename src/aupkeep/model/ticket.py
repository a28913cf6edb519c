"""A ticket: the work on a report that the desk handed over to the provider's ticket system."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`reference` is ours, in the subject of what was sent; `number` is theirs, "" until they say.

    `notice` is the mail that handed it over. `closed_by` is `mail:ADDRESS`, `token:NAME`,
    `webhook:zammad` or the address of a person, `why` their words.
    """

    id: str
    reference: str
    report: str
    case: str | None
    notice: str
    handed_at: datetime
    handed_by: str
    number: str = ""
    closed_at: datetime | None = None
    closed_by: str | None = None
    why: str = ""
