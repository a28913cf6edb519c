"""Of a mail that was complained about Subject, Date and Message-ID are told, and no recipient."""

import pytest

from aupkeep.intake.mail.sent_mail import sent_mail

SENT = {
    "subject": ("Cheap things",),
    "date": ("Sun, 01 Mar 2026 11:50:00 +0000",),
    "message-id": ("<77.abc@tenant.example>",),
}


def test_what_the_sender_knows_is_told():
    """Subject, Date in UTC and Message-ID."""
    assert sent_mail(SENT, "reporter.example") == {
        "sent-subject": "Cheap things",
        "sent-date": "2026-03-01T11:50:00Z",
        "sent-message-id": "<77.abc@tenant.example>",
    }


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ({"to": ("Dorothea Plank <dp@r.example>",)}, "For … only"),
        ({"delivered-to": ("dorothea.plank@r.example",)}, "For … only"),
        ({"received": ("from x by mx; for <dorothea@r.example>; now",)}, "For … only"),
        ({"x-original-to": ("dorothea@r.example",)}, "For … only"),
        ({"to": ("someone@r.example",)}, "For Dorothea only"),
    ],
)
def test_invariant_10_a_recipient_is_hidden_in_the_subject(headers, subject):
    """Whatever header names them."""
    original = SENT | headers | {"subject": ("For Dorothea only",)}
    assert sent_mail(original, "r.example")["sent-subject"] == subject


@pytest.mark.parametrize("subject", ["Order 5531902", "Code a1b2c3d4", "me@r.example", "R.Example"])
def test_invariant_10_codes_and_addresses_are_hidden(subject):
    """A number may be one recipient's."""
    assert "…" in sent_mail(SENT | {"subject": (subject,)}, "r.example")["sent-subject"]


@pytest.mark.parametrize(
    "more",
    [
        {"message-id": ("<77@mx.reporter.example>",)},
        {"message-id": ("<77@mail.relay.example>",), "received": ("from a by mx.relay.example",)},
        {"message-id": ("<77.dorothea@tenant.example>",), "to": ("dorothea@x.example",)},
        {"message-id": ("<me=x.example@tenant.example>",)},
        {"message-id": ("no id",)},
    ],
)
def test_invariant_10_an_id_of_the_receiving_side_is_left_out(more):
    """A server that finds no Message-ID writes its own, which names it."""
    assert "sent-message-id" not in sent_mail(SENT | more, "reporter.example")


def test_stated_texts_of_the_complaint_count_too():
    """Reporting-MTA and Original-Rcpt-To name the receiving side."""
    original = SENT | {"message-id": ("<1@box.hoster.example>",), "subject": ("Hi percival",)}
    told = sent_mail(original, "r.example", ["dns; box.hoster.example", "<percival@q.example>"])
    assert told["sent-subject"] == "Hi …"
    assert "sent-message-id" not in told
