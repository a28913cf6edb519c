"""The agent's end of the holder's socket, and what commands say of peers' own tables."""

import json
import socket
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.bgp.hold import (
    HOLD,
    HOLDS,
    LIST,
    RELEASE,
    PeerState,
    RouteHold,
    read_peers,
)
from aupkeep.enforcement.bgp.options import BgpPeer, BgpSettings
from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import RouteKind
from aupkeep.enforcement.bgp.table_reader import Table, has_route
from aupkeep.model.errors import AupkeepError, DriverRefused, Unavailable

PATIENCE = 40.0  # seconds for the holder, which waits for ExaBGP itself
COMMAND = 10.0  # seconds for a command that reads a peer's table
MAX_ANSWER = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpView:
    """What is held, how the peers are, and their tables by address and kind (None: not read)."""

    holds: dict[str, RouteHold]
    peers: dict[str, PeerState]
    tables: dict[tuple[str, RouteKind], Table]
    unread: tuple[str, ...] = ()

    def lacking(self, hold: RouteHold, settings: BgpSettings) -> list[str]:
        """Why it does not stand everywhere: a sentence for each peer that does not have it."""
        kind = hold.route.kind
        words = []
        for peer in settings.peers_of(kind):
            name = str(peer.address)
            state = self.peers.get(name)
            table = self.tables.get((name, kind))
            if state is None or not state.up:
                words.append(f"peer {name}: {state.why if state else 'not in ExaBGP'}")
            elif hold.number not in state.numbers:
                words.append(f"peer {name}: it was not sent there")
            elif table is not None and not has_route(READERS[peer.reader], table, hold.route):
                words.append(f"peer {name}: its table does not have it")
        return words

    def left(self, hold: RouteHold, settings: BgpSettings) -> list[str]:
        """Which peers still have a route that nobody holds any more."""
        kind = hold.route.kind
        readers = {str(peer.address): READERS.get(peer.reader) for peer in settings.peers}
        return [
            f"peer {name}: its table still has it"
            for (name, of), table in self.tables.items()
            if of is kind and (reader := readers[name]) and reader.text(hold.route) in table
        ]


class HolderLink:
    """Questions to the holder of one target."""

    def __init__(self, settings: BgpSettings) -> None:
        self._settings = settings

    def hold(self, hold: RouteHold) -> None:
        """Have a route held. Raises `DriverRefused`, `Unavailable`."""
        self._ask({"do": HOLD, "hold": to_json(hold)})

    def release(self, place: str, action: str) -> None:
        """Have it withdrawn. Raises `DriverRefused` where it is another action's, `Unavailable`."""
        self._ask({"do": RELEASE, "place": place, "action": action})

    def holds(self) -> dict[str, RouteHold]:
        """What is held, by place; no peer is looked at. Raises `Unavailable`."""
        return _holds(self._ask({"do": HOLDS}))

    def view(self, kinds: Iterable[RouteKind] = tuple(RouteKind)) -> BgpView:
        """All that is known now; a table that cannot be read is said in `unread`."""
        answer = self._ask({"do": LIST})
        tables: dict[tuple[str, RouteKind], Table] = {}
        unread = []
        for peer in self._settings.peers:
            for kind in sorted(peer.families & set(kinds)) if peer.reader else ():
                try:
                    tables[str(peer.address), kind] = peer_table(peer, kind)
                except AupkeepError as error:
                    unread.append(f"peer {peer.address}: its table was not read: {error}")
        try:
            peers = read_peers(answer["peers"])
        except (LookupError, TypeError, AttributeError) as error:
            raise Unavailable(f"the holder of routes: expected its peers, found {error}") from error
        return BgpView(holds=_holds(answer), peers=peers, tables=tables, unread=tuple(unread))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        path = self._settings.socket
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.settimeout(PATIENCE)
                client.connect(str(path))
                client.sendall(json.dumps(request).encode() + b"\n")
                with client.makefile("rb") as file:
                    data = file.readline(MAX_ANSWER)
            answer = read_object(data, MAX_ANSWER, "holder")
        except (OSError, AupkeepError) as error:
            raise Unavailable(
                f"{path}: expected ExaBGP with our holder (aupkeep bgp), found {error}"
            ) from error
        if "refused" in answer:
            raise DriverRefused(str(answer["refused"]))
        if "unavailable" in answer:
            raise Unavailable(str(answer["unavailable"]))
        return answer


def _holds(answer: dict[str, Any]) -> dict[str, RouteHold]:
    """The holds of an answer. Raises `Unavailable`."""
    try:
        rows = [read_record(row, RouteHold, "hold") for row in answer["holds"]]
    except (AupkeepError, LookupError, TypeError) as error:
        raise Unavailable(f"the holder of routes: expected its list, found {error}") from error
    return {hold.place: hold for hold in rows}


def peer_table(peer: BgpPeer, kind: RouteKind) -> Table:
    """The routes of a kind in a peer's own table. Raises `Unavailable`, `Unreadable`."""
    reader = READERS[peer.reader]
    table: dict[str, bytes] = {}
    for question in reader.questions[kind]:
        more, feed = reader.asks(question)
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command
                [*peer.read, *more],
                input=feed,
                capture_output=True,
                text=True,
                timeout=COMMAND,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise Unavailable(f"{peer.read[0]}: {error}") from error
        if done.returncode or "syntax error" in done.stdout or "% Unknown" in done.stdout:
            said = (done.stderr or done.stdout).strip()[-200:]
            raise Unavailable(f"{question!r}: expected its answer, found {said!r}")
        table |= reader.read(kind, done.stdout)
    return table
