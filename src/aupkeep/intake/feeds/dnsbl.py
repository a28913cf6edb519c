"""DNS blocklists, asked about the addresses our customers hold (RFC 5782).

What an answer means is said by CODES, and by the option `codes` for other zones: `zone/answer` to a
kind of the taxonomy, or to "ignore". 127.255.255.x says that we may not ask; it lists nothing.
"""

from collections.abc import Iterator, Sequence

from aupkeep.intake.feed import (
    HOUR,
    LIKELY,
    DnsblQuestion,
    Feed,
    FetchedList,
    FetchLimits,
    ListedItem,
    Options,
    ParsedRow,
)
from aupkeep.intake.parser import Remark
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address
from aupkeep.model.taxonomy import KINDS

BLOCKED, IGNORE = "reputation/blocklist", "ignore"
RETALIATION = "other:other"
BOT = "connection/infected_host"
CODES = {
    "zen.spamhaus.org/127.0.0.2": BLOCKED,  # SBL
    "zen.spamhaus.org/127.0.0.3": BLOCKED,  # CSS
    "zen.spamhaus.org/127.0.0.4": BOT,  # XBL
    "zen.spamhaus.org/127.0.0.9": BLOCKED,  # DROP
    "zen.spamhaus.org/127.0.0.10": IGNORE,  # PBL: policy of the network, nobody did anything
    "zen.spamhaus.org/127.0.0.11": IGNORE,
    "dnsbl.dronebl.org/127.0.0.3": BOT,  # IRC drone
    "dnsbl.dronebl.org/127.0.0.8": "vulnerability/open_service",  # SOCKS proxy
    "dnsbl.dronebl.org/127.0.0.9": "vulnerability/open_service",  # HTTP proxy
    "dnsbl.dronebl.org/127.0.0.13": "connection/login_attack",
}
WORDS = ("listed", "clean", "refused")


def questions(addresses: Sequence[Address], options: Options) -> Iterator[DnsblQuestion]:
    """Each address in each zone: octets of IPv4, nibbles of IPv6, reversed (RFC 5782 2.1, 2.4)."""
    for address in addresses:
        name = reversed_name(address)
        for zone in options["zones"]:
            bare = zone.strip(".").lower()
            yield DnsblQuestion(f"{name}.{bare}", bare, address)


def reversed_name(address: Address) -> str:
    """The label part of a question.

    >>> from ipaddress import IPv4Address
    >>> reversed_name(IPv4Address("203.0.113.7"))
    '7.113.0.203'
    """
    return address.reverse_pointer.rpartition(".")[0].rpartition(".")[0]


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each address that a zone lists; what is refused is remarked once a zone."""
    refused: set[str] = set()
    for number, line in enumerate(copy.text.split("\n"), start=1):
        if line.startswith("# "):
            yield Remark(line[2:])
            continue
        address, _, rest = line.partition(" ")
        zone, _, rest = rest.partition(" ")
        word, _, rest = rest.partition(" ")
        if word == "listed":
            yield from _listed(number, address, zone, rest, options)
        elif word == "refused" and zone not in refused:
            refused.add(zone)
            yield Remark(
                f"{zone} refused to answer us ({rest}): over quota, or by an open resolver"
            )
        elif line and word not in WORDS:
            yield RejectedRow(
                row=number, reason=f"expected {' or '.join(WORDS)}, found {line[:60]!r}"
            )


def _listed(
    number: int, address: str, zone: str, rest: str, options: Options
) -> Iterator[ListedItem]:
    """One item for each kind that the answers mean."""
    codes, _, words = rest.partition(" ")
    known = {**CODES, **options["codes"]}
    kinds = {known.get(f"{zone}/{code}", BLOCKED) for code in codes.split(",")}
    for kind in sorted(kinds - {IGNORE}):
        yield ListedItem(
            row=number,
            where=address,
            kind=kind if kind in KINDS else BLOCKED,
            rsit=RETALIATION if kind == BLOCKED else "",
            text=f"{address} {zone} {rest}",
            confidence=LIKELY,
            details={"zone": zone, "answer": codes, "reason": words},
        )


FEED = Feed(
    name="dnsbl",
    version=1,
    title="DNS blocklists",
    origin="dnsbl",
    terms="as each zone says: many are free only for few questions a day and by your own resolver",
    parse=parse,
    options={"zones": (), "codes": {}, "rate": 10.0, "most": 3000},
    needs=("zones",),
    questions=questions,
    every=6 * HOUR,
    limits=FetchLimits(seconds=900.0),
)
