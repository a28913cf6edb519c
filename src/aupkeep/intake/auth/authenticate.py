"""Who sent a mail, as far as it can be proven: SPF, DKIM, ARC, DMARC, S/MIME and PGP.

For a mail that a foreign server handed to us directly, all checks are our own. For one that came
through a configured relay, the relay's own Authentication-Results header counts (RFC 8601). For one
that came any other way, nothing is known of its way, and nothing is believed. A signature by a key
the operator vouches for stands in the mail itself and counts whichever way the mail came.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from aupkeep.intake.auth.arc import check_arc
from aupkeep.intake.auth.dkim import DkimResult, check_dkim
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.auth.openpgp import SignatureCheck, check_pgp
from aupkeep.intake.auth.signed_content import SignedContent, signed_content_of
from aupkeep.intake.auth.smime import check_smime
from aupkeep.intake.auth.spf import check as check_spf
from aupkeep.intake.auth.trust_boundary import (
    TrustBoundary,
    is_relay,
    trusted_results,
    trusted_sealer,
)
from aupkeep.intake.auth.trusted_keys import NOBODY, TrustedKeys
from aupkeep.intake.domains import is_aligned, organisation
from aupkeep.intake.mail.decoding import unfold
from aupkeep.intake.mail.mail import senders_of
from aupkeep.intake.mail.mime import Headers, read_headers
from aupkeep.model.report import Authentication, Verdict

HEADS = 1 << 20  # bytes in which the header block must lie
DMARC = re.compile(r"v\s*=\s*DMARC1\s*(;|$)")
POLICIES = ("none", "quarantine", "reject")  # RFC 7489 section 6.3
MOST_REASONS = 12


class DeliveryPath(NamedTuple):
    """How a mail came to us from outside, and what its checks look at."""

    peer: str
    helo: str | None
    sender: str | None
    boundary: TrustBoundary
    lookup: Lookup
    at: datetime | None


def authenticate(
    data: bytes,
    *,
    peer: str | None,
    helo: str | None,
    sender: str | None,
    boundary: TrustBoundary,
    lookup: Lookup | None,
    signers: TrustedKeys = NOBODY,
    at: datetime | None = None,
) -> Authentication:
    """What is proven about a mail's From domain; `identity` is that domain, or None.

    Args:
        data: The mail as received.
        peer: The connecting host's address as text, None when there was no connection.
        helo: Its HELO or EHLO name.
        sender: The envelope sender, empty for a bounce.
        boundary: Our own relays, whose results are believed, and the ARC sealers that are.
        lookup: The DNS, None to look nothing up: then only a relay's word or a signature counts.
        signers: The PGP keys and S/MIME roots the operator vouches for.
        at: When the mail was received (aware), None to ask no signature for its age.
    """
    headers = _headers(data)
    senders = senders_of(headers)
    address = senders[0][1] if len(senders) == 1 else None
    if boundary.holds(peer):
        authentication = _relay_result(headers, address, boundary)
    elif peer is None or lookup is None or is_relay(peer):
        authentication = Authentication()
    else:
        authentication = _met(
            data, headers, address, DeliveryPath(peer, helo, sender, boundary, lookup, at)
        )
    envelope = signed_content_of(data)
    if envelope is None:
        return authentication
    authentication = replace(
        authentication,
        why=(*authentication.why, *(f"key not read: {problem}" for problem in signers.broken)),
    )
    return _signed(authentication, envelope, _checked(envelope, signers, at), address)


def _domain(address: str | None) -> str | None:
    return address.rpartition("@")[2] if address else None


def _relay_result(headers: Headers, address: str | None, boundary: TrustBoundary) -> Authentication:
    """What our own relay says."""
    results = [unfold(raw) for raw in headers.get("authentication-results", ())]
    return trusted_results(results, _domain(address), boundary) or Authentication()


def _met(data: bytes, headers: Headers, address: str | None, way: DeliveryPath) -> Authentication:
    """What a foreign server that came to us itself proves."""
    domain = _domain(address)
    spf = check_spf(way.peer, way.helo, way.sender, way.lookup)
    signed = check_dkim(data, headers.get("dkim-signature", ()), domain, way.lookup, way.at)
    authentication = _own_result(domain, spf, signed, way.lookup)
    if "arc-seal" not in headers:
        return replace(authentication, arc=Verdict.NONE)
    chain = check_arc(data, way.lookup)
    authentication = replace(
        authentication, arc=chain.verdict, why=(*authentication.why, *chain.why)
    )
    sealer = None if authentication.identity else trusted_sealer(chain.seen, domain, way.boundary)
    if sealer is None:
        return authentication
    return replace(
        authentication, identity=domain, why=(*authentication.why, f"ARC: {sealer} saw it proven")
    )


def _checked(envelope: SignedContent, signers: TrustedKeys, at: datetime | None) -> SignatureCheck:
    """What the mail's own signature says; one that does not hold everything says nothing."""
    if envelope.trouble:
        word = "S/MIME" if envelope.kind == "smime" else "PGP"
        return SignatureCheck(Verdict.UNKNOWN, (), f"{word} signature: {envelope.trouble}")
    if envelope.kind == "smime":
        return check_smime(envelope, signers.roots, at)
    return check_pgp(envelope, signers, at)


