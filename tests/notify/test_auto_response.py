"""Machines that write to each other stop."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.model.notice import NoticeKind
from aupkeep.notify.auto_response import may_answer, within_limit
from aupkeep.notify.mail import compose, envelope_from
from notify.letters import AT, notice

OWN = ("abuse@aupkeep.example",)
AUTOMATIC = "it says it was sent automatically (RFC 3834 section 5)"
BULK = "it says it is bulk or list mail"
LISTED = "it came through a mailing list (RFC 2919, RFC 2369)"
NULL_PATH = "its return path is null (RFC 3834 section 2)"
WISHES = "it asks for no automatic answer"
PASSED = "it has passed through us before"
REPORT = "it is a delivery report"
REFUSED = {
    "automatic": ({"Auto-Submitted": "auto-generated (rejected)"}, AUTOMATIC),
    "with a parameter": ({"auto-submitted": "Auto-Replied; owner-email=x"}, AUTOMATIC),
    "bulk": ({"Precedence": "Bulk"}, BULK),
    "junk": ({"Precedence": " junk "}, BULK),
    "list": ({"List-Id": "<x.example>"}, LISTED),
    "unsubscribe": ({"List-Unsubscribe": "<mailto:x@example.org>"}, LISTED),
    "wants none": ({"X-Auto-Response-Suppress": "DR, AutoReply"}, WISHES),
    "wants none at all": ({"X-Auto-Response-Suppress": "All"}, WISHES),
    "wants none, without a space": ({"X-Auto-Response-Suppress": "DR,OOF"}, WISHES),
    "null return path": ({"Return-Path": "<>"}, NULL_PATH),
    "through us": ({"X-Loop": "x@y.example, Abuse@aupkeep.example"}, PASSED),
    "bounce": (
        {"Content-Type": 'multipart/report; report-type = "delivery-status"'},
        REPORT,
    ),
    "read": (
        {"Content-Type": "multipart/report; report-type=Disposition-Notification"},
        REPORT,
    ),
}
NULL = "the sender is null (RFC 3834 section 2)"
NO_ADDRESS = "the sender is no plain mail address"
OURS = "the sender is one of our own addresses"
DAEMON = "the sender is a daemon, a list or reads no mail"
SENDERS = {
    **dict.fromkeys(("", None, "<>", " <> "), NULL),
    **dict.fromkeys(("not an address", "a@b\r\nBcc: c@d"), NO_ADDRESS),
    **dict.fromkeys(("Abuse@Aupkeep.example", "<abuse@aupkeep.example>"), OURS),
    **dict.fromkeys(
        (
            "MAILER-DAEMON@example.org",
            "no-reply@example.org",
            "donotreply@example.org",
            "noreply+77@example.org",
            "owner-list@example.org",
            "list-request@example.org",
            "bounces+1@example.org",
        ),
        DAEMON,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_header_forbids(name):
    """Each sign of a machine or a list is a reason, in words."""
    headers, reason = REFUSED[name]
    assert may_answer(headers, "cert@example.org", own=OWN) == reason


@pytest.mark.parametrize("sender", SENDERS)
def test_sender_forbids(sender):
    """Senders that are nobody, ourselves or no reader get nothing."""
    assert may_answer({}, sender, own=OWN) == SENDERS[sender]


def test_sender_before_headers():
    """The sender's own reason comes first."""
    headers, _ = REFUSED["bulk"]
    assert may_answer(headers, None, own=OWN) == NULL


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto-Submitted": "No"},
        {"Auto-Submitted": " no ; x=y"},
        {"X-Auto-Response-Suppress": "DR, NDR"},
        {"Return-Path": "<a@b.example>"},
        {"Content-Type": "text/plain; name=delivery-status"},
        {"Subject": "list", "X-List": "x"},
        {"Precedence": "first-class"},
        {"Content-Type": "multipart/report; report-type=feedback-report"},
        {"X-Loop": "someone@example.org"},
    ],
)
def test_people_are_answered(headers):
    """A person's report, also in ARF, gets its receipt."""
    assert may_answer(headers, "<cert@example.org>", own=OWN) is None
    assert may_answer(headers, "cert@example.org") is None
    assert may_answer(headers, "answerreply@example.org", own=OWN) is None


def test_one_a_day():
    """A second receipt within 24 hours is one too many; after 24 hours it is due again."""
    assert within_limit([], AT)
    assert not within_limit([AT - timedelta(hours=23, minutes=59)], AT)
    assert within_limit([AT - timedelta(hours=24)], AT)
    assert not within_limit([AT + timedelta(seconds=5)], AT)
    assert within_limit([AT], AT, limit=2)
    assert not within_limit([AT, AT], AT, limit=2)
    assert within_limit([AT - timedelta(hours=1)], AT, window=timedelta(hours=1))
    assert not within_limit([AT - timedelta(minutes=59)], AT, window=timedelta(hours=1))


class Desk:
    """A copy of us that answers everything it may."""

    def __init__(self, address, stripped) -> None:
        self.address, self.stripped, self.times = address, stripped, []

    def answer(self, data, envelope, at):
        """The receipt for a mail, or None; some relays strip headers and forge envelopes."""
        mail = message_from_bytes(data, policy=default)
        headers = {k: str(v) for k, v in mail.items() if k.lower() not in self.stripped}
        sender = mail["From"].addresses[0].addr_spec if "envelope" in self.stripped else envelope
        if may_answer(headers, sender, own=[self.address]) or not within_limit(self.times, at):
            return None
        self.times.append(at)
        receipt = notice(kind=NoticeKind.RECEIPT, recipient=sender, made_at=at)
        data = compose(receipt, sender=self.address, sender_name="Desk")
        return data, envelope_from(receipt, self.address)


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.sampled_from(["auto-submitted", "x-auto-response-suppress", "x-loop", "envelope"])),
    st.sampled_from([NoticeKind.CUSTOMER, NoticeKind.RECEIPT, NoticeKind.FORWARD]),
)
def test_two_copies_of_us_stop(stripped, kind):
    """Two desks that write to each other for 1,000 steps send at most two answers in all.

    This holds also when a relay between them strips any of the headers that say so.
    """
    desks = [Desk("abuse@one.example", stripped), Desk("abuse@two.example", stripped)]
    first = notice(kind=kind, recipient=desks[1].address)
    wire = (compose(first, sender=desks[0].address, sender_name="One"), desks[0].address)
    sent = 0
    for step in range(1000):
        wire = desks[(step + 1) % 2].answer(*wire, AT + timedelta(seconds=step))
        if wire is None:
            break
        sent += 1
    assert sent <= 2
