"""Single sign-on against a real issuer on loopback: who comes in, as what, and who is out when."""

import dataclasses
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.test import Client

from app.conftest import with_settings
from aupkeep.app.access.oidc.begin import redirect_address
from aupkeep.app.access.oidc.follow import _hand_on, believe
from aupkeep.app.access.oidc.person import unbind
from aupkeep.app.access.oidc.session import still_vouched
from aupkeep.app.access.staff import add_person, list_people, remove_person, sign_in_link
from aupkeep.app.access.tokens import add_token, check_token
from aupkeep.app.context import bind, bound
from aupkeep.app.pages.doctor.single_sign_on import single_sign_on_check
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.store import log, oidc_sessions, outbox, sessions, staff
from aupkeep.store.models import OidcSessionRow
from issuer import CLIENT, Issuer, issuing
from web.seeded import KARI, Seeded

pytestmark = pytest.mark.network
ADA = "ada@desk.example"
ROLES = ("abuse-desk = analyst", "abuse-seniors = senior", "it-operations = operator")
BY_KARI = Actor(kind=ActorKind.PERSON, id=KARI.id, name=KARI.name)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A browser that shows where it is sent."""

    def redirect_request(self, *args: object) -> None:
        """Follow nothing."""


@pytest.fixture
def issuer(empty: Seeded) -> Iterator[Issuer]:
    """The desk's issuer; the pages know it."""
    back = redirect_address(bound())
    with issuing(empty.clock, back) as it:
        (bound().home.path / "secret").write_text("s3cr/et\n")
        set_oidc(issuer=it.url)
        yield it


def set_oidc(**changes: object) -> None:
    """Bind the pages to other settings of the single sign-on."""
    now = bound().settings.oidc
    base = {"client_id": CLIENT, "client_secret": f"file:{bound().home.path}/secret",
            "roles": ROLES}  # fmt: skip
    oidc = dataclasses.replace(now, **{**({} if now.issuer else base), **changes})
    bind(with_settings(bound(), oidc=oidc))


def sent_back(client: Client) -> str:
    """The path that the issuer sends a browser back to."""
    there = client.get("/sign-in/oidc")["Location"]
    with pytest.raises(urllib.error.HTTPError, match="302") as answer:
        urllib.request.build_opener(NoRedirect).open(there, timeout=5)
    parts = urlsplit(answer.value.headers["Location"])
    answer.value.close()
    return f"{parts.path}?{parts.query}"


def come(issuer: Issuer, who: str = "ada-1") -> tuple[Client, str]:
    """A browser after the way there and back; where it stands then."""
    issuer.who = who
    client = Client()
    answer = client.get(sent_back(client))
    return client, answer.get("Location", "") or answer.content.decode()


def later(seeded: Seeded, **passed: float) -> None:
    seeded.clock.at += timedelta(**passed)


def stays(client: Client) -> bool:
    return client.get("/queue").status_code == 200


def test_somebody_new_comes_in_with_the_roles_of_their_groups(issuer: Issuer):
    client, where = come(issuer)
    assert where == "/queue"
    assert stays(client)
    (ada,) = (one for one in list_people() if one.address == ADA)
    assert (ada.name, ada.roles, ada.subject) == (
        "Ada Solberg",
        ("analyst",),
        f"{issuer.url} ada-1",
    )
    added, signed_in = (it.entry for it in log.entries()[-2:])
    assert (added.type, added.payload["source"]) == (EntryType.STAFF_ADDED, "oidc")
    assert (signed_in.type, signed_in.actor.id) == (EntryType.SIGNED_IN, ADA)
    assert signed_in.payload["source"] == "oidc"
    assert come(issuer)[1] == "/queue"
    assert log.entries()[-1].entry.type is log.entries()[-2].entry.type is EntryType.SIGNED_IN


