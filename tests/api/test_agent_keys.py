"""A stolen token alone reports for nobody: each agent is known by its key."""

import base64
import json
import os
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.conftest import NOON
from aupkeep.app.context import bound
from aupkeep.app.enforcing.agent_keys import add_key, forget_key, key_status, list_keys
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.enforcement.agent_report import AgentReport, write_report
from aupkeep.enforcement.signed_request import AgentRequest, public_text, signed_headers
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.store import log
from model.test_ed25519 import SMALL_ORDER

pytestmark = pytest.mark.both
JSON = "application/json"


def told(target="main", at=NOON):
    """A report in which nothing happened."""
    return write_report(AgentReport(at=at, target=target, driver="record", serial=1, frozen=False))


@dataclass
class Router:
    """An agent: its key and its numbers."""

    call: object
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    number: int = 1000
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def public(self):
        return public_text(self.key)

    def post(self, body=None, target="main", **change):
        """Report, signed; `change` is what is sent otherwise than signed."""
        body = told(target) if body is None else body
        self.number += 1
        request = AgentRequest(method="POST", path=f"/api/v1/status/{target}", body=body)
        self.sent = signed_headers(request, self.key, number=self.number, created=1)
        return self.again(body, target, **change)

    def again(self, body=None, target="main", **change):
        """The same headers once more."""
        headers = {name.replace("-", "_"): value for name, value in self.sent.items()}
        body = told(target) if body is None else body
        return self.call("POST", f"status/{target}", body, media=JSON, **{**headers, **change})

    def get(self, target="main"):
        self.number += 1
        request = AgentRequest(method="GET", path=f"/api/v1/desired/{target}")
        signed = signed_headers(request, self.key, number=self.number, created=1)
        headers = {name.replace("-", "_"): value for name, value in signed.items()}
        return self.call("GET", f"desired/{target}", media=JSON, **headers)


@pytest.fixture
def router(call):
    return Router(call)


def changes():
    """What the journal says of agents' keys: act and who."""
    logged = log.entries(types=(EntryType.AGENT_KEY_CHANGED,))
    return [(it.entry.payload["act"], it.entry.actor.id) for it in logged]


def test_the_first_signed_report_makes_its_key_known(router):
    """Once, with an entry; the next ones are believed by it."""
    assert [router.post()[0], router.post()[0]] == [200, 200]
    assert changes() == [("pinned", "agent:main")]
    assert key_status("main").public == router.public


def public_of(point):
    """A key as it is written everywhere."""
    return base64.b64encode(point).decode()


def test_a_key_with_which_anybody_signs_is_not_pinned(call):
    """The report is signed by nobody's private key: R is the identity and S is 0."""
    identity, body = bytes([1]) + bytes(31), told()
    request = AgentRequest(method="POST", path="/api/v1/status/main", body=body)
    headers = signed_headers(request, Ed25519PrivateKey.generate(), number=1, created=1)
    own = headers["Signature-Input"].partition('keyid="')[2].partition('"')[0]
    headers["Signature-Input"] = headers["Signature-Input"].replace(own, public_of(identity))
    headers["Signature"] = f"agent=:{base64.b64encode(identity + bytes(32)).decode()}:"
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    status, answer = call("POST", "status/main", body, media=JSON, **sent)
    assert (status, changes()) == (403, [])
    assert "anybody signs with it" in answer["detail"]


def test_the_token_alone_is_refused_from_then_on(router, call):
    """Neither the report of a thief is taken nor the state shown; the words say what to do."""
    write_desired(bound(), "main")
    router.post()
    for answer in (
        call("POST", "status/main", told(), media=JSON),
        call("GET", "desired/main"),
        router.post(Signature=""),
    ):
        assert (answer[0], answer[1]["error"]) == (403, "forbidden")
    assert "found none; upgrade its agent" in call("GET", "desired/main")[1]["detail"]
    assert router.get()[0] == 200


def test_another_key_is_refused_with_what_to_do(router, call):
    """Of a thief, of a second agent for the target, of one that lost its key: a person decides."""
    router.post()
    other = Router(call)
    for status, answer in (other.post(), other.get()):
        assert status == 403
        command = f"aupkeep agent key add main {other.public} --replace --reason"
        assert command in answer["detail"]
    assert router.post()[0] == 200
    (status,) = list_keys()
    assert status.refused
    (check,) = [check for check in page_hindrances(bound()) if check.check == "agents"]
    assert f"{status.refused}" in check.found
    add_key(bound(), "main", other.public, reason="a new disk", by=SYSTEM, replace=True)
    assert [other.post()[0], router.post()[0]] == [200, 403]
    assert changes() == [("pinned", "agent:main"), ("replaced", SYSTEM.id)]


def test_a_thief_writes_no_faster_than_once_a_minute(router, call, now):
    """Of many refused requests the first is kept, then one a minute."""
    router.post()
    first = Router(call)
    first.post()
    kept = key_status("main").refused_at
    Router(call).post()
    assert key_status("main").refused_at == kept
    now.at += timedelta(minutes=2)
    Router(call).post()
    assert key_status("main").refused_at > kept


