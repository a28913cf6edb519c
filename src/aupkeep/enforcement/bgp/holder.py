"""The process that ExaBGP starts: holds each route to its own end, whoever else is dead.

It is asked over a socket by the agent. A route is written down before it is announced, and stays
so until it is withdrawn: a holder that is started anew announces what is not over and withdraws
what is. When ExaBGP dies it ends too; the sessions are closed then and all routes are withdrawn.

A peer that ends its session over a new route (a limit, an error in it) would lose every route with
each try: the newest route is withdrawn from all, and no other of its kind is taken for a while.
"""

import contextlib
import json
import os
import pwd
import select
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from aupkeep.enforcement.action_checks import MAX_BY_PERSON
from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.bgp.exabgp import Exabgp
from aupkeep.enforcement.bgp.hold import (
    HOLD,
    HOLDS,
    LIST,
    MAX_LINE,
    RELEASE,
    RouteHold,
    read_holds,
    show_peers,
)
from aupkeep.enforcement.bgp.options import BgpSettings
from aupkeep.enforcement.bgp.route import (
    BgpRoute,
    RouteKind,
    announcement,
    route_refusal,
    withdrawal,
)
from aupkeep.model.errors import AupkeepError, DriverRefused, Invalid, Unavailable

WAIT = 2.0  # seconds for a client's words
BLAME = 10.0  # seconds after a route in which the end of a session is laid to it
SHUT = 600.0  # seconds in which no other such route is taken after that
OVER_A_ROUTE = ("notification received (6,1)", "notification received (3,")  # RFC 4271, RFC 4486
TRY_AGAIN = timedelta(seconds=1)  # after ExaBGP did not answer to a withdrawal
PEER = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED


@dataclass(frozen=True, slots=True)
class _Blame:
    """A peer ended its session over a route; until when (`monotonic`) such are refused."""

    until: float
    words: str


