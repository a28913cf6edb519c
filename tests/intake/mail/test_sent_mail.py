"""Of a mail that was complained about Subject, Date and Message-ID are told, and no recipient."""

import base64
import json

import pytest

from aupkeep.intake.mail.sent_mail import sent_mail
from aupkeep.intake.reading import read

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


@pytest.mark.parametrize(
    ("headers", "subject", "shown"),
    [
        ({"to": ("Þorgerður V <t@q.example>",)}, "For Thorgerdur only", "For … only"),
        ({"to": ("Jose <j@q.example>",)}, "For Jos\N{LATIN SMALL LETTER E WITH ACUTE}", "For …"),
        ({"to": ("Bo Ek <q@q.example>",)}, "Bo, a book", "… a book"),
        ({"to": ("鵜飼千尋 <q@q.example>",)}, "こんにちは千尋さん now", "… now"),
        ({"to": ("김철수 <q@q.example>",)}, "안녕철수 now", "… now"),
        ({"to": ("q@q.example (Balthazar Wren)",)}, "For Balthazar", "For …"),
        ({"to": ("Balthazar Wren",)}, "For Balthazar", "For …"),
        ({"to": ("Nightjar Circle: q@q.example;",)}, "For Nightjar", "For …"),
        ({"to": ("ottokarbrambling@q.example",)}, "Ottokar Brambling, buy", "… … buy"),
        ({"to": ("post@quokka-bakery.example",)}, "Invoice for Quokka AS", "Invoice for … AS"),
        ({"to": ("post@quokka-bakery.example",)}, "To QuokkaBakery", "To …"),
        ({"to": ("x@q.example",)}, "Call +47 21 44 90 17 now", "Call … now"),
        ({"x-apparently-to": ("ottokar@q.example",)}, "For Ottokar", "For …"),
        ({"x-forwarded-for": ("ottokar@q.example x@y.example",)}, "For Ottokar", "For …"),
        ({"resent-cc": ("ottokar@q.example",)}, "For Ottokar", "For …"),
        ({"x-failed-recipients": ("ottokar@q.example",)}, "For Ottokar", "For …"),
        ({"return-path": ("<b-ottokar=q.example@x.example>",)}, "For Ottokar", "For …"),
        ({"list-unsubscribe": ("<https://x.example/?m=ottokar%40q.example>",)}, "Ottokar", "…"),
    ],
)
def test_invariant_10_a_name_is_hidden_however_the_subject_writes_it(headers, subject, shown):
    """Without accents, out of a local part or a domain, in any script, of any header field."""
    original = SENT | headers | {"subject": (subject,)}
    assert sent_mail(original, "r.example")["sent-subject"] == shown


@pytest.mark.parametrize(
    "headers",
    [
        {"reply-to": ("offers@tenant.example",)},
        {"return-path": ("<offers@tenant.example>",), "from": ("<offers@mail.tenant.example>",)},
        {"to": ("undisclosed-recipients:;",)},
        {"to": ("Al <al@q.example>",)},
    ],
)
def test_what_names_no_recipient_hides_nothing(headers):
    """The sender's own names stay, and a short name hides no word that it is a part of."""
    original = SENT | headers | {"subject": ("Final offers, 50 % off until 12:30",)}
    told = sent_mail(original, "")["sent-subject"]
    assert told == "Final offers, 50 % off until 12:30"


def test_invariant_10_who_complains_is_hidden_too():
    """Most often they got it, whatever its own fields say."""
    original = SENT | {"subject": ("Quillan, buy",), "to": ("list@x.example",)}
    told = sent_mail(original, "q.example", who=["Quillan Feather <q@q.example>"])
    assert told["sent-subject"] == "… buy"


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
        {"message-id": (f"<{'7' * 199}@tenant.example>",)},
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


SPAM = """\
Received: from mail.tenant.example (mail.tenant.example [192.0.2.66])
 by mx.victim.example (Postfix) with ESMTP id A1
 for <percival@victim.example>; Sun, 1 Mar 2026 11:50:03 +0000
From: Offers <offers@tenant.example>
To: Percival <percival@victim.example>
Subject: Cheap things for Percival
Date: Sun, 01 Mar 2026 11:50:00 +0000
Message-ID: <77.abc@tenant.example>

Buy now.
"""
TOLD = {
    "sent-subject": "Cheap things for …",
    "sent-date": "2026-03-01T11:50:00Z",
    "sent-message-id": "<77.abc@tenant.example>",
}
HEAD = "From: Percy <soc@victim.example>\nTo: abuse@hoster.example\nSubject: spam\n"
WHO = {"org": "V", "contact": "a@victim.example", "domain": "victim.example"}
CODE = base64.b64encode(SPAM.encode()).decode()
XARF4 = {"xarf_version": "4.2.0", "report_id": "0b7e2a52-6f0e-4d52-9a5e-0c6b6b8a7f11",
         "timestamp": "2026-03-01T11:50:00Z", "reporter": WHO, "sender": WHO, "type": "spam",
         "source_identifier": "192.0.2.66", "category": "messaging", "protocol": "smtp",
         "evidence_source": "user_complaint", "smtp_from": "offers@tenant.example"}  # fmt: skip
