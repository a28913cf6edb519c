"""A person's passkeys without a browser: whose they are, what is refused."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.authenticator import Authenticator
from app.conftest import with_settings
from aupkeep.app.access.credentials import person_behind
from aupkeep.app.access.staff import add_person, remove_person, sign_in_link
from aupkeep.app.access.webauthn import read_assertion, read_creation, request_options
from aupkeep.app.context import AppContext
from aupkeep.app.pages.account.passkeys import (
    add_passkey,
    list_passkeys,
    offered,
    remove_passkey,
    use_passkey,
)
from aupkeep.app.pages.sign_in.load import active_person
from aupkeep.config.settings import Settings
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.store import staff

ADA, BEA = "ada@aupkeep.example", "bea@aupkeep.example"
BROWSER, OTHER = "a" * 32, "b" * 32
ORIGIN = "https://abuse.example.org"


@pytest.fixture
def desk(context: AppContext) -> AppContext:
    """The install behind TLS."""
    return with_settings(context, provider={"url": ORIGIN})


def enrolled(desk: AppContext, address: str = ADA, maker: str | None = None) -> Authenticator:
    """A device with a passkey of that person."""
    device = Authenticator(ORIGIN)
    answer = device.create(offered(desk, address, BROWSER))
    add_passkey(desk, address, "phone", (answer, BROWSER), maker)
    return device


def signed(desk: AppContext, device: Authenticator, **wrong: object) -> str:
    """Its answer to a fresh question."""
    return device.get(request_options(desk, BROWSER), **wrong)


def test_a_passkey_lets_its_person_in(desk):
    device = enrolled(desk)
    assert use_passkey(desk, signed(desk, device), BROWSER).id == ADA
    assert list_passkeys(ADA)[0].used is not None


def test_a_device_whose_key_anybody_signs_with_is_refused(desk):
    """An EdDSA key of small order (RFC 9053 section 2.2): no private key is needed for it."""
    device = Authenticator(ORIGIN)
    device.public = {1: 1, 3: -8, -1: 6, -2: bytes([1]) + bytes(31)}
    answer = device.create(offered(desk, ADA, BROWSER))
    with pytest.raises(Forbidden):
        add_passkey(desk, ADA, "phone", (answer, BROWSER), None)
    assert list_passkeys(ADA) == []
    own = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    device.public[-2] = own
    answer = device.create(offered(desk, ADA, BROWSER))
    add_passkey(desk, ADA, "phone", (answer, BROWSER), None)
    assert len(list_passkeys(ADA)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://sub.abuse.example.org"},
        {"origin": "http://abuse.example.org"},
        {"crossOrigin": True},
        {"type": "webauthn.create"},
        {"flags": 0x01},  # present, and nobody verified
        {"flags": 0x04},  # verified, and nobody present
        {"rp": "evil.example"},
        {"handle": b"somebody else"},
        {"count": 1},  # as when it was made
        {"signature": b"0" * 70},
    ],
    ids=str,
)
def test_an_answer_with_something_wrong_lets_nobody_in(desk, wrong):
    device = enrolled(desk)
    with pytest.raises(Forbidden):
        use_passkey(desk, signed(desk, device, **wrong), BROWSER)
    assert use_passkey(desk, signed(desk, device), BROWSER).id == ADA


def test_an_answer_is_of_its_browser_its_ten_minutes_and_its_purpose(desk, now):
    device = enrolled(desk)
    answer = signed(desk, device)
    for browser in (OTHER, ""):
        with pytest.raises(Forbidden):
            use_passkey(desk, answer, browser)
    adding = json.loads(offered(desk, ADA, BROWSER))["publicKey"]["challenge"]
    with pytest.raises(Forbidden):  # a challenge for adding signs nobody in
        use_passkey(desk, signed(desk, device, challenge=adding), BROWSER)
    assert use_passkey(desk, answer, BROWSER).id == ADA
    with pytest.raises(Forbidden):
        use_passkey(desk, answer, BROWSER)
    late = signed(desk, device)
    now.at += timedelta(minutes=11)
    with pytest.raises(Forbidden):
        use_passkey(desk, late, BROWSER)


def test_what_was_offered_to_one_person_is_no_passkey_of_another(desk):
    answer = Authenticator(ORIGIN).create(offered(desk, ADA, BROWSER))
    with pytest.raises(Forbidden):
        add_passkey(desk, BEA, "phone", (answer, BROWSER), None)
    assert list_passkeys(BEA) == []


def test_a_passkey_added_behind_an_operators_link_stays_the_operators(desk):
    """Invariant 15: it makes no second person of who made the link."""
    operator = staff.by_address(BEA)
    device = enrolled(desk, ADA, maker=operator.id)
    assert use_passkey(desk, signed(desk, device), BROWSER).maker == operator.id


def test_who_is_removed_has_no_passkey_when_they_come_back(desk):
    device = enrolled(desk)
    remove_person(desk, ADA, "left")
    with pytest.raises(Forbidden):
        use_passkey(desk, signed(desk, device), BROWSER)
    add_person(desk, ADA, "Ada", "en")
    with pytest.raises(Forbidden):
        use_passkey(desk, signed(desk, device), BROWSER)


def test_an_operator_takes_a_lost_one_away(desk):
    device = enrolled(desk)
    by = Actor(kind=ActorKind.PERSON, id=BEA, name="Bea")
    remove_passkey(desk, ADA, list_passkeys(ADA)[0].id, by=by, reason="lost")
    with pytest.raises(Forbidden):
        use_passkey(desk, signed(desk, device), BROWSER)


def test_a_role_that_must_have_one_acts_by_no_link(desk):
    """Neither on a page nor as a second person; a session by a link may add the first one."""
    strict = with_settings(desk, web={"passkey_roles": ("senior",)})
    link = sign_in_link(strict, ADA).link
    with pytest.raises(Forbidden):
        person_behind(strict, link)
    assert active_person(strict, ADA).enrols
    enrolled(strict)
    assert active_person(strict, ADA) is None
    assert active_person(strict, ADA, by="passkey").enrols is False
    with pytest.raises(Forbidden):
        person_behind(strict, sign_in_link(strict, ADA).link)


def test_a_role_cannot_be_asked_for_what_the_address_forbids(desk):
    for url in ("http://abuse.example.org", "https://192.0.2.7"):
        with pytest.raises(Invalid, match="passkey_roles"):
            Settings(
                provider=replace(desk.settings.provider, url=url),
                web=replace(desk.settings.web, passkey_roles=("senior",)),
            )
    with pytest.raises(Invalid, match="passkey_roles"):
        replace(desk.settings.web, passkey_roles=("boss",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60), spot=st.integers(0, 400), value=JSON, byte=st.integers(0, 255))
def test_no_answer_breaks_anything(desk, text, spot, value, byte):
    """Text, a field of another kind, a byte changed anywhere: refused in words."""
    device = Authenticator(ORIGIN)
    made = json.loads(device.create(offered(desk, ADA, BROWSER)))
    response = made["response"]
    name = sorted(response)[spot % 2]
    raw = bytearray(websafe_decode(response["attestationObject"]))
    raw[spot % len(raw)] ^= byte or 1
    for answer in (
        text,
        json.dumps(value),
        json.dumps({**made, "response": value}),
        json.dumps({**made, "response": {**response, name: value}}),
        json.dumps({**made, "response": {**response, "attestationObject": websafe_encode(raw)}}),
        json.dumps({**made, "rawId": value, "id": value}),
    ):
        for read in (read_creation, read_assertion):
            with suppress(Forbidden, Invalid):
                read(desk, *([ADA] if read is read_creation else []), answer, BROWSER)


def test_a_nest_of_brackets_is_refused(desk):
    for text in ("[" * 19_000, "x" * 20_001):
        with pytest.raises(Invalid):
            use_passkey(desk, text, BROWSER)
