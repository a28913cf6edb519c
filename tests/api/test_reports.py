"""Reports by the API: what is accepted is one raw for ever, what is not is told why."""

import json
import re
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from aupkeep.app.context import bound
from aupkeep.model.errors import Unavailable
from aupkeep.store.models import RawRow

MAIL = report("203.0.113.10", NOON)
XARF = json.dumps({"XARF": "4", "x": 1}).encode()


@pytest.mark.parametrize(
    ("body", "media"),
    [(MAIL, "message/rfc822"), (XARF, "application/json"), (XARF, "application/xarf+json")],
)
def test_a_report_is_kept_once(call, body, media):
    """202 the first time, 200 with the same receipt ever after."""
    status, first = call("POST", "reports", body, media=media)
    assert (status, first["repeated"]) == (202, False)
    status, again = call("POST", "reports", body, media=media)
    assert (status, again) == (200, {**first, "repeated": True})
    assert RawRow.objects.get().media_type == media


def test_a_key_is_one_report(call):
    """The same Idempotency-Key with the same bytes is a repeat, with others a conflict."""
    assert call("POST", "reports", MAIL, Idempotency_Key="k1")[0] == 202
    assert call("POST", "reports", MAIL, Idempotency_Key="k1")[0] == 200
    status, answer = call("POST", "reports", MAIL + b"x", Idempotency_Key="k1")
    assert (status, answer["error"]) == (409, "conflict")
    assert RawRow.objects.count() == 1


def test_a_key_is_one_tokens_own(call):
    """Another reporter counts from one as well, and neither keeps the other's report away."""
    assert call("POST", "reports", MAIL, Idempotency_Key="k1")[0] == 202
    answer = call("POST", "reports", MAIL + b"x", token="report", Idempotency_Key="k1")
    assert (answer[0], answer[1]["repeated"]) == (202, False)


@pytest.mark.parametrize("key", ["", "k" * 201, "tab\tin"])
def test_a_key_must_be_one(call, key):
    """An empty, overlong or unprintable key is invalid and nothing is kept."""
    assert call("POST", "reports", MAIL, Idempotency_Key=key)[0] == 422
    assert RawRow.objects.count() == 0


def test_a_table_is_a_report_and_keeps_its_name(call):
    """`text/csv` with the file's name as the parameter of its media type."""
    body = b"ip,time,kind\n203.0.113.10,2026-03-01T11:00:00Z,spam\n"
    assert call("POST", "reports", body, media='text/csv; name="list.csv"')[0] == 202
    assert RawRow.objects.get().media_type == 'text/csv; name="list.csv"'


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "message/rfc822", 422),
        (MAIL, "text/plain", 415),
        (MAIL, "multipart/form-data; boundary=x", 415),
        (MAIL, "", 415),
    ],
)
def test_what_is_no_report_is_refused(call, body, media, status):
    """An empty body is invalid, another type is unsupported."""
    assert call("POST", "reports", body, media=media)[0] == status
    assert RawRow.objects.count() == 0


def test_too_large_is_refused_unread(call):
    """A length above the limit is refused by the header alone."""
    status, answer = call("POST", "reports", b"x", Content_Length=str(10**12))
    assert (status, answer["error"]) == (413, "too-large")


def test_hostile_bytes_are_kept_for_the_reader(call):
    """Whatever the bytes are, they are kept: reading them is the box's work."""
    bodies = [b"\0" * 9, b"\xff\xfe\x00", b"[" * 100_000, b'{"a":1,"a":2}']
    for media in ("message/rfc822", "application/json"):
        for body in bodies:
            assert call("POST", "reports", media.encode() + body, media=media)[0] == 202


def test_full_storage_says_503(call, monkeypatch):
    """When the storage cannot take it, nothing is accepted and the caller may try again."""

    def full(data: bytes) -> str:
        raise Unavailable("raw bytes: expected to keep some, found: no space left")

    with monkeypatch.context() as patch:
        patch.setattr("aupkeep.store.raws.keep", full)
        status, answer = call("POST", "reports", MAIL)
    assert (status, answer["error"]) == (503, "unavailable")
    assert call("POST", "reports", MAIL)[0] == 202


