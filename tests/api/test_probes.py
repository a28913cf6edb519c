"""Tests of a case by the API: by a colleague's own token, read by any token for cases."""

import json
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive, told, work
from aupkeep.app.access.tokens import add_token
from aupkeep.model.entry import EntryType


@pytest.fixture
def colleague(furnished):
    """The secret of Ada's own token."""
    scopes = ("approve",)
    return add_token(furnished, "adas", trusted=False, scopes=scopes, days=3, person="ada").token


def test_a_colleague_has_a_case_tested(call, furnished, colleague):
    """The worker does it; nobody watches the traffic here, so it is unclear."""
    (case,) = arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    path, body = f"cases/{case.reference}/probes", json.dumps({}).encode()
    media = "application/json"
    assert call("POST", path, body, token="case", media=media)[0] in (401, 403)
    status, asked = call("POST", path, body, token=colleague, media=media)
    assert (status, asked["outcome"], asked["places"]) == (200, None, ["203.0.113.10"])
    elsewhere = json.dumps({"place": "198.51.100.1:22"}).encode()
    assert call("POST", path, elsewhere, token=colleague, media=media)[0] == 403
    work(furnished, "probe")
    status, (seen,) = call("GET", path, token="case")
    assert (status, seen["outcome"], seen["by"]) == (200, "unclear", "ada")
    assert seen["results"][0]["text"] == "nobody watches its traffic now"
    assert len(told(case, EntryType.PROBE_ASKED)) == 1
