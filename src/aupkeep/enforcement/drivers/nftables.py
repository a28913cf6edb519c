"""nftables on a Linux router: one table, one set element a measure, the kernel's own timeout.

An element is written by `add, delete, add` in one transaction: that replaces whatever stood there
without a gap, and gives the new timeout and comment on every kernel (re-adding alone leaves an old
timeout in place on some). The timeout is what is left of the decision, never more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from aupkeep.enforcement import nft_sources
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
    standing_words,
)
from aupkeep.enforcement.forwarding import Forwarding, look, port_doubt
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.libnftables import Nftables, missing
from aupkeep.enforcement.nft_element import timeout
from aupkeep.enforcement.nft_netlink import BUSY, NftablesReader
from aupkeep.enforcement.nft_ruleset import (
    MEASURE_OF,
    OUR_CHAINS,
    SLOT_OF,
    VERSION,
    expected,
    extras,
    install,
    remove,
    shape,
    slot_of,
)
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure

NAME = "nftables"
VERSION_TEXT = "1"
TABLE = re.compile(r"[a-z][a-z0-9_]{0,30}", re.ASCII)
LISTED_FOR = timedelta(seconds=20)  # a listing may be answered again; packets count on meanwhile
BURST = 64 << 10  # bytes let through at once; a full-size packet must always fit
MAX_BURST = 1 << 31  # the kernel keeps it in 32 bits
MAX_RATE = (1 << 64) // 10**9 - MAX_BURST  # bytes per second: both times nanoseconds fit 64 bits
SIX = 6  # the IP version
FORBIDDEN = "Operation not permitted"  # EPERM, as libnftables says it
NO_REWRITES = "this kernel lets no user namespace write into packets: run the agent outside of one"
SPOOFED = tuple(f"{name} " for name in nft_sources.OF.values())  # how such places begin
WHOLE = frozenset({Measure.ISOLATE, Measure.LIMIT_RATE})
ABLE = Capabilities(
    driver=NAME,
    version=VERSION_TEXT,
    measures=frozenset(SLOT_OF),
    system="nftables of this machine's kernel",
    most_rate=MAX_RATE,
    effect="packets are counted; reasons of the machine; flows that go on",
    tells_homes="each element names its home",
    finds_own=True,
)


class NftablesDriver:
    """One table of one network namespace: the one this process runs in."""

    def __init__(self, context: DriverContext) -> None:
        if not TABLE.fullmatch(context.table):
            raise DriverRefused(f"table name: expected [a-z][a-z0-9_]*, found {context.table!r}")
        self._context = context
        self._whole = -1  # the ruleset's number at which the table was seen to be whole
        self._rewrites = True  # false once the kernel refused a rule that writes into a packet
        self._listing: _Listing | None = None
        self._forwarding: Forwarding | None = None

    @cached_property
    def _reader(self) -> NftablesReader:
        return NftablesReader()

    @cached_property
    def _nft(self) -> Nftables:
        """Opened at the first look: to plan takes no library. Raises `Unavailable`."""
        return Nftables()

    def capabilities(self) -> Capabilities:
        """Eight measures, for IPv4 and IPv6 alike."""
        system = f"nftables, table inet {self._context.table}"
        return replace(ABLE, system=system)

    def prepare(self) -> tuple[str, ...]:
        """Install the table, or complete it when somebody removed a part of it."""
        self._forwarding = look()
        number = self._reader.generation()
        if number == self._whole:
            return ()
        done = self._mend()
        if not done:
            self._whole = number
        return done

    def _mend(self) -> tuple[str, ...]:
        """What had to be done so that the table is whole; nothing where it is."""
        table = self._context.table
        listed = self._nft.read(f"list table inet {table}", terse=True)
        if listed is not None and not _ours(listed):
            raise Unavailable(
                f"table inet {table}: expected ours ({VERSION!r}), found another's of that name"
            )
        if listed is not None and shape(listed) == expected(rewrites=self._rewrites):
            return ()
        said = [f"table inet {table}: {'installed' if listed is None else 'mended'}"]
        added = extras(listed or [])
        said += [f"table inet {table}: {kind} {name} is not ours: removed" for kind, name in added]
        gone = _without(table, listed or [], added)
        error = self._nft.run(f"{gone}{install(table, rewrites=self._rewrites)}")
        if error and FORBIDDEN in error and self._rewrites:
            self._rewrites = False
            return (f"table inet {table}: without block-spoofed: {NO_REWRITES}", *self._mend())
        if error:
            self._rewrites = True  # asked anew
            raise Unavailable(f"table inet {table}: expected to install it, found {error}")
        return tuple(said)

    def place(self, action: Action) -> str:
        """`port4 203.0.113.10 . tcp . 22`; `portp4 203.0.113.10 . tcp . 1024-2047 . 22`."""
        scope = action.scope
        slot = slot_of(action.measure, scope)
        if slot is None:
            raise DriverRefused(f"no set of ours is for {action.measure} on {scope.address}")
        if action.measure is Measure.BLOCK_SPOOFED and not self._rewrites:
            raise DriverRefused(f"expected to do {action.measure}: {NO_REWRITES}")
        beside = (_protocol(scope), scope.source_ports, scope.port, scope.destination)
        where = scope.network or scope.address
        parts = [str(part) for part in (where, *beside) if part is not None]
        return f"{slot.name}{scope.address.version if scope.address else ''} {' . '.join(parts)}"

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One element of one set."""
        place, verb = self.place(action), "replace" if replaced else "add"
        name, _, key = place.partition(" ")
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"{verb} element inet {self._context.table} {name} {{ {key} }}",),
            note=action.scope.note or _note(action),
        )

    def apply(self, plan: DriverPlan) -> str:
        """Write the element. Raises `DriverRefused`, `Unavailable`."""
        return self.apply_all([plan])[0]

    def apply_all(self, plans: Sequence[DriverPlan]) -> list[str]:
        """Write all elements in one transaction; all or nothing."""
        if error := self._nft.run("\n".join(self._write(plan) for plan in plans)):
            raise Unavailable(
                f"{plans[0].place}: expected to see it after adding it, found {error}"
            )
        return [""] * len(plans)

    def _write(self, plan: DriverPlan) -> str:
        """The commands for one element. Raises `DriverRefused` when its time is over."""
        action = plan.action
        left = action.until - self._context.now()
        if left < timedelta(milliseconds=1):
            raise DriverRefused(f"expected an end in the future, found {action.until}")
        name, _, key = plan.place.partition(" ")
        at = f"element inet {self._context.table} {name}"
        rate = action.scope.rate
        limit = (
            f"limit rate over {rate} bytes/second burst {min(max(rate, BURST), MAX_BURST)} bytes"
            if rate
            else ""
        )
        counter = "counter" if rate else ""
        ends = f'timeout {timeout(left)} comment "{_comment(action, self._context.owner)}"'
        gone = f"add {at} {{ {key} }}\ndelete {at} {{ {key} }}\n"
        if plan.place.startswith(SPOOFED):  # what another measure counted there
            gone += self._uncounted(name, key)
        return f"{gone}add {at} {{ {key} {limit} {counter} {ends} }}"

    def _uncounted(self, name: str, key: str) -> str:
        """The commands after which nothing is counted of a source that is another's."""
        at = f"element inet {self._context.table} {name.replace('spoof', 'stopped')} {{ {key} }}"
        return f"add {at}\ndelete {at}\n"

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """What stands at these places, each asked for by its key."""
        table, now = self._context.table, self._context.now()
        elements = (self._reader.element(table, place, now) for place in places)
        return self._counted(tuple(element for element in elements if element is not None))

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every element of every set of our table.

        As long as nobody committed a change to any ruleset here, what was listed a moment ago
        stands but for what ended since.
        """
        for _ in range(BUSY):
            now, number = self._context.now(), self._reader.generation()
            last = self._listing
            if last and last.number == number and timedelta() <= now - last.at < LISTED_FOR:
                return last.elements_at(now)
            table = self._context.table
            elements = tuple(
                element
                for name in MEASURE_OF
                for element in self._reader.elements(table, name, now)
            )
            elements = self._counted(elements)
            if number == self._reader.generation():
                self._listing = _Listing(number, now, elements)
                return elements
        raise Unavailable("nftables: expected to list our sets, found them changed all the time")

    def _counted(self, elements: tuple[InstalledElement, ...]) -> tuple[InstalledElement, ...]:
        """The same; what was dropped of a source that is another's is counted beside its set."""
        spoofed = [x for x in elements if x.place.startswith(SPOOFED)]
        if not spoofed:
            return elements
        table, now = self._context.table, self._context.now()
        rows = (
            self._reader.element(table, x.place.replace("spoof", "stopped", 1), now)
            for x in spoofed
        )
        counted = {
            x.place: replace(x, packets=row.packets if row else 0)
            for x, row in zip(spoofed, rows, strict=True)
        }
        return tuple(counted.get(x.place, x) for x in elements)

    def doubt(self, action: Action) -> str | None:
        """What this machine sends itself, or does not forward, meets no chain of ours."""
        address = action.scope.address
        if self._forwarding is None or address is None:
            return None
        said = self._forwarding.doubt(address)
        spoofed = action.measure is Measure.BLOCK_SPOOFED
        return said or (port_doubt(address, nft_sources.KINDS) if spoofed else None)

    def unchanged(self) -> object:
        """A mark that is the same as long as a listing would show the same but for its ends."""
        listing = self._listing
        return listing if listing and listing.number == self._reader.generation() else None

    def prove(self, action: Action) -> Proof:
        """Ask the kernel for the one element."""
        place, now = self.place(action), self._context.now()
        element = self._reader.element(self._context.table, place, now)
        seen = element is not None and element.action == action.id
        return Proof(seen=seen, text=standing_words(NAME, place, element, now), at=now)

    def revert(self, place: str, action: str) -> str:
        """Delete the element."""
        return self.revert_all([(place, action)])[0]

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """Delete all in one transaction."""
        table, places = self._context.table, [place for place, _ in pairs]
        keys = [(*place.split(" ", 1),) for place in places]
        commands = [f"delete element inet {table} {name} {{ {key} }}" for name, key in keys]
        spoofed = [(name, key) for name, key in keys if name in nft_sources.OF.values()]
        commands += [self._uncounted(name, key) for name, key in spoofed]
        error = self._nft.run("\n".join(commands))
        if error and (left := list(self.at(places))):  # else they ended meanwhile
            raise Unavailable(f"{left[0].place}: expected it gone, found it standing ({error})")
        for name, key in spoofed:
            self._forget(name.removeprefix("spoof"), key)
        return [""] * len(pairs)

    def _forget(self, version: str, address: str) -> None:
        """Take away what was learnt of an address; what is left of it has no effect, and fades."""
        name = f"inet {self._context.table} own{version}"
        for item in self._nft.read(f"list map {name}") or ():
            for port, whose in item.get("map", {}).get("elem", ()):
                if whose == address:
                    self._nft.run(f'delete element {name} {{ "{port["elem"]["val"]}" : {whose} }}')


