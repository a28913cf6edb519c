"""Who is away: said on the page, by command and by API; what would wait for them goes to others."""

import dataclasses
import threading
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from app.conftest import NOON, furnish, report, with_settings
from app.steps import arrive, work
from aupkeep.app.access.absences import list_absences, set_absence
from aupkeep.app.access.staff import change_roles, remove_person
from aupkeep.app.access.tokens import add_token
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.deciding.case_list import list_cases, next_case
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.alerts import raise_alert
from aupkeep.cli.group import group
from aupkeep.config.alerts import AlertSettings, AlertTargetSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.alert import Severity
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.store import cases, log, staff
from databases import in_threads
from enrol import enrol, signed_in

TODAY, SOON, LATER = "2026-03-01", "2026-03-03", "2026-03-09"


def test_said_on_the_page_taken_back_by_a_program(pages, monkeypatch):
    """Oneself on the page; the same by API and command; of a colleague an operator alone."""
    desk = furnish(pages)
    change_roles(desk, "bea", ["analyst"])
    bea, ada = signed_in(desk, "bea"), signed_in(desk, "ada")
    said = bea.post("/people/away", {"first": TODAY, "last": SOON})
    assert (said.status_code, said["Location"]) == (303, "/people?done=away")
    text = ada.get("/people").content.decode()
    assert "away until 2026-03-03" in text
    assert (
        bea.post("/people/away", {"address": "ada", "first": TODAY, "last": SOON}).status_code
        == 403
    )
    assert bea.post("/people/away", {"first": "tomorrow", "last": SOON}).status_code == 422
    token = add_token(desk, "b", trusted=False, scopes=("approve", "case"), days=9, person="bea")
    bearer = {"Authorization": f"Bearer {token.token}"}
    (shown,) = Client().get("/api/v1/absences", headers=bearer).json()
    assert (shown["person"], shown["first"], shown["last"], shown["now"]) == (
        "bea",
        TODAY,
        SOON,
        True,
    )
    path = f"/api/v1/absences/{shown['absence']}/end"
    assert Client().post(path, content_type="application/json", headers=bearer).status_code == 200
    assert Client().get("/api/v1/absences", headers=bearer).json() == []
    again = Client().post("/api/v1/absences", {"first": SOON, "last": LATER}, "application/json",
                          headers=bearer)  # fmt: skip
    assert again.json()["now"] is False
    map_user(desk, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: desk)
    listed = CliRunner().invoke(group, ["absence", "list", "-o", "json"])
    assert '"person": "bea"' in listed.output
    assert CliRunner().invoke(group, ["absence", "end", "bea"]).exit_code == 0
    assert (
        CliRunner().invoke(group, ["absence", "set", "--from", SOON, "--to", LATER]).exit_code == 0
    )
    assert [one.person for one in list_absences(desk)] == ["ada"]
    assert ada.post("/people/back", {"absence": "ada"})["Location"] == "/people?done=back"
    types = [it.entry.type for it in log.entries(types=(EntryType.ABSENCE_CHANGED,))]
    assert len(types) == 6


def test_what_is_no_absence_is_refused(pages):
    desk = furnish(pages)
    for first, last in ((SOON, TODAY), ("2026-02-01", "2026-02-02"), (TODAY, "2028-01-01"),
                        ("9999-12-31", "9999-12-31"), ("2029-01-01", "2029-01-02")):  # fmt: skip
        with pytest.raises(Invalid):
            set_absence(desk, "ada", first, last, person="ada")
    set_absence(desk, "ada", TODAY, SOON, person="ada")
    with pytest.raises(Conflict, match="from 2026-03-01 to 2026-03-03 already"):
        set_absence(desk, "ada", SOON, LATER, person="ada")
    with pytest.raises(Missing):
        set_absence(desk, "nobody", TODAY, SOON, person="ada")
    change_roles(desk, "cid", ["noc"])
    with pytest.raises(Forbidden):
        set_absence(desk, "ada", LATER, LATER, person="cid")
    remove_person(desk, "ada", "left")
    assert list_absences(desk) == []


def test_no_case_is_given_to_who_is_away_and_theirs_is_taken(pages, now):
    """Days are those of the provider's zone; from the day after the last on all is as ever."""
    desk = furnish(with_settings(pages, provider={"zone": "Europe/Oslo"}))
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    ada, bea = signed_in(desk, "ada"), signed_in(desk, "bea")
    path = f"/case/{case.reference}"
    assert bea.post(f"{path}/assign", {"to": "me"}).status_code == 303
    assert ada.post(f"{path}/assign", {"to": "me"}).status_code == 412
    until = set_absence(desk, "bea", TODAY, TODAY, person="bea").until
    assert until.hour == 23  # midnight in Oslo
    assert "away until" in ada.get(path).content.decode()
    assert ada.post(f"{path}/assign", {"to": "me"}).status_code == 303
    assert ada.post(f"{path}/assign", {"to": "bea", "over": "ada"}).status_code == 409
    assert cases.get(case.id).assignee == "ada"
    now.at = until
    later = signed_in(desk, "ada")
    assert later.post(f"{path}/assign", {"to": "bea", "over": "ada"}).status_code == 303


