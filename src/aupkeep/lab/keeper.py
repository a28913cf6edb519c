"""The process that holds a lab between commands: a namespace lives as long as who made it.

    python -m aupkeep.lab.keeper FOLDER EXPORTER SECONDS SAMPLING

It opens a `LabWorld`, then answers one JSON line for each on the socket `lab.sock` in the folder:
`{"do": "show"}`, `{"do": "attack", "name": "flood"}`, `{"do": "down"}`.
"""

import contextlib
import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aupkeep.lab.attack_timing import add_attackers
from aupkeep.lab.attacks import ATTACKS
from aupkeep.lab.exporters import ExportRate
from aupkeep.lab.trial import LabRow, furnish_lab, try_attack, untried
from aupkeep.lab.world import LabWorld
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import AupkeepError, Invalid, Unavailable

SOCKET, LOG = "lab.sock", "keeper.log"
FIRST, MOST = 11, 20  # of the attackers' addresses, 203.0.113.11; runs of one lab
LONGEST = 4096  # bytes of a question
SETTINGS = "\n[deciding]\nbreaker_share = 1.0\nbreaker_l3 = 1000\n"  # each run has its customer


class LabKeeper:
    """The lab's rows, and the addresses that have not attacked yet."""

    def __init__(self, world: LabWorld) -> None:
        """Prepare the world for attacks."""
        self._world = world
        self._driver = "record" if world.why_recorded else "nftables"
        self._rows = {name: untried(attack, self._driver) for name, attack in ATTACKS.items()}
        self._sources = [f"203.0.113.{FIRST + number}" for number in range(MOST)]
        if world.scene is None:
            raise Unavailable(f"no lab here: {world.why_recorded}")
        add_attackers(world, self._sources)
        furnish_lab(world)

    def answer(self, asked: dict[str, Any]) -> list[LabRow]:
        """The rows that a question is about. Raises `Invalid` for one that is none."""
        match asked:
            case {"do": "show"} | {"do": "down"}:
                return list(self._rows.values())
            case {"do": "attack", "name": str(name)} if name in ATTACKS:
                return [self._attack(name)]
            case {"do": "attack", "name": name}:
                raise Invalid(f"attack: expected one of {', '.join(ATTACKS)}, found {name!r}")
        raise Invalid(f"lab: expected show, attack or down, found {str(asked)[:60]}")

    def _attack(self, name: str) -> LabRow:
        if not self._sources:
            raise Unavailable(f"this lab has run {MOST} attacks: aupkeep lab down, then up")
        row = try_attack(self._world, name, self._sources.pop(0))
        self._rows[name] = row
        return row


def serve(keeper: LabKeeper, listener: socket.socket) -> None:
    """Answer until told to end."""
    for asked, reply in _questions(listener):
        try:
            reply({"rows": as_json(keeper.answer(asked))})
        except AupkeepError as error:
            reply({"error": str(error), "exit": error.exit_code})
        if asked.get("do") == "down":
            return


def _questions(
    listener: socket.socket,
) -> Iterator[tuple[dict[str, Any], Callable[[object], None]]]:
    while True:
        peer, _ = listener.accept()
        with peer:
            asked = _question(peer.makefile("rb").readline(LONGEST))
            if asked is not None:
                yield asked, _replying(peer)


def _question(line: bytes) -> dict[str, Any] | None:
    """What was asked, None for what is no JSON object."""
    try:
        asked = json.loads(line)
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None


def _replying(peer: socket.socket) -> Callable[[object], None]:
    def reply(said: object) -> None:
        with contextlib.suppress(OSError):  # whoever asked has gone
            peer.sendall(json.dumps(said).encode() + b"\n")

    return reply


def main(words: list[str]) -> int:
    """Hold one lab until it is told to end."""
    folder, exporter, seconds, sampling = Path(words[0]), words[1], int(words[2]), int(words[3])
    rate = ExportRate(seconds=seconds, sampling=sampling)
    path = folder / SOCKET
    try:
        with (
            LabWorld.open(folder / "world", exporter=exporter, rate=rate, more=SETTINGS) as world,
            socket.socket(socket.AF_UNIX) as listener,
        ):
            keeper = LabKeeper(world)
            path.unlink(missing_ok=True)
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen()
            serve(keeper, listener)
    except AupkeepError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log of this process
        return error.exit_code
    finally:
        path.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
