"""How much of an address a measure is on: a sharer's ports, the address, the assignment around it.

An address that others share is touched on the holder's own ports only, or not at all. An IPv6
holder moves freely inside its assignment, so a measure on one address of it is on the assignment
the holder has alone: the one exception of invariant 5. Everything else is one address.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aupkeep.model.case import Claim
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.holding import Network
from aupkeep.model.ladder import OUTGOING, Measure
from aupkeep.model.subject import Address

WIDE = "could not go narrower than the address"
ON_PORTS = "could not go narrower than its own ports of the address"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReach:
    """What the resource holds alone around an address in evidence, at this moment.

    `ports` are its ranges of an address that others share, `network` the IPv6 assignment around it.
    `others` are whom a measure on the whole address would hit too, in words for the desk alone.
    """

    address: Address
    ports: tuple[PortRange, ...] = ()
    network: Network | None = None
    others: tuple[str, ...] = ()


def within_reach(
    scope: Scope, measure: Measure, reaches: Sequence[OwnReach], claims: Sequence[Claim]
) -> Scope:
    """The scope on what its holder has alone around the address; as it is where that is all of it.

    Of several ranges of ports it is on the one that the evidence names. Where no range is named the
    scope stays whole, and the gate refuses it.
    """
    own = next((reach for reach in reaches if reach.address == scope.address), None)
    if own is None or measure not in OUTGOING or scope.source_ports or scope.prefix_length:
        return scope
    if own.others:
        ports = _named(own, claims)
        if ports is None:
            return scope
        note = None if scope.note is None else scope.note.replace(WIDE, ON_PORTS)
        return replace(scope, source_ports=ports, note=note)
    if own.network is not None:
        return replace(scope, prefix_length=own.network.prefixlen)
    return scope


def place_of(scope: Scope) -> Scope:
    """The place a measure is on, without the words about it and how much it lets through.

    On an IPv6 assignment it is on all its addresses: the next one in evidence is no new place.
    """
    whole = scope.network
    address = whole.network_address if whole is not None else scope.address
    return replace(scope, address=address, note=None, rate=None)


def _named(own: OwnReach, claims: Sequence[Claim]) -> PortRange | None:
    """The range that the evidence names, the newest first; the only one where none is named."""
    newest = sorted(claims, key=lambda claim: (claim.at, claim.id), reverse=True)
    subjects = [claim.finding.subject for claim in newest]
    named = [x.port for x in subjects if x.address == own.address and x.port is not None]
    for port in named:
        ports = next((x for x in own.ports if x.first <= port <= x.last), None)
        if ports is not None:
            return ports
    return own.ports[0] if len(own.ports) == 1 and not named else None
