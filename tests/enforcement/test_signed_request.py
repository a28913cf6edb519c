"""What an agent signs of a request: all of it, so that nothing else can be asked with it."""

import base64
import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.signed_request import (
    MOST,
    AgentRequest,
    RequestSignature,
    public_text,
    signed_headers,
    verified,
)
from aupkeep.model.errors import Forbidden

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
TOLD = AgentRequest(method="POST", path="/api/v1/status/edge", query="a=b", body=b"{}")


def headers(request=TOLD, key=KEY, number=7):
    return signed_headers(request, key, number=number, created=1_772_366_400)


def test_the_signature_is_that_of_the_standard():
    """The lines of RFC 9421 section 2.5, written out."""
    given = headers()
    assert given["Content-Digest"] == "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"
    parameters = given["Signature-Input"].removeprefix("agent=")
    lines = (
        f'"@method": POST\n"@path": /api/v1/status/edge\n"@query": ?a=b\n'
        f'"content-digest": {given["Content-Digest"]}\n"@signature-params": {parameters}'
    )
    signature = given["Signature"].removeprefix("agent=:").removesuffix(":")
    KEY.public_key().verify(base64.b64decode(signature), lines.encode())
    assert f'keyid="{public_text(KEY)}"' in parameters


def test_a_signed_request_says_who_and_which():
    """The key and the number; one that nobody signed says nobody."""
    assert verified(TOLD, headers()) == RequestSignature(public_text(KEY), 7)
    assert verified(TOLD, {"Content-Digest": "x"}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"method": "GET"},
        {"path": "/api/v1/status/main"},
        {"query": ""},
        {"query": "a=c"},
        {"body": b"{ }"},
    ],
)
def test_a_signature_is_for_one_request_alone(change):
    """Another method, target, query or body is refused."""
    with pytest.raises(Forbidden, match="signature"):
        verified(dataclasses.replace(TOLD, **change), headers())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Signature-Input", 'nonce="7"', 'nonce="8"'),
        ("Signature-Input", "created=1", "created=2"),
        ("Signature-Input", '"@query" ', ""),
        ("Signature-Input", public_text(KEY), public_text(OTHER)),
        ("Signature-Input", public_text(KEY), "A" * 43 + "="),
        ("Signature-Input", "agent=", "other="),
        ("Signature-Input", 'tag="aupkeep-agent"', 'tag="other"'),
        ("Signature-Input", 'nonce="7"', 'nonce="0"'),
        ("Signature", "agent=:", "agent=:AAAA"),
        ("Signature", "==:", "==:, agent=:AAAA:"),
    ],
)
def test_nothing_of_a_signature_can_be_changed(name, old, new):
    """Not its number, its key, what it covers or what it is for."""
    given = headers()
    assert old in given[name]
    with pytest.raises(Forbidden, match="signature"):
        verified(TOLD, {**given, name: given[name].replace(old, new)})


@pytest.mark.parametrize("missing", ["Content-Digest", "Signature-Input", "Signature"])
def test_half_a_signature_is_none_to_believe(missing):
    """A header that is taken away does not make the request an unsigned one."""
    given = {name: value for name, value in headers().items() if name != missing}
    with pytest.raises(Forbidden, match="signature"):
        verified(TOLD, given)


def test_a_number_has_an_end():
    """One above what JSON holds exactly is refused."""
    assert verified(TOLD, headers(number=MOST)) is not None
    with pytest.raises(Forbidden, match="number"):
        verified(TOLD, headers(number=MOST + 1))


def test_each_refusal_says_what_was_expected():
    """In whole sentences: a person at the agent's journal reads them."""
    given = headers()
    other = given["Signature"].replace("agent=:", "agent=:AAAA")[:-5] + ":"
    stranger = headers(key=OTHER)["Signature"]
    for changed, words in (
        ({"Signature": other}, "expected one as an agent of ours makes it (RFC 9421)"),
        ({"Content-Digest": "x"}, "expected the digest of this body, found another"),
        (
            {"Signature": stranger},
            (
                "expected one over this method, path, query and body by its own key, found "
                "another; a proxy must leave the path as it is"
            ),
        ),
    ):
        with pytest.raises(Forbidden) as caught:
            verified(TOLD, {**given, **changed})
        assert str(caught.value) == f"signature: {words}"


def test_the_number_before_is_signed_too():
    """Nobody between puts another in; without it the request is that of an older agent."""
    given = signed_headers(TOLD, KEY, number=9, previous=7, created=1)
    assert verified(TOLD, given) == RequestSignature(public_text(KEY), 9, 7)
    said = given.pop("Aupkeep-Previous-Number")
    assert verified(TOLD, given) == RequestSignature(public_text(KEY), 9)
    other = signed_headers(TOLD, KEY, number=10, previous=7, created=1)["Aupkeep-Previous-Number"]
    for bad in (said.replace("7=", "8=", 1), other, "7", "", said + " "):
        with pytest.raises(Forbidden):
            verified(TOLD, {**given, "Aupkeep-Previous-Number": bad})
