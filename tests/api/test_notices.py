"""Notices by the API: anybody with a solved challenge, anybody with a token, once, and told why."""

import base64
import hashlib
import json
import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.conftest import NOON
from app.notices_filed import COPYRIGHT, GOOD, solve
from aupkeep.app.context import bound
from aupkeep.app.reading.read import read_raw
from aupkeep.intake.reading import read as reader
from aupkeep.model.filing import Matter
from aupkeep.store import filings, raws
from aupkeep.store.models import FilingRow, TallyRow

JSON = "application/json"
NOTICE = {
    "matter": "break-in",
    "where": ["203.0.113.70:40022"],
    "at": "2026-03-01T11:50:00Z",
    "why": GOOD["why"],
    "name": GOOD["name"],
    "email": GOOD["email"],
    "good_faith": True,
}
KEY = "6f0d8a1e-5f0c-4d55-9f0e-1f7d1a2b3c4d"


def solved(call) -> dict[str, str]:
    """A fresh challenge and what solves it."""
    status, found = call("GET", "notices/challenge", token=None)
    assert status == 200
    solution = solve(found["challenge"], found["bits"])
    return {"challenge": found["challenge"], "solution": solution}


def unsolved(challenge: str, solution: str) -> bool:
    """Whether this solves nothing; with few bits one guess in 64 does."""
    return hashlib.sha256(f"{challenge}:{solution}".encode()).digest()[0] >= 4


def send(call, notice, *, token=None, media=JSON, **headers):
    return call("POST", "notices", json.dumps(notice).encode(), token=token, media=media, **headers)


def test_anybody_files_with_a_solved_challenge(call):
    """202 with a receipt; the notice is durable and its mail is on its way."""
    status, told = send(call, NOTICE | solved(call))
    assert (status, told["repeated"], told["confirm"]) == (202, False, True)
    filing = filings.by_reference(told["reference"])
    assert raws.read(raws.get(filing.raw).digest)
    assert told["page"].endswith(f"/r/{told['secret']}/")


def test_a_challenge_must_be_ours_and_solved(call):
    """A wait is no proof here: programs have no patience to show."""
    paid = solved(call)
    wrong = {"solution": next(one for one in map(str, count()) if unsolved(paid["challenge"], one))}
    forged = {"challenge": "forged", "solution": "1"}
    for cost in ({}, forged, paid | wrong, paid | {"solution": ""}, {"challenge": "\0" * 99}):
        status, told = send(call, NOTICE | cost)
        assert (status, told["error"]) == (422, "invalid"), cost
    assert FilingRow.objects.count() == 0


def test_a_challenge_is_good_once(call):
    """The same notice again is the same filing; another one is refused."""
    paid = solved(call)
    status, first = send(call, NOTICE | paid)
    assert status == 202
    assert send(call, NOTICE | paid) == (200, first | {"repeated": True})
    status, told = send(call, NOTICE | paid | {"name": "Ola"})
    assert (status, told["error"]) == (409, "conflict")


def test_a_token_needs_no_challenge(call):
    """Its name is who says so: nobody has to confirm anything."""
    status, told = send(call, NOTICE, token="report")
    assert (status, told["confirm"]) == (202, False)
    assert filings.by_reference(told["reference"]).token == "report"
    assert send(call, NOTICE, token="case")[0] == 403
    assert send(call, NOTICE, token="no-such")[0] == 401


@pytest.mark.parametrize("token", [None, "report"])
def test_a_key_is_one_notice(call, token):
    """With a fresh challenge too, so a caller who lost the answer gets the same receipt."""

    def again(**more: str) -> tuple[int, dict]:
        paid = {} if token else solved(call)
        return send(call, NOTICE | paid | more, token=token, Idempotency_Key=KEY)

    status, first = again()
    assert status == 202
    assert again() == (200, first | {"repeated": True})
    assert again(why="Something else than before.")[0] == 409


def test_a_key_of_nobodys_token_must_be_hard_to_guess(call):
    for key in ("", "short", "k" * 201):
        assert send(call, NOTICE | solved(call), Idempotency_Key=key)[0] == 422, key


WRONG = [
    ({"matter": "rude"}, r"matter: expected one of phishing, .*, found 'rude'"),
    ({"where": []}, r"where: expected 1 to 20 locations, one a line, found 0"),
    ({"where": ["203.0.113.0/24"]}, r"where: expected single addresses.*, found .*/24"),
    ({"where": "203.0.113.7"}, r"where: expected a list of texts, found"),
    ({"at": "yesterday"}, r"at: expected a time such as .*, found 'yesterday'"),
    ({"at": "2026-03-01T11:50"}, r"zone: expected one such as Europe/Oslo, found ''"),
    ({"why": 7}, r"why: expected a text, found '7'"),
    ({"email": "kari"}, r"email: expected a mail address such as .*, found 'kari'"),
    ({"good_faith": "yes"}, r"good_faith: expected true or false, found 'yes'"),
    ({"good_faith": False}, r"good_faith: expected the statement 'good_faith': yes, found"),
    ({"uploads": ["%"]}, r"upload: expected base64 .* as upload 1, found"),
    ({"uploads": ["AA=="] * 6}, r"upload: expected at most 5 files, found 6"),
    ({"colour": "red"}, r"'colour': expected one of at, authority"),
    ({"language": "de"}, r"language: expected en or nb, found 'de'"),
    ({"name": "", "why": ""}, r"why: expected .*; name: expected at least 2 characters"),
    ({"matter": "copyright"}, r"work: .*; authority: .*; sworn: .*; signature: "),
]


