"""A whole mail of log lines or prose: what it claims, with offsets that prove it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.extract.addresses import read_address, scope
from aupkeep.intake.extract.findings import MOST_TEXT, extract
from aupkeep.intake.extract.line_scan import MOST_LINES
from aupkeep.intake.extract.merging import MAX_ALL, MAX_EACH
from aupkeep.intake.extract.stated_times import TimeContext
from aupkeep.intake.extract.urls import read_url
from aupkeep.model.finding import Finding, Role
from aupkeep.model.origin import parse_origin
from aupkeep.model.taxonomy import KINDS
from intake.extract.reread import read_frame, read_time

SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LINE = "Mar  1 10:00:{:02} mx sshd[9]: Failed password for root from 192.0.2.66 port {} ssh2\n"


def read(*parts: str, title: str = "", **more: object) -> list[Finding]:
    return extract(
        parts, source=parse_origin("mail:?reporter.example"), sent_at=SENT, title=title, **more
    ).findings


def subjects(found):
    return [str(one.subject) for one in found]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Your server 192.0.2.5 runs a brute-force attack against us.", "connection/login_attack"),
        ("Your host 192.0.2.5 scanned our network, a port scan.", "connection/port_scan"),
        ("We receive spam from 192.0.2.5.", "messaging/spam"),
        ("The IP 192.0.2.5 takes part in a DDoS attack.", "connection/ddos"),
        ("An open resolver runs on the host 192.0.2.5", "vulnerability/open_service"),
        ("The bot at IP 192.0.2.5 is infected with X", "connection/infected_host"),
        ("Von Ihrem Server IP 192.0.2.5 kommen Anmeldeversuche", "connection/login_attack"),
        ("Nous recevons des pourriels depuis 192.0.2.5", "messaging/spam"),
        ("Er komen inlogpogingen van uw server 192.0.2.5", "connection/login_attack"),
        ("Vi ser påloggingsforsøk fra 192.0.2.5", "connection/login_attack"),
        ("Søppelpost sendes fra 192.0.2.5", "messaging/spam"),
        ("Report-Type: harvesting\nSource: 192.0.2.5", "messaging/spam"),
    ],
)
def test_prose_names_the_kind(text, kind):
    """The words of five languages name the kind, and the address is the one they are about."""
    (found,) = read(text)
    assert (found.kind, found.rsit, subjects([found])) == (kind, KINDS[kind].rsit, ["192.0.2.5"])
    assert found.at is None
    assert found.confidence < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "Shall we meet? My server is 192.0.2.5.",
        "Please confirm receipt of our mail about spam.",
        "Spam reached our server 192.0.2.5.",
        "We upgraded to version 192.0.2.5 to stop the spam.",
        "Spam from 10.0.0.7 and 127.0.0.1",
        "Spam from the network 192.0.2.0/24",
        "",
    ],
)
def test_no_claim_is_made_up(text):
    """Without words of abuse, or without an address they are about, there is no finding."""
    assert read(text) == []


def test_an_enumeration_names_each():
    """All addresses of "A, B and C" are reported."""
    found = read("Your IPs 192.0.2.1, 192.0.2.2 and 192.0.2.3 are sending spam.")
    assert sorted(subjects(found)) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_a_victim_is_no_offender():
    """Who is the target of a flood is reported as its victim."""
    (found,) = read("Your customer 192.0.2.5 is the target of a DDoS attack")
    assert found.role is Role.VICTIM


def test_a_weak_service_is_vulnerable():
    """Who runs an open service is reported as vulnerable."""
    (found,) = read("There is an open resolver at IP address 192.0.2.5")
    assert found.role is Role.VULNERABLE


def test_a_block_belongs_together():
    """Address, port and time on lines of their own make one finding; two blocks make two."""
    first, second = read(
        "DDoS\n\nIP: 192.0.2.1\nPort: 1111\nTime: 2026-03-01T10:00:00Z\n\n"
        "IP: 192.0.2.2\nTime: 2026-03-01T11:00:00Z\n"
    )
    assert (str(first.subject), first.at.hour) == ("192.0.2.1:1111", 10)
    assert (str(second.subject), second.at.hour) == ("192.0.2.2", 11)


def test_a_url_carries_its_host_and_address():
    """A phishing report gives the URL as it works, its domain and the address beside it."""
    (found,) = read("Phishing: hxxp://evil[.]example/a?b=c [192.0.2.7]")
    subject = found.subject
    assert (subject.url, subject.domain) == ("http://evil.example/a?b=c", "evil.example")
    assert str(subject.address) == "192.0.2.7"


@pytest.mark.parametrize(
    "text",
    [
        "Phishing. More information: https://reporter.example/case/1",
        "Phishing. Our official site is https://bank.example/",
        "Phishing. Unsubscribe: https://list.example/unsubscribe",
    ],
)
def test_the_reporters_own_links_are_no_claim(text):
    """Links of the reporter, of the copied work and of a footer are not complained about."""
    assert read(text) == []


def test_the_same_line_twice_is_counted():
    """Identical claims are one finding with a count."""
    (found,) = read(LINE.format(1, 4711) * 3)
    assert found.count == 3


def test_a_mention_beside_the_record_is_no_second_claim():
    """An address that a sentence names and a record states with its time is one finding."""
    (found,) = read(
        "Spam comes from 192.0.2.1, please act.\n\nIP: 192.0.2.1\nTime: 2026-03-01T10:00:00Z\n"
    )
    assert found.at is not None


def test_no_line_is_lost_beyond_the_limit():
    """Above the limit for one address lines still count."""
    found = read("".join(LINE.format(i % 60, 1024 + i) for i in range(MAX_EACH + 50)))
    assert len(found) == MAX_EACH
    assert sum(one.count for one in found) == MAX_EACH + 50


@pytest.mark.slow
def test_a_mail_has_a_bounded_number_of_findings():
    """A mail with very many addresses ends in a bounded list."""
    line = "Mar  1 10:00:00 mx sshd: Failed password from 198.51.{}.{}\n"
    lines = (line.format(i // 250, i % 250) for i in range(MAX_ALL + 9))
    assert len(read("".join(lines))) == MAX_ALL


def test_what_is_quoted_is_not_said():
    """The lines a reply quotes are not its sender's claim while he claims something himself."""
    quoted = "> Mar  1 10:00:00 mx sshd: Failed password from 192.0.2.2\n"
    text = f"Spam comes from 192.0.2.1 too.\n\n{quoted}"
    assert subjects(read(text)) == ["192.0.2.1"]


