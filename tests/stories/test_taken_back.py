"""What was taken back or judged wrong counts nowhere, and counts again once it is found right."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from app.conftest import NOON, furnish, report
from app.reading.test_case_mail import back
from app.steps import arrive, vouch
from aupkeep.app.access.tokens import add_token
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.case_records import show_case
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.cli.group import group
from aupkeep.store import cases, notices, reports
from enrol import signed_in

JUST_NOW, EARLIER = NOON - timedelta(minutes=5), NOON - timedelta(minutes=8)
REPORTERS = ("mail:cert.example", "mail:other.example", "mail:third.example")
pytestmark = pytest.mark.both


def everywhere(desk, case) -> set[tuple[str, int]]:
    """Level and events as each door says them, and whether a filter by level finds the case."""
    token = add_token(desk, desk.new_id(), trusted=False, scopes=("case",), days=9).token
    bearer = {"Authorization": f"Bearer {token}"}
    (listed,) = Client().get("/api/v1/cases", headers=bearer).json()
    shown = Client().get(f"/api/v1/cases/{case.reference}", headers=bearer).json()
    about = load_case_context(desk, cases.get(case.id))
    facts = about.facts
    said = {(it["level"], it["events"]) for it in (listed, shown)}
    said.add((shown["standing_level"], about.told_events))
    level = listed["level"]
    assert facts["evidence.level"] == int(level[1])
    assert bool(about.standing) is (listed["events"] > 0)
    page = signed_in(desk, "ada")
    for other in ("E0", "E1", "E2"):
        chosen = page.get(f"/queue?view=all&evidence={other}").content.decode()
        assert (f"/case/{case.reference}" in chosen) is (other == level), other
    output = CliRunner().invoke(group, ["case", "list", "-o", "text"]).output
    assert level in output
    return said


@pytest.fixture
def desk(pages, monkeypatch):
    made = furnish(pages)
    vouch(made, *REPORTERS)
    map_user(made, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: made)
    return made


def test_it_counts_nowhere_until_it_is_found_right(desk, now):
    """Two reports make E2; each goes its way, a third comes, and one is found right after all."""
    arrive(desk, report("203.0.113.10", JUST_NOW))
    (case,) = arrive(desk, report("203.0.113.10", EARLIER, domain="other.example", lines=3))
    assert everywhere(desk, case) == {("E2", 9)}
    first, second = sorted(reports.of_case(case.id), key=lambda one: one.reading.reporter)
    arrive(desk, back(first.reading.message_id, "soc@cert.example"))
    assert everywhere(desk, case) == {("E1", 3)}
    arrive(desk, back(first.reading.message_id, "soc@cert.example") + b"Really.\r\n")
    assert everywhere(desk, case) == {("E1", 3)}
    judge_report(desk, second.id, "refuted", person="ada", reasons="a copied log")
    assert everywhere(desk, case) == {("E0", 0)}
    ada = signed_in(desk, "ada")
    assert "no report of it stands" in ada.get("/queue?view=all").content.decode()
    page = ada.get(f"/case/{case.reference}").content.decode()
    assert "no report of it stands" in page
    now.at += timedelta(minutes=5)
    arrive(desk, report("203.0.113.10", NOON, domain="third.example", lines=2))
    assert everywhere(desk, case) == {("E1", 2)}
    judge_report(desk, first.id, "confirmed", person="ada", reasons="the lines are real")
    assert everywhere(desk, case) == {("E2", 8)}
    judge_report(desk, second.id, "confirmed", person="ada", reasons="these too")
    assert everywhere(desk, case) == {("E2", 11)}
    assert verify_home(desk).ok
    assert show_case(desk, case.reference).standing_count == 11


def test_no_port_is_told_that_nobody_named(desk, outgoing):
    """A log of sshd says which program it is; the port is said where a line states it."""
    (case,) = arrive(desk, report("203.0.113.10", JUST_NOW))
    for path in ("/queue?view=all", f"/case/{case.reference}"):
        assert "port 22" not in signed_in(desk, "ada").get(path).content.decode(), path
    assert load_case_context(desk, case).facts["target.port"] == 22
    told = [line for notice in notices.of_case(case.id) for line in notice.text.splitlines()]
    assert any("SSH" in line for line in told), told
    assert not any("port 22" in line for line in told)
