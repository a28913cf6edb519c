"""Words to a customer, a reporter or an authority about a case or a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD


class NoticeKind(StrEnum):
    """Which words: each has a template per language."""

    CUSTOMER = "customer"  # what, when, clause, measure, how to fix, how to answer
    PROTECTION = "protection"  # to who is attacked: what comes, what protects; no fault
    DIGEST = "digest"  # several notices that limit nothing, in one mail
    REMINDER = "reminder"  # half the time to answer is over
    ENDING = "ending"  # a held service may be ended from a day on
    LIFTED = "lifted"  # the measure is undone
    CLOSED = "closed"  # the case is closed, and no deadline of it runs on
    APPEAL = "appeal"  # what came of an appeal, with the reasons and the next way of redress
    RECEIPT = "receipt"  # to the reporter: we have it
    OUTCOME = "outcome"  # to the reporter: what came of it, without the customer's name
    WARNING = "warning"  # to a reporter: notices that were manifestly unfounded (DSA Art. 23(2))
    LANE = "lane"  # to a reporter: their reports are read last, or not processed, until then
    SIGN_IN = "sign-in"  # a one-time link for staff
    PASSKEY = "passkey"  # to whose it is: a passkey was added, or removed
    BREAK_GLASS = "break-glass"  # to all staff: one person decided alone what takes two
    TICKET = "ticket"  # to the provider's ticket system: a mail that is handed over
    ALERT = "alert"  # to who is on call: what cannot wait
    FORWARD = "forward"  # to a reseller's own abuse desk: the report in XARF, without its reporter
    LETTER = "letter"  # what a person of the desk writes to the customer or a reporter of a case
    INQUIRY = "inquiry"  # to who asked us something: a person's answer
    FILED = "filed"  # to who filed a notice: we have it, and a link that confirms the address


LISTENING = "listen mode: nothing leaves"  # the failure of what listen mode held back
NO_MAIL = "no mail: "  # how the failure begins of what stands on the customer's page alone
NEXT_DIGEST = "next"  # `Notice.within` of what waits for the customer's next digest


class NoticeState(StrEnum):
    """How far a notice came."""

    WAITING = "waiting"  # for the relay, or for its next try
    GATHERED = "gathered"  # for the customer's next digest
    SENT = "sent"  # taken by the relay, and not come back
    HELD = "held"  # listen mode was on
    UNMAILED = "unmailed"  # on the customer's page alone, and says why
    FAILED = "failed"  # it never left, and says why
    BOUNCED = "bounced"  # taken by the relay, and come back


class Party(StrEnum):
    """To whom."""

    CUSTOMER = "customer"
    REPORTER = "reporter"  # or who asked: somebody outside who wrote to us
    STAFF = "staff"
    RESELLER = "reseller"  # the abuse desk of the customer above the accused one


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A rendered message; `message_id` is stable, so a repeat is known as a repeat.

    `attached` is JSON for a machine that goes beside the words, "" for none. `facts` are what the
    words were made from, empty for a notice of an older version. `within` is the id of the digest
    that tells it, its own where it was alone in one, `NEXT_DIGEST` while it waits, else "".
    """

    id: str
    kind: NoticeKind
    party: Party
    case: str | None
    decision: str | None
    recipient: str
    language: str
    title: str
    text: str
    message_id: str
    made_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None
    failure: str | None = None
    attached: str = field(default="", metadata=ADDED_FIELD)
    facts: Mapping[str, object] = field(default_factory=dict, metadata=ADDED_FIELD)
    within: str = field(default="", metadata=ADDED_FIELD)
    brand: str = field(
        default="", metadata=ADDED_FIELD
    )  # under which it is sent, "" = the provider

    @property
    def names_reporter(self) -> bool:
        """Whether it tells who reported: it is to them, or quotes their mail."""
        return self.party is Party.REPORTER or self.kind is NoticeKind.TICKET

    @property
    def state(self) -> NoticeState:
        """How far it came."""
        if self.failure is None:
            waits = NoticeState.GATHERED if self.within == NEXT_DIGEST else NoticeState.WAITING
            return NoticeState.SENT if self.sent_at else waits
        if self.failure == LISTENING:
            return NoticeState.HELD
        if self.failure.startswith(NO_MAIL):
            return NoticeState.UNMAILED
        return NoticeState.BOUNCED if self.sent_at else NoticeState.FAILED
