"""What is put together from several lines: tables, pasted headers, the writer's own address."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.model.origin import parse_origin

SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(text, title="", source="mail:?reporter.example"):
    return extract(
        [text], source=parse_origin(source), sent_at=SENT, title=title, local=True
    ).findings


def told(found):
    """Address, port, hour and target of each finding."""
    return [
        (
            str(one.subject),
            one.at.hour if one.at else None,
            str(one.target.address),
            one.target.port,
        )
        for one in found
    ]


ROWS = [
    ("198.51.100.9", "22", "192.0.2.66", "41822", "2026-03-01 10:00:00"),
    ("198.51.100.10", "23", "192.0.2.67", "41823", "2026-03-01 11:00:00"),
]
NAMES = [
    ("Target IP", "Target port", "Attacker IP", "Source port", "Time (UTC)"),
    ("dst_ip", "dst_port", "src_ip", "src_port", "time"),
    ("Ziel-IP", "Zielport", "Quell-IP", "Quellport", "Zeit"),
]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("sign", [" | ", "\t", ",", ";", "   "])
def test_the_names_of_columns_say_who_is_who(names, sign):
    """In a table the attacker is in the attacker's column, wherever it stands."""
    text = "\n".join(sign.join(row) for row in (names, *ROWS))
    assert told(read(f"Port scan, times are UTC:\n\n{text}\n")) == [
        ("192.0.2.66:41822", 10, "198.51.100.9", 22),
        ("192.0.2.67:41823", 11, "198.51.100.10", 23),
    ]


def test_a_table_needs_no_word_of_trouble():
    """Where the names of columns say who came, rows of addresses and times are claims."""
    text = (
        "Attackers seen by our sensor (UTC):\n\n"
        "Date                 Source IP    Port  Target\n"
        "2026-03-01 10:00:00  192.0.2.66   22    198.51.100.9\n"
        "2026-03-01 10:00:01  192.0.2.67   23    198.51.100.9\n"
    )
    assert [str(one.subject.address) for one in read(text)] == ["192.0.2.66", "192.0.2.67"]


def test_a_table_ends_where_its_rows_end():
    """Below an empty line the columns mean nothing any more."""
    text = "src_ip,dst_ip\n192.0.2.66,198.51.100.9\n\nspam from 192.0.2.67,198.51.100.10\n"
    assert {str(one.subject) for one in read(text, title="spam")} >= {"192.0.2.66", "192.0.2.67"}


RECEIVED = (
    "Received: from a.example (a.example [192.0.2.66])\n\tby mx.{} with ESMTP id 1;\n"
    "\tSun, 1 Mar 2026 10:00:00 +0000\n"
)
BELOW = (
    "Received: from b.example (b.example [198.51.100.9]) by a.example; Sun, 1 Mar 2026 09:00 UTC\n"
)


def test_pasted_headers_of_a_spam_name_who_handed_it_over():
    """The peer of the reporter's own server is the sender; what stands below may be forged."""
    (found,) = read("Spam!\n\n" + RECEIVED.format("reporter.example") + BELOW)
    assert (str(found.subject), found.at.hour) == ("192.0.2.66", 10)
    assert found.confidence <= 0.3


RELAY = (
    "Received: from {} ({} [198.51.100.26])\n\tby box.reporter.example with LMTP id 2;\n"
    "\tSun, 1 Mar 2026 10:00:02 +0000\n"
)


def test_a_relay_of_the_reporter_is_passed_over():
    """Between two servers of the reporter's own the mail was handed on, by nobody else."""
    relay = RELAY.format("mx.reporter.example", "mx.reporter.example")
    (found,) = read("Spam!\n\n" + relay + RECEIVED.format("reporter.example") + BELOW)
    assert (str(found.subject), found.at.second) == ("192.0.2.66", 0)


