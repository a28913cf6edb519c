"""A value that no write of ours makes: a plain 503 at each door, and `aupkeep verify` names it."""

from datetime import timedelta

import pytest
from django.db import connection

from app.conftest import NOON
from app.proof.test_verify import sql
from app.steps import guess, post
from aupkeep.app.access.staff import sign_in_link
from aupkeep.app.context import bound
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.errors import Strange
from aupkeep.store import case_filter, staff
from aupkeep.store.case_filter import CaseFilter

pytestmark = pytest.mark.both
SAID = "the database holds a value that Aupkeep never writes"


@pytest.fixture
def browser(call):
    """Of a colleague who has signed in, in a desk with a case."""
    post(bound(), guess("203.0.113.10", NOON - timedelta(minutes=5)))
    link = sign_in_link(bound(), "ada").link
    answer = call.client.post(f"/sign-in/{link.rstrip('/').rpartition('/')[2]}/", secure=True)
    assert answer.status_code == 302, answer.content
    return call.client


ODD = {"postgresql": "changed_at = 'infinity'", "sqlite": "level = 99"}


@pytest.mark.parametrize(
    ("statement", "path", "page"),
    [
        ("UPDATE store_case SET {odd}", "cases", "case/{case}"),
        ("UPDATE store_case SET level = 99", "cases", "case/{case}"),
        ("UPDATE store_staff SET roles = 'x' WHERE address = 'bea'", "staff", "people"),
    ],
    ids=["time", "word", "document"],
)
def test_each_door_says_that_a_value_is_not_ours(call, browser, statement, path, page):
    """No traceback and no half of a list; the command that names the value is named."""
    (case,) = case_filter.page(CaseFilter(), limit=50)
    sql(statement.format(odd=ODD[connection.vendor]))
    status, told = call("GET", path)
    assert (status, told["error"]) == (503, "unavailable")
    assert told["detail"].startswith(SAID)
    assert "aupkeep verify" in told["detail"]
    shown = browser.get("/" + page.format(case=case.reference), secure=True)
    assert (shown.status_code, b"aupkeep verify" in shown.content) == (503, True)


@pytest.mark.parametrize("roles", ["x", '["king"', "7", '{"a": 1}'])
def test_a_person_who_cannot_be_read_is_named(call, roles):
    (bea,) = [member for member in staff.all() if member.address == "bea"]
    sql("UPDATE store_staff SET roles = %s WHERE address = 'bea'", roles)
    told = verify_home(bound())
    assert not told.ok
    assert told.reason.startswith(f"Staff {bea.id}: ")
    if roles not in ("7", '{"a": 1}'):
        assert told.reason.endswith("its column roles cannot be read")
        with pytest.raises(Strange, match=SAID):
            staff.all()
