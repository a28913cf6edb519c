"""A URL is attributed through what its host meant when the report came in."""

import ipaddress
from datetime import timedelta
from typing import NoReturn

import pytest

from app.conftest import NOON, STAMP
from app.steps import arrive
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.model.entry import EntryType
from aupkeep.store import case_filter, reports
from aupkeep.store import inventory as stored
from aupkeep.store.case_filter import CaseFilter

XARF = (
    STAMP.format(domain="cert.example").replace("\r\n", "\n")
    + """\
From: soc@cert.example
To: abuse@aupkeep.example
Subject: phishing page
Date: Sun, 01 Mar 2026 11:58:00 +0000
Message-ID: <{number}@cert.example>
MIME-Version: 1.0
Content-Type: application/json; name=xarf.json

{{"xarf_version": "4.0.0", "report_id": "550e8400-e29b-41d4-a716-44665544000{number}",
"timestamp": "2026-03-01T11:58:00Z", "category": "content", "type": "phishing",
"reporter": {{"org": "Cert", "contact": "soc@cert.example", "domain": "cert.example"}},
"sender": {{"org": "Cert", "contact": "soc@cert.example", "domain": "cert.example"}},
"source_identifier": "{host}", "url": "https://{host}/login", "evidence_source": "user_report"}}
"""
)


def letter(host, number=1):
    """A mail with a XXARF report about a page on a host."""
    return XARF.format(host=host, number=number).replace("\n", "\r\n").encode()


def answering(**known):
    """A resolver with a script: host to addresses; it counts what it was asked."""
    asked = []

    def lookup(name, record) -> list[str]:
        asked.append((name, record))
        family = {"A": 4, "AAAA": 6}.get(record)
        values = known.get(name.partition(".")[0], ())
        return [value for value in values if ipaddress.ip_address(value).version == family]

    lookup.asked = asked
    return lookup


@pytest.fixture
def paged(furnished):
    """The desk, an IPv6 host of birch and a gateway that all share."""
    from aupkeep.app.inventory.own_space import declare_space

    declare_space(furnished, "2001:db8::/32", "main")
    import_assignments(
        furnished,
        b"address,customer,resource,from,until\n2001:db8::7,birch,vm-6,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    return furnished


@pytest.mark.parametrize(
    ("address", "customer"), [("203.0.113.10", "alder"), ("2001:db8::7", "birch")]
)
def test_page_stands_on_who_holds_its_host(paged, address, customer):
    """The host is looked up once, at receipt, and its holder gets the case at the first reading."""
    lookup = answering(shop=[address])
    (case,) = arrive(paged, letter("shop.example.org"), lookup=lookup)
    assert case.customer == customer
    assert len(lookup.asked) == len(set(lookup.asked))
    assert [name.value for name in stored.names("shop.example.org")] == [address]


def test_later_move_of_the_name_changes_nothing(paged):
    """What the name means later is another report's matter: each stands on its own receipt."""
    (first,) = arrive(paged, letter("shop.example.org"), lookup=answering(shop=["203.0.113.10"]))
    paged.now.at += timedelta(hours=1)
    moved = answering(shop=["203.0.113.200"])
    (second,) = arrive(paged, letter("shop.example.org", 2), lookup=moved)
    assert (first.customer, second.customer) == ("alder", "clinic")


def test_page_elsewhere_is_not_ours(paged):
    """A host outside our space opens no case and says why."""
    assert arrive(paged, letter("far.example.org"), lookup=answering(far=["192.0.2.1"])) == []
    (found,) = reports.inbox()
    assert found.inbox_reason == "none of 1 findings is about an address of ours"


def test_name_nobody_could_look_up_waits(paged):
    """Without an answer nobody is named; the report waits for a person."""

    def silent(name, record) -> NoReturn:
        raise TimeoutError(f"no answer for {name} {record}")

    assert arrive(paged, letter("shop.example.org"), lookup=silent) == []
    (found,) = reports.inbox()
    assert "no certain holder" in found.inbox_reason


def test_shared_gateway_is_never_blamed(paged):
    """A name on an address that many share is nobody's until the pool member is known."""
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.holding import Assignment

    shared = Assignment(
        id=paged.new_id(),
        site="main",
        prefix=ipaddress.ip_network("203.0.113.250/32"),
        customer="birch",
        resource="balancer (router)",
        start=NOON - timedelta(days=30),
        end=None,
        known_from=NOON - timedelta(days=30),
        router=True,
    )
    made = entry(paged, EntryType.ASSIGNMENTS_IMPORTED, SYSTEM, {"assignments": 1})
    record(paged, made, rows=[shared])
    found = arrive(paged, letter("shop.example.org"), lookup=answering(shop=["203.0.113.250"]))
    assert found == []
    assert case_filter.page(CaseFilter(), limit=50) == []
    assert "no certain holder" in reports.inbox()[0].inbox_reason
