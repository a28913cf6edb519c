"""Claims and measures are found by keys that follow from their records."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aupkeep.model.action import ActionState
from aupkeep.model.host import name_key
from aupkeep.model.subject import Subject
from aupkeep.store import cases, customers, search
from aupkeep.store.journal import Journal
from store.conftest import Maker, seal
from store.samples import ACTION, CLAIM, RECORDS

HOSTS = ("shop.example", "a.shop.example", "workshop.example", "shop.example.org")


def claim(number: int, **subject: object):
    finding = replace(CLAIM.finding, subject=Subject(**subject))
    return replace(CLAIM, id=f"c9{number}", finding=finding)


@pytest.fixture
def stored(journal, make):
    """Claims about addresses of both families and about names, beside the samples."""
    rows = [claim(n, url=f"https://{host}/{n}") for n, host in enumerate(HOSTS)]
    for n, text in enumerate(("192.0.2.0", "192.0.2.255", "192.0.3.0", "2001:db8::ffff")):
        rows.append(claim(10 + n, address=ip_address(text)))
    journal.record(make.entry(), rows=[*RECORDS, *rows])


def test_a_prefix_holds_the_claims_inside_it(stored):
    sizes = {
        text: search.claims_inside(ip_network(text)).claims
        for text in ("192.0.2.0/24", "192.0.2.255/32", "2001:db8::/64", "198.51.100.0/24")
    }
    assert sizes["192.0.2.0/24"] - sizes["192.0.2.255/32"] >= 1
    assert (sizes["192.0.2.255/32"], sizes["198.51.100.0/24"]) == (1, 0)
    assert sizes["2001:db8::/64"] >= 1


def test_a_name_holds_what_is_below_it_and_nothing_beside_it(stored):
    assert search.claims_named(name_key("shop.example")).claims == 2
    assert search.claims_named(name_key("a.shop.example")).claims == 1
    assert search.claims_on_page(name_key("shop.example"), "https://shop.example/0") == (1, 1)
    assert search.claims_on_page(name_key("shop.example"), "shop.example/1") == (0, 1)


def test_claims_are_counted_by_case(stored):
    found = search.claims_inside(ip_network("0.0.0.0/0"))
    assert [case.case for case in found.cases] == ["k1"]
    assert found.cases[0].claims == found.claims
    assert not found.cut


def test_measures_are_found_at_their_address_and_in_their_prefix(journal, make):
    at = {
        "x5": replace(ACTION.scope, address=ip_address("192.0.2.7"), prefix_length=None),
        "x6": replace(ACTION.scope, address=ip_address("2001:db8:1::7"), prefix_length=56),
        "x7": replace(ACTION.scope, address=ip_address("2001:db8:2::7"), prefix_length=None),
    }
    rows = [replace(ACTION, id=name, scope=scope) for name, scope in at.items()]
    over = replace(rows[0], id="x8", state=ActionState.LIFTED)
    journal.record(make.entry(), rows=[*RECORDS, *rows, over])

    def found(text: str) -> list[str]:
        ids = [action.id for action in search.moving_at(ip_network(text))]
        return [name for name in ids if name in at or name == over.id]

    assert found("192.0.2.7/32") == found("192.0.2.0/24") == ["x5"]
    assert found("2001:db8:1:ff::1/128") == ["x6"]
    assert found("2001:db8:1:100::1/128") == []
    assert found("2001:db8::/32") == ["x6", "x7"]


def test_a_customer_without_a_contact_is_told_by_urgency(stored):
    assert cases.without_contact(10) == []
    assert customers.page(text="nobody-of-this-name", view="", limit=5) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda: search.claims_inside(ip_network("192.0.2.7/32")),
        lambda: search.claims_inside(ip_network("192.0.0.0/16")),
        lambda: search.claims_named(name_key("shop.example")),
        lambda: search.moving_at(ip_network("192.0.2.7/32")),
        lambda: search.cases_on("vm-1", 5),
    ],
    ids=["address", "prefix", "name", "measure", "resource"],
)
def test_a_look_up_reads_an_index(sqlite_home, ask):
    """A million claims cost a search what a thousand do."""
    Journal(sqlite_home.checkpoints, seal).record(Maker().entry(), rows=RECORDS)
    with CaptureQueriesContext(connection) as queries:
        ask()
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}").fetchall()
        steps = " ".join(step for *_, step in plan)
        assert "SCAN store_" not in steps, steps
