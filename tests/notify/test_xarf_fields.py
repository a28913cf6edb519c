"""A report field by field: what each type asks for, and when there is none."""

import base64
import hashlib
import time
from dataclasses import replace
from datetime import timedelta, timezone
from ipaddress import ip_address

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.notify.xarf import FIXED, xarf_report
from notify.test_xarf import AT, ID, URL, finding, told

ADDRESS = Subject(address=ip_address("203.0.113.7"))
PAGE = Subject(url=URL)
DESK = {
    "org": "Example Hosting",
    "contact": "abuse@aupkeep.example",
    "domain": "aupkeep.example",
}
LINE = "Failed password from 203.0.113.7 port 40022"


def test_whole():
    """Everything a report says of one attack."""
    assert xarf_report(told(finding("connection/login_attack"))) == {
        "xarf_version": "4.2.0",
        "report_id": ID,
        "timestamp": "2026-03-01T09:12:04Z",
        "reporter": DESK,
        "sender": DESK,
        "source_identifier": "203.0.113.7",
        "category": "connection",
        "type": "login_attack",
        "confidence": 0.9,
        "description": "Forwarded by Example Hosting, case K7QF-2M9X: 312 events.",
        "tags": ["aupkeep:forwarded"],
        "source_port": 40022,
        "protocol": "tcp",
        "first_seen": "2026-03-01T08:12:04Z",
        "last_seen": "2026-03-01T09:12:04Z",
        "evidence": [
            {
                "content_type": "text/plain",
                "description": "Values of the report that are the accused's own",
                "payload": base64.b64encode(LINE.encode()).decode(),
                "hash": f"sha256:{hashlib.sha256(LINE.encode()).hexdigest()}",
                "size": len(LINE),
            }
        ],
    }


def fields(kind: str, **more: object) -> dict[str, object] | None:
    """What a report says beyond what every report says."""
    how = {name: more.pop(name) for name in ("count", "lines") if name in more}
    made = xarf_report(told(finding(kind, **more), **how))
    common = {
        *("xarf_version", "report_id", "timestamp", "reporter", "sender", "source_identifier"),
        *("category", "type", "confidence", "description", "tags", "source_port", "evidence"),
    }
    return made and {name: value for name, value in made.items() if name not in common}


SEEN = {"first_seen": "2026-03-01T08:12:04Z", "last_seen": "2026-03-01T09:12:04Z"}
OPEN = "vulnerability/open_service"
CVE = "vulnerability/cve"
WITH = "CVE-2026-12345"
TYPES = {
    "a port is needed": ("connection/login_attack", {"subject": ADDRESS}, None),
    "also for a scan": ("connection/port_scan", {"subject": ADDRESS}, None),
    "also for a flood": ("connection/ddos", {"subject": ADDRESS}, None),
    "not for a bot": (
        "connection/infected_host",
        {"subject": ADDRESS},
        SEEN | {"protocol": "tcp", "bot_type": "unknown"},
    ),
    "a page has no port": (
        "connection/login_attack",
        {"subject": PAGE},
        SEEN | {"protocol": "tcp"},
    ),
    "requests": (
        "connection/scraping",
        {"count": 5},
        SEEN | {"protocol": "tcp", "total_requests": 5},
    ),
    "no request": (
        "connection/scraping",
        {"count": 0},
        SEEN | {"protocol": "tcp", "total_requests": 1},
    ),
    "the transport": ("connection/ddos", {"transport": "udp"}, SEEN | {"protocol": "udp"}),
    "the ICMP of a flood": ("connection/ddos", {"transport": "icmp"}, SEEN | {"protocol": "icmp"}),
    "the ICMP of logins": (
        "connection/login_attack",
        {"transport": "icmp"},
        SEEN | {"protocol": "icmp"},
    ),
    "the ICMP of a scan": (
        "connection/port_scan",
        {"transport": "icmp"},
        SEEN | {"protocol": "icmp"},
    ),
    "a bot's UDP": (
        "connection/infected_host",
        {"transport": "udp"},
        SEEN | {"protocol": "udp", "bot_type": "unknown"},
    ),
    "no ICMP of a bot": (
        "connection/infected_host",
        {"transport": "icmp"},
        SEEN | {"protocol": "tcp", "bot_type": "unknown"},
    ),
    "another transport": ("connection/ddos", {"transport": "gre"}, SEEN | {"protocol": "tcp"}),
    "the target's": (
        "connection/ddos",
        {"target": Endpoint(address=ip_address("192.0.2.9"), port=53, protocol="udp")},
        SEEN | {"protocol": "udp"},
    ),
    "no target": ("connection/ddos", {"target": None}, SEEN | {"protocol": "tcp"}),
    "a page": ("content/phishing", {}, {"url": URL}),
    "no page": ("content/phishing", {"subject": ADDRESS}, None),
    "a page that is none": ("content/phishing", {"subject": Subject(url="x")}, None),
    "fraud": ("content/fraud", {}, {"url": URL, "fraud_type": "other"}),
    "a copy": ("copyright/copyright", {}, {"infringing_url": URL}),
    "a locker": (
        "copyright/cyberlocker",
        {},
        {"infringing_url": URL, "hosting_service": "203.0.113.7"},
    ),
    "a platform": (
        "copyright/ugc_platform",
        {"subject": Subject(url="https://shop.example/x")},
        {"infringing_url": "https://shop.example/x", "platform_name": "shop.example"},
    ),
    "few mails": ("messaging/bulk_messaging", {"count": 99}, None),
    "many mails": (
        "messaging/bulk_messaging",
        {"count": 100},
        {"protocol": "other", "recipient_count": 100},
    ),
    "spam": ("messaging/spam", {}, {"protocol": "other"}),
    "a named service": (OPEN, {}, {"service": "memcached", "service_port": 40022}),
    "an application": (
        OPEN,
        {"details": {"application": "dns", "type": "x"}},
        {"service": "dns", "service_port": 40022},
    ),
    "a type": (
        OPEN,
        {"details": {"type": "SNMP"}},
        {"service": "snmp", "service_port": 40022},
    ),
    "a well-known port": (
        OPEN,
        {"details": {}, "subject": Subject(address=ip_address("203.0.113.7"), port=22)},
        {"service": "SSH", "service_port": 22},
    ),
    "words of a source": (
        OPEN,
        {"details": {"type": "the printer of Dorothea"}},
        {"service": "tcp/40022", "service_port": 40022},
    ),
    "a port alone": (
        OPEN,
        {"details": {}, "transport": "udp"},
        {"service": "udp/40022", "service_port": 40022},
    ),
    "some port": (OPEN, {"details": {}}, {"service": "tcp/40022", "service_port": 40022}),
    "no port": (OPEN, {"details": {}, "subject": ADDRESS}, {"service": "unknown"}),
    "a weakness": (
        CVE,
        {"details": {"name": "x", "cve": f"it is {WITH.lower()}, so"}},
        {"service": "tcp/40022", "service_port": 40022, "cve_id": WITH},
    ),
    "no weakness": (CVE, {"details": {"cve": "CVE-1"}}, None),
    "a weakness without a port": (CVE, {"subject": ADDRESS}, None),
    "sealed": ("content/csam", {}, None),
    "a swarm": ("copyright/p2p", {}, None),
    "ours": ("protection/inbound_ddos", {}, None),
    "a list": ("reputation/blocklist", {}, {"threat_type": "unknown"}),
}


