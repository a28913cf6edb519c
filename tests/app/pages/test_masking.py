"""Who reported is shown to whose role says so, on the page and in the shell; a reveal is logged."""

import json
from datetime import timedelta

import pytest

from app.conftest import NOON, context_of, furnish, report
from app.steps import arrive, guess, post, told
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.masked_case import case_for
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.inbox.load import inbox_item, inbox_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.sources.load import source_page, sources_page
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.roles import StaffRole
from enrol import enrol

SECRETS = ("cert.example", "Night shift", "sshd", "gate", "soc@")
BLIND = (StaffRole.NOC, StaffRole.OPERATOR, StaffRole.AUDITOR)
SEEING = (StaffRole.ANALYST, StaffRole.SENIOR, StaffRole.LEGAL)


@pytest.fixture
def desk(home, now):
    """One person of each role, named after it."""
    context = furnish(context_of(home, now))
    for role in StaffRole:
        enrol(context, role.value, roles=[role])
    return context


@pytest.fixture
def case(desk):
    """A reporter and our own telemetry say it."""
    arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=6)))
    (found,) = post(desk, guess("203.0.113.10", NOON - timedelta(minutes=5)))
    return find_case(found.id)


def words(shown) -> str:
    """Everything a record says."""
    return json.dumps(as_json(shown), default=str, ensure_ascii=False)


@pytest.mark.parametrize("role", BLIND)
def test_invariant_10_who_sees_no_reporter(desk, case, role):
    """Neither name nor line of the reporter on the page or in the shell; address and times are."""
    page = case_page(desk, Person(id=role.value, name=role.value), case.reference)
    shell = case_for(desk, case.reference, role.value)
    for shown in (words(page), words(shell)):
        assert "203.0.113.10" in shown
        assert not [secret for secret in SECRETS if secret in shown]
    for load in (
        lambda person: inbox_page(desk, person, "", ""),
        lambda person: inbox_item(desk, person, "x"),
        lambda person: sources_page(desk, person, "", ""),
        lambda person: source_page(desk, person, "mail:cert.example"),
    ):
        with pytest.raises(Forbidden):
            load(Person(id=role.value, name=role.value))


@pytest.mark.parametrize("role", SEEING)
def test_who_sees_the_reporter(desk, case, role):
    """Name and line stand there."""
    page = case_page(desk, Person(id=role.value, name=role.value), case.reference)
    assert "cert.example" in words(page)
    assert "cert.example" in words(case_for(desk, case.reference, role.value))


def test_nobody_sees_nobody(desk, case):
    """A user of the machine who is nobody of the desk, and a name that is none."""
    for nobody in (None, "ghost"):
        assert "cert.example" not in words(case_for(desk, case.reference, nobody))


def test_an_auditor_reveals_and_it_is_logged(desk, case):
    """With a reason, which stands in the journal; the network centre reveals nothing."""
    assert "cert.example" in words(
        case_for(desk, case.reference, "auditor", reveal="a complaint about us")
    )
    (looked,) = told(case, EntryType.REPORTER_REVEALED)
    assert (looked["actor"]["id"], looked["reason"]) == ("auditor", "a complaint about us")
    with pytest.raises(Forbidden):
        case_for(desk, case.reference, "noc", reveal="curious")
    with pytest.raises(Invalid):
        case_for(desk, case.reference, "auditor", reveal=" ")
    assert len(told(case, EntryType.REPORTER_REVEALED)) == 1
