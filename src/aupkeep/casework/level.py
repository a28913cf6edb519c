"""Evidence levels, computed: who claims it, how independent they are, what could be forged."""

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding, Role
from aupkeep.model.ladder import Evidence

OWN = ("detector:", "telemetry:")  # our detectors, and findings that came with a trusted token
UNPROVEN = ("mail:?", "form:?")  # nobody proven: an allegation, however many they are
PROVEN = ("mail:", "form:", "api:")  # a proven sender's domain, the name of an API token
NO_ORIGIN: Mapping[str, str] = MappingProxyType({})
TWO = 2  # independent sources

# A sender address that one packet carries can be forged: SYN scans "from" Tor relays (2024) and
# reflected floods blame whoever the attacker names. A login needs a handshake, which cannot.
SPOOFABLE = frozenset(
    {
        "connection/ddos",
        "connection/port_scan",
        "connection/reconnaissance",
        "protection/inbound_ddos",
    }
)
ONE_WAY = "udp"  # and any kind of connection over it
SECOND_LEVEL = re.compile(r"(?:co|com|net|org|ac|edu|gov|gob|gv|or|ne|go|nom|id)\.[a-z]{2}")


def organisation(source: str) -> str:
    """The one organisation behind a source: for a domain its registered name, by mail or form.

    Two labels of the domain, three below a second level such as `co.uk`. A shorter name than the
    true one only ever merges sources, which lowers evidence and never raises it.

    >>> organisation("mail:abuse.reporter.example")
    'mail:reporter.example'
    """
    scheme, _, name = source.partition(":")
    if scheme not in ("mail", "form") or name.startswith("?"):
        return source
    labels = name.casefold().rstrip(".").split(".")
    keep = 3 if SECOND_LEVEL.fullmatch(".".join(labels[-2:])) else 2
    return f"mail:{'.'.join(labels[-keep:])}"


def spoofable(finding: Finding) -> bool:
    """Whether the claim rests on packets whose sender anybody could have written."""
    protocol = finding.target.protocol if finding.target else None
    return finding.kind in SPOOFABLE or (
        finding.kind.startswith("connection/") and protocol == ONE_WAY
    )


def own_telemetry(claims: Iterable[Claim]) -> bool:
    """Whether our own detectors or flow records saw it."""
    return any(_counts(claim) and claim.finding.source.startswith(OWN) for claim in claims)


def sources(
    claims: Iterable[Claim],
    *,
    known: Collection[str] = (),
    origin: Mapping[str, str] = NO_ORIGIN,
) -> tuple[str, ...]:
    """The distinct independent sources of the claims, sorted; unproven senders are none.

    `origin` maps a source to the upstream whose feed it resells; three resellers of one feed are
    that feed. `known` lists sources, such as feeds, that are neither mail nor token and believed.
    """
    believed = (claim.finding.source for claim in claims if _counts(claim))
    credible = (source for source in believed if _credible(source, known))
    return tuple(sorted({organisation(origin.get(source, source)) for source in credible}))


def evidence_level(
    claims: Iterable[Claim],
    *,
    known: Collection[str] = (),
    origin: Mapping[str, str] = NO_ORIGIN,
) -> Evidence:
    """How well the claims are supported: E0, E1 or E2; people alone reason further.

    * E2: our own telemetry saw it, alone or beside reports;
    * E2: two independent sources make claims that cannot rest on forged packets;
    * E1: at least one credible source;
    * E0: unauthenticated senders only, however many; claims about a victim count for nothing.
    """
    counted = [claim for claim in claims if _counts(claim)]
    if own_telemetry(counted):
        return Evidence.E2
    solid = [claim for claim in counted if not spoofable(claim.finding)]
    if len(sources(solid, known=known, origin=origin)) >= TWO:
        return Evidence.E2
    return Evidence.E1 if sources(counted, known=known, origin=origin) else Evidence.E0


def _counts(claim: Claim) -> bool:
    """A claim that its subject was attacked is no evidence against the subject (invariant 10)."""
    return claim.finding.role is not Role.VICTIM


def _credible(source: str, known: Collection[str]) -> bool:
    """Whether we know who says it."""
    if source.startswith(UNPROVEN):
        return False
    return source.startswith((*OWN, *PROVEN)) or source in known
