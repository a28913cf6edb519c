"""Who sent a mail, as far as it can be proven: SPF, DKIM, ARC and DMARC alignment.

For a mail that a foreign server handed to us directly, all checks are our own. For one that came
through a configured relay, the relay's own Authentication-Results header counts (RFC 8601). For one
that came any other way, nothing is known, and nothing is believed.
"""

import re
from dataclasses import replace

from aupkeep.intake.alignment import aligned, organisation
from aupkeep.intake.boundary import Boundary, believed, relayed
from aupkeep.intake.lookup import Lookup
from aupkeep.intake.mail import senders_of
from aupkeep.intake.mime import Headers, read_headers
from aupkeep.intake.sender_policy import check as check_spf
from aupkeep.intake.signatures import check_arc, check_dkim
from aupkeep.intake.words import unfold
from aupkeep.model.report import Authentication, Verdict

HEADS = 1 << 20  # bytes in which the header block must lie
DMARC = re.compile(r"v\s*=\s*DMARC1\s*(;|$)")


def authenticate(
    data: bytes,
    *,
    peer: str | None,
    helo: str | None,
    sender: str | None,
    boundary: Boundary,
    lookup: Lookup | None,
) -> Authentication:
    """What is proven about a mail's From domain; `identity` is that domain, or None.

    Args:
        data: The mail as received.
        peer: The connecting host's address as text, None when there was no connection.
        helo: Its HELO or EHLO name.
        sender: The envelope sender, empty for a bounce.
        boundary: Our own relays, whose results are believed.
        lookup: The DNS, None to look nothing up: then only a relay's word can count.
    """
    headers = _headers(data)
    senders = senders_of(headers)
    domain = senders[0][1].rpartition("@")[2] if len(senders) == 1 else None
    if boundary.holds(peer):
        results = [unfold(raw) for raw in headers.get("authentication-results", ())]
        return believed(results, domain, boundary) or Authentication()
    if peer is None or lookup is None or relayed(peer):
        return Authentication()
    return _own(data, headers, domain, check_spf(peer, helo, sender, lookup), lookup)


def _headers(data: bytes) -> Headers:
    head = data[:HEADS].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = head.find(b"\n") + 1 if head.startswith(b"From ") else 0
    return read_headers(head, start, len(head))[0]


def _own(
    data: bytes, headers: Headers, domain: str | None, spf: tuple[Verdict, str], lookup: Lookup
) -> Authentication:
    """All checks made here."""
    signed = check_dkim(data, headers.get("dkim-signature", ()), domain, lookup)
    arc = check_arc(data, lookup) if "arc-seal" in headers else Verdict.NONE
    found = Authentication(dkim=signed.verdict, spf=spf[0], arc=arc, dmarc=Verdict.NONE)
    if domain is None:  # none or several From addresses: nothing to align with
        return replace(found, dmarc=Verdict.FAIL)
    record = _record(domain, lookup)
    by_dkim = any(aligned(d, domain, strict=record.get("adkim") == "s") for d in signed.domains)
    by_spf = spf[0] is Verdict.PASS and aligned(spf[1], domain, strict=record.get("aspf") == "s")
    proven = by_dkim or by_spf
    if "late" in record:
        dmarc = Verdict.ERROR
    elif record:
        dmarc = Verdict.PASS if proven else Verdict.FAIL
    else:
        dmarc = Verdict.NONE
    return replace(found, dmarc=dmarc, identity=domain if proven else None)


def _record(domain: str, lookup: Lookup) -> dict[str, str]:
    """The DMARC record's tags (RFC 7489 section 6.6.3); empty for none, `late` when unanswered."""
    for name in dict.fromkeys((domain, organisation(domain) or domain)):
        try:
            records = [text for text in lookup(f"_dmarc.{name}", "TXT") if DMARC.match(text)]
        except TimeoutError:
            return {"late": "late", "adkim": "s", "aspf": "s"}  # strict until it is known
        if len(records) == 1:
            pairs = (piece.partition("=") for piece in records[0][:4000].split(";"))
            return {key.strip().lower(): value.strip().lower() for key, _, value in pairs if key}
    return {}
