"""Actions as a controller would order them, for the tests of this room."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from hypothesis import strategies as st

from aupkeep.model.action import Action
from aupkeep.model.decision import PortRange, Scope, Versions
from aupkeep.model.ladder import LEVELS, OF_AN_ACCOUNT, OUTGOING, Level, Measure

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOUR = ip_address("203.0.113.10")
SIX = ip_address("2001:db8:a::10")
SHARED = {4: ip_address("203.0.113.40"), 6: ip_address("2001:db8:b::40")}
WIDE = ip_address("2001:db8:c:101::7")
PEER = {4: ip_address("192.0.2.10"), 6: ip_address("2001:db8:f::10")}


def scope(measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object) -> Scope:
    """A scope that fits the measure."""
    found: dict[str, Any] = {"customer": "acme", "resource": "vm-7"}
    if measure is Measure.BLOCK_URL:
        return Scope(**{**found, "url": "https://shop.example/a", **changes})
    if measure in OF_AN_ACCOUNT:
        return Scope(**{**found, "account": "acme", **changes})
    if measure is Measure.BLOCK_NAME:
        return Scope(**{**found, "name": "shop.example", **changes})
    found["address"] = address
    if measure is Measure.BLOCK_PORT:
        found |= {"protocol": "tcp", "port": 22}
    if measure in (Measure.BLOCK_DESTINATION, Measure.INTERCEPT):
        found["destination"] = PEER[address.version]
    if measure is Measure.BLOCK_INBOUND:
        found |= {"protocol": "udp", "port": 53}
    if measure is Measure.LIMIT_INBOUND:
        found |= {"protocol": "icmp", "rate": 125_000}
    if measure is Measure.LIMIT_RATE:
        found["rate"] = 125_000
    return Scope(**{**found, **changes})


def reaches(measure: Measure) -> list[Scope]:
    """What else an outgoing measure may be on: a sharer's ports, one port, an IPv6 assignment."""
    if measure not in OUTGOING:
        return []
    return [
        scope(measure, SHARED[4], source_ports=PortRange(1024, 2047)),
        scope(measure, SHARED[6], source_ports=PortRange(6, 6)),
        scope(measure, SHARED[6], prefix_length=64),
        scope(measure, WIDE, prefix_length=56),
    ]


def order(
    measure: Measure = Measure.BLOCK_PORT,
    *,
    number: int = 1,
    driver: str = "record",
    aim: Scope | None = None,
    now: datetime = NOW,
    seconds: float = 3600,
    **changes: object,
) -> Action:
    """An action that is right in everything, unless changed."""
    action = Action(
        id=f"019b7c01-0400-7000-8000-{number:012d}",
        decision="decision-1",
        case="case-1",
        reference="K7QF-2M9X",
        driver=driver,
        target="router",
        level=LEVELS[measure],
        measure=measure,
        scope=aim or scope(measure),
        starts=now - timedelta(seconds=1),
        until=now + timedelta(seconds=seconds),
        versions=Versions(detector="none", rule="rule-1", policy="policy-1", attribution="1"),
        automatic=LEVELS[measure] <= Level.L4,
    )
    return replace(action, **changes)


class Clock:
    """A clock that tests move by hand."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.at

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


ADDRESSES = st.one_of(
    st.integers(1, 254).map(lambda n: ip_address(f"203.0.113.{n}")),
    st.integers(1, 0xFFFF).map(lambda n: ip_address(f"2001:db8::{n:x}")),
)
"""Documentation addresses of both IP versions."""


@st.composite
def orders(draw: st.DrawFn, *, few: bool = False) -> Action:
    """Any right action; `few` keeps ids and places so few that they meet often."""
    measure = draw(st.sampled_from([m for m in Measure if LEVELS[m] in (Level.L3, Level.L4)]))
    if measure is Measure.BLOCK_NAME:
        measure = Measure.BLOCK_PORT
    address = draw(st.sampled_from([FOUR, SIX]) if few else ADDRESSES)
    changes: dict[str, Any] = {}
    if measure in OUTGOING and not few:
        reach = draw(st.sampled_from(["", "ports", "prefix"]))
        first = draw(st.integers(0, 65_534))
        changes |= {"source_ports": PortRange(first, 65_534)} if reach == "ports" else {}
        six = address.version == SIX.version
        changes |= (
            {"prefix_length": draw(st.integers(48, 127))} if reach == "prefix" and six else {}
        )
    if measure in (Measure.LIMIT_RATE, Measure.LIMIT_INBOUND):
        changes["rate"] = draw(st.integers(1, 10) if few else st.integers(1, 1 << 40))
    if measure in (Measure.BLOCK_PORT, Measure.BLOCK_INBOUND):
        changes["port"] = draw(st.integers(22, 23) if few else st.integers(1, 65535))
        changes["protocol"] = draw(st.sampled_from(["tcp", "udp"]))
    return order(
        measure,
        number=draw(st.integers(1, 6 if few else 999_999)),
        aim=scope(measure, address, **changes),
        seconds=draw(st.integers(10, 500_000)),
        automatic=draw(st.booleans()),
    )