@dataclass(frozen=True, slots=True)
class _Listing:
    """What stood at a moment, and the ruleset's number then."""

    number: int
    at: datetime
    elements: tuple[InstalledElement, ...]

    def elements_at(self, now: datetime) -> tuple[InstalledElement, ...]:
        """Of these what has not ended since."""
        return tuple(e for e in self.elements if e.expires is None or e.expires > now)


def _without(table: str, listed: list[dict[str, Any]], added: list[tuple[str, str]]) -> str:
    """The commands that take away what was added; our chains, which may lead there, go first."""
    if not added:
        return ""
    there = {item["chain"]["name"] for item in listed if "chain" in item}
    emptied = "".join(f"flush chain inet {table} {x}\n" for x in OUR_CHAINS if x in there)
    laid_anew = (there & set(OUR_CHAINS[1:])) - {name for _, name in added}
    deleted = "".join(f"delete chain inet {table} {chain}\n" for chain in laid_anew)
    return f"{emptied}{remove(table, added)}\n{deleted}"


def _ours(listed: list[dict[str, Any]]) -> bool:
    return any(item.get("table", {}).get("comment") == VERSION for item in listed)


def _comment(action: Action, owner: str) -> str:
    whose = f" target {owner}" if owner else ""
    return f"case {action.reference} action {action.id}{whose}"


def _protocol(scope: Scope) -> str | None:
    """A protocol as the kernel names it: IPv6 has an ICMP of its own (RFC 4443)."""
    six = scope.address is not None and scope.address.version == SIX
    return "ipv6-icmp" if six and scope.protocol == "icmp" else scope.protocol


def _note(action: Action) -> str | None:
    ports, network = action.scope.source_ports, action.scope.network
    if ports is not None:
        return f"touches only ports {ports} of {action.scope.address}, which others share"
    if network is not None:
        return f"touches {network}, which the resource holds alone"
    if action.measure in WHOLE:
        return f"touches all traffic of {action.scope.address}; cannot go narrower than the address"
    return None


DRIVER = DriverPlugin(able=ABLE, make=NftablesDriver, missing=missing, system=())
