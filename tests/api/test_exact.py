"""What no operation reads is refused with what it does read, and nothing is done."""

import json
import re

import pytest

from api.test_approve import own
from aupkeep.api.router import api
from aupkeep.store import saved_views

JSON = "application/json"


def operations():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, described in methods.items():
            yield method.upper(), path, described


def test_a_view_with_an_unread_field_is_not_saved(call):
    token = own("ada")
    body = json.dumps({"name": "x", "filters": "state=open"}).encode()
    status, told = call("POST", "views", body, token=token, media=JSON)
    assert status == 422
    assert told["detail"].startswith("filters: expected only view, clause, ")
    assert told["detail"].endswith(", name, shared, found this one too")
    assert not list(saved_views.seen_by("ada"))


def test_each_body_says_that_it_has_no_other_field():
    """Of those described by fields; a notice and a finding are read by readers of their own."""
    document = api.get_openapi_schema()
    for method, path, described in operations():
        content = described.get("requestBody", {}).get("content", {})
        schema = content.get(JSON, {}).get("schema", {})
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = document["components"]["schemas"][name]
            assert schema.get("additionalProperties") is False, (method, path)


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "cases?nosuch=1", "'nosuch': expected only view, clause, kind, "),
        ("GET", "staff?role=noc", "'role': expected no words behind the address, found this one"),
        ("GET", "desired/main?nonc=1", "'nonc': expected only nonce, found this one too"),
        ("POST", "reports?sight=a", "'sight': expected only site, found this one too"),
        ("PUT", "customers?source=x", "'source': expected no words behind the address"),
        ("GET", "notices/challenge?bits=1", "'bits': expected no words behind the address"),
    ],
)
def test_a_word_that_is_not_read_is_named_with_those_that_are(call, method, path, told):
    status, answer = call(method, path, b"x")
    assert (status, answer["error"]) == (422, "invalid")
    assert answer["detail"].startswith(told)


def test_every_operation_refuses_a_word_of_no_operation(call):
    """By its reader's token: 422, and 401 comes first for who has none."""
    tokens = {"report": "all", "approve": own("ada")}
    for method, path, described in operations():
        place = re.sub(r"\{\w+\}", "1", path.removeprefix("/api/v1/"))
        open_door = described.get("security", [{}]) == [{}] or {} in described["security"]
        if not open_door:
            assert call(method, f"{place}?zz=1", token=None)[0] == 401, path
        answers = {call(method, f"{place}?zz=1", token=token)[0] for token in tokens.values()}
        assert answers <= {422, 403, 400}, (method, path, answers)


def test_an_act_that_takes_no_body_is_not_done_with_one(call):
    token = own("ada")
    status, told = call("POST", "tokens/all/revoke", b'{"reasons": "x"}', token=token, media=JSON)
    assert (status, told["detail"]) == (422, "body: expected nothing, found 16 bytes")
    assert call("GET", "cases")[0] == 200
    assert call("POST", "tokens/all/revoke", b"{}", token=token, media=JSON)[0] == 200
