"""redirect: new TCP connections from one address to one peer go to the sinkhole, by nftables' NAT.

A table of its own, a map for each IP version, an element a measure: `source . destination` leads to
the sinkhole's address and port, with the decision's end as the kernel's own timeout. A connection
that was open before goes on as it was, and one that was diverted ends at the sinkhole. No packet
leaves the router for the peer in these connections, and none is copied, logged or kept.
"""

import json
import re
from datetime import timedelta
from functools import cached_property
from ipaddress import ip_address
from typing import Any, NamedTuple

from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
    by_place,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.libnftables import Nftables, missing
from aupkeep.enforcement.nft_element import timeout
from aupkeep.enforcement.options import Option, address_and_port
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import Measure

NAME, TABLE = "redirect", "aupkeep_redirect"
WORD = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)  # of an action or a reference in a comment
SIX = 6  # the IP version
MOMENT = timedelta(milliseconds=1)
RULES = """\
add table inet {table}
add map inet {table} to4 {{
  type ipv4_addr . ipv4_addr : ipv4_addr . inet_service; flags timeout; counter;
}}
add map inet {table} to6 {{
  type ipv6_addr . ipv6_addr : ipv6_addr . inet_service; flags timeout; counter;
}}
add chain inet {table} divert {{ type nat hook prerouting priority dstnat; policy accept; }}
add rule inet {table} divert meta l4proto tcp dnat ip to ip saddr . ip daddr map @to4
add rule inet {table} divert meta l4proto tcp dnat ip6 to ip6 saddr . ip6 daddr map @to6
"""
WHOLE = (  # what `_shape` says of a table that is as we lay it
    ("table", ""),
    ("chain", "divert", "nat", "prerouting", -100, "accept"),
    ("divert", "l4proto", "==", 6, "ip", "saddr daddr", "@to4"),
    ("divert", "l4proto", "==", 6, "ip6", "saddr daddr", "@to6"),
)
ABLE = Capabilities(
    driver=NAME,
    version="1",
    measures=frozenset({Measure.INTERCEPT}),
    system="nftables' NAT on a Linux router, and a sinkhole that keeps nothing",
    effect="the kernel counts the connections that it diverts",
)


class MapElement(NamedTuple):
    """One pair that is diverted; of a connection the kernel counts the first packet alone."""

    key: str
    comment: str
    left: timedelta | None
    connections: int | None
    to: str  # `address . port`


class RedirectDriver:
    """One router. Options: `sink4`, `sink6`, where the sinkhole listens (`192.0.2.1:8451`)."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._sinks = {
            version: _sink(str(context.options[name]), name, version)
            for version, name in ((4, "sink4"), (SIX, "sink6"))
            if name in context.options
        }

    @cached_property
    def _nft(self) -> Nftables:
        return Nftables()

    def capabilities(self) -> Capabilities:
        """Interception alone."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Lay the table, its maps and its chain, or its chain anew where anything there differs.

        A chain of somebody else in our table goes, and a table that was put to sleep wakes.
        """
        listed = self._nft.read(f"list table inet {TABLE}", terse=True) or []
        if _shape(listed) == WHOLE:
            return ()
        chains = [row["chain"]["name"] for row in listed if "chain" in row]
        gone = [f"flush chain inet {TABLE} {name}\n" for name in chains]
        gone += [f"delete chain inet {TABLE} {name}\n" for name in chains]
        self._run(f"add table inet {TABLE}\n")  # by itself: the kernel wakes it before all else
        self._run("".join(gone) + RULES.format(table=TABLE))
        return (f"laid the table {TABLE} with its two rules",)

    def place(self, action: Action) -> str:
        """`to4 203.0.113.10 . 192.0.2.10`. Raises `DriverRefused` without a sinkhole for it."""
        source, peer = action.scope.address, action.scope.destination
        if source is None or peer is None:
            raise DriverRefused("expected an address and a destination, found one of them")
        if source.version not in self._sinks:
            raise DriverRefused(
                f"option sink{source.version}: expected where the sinkhole listens, found none"
            )
        return f"to{source.version} {source} . {peer}"

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """Of all TCP between the two."""
        del replaced  # whatever it is, the same is done
        place = self.place(action)
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"divert new TCP connections {place} to {self._sinks[int(place[2])]}",),
            note=action.scope.note or "all TCP between the two, whatever its port",
        )

    def apply(self, plan: DriverPlan) -> str:
        """Set the element with what is left of its time; one that stands is replaced at once."""
        action, place = plan.action, plan.place
        name, _, key = place.partition(" ")
        left = timeout(max(MOMENT, action.until - self._context.now()))
        to = self._sinks[int(place[2])]
        element = f'{key} timeout {left} comment "{action.reference} {action.id}" : {to}'
        gone = ""
        if place in by_place(self.observe()):
            gone = f"delete element inet {TABLE} {name} {{ {key} }}\n"
        self._run(f"{gone}add element inet {TABLE} {name} {{ {element} }}\n")
        return ""

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every element of both maps; one that leads to no sinkhole of ours is not whole."""
        now, found = self._context.now(), []
        for name in ("to4", "to6"):
            for key, comment, expires, connections, to in self._elements(name):
                reference, _, action = comment.partition(" ")
                ours = WORD.fullmatch(reference) and WORD.fullmatch(action)
                leads = to == self._sinks.get(int(name[2]))
                found.append(
                    InstalledElement(
                        place=f"{name} {key}",
                        action=action if ours else "",
                        reference=reference if ours else "",
                        expires=now + expires if leads and expires is not None else None,
                        until=None if expires is None else now + expires,
                        packets=connections,
                    )
                )
        return tuple(sorted(found, key=lambda element: element.place))

    def prove(self, action: Action) -> Proof:
        """Ask the kernel about one action."""
        element = by_place(self.observe()).get(self.place(action))
        seen = element is not None and element.action == action.id
        said = f"diverted for {action.reference}" if seen else "not diverted"
        return Proof(seen=seen, text=f"{self.place(action)}: {said}", at=self._context.now())

    def revert(self, place: str, action: str) -> str:
        """Take the element away."""
        del action  # the guard has looked whose it is
        name, _, key = place.partition(" ")
        self._run(f"delete element inet {TABLE} {name} {{ {key} }}\n")
        return ""

    def _run(self, commands: str) -> None:
        if error := self._nft.run(commands):
            raise Unavailable(f"nftables: {error}")

    def _elements(self, name: str) -> list[MapElement]:
        """The elements of a map."""
        listed = self._nft.read(f"list map inet {TABLE} {name}") or []
        rows: list[Any] = next((row["map"].get("elem", []) for row in listed if "map" in row), [])
        return [_element(row) for row in rows]


