"""What a source said beyond its claim is for the desk alone: it may name victims and sensors."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from app.conftest import NOON, STAMP
from app.pages.test_pages_loaded import ADA, links
from app.steps import arrive, guess, post
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.model.errors import Invalid
from aupkeep.store import cases, notices

AT = f"{NOON - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
INSIDE = ("sensor-7.lab.example", "victimuser", "hunter2hunter2", "SSH-2.0-Oddity", "198.51.100.77")
HEAD = (
    "timestamp,protocol,src_ip,src_port,src_asn,src_geo,dst_ip,dst_port,dst_hostname,infection,"
    "start_time,end_time,client_version,username,password"
)
ROW = (
    f"{AT},tcp,203.0.113.10,40001,64512,ZZ,198.51.100.77,22,sensor-7.lab.example,ssh-brute-force,"
    f"{AT},{AT},SSH-2.0-Oddity,victimuser,hunter2hunter2"
)


@pytest.fixture
def case(furnished):
    """The case of one row of an authenticated report."""
    name = "2026-03-01-event4_honeypot_brute_force-asn.csv"
    mail = (
        f"{STAMP.format(domain='cert.example')}From: Feed <soc@cert.example>\r\n"
        f"To: abuse@aupkeep.example\r\nMessage-ID: <7@cert.example>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/csv; name={name}\r\n"
        f"Content-Disposition: attachment; filename={name}\r\n\r\n{HEAD}\r\n{ROW}\r\n"
    )
    [found] = arrive(furnished, mail.encode())
    return found


def test_the_desk_sees_it_on_the_case(furnished, case):
    """Each value stands beside the finding."""
    [item] = case_page(furnished, ADA, case.reference).evidence
    said = dict(item.details)
    assert said["transport"] == "tcp"
    assert set(INSIDE) - {"198.51.100.77"} <= set(said.values())


def test_invariant_10_the_accused_never_sees_it(furnished, case):
    """Neither the letter nor the page behind its link holds a word of it."""
    letters = notices.recent_to("noc@alder.example", NOON - timedelta(days=1))
    assert letters
    page = repr(asdict(customer_page(furnished, links("c")[0], "")))
    for text in (page, *(letter.text for letter in letters)):
        assert "203.0.113.10" in text
        assert [word for word in INSIDE if word in text] == []


def test_the_reporter_never_sees_it(furnished, case):
    """Nor does the reporter's own letter repeat it."""
    for one in notices.recent_to("soc@cert.example", NOON - timedelta(days=1)):
        assert [word for word in INSIDE if word in one.text] == []


def test_our_own_telemetry_may_say_more_too(furnished):
    """Transport and details of a posted finding stand on its claim."""
    [found] = post(
        furnished,
        guess("203.0.113.10", NOON, transport="tcp", details={"signature": "ssh-7"}),
    )
    [claim] = cases.claims(found.id)
    assert claim.finding.transport == "tcp"
    assert claim.finding.details == {"signature": "ssh-7"}


@pytest.mark.parametrize(
    "more",
    [
        {"transport": "pigeon"},
        {"details": ["a"]},
        {"details": {"a": 7}},
        {"details": {"a": "x" * 201}},
        {"details": {f"n{number}": "x" for number in range(41)}},
    ],
)
def test_odd_details_of_telemetry_are_refused(furnished, more):
    """The poster hears of it at once."""
    with pytest.raises(Invalid):
        post(furnished, guess("203.0.113.10", NOON, **more))
