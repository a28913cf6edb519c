"""One report with many cases, one case with many reports: what a page or an answer costs.

`AUPKEEP_LINKS=5000 pytest -s tests/web/test_many_links.py` prints the figures of docs/campaign.md.
"""

import json
import os
import sys
import time
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aupkeep.app.access.links import find_link
from aupkeep.app.access.tokens import add_token
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.store import cases, reports, sources
from web.seeded import Seeded

MANY = int(os.environ.get("AUPKEEP_LINKS", "300"))
PAGE = 500  # claims of an answer, where none is asked for


def many_cases(seeded: Seeded) -> str:
    """The report of the reporter's link, joined to many cases more."""
    context = seeded.context
    link = find_link(context, seeded.keys["reporter"], LinkKind.REPORTER)
    claim = cases.claims_by_report(link.report)[0]
    case = cases.of_claim(claim.id)
    incident = cases.incidents(case.id)[0]
    rows: list[object] = []
    for number in range(MANY):
        name = f"many{number:05}"
        rows += [
            replace(case, id=name, reference=f"M{number:03X}-{number:04X}", resource=name),
            replace(incident, id=name, case=name, resource=name),
            replace(claim, id=name, incident=name),
        ]
    write(seeded, rows)
    return str(link.report)


def many_reports(seeded: Seeded) -> str:
    """The reference of a case that many reports were joined to."""
    case = cases.by_reference(seeded.keys["case"])
    claim = cases.claims(case.id)[0]
    report = reports.get(claim.report)
    rows: list[object] = []
    for number in range(MANY):
        name = f"many{number:05}"
        rows += [replace(report, id=name), replace(claim, id=name, report=name)]
    write(seeded, rows)
    return case.reference


def write(seeded: Seeded, rows: list[object]) -> None:
    """Write rows with an entry."""
    change = entry(seeded.context, EntryType.CASE_CHANGED, SYSTEM, {"made": len(rows)})
    record(seeded.context, change, rows=rows)


def cost(client: Client, path: str, **headers: str) -> tuple[bytes, int]:
    """What came back, and how many queries it took; the figures are printed."""
    begun = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, headers=headers)
    spent = time.process_time() - begun
    assert answer.status_code == 200, answer.content[:200]
    size = len(answer.content)
    told = f"{size / 1024:.0f} KiB, {len(queries)} queries, {spent:.2f} s of CPU"
    sys.stdout.write(f"{path[:50]}: {told}\n")
    return answer.content, len(queries)


@pytest.fixture
def bearer(seeded: Seeded) -> dict[str, str]:
    """A token for cases."""
    made = add_token(seeded.context, "cases", trusted=False, scopes=("case",), days=9)
    return {"Authorization": f"Bearer {made.token}"}


def test_the_page_of_a_report_with_many_cases_takes_few_queries(seeded: Seeded, kari: Client):
    """A stranger with the link cannot have thousands of questions asked."""
    path = seeded.at("/r/{reporter}/")
    _, before = cost(Client(), path)
    many_cases(seeded)
    content, after = cost(Client(), path)
    assert after <= before + 4
    assert len(content) < 50_000


def test_the_cases_of_a_report_come_in_pages(seeded: Seeded, bearer):
    report = many_cases(seeded)
    seen: list[str] = []
    after = ""
    while True:
        path = f"/api/v1/reports/{report}/cases?limit=100{after}"
        content, queries = cost(Client(), path, **bearer)
        assert queries < 15
        page = [one["reference"] for one in json.loads(content)]
        seen += page
        if len(page) < 100:
            break
        after = f"&after={page[-1]}"
    assert len(seen) == len(set(seen)) == MANY + 1


def test_the_evidence_of_a_case_comes_in_pages(seeded: Seeded, bearer):
    reference = many_reports(seeded)
    whole = len(cases.claims(cases.by_reference(reference).id))
    seen: list[str] = []
    after = ""
    while True:
        path = f"/api/v1/cases/{reference}?limit=100{after}"
        content, queries = cost(Client(), path, **bearer)
        assert queries < 44  # six of them for the next step
        assert len(content) < 400_000
        case = json.loads(content)
        assert case["evidence_count"] == whole
        seen += [str(one) for one in case["evidence"]]
        if case["evidence_after"] is None:
            break
        after = f"&after={case['evidence_after']}"
    assert len(seen) == whole
    unasked = json.loads(cost(Client(), f"/api/v1/cases/{reference}", **bearer)[0])
    assert len(unasked["evidence"]) == min(PAGE, whole)


def test_the_page_of_a_case_with_many_reports_is_bounded(seeded: Seeded, kari: Client):
    path = seeded.at("/case/{case}")
    _, before = cost(kari, path)
    many_reports(seeded)
    content, after = cost(kari, path)
    assert after <= before + 10  # none for each report that is shown
    assert len(content) < 1_000_000


def test_the_page_of_a_source_names_the_first_cases_of_a_report(seeded: Seeded, kari: Client):
    report = reports.get(many_cases(seeded))
    source = sources.by_key(report.source)
    content, _ = cost(kari, f"/sources/{source.id}")
    assert b" more" in content
    assert len(content) < 200_000
