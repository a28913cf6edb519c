"""Authentication-Results headers (RFC 8601), believed only from our own trust boundary.

Anyone can write such a header. It counts when the connecting peer is a configured relay of ours and
the topmost header of a configured authserv-id says so; every other one is ignored.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from aupkeep.intake.domains import is_aligned
from aupkeep.model.report import Authentication, Verdict

# Peers that are never a foreign mail server: this machine and private networks. A mail from one of
# them came through a relay, so the peer's address says nothing about the sender.
INSIDE = tuple(
    ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                 "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip
LONGEST = 10_000  # characters of one header
# RFC 8601 section 2.7: results that are neither pass, fail nor none.
WORDS = {
    "pass": Verdict.PASS,
    "fail": Verdict.FAIL,
    "softfail": Verdict.FAIL,
    "hardfail": Verdict.FAIL,
    "policy": Verdict.FAIL,
    "none": Verdict.NONE,
    "neutral": Verdict.NONE,
    "temperror": Verdict.ERROR,
    "permerror": Verdict.ERROR,
}
COMMENT = re.compile(r"\([^()]*\)")
METHOD = re.compile(r"\s*([a-z][a-z0-9-]{0,30})(?:/\d+)?\s*=\s*([a-z]{1,30})\b", re.IGNORECASE)
PROPERTY = re.compile(r"\b([a-z]{1,10}\.[a-z-]{1,20})\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustBoundary:
    """`relays` are addresses or prefixes as text, `names` the authserv-ids they sign with.

    `sealers` are the domains whose ARC seals we believe (RFC 8617): forwarders the operator knows.
    `mailbox` is the door `imap:NAME` whose server is a relay of ours, "" for none.
    """

    relays: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sealers: tuple[str, ...] = ()
    mailbox: str = ""

    def holds(self, peer: str | None) -> bool:
        """True when the peer is one of our relays, or this mailbox."""
        return (self.mailbox != "" and peer == self.mailbox) or _within(peer, self.relays)


def is_relay(peer: str | None) -> bool:
    """True when the peer is no foreign mail server, or unknown: its address proves nothing."""
    return peer is None or not _address(peer) or _within(peer, [str(net) for net in INSIDE])


def _address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(peer: str | None, networks: Sequence[str]) -> bool:
    if peer is None or not _address(peer):
        return False
    address = ip_address(peer)
    address = getattr(address, "ipv4_mapped", None) or address
    nets = [ip_network(text, strict=False) for text in networks]
    return any(address.version == net.version and address in net for net in nets)


def trusted_results(
    headers: Sequence[str], domain: str | None, boundary: TrustBoundary
) -> Authentication | None:
    """What the topmost header of the boundary says about a mail from `domain`, or None."""
    names = {name.lower() for name in boundary.names}
    for header in headers:
        who, _, results = _uncommented(header[:LONGEST]).partition(";")
        if who.split(None, 1)[:1] and who.split(None, 1)[0].lower() in names:
            return _authentication(results, domain)
    return None


def trusted_sealer(
    seen: Sequence[tuple[str, str]], domain: str | None, boundary: TrustBoundary
) -> str | None:
    """The sealer on whose word a mail is from `domain`, or None (RFC 8617 section 9).

    `seen` are (sealer, ARC-Authentication-Results), the newest first. The word of a sealer counts
    while every sealer after it is one of ours; the first that is not ends the chain of trust.
    """
    sealers = {name.lower().rstrip(".") for name in boundary.sealers}
    for sealer, results in seen:
        if sealer not in sealers:
            return None
        words = _uncommented(results[:LONGEST]).partition(";")[2].partition(";")[2]
        if _authentication(words, domain).identity is not None:
            return sealer
    return None


def _uncommented(text: str) -> str:
    """The header without RFC 5322 comments, nested at most three deep."""
    for _ in range(3):
        text = COMMENT.sub(" ", text)
    return text


def _authentication(results: str, domain: str | None) -> Authentication:
    verdicts = dict.fromkeys(("dkim", "spf", "arc", "dmarc"), Verdict.NONE)
    proven: list[str] = []
    for method, verdict, properties in _results(results):
        if method not in verdicts:
            continue
        if verdicts[method] is not Verdict.PASS:  # of several signatures one that passes is enough
            verdicts[method] = verdict
        if verdict is Verdict.PASS:
            proven.extend(_proven(method, properties))
    known = domain is not None and verdicts["dmarc"] is not Verdict.FAIL
    identity = (
        domain
        if known and any(is_aligned(proven_domain, domain or "") for proven_domain in proven)
        else None
    )
    return Authentication(
        dkim=verdicts["dkim"],
        spf=verdicts["spf"],
        arc=verdicts["arc"],
        dmarc=verdicts["dmarc"],
        identity=identity,
    )


def _results(text: str) -> Iterator[tuple[str, Verdict, dict[str, str]]]:
    for piece in text.split(";")[:50]:
        match = METHOD.match(piece)
        if match:
            verdict = WORDS.get(match[2].lower(), Verdict.UNKNOWN)
            properties = {k.lower(): v.lower() for k, v in PROPERTY.findall(piece)}
            yield match[1].lower(), verdict, properties


def _proven(method: str, properties: dict[str, str]) -> list[str]:
    """The domain a passing method proves."""
    name = {"dkim": "header.d", "spf": "smtp.mailfrom", "dmarc": "header.from"}.get(method)
    value = properties.get(name or "", "")
    if method == "dkim" and not value:
        value = properties.get("header.i", "")
    return [value.rpartition("@")[2]] if value else []
