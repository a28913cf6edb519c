"""The message is a correct one, and no field can smuggle a header."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.errors import Invalid
from aupkeep.model.notice import NoticeKind
from aupkeep.notify.mail import compose, envelope_from, message_id
from aupkeep.notify.mailbox import parse_mailbox
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


@pytest.mark.parametrize("length", [*range(60, 100), 200])
def test_no_header_begins_with_an_empty_line(length):
    """A folded title that would fit a line of its own begins beside its name all the same."""
    title = ("Answer by Wednesday: notices about what you have with us " * 4)[:length].strip()
    data, mail = made(replace(notice(), title=title))
    head = data.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert not [line for line in head if line.endswith(b":") and b" " not in line]
    assert mail["Subject"] == title
    assert max(map(len, head)) <= 100


def test_receipt_answers_its_message():
    """A receipt is threaded under the report and says it is a reply."""
    headers = {"In-Reply-To": "<b@x.example>", "references": "<a@x.example>\r\n junk <b@x.example>"}
    _, mail = made(notice(kind=NoticeKind.RECEIPT, headers=headers))
    assert mail["In-Reply-To"] == "<b@x.example>"
    assert mail["References"] == "<a@x.example> <b@x.example>"
    assert mail["Auto-Submitted"] == "auto-replied"


def test_a_title_is_one_visible_line():
    """What does not print is a space; an address has a longest."""
    _, mail = made(notice(title="a\x00b\u202ec\x0b d"))
    assert mail["Subject"] == "a b c d"
    longest = f"{'x' * 242}@example.org"
    assert parse_mailbox(longest) == longest
    with pytest.raises(Invalid, match=f"^address: expected a mail address, found '{'x' * 60}'$"):
        parse_mailbox(f"x{longest}")


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


def test_every_header_as_it_is():
    """A notice's whole head, byte for byte."""
    letter = notice(
        title="Hei",
        text="Hei\n",
        headers={"in-reply-to": "<a@b> <c@d>", "References": "<x@y> junk <a@b> <>"},
    )
    data = compose(letter, sender=SENDER, sender_name="Desk", reply_to="desk@aupkeep.example")
    assert data.decode().splitlines() == [
        "From: Desk <abuse@aupkeep.example>",
        "To: drift@kari.example",
        "Subject: Hei",
        "Date: Sun, 01 Mar 2026 09:12:04 +0000",
        "Message-ID: <n1@aupkeep.example>",
        "Reply-To: desk@aupkeep.example",
        "In-Reply-To: <a@b>",
        "References: <x@y> <a@b>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "X-Loop: abuse@aupkeep.example",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 7bit",
        "MIME-Version: 1.0",
        "",
        "Hei",
    ]


def test_what_a_person_wrote_is_no_automatic_response():
    """RFC 3834 section 2: their answer to a question says nothing of a machine."""
    letter = notice(kind=NoticeKind.INQUIRY, title="Answer")
    data = compose(letter, sender=SENDER, sender_name="Desk", reply_to=None).decode()
    assert "Auto-Submitted" not in data
    assert "X-Auto-Response-Suppress" not in data
    assert f"X-Loop: {SENDER}" in data


def test_only_the_head_of_a_mail_is_folded_anew():
    """A line of the text that looks like a bare header stays as it was written."""
    letter = notice(title="long" * 25, text="To:\n away\n\nMore:\n\tof it\n")
    data = compose(letter, sender=SENDER, sender_name="Desk", reply_to=None)
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"Subject: =?utf-8?q?long" in head
    assert body == b"To:\r\n away\r\n\r\nMore:\r\n\tof it\r\n"