FIELDS = {"subject": "Cheap things for Percival", "message_id": "<77.abc@tenant.example>",
          "smtp_to": "percival@victim.example"}  # fmt: skip
XARF3 = {
    "Version": "3",
    "ReporterInfo": {"ReporterOrg": "V", "ReporterOrgDomain": "victim.example",
                     "ReporterOrgEmail": "a@victim.example"},
    "Disclosure": True,
    "Report": {"ReportClass": "Activity", "ReportType": "Spam", "Date": "2026-03-01T11:50:00Z",
               "SourceIp": "192.0.2.66", "SmtpMailFromAddress": "offers@tenant.example",
               "Samples": [{"ContentType": "message/rfc822", "Base64Encoded": True,
                            "Description": "x", "Payload": CODE}]},
}  # fmt: skip


def with_part(media, body, words="See below."):
    """A complaint with something attached."""
    return (
        f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=e\n\n"
        f"--e\n\n{words}\n--e\nContent-Type: {media}\n\n{body}\n--e--\n"
    )


def pasted(mark="", spam=SPAM):
    """A complaint with the spam in its text."""
    return f"{HEAD}\nI got this spam:\n\n" + "".join(f"{mark}{x}\n" for x in spam.split("\n"))


def sent(text):
    """What is told of the spam beside each claim."""
    [(_, reading)] = read(text.encode(), "m.eml")
    assert reading.findings, reading.reason
    return [{k: v for k, v in f.details.items() if k.startswith("sent-")} for f in reading.findings]


JSON_PART = "application/json; name=xarf.json"
SHOWN = {
    "attached": with_part("message/rfc822", SPAM, "Spam from 192.0.2.66, attached."),
    "attached, the address nowhere else": with_part("message/rfc822", SPAM, "Your spam, attached."),
    "pasted": pasted(),
    "pasted and quoted": pasted("> "),
    "pasted and indented": pasted("    "),
    "XARF v4 evidence": with_part(
        JSON_PART,
        json.dumps(XARF4 | {"evidence": [{"content_type": "message/rfc822", "payload": CODE}]}),
    ),
    "XARF v3 sample": with_part(JSON_PART, json.dumps(XARF3)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_spam_that_is_shown_is_told_as_its_sender_knows_it(name):
    """However the complaint shows it."""
    assert sent(SHOWN[name]) == [TOLD]


def test_fields_of_xarf_tell_what_is_certainly_the_senders():
    """No server that took the mail is named: an id counts where it is of the sender's domain."""
    text = with_part(JSON_PART, json.dumps(XARF4 | FIELDS))
    assert sent(text) == [{name: TOLD[name] for name in ("sent-subject", "sent-message-id")}]
    other = XARF4 | FIELDS | {"message_id": "<77@box.somewhere.example>"}
    assert "sent-message-id" not in sent(with_part(JSON_PART, json.dumps(other)))[0]
    alone = {name: value for name, value in FIELDS.items() if name != "smtp_to"}
    assert "sent-subject" not in sent(with_part(JSON_PART, json.dumps(XARF4 | alone)))[0]


def test_invariant_10_only_a_mail_of_the_accused_is_told():
    """A mail that another address handed over says nothing to this one."""
    other = SPAM.replace("192.0.2.66", "198.51.100.9")
    text = with_part("message/rfc822", other, "Spam from 192.0.2.66; our own mail is attached.")
    assert sent(text) == [{}]


def test_invariant_10_without_a_recipient_no_subject_is_told():
    """Whoever complains may be named in it."""
    bare = SPAM.replace(" for <percival@victim.example>;", ";").replace("To: Percival", "X-A: x")
    assert "sent-subject" not in sent(pasted(spam=bare))[0]
    assert "…" in sent(pasted(spam=SPAM.replace("for Percival", "for Percy")))[0]["sent-subject"]