class RouteHolder:
    """One target's routes; `now` reads the clock (aware, UTC)."""

    def __init__(self, settings: BgpSettings, now: Callable[[], datetime], exabgp: Exabgp) -> None:
        self._settings, self._now, self._exabgp = settings, now, exabgp
        self._held = read_holds(settings.folder)
        self._reasons: dict[str, str] = {}
        self._newest: tuple[RouteHold, float] | None = None
        self._blames: dict[RouteKind, _Blame] = {}
        self._tried: datetime | None = None
        named = [pwd.getpwnam(name).pw_uid for name in settings.users]
        self._users = {0, os.geteuid(), *named}

    def run(self) -> None:
        """Serve until ExaBGP ends, which raises `ExabgpGone`."""
        self._begin()
        with self._listening() as server:
            while True:
                wait = self._until_next()
                asked = server.fileno()
                ready, _, _ = select.select([asked, self._exabgp.source], [], [], wait)
                if self._exabgp.source in ready:
                    self._exabgp.read(0)
                self._heed()
                self._end_due()
                if asked in ready:
                    self._serve(server)

    def _begin(self) -> None:
        """Announce anew what is held; what nobody knows any more is withdrawn, with all else.

        What is not over is judged as at first: by now a prefix may be no longer ours, a peer's
        limit lower, or the file changed by somebody.
        """
        before, self._held.holds = self._held.holds, {}
        for hold in before.values():
            with contextlib.suppress(DriverRefused):
                if hold.until > self._now():
                    self._refuse(hold, hold)
                self._held.holds[hold.place] = hold
        if before != self._held.holds:
            self._held.save()
        known = {hold.number for hold in self._held.holds.values()}
        listed = self._exabgp.listed(self._settings.provider)
        if {x.number for routes in listed.values() for x in routes} - {*known, None}:
            self._exabgp.ask("clear adj-rib out")
        for hold in self._held.holds.values():
            if hold.until > self._now():
                self._announce(hold)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        path = self._settings.socket
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(str(path))
            path.chmod(0o666 if self._settings.users else 0o600)
            server.listen()
            yield server

    def _until_next(self) -> float:
        """Seconds until the next route ends."""
        ends = [hold.until for hold in self._held.holds.values()]
        first = min(ends, default=self._now() + timedelta(seconds=20))
        if self._tried is not None:
            first = max(first, self._tried + TRY_AGAIN)
        return min(max((first - self._now()).total_seconds(), 0.0), 20.0)

    def _end_due(self) -> None:
        """Withdraw what is over."""
        now = self._now()
        if self._tried is not None and now < self._tried + TRY_AGAIN:
            return
        for hold in [hold for hold in self._held.holds.values() if hold.until <= now]:
            try:
                self._withdraw(hold)
                self._tried = None
            except AupkeepError:
                self._tried = now

    def _heed(self) -> None:
        """Remember why sessions end, and whether it was over the newest route."""
        while self._exabgp.events:
            event = self._exabgp.events.popleft()
            peer, state = str(event["address"]["peer"]), event.get("state")
            if state != "down":
                continue
            words = str(event.get("reason", "closed"))[:200]
            self._reasons[peer] = words
            newest = self._newest
            if newest is None or not words.startswith(OVER_A_ROUTE):
                continue
            hold, at = newest
            if monotonic() - at > BLAME or self._held.holds.get(hold.place) != hold:
                continue
            said = f"peer {peer} ended its session over {hold.place}: {words}"
            self._blames[hold.route.kind] = _Blame(monotonic() + SHUT, said)
            with contextlib.suppress(AupkeepError):  # it has an end all the same
                self._withdraw(hold)

    def _serve(self, server: socket.socket) -> None:
        """One question and its answer; nobody but root, ourselves and whom the settings name."""
        client, _ = server.accept()
        with client:
            client.settimeout(WAIT)
            try:
                who = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
                if PEER.unpack(who)[1] not in self._users:
                    return
                client.sendall(json.dumps(self._answer(_line(client))).encode() + b"\n")
            except OSError:
                return  # it has gone; what it asked for is done or not, and it asks again

    def _answer(self, data: bytes) -> dict[str, Any]:
        try:
            return self._do(read_object(data, MAX_LINE, "request"))
        except Unavailable as error:
            return {"unavailable": str(error)}
        except (AupkeepError, LookupError, TypeError) as error:
            return {"refused": str(error)}

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        verb, fields = request.pop("do"), request
        if verb == HOLD and set(fields) == {"hold"}:
            self._hold(read_record(fields["hold"], RouteHold, "hold"))
        elif verb == RELEASE and set(fields) == {"place", "action"}:
            self._release(str(fields["place"]), str(fields["action"]))
        elif verb not in (HOLDS, LIST) or fields:
            known = f"{HOLD}, {RELEASE}, {HOLDS} or {LIST}"
            raise Invalid(f"expected one of {known}, found {str(verb)[:40]!r}")
        if verb in (HOLD, RELEASE):
            return {}
        peers = self._exabgp.peers(self._settings.provider, self._reasons) if verb == LIST else {}
        self._heed()
        return {
            "holds": [to_json(hold) for hold in self._held.holds.values()],
            "peers": show_peers(peers),
        }

    def _hold(self, wanted: RouteHold) -> None:
        """Write it down, then announce it; what ExaBGP refuses is as it was.

        A route that stood at the place for other traffic is withdrawn: nobody holds it any more.
        """
        before = self._held.holds.get(wanted.place)
        self._refuse(wanted, before)
        self._held.last += 1
        hold = replace(wanted, number=self._held.last)
        self._held.holds[hold.place] = hold
        self._held.save()
        try:
            self._announce(hold)
        except DriverRefused:
            self._held.holds.pop(hold.place)
            if before is not None:
                self._held.holds[hold.place] = before
            self._held.save()
            raise
        if before is not None and _traffic(before.route) != _traffic(hold.route):
            self._exabgp.ask(withdrawal(before.route, self._settings.hop(six=before.route.six)))
        if before is None:
            self._newest = hold, monotonic()

    def _refuse(self, wanted: RouteHold, before: RouteHold | None) -> None:
        """Why a route is not held: judged anew, whatever the agent has judged.

        * It is none of ours, no host, or has a number that the wire has not (`route_refusal`).
        * Its end is past, or more than 90 days away.
        * Another place has the same route.
        * It would be one more flow route than a peer takes, or one ended its session over the last.
        """
        route, now, kind = wanted.route, self._now(), wanted.route.kind
        if reason := route_refusal(route, self._settings.own):
            raise DriverRefused(reason)
        if not now < wanted.until <= now + MAX_BY_PERSON + timedelta(minutes=1):
            raise DriverRefused(f"expected an end within 90 days, found {wanted.until}")
        others = [x for x in self._held.holds.values() if x.place != wanted.place]
        if any(_traffic(x.route) == _traffic(route) for x in others):
            raise DriverRefused(f"{wanted.place}: its route stands for another place")
        flows = sum(x.route.kind is RouteKind.FLOW for x in others)
        if kind is RouteKind.FLOW and flows >= self._settings.flows:
            raise DriverRefused(f"expected at most {self._settings.flows} flow routes a peer")
        blame = self._blames.get(kind)
        if before is None and blame is not None and monotonic() < blame.until:
            raise DriverRefused(blame.words)

    def _announce(self, hold: RouteHold) -> None:
        hop = self._settings.hop(six=hold.route.six)
        self._exabgp.ask(announcement(hold.route, hop, self._settings.provider, hold.number))

    def _withdraw(self, hold: RouteHold) -> None:
        """Withdraw it, then forget it."""
        self._exabgp.ask(withdrawal(hold.route, self._settings.hop(six=hold.route.six)))
        del self._held.holds[hold.place]
        self._held.save()

    def _release(self, place: str, action: str) -> None:
        hold = self._held.holds.get(place)
        if hold is not None and hold.action != action:
            raise DriverRefused(f"{place} stands for another action: {hold.action}")
        if hold is not None:
            self._withdraw(hold)


def _traffic(route: BgpRoute) -> BgpRoute:
    """What a peer knows a route by: which traffic it is about, whatever becomes of that."""
    return replace(route, rate=None)


def _line(client: socket.socket) -> bytes:
    """What a client says, up to the end of its line. Raises `TimeoutError`, an OSError."""
    ends, data = monotonic() + WAIT, b""
    while b"\n" not in data and len(data) <= MAX_LINE:
        client.settimeout(max(ends - monotonic(), 0.001))
        more = client.recv(MAX_LINE)
        if not more:
            break
        data += more
    return data
