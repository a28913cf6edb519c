"""What no operation reads is refused with what it does read, and nothing is done."""

import json
import re

import pytest

from api.test_approve import own
from aupkeep.api.router import api
from aupkeep.store import saved_views

JSON = "application/json"
SIGNED = {"/api/v1/tickets/zammad"}  # by a header of its own: a bearer token is no credential
HOOKED = ("redeliver", "remove", "resume", "roll", "test")
OTHERS = [  # an outside judge's, a reseller's, a ticket system's: of their own
    "cases/{reference}/appeal",
    "reseller/cases",
    "reseller/cases/{reference}",
    "reseller/cases/{reference}/answers",
    "reseller/cases/{reference}/forwards",
    "reseller/webhooks",
    "reseller/webhooks",
    *(f"reseller/webhooks/{{webhook}}/{it}" for it in HOOKED),
    "tickets/zammad",
    "tickets/{reference}/closed",
]


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


def sample(schema, parts):
    """The least that a described value takes."""
    schema = parts[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], parts)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: sample(fields[name], parts) for name in schema.get("required", ())}
    return {"integer": 1, "number": 1, "boolean": True, "array": []}.get(schema.get("type"), "x")


def test_every_operation_refuses_a_word_of_no_operation(call):
    """With all that it needs: it names the word; 401 comes first for who has no token."""
    others = []
    parts = api.get_openapi_schema()["components"]["schemas"]
    tokens = ("all", own("ada"))
    for method, path, described in operations():
        place = re.sub(r"\{\w+\}", "1", path.removeprefix("/api/v1/"))
        asked = [it for it in described.get("parameters", ()) if it["in"] == "query"]
        needed = "".join(f"&{it['name']}=x" for it in asked if it.get("required"))
        content = described.get("requestBody", {}).get("content", {})
        body = json.dumps(sample(content.get(JSON, {}).get("schema", {}), parts)).encode()
        open_door = described.get("security", [{}]) == [{}] or {} in described["security"]
        place = f"{place}?zz=1{needed}"
        if not open_door:
            assert call(method, place, body, token=None, media=JSON)[0] == 401, path
        unheard = 401 if path in SIGNED else 403  # the answer of a door that is not for this token
        answers = [call(method, place, body, token=it, media=JSON) for it in tokens]
        refused = [str(told) for status, told in answers if status != unheard]
        unnamed = [told for told in refused if "'zz': expected " not in told]
        assert not unnamed, (method, path)
        others += [] if refused else [path.removeprefix("/api/v1/")]
    assert sorted(others) == OTHERS


def test_an_act_that_takes_no_body_is_not_done_with_one(call):
    token = own("ada")
    status, told = call("POST", "tokens/all/revoke", b'{"reasons": "x"}', token=token, media=JSON)
    assert (status, told["detail"]) == (422, "body: expected nothing, found 16 bytes")
    assert call("GET", "cases")[0] == 200
    assert call("POST", "tokens/all/revoke", b"{}", token=token, media=JSON)[0] == 200
