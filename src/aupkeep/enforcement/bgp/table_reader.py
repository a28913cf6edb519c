"""What reads one kind of router: what it is asked, how, and its answers. Pure."""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aupkeep.enforcement.bgp.route import BgpRoute, RouteKind, wire_rate

Table = Mapping[str, bytes]  # a route's text → its rate as on the wire, empty where it says none
DISCARDED = wire_rate(None)
ROUNDED = 0.01  # of a rate that a router writes rounded


def by_word(question: str) -> tuple[list[str], str]:
    """The question as the last word of the command."""
    return [question], ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReader:
    """One kind of router, and how it names a route.

    `asks` gives what is added to the operator's command, and what it reads from standard input.
    """

    questions: Mapping[RouteKind, tuple[str, ...]]
    read: Callable[[RouteKind, str], dict[str, bytes]]
    text: Callable[[BgpRoute], str]
    asks: Callable[[str], tuple[list[str], str]] = by_word
    rounds: bool = False


def has_route(reader: TableReader, table: Table, route: BgpRoute) -> bool:
    """Whether the table has the route, with its rate."""
    rate, wanted = table.get(reader.text(route)), wire_rate(route.rate)
    if rate is None or not reader.rounds or len(rate) != len(wanted):
        return rate == wanted
    (there,), (ours,) = struct.unpack(">f", rate), struct.unpack(">f", wanted)
    return math.isclose(there, ours, rel_tol=ROUNDED)
