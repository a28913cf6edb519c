"""The DNS at the edge: dnspython with timeouts. The only file of this room that opens sockets."""

from collections.abc import Sequence

import dns.exception
import dns.resolver

from aupkeep.intake.auth.dns_lookup import Lookup

SECONDS = 3.0  # for one question to one server
LIFETIME = 6.0  # for one question in all
MOST_ANSWERS = 50
NOTHING = "none"


def resolver(nameservers: Sequence[str] = ()) -> Lookup | None:
    """A `Lookup` by these servers, by the machine's own when empty, or None for `("none",)`."""
    if tuple(nameservers) == (NOTHING,):
        return None
    source = dns.resolver.Resolver(configure=not nameservers)
    if nameservers:
        source.nameservers = list(nameservers)
    source.timeout, source.lifetime = SECONDS, LIFETIME
    source.cache = dns.resolver.LRUCache(10_000)

    def lookup(name: str, record: str) -> list[str]:
        try:
            answers = source.resolve(name, record, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers, OSError) as error:
            raise TimeoutError(f"no answer for {name} {record}") from error
        except dns.exception.DNSException:  # a name that is none
            return []
        return [_text(answer) for answer in list(answers)[:MOST_ANSWERS]]

    return lookup


def _text(answer: object) -> str:
    """TXT strings joined (RFC 7208 section 3.3), other records as zone files write them."""
    strings = getattr(answer, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(answer)
