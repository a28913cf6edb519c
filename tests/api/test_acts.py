"""What a person does by the API: through the gate, by their own token, on the case they saw."""

import json
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from api.test_approve import own
from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.access.staff import add_person
from aupkeep.app.context import bound
from aupkeep.app.deciding.case_records import find_case
from aupkeep.enforcement import freeze as switch
from aupkeep.model.actor import ActorKind
from aupkeep.model.case import CaseState
from aupkeep.store import decisions

BLOCK = {"measure": "block-port", "hours": 4, "reasons": "attempts seen", "cause": "unknown"}
WHY = {"reasons": "mended"}
FIELDS = (
    "measure, reasons, hours, cause, address, url, name, port, protocol, destination, account, "
    "rate, note, on, runbook, break_glass"
)


@pytest.fixture
def case(call):
    """A case about 203.0.113.10."""
    (opened,) = post(bound(), guess("203.0.113.10", NOON - timedelta(minutes=5)))
    return opened


@pytest.fixture
def act(call, case):
    """Post an act on the case as somebody, with what they saw."""
    token = cache(own)

    def posted(what: str, said: object, person: str = "ada", tag: str = "") -> tuple[int, Any]:
        return call(
            "POST",
            what.replace("CASE", f"cases/{case.reference}"),
            json.dumps(said).encode(),
            token=token(person),
            media="application/json",
            **({"If_Match": tag} if tag else {}),
        )

    return posted


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"measure": "block-port"}, "reasons: expected it, found nothing"),
        ({**BLOCK, "hour": 4}, f"hour: expected only {FIELDS}, found this one too"),
    ],
)
def test_a_field_that_is_missing_or_unknown_is_named(act, case, said, words):
    """A measure never stands for longer because `hours` was misspelt."""
    status, refused = act("CASE/decisions", said, tag="*")
    assert (status, refused["detail"]) == (422, words)
    assert by_people(case) == []


def by_people(case):
    return [made for made in decisions.of_case(case.id) if made.author.kind is ActorKind.PERSON]


def tag_of(call, case):
    bearer = {"Authorization": f"Bearer {call.secrets['all']}"}
    answer = call.client.get(f"/api/v1/cases/{case.reference}", headers=bearer)
    known = call.client.get(
        f"/api/v1/cases/{case.reference}", headers={**bearer, "If-None-Match": answer["ETag"]}
    )
    assert (answer.status_code, known.status_code, known.content) == (200, 304, b"")
    return answer["ETag"]


def test_of_two_who_decide_the_second_reads_what_the_first_did(call, case, act):
    """428 for who says nothing of what they saw, 412 with the first one's act, once only."""
    seen = tag_of(call, case)
    assert act("CASE/decisions", BLOCK)[0] == 428
    status, made = act("CASE/decisions", BLOCK, tag=seen)
    assert (status, made["level"], len(made["actions"])) == (200, "L3", 1)
    for person in ("bea", "ada"):
        status, refused = act("CASE/decisions", {**BLOCK, "hours": 8}, person, seen)
        assert (status, refused["error"]) == (412, "stale")
        assert "Decided by ada at" in refused["detail"]
    assert len(by_people(case)) == 1
    for odd in ('"', "W/", '"x.1"', '"' + "9" * 300 + '.1"', '"#-1.2"', "#99999.1"):
        assert act("CASE/decisions", BLOCK, tag=odd)[0] == 412
    status, undone = act(f"actions/{made['actions'][0]}/undo", WHY)
    assert (status, undone["state"]) == (200, "lifting")


def test_the_gate_refuses_by_the_api_too(call, case, act):
    assert act("CASE/decisions", {**BLOCK, "hours": 999}, tag="*")[0] == 403
    assert act("CASE/decisions", {**BLOCK, "hours": None}, tag="*")[0] == 422
    assert act("CASE/decisions", {**BLOCK, "measure": "hang"}, tag="*")[0] == 422
    assert act("CASE/decisions", {**BLOCK, "reasons": ""}, tag="*")[0] == 422
    assert not by_people(case)