def test_an_alert_skips_who_is_away_unless_all_are(pages, now, outgoing):
    """The step after theirs begins at once; when all are away the first is told as ever."""
    steps = tuple(
        AlertTargetSettings(name=name, after=after, options={"address": name})
        for name, after in (("bea@aupkeep.example", 0), ("ada@aupkeep.example", 20))
    )
    settings = dataclasses.replace(pages.settings, alerts=AlertSettings(to=steps))
    desk = dataclasses.replace(furnish(pages), settings=settings)
    set_absence(desk, "bea@aupkeep.example", TODAY, SOON, person="bea@aupkeep.example")
    raise_alert(desk, "check:one", Severity.HIGH, "one")
    work(desk, "alert")
    work(desk, "mail")
    assert set(outgoing) == {"ada@aupkeep.example"}
    (raised,) = log.entries(types=(EntryType.ALERT_RAISED,))
    assert raised.entry.payload["away"] == ["bea@aupkeep.example"]
    set_absence(desk, "ada@aupkeep.example", TODAY, SOON, person="ada@aupkeep.example")
    raise_alert(desk, "check:two", Severity.HIGH, "two")
    work(desk, "alert")
    work(desk, "mail")
    assert set(outgoing) == {"ada@aupkeep.example", "bea@aupkeep.example"}


def test_said_twice_at_once_it_stands_once(pages):
    """Two browsers send the same days together: the second is told that they are taken."""
    desk, start, refused = furnish(pages), threading.Barrier(2), list[Conflict]()

    def say() -> None:
        start.wait()
        try:
            set_absence(desk, "ada", TODAY, SOON, person="ada")
        except Conflict as conflict:
            refused.append(conflict)

    in_threads([say] * 2)
    assert len(list_absences(desk)) == len(refused) == 1


def test_an_auditor_is_offered_no_absence(pages):
    """They are given no work; who may say it of themselves sees the form."""
    desk = furnish(pages)
    enrol(desk, "otto", roles=["auditor"])
    assert 'action="/people/away"' not in signed_in(desk, "otto").get("/people").content.decode()
    assert "#away" not in signed_in(desk, "otto").get("/account").content.decode()
    assert 'action="/people/away"' in signed_in(desk, "ada").get("/people").content.decode()


def test_a_case_of_who_is_away_is_theirs_and_free_to_take(pages, now, monkeypatch):
    """While its colleague is away it is offered to others everywhere; then it is theirs alone."""
    desk = furnish(pages)
    (first,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)), weigh=False)
    (second,) = arrive(desk, report("203.0.113.70", NOON - timedelta(minutes=4)), weigh=False)
    bea, ada = signed_in(desk, "bea"), signed_in(desk, "ada")
    assert bea.post(f"/case/{first.reference}/assign", {"to": "me"}).status_code == 303
    token = add_token(desk, "b", trusted=False, scopes=("case",), days=9)
    map_user(desk, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: desk)

    def offered() -> list[set[str]]:
        """By *Next case*, the queue, the API and the command line."""
        following = next_case(desk, second.reference)
        queue = ada.get("/queue?view=all&assignee=nobody").content.decode()
        bearer = {"Authorization": f"Bearer {token.token}"}
        listed = Client().get("/api/v1/cases?assignee=nobody", headers=bearer).json()
        said = CliRunner().invoke(group, ["case", "list", "--assignee", "nobody"]).output
        both = {first.reference, second.reference}
        return [
            {following} - {""},
            {name for name in both if f'data-row="{name}"' in queue},
            {it["reference"] for it in listed if it["assignee_away"] == bool(it["assignee"])},
            {name for name in both if name in said},
        ]  # fmt: skip

    alone, both = {second.reference}, {first.reference, second.reference}
    assert offered() == [set(), alone, alone, alone]
    set_absence(desk, "bea", TODAY, SOON, person="bea")
    assert offered() == [{first.reference}, both, both, both]
    text = ada.get("/queue?view=all").content.decode()
    assert '<td data-l="who">bea <span class="ds-tag" data-color="warning">away</span></td>' in text
    assert "bea (away)" in CliRunner().invoke(group, ["case", "list"]).output
    now.at += timedelta(days=4)
    ada = signed_in(desk, "ada")
    assert offered() == [set(), alone, alone, alone]
    assert cases.get(first.id).assignee == "bea"
    change_roles(desk, "bea", ["analyst"])
    remove_person(desk, "bea", "left")
    assert offered() == [{first.reference}, both, both, both]
    assert "has left the desk" in ada.get(f"/case/{first.reference}").content.decode()
    assert ada.post(f"/case/{first.reference}/assign", {"to": "me"}).status_code == 303


def test_a_case_of_a_name_that_is_nobodys_is_offered_to_others(pages):
    """Whoever had it was renamed or is gone: it is free to take, on every door alike."""
    desk = furnish(pages)
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    assert signed_in(desk, "bea").post(f"/case/{case.reference}/assign", {"to": "me"}).status_code
    bea = next(member for member in staff.all() if member.address == "bea")
    renamed = dataclasses.replace(bea, address="beate@aupkeep.example")
    record(desk, entry(desk, EntryType.STAFF_ADDED, SYSTEM, {"staff": bea.id}), rows=[renamed])
    free = list_cases(desk, {"assignee": "nobody"})
    assert [(one.reference, one.assignee_away) for one in free] == [(case.reference, True)]
    ada = signed_in(desk, "ada")
    assert case.reference in ada.get("/queue?view=all&assignee=nobody").content.decode()
    assert ada.post(f"/case/{case.reference}/assign", {"to": "me"}).status_code == 303
    assert cases.get(case.id).assignee == "ada"