def test_a_report_is_taken_once(router):
    """A replay is refused with the number that is known; an older one of another body too."""
    router.post()
    status, answer = router.again()
    assert (status, answer["error"]) == (409, "replayed")
    assert f"above {router.number}" in answer["detail"]
    router.number -= 5
    assert router.post()[0] == 409
    router.number += 5
    assert router.post()[0] == 200


def test_a_report_for_one_target_is_none_for_another(router, call):
    """Another target's agent, with a token for both, cannot report here."""
    router.post()
    other = Router(call)
    body = told("main")
    request = AgentRequest(method="POST", path="/api/v1/status/edge", body=body)
    other.sent = signed_headers(request, other.key, number=1, created=1)
    assert other.again(body)[0] == 403


def test_what_is_no_report_makes_no_key_known(router):
    """Nor does one of another target."""
    assert router.post(b"{}")[0] == 422
    assert router.post(told("edge"))[0] == 422
    assert changes() == []


def test_an_older_agent_is_taken_and_told_of(router, call, furnished):
    """Until it is upgraded doctor and each page say so; then no unsigned one is taken."""
    assert call("POST", "status/main", told(), media=JSON)[0] == 200
    (check,) = [check for check in doctor(furnished, lambda _: "") if check.check == "agents"]
    assert (check.ok, "main: " in check.found) == (False, True)
    assert "agents" in [check.check for check in page_hindrances(furnished)]
    router.post()
    (check,) = [check for check in doctor(furnished, lambda _: "") if check.check == "agents"]
    assert check.ok
    assert "agents" not in [check.check for check in page_hindrances(furnished)]
    assert call("POST", "status/main", told(), media=JSON)[0] == 403


def test_a_key_given_beforehand_leaves_no_first_use(router, call):
    """A thief who is first is refused as well."""
    add_key(bound(), "main", f" {router.public}\n", reason="set up", by=SYSTEM)
    assert Router(call).post()[0] == 403
    assert router.post()[0] == 200
    with pytest.raises(Conflict, match="--replace"):
        add_key(bound(), "main", Router(call).public, reason="", by=SYSTEM)
    for wrong in ("short", "é", "A" * 44, *map(public_of, SMALL_ORDER)):
        with pytest.raises(Invalid):
            add_key(bound(), "main", wrong, reason="", by=SYSTEM)


def test_after_a_forgotten_key_nobody_reports_until_a_person_gives_one(router, call):
    """Neither the token alone, nor another key, nor the old one; the refusal says what to do."""
    write_desired(bound(), "main")
    router.post()
    forget_key(bound(), "main", reason="moved", by=SYSTEM)
    assert key_status("main").state == "forgotten"
    other = Router(call, number=1)
    for status, answer in (
        call("POST", "status/main", told(), media=JSON),
        call("GET", "desired/main"),
        other.post(),
        other.get(),
        router.post(),
    ):
        assert status == 403
        assert "aupkeep agent key add main" in answer["detail"]
    assert f"key add main {other.public} --reason" in other.post()[1]["detail"]
    assert changes() == [("pinned", "agent:main"), ("forgotten", SYSTEM.id)]
    add_key(bound(), "main", other.public, reason="moved", by=SYSTEM)
    assert [other.post()[0], router.post()[0]] == [200, 403]
    with pytest.raises(Missing):
        forget_key(bound(), "edge", reason="", by=SYSTEM)


def write_status(furnished, target="main"):
    """What an agent of this machine writes."""
    path = furnished.home.agent / target / "status.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(told(target))
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))


def test_a_thief_is_not_the_first_where_an_agent_reports_by_its_file(router, call, furnished, now):
    """Else the agent of the server's own machine would be shut out; a day after it has gone, no."""
    write_status(furnished)
    assert [router.post()[0], call("POST", "status/main", told(), media=JSON)[0]] == [403, 403]
    assert changes() == []
    now.at += timedelta(days=1)
    assert router.post()[0] == 200


def test_a_file_is_no_report_of_an_agent_that_signs(router, furnished):
    """What an agent of this machine left there would else overwrite what the true one sees."""
    router.post()
    write_status(furnished)
    changed, unread = take_reports(furnished)
    assert changed == 0
    assert "aupkeep agent key forget" in unread[0]


def test_the_entry_of_a_key_says_which_and_why(router):
    """The short names of both, and the reason of the person."""
    router.post()
    other = Ed25519PrivateKey.generate()
    before = key_status("main").id
    add_key(bound(), "main", public_text(other), reason="new disk", by=SYSTEM, replace=True)
    payload = log.entries()[-1].entry.payload
    after = key_status("main").id
    assert (payload["key"], payload["replaced"], payload["reason"]) == (after, before, "new disk")
    assert json.dumps(payload).count(public_text(other)) == 0


def test_two_targets_with_one_key_are_named(router, furnished):
    """A folder that was copied to a second agent: whoever has either may report for both."""
    router.post()
    add_key(bound(), "edge", router.public, reason="a copied folder", by=SYSTEM)
    (check,) = [check for check in doctor(furnished, lambda _: "") if check.check == "agents"]
    assert not check.ok
    assert "one key for edge, main" in str(check)
    assert "aupkeep agent key add edge PUBLIC --replace --reason WHY" in str(check)
