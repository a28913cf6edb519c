"""S/MIME and PGP: who is proven by a signature in the mail itself, and by which nobody is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysequoia import SignatureMode, Tsk, sign

from aupkeep.intake.auth.authenticate import authenticate
from aupkeep.intake.auth.signed_content import signed_content_of, with_content
from aupkeep.intake.auth.smime import openssl, signed_content
from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.intake.auth.trusted_keys import NOBODY, TrustedKeys, load_trusted_keys
from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome, Verdict
from intake.auth.signing import CAME, CONTENT, FROM, certificate, multipart, root, smime

PASS, FAIL, NONE, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.NONE, Verdict.UNKNOWN
DESK = "abuse@reporter.example"
TEXT = "203.0.113.7 guessed passwords at 2026-11-25 11:00:00 UTC\n- twice\n"
KEY, OTHER = Tsk.generate(f"Desk <{DESK}>"), Tsk.generate("x@evil.example")
SIGNERS = TrustedKeys((KEY.extract_certificate(),), root())
PLAIN = FROM + b"Content-Type: text/plain\r\n\r\n"
pytestmark = pytest.mark.skipif(openssl() is None, reason="no openssl program here")


def check(mail, signers=SIGNERS, at=CAME):
    """Authenticate a mail that came by an undeclared way: its own signature is all there is."""
    return authenticate(
        mail, peer=None, helo=None, sender=None, boundary=TrustBoundary(), lookup=None,
        signers=signers, at=at,
    )  # fmt: skip


def clear(key=KEY, text=TEXT):
    """A clear-signed text."""
    return sign(key.signer(), text.encode(), mode=SignatureMode.CLEAR)


def detached(key=KEY, content=CONTENT):
    """A multipart/signed mail by a PGP key (RFC 3156)."""
    made = sign(key.signer(), content, mode=SignatureMode.DETACHED)
    head = b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n"
    return multipart(FROM, "pgp-signature", content, head + made)


WHO = certificate("desk", DESK, issuer="root")
TWO = certificate("two", "other@reporter.example", DESK.upper(), issuer="root")
SMIME = {
    "a certificate of our root": (smime(WHO), PASS, DESK),
    "one of several addresses": (smime(TWO), PASS, DESK),
    "opaque": (smime(WHO, opaque=True), PASS, DESK),
    "another sender": (smime(WHO, sender=b"From: b@reporter.example\r\n"), PASS, None),
    "two senders": (smime(WHO, sender=FROM[:-2] + b", b@x.example\r\n"), PASS, None),
    "a root nobody configured": (smime(certificate("d", DESK, issuer="evil")), UNKNOWN, None),
    "signed by itself": (smime(certificate("self", DESK)), UNKNOWN, None),
    "expired when it came": (smime(certificate("old", DESK, issuer="root", days=-9)), FAIL, None),
    "a word changed": (smime(WHO).replace(b"203.0.113.7", b"203.0.113.8"), FAIL, None),
    "a part added": (
        smime(WHO).replace(b"--b--", b"--b\r\nContent-Type: text/plain\r\n\r\nmore\r\n--b--"),
        UNKNOWN, None),
    "words behind": (smime(WHO) + b"\r\nFrom x\r\nSubject: more\r\n\r\nmore\r\n", UNKNOWN, None),
    "a bare return": (smime(WHO).replace(b"\r\n\r\n--b", b"\r\n\r\r--b", 1), UNKNOWN, None),
    "two content types": (b"Content-Type: text/plain\r\n" + smime(WHO), NONE, None),
    "two content types, ours first": (
        smime(WHO).replace(b"MIME-Version: 1.0\r\n", b"") .replace(
            b"\r\n\r\n--b", b"\r\nContent-Type: text/plain\r\n\r\n--b", 1), UNKNOWN, None),
    "nonsense for a signature": (
        multipart(FROM, "pkcs7-signature", CONTENT,
                  b"Content-Type: application/pkcs7-signature\r\n\r\nnonsense"), FAIL, None),
}  # fmt: skip


@pytest.mark.parametrize("name", SMIME)
def test_smime(name):
    """A certificate proves the From address it names, if it leads to a root of ours."""
    mail, verdict, signer = SMIME[name]
    found = check(mail)
    assert (found.smime, found.signer) == (verdict, signer), found.why
    assert found.identity == ("reporter.example" if signer else None)
    assert found.pgp is NONE


PGP = {
    "clear-signed": (PLAIN + clear(), PASS, DESK),
    "two parts": (detached(), PASS, DESK),
    "another sender": (PLAIN.replace(b"abuse@", b"b@") + clear(), PASS, None),
    "a key nobody vouches for": (PLAIN + clear(OTHER), UNKNOWN, None),
    "two parts by such a key": (detached(OTHER), UNKNOWN, None),
    "a word changed": (PLAIN + clear().replace(b"203.0.113.7", b"203.0.113.8"), FAIL, None),
    "a word changed in two parts": (detached().replace(b"203.0.113.7", b"2"), FAIL, None),
    "words before": (PLAIN + b"Look:\r\n" + clear(), UNKNOWN, None),
    "words behind": (PLAIN + clear() + b"192.0.2.9 attacked too\r\n", UNKNOWN, None),
    "two blocks": (PLAIN + clear() + clear(), UNKNOWN, None),
    "words in the armour": (
        PLAIN + clear().replace(b"SIGNATURE-----\n", b"SIGNATURE-----\nComment: 192.0.2.9\n", 1),
        UNKNOWN, None),
    "an address as the version": (
        PLAIN + clear().replace(b"SIGNATURE-----\n", b"SIGNATURE-----\nVersion: 192.0.2.9\n", 1),
        UNKNOWN, None),
    "in a page": (PLAIN.replace(b"plain", b"html") + clear(), UNKNOWN, None),
    "quoted-printable": (
        PLAIN[:-2] + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        + clear().replace(b"=", b"=3D"), PASS, DESK),
    "not closed": (PLAIN + clear().partition(b"-----END")[0], UNKNOWN, None),
    "nothing signed": (PLAIN + TEXT.encode(), NONE, None),
}  # fmt: skip


@pytest.mark.parametrize("name", PGP)
def test_pgp(name):
    """A reporter's key proves the From address it names, if all there is to read is signed."""
    mail, verdict, signer = PGP[name]
    found = check(mail, at=None)
    assert (found.pgp, found.signer) == (verdict, signer), found.why
    assert found.smime is NONE


