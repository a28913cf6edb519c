"""What is held: routes with their ends, in `routes.json` beside the socket.

Over that socket one JSON object a line goes each way; both are read strictly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.bgp.route import BgpRoute
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.errors import AupkeepError
from aupkeep.model.facts import canonical

FILE, DAMAGED = "routes.json", "routes.damaged"
MAX_BYTES = 16 << 20
MAX_LINE = 1 << 16
HOLD, RELEASE, HOLDS, LIST = "hold", "release", "holds", "list"  # what may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteHold:
    """One route, whose and until when; `number` is ours in its mark, 0 before it has one."""

    place: str
    action: str
    reference: str
    until: datetime
    route: BgpRoute
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerState:
    """A peer as ExaBGP has it: whether its session is up, why not, and which routes it was sent.

    `strangers` are routes to it that nobody holds.
    """

    up: bool
    why: str
    numbers: frozenset[int]
    strangers: tuple[str, ...]


@dataclass(slots=True)
class HeldRoutes:
    """The file; `last` is the highest number that was ever given."""

    path: Path
    holds: dict[str, RouteHold] = field(default_factory=dict)  # by place
    last: int = 0

    def save(self) -> None:
        """Durable once it returns. Raises `Unavailable`."""
        rows: list[Any] = [to_json(hold) for hold in self.holds.values()]
        write_durably(self.path, canonical({"holds": rows, "last": self.last}))


def read_holds(folder: Path) -> HeldRoutes:
    """The routes that were held; a file that cannot be read is put aside, and none is held."""
    held = HeldRoutes(folder / FILE)
    try:
        record = read_object(held.path.read_bytes(), MAX_BYTES, str(held.path))
        holds = [read_record(row, RouteHold, "hold") for row in record["holds"]]
        held.holds, held.last = {hold.place: hold for hold in holds}, int(record["last"])
    except FileNotFoundError:
        pass
    except (AupkeepError, LookupError, TypeError, ValueError):
        held.path.replace(folder / DAMAGED)
    return held


def show_peers(peers: Mapping[str, PeerState]) -> dict[str, Any]:
    """The peers as JSON."""
    return {
        name: {
            "up": peer.up,
            "why": peer.why,
            "numbers": sorted(peer.numbers),
            "strangers": list(peer.strangers),
        }
        for name, peer in peers.items()
    }


def read_peers(value: Mapping[str, Any]) -> dict[str, PeerState]:
    """The same read. Raises LookupError or TypeError for anything else."""
    return {
        name: PeerState(
            up=row["up"] is True,
            why=str(row["why"]),
            numbers=frozenset(map(int, row["numbers"])),
            strangers=tuple(map(str, row["strangers"])),
        )
        for name, row in value.items()
    }
