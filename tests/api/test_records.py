"""Findings, inventory, cases and agents by the API."""

import json
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from app.conftest import NOON, report
from app.steps import block_port
from aupkeep.app.context import bound
from aupkeep.app.reading.read import read_raw
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.config.keys import public_keys
from aupkeep.enforcement.desired import open_signed
from aupkeep.intake.reading import read as reader
from aupkeep.model.ladder import Evidence
from aupkeep.model.raw import Channel
from aupkeep.store import case_filter, cases
from aupkeep.store.case_filter import CaseFilter
from aupkeep.store.models import RawRow

FINDING = {
    "kind": "connection/login_attack",
    "address": "203.0.113.10",
    "at": "2026-03-01T11:58:00Z",
    "target": {"port": 22, "protocol": "tcp"},
}
JSON = "application/json"


def test_only_trusted_tokens_make_telemetry(call):
    """Findings count as our own eyes, so a token that is not trusted is kept out."""
    body = json.dumps([FINDING]).encode()
    for token in ("plain", "finding"):
        status, answer = call("POST", "findings", body, token=token, media=JSON)
        assert (status, answer["error"]) == (403, "forbidden")
    assert RawRow.objects.count() == 0
    assert call("POST", "findings", body, media=JSON)[0] == 202
    assert call("POST", "findings", body, media=JSON)[0] == 200
    read_raw(bound(), RawRow.objects.get().id, reader, None)
    (case,) = case_filter.page(CaseFilter(), limit=50)
    assert {str(claim.finding.source) for claim in cases.claims(case.id)} == {"telemetry:all"}


def test_telemetry_by_the_door_of_reports_is_no_telemetry(call):
    """The same bytes posted as a report, by whichever token, never count as our own eyes."""
    body = json.dumps([FINDING]).encode()
    assert call("POST", "reports", body, media=JSON)[0] == 202
    media = "application/vnd.aupkeep.findings+json"
    assert call("POST", "reports", body + b" ", media=media)[0] == 415
    read_raw(bound(), RawRow.objects.get().id, reader, None)
    (case,) = case_filter.page(CaseFilter(), limit=50)
    assert {str(claim.finding.source) for claim in cases.claims(case.id)} == {"api:all"}
    assert case.level is Evidence.E1


WRONG = {
    "no list": b"{}",
    "an empty list": b"[]",
    "a NUL": b"\0",
    "broken UTF-8": b'["\xff"]',
    "levels": b"[" * 100_000,
    "a key twice": b'[{"kind": "a", "kind": "b"}]',
    "no number": b'[{"confidence": NaN}]',
    "a long number": b'[{"confidence": ' + b"9" * 5000 + b"}]",
    "no object": b"[1]",
    **{
        f"{name} {value!r}": json.dumps([{**FINDING, name: value}]).encode()
        for name, value in [
            ("kind", ["x"]),
            ("kind", "unheard/of"),
            ("role", {}),
            ("rsit", 5),
            ("address", "203.0.113.256"),
            ("address", "fe80::1%eth0"),
            ("at", "0001-01-01T00:00:00Z"),
            ("at", None),
            ("port", True),
            ("confidence", 1e400),
            ("confidence", 2),
            ("count", -1),
            ("url", "a\0b"),
            ("domain", "\ud800"),
            ("account", "x" * 3000),
            ("target", []),
            ("target", {"protocol": ["tcp"]}),
            ("\ud800", 1),
        ]
    },
}


def test_a_wrong_finding_is_told(call):
    """Nothing of a list with a mistake goes in, and the mistake is named."""
    for name, body in WRONG.items():
        status, answer = call("POST", "findings", body, media=JSON)
        assert (status, answer["error"]) == (422, "invalid"), name
        assert "expected" in answer["message"], name
    assert RawRow.objects.count() == 0


def test_what_parse_prints_is_taken(call):
    """A line's finding with its nulls, clause and places goes in as it is."""
    names = ("port", "url", "domain", "account", "rsit", "exact", "confidence")
    body = FINDING | dict.fromkeys(names) | {"clause": "intrusion", "offsets": {"at": [0, 1, 9]}}
    status, answer = call("POST", "findings", json.dumps([body]).encode(), media=JSON)
    assert (status, answer["repeated"]) == (202, False), answer