@pytest.mark.parametrize("name", TYPES)
def test_type(name: str):
    """Each type has what it asks for, or there is no report of it."""
    kind, more, expected = TYPES[name]
    before = {name: dict(fields) for name, fields in FIXED.items()}
    assert fields(kind, **more) == expected
    assert before == FIXED, "a table is not written to"


SOURCES = {
    "the address": (Subject(address=ip_address("2001:db8::7"), url=URL, port=1), "2001:db8::7"),
    "the domain": (Subject(url="https://a.example/x", domain="shop.example"), "shop.example"),
    "the host": (Subject(url="https://user@a.example:8080/x"), "a.example"),
    "the host of a page": (Subject(url="https://a.example:81/x://y/z"), "a.example"),
    "an IPv6 host": (Subject(url="https://[2001:db8::1]:8080/x/y"), "2001:db8::1"),
    "the account": (Subject(account="spam@shop.example"), "spam@shop.example"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_source(name: str):
    """Who is meant: the address, else the domain, the host, the account."""
    subject, expected = SOURCES[name]
    made = xarf_report(told(finding("messaging/spam", subject=subject)))
    assert made is not None
    assert made["source_identifier"] == expected
    assert made.get("source_port") == subject.port


def test_a_page_hides_what_leads_to_the_reporter():
    """A piece of the path with their name is one word of ours, since a URL takes no other sign."""
    page = Subject(url="https://shop.example/cert.example/x")
    made = xarf_report(told(finding("content/phishing", subject=page), secrets=["cert.example"]))
    assert made is not None
    assert made["url"] == "https://shop.example/hidden/x"
    open_made = xarf_report(told(finding("content/phishing", subject=page)))
    assert open_made is not None
    assert open_made["url"] == page.url


def test_a_port_without_an_address_is_nobodys():
    made = xarf_report(told(finding("messaging/spam", subject=Subject(account="x", port=25))))
    assert made is not None
    assert "source_port" not in made


def test_no_source():
    """Nobody is meant: no report."""
    assert xarf_report(told(finding("messaging/spam", subject=Subject()))) is None


def test_text():
    """Once or often; names, lines and confidence are cut; no line is no evidence."""
    one = told(finding("messaging/spam", confidence=0.123456), count=1, org="x" * 201, lines=())
    made = xarf_report(one)
    assert made is not None
    assert made["description"] == f"Forwarded by {'x' * 200}, case K7QF-2M9X: once."
    assert (made["confidence"], made["reporter"]["org"]) == (0.1235, "x" * 200)
    assert "evidence" not in made
    two = xarf_report(replace(one, count=2, lines=["æ"] * 51))
    assert two is not None
    assert two["description"].endswith(": 2 events.")
    assert two["evidence"][0]["size"] == 50 * 2 + 49
    assert base64.b64decode(two["evidence"][0]["payload"]).decode() == "\n".join(["æ"] * 50)


def test_times():
    """In UTC, to the microsecond where it has some; one of receipt says so."""
    east = timezone(timedelta(hours=2))
    at = (AT + timedelta(microseconds=5)).astimezone(east)
    made = xarf_report(told(finding("messaging/spam", at=None), at=at))
    assert made is not None
    assert made["timestamp"] == "2026-03-01T09:12:04.000005Z"
    assert made["tags"] == ["aupkeep:forwarded", "aupkeep:time-of-receipt"]


def test_times_of_a_machine_elsewhere(monkeypatch):
    """UTC wherever the machine stands."""
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            made = xarf_report(told(finding("messaging/spam")))
    finally:
        time.tzset()
    assert made is not None
    assert made["timestamp"] == "2026-03-01T09:12:04Z"


def test_the_contact_is_an_address():
    """A desk without an address cannot report."""
    with pytest.raises(Invalid) as raised:
        xarf_report(told(finding("messaging/spam"), contact="desk"))
    assert str(raised.value) == "contact: expected a mail address, found 'desk'"
