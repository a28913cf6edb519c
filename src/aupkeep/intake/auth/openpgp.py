"""OpenPGP signatures (RFC 9580) by Sequoia, against keys the operator vouches for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pysequoia import Cert, Sig, verify

from aupkeep.intake.auth.signed_content import SignedContent
from aupkeep.intake.auth.trusted_keys import TrustedKeys
from aupkeep.intake.mail.address_list import addresses_in
from aupkeep.model.report import Verdict

# A signed text can be sent again by anybody: only a signature about as old as the mail speaks for
# the mail, and a clock may be wrong by some hours.
OLDEST, NEWEST = timedelta(days=7), timedelta(hours=14)


class SignatureCheck(NamedTuple):
    """A verdict, the addresses its signer is known by (lower case), and what was seen."""

    verdict: Verdict
    addresses: tuple[str, ...] = ()
    why: str = ""


def check_pgp(content: SignedContent, signers: TrustedKeys, at: datetime | None) -> SignatureCheck:
    """Whether one of the reporters' keys made this signature; an unknown key is `unknown`.

    `at` is when the mail was received, None to leave the signature's age aside.
    """
    asked: list[str] = []

    def store(ids: Sequence[str]) -> list[Cert]:
        asked.extend(ids)
        return list(signers.keys)

    try:
        signature = Sig.from_bytes(content.signature) if content.content is not None else None
        created = signature.created if signature else None
        result = verify(
            bytes=content.content or content.signature, store=store, signature=signature
        )
    except (RuntimeError, ValueError, TypeError):
        known = any(_holds(cert, key_id) for cert in signers.keys for key_id in asked)
        word = "does not verify" if known else "is of a key nobody here vouches for"
        return SignatureCheck(
            Verdict.FAIL if known else Verdict.UNKNOWN, (), f"PGP signature {word}"
        )
    if signature is None:
        created = _signed_at(content.signature)
    if at is not None and (created is None or not at - OLDEST <= created <= at + NEWEST):
        return SignatureCheck(
            Verdict.FAIL, (), f"PGP signature of {created or 'no'} time is not of this mail"
        )
    prints = {valid_sig.certificate for valid_sig in result.valid_sigs}
    certs = [cert for cert in signers.keys if cert.fingerprint in prints]
    addresses = {address for cert in certs for address in _addresses(cert)}
    return SignatureCheck(Verdict.PASS, tuple(sorted(addresses)), f"PGP signature by {min(prints)}")


def _signed_at(block: bytes) -> datetime | None:
    """When the signature of a clear-signed block was made."""
    armour = block[block.rfind(b"-----BEGIN PGP SIGNATURE-----") :]
    try:
        return Sig.from_bytes(armour).created
    except (RuntimeError, ValueError):
        return None


def _holds(cert: Cert, fingerprint: str) -> bool:
    """Whether a certificate holds the key of this fingerprint or key id, in hex.

    A signing key signs its own binding (RFC 9580 section 5.2.1.9), which names it.
    """
    try:
        return bytes.fromhex(fingerprint)[-8:] in bytes(cert)
    except ValueError:
        return False


def _addresses(cert: Cert) -> list[str]:
    pairs = addresses_in(str(user_id) for user_id in cert.user_ids)
    return [address.lower() for _, address in pairs if "@" in address]