def test_a_report_that_is_all_quoted_is_read():
    """A forwarded report with a mark before each line is still a report."""
    assert subjects(read("FYI\n> " + LINE.format(1, 4711))) == ["192.0.2.66:4711"]


def test_a_signature_is_not_read():
    """An address in the signature is the reporter's."""
    assert subjects(read("Spam from 192.0.2.1\n-- \nJoe, call from 192.0.2.2\n")) == ["192.0.2.1"]


def test_the_title_alone_is_a_weak_claim():
    """A mail that names its address only in the subject line makes a claim without offsets."""
    (found,) = read("See attached.", title="Spam from 192.0.2.1")
    assert (subjects([found]), dict(found.offsets), found.at) == (["192.0.2.1"], {}, None)


def test_a_local_address_counts_little():
    """An address nobody holds on the internet comes only where asked for, and weak."""
    text = LINE.format(1, 4711).replace("192.0.2.66", "10.0.0.66")
    assert read(text) == []
    (found,) = read(text, local=True)
    assert found.confidence <= 0.2


def test_an_ignored_address_is_no_subject():
    """The reporter's own address is passed over."""
    assert read(LINE.format(1, 4711), ignore=frozenset({read_address("192.0.2.66")})) == []


def test_the_reporters_zone_narrows():
    """The zone of the Date field takes most of the doubt from a log without one."""
    (found,) = read(LINE.format(1, 4711), reporter_zone=timedelta(hours=1))
    assert (found.at.hour, found.exact) == (9, 7200.0)


