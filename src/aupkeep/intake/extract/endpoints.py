"""The two ends of what a claim tells of: the offender's own port, and what was attacked.

A log line states them beside its addresses; a record of fields states them on lines of their own.
A field that says `Port` and no side means the attacked service where the abuse was aimed at one
and the number is a service's; else it is the offender's own.
"""

from aupkeep.intake.extract.addresses import scope
from aupkeep.intake.extract.lines import LineClaim
from aupkeep.intake.extract.record_blocks import BlockPorts, Number, RecordBlocks
from aupkeep.intake.extract.services import SERVICES
from aupkeep.model.finding import Offset
from aupkeep.model.subject import Endpoint

AIMED = frozenset(
    {
        "connection/login_attack",
        "connection/port_scan",
        "connection/vulnerability_scan",
        "connection/sql_injection",
        "connection/reconnaissance",
        "connection/ddos",
    }
)
SYSTEM = 1024  # RFC 6335 section 6: ports below it are for services
KNOWN = frozenset(value.port for value in SERVICES.values() if value.port) | {
    8080,
    8443,
    8000,
    27015,
}


def endpoints_of(
    number: int, claim: LineClaim, kind: str, blocks: RecordBlocks, offsets: dict[str, Offset]
) -> tuple[int | None, Endpoint | None]:
    """The offender's port and the attacked end, noting where each value was read."""
    near = BlockPorts() if claim.log else blocks.ports_near(claim.base + claim.spot.start)
    if near.plain and not near.hit and _is_target(near.plain[0], kind):
        near = near._replace(hit=near.plain, plain=None)
    own = _own(claim) or near.own or near.plain
    if own is not None:
        offsets["port"] = Offset(number, own[1], own[2])
    return own[0] if own else None, _target(number, claim, near.hit, offsets)


def _is_target(port: int, kind: str) -> bool:
    """True when a port of no stated side is the attacked service's."""
    return kind in AIMED and (port < SYSTEM or port in KNOWN)


def _own(claim: LineClaim) -> Number | None:
    """The offender's port that stands beside its address or in its line."""
    base, spot, named = claim.base, claim.spot, claim.own_port
    if spot.port is not None:
        return spot.port, base + spot.port_start, base + spot.port_end
    return (named[0], base + named[1], base + named[2]) if named else None


def _target(
    number: int, claim: LineClaim, stated: Number | None, offsets: dict[str, Offset]
) -> Endpoint | None:
    """The attacked side: what the line states, the record, or the port its service implies."""
    base, hit, port = claim.base, claim.target, claim.service_port if claim.log else None
    address = hit.address if hit and scope(hit.address) == "public" else None
    if hit is not None and address is not None:
        offsets["target.address"] = Offset(number, base + hit.start, base + hit.end)
    if claim.hit_port is not None:
        stated = (claim.hit_port[0], base + claim.hit_port[1], base + claim.hit_port[2])
    elif hit is not None and hit.port is not None:
        stated = (hit.port, base + hit.port_start, base + hit.port_end)
    if stated is not None:
        port = stated[0]
        offsets["target.port"] = Offset(number, stated[1], stated[2])
    if address is None and port is None:
        return None
    return Endpoint(address=address, port=port, protocol=claim.protocol)
