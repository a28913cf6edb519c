"""The desk's own lists as the API gives them: the same records as the pages, by scope."""

from datetime import timedelta

import pytest

from aupkeep.api.router import api
from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.permissions import grant
from aupkeep.app.notifying.notices import provider_facts
from aupkeep.app.pages.journal.load import entry_records
from aupkeep.app.pages.permissions.load import permission_records
from aupkeep.model.as_json import as_json

GIVEN = ("grants", "listen-report")
STANDS = ("enforcement", "enforcement/targets", "enforcement/drivers", "feeds", "flows")
WHY = "why?subject=203.0.113.10"
LISTS = ("inquiries", "permissions", "strikes", "outbox", "policy", "statistics")
WORK = (*GIVEN, *LISTS, *STANDS, WHY)
HOUSE = ("journal", "journal/0", "verification", "staff", "tokens", "settings")


@pytest.fixture
def auditor(furnished: AppContext) -> str:
    """The secret of a token that reads the house."""
    return add_token(furnished, "reader", trusted=False, scopes=("audit",), days=3).token


@pytest.mark.parametrize("path", [*WORK, *HOUSE])
def test_each_list_opens_to_its_scope_alone(path: str, call, auditor: str):
    allowed, refused = ("case", auditor) if path in WORK else (auditor, "case")
    assert call("GET", path, token=allowed)[0] == 200
    assert call("GET", path, token=refused)[0] == 403
    assert call("GET", path, token=None)[0] == 401


def test_the_api_says_what_the_page_says(call, auditor: str, furnished: AppContext):
    """One function answers both."""
    until = furnished.now() + timedelta(days=3)
    grant(furnished, "alder/vm-1", "messaging/spam", until, person="ada", reasons="a study")
    found = call("GET", "permissions?limit=5", token="case")
    assert found == (200, as_json(permission_records(furnished)))
    assert found[1][0]["resource"] == "alder/vm-1"
    entries = call("GET", "journal?limit=3&type=permission-changed", token=auditor)[1]
    assert entries == as_json(entry_records("permission-changed", reporters=False))
    assert provider_facts(furnished)["provider"] not in str(entries)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("permissions?state=odd", 422),
        ("outbox?state=odd", 422),
        ("outbox?case=ZZZZ-ZZZZ", 404),
        ("outbox/none", 404),
        ("statistics?days=0", 422),
        ("permissions?limit=0", 400),
    ],
)
def test_what_is_odd_is_refused_with_what_is_expected(path: str, status: int, call):
    assert call("GET", path, token="case")[0] == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("journal?type=odd", 422),
        ("journal?before=-1", 422),
        ("journal/99999999", 404),
        ("journal/x", 422),
    ],
)
def test_an_entry_that_is_not_there_is_missing(path: str, status: int, call, auditor: str):
    assert call("GET", path, token=auditor)[0] == status


def test_every_list_stands_in_the_document():
    paths = api.get_openapi_schema()["paths"]
    for path in ("permissions", "outbox", "outbox/{notice}", "policy", "statistics", "journal"):
        assert f"/api/v1/{path}" in paths