def test_the_way_there_asks_for_a_code_by_pkce_state_and_nonce(issuer: Issuer):
    client = Client()
    asked = {
        k: v[0]
        for k, v in parse_qs(urlsplit(client.get("/sign-in/oidc")["Location"]).query).items()
    }
    again = {
        k: v[0]
        for k, v in parse_qs(urlsplit(client.get("/sign-in/oidc")["Location"]).query).items()
    }
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"].endswith("/sign-in/oidc/back")
    assert not {asked[x] for x in ("state", "nonce", "code_challenge")} & set(again.values())


def test_what_comes_back_counts_once_in_that_browser_and_for_ten_minutes(
    issuer: Issuer, empty: Seeded
):
    issuer.faults.add("codes")  # it would take one twice
    client, other = Client(), Client()
    path = sent_back(client)
    assert other.get(path).status_code == 403
    assert client.get(path.replace("state=", "state=A")).status_code == 403
    assert client.get(path)["Location"] == "/queue"
    assert client.get(path).status_code == 403
    late = sent_back(client)
    later(empty, minutes=11)
    assert client.get(late).status_code == 403
    assert client.get("/sign-in/oidc/back").status_code == 403
    path = sent_back(client)
    refused = f"{path.partition('code=')[0]}error=access_denied"
    assert client.get(refused).status_code == 403


@pytest.mark.parametrize(
    ("fault", "changed"),
    [("unsigned", {}), ("by-secret", {}), ("key", {}), ("iss", {}),
     ("", {"nonce": "another"}), ("", {"aud": "another"}), ("", {"iss": "https://evil.example"}),
     ("", {"exp": 1}), ("", {"iat": 4102444800}), ("", {"sub": None}), ("", {"exp": True}),
     ("", {"aud": [CLIENT, "b"]}), ("", {"azp": "another"}), ("", {"email_verified": False}),
     ("", {"email": "ada"}), ("", {"email_verified": None})],
)  # fmt: skip
def test_a_token_that_proves_nothing_lets_nobody_in(issuer: Issuer, fault: str, changed: dict):
    issuer.faults.add(fault)
    issuer.changed = changed
    client, page = come(issuer)
    assert "You were not let in" in page
    assert not stays(client)
    assert staff.by_address(ADA) is None


def test_an_acr_that_is_asked_for_must_be_kept(issuer: Issuer):
    set_oidc(acr="phr")
    assert "You were not let in" in come(issuer)[1]
    issuer.changed = {"acr": "phr"}
    assert come(issuer)[1] == "/queue"


def test_whoever_has_no_group_is_told_what_to_ask_for(issuer: Issuer):
    issuer.people["ada-1"]["groups"] = ["everybody"]
    page = come(issuer)[1]
    assert "Ask for:" in page
    assert "abuse-desk, abuse-seniors, it-operations" in page
    assert staff.by_address(ADA) is None


def test_roles_follow_the_groups_at_a_sign_in_and_at_the_next_question(
    issuer: Issuer, empty: Seeded
):
    client, _ = come(issuer)
    issuer.people["ada-1"]["groups"] = ["abuse-seniors", "it-operations"]
    assert stays(client)
    assert staff.by_address(ADA).roles == ("analyst",)
    later(empty, minutes=5)
    assert stays(client)
    assert staff.by_address(ADA).roles == ("senior", "operator")
    assert log.entries()[-1].entry.payload["source"] == "oidc"
    issuer.people["ada-1"]["groups"] = ["abuse-desk"]
    come(issuer)
    ada = staff.by_address(ADA)
    assert ada.roles == ("analyst",)
    assert empty.clock() - ada.second_until < timedelta(seconds=1)  # till then a second person


@pytest.mark.parametrize("fault", ["", "by-userinfo", "no-refresh"])
def test_a_leaver_is_out_within_fifteen_minutes(issuer: Issuer, empty: Seeded, fault: str):
    issuer.faults.add(fault)
    client, _ = come(issuer)
    for _ in range(4):
        later(empty, minutes=6)
        assert stays(client)
    del issuer.people["ada-1"]
    later(empty, minutes=6)
    assert not stays(client)
    assert not OidcSessionRow.objects.exists()