def test_what_is_wrong_is_told_by_field(call):
    """422 names the field, what was expected and what was found."""
    for more, said in WRONG:
        status, told = send(call, NOTICE | more, token="report")
        assert status == 422, more
        assert re.search(said, told["message"]), told["message"]
    assert FilingRow.objects.count() == 0


def test_what_is_no_object_is_refused(call):
    for body in (b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b"[" * 99_999):
        status, told = call("POST", "notices", body, token="report", media=JSON)
        assert (status, told["error"]) == (422, "invalid"), body[:9]


def test_another_type_or_too_much_is_refused(call):
    assert send(call, NOTICE, token="report", media="text/plain")[0] == 415
    status, _ = call("POST", "notices", b"{}", token=None, media=JSON, Content_Length=str(10**9))
    assert status == 413


def test_files_come_in_base64(call):
    """Ten megabytes together at most; kept to the byte."""
    body = b"From: a@b.example\r\n\0"
    encoded = base64.b64encode(body).decode()
    _, told = send(call, NOTICE | {"uploads": [encoded]}, token="report")
    raw = raws.get(filings.by_reference(told["reference"]).raw)
    assert raws.read(raw.digest).endswith(body)
    large = base64.b64encode(bytes(11 << 20)).decode()
    assert send(call, NOTICE | {"uploads": [large]}, token="report")[0] == 422


def test_a_copyright_notice_has_its_own_fields(call):
    more = {name: COPYRIGHT[name] for name in ("work", "authority", "signature")}
    notice = NOTICE | more | {"matter": "copyright", "sworn": True}
    assert send(call, notice, token="report")[0] == 202


def test_the_secret_opens_the_status(call):
    """Until it is confirmed it says no more than that we have it; no other secret opens it."""
    _, told = send(call, NOTICE | solved(call))
    path = f"notices/{told['reference']}"
    read_raw(bound(), filings.by_reference(told["reference"]).raw, reader, None)
    status, found = call("GET", path, token=told["secret"])
    assert (status, found["progress"], found["result"]) == (200, "received", "open")
    assert (found["confirmed"], found["matter"]) == (False, "break-in")
    for secret in (None, "report", "x" * 32):
        assert call("GET", path, token=secret)[0] == 404
    assert call("GET", "notices/N-2222-2222", token=told["secret"])[0] == 404


def test_asking_changes_nothing(call):
    """Neither a challenge nor a status leaves a trace."""
    for _ in range(3):
        call("GET", "notices/challenge", token=None)
    assert TallyRow.objects.count() == 0


def test_the_answer_is_the_same_whoever_holds_the_address(call):
    """Ours, nobody's on record, not ours: nothing in the receipt or the status differs (A30)."""
    shapes = set()
    for address in ("203.0.113.70", "203.0.113.99", "192.0.2.1"):
        notice = NOTICE | {"where": [address], "email": f"k{address[-1]}@reporter.example"}
        _, told = send(call, notice | solved(call))
        read_raw(bound(), filings.by_reference(told["reference"]).raw, reader, None)
        _, status = call("GET", f"notices/{told['reference']}", token=told["secret"])
        changing = ("reference", "secret", "page", "digest", "received_at", "steps")
        shapes.add(str([(k, v) for k, v in (told | status).items() if k not in changing]))
        assert [one["step"] for one in status["steps"]] == ["received"]
    assert len(shapes) == 1


def test_the_document_describes_it(call):
    """Fields, an example that is taken, and every refusal."""
    status, document = call("GET", "openapi.json", token=None)
    post = document["paths"]["/api/v1/notices"]["post"]
    body = post["requestBody"]["content"]["application/json"]
    assert status == 200
    assert set(body["schema"]["required"]) == {"matter", "where", "why", "good_faith"}
    assert {"200", "202", "409", "422", "429"} <= set(post["responses"])
    example = {k: v for k, v in body["example"].items() if k not in ("challenge", "solution")}
    assert send(call, example | {"at": f"{NOON:%Y-%m-%dT%H:%M:%SZ}"}, token="report")[0] == 202


WORDS = ["yes", "2026-03-01T11:50:00Z", "203.0.113.7", "owner", "\0", "\ud800", "\u202e", "=1+1"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(WORDS),
    st.text(max_size=30),
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
NAMES = [*NOTICE, "zone", "lines", "uploads", "work", "authority", "sworn", "signature",
         "contact", "language", "challenge", "solution", "colour"]  # fmt: skip


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6),
    st.sampled_from(list(Matter)),
    st.booleans(),
)
def test_any_object_is_taken_or_refused_with_a_word(call, more, matter, full):
    """Whatever is sent: a receipt, or 4xx in the API's one shape; never a 500."""
    notice = (NOTICE if full else {}) | {"matter": matter.value} | more
    status, told = send(call, notice, token="report")
    assert status in (200, 202, 422), told
