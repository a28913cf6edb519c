"""Lists in pages: nothing is missed between two pages, and a page that cannot be is refused."""

import json

import pytest

from aupkeep.app.context import bound
from aupkeep.app.reading.read import read_raw
from aupkeep.intake.reading import read as reader
from aupkeep.store import case_filter, cases
from aupkeep.store.case_filter import CaseFilter
from aupkeep.store.models import RawRow, ReportRow, SourceRow

pytestmark = pytest.mark.both
JSON = "application/json"


def say(call, *minutes: int, address="203.0.113.10"):
    """Findings of our own at these minutes after 11:00, read at once; the report's id."""
    body = [
        {
            "kind": "connection/login_attack",
            "address": address,
            "at": f"2026-03-01T11:{minute:02}:00Z",
            "target": {"port": 22, "protocol": "tcp"},
        }
        for minute in minutes
    ]
    before = set(ReportRow.objects.values_list("id", flat=True))
    status, told = call("POST", "findings", json.dumps(body).encode(), media=JSON)
    assert status == 202, told
    read_raw(bound(), told["raw"], reader, None)
    (report,) = set(ReportRow.objects.values_list("id", flat=True)) - before
    return report


def minutes_of(page):
    """At which minute each claim of a page was."""
    return [int(claim["at"][14:16]) for claim in page["evidence"]]


def test_a_claim_that_comes_between_two_pages_is_on_a_later_one(call):
    """It says an earlier time than all that was shown: the order is that in which claims came."""
    say(call, 20, 30, 40)
    (case,) = case_filter.page(CaseFilter(), limit=50)
    first = call("GET", f"cases/{case.reference}?limit=2")[1]
    say(call, 5)
    say(call, 10, 50)
    seen, after = minutes_of(first), first["evidence_after"]
    while after:
        page = call("GET", f"cases/{case.reference}?limit=2&after={after}")[1]
        seen, after = seen + minutes_of(page), page["evidence_after"]
    assert sorted(seen) == [5, 10, 20, 30, 40, 50]
    assert page["evidence_count"] == 6


def test_a_claim_that_is_written_again_keeps_its_place(call):
    """A claim whose source is judged anew is stored once more: the page does not turn over."""
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.entry import EntryType

    say(call, 20, 30, 40)
    (case,) = case_filter.page(CaseFilter(), limit=50)
    first = call("GET", f"cases/{case.reference}?limit=2")[1]
    claims = cases.claims(case.id)
    say(call, 50)
    record(bound(), entry(bound(), EntryType.CASE_CHANGED, SYSTEM, {}), rows=claims)
    after = first["evidence_after"]
    rest = call("GET", f"cases/{case.reference}?limit=9&after={after}")[1]
    assert sorted(minutes_of(first) + minutes_of(rest)) == [20, 30, 40, 50]


LISTS = ("cases", "cases/{case}", "reports/{report}/cases", "sources", "sources?unproven=true")


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "1.5", "", "1001", "1000000000", "9" * 30])
def test_an_odd_limit_is_refused(call, limit):
    """400 with what is expected and what was found, in each list; the edges are taken."""
    report = say(call, 20)
    (case,) = case_filter.page(CaseFilter(), limit=50)
    for path in LISTS:
        place = path.format(case=case.reference, report=report)
        joint = "&" if "?" in place else "?"
        status, told = call("GET", f"{place}{joint}limit={limit}")
        assert (status, told["error"]) == (400, "invalid"), place
        assert told["detail"].startswith("limit: "), told
        assert repr(limit) in told["detail"]
        for edge in (1, 1000):
            assert call("GET", f"{place}{joint}limit={edge}")[0] == 200


def test_a_cursor_of_another_list_is_refused(call):
    """Empty, unknown, of another case, of another report, of another source: 400 and not a page."""
    report, other = say(call, 20), say(call, 30, address="203.0.113.70")
    first, second = (cases.of_report(name)[0] for name in (report, other))
    foreign = cases.claims(second.id)[0].id
    pages = {
        f"cases/{first.reference}": ["", "x", "x y", foreign],
        f"reports/{report}/cases": ["", "x", "AAAA-AAAA", second.reference, second.id],
        "sources": ["", "x", "é"],
        "sources?unproven=true": ["", "x", *SourceRow.objects.values_list("id", flat=True)[:1]],
    }
    for path, cursors in pages.items():
        for cursor in cursors:
            status, told = call("GET", f"{path}{'&' if '?' in path else '?'}after={cursor}")
            assert (status, told["error"]) == (400, "invalid"), (path, cursor, told)
            assert "after" in told["detail"]
    assert call("GET", f"reports/{report}/cases?after={first.reference}") == (200, [])


def test_the_cases_of_a_report_come_in_the_order_of_joining(call):
    """A case older than the report, joined to it later, is not before the cursor."""
    say(call, 10, address="203.0.113.70")
    (older,) = case_filter.page(CaseFilter(), limit=50)
    report = say(call, 20)
    page = call("GET", f"reports/{report}/cases?limit=1")[1]
    (claim,) = cases.claims(older.id)
    join_later(claim, report)
    rest = call("GET", f"reports/{report}/cases?after={page[0]['reference']}")[1]
    assert [case["reference"] for case in rest] == [older.reference]


def join_later(claim, report):
    """The report says one thing more of that older case, as a person attributed it."""
    import dataclasses

    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.entry import EntryType

    moved = dataclasses.replace(claim, id=bound().new_id(), report=report)
    record(bound(), entry(bound(), EntryType.FINDING_ATTRIBUTED, SYSTEM, {}), rows=[moved])
    assert RawRow.objects.count() == 2