def test_whoever_loses_the_last_group_loses_links_and_tokens_too_until_it_is_back(
    issuer: Issuer, empty: Seeded
):
    client, _ = come(issuer)
    other, _ = come(issuer)
    set_oidc(local="everybody")
    link = urlsplit(sign_in_link(bound(), ADA).link).path
    token = add_token(bound(), "adas", trusted=False, scopes=("approve",), days=9, person=ADA)
    issuer.people["ada-1"]["groups"] = []
    later(empty, minutes=6)
    assert not stays(client)
    assert not stays(other)
    assert Client().post(link).status_code == 410
    assert check_token(bound(), token.token) is None
    assert log.entries()[-1].entry.payload["source"] == "oidc"
    assert ADA not in {one.address for one in list_people()}
    assert not sessions.of(ADA)
    issuer.people["ada-1"]["groups"] = ["abuse-desk"]
    assert come(issuer)[1] == "/queue"


def test_an_issuer_that_is_away_neither_lets_in_nor_throws_out_before_fifteen_minutes(
    issuer: Issuer, empty: Seeded
):
    client, _ = come(issuer)
    waiting = Client()
    path = sent_back(waiting)
    issuer.faults.add("away")
    answer = waiting.get(path)
    assert (answer.status_code, b"does not answer" in answer.content) == (503, True)
    later(empty, minutes=8)
    asked = len(issuer.heard)
    assert stays(client)
    assert stays(client)
    assert len(issuer.heard) == asked + 1  # not with every page
    issuer.faults.clear()
    later(empty, minutes=1)
    assert stays(client)
    issuer.faults.add("away")
    later(empty, minutes=14)
    assert stays(client)
    later(empty, minutes=1, seconds=1)
    assert not stays(client)


def test_of_two_requests_at_once_one_asks(issuer: Issuer, empty: Seeded):
    client, _ = come(issuer)
    later(empty, minutes=40)
    key = client.cookies["__Host-aupkeep_session"].value
    context = bound()

    def asked() -> bool:
        try:
            return still_vouched(context, key)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = [it.result() for it in [pool.submit(asked) for _ in range(4)]]
    assert answers == [True] * 4
    assert issuer.heard[-2:].count("/token") == 1
    assert stays(client)


def test_what_the_issuer_is_asked_with_opens_nowhere_but_in_that_browser(issuer: Issuer):
    client, _ = come(issuer)
    row = OidcSessionRow.objects.get()
    key = client.cookies["__Host-aupkeep_session"].value
    assert row.session == sessions.hashed(key)
    assert b"refresh-" not in bytes.fromhex(row.sealed)
    oidc_sessions.confirm(row.session, row.sealed, row.checked_at - timedelta(hours=1))
    other = Client()
    other.get(sent_back(other))
    stranger = other.cookies["__Host-aupkeep_session"].value
    mine = OidcSessionRow.objects.get(session=sessions.hashed(stranger))
    oidc_sessions.confirm(mine.session, row.sealed, row.checked_at - timedelta(hours=1))
    assert not stays(other)
    assert stays(client)
    client.post("/sign-out")
    assert not OidcSessionRow.objects.exists()


def test_one_subject_is_one_record_and_one_record_one_subject(issuer: Issuer):
    add_person(bound(), ADA, "Ada", "nb", roles=["senior"])
    made = staff.by_address(ADA)
    come(issuer)
    assert (staff.by_address(ADA).id, staff.by_address(ADA).roles) == (made.id, ("analyst",))
    issuer.people["eve-2"] = {**issuer.people["ada-1"], "groups": ["abuse-seniors"]}
    assert "You were not let in" in come(issuer, "eve-2")[1]
    issuer.people["ada-1"]["email"] = "ada.new@desk.example"
    assert come(issuer)[1] == "/queue"
    assert staff.by_address("ada.new@desk.example") is None
    with pytest.raises(Invalid):
        unbind(bound(), ADA, " ", BY_KARI)
    unbind(bound(), ADA, "new account", BY_KARI)
    with pytest.raises(Conflict):
        unbind(bound(), ADA, "again", BY_KARI)
    assert come(issuer, "eve-2")[1] == "/queue"
    assert staff.by_address(ADA).subject == f"{issuer.url} eve-2"


