"""Who holds a URL or a name: the holder of what it resolved to when the report came in.

Nothing is looked up here: the records were taken at receipt. A name behind a shared gateway (an
object store, a load balancer) is the pool member's, by its MEMBER record; the gateway itself is
never an answer.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Candidate, Disputed, Held, Holding, NotOurs, Unknown
from aupkeep.model.host import host_of, literal_address, plain_name
from aupkeep.model.name import NameRecord, NameType
from aupkeep.model.subject import Address

LONGEST_CHAIN = 16  # CNAMEs followed; resolvers stop at about this many


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedName:
    """What a name came to: its addresses in order, and every name on the way there."""

    addresses: tuple[Address, ...]
    names: tuple[str, ...]


def addresses_of(url_or_domain: str, records: Sequence[NameRecord]) -> ResolvedName:
    """Follow a URL's host or a domain through the records; a literal address is itself.

    MEMBER records stand before A and AAAA: they name the machine behind the gateway. A record with
    a value that is no address is passed over. Raises `Invalid` when the text has no host.
    """
    host = host_of(url_or_domain)
    literal = literal_address(host)
    if literal is not None:
        return ResolvedName(addresses=(literal,), names=())
    trail = [host]
    by_type: dict[NameType, list[Address]] = {}
    while len(trail) <= LONGEST_CHAIN:
        here = [item for item in records if plain_name(item.name) == trail[-1]]
        for item in here:
            address = literal_address(item.value.strip())
            if address is not None:
                by_type.setdefault(item.type, []).append(address)
        onward = [plain_name(item.value) for item in here if item.type is NameType.CNAME]
        if not onward or onward[0] in trail:
            break
        trail.append(onward[0])
    direct = [*by_type.get(NameType.A, ()), *by_type.get(NameType.AAAA, ())]
    members = by_type.get(NameType.MEMBER)
    return ResolvedName(addresses=tuple(dict.fromkeys(members or direct)), names=tuple(trail))


def holder_of(
    url_or_domain: str,
    records: Sequence[NameRecord],
    holder: Callable[[Address], Holding],
    gateways: Collection[Address] = (),
) -> Holding:
    """The holder of what the name resolved to at receipt.

    `holder` answers for one address at that time; `gateways` are addresses that many customers
    share. Addresses of others do not count as long as one is ours. Several holders, or a holder
    beside an unknown one, are `Disputed`; a gateway without a MEMBER record is `Unknown`.
    """
    try:
        resolved = addresses_of(url_or_domain, records)
    except Invalid:
        return Unknown()
    if not resolved.addresses:
        return Unknown()
    answers = [Unknown() if a in gateways else holder(a) for a in resolved.addresses]
    return join(answers)


def join(answers: Iterable[Holding]) -> Holding:
    """One answer of several about one thing: certain only where all of ours agree."""
    ours = [answer for answer in answers if not isinstance(answer, NotOurs)]
    if not ours:
        return NotOurs()
    held = [answer for answer in ours if isinstance(answer, Held)]
    if len(held) == len(ours) and len({(h.customer, h.resource) for h in held}) == 1:
        return held[0]
    candidates: dict[tuple[str, str], Candidate] = {}
    for answer in ours:
        for item in _candidates(answer):
            candidates.setdefault((item.customer, item.resource), item)
    return Disputed(candidates=tuple(candidates.values())) if candidates else Unknown()


def _candidates(answer: Holding) -> Sequence[Candidate]:
    if isinstance(answer, Disputed):
        return answer.candidates
    if not isinstance(answer, Held):
        return ()
    return (
        Candidate(
            customer=answer.customer,
            resource=answer.resource,
            assignment=answer.assignment,
            start=answer.start,
            end=answer.end,
        ),
    )
