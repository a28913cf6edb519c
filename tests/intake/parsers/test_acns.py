"""ACNS notices are found however they were put into a mail, and trusted with nothing."""

import html

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome

SOURCE = (
    "<Source><TimeStamp>2026-03-01T10:00:00Z</TimeStamp><IP_Address>192.0.2.7</IP_Address>"
    "<Port>6881</Port><Type>BitTorrent</Type></Source>"
)
NOTICE = (
    f'<Infringement xmlns="http://www.acns.net/ACNS"><Case><ID>1</ID><Status>Open</Status></Case>'
    f"{SOURCE}<Content><Item><Title>A & B < C</Title></Item></Content></Infringement>"
)
SOUND = NOTICE.replace("A & B < C", "A &amp; B &lt; C")


def mail(body: str, media: str = "text/plain; charset=utf-8") -> Reading:
    data = f"From: a@rights.example\nSubject: notice\nContent-Type: {media}\n\n{body}".encode()
    [(_, reading)] = read(data, "notice.eml")
    return reading


@pytest.mark.parametrize(
    "body",
    [
        f"Dear desk,\n\n{SOUND}\n\nYours",
        f"\ufeff{SOUND}",
        html.escape(SOUND),
        html.escape(html.escape(SOUND)),
        SOUND.replace("=", "=3D").replace("<Port>", "<Po=\nrt>"),
        SOUND.replace("Infringement", "INFRINGEMENT").replace("IP_Address", "IPADDRESS"),
        SOUND.replace("><", ">\n\n  <"),
        SOUND.replace("192.0.2.7", "<![CDATA[192.0.2.7]]>"),
        SOUND.replace("10:00:00Z", "10:00:\n00Z"),
        SOUND.replace("192.0.2.7", "192.0.2.7:6881").replace("<Port>6881</Port>", ""),
        SOUND.replace("http://www.acns.net/ACNS", "urn:some:other"),
        SOUND.replace("<Source>", "<x:Source>").replace("</Source>", "</x:Source>"),
    ],
)
def test_every_way_of_writing_it_gives_the_same_claim(body: str) -> None:
    reading = mail(body)
    assert (reading.outcome, reading.container, reading.dead) == (ReadingOutcome.PARSED, "acns", ())
    [found] = reading.findings
    assert (found.kind, str(found.subject), str(found.at)) == (
        "copyright/p2p",
        "192.0.2.7:6881",
        "2026-03-01 10:00:00+00:00",
    )
    assert found.details["title"] == "A & B < C"


def test_what_is_mended_is_remarked_on() -> None:
    reading = mail(NOTICE)
    assert "mended" in (reading.reason or "")
    assert reading.findings[0].confidence < mail(SOUND).findings[0].confidence


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (f'<!DOCTYPE Infringement SYSTEM "http://192.0.2.1/x">{SOUND}', "document type"),
        (f'<!DOCTYPE x [<!ENTITY a "b">]>\n{SOUND}', "document type"),
        (html.escape(f'<!DOCTYPE x [<!ENTITY a "b">]>{SOUND}'), "document type"),
        (SOUND.replace("<Source>", '<!DOCTYPE x [<!ENTITY a "b">]><Source>'), "mistake"),
        (SOUND.replace("</Source>", ""), "mistake"),
        (SOUND.removesuffix("</Infringement>"), "mistake"),
        (SOUND.replace(SOURCE, ""), "Source element"),
        (SOUND.replace("192.0.2.7", "192.0.2"), "IP_Address"),
        (SOUND.replace("<IP_Address>192.0.2.7</IP_Address>", ""), "IP_Address or URL"),
        (SOUND.replace("Open", "Closed"), "Closed"),
        (SOUND.replace("<Source>", "<a>" * 100 + "<Source>"), "levels"),
    ],
)
def test_what_is_no_sound_claim_stands_in_the_inbox(body: str, word: str) -> None:
    reading = mail(body)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())
    assert word in (reading.reason or "")


def test_one_broken_notice_costs_no_other() -> None:
    broken = SOUND.replace("</Source>", "")
    other = SOUND.replace("192.0.2.7", "192.0.2.8")
    reading = mail(f"{SOUND}\n{broken}\n{other}")
    assert [str(finding.subject) for finding in reading.findings] == [
        "192.0.2.7:6881",
        "192.0.2.8:6881",
    ]
    assert [one.row for one in reading.dead] == [2]


def test_each_source_is_a_claim_and_the_same_one_counts_once() -> None:
    other = SOURCE.replace("6881", "6882")
    reading = mail(SOUND.replace(SOURCE, SOURCE + other) + SOUND)
    assert [finding.subject.port for finding in reading.findings] == [6881, 6882]


def test_offsets_point_into_the_source_they_belong_to() -> None:
    other = SOURCE.replace("192.0.2.7", "192.0.2.77")
    reading = mail(SOUND.replace(SOURCE, other + SOURCE))
    for finding in reading.findings:
        part, start, end = finding.offsets["address"]
        assert reading.parts[part][start:end] == str(finding.subject.address)
    assert reading.findings[0].offsets["address"] < reading.findings[1].offsets["address"]


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("P2P", "p2p"),
        ("eDonkey", "p2p"),
        ("Usenet", "usenet"),
        ("Web", "copyright"),
        ("", "copyright"),
    ],
)
def test_how_it_was_shared_is_the_kind(type_: str, kind: str) -> None:
    [found] = mail(SOUND.replace("BitTorrent", type_)).findings
    assert found.kind == f"copyright/{kind}"


def test_items_on_the_web_are_claims_about_their_urls() -> None:
    items = "".join(f"<Item><URL>http://tenant.example/{n}</URL></Item>" for n in range(3))
    body = SOUND.replace("BitTorrent", "Web").replace("<Content>", f"<Content>{items}")
    assert [finding.subject.url for finding in mail(body).findings] == [
        f"http://tenant.example/{n}" for n in range(3)
    ]


def test_a_signed_letter_loses_its_dash_escapes() -> None:
    body = SOUND.replace("<Source>", "\n- -dash\n<Source>")
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -- begin\n{body}\n"
    assert mail(signed).outcome is ReadingOutcome.PARSED


def test_a_notice_in_utf_16_is_read() -> None:
    data = ("\ufeff" + SOUND).encode("utf-16-le")
    [(_, reading)] = read(data, "notice.xml")
    assert [str(finding.subject) for finding in reading.findings] == ["192.0.2.7:6881"]
