"""BGP to upstreams and route servers: blackholes (RFC 7999) and flow routes (RFC 8955, RFC 8956).

ExaBGP speaks BGP as a process of its own (`aupkeep bgp`), with a holder of ours that withdraws each
route at its end, whether the agent is alive or not. When ExaBGP dies all sessions close, and every
peer withdraws all routes: traffic flows again, and the agent tells that nobody holds them.

What a peer does with a route it does not say. Its own table can be read back by a command; where
that is so of every peer a measure is applied, else it is announced.
"""

import importlib.metadata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep

from aupkeep.enforcement.bgp.hold import RouteHold
from aupkeep.enforcement.bgp.link import BgpView, HolderLink
from aupkeep.enforcement.bgp.options import NAMES, read_options
from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import (
    MAX_RATE,
    BgpRoute,
    RouteKind,
    route_of,
)
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    DriverProbe,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.options import ANY
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import OUTGOING, PROTECTIVE

WAIT = 2.0  # seconds that a call waits for peers; after them it is pending
POLL = 0.02
PROBE = "probe"  # the action of a trial, which no agent lifts
TRIAL = timedelta(minutes=1)  # after which a trial ends by itself
NOTES = {
    RouteKind.BLACKHOLE: "all that comes to {} ends at the peers; what it sends goes on",
    RouteKind.FLOW: "later fragments of a datagram have no ports and pass",
}
ABLE = Capabilities(
    driver="bgp",
    version="1",
    measures=OUTGOING | PROTECTIVE,
    system="routes to BGP peers, by ExaBGP",
    reads_back=False,
    late_fragments=False,
    most_rate=MAX_RATE,
    tells_homes="not: a route names nobody",
)


