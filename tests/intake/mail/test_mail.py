"""A mail is decoded once, whatever its words, charsets and encodings claim."""

import gzip
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.mail.decoding import clean, decode, header_text, untransfer
from aupkeep.intake.mail.html_text import text_of
from aupkeep.intake.mail.mail import MOST_HTML, PartRole, read_mail, safe_name
from aupkeep.intake.reading import read

MIXED = b"""From: =?utf-8?q?Bj=C3=B8rn?= <Abuse@Reporter.Example.>
To: a@hoster.example, b@hoster.example
Subject: =?iso-8859-1?q?bl=E5b=E6r?= and
 more
Date: Sun, 01 Mar 2026 12:00:00 +0200
Message-ID: <1@reporter.example>
In-Reply-To: <0@hoster.example>
Content-Type: multipart/mixed; boundary="b"

preamble
--b
Content-Type: multipart/alternative; boundary="b1"

--b1

plain words
--b1
Content-Type: text/html

<p>html words</p>
--b1--
--b
Content-Type: application/zip; name="../../x.zip"
Content-Transfer-Encoding: base64

UEsDBA==
--b
Content-Type: message/rfc822

Received: from x ([192.0.2.1]) by y
Subject: inner

inner words
--b--
epilogue
"""


def test_headers_are_decoded() -> None:
    mail = read_mail(MIXED)
    assert (mail.sender, mail.sender_name) == ("Abuse@reporter.example", "Bjørn")
    assert mail.subject == "blåbær and more"
    assert mail.date == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (mail.message_id, mail.answers) == ("1@reporter.example", ("0@hoster.example",))


def test_parts_keep_their_order_and_place() -> None:
    places = [(part.place, part.text.strip()[:11]) for part in read_mail(MIXED).parts]
    assert places == [
        (PartRole.PROSE, "plain words"),
        (PartRole.HEADERS, "Received: f"),
        (PartRole.ORIGINAL, "inner words"),
    ]


def test_attachment_is_named_safely_and_read_late() -> None:
    [attachment] = read_mail(MIXED).attachments
    assert (attachment.name, attachment.read()) == ("x.zip", b"PK\x03\x04")


def test_prose_leaves_out_what_others_wrote() -> None:
    assert [bool(text) for text in read_mail(MIXED).prose] == [True, False, False]


def test_html_alone_becomes_text() -> None:
    mail = read_mail(b"Content-Type: text/html\n\n<b>From</b><br>192.0.2.1<!-- <p>no</p> -->")
    assert mail.parts[0].text == "From\n192.0.2.1"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a < b", "a < b"),
        ("<script>if (a < b) alert(1)</script>x", "x"),
        ("<style>p {}</STYLE >y", "y"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<!-- never closed <p>x", ""),
        ("one<br/>two &amp; three", "one\ntwo & three"),
        ("<td>192.0.2.1</td><td>22</td>", "192.0.2.1 22"),
        ("<tr><td>IP</td><td>192.0.2.1</td></tr>\n<tr><td>Port</td></tr>", "IP 192.0.2.1\nPort"),
        ("<div>one</div><div><br></div><div>two</div><p>three</p>", "one\n\ntwo\n\nthree"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.slow
def test_hypertext_is_read_as_far_as_is_told() -> None:
    """What stands behind the limit is left out, and the mail says so."""
    page = b"<p>here</p>" + b"<i></i>" * (MOST_HTML // 7) + b"<p>there</p>"
    mail = read_mail(b"Content-Type: text/html\n\n" + page)
    assert mail.parts[0].text.startswith("here")
    assert "there" not in mail.parts[0].text
    assert mail.defects == ("hypertext beyond 4 MiB was not read",)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?b?w6U=?= =?utf-8?b?w6Y=?=", "åæ"),
        (b"=?x-unknown?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?b?!!!?=", ""),
        (b"=?idna?q?xn--?=", "xn--"),
        (b"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        (b"=?utf-8?q?open", "=?utf-8?q?open"),
        (b"raw \xe5", "raw å"),
    ],
)
def test_header_words(raw: bytes, text: str) -> None:
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("body", "encoding", "data"),
    [
        (b"aGVsbG8", "base64", b"hello"),
        (b"aGVs\n!!bG8=", "BASE64", b"hello"),
        (b"a", "base64", b""),
        (b"a=3D=\nb", "quoted-printable", b"a=b"),
        (b"as it is", "x-unknown", b"as it is"),
    ],
)
def test_transfer_encodings(body: bytes, encoding: str, data: bytes) -> None:
    assert untransfer(body, encoding) == data


@given(st.binary(max_size=300), st.sampled_from(["utf-7", "utf-16", "cp037", "hex", "", "x\0y"]))
def test_decoded_text_fits_any_database(data: bytes, charset: str) -> None:
    text = decode(data, charset)
    assert "\0" not in text
    text.encode("utf-8")


@given(st.text())
def test_clean_is_done_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_file_names_hide_nothing() -> None:
    assert safe_name("C:\\x\\invoice\u202efdp.exe\0") == "invoicefdp.exe"


def test_two_from_addresses_are_counted() -> None:
    assert read_mail(b"From: a@one.example, b@two.example\n\nx").senders == 2


def test_bare_carriage_returns_end_lines() -> None:
    mail = read_mail(b"From: a@one.example\rSubject: hi\r\rbody")
    assert (mail.subject, mail.parts[0].text) == ("hi", "body")


def test_missing_closing_boundary_is_a_defect() -> None:
    mail = read_mail(b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nwords')
    assert mail.parts[0].text == "words"
    assert mail.defects == ("multipart without its closing boundary",)


@pytest.mark.parametrize("name", ["auth.log", "auth.log.gz"])
def test_an_attached_log_is_read_as_lines(name: str) -> None:
    """Whatever its media type, and inside gzip."""
    log = b"Mar  1 10:00:00 mx sshd[9]: Failed password for root from 192.0.2.66 port 4711 ssh2\n"
    message = EmailMessage()
    message["From"], message["Subject"] = "a@reporter.example", "See the log"
    message.set_content("It is attached.")
    message.add_attachment(
        gzip.compress(log) if name.endswith(".gz") else log,
        maintype="application",
        subtype="octet-stream",
        filename=name,
    )
    [(_, reading)] = read(message.as_bytes(), "x.eml", "mail")
    assert [str(finding.subject.address) for finding in reading.findings] == ["192.0.2.66"]
