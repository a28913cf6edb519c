"""An event that lies after its report has no time, and no measure rests on it."""

import dataclasses
from datetime import timedelta
from io import BytesIO

import pytest

from app.conftest import NOON, report
from app.steps import arrive, vouch
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.reading.parse import parse_paths
from aupkeep.intake.future_events import SKEW, without_future
from aupkeep.intake.reading import read
from aupkeep.model.ladder import Evidence
from aupkeep.store import actions, cases

KNOWN = ("mail:cert.example", "mail:bank.example")


def test_an_event_after_receipt_has_no_time(furnished):
    """Two known reporters 300 days ahead make no block: their event has no time."""
    vouch(furnished, *KNOWN)
    ahead = NOON + timedelta(days=300)
    for domain, at in (("cert.example", ahead), ("bank.example", ahead + timedelta(hours=1))):
        (case,) = arrive(furnished, report("203.0.113.200", at, domain=domain))
    claims = cases.claims(case.id)
    assert {claim.finding.at for claim in claims} == {None}
    assert all(claim.at <= furnished.now() for claim in claims)
    assert find_case(case.reference).level is Evidence.E1
    assert actions.of_case(case.id) == []


@pytest.mark.parametrize(("ahead", "timed"), [(SKEW, True), (SKEW + timedelta(minutes=1), False)])
def test_a_clock_may_differ_a_little(ahead, timed):
    """Up to the skew a time stands."""
    [(_, reading)] = read(report("203.0.113.7", NOON + ahead), "mail")
    found = without_future(reading, NOON).findings
    assert all((finding.at is not None) is timed for finding in found[-1:])


def test_of_an_open_hour_what_lies_before_the_receipt_is_left():
    """A log without a zone, thirteen hours ahead: it happened in the hour before, not later."""
    [(_, reading)] = read(report("203.0.113.7", NOON + timedelta(hours=13)), "mail")
    open_hour = [dataclasses.replace(found, exact=50_400.0) for found in reading.findings]
    told = dataclasses.replace(reading, findings=tuple(open_hour))
    found = without_future(told, NOON).findings[-1]
    assert (found.at, found.exact, found.mode) == (NOON, 3601.0, None)


@pytest.mark.parametrize(("days", "timeless"), [(-1, True), (1, False)])
def test_parse_gives_no_time_to_what_is_later_than_now(tmp_path, days, timeless):
    """Nor later than the mail's Date, where that is later."""
    file = tmp_path / "report.eml"
    file.write_bytes(report("203.0.113.200", NOON))
    now = NOON + timedelta(days=days)
    sent = read(file.read_bytes(), "report.eml")[0][1].sent_at
    file.write_bytes(report("203.0.113.200", sent + timedelta(days=0.5)))
    (parsed,) = parse_paths([str(file)], "auto", BytesIO(), now)
    assert {finding.at is None for finding in parsed.findings} == {timeless}
