"""Text that no database takes is refused by every operation of the API, wherever it stands."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from api.test_approve import own
from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.context import bound

pytestmark = pytest.mark.both
ODD = ("\ud800", "a\x00b")
MAY_CLEAN = ("/reports", "/notices")  # what strangers send is taken, and its text replaced
ID = "01a234d6-f25d-72a1-a2f7-d6c2d150afaa"


@pytest.fixture
def document(call) -> dict[str, Any]:
    return call.client.get("/api/v1/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path below /api/v1 and description of each."""
    for path, described in document["paths"].items():
        for method, operation in described.items():
            yield method.upper(), path.removeprefix("/api/v1"), operation


def example(schema: dict[str, Any], document: dict[str, Any]) -> object:
    """A body of this schema, shallow, with everything that it may have."""
    while "$ref" in schema or "anyOf" in schema:
        place: Any = document
        for part in schema.get("$ref", "")[2:].split("/"):
            place = place[part] if part else schema["anyOf"][0]
        schema = place
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: example(field, document) for name, field in fields.items()}
        case "array":
            return [example(schema.get("items", {}), document)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    return schema.get("enum", ["x"])[0]


def spoilt(body: object, odd: str) -> Iterator[object]:
    """The body with one of its texts, or of its names, odd."""
    if isinstance(body, str):
        yield odd
    elif isinstance(body, dict):
        for name, value in body.items():
            yield from ({**body, name: other} for other in spoilt(value, odd))
        yield {**body, odd: "x"}
    elif isinstance(body, list):
        for place, value in enumerate(body):
            yield from ([*body[:place], other, *body[place + 1 :]] for other in spoilt(value, odd))


def test_no_body_makes_an_error_of_ours(call, document):
    """422 for each text of each body, however it is spelt, and never 5xx."""
    (case,) = post(bound(), guess("203.0.113.10", NOON - timedelta(minutes=5)))
    person, seen = own("ada"), 0
    for method, path, other in odd_bodies(document):
        where = re.sub(r"\{\w+\}", ID, path.replace("{reference}", case.reference))[1:]
        raw = json.dumps(other, ensure_ascii=False).encode("utf-8", "surrogatepass")
        escaped = json.dumps(other).encode()
        for token, body in (("all", escaped), (person, escaped), (person, raw)):
            status, answer = call(method, where, body, token=token, media="application/json")
            assert status < 500, (method, path, other, answer)
            assert status >= 300 or path in MAY_CLEAN, (method, path, other)
            seen += status == 422
    assert seen > 100


def odd_bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Method, path and body for each text of each body that is read as JSON."""
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        body = content.get("example") or example(content.get("schema", {}), document)
        for odd in ODD if content else ():
            yield from ((method, path, other) for other in spoilt(body, odd))


def test_no_address_makes_an_error_of_ours(call, document):
    """Each name in a path and each parameter."""
    person = own("ada")
    for method, path, operation in operations(document):
        names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        plain = re.sub(r"\{\w+\}", ID, path)[1:]
        asked = [re.sub(r"\{\w+\}", odd, path)[1:] for odd in ("%00", "%ed%a0%80", "%ff")]
        asked += [f"{plain}?{name}={odd}" for name in names for odd in ("%00", "%ed%a0%80")]
        for where in asked:
            for token in ("all", person):
                status, answer = call(
                    method, where, b"{}" if method != "GET" else b"", token=token,
                    media="application/json",
                )  # fmt: skip
                assert status < 500, (method, where, answer)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cases/CASE/assign", {"to": "\ud800"}),
        ("cases/CASE/assign", {"to": "a\x00b"}),
        ("absences", {"first": "x", "last": "x", "person": "\ud800"}),
    ],
)
def test_a_person_is_told_what_is_wrong(call, path, body):
    (case,) = post(bound(), guess("203.0.113.10", NOON - timedelta(minutes=5)))
    status, answer = call(
        "POST", path.replace("CASE", quote(case.reference)), json.dumps(body).encode(),
        token=own("ada"), media="application/json",
    )  # fmt: skip
    assert status == 422
    assert answer["detail"].startswith("body: expected text, found ")