def _signed(
    authentication: Authentication,
    envelope: SignedContent,
    checked: SignatureCheck,
    address: str | None,
) -> Authentication:
    """The authentication with the signature's verdict; a signer who is the From is proven."""
    why = (*authentication.why, checked.why)[:MOST_REASONS]
    pgp, smime = (
        (checked.verdict, authentication.smime)
        if envelope.kind == "pgp"
        else (authentication.pgp, checked.verdict)
    )
    authentication = replace(authentication, pgp=pgp, smime=smime, why=why)
    if checked.verdict is not Verdict.PASS:
        return authentication
    if address is None or address.lower() not in checked.addresses:
        return replace(authentication, why=(*why, "the signer is not who the mail says it is from"))
    return replace(authentication, signer=address.lower(), identity=address.rpartition("@")[2])


def _headers(data: bytes) -> Headers:
    head = data[:HEADS].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = head.find(b"\n") + 1 if head.startswith(b"From ") else 0
    return read_headers(head, start, len(head))[0]


def _own_result(
    domain: str | None, spf: tuple[Verdict, str], signed: DkimResult, lookup: Lookup
) -> Authentication:
    """SPF, DKIM and the DMARC policy together."""
    why = (*signed.why, *([f"SPF {spf[1][:60]}: {spf[0]}"] if spf[1] else []))
    authentication = Authentication(dkim=signed.verdict, spf=spf[0], dmarc=Verdict.NONE, why=why)
    if domain is None:  # none or several From addresses: nothing to align with
        return replace(
            authentication, dmarc=Verdict.FAIL, why=(*why, "DMARC: not one From address")
        )
    record = _record(domain, lookup)
    by_dkim = any(is_aligned(d, domain, strict=record.get("adkim") == "s") for d in signed.domains)
    by_spf = spf[0] is Verdict.PASS and is_aligned(spf[1], domain, strict=record.get("aspf") == "s")
    proven = by_dkim or by_spf
    if "late" in record:
        dmarc = Verdict.ERROR
    elif record:
        dmarc = Verdict.PASS if proven else Verdict.FAIL
    else:
        dmarc = Verdict.NONE
    policy = record.get("p")
    share = f", pct={record['pct']}" if record.get("pct", "100") != "100" else ""
    why = (*why, f"DMARC: p={policy}{share}") if policy else why
    return replace(
        authentication, dmarc=dmarc, identity=domain if proven else None, policy=policy, why=why
    )


def _record(domain: str, lookup: Lookup) -> dict[str, str]:
    """The DMARC record's tags (RFC 7489 section 6.6.3), `p` being the policy that applies.

    Empty for none; `late` when the DNS did not answer: strict until it is known. A record of the
    organisational domain applies with its `sp=`; one without a policy that means anything counts
    as `p=none` where it asks for reports, and else not at all (section 6.6.3 step 6).
    """
    above = organisation(domain) or domain
    for name in dict.fromkeys((domain, above)):
        try:
            records = [text for text in lookup(f"_dmarc.{name}", "TXT") if DMARC.match(text)]
        except TimeoutError:
            return {"late": "late", "adkim": "s", "aspf": "s"}
        if len(records) != 1:
            continue
        pairs = (piece.partition("=") for piece in records[0][:4000].split(";"))
        tags = {key.strip().lower(): value.strip().lower() for key, _, value in pairs if key}
        wanted = tags.get("sp", tags.get("p")) if name != domain else tags.get("p")
        if wanted not in POLICIES:
            if not tags.get("rua", "").startswith("mailto:"):
                return {}
            wanted = "none"
        pct = tags.get("pct", "100")
        known = pct.isdigit() and len(pct) <= 3 and int(pct) <= 100  # noqa: PLR2004 - a share of 100
        return {**tags, "p": wanted, "pct": pct if known else "100"}
    return {}