def test_each_body_is_described(call):
    """Whoever writes a client reads in the description what to send."""
    _, told = call("GET", "openapi.json", token=None)
    for path, method in (("reports", "post"), ("findings", "post"), ("customers", "put"),
                         ("assignments", "put"), ("notices", "post")):  # fmt: skip
        body = told["paths"][f"/api/v1/{path}"][method]["requestBody"]
        assert body["required"], path
    asked = told["paths"]["/api/v1/reports"]["post"]["parameters"]
    assert {parameter["name"] for parameter in asked} == {"Idempotency-Key", "site"}


def test_customers_come_in_row_by_row(call):
    """A broken row is named, the others are in."""
    body = b"customer,name,contact\noak,Oak,noc@oak.example\n,Nobody,x@oak.example\nelm,Elm,\n"
    status, answer = call("PUT", "customers", body, media="text/csv")
    assert (status, answer["imported"]) == (200, 2)
    assert [one["row"] for one in answer["dead"]] == [3]


def test_assignments_come_in_row_by_row(call):
    """A broken row and one that intersects are named, the others are in and answer `who`."""
    body = (
        b"address,customer,resource,from,until\n"
        b"203.0.113.20,oak,vm-1,2026-01-01T00:00:00Z,\n"
        b"203.0.113.20,elm,vm-2,2026-02-01T00:00:00Z,\n"
        b"203.0.113.300,elm,vm-3,2026-01-01T00:00:00Z,\n"
    )
    status, answer = call("PUT", "assignments", body, media="text/csv")
    assert (status, answer["imported"], answer["refused"]) == (200, 1, 1)
    assert [one["row"] for one in answer["dead"]] == [3, 4]
    status, who = call("GET", "who?subject=203.0.113.20:22&at=2026-01-15T00:00:00Z")
    assert (status, who["answer"], who["customer"]) == (200, "held", "oak")
    assert call("PUT", "assignments?source=odd", body)[0] == 422


HOSTILE = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"[" * 100_000,
    b"a,b\n" * 50,
    b"customer,name\na\0b,c\0d\n",
    b"address,customer,resource,from,until\n203.0.113.9,a\0b,c,2026-01-01T00:00:00Z,\n",
    b'[{"address": "203.0.113.9", "customer": "a\\u0000b", "from": "2026-01-01T00:00:00Z"}]',
    b'{"target": "main", "target": "other"}',
]


@pytest.mark.parametrize(
    "path", ["customers", "assignments", "assignments?source=json", "status/main"]
)
def test_hostile_bodies_are_never_our_error(call, path):
    """Whatever is put, the answer is a list of bad rows or a refusal, never a 500."""
    method = "POST" if path.startswith("status") else "PUT"
    for body in HOSTILE:
        assert call(method, path, body, media=JSON)[0] in {200, 422}, body


ODD = [
    "who?subject=203.0.113.10",
    "who?subject=x&at=2026-03-01T12:00:00Z",
    "who?subject=203.0.113.10&at=yesterday",
    "who?subject=203.0.113.10&at=0001-01-01T00:00:00Z",
    "who?subject=203.0.113.10&at=9999-12-31T23:59:59Z",
    "who?subject=203.0.113.10&at=2026-03-01T12:00:00Z&site=%00",
    "who?subject=%00&at=%ff",
    "cases?limit=x",
    "cases?state=odd",
    "cases?limit=99999999999999999999",
    "cases/%00",
    "cases/%ff",
    "desired/..%2f..%2fkeys",
    "desired/%00",
    "desired/" + "x" * 500,
]


def test_odd_questions_are_never_our_error(call):
    """A question that cannot be answered is refused in words."""
    for path in ODD:
        assert call("GET", path)[0] < 500, path


def test_a_case_is_shown(call):
    """The list and the case itself, by its reference."""
    receipt = receive(bound(), report("203.0.113.10", NOON), RawEnvelope(channel=Channel.FILE))
    read_raw(bound(), receipt.raw, reader, None)
    status, listed = call("GET", "cases")
    assert (status, len(listed)) == (200, 1)
    reference = listed[0]["reference"]
    status, shown = call("GET", f"cases/{quote(reference)}")
    assert (status, shown["reference"], shown["customer"]) == (200, reference, "alder")
    status, answer = call("GET", "cases/AAAA-AAAA")
    assert (status, answer["error"]) == (404, "missing")


