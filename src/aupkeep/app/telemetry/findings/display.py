"""Flows, hits and amounts as text for people; programs get the numbers."""

from collections.abc import Iterator, Mapping

from aupkeep.notify import measurements
from aupkeep.telemetry.rows import FlowRecord

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6"}  # IANA protocol numbers
TCP = 6
FLAGS = "FSRPAUEC"  # RFC 9293 section 3.1, from the lowest bit


def protocol(number: int | None) -> str:
    """A protocol by its name, any other by its number.

    >>> protocol(6), protocol(47), protocol(None)
    ('tcp', '47', '')
    """
    return "" if number is None else PROTOCOLS.get(number, str(number))


def flag_letters(bits: int | None) -> str:
    """The TCP flags that are set, a letter each.

    >>> flag_letters(18), flag_letters(None)
    ('SA', '')
    """
    return "".join(letter for place, letter in enumerate(FLAGS) if (bits or 0) >> place & 1)


def size(octets: float) -> str:
    """A number of bytes with its unit."""
    return measurements.format_quantity(octets, "B")


def grouped(count: int | None) -> str:
    """A count with its thousands apart, "" for none."""
    return "" if count is None else f"{count:,}"


def flow_cells(flow: FlowRecord) -> Iterator[str]:
    """Start, both ends with their ports, protocol, flags, packets, bytes, sampling of one flow."""
    for value in (flow.start, flow.src, flow.sport, flow.dst, flow.dport):
        yield "" if value is None else str(value)
    yield protocol(flow.proto)
    yield flag_letters(flow.flags) if flow.proto in (None, TCP) else ""
    yield grouped(flow.packets)
    yield grouped(flow.bytes)
    yield f"1:{flow.sampling}" if flow.sampling else "unknown"


def hit_words(evidence: Mapping[str, object], *, rate_unknown: bool) -> str:
    """What a hit counted, in words; that its sampling is not known where that is so."""
    words = measurements.describe_counts(evidence, "en")
    return f"{words} (sampling unknown)" if rate_unknown else words
