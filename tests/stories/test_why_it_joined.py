"""Each report of a case says why it is there, the same on page, by API and by command."""

from datetime import timedelta

from click.testing import CliRunner
from django.test import Client

from app.conftest import NOON, furnish, report
from app.steps import arrive
from aupkeep.app.access.staff import change_roles
from aupkeep.app.access.tokens import add_token
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.cli.group import group
from enrol import signed_in


def test_each_report_says_why_it_is_there(pages, now, monkeypatch):
    """One opened the case, one is of its incident, one of another, one came when it was mended."""
    desk = furnish(pages)
    held = "203.0.113.10 was vm-a of alder then"
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=50), lines=1))
    arrive(
        desk, report("203.0.113.10", NOON - timedelta(minutes=9), domain="other.example", lines=1)
    )
    now.at += timedelta(hours=30)
    arrive(desk, report("203.0.113.10", NOON + timedelta(hours=29), lines=1))
    close_by_reference(desk, case.reference, "fixed", "they mended it", "ada")
    arrive(
        desk, report("203.0.113.10", NOON + timedelta(hours=28), domain="third.example", lines=1)
    )
    map_user(desk, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: desk)
    token = add_token(desk, "c", trusted=False, scopes=("case",), days=9).token
    path, bearer = f"/api/v1/cases/{case.reference}", {"Authorization": f"Bearer {token}"}
    whole = Client().get(path, headers=bearer).json()["evidence"]
    words = [claim["joined"]["words"] for claim in whole]
    assert [claim["joined"]["reason"] for claim in whole] == ["opened", "joined", "joined", "late"]
    assert [claim["joined"]["same_incident"] for claim in whole] == [False, True, False, True]
    assert [claim["joined"]["raised"] for claim in whole] == ["E1", None, None, None]
    assert all(held in said for said in words)
    assert "no case about this kind was open" in words[0]
    assert words[0].endswith("It brought the evidence to E1.")
    assert words[1].endswith("within 24 hours of what was reported before.")
    assert "more than 24 hours" in words[2]
    assert "before the case was closed as fixed" in words[3]
    last = Client().get(f"{path}?limit=1&after={_third(desk, case)}", headers=bearer).json()
    assert [claim["joined"]["reason"] for claim in last["evidence"]] == ["late"]
    assert last["evidence"][0]["joined"] == whole[-1]["joined"], "a page says what the whole says"
    shown = CliRunner().invoke(group, ["case", "show", case.reference])
    assert all(said in shown.output for said in words), shown.output
    change_roles(desk, "bea", ["noc"])
    for person in ("ada", "bea"):
        page = signed_in(desk, person).get(f"/case/{case.reference}").content.decode()
        assert all(said in page for said in words), person
        assert f'href="/journal/{whole[0]["joined"]["entry"]}"' in page


def _third(desk, case) -> str:
    """The third claim that came to the case."""
    token = add_token(desk, "d", trusted=False, scopes=("case",), days=9).token
    bearer = {"Authorization": f"Bearer {token}"}
    said = Client().get(f"/api/v1/cases/{case.reference}?limit=3", headers=bearer).json()
    return said["evidence_after"]