@pytest.mark.parametrize(
    ("said", "seen", "below"),
    [
        ("mx.reporter.example", "unknown", "reporter.example"),
        ("mx.reporter.example", "mx.reporter.example", "other.example"),
    ],
)
def test_a_relay_that_nothing_proves_names_nobody(said, seen, below):
    """Neither what a peer calls itself, nor a relay that wrote no field of its own, is enough."""
    text = RELAY.format(said, seen) + RECEIVED.format(below) + BELOW
    assert read("Spam!\n\n" + text) == []


def test_headers_of_strangers_name_nobody():
    """Several fields of which none is the reporter's own say nothing sure."""
    assert read("Spam!\n\n" + RECEIVED.format("other.example") + BELOW) == []


def test_headers_are_no_evidence_of_an_attack():
    """Only a complaint about mail is about who handed a mail over."""
    assert read("Brute force!\n\n" + RECEIVED.format("reporter.example")) == []


@pytest.mark.parametrize(
    "own",
    ["My own IP is 198.51.100.9.", "Our scanner: 198.51.100.9", "Unsere IP: 198.51.100.9",
     "Notre adresse IP 198.51.100.9", "Ons IP-adres is 198.51.100.9", "Vår IP: 198.51.100.9",
     "Netmask 255.255.255.0, gateway 198.51.100.9", "Our network is 198.51.100.0/24",
     "Call +49.30.12.34.56, version 198.51.100.9", "helo=198.51.100.9",
     "Our mail server 198.51.100.9 saw it", "Victim IP address: 198.51.100.9"],
)  # fmt: skip
def test_the_writers_own_address_is_never_accused(own):
    """What belongs to the one who complains, in five languages, is no offender."""
    found = read(f"Login attempts from 192.0.2.66.\n\n{own}\n")
    assert {str(one.subject.address) for one in found} == {"192.0.2.66"}


def test_a_field_on_a_line_with_an_address_serves_that_address_alone():
    """A labelled time beside an address is not lent to another."""
    text = "Spam from 192.0.2.66.\n\n192.0.2.67 is a spammer. First seen: 2026-03-01 10:00 UTC.\n"
    at = {str(one.subject): one.at for one in read(text)}
    assert at["192.0.2.66"] is None
    assert at["192.0.2.67"] is not None


@pytest.mark.parametrize(
    "end",
    ["-- \nJoe, 198.51.100.9", "Kind regards\nJoe, 198.51.100.9", "Med vennlig hilsen\nhttp://198.51.100.9/",
     "Mit freundlichen Grüßen\nA. Example\n198.51.100.9"],
)  # fmt: skip
def test_a_signature_is_never_read(end):
    """What stands behind words of leave is the writer's own."""
    found = read(f"Spam from 192.0.2.66 reached us.\n\n{end}\n")
    assert {str(one.subject.address) for one in found} == {"192.0.2.66"}


@pytest.mark.parametrize(
    "end",
    ["IP: 192.0.2.67\nPort: 51413", "-----\n192.0.2.67",
     "From: a@b.example\nTo: c@d.example\nSubject: x\n\n192.0.2.67 - bad"],
)  # fmt: skip
def test_the_last_record_is_no_signature_and_no_thread(end):
    """Short lines, a rule of dashes and pasted header fields do not hide a claim."""
    found = read(f"Spam from 192.0.2.66 reached us.\n\n{end}\n", title="spam")
    assert {str(one.subject.address) for one in found} == {"192.0.2.66", "192.0.2.67"}


@pytest.mark.parametrize(
    "opening",
    ["On 1 March 2026, Desk wrote:\n> ", "Am 1. März 2026 schrieb Desk:\n> ",
     "-----Original Message-----\nFrom: a@b.example\nSubject: x\n\n"],
)  # fmt: skip
def test_a_thread_is_read_only_where_nothing_else_claims(opening):
    """Quoted words count for nothing beside the sender's, and for a report where he adds none."""
    quoted = f"{opening}Spam from 192.0.2.67 on 2026-03-01\n"
    assert [str(one.subject) for one in read(f"Spam from 192.0.2.66 again!\n\n{quoted}")] == [
        "192.0.2.66"
    ]
    assert [str(one.subject) for one in read(f"See below.\n\n{quoted}")] == ["192.0.2.67"]