DOORS = [
    ("POST", "reports", "report"),
    ("POST", "findings", "finding"),
    ("PUT", "customers", "inventory"),
    ("PUT", "assignments", "inventory"),
    ("PUT", "names", "inventory"),
    ("GET", "who?subject=203.0.113.10&at=2026-03-01T12:00:00Z", "inventory"),
    ("GET", "cases", "case"),
    ("GET", "cases/AAAA-AAAA", "case"),
    ("GET", "cases/AAAA-AAAA/statements", "case"),
    ("PUT", "acceptances", "inventory"),
    ("GET", "customers/alder/acceptances", "inventory"),
    ("GET", "search?q=203.0.113.10", "case"),
    ("GET", "addresses/203.0.113.10", "case"),
    ("GET", "sources", "case"),
    ("GET", "sources/mail:reporter.example", "case"),
    ("GET", "desired/main", "agent"),
    ("POST", "status/main", "agent"),
    *(
        ("GET", path, "case")
        for path in (
            "permissions",
            "outbox",
            "policy",
            "statistics",
            "inquiries",
            "strikes",
            "grants",
            "listen-report",
            "alerts",
        )
    ),
    *(
        ("GET", path, "audit")
        for path in ("journal", "verification", "staff", "tokens", "settings", "mailboxes")
    ),
]


def test_each_door_needs_its_scope(call):
    """No token, an unknown one and one without the scope are kept out of every door."""
    for method, path, scope in DOORS:
        keep_out(call, method, path, scope)


def keep_out(call, method, path, scope):
    """The right token opens the door; the others do not."""
    for token in (None, "", "aupk_unknown", "\u00e9"):
        assert call(method, path, MAIL, token=token)[0] == 401
    others = {"report", "finding", "inventory", "case", "agent", "audit"} - {scope}
    for token in sorted(others):
        assert call(method, path, MAIL, token=token)[0] == 403
    assert call(method, path, MAIL)[0] not in {401, 403}


def test_dead_tokens_open_nothing(call, now):
    """A revoked token is dead at once, an expired one at its time."""
    from aupkeep.app.access.tokens import revoke_token

    revoke_token(bound(), "report")
    assert call("POST", "reports", MAIL, token="report")[0] == 401
    now.at += timedelta(days=91)
    assert call("POST", "reports", MAIL, token="all")[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nowhere", 404), ("GET", "reports", 405), ("DELETE", "customers", 405)],
)
def test_the_framework_refuses_in_our_shape(call, method, path, status):
    """An unknown address and a wrong method are JSON errors like any other."""
    assert call(method, path)[0] == status


def test_openapi_points_at_nothing_that_is_not_there(call):
    """Each `$ref` leads to a part of the same document (OpenAPI 3.1, RFC 6901)."""
    _, document = call("GET", "openapi.json", token=None)
    assert document["openapi"].startswith("3.1")
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert len(references) > 5
    for reference in references:
        part = document
        for name in reference.split("/"):
            part = part[name]


def test_openapi_lists_every_door(call):
    """The document at openapi.json names each path."""
    status, document = call("GET", "openapi.json", token=None)
    assert status == 200
    paths = set(document["paths"])
    wanted = {path.partition("?")[0].partition("/")[0] for _, path, _ in DOORS}
    wanted |= {"notices"}  # without a token
    wanted |= {"decisions", "actions", "freeze", "thaw", "listening", "inbox", "sanctions"}  # own
    wanted |= {
        "absences",
        "enforcement",
        "feeds",
        "flows",
        "interceptions",
        "opt-outs",
        "reseller",
        "tickets",
        "views",
        "webhooks",
        "why",
    }  # likewise
    assert {path.removeprefix("/api/v1/").partition("/")[0] for path in paths} == wanted