class BgpDriver:
    """One ExaBGP with all its peers."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._settings = read_options(context.options, context.folder)
        self._link = HolderLink(self._settings)
        self._lacking: dict[str, str] = {}  # action → which peers do not have it
        self._seen: BgpView | None = None  # at the last look
        self.unread = ""  # which tables were not read at the last look

    def capabilities(self) -> Capabilities:
        """Applied only where the table of every peer is read back."""
        readable = all(peer.reader for peer in self._settings.peers)
        flows = {str(RouteKind.FLOW): self._settings.flows}
        return replace(ABLE, reads_back=readable, most=flows, own=self._settings.own)

    def prepare(self) -> tuple[str, ...]:
        """Nothing is to be laid; `observe` says where ExaBGP does not run."""
        return ()

    def place(self, action: Action) -> str:
        """`flow block-port 203.0.113.10 tcp 22`; `blackhole isolate 203.0.113.10`."""
        route, scope = route_of(action), action.scope
        if not self._settings.peers_of(route.kind):
            raise DriverRefused(f"expected a peer that takes {route.kind} routes, found none")
        ports = f"from {scope.source_ports}" if scope.source_ports is not None else None
        aims = (scope.address, ports, scope.protocol, scope.port, scope.destination)
        words = [str(route.kind), str(action.measure), *(str(x) for x in aims if x is not None)]
        return " ".join(words)

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One route."""
        route, verb = route_of(action), "replace" if replaced else "announce"
        text = READERS["bird"].text(route)
        peers = ", ".join(str(peer.address) for peer in self._settings.peers_of(route.kind))
        return DriverPlan(
            action=action,
            place=self.place(action),
            ops=(f"{verb} {route.kind} {text} to {peers}",),
            note=action.scope.note or NOTES[route.kind].format(action.scope.address),
        )

    def apply(self, plan: DriverPlan) -> str:
        """Announce it, and read back that every peer has it. Raises `Pending` where one has not."""
        action = plan.action
        wanted = self._hold(action)
        kind = wanted.route.kind
        before = self._link.holds().get(plan.place)
        new = before is None or replace(before, number=0) != wanted
        if new:
            self._link.hold(wanted)
        view = self._await(
            kind,
            lambda view: not self._missing(view, wanted),
            WAIT if new else 0.0,  # a peer that is away keeps no other action waiting
        )
        if words := self._missing(view, wanted):
            raise Pending(f"{plan.place}: announced, not everywhere: {'; '.join(words)}")
        return self._words(plan.place, view.holds.get(plan.place), view)

    def _await(
        self, kind: RouteKind, done: Callable[[BgpView], bool], wait: float = WAIT
    ) -> BgpView:
        """What is there once it is done, or after a wait."""
        ends = monotonic() + wait
        while not done(view := self._link.view((kind,))) and monotonic() < ends:
            sleep(POLL)
        return view

    def _missing(self, view: BgpView, wanted: RouteHold) -> list[str]:
        """Why it does not stand. Raises `DriverRefused` where it was withdrawn meanwhile."""
        hold = view.holds.get(wanted.place)
        if hold is None or hold.action != wanted.action:
            over = wanted.until <= self._context.now()
            why = "its end has come" if over else "a peer ended its session over it"
            raise DriverRefused(f"{wanted.place}: {why}; it is withdrawn")
        return [*view.lacking(hold, self._settings), *view.unread]

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every route that is held, and others' that ExaBGP sends.

        One that a peer lacks has no end yet, so that it is asked for again. A table that cannot be
        read is taken to have what was sent, and `unread` says so: else nothing could be lifted.
        """
        view = self._seen = self._link.view()
        held = [hold for hold in view.holds.values() if hold.action != PROBE]
        self.unread = "; ".join(view.unread)
        lacking = {x.place: view.lacking(x, self._settings) for x in held}
        self._lacking = {view.holds[p].action: "; ".join(w) for p, w in lacking.items() if w}
        foreign = {text for peer in view.peers.values() for text in peer.strangers}
        return (
            *(_element(hold, whole=not lacking[hold.place]) for hold in held),
            *(
                InstalledElement(place=f"route {text}", action="", reference="", expires=None)
                for text in sorted(foreign)
            ),
        )

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """The routes that are held at these places."""
        holds = self._link.holds()
        return [_element(holds[place], whole=True) for place in places if place in holds]

    def unchanged(self) -> object:
        """What is held and sent: while it is the same the peers' tables are read now and then."""
        if self._lacking or self.unread:
            return None
        try:
            view = self._link.view(())
        except Unavailable:
            return None
        return view.holds, view.peers

    def doubt(self, action: Action) -> str | None:
        """Which peers do not have it, as the last look found."""
        return self._lacking.get(action.id)

    def lingers(self, action: Action) -> str:
        """Which peers' tables still have its route, which nobody holds any more."""
        wanted = self._hold(action)
        view = self._seen or self._link.view((wanted.route.kind,))  # a table may take seconds
        if any(hold.place == wanted.place for hold in view.holds.values()):
            return ""  # another action's by now
        return "; ".join(view.left(wanted, self._settings))

    def _hold(self, action: Action) -> RouteHold:
        return RouteHold(
            place=self.place(action),
            action=action.id,
            reference=action.reference,
            until=action.until,
            route=route_of(action),
        )

    def probe(self) -> DriverProbe:
        """Announce the test address as a blackhole, and withdraw it; a trial ends by itself too."""
        address = self._settings.probe
        if address is None:
            raise DriverRefused("option probe: expected an address of ours that nobody uses")
        place = f"{RouteKind.BLACKHOLE} {PROBE} {address}"
        hold = RouteHold(
            place=place,
            action=PROBE,
            reference=PROBE,
            until=self._context.now() + TRIAL,
            route=BgpRoute(kind=RouteKind.BLACKHOLE, destination=address),
        )
        begun = monotonic()
        self._link.hold(hold)
        kind = hold.route.kind
        view = self._await(kind, lambda view: not self._missing(view, hold))
        lacks, seen = self._missing(view, hold), round(1000 * (monotonic() - begun))
        said, begun = self._words(place, view.holds[place], view), monotonic()
        self._link.release(place, PROBE)
        left = self._await(kind, lambda view: not view.left(hold, self._settings))
        gone = None if left.left(hold, self._settings) else round(1000 * (monotonic() - begun))
        return DriverProbe(
            subject=str(address), seen_ms=None if lacks else seen, gone_ms=gone, text=said
        )

    def prove(self, action: Action) -> Proof:
        """What ExaBGP sends, and where it can be read what the peers have."""
        place = self.place(action)
        view = self._link.view((route_of(action).kind,))
        hold = view.holds.get(place)
        mine = hold if hold is not None and hold.action == action.id else None
        seen = mine is not None and not view.lacking(mine, self._settings) and not view.unread
        return Proof(seen=seen, text=self._words(place, mine, view), at=self._context.now())

    def _words(self, place: str, hold: RouteHold | None, view: BgpView) -> str:
        if hold is None:
            return f"bgp: {place}: no such route"
        where = [
            f"{peer.address} ({'in its table' if peer.reader else 'its table is not read'})"
            for peer in self._settings.peers_of(hold.route.kind)
        ]
        lacks = [*view.lacking(hold, self._settings), *view.unread]
        said = f"not everywhere: {'; '.join(lacks)}" if lacks else ", ".join(where)
        return f"bgp: {place}: announced to {said}, case {hold.reference}"

    def revert(self, place: str, action: str) -> str:
        """Withdraw it and see it gone from every table that can be read."""
        before = self._link.holds()[place]
        self._link.release(place, action)
        view = self._await(before.route.kind, lambda view: not view.left(before, self._settings))
        if left := view.left(before, self._settings):
            raise Pending(f"{place}: withdrawn, and {'; '.join(left)}")
        return self._words(place, view.holds.get(place), view)


def _element(hold: RouteHold, *, whole: bool) -> InstalledElement:
    return InstalledElement(
        place=hold.place,
        action=hold.action,
        reference=hold.reference,
        expires=hold.until if whole else None,
        rate=hold.route.rate,
    )


def missing() -> str | None:
    """ExaBGP 5, which `aupkeep bgp` starts."""
    try:
        version = importlib.metadata.version("exabgp")
    except importlib.metadata.PackageNotFoundError:
        return "ExaBGP 5 is not installed (pip install 'aupkeep[bgp]')"
    return None if version.startswith("5.") else f"expected ExaBGP 5, found {version}"


DRIVER = DriverPlugin(able=ABLE, make=BgpDriver, missing=missing, options=dict.fromkeys(NAMES, ANY))
