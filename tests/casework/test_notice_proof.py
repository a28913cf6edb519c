"""When a notice is proven to have reached the customer (invariant 7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.casework.notice_proof import (
    COMES_BACK,
    NONE_MADE,
    CustomerReply,
    best_proof,
    proof_of,
)
from aupkeep.model.notice import Notice, NoticeKind, Party

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MADE = Notice(
    id="n1", kind=NoticeKind.CUSTOMER, party=Party.CUSTOMER, case="k1", decision="d1",
    recipient="noc@alder.example", language="en", title="t", text="x", message_id="<n1@a.example>",
    made_at=SENT - HOUR, sent_at=SENT,
)  # fmt: skip
BOUNCED = replace(MADE, failure="550 no such user")
UNSENT = replace(MADE, sent_at=None)
THREADS = frozenset({MADE.message_id})


@pytest.mark.parametrize(
    ("notice", "replies", "after", "proven"),
    [
        (MADE, [], COMES_BACK, SENT + COMES_BACK),
        (MADE, [], COMES_BACK - HOUR, None),
        (BOUNCED, [], 2 * COMES_BACK, None),
        (UNSENT, [], 2 * COMES_BACK, None),
        (MADE, [CustomerReply(at=SENT + HOUR, quotes=THREADS)], 2 * HOUR, SENT + HOUR),
        (MADE, [CustomerReply(at=SENT + HOUR, quotes=frozenset({"<n0@a>"}))], 2 * HOUR, None),
        (MADE, [CustomerReply(at=SENT + HOUR, quotes=frozenset())], 2 * HOUR, None),
        (MADE, [CustomerReply(at=SENT + HOUR, quotes=None)], 2 * HOUR, SENT + HOUR),
        (MADE, [CustomerReply(at=SENT - HOUR, quotes=None)], 2 * HOUR, None),
        (BOUNCED, [CustomerReply(at=SENT + HOUR, quotes=THREADS)], 2 * HOUR, SENT + HOUR),
        (UNSENT, [CustomerReply(at=SENT + HOUR, quotes=THREADS)], 2 * HOUR, None),
    ],
)
def test_invariant_07_a_notice_is_proven_by_time_or_an_answer(notice, replies, after, proven):
    """Taken and not come back for five days, or answered; an answer to another proves nothing."""
    proof = proof_of(notice, replies, SENT + after)
    assert proof.proven_at == proven
    assert bool(proof.missing) == (proven is None)
    assert proof.words.startswith("noticed on 2026-03-01" if proven else "not proven: ")


def test_what_is_missing_is_said():
    """Which notice, what became of it, and from when on it would count."""
    said = [proof_of(notice, [], SENT + HOUR).missing for notice in (MADE, BOUNCED, UNSENT)]
    assert "counts from 2026-03-06 12:00 UTC" in said[0]
    assert "came back: 550 no such user" in said[1]
    assert "has not left yet" in said[2]


def test_the_earliest_proof_of_several_counts_else_the_last_reason():
    """A reminder is no notice of a decision; one that came back does not undo another's proof."""
    later = replace(MADE, id="n2", message_id="<n2@a.example>", sent_at=SENT + HOUR)
    reminder = replace(MADE, kind=NoticeKind.REMINDER)
    now = SENT + COMES_BACK + 2 * HOUR
    assert best_proof([BOUNCED, later], [], now).proven_at == SENT + HOUR + COMES_BACK
    for notices in ([later, MADE], [MADE, later], [MADE, BOUNCED]):
        assert best_proof(notices, [], now).proven_at == SENT + COMES_BACK
    assert best_proof([BOUNCED], [], now).missing.count("came back") == 1
    assert "has not left" in best_proof([BOUNCED, MADE, UNSENT], [], SENT).missing
    assert best_proof([MADE, BOUNCED], [], SENT + HOUR).missing.count("came back") == 1
    assert best_proof([reminder], [], now).missing == NONE_MADE


def test_what_a_case_says_of_a_notice():
    """Word for word: what is proven and how, else which notice and why not."""
    said = {
        "taken": proof_of(MADE, [], SENT + COMES_BACK),
        "answered": proof_of(MADE, [CustomerReply(at=SENT + HOUR, quotes=None)], SENT + HOUR),
        "waits": proof_of(MADE, [], SENT),
        "back": proof_of(BOUNCED, [], SENT),
        "unsent": proof_of(UNSENT, [], SENT),
        "failed": proof_of(replace(UNSENT, failure="no contact"), [], SENT),
        "none": best_proof([], [], SENT),
    }
    assert {name: proof.words for name, proof in said.items()} == {
        "taken": "noticed on 2026-03-01 12:00 UTC, by mail that was taken and did not come back"
        " in five days",
        "answered": "noticed on 2026-03-01 12:00 UTC, by an answer of 2026-03-01 13:00 UTC",
        "waits": "not proven: the notice of 2026-03-01 12:00 UTC counts from 2026-03-06 12:00 UTC"
        " on, or once it is answered",
        "back": "not proven: the notice of 2026-03-01 12:00 UTC came back: 550 no such user; the"
        " next contact on record is written to; without one: aupkeep customers import",
        "unsent": "not proven: the notice of 2026-03-01 11:00 UTC: it has not left yet",
        "failed": "not proven: the notice of 2026-03-01 11:00 UTC: no contact",
        "none": f"not proven: {NONE_MADE}",
    }
    assert [proof.sent_at for proof in said.values()] == [*[SENT] * 4, None, None, None]


def test_the_first_of_several_answers_counts():
    """At the very moment it was sent too; an answer to another notice does not."""
    replies = [CustomerReply(at=SENT + number * HOUR, quotes=None) for number in (2, 0, 1)]
    assert proof_of(MADE, replies, SENT + 9 * HOUR).proven_at == SENT