def test_a_report_attached():
    """A forwarded report is three parts, each as the transport asks, byte for byte."""
    letter = notice(kind=NoticeKind.FORWARD, title="x", text="x\n", attached='{"a": 1}')
    data = compose(letter, sender=SENDER, sender_name="").decode()
    head, _, body = data.partition("\r\n\r\n")
    assert 'boundary="=-n1-="' in head

    assert 'report-type="feedback-report"' in head
    assert "Content-Type: multipart/report;" in head
    assert body.count("--=-n1-=") == 4
    assert (
        "Content-Type: message/feedback-report\r\n\r\n"
        "Feedback-Type: xarf\r\nUser-Agent: Aupkeep/1\r\nVersion: 1\r\n"
    ) in body
    assert 'Content-Type: application/json; name="xarf.json"' in body
    assert 'Content-Disposition: attachment; filename="xarf.json"' in body
    answer = notice(kind=NoticeKind.RECEIPT, title="x", text="x\n", attached='{"a": 1}')
    data = compose(answer, sender=SENDER, sender_name="").decode()
    assert "Content-Type: multipart/mixed;" in data
    assert 'filename="receipt.json"' in data
    assert 'name="receipt.json"' in data
    assert "Auto-Submitted: auto-replied" in data
    assert 'boundary="=-n1-="' in data
    assert "feedback" not in data


def test_bounds():
    """A title is cut, references are the last ones, long lines are quoted."""
    references = " ".join(f"<r{n}@a>" for n in range(25))
    letter = notice(
        title="æ" * 201,
        text="x" * 78 + "\n",
        headers={"References": references, "In-Reply-To": "junk"},
    )
    _, mail = made(letter)
    assert mail["Subject"] == "æ" * 200
    assert mail["X-Loop"] == SENDER
    assert mail["References"].split() == [f"<r{n}@a>" for n in range(5, 25)]
    assert mail["In-Reply-To"] is None
    assert mail["Content-Transfer-Encoding"] == "7bit"
    for text in ("x" * 79, "æ"):
        _, mail = made(notice(text=f"{text}\n"))
        assert mail["Content-Transfer-Encoding"] == "quoted-printable"


def test_return_path_with_a_tag():
    """The tag is the notice's id, where the local part leaves room for it."""
    assert envelope_from(notice(), SENDER, tagged=True) == "abuse+n-n1@aupkeep.example"
    local = "x" * 25
    assert envelope_from(notice(), f"{local}@a.b", tagged=True) == f"{local}+n-n1@a.b"
    assert envelope_from(notice(), f"x{local}@a.b", tagged=True) == f"x{local}@a.b"
    for kind in NoticeKind:
        answers = kind in (NoticeKind.RECEIPT, NoticeKind.OUTCOME, NoticeKind.FILED)
        assert bool(envelope_from(notice(kind=kind), SENDER, tagged=True)) is not answers


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"sender": "x"}, "sender: expected a mail address, found 'x'"),
        ({"reply_to": "x"}, "reply_to: expected a mail address, found 'x'"),
    ],
)
def test_wrong_addresses_are_named(how, reason):
    """An address that is none says whose it was to be."""
    with pytest.raises(Invalid) as raised:
        compose(notice(), **({"sender": SENDER, "sender_name": ""} | how))
    assert str(raised.value) == reason


def test_wrong_fields_of_a_notice_are_named():
    """The same for the notice's own address and message id."""
    with pytest.raises(Invalid) as raised:
        compose(notice(recipient="x"), sender=SENDER, sender_name="")
    assert str(raised.value) == "recipient: expected a mail address, found 'x'"
    with pytest.raises(Invalid) as raised:
        compose(notice(message_id="x" * 61), sender=SENDER, sender_name="")
    assert str(raised.value) == f"message id: expected <id@domain>, found {'x' * 60!r}"
    for act in (message_id, lambda _, sender: envelope_from(notice(), sender)):
        with pytest.raises(Invalid) as raised:
            act("n1", "y" * 61)
        assert str(raised.value) == f"sender: expected a mail address, found {'y' * 60!r}"
    assert message_id("n1", "a.b@c.d") == "<n1@c.d>"