def _shape(listed: list[dict[str, Any]]) -> tuple[tuple[object, ...], ...]:
    """The table's flags, its chains and what each rule does; a rule of another form is ("?",)."""
    rows: list[tuple[object, ...]] = []
    for item in listed:
        if "table" in item:
            rows.append(("table", str(item["table"].get("flags") or "")))
        elif "chain" in item:
            chain = item["chain"]
            hook = (chain.get(x) for x in ("type", "hook", "prio", "policy"))
            rows.append(("chain", chain["name"], *hook))
        elif "rule" in item:
            rows.append(_rule(item["rule"]))
    return tuple(rows)


def _rule(rule: dict[str, Any]) -> tuple[object, ...]:
    """Which packets a rule diverts, by which map."""
    try:
        match, divert = (term[name] for term, name in zip(
            rule["expr"], ("match", "dnat"), strict=True))  # fmt: skip
        told = divert["addr"]["map"]
        fields = [x["payload"] for x in told["key"]["concat"]]
        (family,) = {divert["family"], *(x["protocol"] for x in fields)}
        protocol = {"tcp": 6}.get(match["right"], match["right"])  # by name, or by number
        names = " ".join(x["field"] for x in fields)
        left = match["left"]["meta"]["key"]
        return (rule["chain"], left, match["op"], protocol, family, names, told["data"])
    except (LookupError, TypeError, ValueError):
        return ("?",)


def _element(row: Any) -> MapElement:  # noqa: ANN401 - nftables' JSON
    """One element of a map as libnftables-json(5) has it: [key, value]."""
    held = row[0]["elem"] if isinstance(row[0], dict) and "elem" in row[0] else {"val": row[0]}
    value = held["val"]
    pair = value["concat"] if isinstance(value, dict) and "concat" in value else value
    if not isinstance(pair, list):
        raise Unavailable(f"nftables: expected a pair of addresses, found {json.dumps(row)[:80]}")
    left, counted = held.get("expires"), held.get("counter")
    return MapElement(
        key=" . ".join(map(str, pair)),
        comment=str(held.get("comment", "")),
        left=timedelta(seconds=float(left)) if isinstance(left, int | float) else None,
        connections=int(counted["packets"]) if isinstance(counted, dict) else None,
        to=" . ".join(map(str, row[1].get("concat", ()))) if isinstance(row[1], dict) else "",
    )


def _sink(text: str, name: str, version: int) -> str:
    """`address . port` as nftables writes it. Raises `Invalid`."""
    host, port = address_and_port(text)
    if ip_address(host).version != version:
        raise Invalid(f"option {name}: expected an IPv{version} address, found another")
    return f"{host} . {port}"


def _listens(value: object) -> bool:
    try:
        return not ip_address(address_and_port(value)[0]).is_unspecified
    except ValueError:
        return False


SINK = Option(expected="an address and a port, such as 192.0.2.1:8451", fits=_listens)
DRIVER = DriverPlugin(
    able=ABLE,
    make=RedirectDriver,
    options={"sink4": SINK, "sink6": SINK},
    missing=missing,
    system=(),
)