def test_whom_an_operator_removed_the_issuer_does_not_bring_back(issuer: Issuer):
    come(issuer)
    remove_person(bound(), ADA, "left", by=BY_KARI)
    assert "You were not let in" in come(issuer)[1]
    add_person(bound(), ADA, "Ada", "en", by=BY_KARI)
    assert come(issuer)[1] == "/queue"


@pytest.mark.parametrize(
    ("local", "ada", "kari"),
    [("everybody", True, True), ("unbound", False, True), ("nobody", False, False)],
)
def test_the_local_way_is_for_whom_the_settings_say(
    issuer: Issuer, local: str, *, ada: bool, kari: bool
):
    come(issuer)
    links = {who: urlsplit(sign_in_link(bound(), who).link).path for who in (ADA, KARI.id)}
    inside = Client()
    set_oidc(local="everybody")
    inside.post(urlsplit(sign_in_link(bound(), ADA).link).path)
    set_oidc(local=local)
    for who, opens in ((ADA, ada), (KARI.id, kari)):
        where = Client().post(links[who])["Location"]
        assert where == ("/queue" if opens else "/sign-in?needs=issuer")
    assert stays(inside) is ada
    page = Client().get("/sign-in?needs=issuer").content.decode()
    assert ('name="address"' in page) is (local != "nobody")
    assert "The link opens nothing" in page


def test_the_doctor_looks_at_issuer_clock_and_redirect_address(issuer: Issuer, empty: Seeded):
    (good,) = single_sign_on_check(bound())
    assert good.ok, good
    ours = issuer.clock
    issuer.clock = type(ours)(ours.at + timedelta(minutes=2))
    assert "120 s ahead of ours" in single_sign_on_check(bound())[0].found
    issuer.clock, issuer.back = ours, "https://other.example/"
    assert "register http" in single_sign_on_check(bound())[0].remedy
    issuer.faults.add("issuer")
    assert "calls itself 'https://evil.example'" in single_sign_on_check(bound())[0].found
    issuer.faults.add("away")
    assert "503" in single_sign_on_check(bound())[0].found
    set_oidc(roles=())
    assert "oidc.roles" in single_sign_on_check(bound())[0].remedy
    set_oidc(issuer="")
    assert single_sign_on_check(bound()) == ()


def test_a_web_process_that_may_not_write_people_has_the_worker_believe_the_issuer(
    issuer: Issuer, empty: Seeded, monkeypatch
):
    monkeypatch.setattr(staff, "may_change", lambda: False)
    assert "being taken over" in come(issuer)[1]
    assert staff.by_address(ADA) is None
    worked(empty)
    assert staff.by_address(ADA).roles == ("analyst",)
    client, where = come(issuer)
    assert where == "/queue"
    issuer.people["ada-1"]["groups"] = []
    later(empty, minutes=6)
    assert not stays(client)
    worked(empty)
    assert not staff.by_address(ADA).active


def worked(seeded: Seeded) -> None:
    """A worker's turn over what was handed on."""
    for lease in outbox.lease(("oidc",), seeded.clock(), 60, 9, "w"):
        believe(bound(), str(lease.effect.payload["id_token"]), lease)
    assert outbox.pending(("oidc",)) == 0


def test_the_worker_believes_the_issuers_signature_alone(issuer: Issuer, empty: Seeded):
    forged = {
        "iss": issuer.url,
        "sub": "ada-1",
        "aud": CLIENT,
        "iat": 1,
        "exp": 9e9,
        **issuer.people["ada-1"],
    }
    issuer.faults.add("key")
    _hand_on(bound(), staff.by_address(KARI.id), issuer.signed(forged))
    worked(empty)
    assert staff.by_address(ADA) is None
    issuer.faults.clear()
    _hand_on(bound(), staff.by_address(KARI.id), issuer.signed(forged))
    worked(empty)
    assert staff.by_address(ADA).roles == ("analyst",)