def test_without_keys_nothing_passes():
    """An install that vouches for nobody believes no signature, and says unknown."""
    for mail in (smime(WHO), detached(), PLAIN + clear()):
        found = check(mail, NOBODY)
        assert Verdict.UNKNOWN in (found.smime, found.pgp)
        assert found.identity is None


def test_a_signed_text_sent_again_later():
    """A signature weeks older than the mail proves nothing about the mail."""
    made = check(detached(), at=None)
    assert made.pgp is PASS
    late = check(detached(), at=CAME + timedelta(days=40_000))
    assert (late.pgp, late.identity) == (FAIL, None)


def test_opaque_content_is_read():
    """What an opaque signature holds is taken out and read like any mail's text."""
    mail = smime(WHO, opaque=True)
    inner = signed_content(signed_content_of(mail))
    assert inner == CONTENT
    [(_, reading)] = read(with_content(mail, inner), "mail", "mail")
    assert reading.outcome is ReadingOutcome.PARSED
    assert reading.reporter == DESK
    assert str(reading.findings[0].subject.address) == "203.0.113.7"


def test_keys_of_a_folder(tmp_path):
    """Keys and roots are the operator's files; one that holds none is named and stops nobody."""
    assert load_trusted_keys(tmp_path) == NOBODY
    (tmp_path / "reporters").mkdir()
    (tmp_path / "roots").mkdir()
    (tmp_path / "reporters" / "desk.asc").write_text(str(KEY.extract_certificate()))
    (tmp_path / "roots" / "ca.pem").write_bytes(root())
    assert check(PLAIN + clear(), load_trusted_keys(tmp_path), at=None).signer == DESK
    assert check(smime(WHO), load_trusted_keys(tmp_path)).signer == DESK
    for bad in ("reporters/bad.asc", "roots/bad.pem"):
        (tmp_path / bad).write_text("nonsense")
    found = load_trusted_keys(tmp_path)
    assert [one.partition(":")[0] for one in found.broken] == ["reporters/bad.asc", "roots/bad.pem"]
    proven = check(smime(WHO), found)
    assert proven.signer == DESK
    assert "bad.asc" in " ".join(proven.why)


HEADS = [b"multipart/signed; boundary=b", b"application/pkcs7-mime", b"text/plain"]


@given(st.sampled_from(HEADS), st.binary(max_size=300), st.booleans())
def test_any_bytes_prove_nobody(head, data, begun):
    """Damaged signatures of any form raise nothing and prove nobody."""
    body = b"-----BEGIN PGP SIGNED MESSAGE-----\n\n" * begun + data
    mail = FROM + b"Content-Type: " + head + b"\r\n\r\n" + body
    assert check(mail, TrustedKeys(SIGNERS.keys)).identity is None