def test_a_case_is_worked_on_and_closed(call, case, act):
    """Assigned, rested, noted: none of it makes what others saw stale; closing does."""
    seen = tag_of(call, case)
    assert act("CASE/assign", {"to": "ada"})[1]["assignee"] == "ada"
    assert act("CASE/assign", {"to": "bea"}, "bea")[0] == 412
    status, refused = act("CASE/assign", {"to": "nobody"})
    assert (status, refused["detail"]) == (422, "to: expected a person of the desk, found 'nobody'")
    assert (
        act("CASE/snooze", {"until": (NOON + timedelta(hours=4)).isoformat()}, tag=seen)[0] == 200
    )
    assert act("CASE/snooze", {"until": "tomorrow"})[0] == 422
    assert act("CASE/notes", {"text": "asked the plant"})[0] == 200
    assert act("CASE/deadline", {"hours": 4, **WHY})[0] == 409
    assert act("CASE/answers/read", {})[1]["read"] == 0
    assert act("CASE/reattribute", WHY)[0] in (200, 409)
    assert act("CASE/close", {"outcome": "lost", **WHY})[0] == 422
    assert act("CASE/close", {"outcome": "fixed", **WHY}, tag=seen)[1]["outcome"] == "fixed"
    assert find_case(case.reference).state is CaseState.CLOSED
    said = {
        "close": {"outcome": "fixed", **WHY},
        "notes": {"text": "x"},
        "assign": {"to": "bea"},
        "letters": {"to": "customer", "subject": "x", "text": "x"},
        "probes": {},
        "appeal/hand-over": WHY,
        "finish": {"customer": "alder", **WHY},
        "judgement": {"judgement": "granted", **WHY},
        "snooze": {"until": (NOON + timedelta(hours=4)).isoformat()},
        "deadline": {"hours": 4, **WHY},
        "reattribute": WHY,
        "answers/read": {},
    }
    for what, body in said.items():
        assert act(f"CASE/{what}", body, "bea", seen)[0] == 412, what


def test_automation_is_frozen_and_thawed(act):
    assert act("freeze", WHY)[0] == 200
    assert switch.frozen(bound().home.freeze)
    assert act("thaw", WHY)[0] == 200
    assert not switch.frozen(bound().home.freeze)


def test_the_house_is_kept_by_its_operators_alone(act):
    """Refused and missing things say so; what is done stands in the answer."""
    permitted = {"resource": "alder/vm-a", "kind": "connection/port_scan", **WHY}
    permit = {**permitted, "until": "2026-03-20T00:00:00Z"}
    status, granted = act("permissions/grant", permit)
    assert status == 200, granted
    assert act("permissions/grant", {**permit, "until": "soon"})[0] == 422
    assert act("permissions/revoke", permitted)[0] == 200
    assert act("permissions/revoke", permitted)[0] in (404, 409)
    assert act("listening", {"on": True, **WHY})[1]["listen"]
    assert act("staff/bea/roles", {"roles": ["king"]})[0] == 422
    assert act("staff/nobody/roles", {"roles": ["noc"]})[0] == 404
    assert act("staff/bea/sessions/end", WHY)[0] == 200
    assert act("tokens/ada's/revoke", {})[0] == 200
    assert act("tokens/none/revoke", {}, "bea")[0] == 404
    missing = {
        "inbox/none/done": WHY,
        "inbox/none/rows": {"row": 1, "text": "x"},
        "inquiries/none/answer": {"text": "x"},
        "inquiries/none/close": WHY,
        "outbox/none/replay": {},
        "sanctions/none": {"step": "warn", **WHY},
        "reports/none/verdict": {"said": "refuted", **WHY},
        "CASE/finish": {"customer": "alder", **WHY},
        "CASE/judgement": {"judgement": "granted", **WHY},
        "CASE/appeal/hand-over": WHY,
        "actions/none/undo": WHY,
    }
    for what, said in missing.items():
        assert act(what, said, "bea")[0] in (403, 404, 409), what
    made = add_person(bound(), "lars@desk.example", name="Lars", language="en", roles=["analyst"])
    assert made
    kept = {
        "outbox/none/replay": {},
        "tokens/bea's/revoke": {},
        "staff/bea/roles": {"roles": ["noc"]},
    }
    for what, said in kept.items():
        assert act(what, said, "lars@desk.example")[0] == 403, what
