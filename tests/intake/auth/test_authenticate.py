"""The truth table of who counts as proven; the DNS is scripted, the signatures are real."""

import base64
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.auth.authenticate import authenticate
from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.intake.domains import is_aligned
from aupkeep.model.report import Authentication, Verdict

OURS, FOREIGN, LOCAL = "203.0.113.5", "198.51.100.9", "127.0.0.1"
GOOD = "192.0.2.9"
BOUNDARY = TrustBoundary(relays=("203.0.113.0/28",), names=("mx.ours.example",))
BODY = b"To: a@hoster.example\r\nSubject: report\r\n\r\nbody\r\n"
MAIL = b"From: Desk <abuse@reporter.example>\r\n" + BODY


@cache
def key() -> tuple[bytes, str]:
    """A private key as PEM and its public half for the DNS."""
    made = rsa.generate_private_key(65537, 2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = made.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, base64.b64encode(public).decode()


def signed(mail: bytes, domain: str = "reporter.example", *, length: bool = False) -> bytes:
    """The mail with a DKIM signature on top."""
    headers = [b"from", b"subject"]
    signature = dkim.sign(
        mail, b"s1", domain.encode(), key()[0], include_headers=headers, length=length
    )
    return bytes(signature) + mail


def lookup(name: str, record: str) -> list[str]:
    """The DNS of the examples; `late.example` never answers."""
    if name.endswith("late.example"):
        raise TimeoutError(name)
    zone = {
        ("reporter.example", "TXT"): ["verification=1", "v=spf1 ip4:192.0.2.0/24 -all"],
        ("_dmarc.reporter.example", "TXT"): ["v=DMARC1; p=reject"],
        ("strict.example", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
        ("mail.strict.example", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
        ("_dmarc.strict.example", "TXT"): ["v=DMARC1; p=none; aspf=s; adkim=s"],
        ("evil.example", "TXT"): ["v=spf1 ip4:198.51.100.0/24 -all"],
        ("mxed.example", "TXT"): ["v=spf1 mx -all"],
        ("mxed.example", "MX"): ["10 mx.mxed.example."],
        ("mx.mxed.example", "A"): ["192.0.2.9"],
        ("loop.example", "TXT"): ["v=spf1 include:loop.example -all"],
    }
    if name.endswith("._domainkey.reporter.example") or name.startswith("s1._domainkey."):
        return [f"v=DKIM1; k=rsa; p={key()[1]}"]
    return zone.get((name, record), [])


def check(mail: bytes, peer: str | None, sender: str = "", helo: str = "x") -> Authentication:
    """Authenticate with the scripted DNS."""
    return authenticate(mail, peer=peer, helo=helo, sender=sender, boundary=BOUNDARY, lookup=lookup)


PASS, FAIL, NONE, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.NONE, Verdict.ERROR
FROM_SUB = b"From: a@desk.reporter.example\r\n" + BODY
FROM_STRICT = b"From: a@strict.example\r\n" + BODY
FROM_TWO = b"From: a@reporter.example, b@evil.example\r\n" + BODY
TWICE = b"From: b@evil.example\r\n" + MAIL
ENVELOPE = "x@reporter.example"


@pytest.mark.parametrize(
    ("mail", "peer", "sender", "dkim_", "spf", "dmarc", "identity"),
    [
        (MAIL, GOOD, ENVELOPE, NONE, PASS, PASS, "reporter.example"),
        (MAIL, FOREIGN, ENVELOPE, NONE, FAIL, FAIL, None),
        (MAIL, FOREIGN, "x@evil.example", NONE, PASS, FAIL, None),
        (MAIL, FOREIGN, "x@nothing.example", NONE, NONE, FAIL, None),
        (MAIL, FOREIGN, "x@late.example", NONE, ERROR, FAIL, None),
        (MAIL, FOREIGN, "x@loop.example", NONE, ERROR, FAIL, None),
        (MAIL, GOOD, "x@mxed.example", NONE, PASS, FAIL, None),
        ("sign", FOREIGN, "x@evil.example", PASS, PASS, PASS, "reporter.example"),
        ("sign other", FOREIGN, "x@nothing.example", PASS, NONE, FAIL, None),
        ("sign length", FOREIGN, "x@nothing.example", FAIL, NONE, FAIL, None),
        ("sign changed", FOREIGN, "x@nothing.example", FAIL, NONE, FAIL, None),
        ("sign late", FOREIGN, "x@nothing.example", ERROR, NONE, FAIL, None),
        (FROM_SUB, GOOD, ENVELOPE, NONE, PASS, PASS, "desk.reporter.example"),
        (FROM_STRICT, GOOD, "x@strict.example", NONE, PASS, PASS, "strict.example"),
        (FROM_STRICT, GOOD, "x@mail.strict.example", NONE, PASS, FAIL, None),
        (FROM_TWO, GOOD, ENVELOPE, NONE, PASS, FAIL, None),
        (TWICE, GOOD, ENVELOPE, NONE, PASS, FAIL, None),
        (BODY, GOOD, ENVELOPE, NONE, PASS, FAIL, None),
    ],
)
def test_direct_mail(  # noqa: PLR0917 - a truth table has columns
    mail: bytes | str,
    peer: str,
    sender: str,
    dkim_: Verdict,
    spf: Verdict,
    dmarc: Verdict,
    identity: str | None,
) -> None:
    made = {
        "sign": lambda: signed(MAIL),
        "sign other": lambda: signed(MAIL, "evil.example"),
        "sign length": lambda: signed(MAIL, length=True) + b"appended",
        "sign changed": lambda: signed(MAIL) + b"appended",
        "sign late": lambda: signed(MAIL, "late.example"),
    }
    data = made[mail]() if isinstance(mail, str) else mail
    found = check(data, peer, sender)
    assert (found.dkim, found.spf, found.dmarc, found.identity) == (dkim_, spf, dmarc, identity)


def results(text: str, name: str = "mx.ours.example") -> bytes:
    """A mail that claims these results."""
    return f"Authentication-Results: {name}; {text}\r\n".encode() + MAIL


@pytest.mark.parametrize(
    ("mail", "identity"),
    [
        (results("dkim=pass header.d=reporter.example"), "reporter.example"),
        (results("dkim=pass (2048-bit) header.i=@reporter.example"), "reporter.example"),
        (results("spf=pass smtp.mailfrom=x@reporter.example"), "reporter.example"),
        (results("dmarc=pass header.from=reporter.example"), "reporter.example"),
        (results("dkim=fail header.d=a.example; dkim=pass header.d=reporter.example; x=y"),
         "reporter.example"),
        (results("dkim=pass header.d=evil.example"), None),
        (results("dkim=pass header.d=example"), None),
        (results("dkim=fail (dkim=pass header.d=reporter.example)"), None),
        (results("spf=pass smtp.mailfrom=reporter.example; dmarc=fail"), None),
        (results("none"), None),
        (results("dkim=pass header.d=reporter.example", "mx.evil.example"), None),
        (results("dkim=fail header.d=x.example") + b"", None),
        (results("none")[:-len(MAIL)] + results("dkim=pass header.d=reporter.example"), None),
    ],
)  # fmt: skip
def test_mail_through_our_relay(mail: bytes, identity: str | None) -> None:
    assert check(mail, OURS, ENVELOPE).identity == identity


@pytest.mark.parametrize("peer", [LOCAL, "10.1.2.3", "::1", "fe80::1", None, "", "unix"])
def test_behind_an_undeclared_relay_nothing_is_known(peer: str | None) -> None:
    mail = results("dkim=pass header.d=reporter.example")
    assert check(signed(mail), peer, ENVELOPE) == Authentication()


def test_a_forged_result_from_outside_changes_nothing() -> None:
    forged = results("dkim=pass header.d=reporter.example")
    assert check(forged, FOREIGN, "x@evil.example") == check(MAIL, FOREIGN, "x@evil.example")


def test_without_a_resolver_nothing_is_known() -> None:
    found = authenticate(MAIL, peer=GOOD, helo="x", sender=ENVELOPE, boundary=BOUNDARY, lookup=None)
    assert found == Authentication()


@pytest.mark.parametrize(
    ("proven", "domain", "answer"),
    [
        ("a.example.com", "b.example.com", True),
        ("example.com", "notexample.com", False),
        ("co.uk", "victim.co.uk", False),
        ("a.co.uk", "b.co.uk", False),
        ("", "example.com", False),
        ("EXAMPLE.com.", "example.COM", True),
    ],
)
def test_alignment(proven: str, domain: str, *, answer: bool) -> None:
    assert is_aligned(proven, domain) is answer


@given(st.binary(max_size=400), st.sampled_from([GOOD, OURS, LOCAL]))
def test_any_bytes_authenticate_nobody_by_accident(data: bytes, peer: str) -> None:
    assert check(b"DKIM-Signature: " + data + b"\r\n" + data, peer).identity is None