PIECES = st.sampled_from(
    [
        "from 192.0.2.1", "2001:db8::1", "192[.]0[.]2[.]9:80", " port 22", "to ", "IP: ",
        "Mar  1 10:00:00 mx ", "2026-03-01T10:00:00+02:00 ", "1772366400 ", "01.03.2026 10:00 ",
        "sshd[1]: ", "Failed password ", "Accepted password ", "phishing ", "spam ", "-> ",
        "hxxp://a[.]example/x ", "between ", " and ", "Zielport: 22\n", "a[.]example ",
        "src_ip | dst_ip | src_port\n", "192.0.2.5 | 198.51.100.3 | 77\n",
        "kl. 14.05 den 1. mars 2026 ",
        "Received: from x (x [192.0.2.4]) by mx.a.example; ", "On 1 March 2026, x wrote:\n",
        "Kind regards\n", "First seen: ", "Last seen: ", "Phishing page at www.b.example/x ",
        "SRC=192.0.2.3 DST=198.51.100.1 SPT=5 DPT=6 ", "Port: 99\n",
        "\n", "\n\n", "> ", "-- \n", "\t", "[", "(", "::ffff:192.0.2.8", "é", "\0",
    ]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=25).map("".join), max_size=3), st.booleans())
def test_every_offset_holds_the_source_of_its_value(parts, local):
    """In any mail, what stands at an offset means the value of its field."""
    clock = TimeContext(sent_at=SENT)
    for one in read(*parts, local=local):
        source = {name: parts[o.part][o.start : o.end] for name, o in one.offsets.items()}
        if "address" in source:
            assert read_address(source["address"]) == one.subject.address
        if one.subject.port is not None:
            assert int(source["port"]) == one.subject.port
        if one.subject.url is not None:
            assert read_url(source["url"]) == one.subject.url
        if "domain" in source:
            assert read_url(source["domain"]).lower() == one.subject.domain
        assert ("at" in source) == (one.at is not None)
        if one.at is not None:
            again = read_time(source["at"], clock) or read_frame(source["at"], clock)
            assert again is not None
            assert (again.at, again.exact) == (one.at, one.exact)
        if "target.port" in source:
            assert int(source["target.port"]) == one.target.port
        if "target.address" in source:
            assert read_address(source["target.address"]) == one.target.address


@given(st.lists(st.text(max_size=300), max_size=3), st.text(max_size=80))
def test_no_text_raises(parts, title):
    """Any text ends in a list of findings of known kinds with honest confidence."""
    for one in read(*parts, title=title, local=True):
        assert one.kind in KINDS
        assert 0 < one.confidence <= 1


@pytest.mark.slow
def test_more_than_is_read_is_said():
    """A mail that claims more than 5,000 things says that there were more."""
    lines = [
        f"198.51.{n // 250}.{n % 250} - - attack from 198.51.{n // 250}.{n % 250}"
        for n in range(MAX_ALL + 1)
    ]
    cut = [
        extract(
            ["\n".join(lines[:count])],
            source=parse_origin("mail:?a.example"),
            sent_at=SENT,
            title="port scan",
        ).cut
        for count in (MAX_ALL, MAX_ALL + 1)
    ]
    assert cut == [False, True]


@pytest.mark.nightly("fuzz")
def test_a_text_without_end_is_cut_and_that_is_said():
    """What lies beyond four million characters, or 50,000 lines with an address, is not read."""
    for text in ("192.0.2.1 x\n" * (MOST_LINES + 1), " " * MOST_TEXT + "spam from 192.0.2.1"):
        assert extract(
            [text], source=parse_origin("mail:?a.example"), sent_at=SENT, title="spam"
        ).cut


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "169.254.3.4", "::1", "fe80::1"])
def test_what_nobody_can_hold_is_no_subject(address):
    """Loopback, unspecified and link-local addresses are never claimed, asked for or not."""
    assert read(f"Failed password for root from {address} ssh2, a login attack", local=True) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Failed password for root from 10.1.2.3", ["10.1.2.3"]),
        ("Failed password for root from 100.64.2.3", ["100.64.2.3"]),
        ("Failed password for root from fd00::3", ["fd00::3"]),
        ("Failed password for root from 10.1.2.3 to 192.0.2.9", []),
        ("spam from 10.1.2.3, 10.1.2.4", ["10.1.2.3", "10.1.2.4"]),
        ("spam from 192.0.2.9, 10.1.2.4", ["192.0.2.9"]),
    ],
)
def test_a_private_address_counts_only_alone(text, expected):
    """A private address is a subject where its line names no public one, and believed little."""
    found = read(text, title="spam", local=True)
    assert sorted(subjects(found)) == expected
    local = [one for one in found if scope(one.subject.address) == "local"]
    assert all(one.confidence <= 0.2 for one in local)
