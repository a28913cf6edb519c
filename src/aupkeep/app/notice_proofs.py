"""Which notices of a case are proven to have reached the customer, read from what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from aupkeep.casework.notice_proof import CustomerReply, NoticeProof, best_proof, proof_of
from aupkeep.model.case import Answer
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import Notice, Party
from aupkeep.store import cases, log, notices

QUOTES = "quotes"  # in the entry of an answer by mail: the Message-IDs of ours that it quotes


def replies_of(case: str, answers: Sequence[Answer]) -> list[CustomerReply]:
    """The customer's answers; one by mail answers the notices it quotes, and no other."""
    if not answers:
        return []
    given = log.entries(case, types=(EntryType.ANSWER_GIVEN,))
    said = {
        str(given_entry.entry.payload.get("answer")): given_entry.entry.payload
        for given_entry in given
    }
    return [
        CustomerReply(at=answer.at, quotes=_quotes(said.get(answer.id, {"by": "mail"})))
        for answer in answers
    ]


def _quotes(payload: Mapping[str, object]) -> frozenset[str] | None:
    """What an answer quotes, None for one on the case's page; what was erased quotes nothing.

    Nothing either for one that a reseller gave: it proves of no notice that the customer got it.
    """
    if "by" not in payload:
        return None
    quoted = payload.get(QUOTES)
    return frozenset(map(str, quoted)) if isinstance(quoted, list | tuple) else frozenset()


def case_proof(
    case: str,
    answers: Sequence[Answer],
    made: Iterable[Notice],
    now: datetime,
    *,
    decision: str | None = None,
) -> NoticeProof:
    """Whether the customer is proven to have been noticed of the case, or of one decision.

    `made` are the notices of the case.
    """
    sent = [
        notice
        for notice in made
        if notice.party is Party.CUSTOMER and decision in {None, notice.decision}
    ]
    return best_proof(sent, replies_of(case, answers), now)


def proof_words(case: str, now: datetime) -> dict[str, str]:
    """What is proven of each notice to the customer, in words, by the notice's id."""
    sent = [notice for notice in notices.of_case(case) if notice.party is Party.CUSTOMER]
    replies = replies_of(case, cases.answers(case)) if sent else []
    return {notice.id: proof_of(notice, replies, now).words for notice in sent}
