"""Proof that a notice reached the customer (invariant 7), from what delivery recorded.

A notice is proven by one of two things. The next hop took it and for five days nothing came back: a
server tries for four to five days before it gives up (RFC 5321 section 4.5.4.1), so a mail that
waits there is not yet delivered. Or the customer answered it: by a mail that quotes its Message-ID,
or by the form on the case's page after it was sent. That a link was opened proves nothing: machines
open links. What came back is proof of failure, and stays it unless it was answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.model.moments import show_minute
from aupkeep.model.notice import Notice, NoticeKind

COMES_BACK = timedelta(days=5)  # RFC 5321 section 4.5.4.1: at least 4 to 5 days
NONE_MADE = "none was written; inform them first: aupkeep decide CASE --measure inform-deadline"
CONTACTS = "the next contact on record is written to; without one: aupkeep customers import"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReply:
    """An answer of the customer: the Message-IDs a mail quotes, None for one on the case's page."""

    at: datetime
    quotes: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeProof:
    """Whether a notice reached them: `proven_at` and how, or None and what is `missing`.

    `sent_at` is when the notice that is meant left, None where none has.
    """

    proven_at: datetime | None = None
    sent_at: datetime | None = None
    how: str = ""
    missing: str = ""

    @property
    def words(self) -> str:
        """In one sentence, for a case."""
        return self.how if self.proven_at else f"not proven: {self.missing}"


def proof_of(notice: Notice, replies: Iterable[CustomerReply], now: datetime) -> NoticeProof:
    """Whether this one notice is proven to have reached its recipient by `now`."""
    sent = notice.sent_at
    if sent is None:
        why = notice.failure or "it has not left yet"
        return NoticeProof(missing=f"the notice of {show_minute(notice.made_at)}: {why}")
    answered = min((it.at for it in replies if _answers(it, notice, sent)), default=None)
    if answered is not None:
        words = f"noticed on {show_minute(sent)}, by an answer of {show_minute(answered)}"
        return NoticeProof(proven_at=answered, sent_at=sent, how=words)
    if notice.failure is not None:
        return NoticeProof(
            sent_at=sent,
            missing=f"the notice of {show_minute(sent)} came back: {notice.failure}; {CONTACTS}",
        )
    proven = sent + COMES_BACK
    if proven > now:
        missing = f"the notice of {show_minute(sent)} counts from {show_minute(proven)} on, "
        missing += "or once it is answered"
        return NoticeProof(sent_at=sent, missing=missing)
    words = (
        f"noticed on {show_minute(sent)}, by mail that was taken and did not come back in five days"
    )
    return NoticeProof(proven_at=proven, sent_at=sent, how=words)


def best_proof(
    notices: Sequence[Notice], replies: Sequence[CustomerReply], now: datetime
) -> NoticeProof:
    """The earliest proof that any of the customer's own notices gives, else why none does.

    Only notices of a decision count, oldest first: a reminder says less than what it reminds of.
    """
    proofs = [
        proof_of(notice, replies, now) for notice in notices if notice.kind is NoticeKind.CUSTOMER
    ]
    proven = [proof for proof in proofs if proof.proven_at is not None]
    if proven:
        return min(proven, key=lambda proof: proof.proven_at or now)
    return proofs[-1] if proofs else NoticeProof(missing=NONE_MADE)


def _answers(reply: CustomerReply, notice: Notice, sent: datetime) -> bool:
    """Whether a reply shows that the notice was read."""
    return reply.at >= sent and (reply.quotes is None or notice.message_id in reply.quotes)
