"""The message is a correct one, and no field can smuggle a header."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.errors import Invalid
from aupkeep.model.notice import NoticeKind
from aupkeep.notify.mail import compose, envelope_from, message_id
from aupkeep.notify.render import render
from notify.letters import CLAUSE, FACTS, notice

SENDER = "abuse@aupkeep.example"
OURS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted", "reply-to"),
    *("x-auto-response-suppress", "x-loop", "content-type", "content-transfer-encoding"),
    *("mime-version", "in-reply-to", "references"),
}
EVIL = [
    "x\r\nBcc: victim@example.org",
    "x\nBcc: victim@example.org",
    "x\rBcc: victim@example.org",
    "x\r\n\r\n<script>",
    "x\x0bBcc: y",
    "x\u2028Bcc: y",
    "x\0y",
]


def made(letter, sender_name="Misbruk hos Eksempel"):
    """The bytes, and the message as a mail program reads it."""
    data = compose(letter, sender=SENDER, sender_name=sender_name)
    return data, message_from_bytes(data, policy=default)


def test_headers():
    """Headers say who, when, that it is automatic, and which message it is."""
    _, mail = made(notice())
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["From"].addresses[0].display_name == "Misbruk hos Eksempel"
    assert mail["Subject"] == notice().title
    assert mail["Date"].datetime == notice().made_at
    assert mail["Message-ID"] == "<n1@aupkeep.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_receipt_answers_its_message():
    """A receipt is threaded under the report and says it is a reply."""
    headers = {"In-Reply-To": "<b@x.example>", "references": "<a@x.example>\r\n junk <b@x.example>"}
    _, mail = made(notice(kind=NoticeKind.RECEIPT, headers=headers))
    assert mail["In-Reply-To"] == "<b@x.example>"
    assert mail["References"] == "<a@x.example> <b@x.example>"
    assert mail["Auto-Submitted"] == "auto-replied"


def test_same_notice_same_bytes():
    """Composing twice gives the same bytes, so a repeat is known as one."""
    assert made(notice())[0] == made(notice())[0]
    assert message_id("n1", SENDER) == notice().message_id


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_text_survives(kind, language):
    """The reader sees every character, whatever the encoding; all lines are of 7-bit CRLF."""
    facts = dict(FACTS[kind])
    if kind is NoticeKind.CUSTOMER:
        facts["clause_text"] = CLAUSE * 40
    words = render(kind, language, facts)
    data, mail = made(notice(kind=kind, title=words.title, text=words.text, language=language))
    assert mail.get_content().replace("\r\n", "\n") == words.text
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998


@pytest.mark.parametrize("evil", EVIL)
def test_no_injection(evil):
    """A line break in any field is refused or becomes a space, and never a header."""
    for letter in (
        notice(title=evil),
        notice(text=evil),
        notice(headers={"In-Reply-To": f"<a@b> {evil}", "References": evil, evil: "x"}),
        notice(headers={"Bcc": "victim@example.org"}),
    ):
        data, mail = made(letter, sender_name=evil)
        assert {name.lower() for name in mail} <= OURS
        assert b"\r\nBcc" not in data.split(b"\r\n\r\n")[0]
    for letter in (notice(recipient=f"a@b.example{evil}"), notice(message_id=f"<a{evil}@b>")):
        with pytest.raises(Invalid):
            made(letter)
    with pytest.raises(Invalid):
        compose(notice(), sender=f"{SENDER}{evil}", sender_name="")
    with pytest.raises(Invalid):
        compose(notice(), sender=SENDER, sender_name="", reply_to=evil)


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=300))
def test_any_words_make_a_message(title, name, text):
    """Any title, name and text give a parsable message with our headers only."""
    data, mail = made(notice(title=title, text=text), sender_name=name)
    assert {header.lower() for header in mail} <= OURS
    assert mail["To"].addresses[0].addr_spec == "drift@kari.example"
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert not mail.defects
    assert max(len(line) for line in data.split(b"\r\n")) <= 998


def test_return_path():
    """A bounced customer notice comes back; an answer to a reporter never does."""
    assert envelope_from(notice(), SENDER) == SENDER
    assert envelope_from(notice(kind=NoticeKind.RECEIPT), SENDER) == ""
