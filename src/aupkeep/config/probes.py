"""Probes: from which addresses of ours, and whom a contract lets us ask by ourselves."""

from dataclasses import dataclass
from ipaddress import ip_address

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address

EVERYBODY = "all"
WHO = ("tier", "customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSettings:
    """Without a `source` nothing is sent; without `automatic` only people and customers ask."""

    source: tuple[str, ...] = ()  # addresses of this machine that probes come from: one IPv4, IPv6
    automatic: tuple[str, ...] = ()  # "tier:managed = Terms 7.3": asked before a measure's end
    an_hour: int = 20  # times a case is probed by the desk
    customer_an_hour: int = 6  # times a customer tests one case
    all_an_hour: int = 600  # probes of all cases

    def __post_init__(self) -> None:
        """Raises `Invalid` for a source that is no address, and for a line of another form."""
        versions = [address.version for address in self.sources]
        if len(versions) != len(set(versions)):
            raise Invalid("[probes] source: expected one IPv4 and one IPv6 address, found more")
        for line in self.automatic:
            who, clause = _parts(line)
            scheme, _, name = who.partition(":")
            if not clause or not (who == EVERYBODY or (scheme in WHO and name)):
                raise Invalid(
                    "[probes] automatic: expected 'tier:NAME = CLAUSE', 'customer:ID = CLAUSE' or "
                    f"'all = CLAUSE', found {line[:60]!r}"
                )
        if min(self.an_hour, self.customer_an_hour, self.all_an_hour) < 0:
            raise Invalid("[probes] an_hour and the like: expected 0 or more")

    @property
    def sources(self) -> tuple[Address, ...]:
        """The addresses. Raises `Invalid`."""
        try:
            return tuple(ip_address(text) for text in self.source)
        except ValueError as error:
            raise Invalid(f"[probes] source: expected addresses, found {error}") from error

    def clause_for(self, customer: str, tier: str | None) -> str | None:
        """The clause that lets us probe this customer by ourselves; the narrowest line counts."""
        clauses = dict(map(_parts, self.automatic))
        for who in (f"customer:{customer}", f"tier:{tier}" if tier else "", EVERYBODY):
            if who in clauses:
                return clauses[who]
        return None


def _parts(line: str) -> tuple[str, str]:
    who, _, clause = line.partition("=")
    return who.strip(), clause.strip()
