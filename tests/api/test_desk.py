"""A search, customers and addresses by the API: what the pages show, as records."""

from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive
from aupkeep.app.context import bound

pytestmark = pytest.mark.both


@pytest.fixture
def case(call):
    """A case about 203.0.113.10."""
    (opened,) = arrive(bound(), report("203.0.113.10", NOON - timedelta(minutes=5)))
    return opened


def test_a_search_answers_in_groups(call, case):
    status, found = call("GET", "search?q=203.0.113.10")
    assert (status, found["asked_for"], found["hidden"]) == (200, "address", [])
    groups = {group["kind"]: group["hits"] for group in found["groups"]}
    assert [hit["key"] for hit in groups["case"]] == [case.reference]
    assert call("GET", "search?q=203.0.113.10&at=never")[0] == 422
    assert call("GET", "search?q=x", token="inventory")[0] == 403


def test_customers_are_listed_and_shown(call, case):
    lines = call("GET", "customers?limit=1")[1]
    assert len(lines) == 1
    rest = call("GET", f"customers?after={lines[0]['customer']}")[1]
    named = {row["customer"]: row for row in lines + rest}
    assert named[case.customer]["open"] == 1
    shown = call("GET", f"customers/{case.customer}")[1]
    assert [row["reference"] for row in shown["open"]] == [case.reference]
    assert shown["contacts"]
    assert shown["history"]
    assert call("GET", "customers/nobody")[0] == 404
    assert call("GET", "customers?view=others")[0] == 422


def test_an_address_and_a_prefix_are_shown(call, case):
    for subject in ("203.0.113.10", "203.0.113.0/24"):
        shown = call("GET", f"addresses/{subject}")[1]
        assert shown["subject"] == subject
        assert [row["reference"] for row in shown["cases"]] == [case.reference]
        assert shown["holders"]
    assert call("GET", "addresses/alder")[0] == 422


def test_the_list_of_cases_narrows_and_leads_on(call, case):
    """The filters of the page; the next page stands in `Link` (RFC 8288)."""
    assert [row["reference"] for row in call("GET", "cases?address=203.0.113.0/24")[1]] == [
        case.reference
    ]
    assert call("GET", "cases?address=203.0.113.99")[1] == []
    assert call("GET", "cases?evidence=E9")[0] == 422
    bearer = {"Authorization": f"Bearer {call.secrets['all']}"}
    page = call.client.get("/api/v1/cases?limit=1&age=0m", headers=bearer)
    assert page["Link"] == (f'</api/v1/cases?limit=1&age=0m&after={case.reference}>; rel="next"')
    assert call("GET", f"cases?limit=1&after={case.reference}")[1] == []