def test_an_agent_gets_what_it_can_verify(call):
    """The desired state is the signed bytes; a target without one is missing."""
    from aupkeep.app.enforcing.desired_state import desired_bytes, write_desired

    assert call("GET", "desired/main")[0] == 404
    write_desired(bound(), "main")
    assert call("GET", "desired/main")[0] == 200
    keys = public_keys(bound().home, "desired")
    state = open_signed(desired_bytes(bound(), "main"), keys, target="main", last_serial=0)
    assert state.target == "main"
    assert state.protect
    assert call("GET", "desired/main?nonce=short")[0] == 422
    assert call("GET", f"desired/main?nonce={'0f' * 16}")[0] == 200
    write_desired(bound(), "main")
    assert b"0f" * 16 in desired_bytes(bound(), "main")


def test_an_agent_is_sent_what_differs(call):
    """With the tag of what it has: nothing, or the difference to it, which makes what is signed."""
    from aupkeep.app.enforcing.desired_state import desired_bytes, write_desired
    from aupkeep.enforcement.desired_patch import patched, tag_of

    def ask(tag: str, takes: str = "aupkeep-state") -> HttpResponse:
        bearer = {"Authorization": f"Bearer {call.secrets['agent']}"}
        asked = {**bearer, "If-None-Match": tag, "A-IM": takes}
        return call.client.get("/api/v1/desired/main", headers=asked)

    write_desired(bound(), "main")
    first = desired_bytes(bound(), "main")
    whole = ask("")
    assert (whole.status_code, whole.content, whole["ETag"]) == (200, first, tag_of(first))
    same = ask(tag_of(first))
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag_of(first))
    call("GET", f"desired/main?nonce={'1f' * 16}")
    write_desired(bound(), "main")
    second = desired_bytes(bound(), "main")
    assert second != first
    answer = ask(tag_of(first))
    assert (answer.status_code, answer["IM"], answer["ETag"]) == (
        226,
        "aupkeep-state",
        tag_of(second),
    )
    assert patched(first, answer.content) == second
    assert ask(tag_of(first), takes="gzip").content == second
    assert ask('"of-another-server"').content == second


def test_an_agents_word_is_taken(call):
    """A real agent that records: what it saw by HTTP changes the action."""
    from app.test_road import agent_of
    from aupkeep.app.deciding.consider import consider
    from aupkeep.app.enforcing.desired_state import write_desired
    from aupkeep.enforcement.agent_report import write_report
    from aupkeep.store import actions

    receipt = receive(bound(), report("203.0.113.10", NOON), RawEnvelope(channel=Channel.FILE))
    read_raw(bound(), receipt.raw, reader, None)
    (case,) = case_filter.page(CaseFilter(), limit=50)
    consider(bound(), case.id)
    block_port(bound(), case, hours=1)
    write_desired(bound(), "main")
    told = write_report(agent_of(bound()).step())
    assert call("POST", "status/main", told, media=JSON) == (200, {"changed": 1})
    assert call("POST", "status/other", told, media=JSON)[0] == 403
    assert call("GET", "desired/other")[0] == 403
    (action,) = actions.of_case(case.id)
    assert action.state.value == "applied"


def test_sources_and_their_records(call):
    """Who claims things is listed with its record, and shown by its key; a stranger is 404."""
    context = bound()
    data = report("203.0.113.10", NOON)
    raw = receive(context, data, RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1")).raw
    read_raw(context, raw, reader, None)
    (found,) = call("GET", "sources")[1]
    assert found["reports"] == 1
    status, shown = call("GET", f"sources/{quote(found['source'], safe='')}")
    assert (status, shown["unanswered"]) == (200, found["unanswered"])
    assert call("GET", f"sources/{found['id']}")[1]["source"] == found["source"]
    assert call("GET", "sources/mail:nobody.example")[0] == 404
    assert call("GET", "sources", token="report")[0] == 403
