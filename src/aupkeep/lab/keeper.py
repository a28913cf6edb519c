"""The process that holds a lab between commands: a namespace lives as long as who made it.

    python -m aupkeep.lab.keeper FOLDER EXPORTER SECONDS SAMPLING

It opens a `LabWorld`, then answers one JSON line for each on the socket `lab.sock` in the folder:
`{"do": "show"}`, `{"do": "attack", "name": "flood"}`, `{"do": "down"}`. One attack runs at a time,
beside the answers. TERM ends it as `down` does, also while it builds. Whoever starts it hands it
the lock on `lab.lock`, with its process id in it; at its end all that the lab made is removed.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aupkeep.lab.attack_timing import add_attackers
from aupkeep.lab.attacks import ATTACKS
from aupkeep.lab.edge.running import HARMS, SYSTEM_OF, place, prepare, remove, start
from aupkeep.lab.edge.system import SOURCES, EdgeRun
from aupkeep.lab.edge.trial import furnish_edge, try_edge, untried_edge
from aupkeep.lab.exporters import ExportRate
from aupkeep.lab.trial import LabRow, furnish_lab, try_attack, untried
from aupkeep.lab.world import LabWorld
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Unavailable

SOCKET, LOG, LOCK, WORLD = "lab.sock", "keeper.log", "lab.lock", "world"
EDGE = "edge"  # the folder of the systems at the edge, in the world's
LONGEST = 4096  # bytes of a question
TRIES, GLANCE = 50, 0.1  # to remove what is left, and seconds between two
ENDING = (signal.SIGTERM, signal.SIGINT)
PATIENCE = 2.0  # seconds for a question to be sent, or its answer to be taken
SETTINGS = "\n[deciding]\nbreaker_share = 1.0\nbreaker_l3 = 1000\n"  # each run has its customer


class LabKeeper:
    """The lab's rows, and the addresses that have not attacked yet."""

    def __init__(self, world: LabWorld) -> None:
        """Prepare the world for attacks."""
        self._world = world
        self._attacking = threading.Lock()
        self._driver = "record" if world.why_recorded else "nftables"
        self._rows = {name: untried(attack, self._driver) for name, attack in ATTACKS.items()}
        self._sources = list(SOURCES)
        if world.scene is None or world.lab is None:
            raise Unavailable(f"no lab here: {world.why_recorded}")
        failed = start(world, world.lab, world.folder / EDGE)
        for name, harm in HARMS.items():
            system = SYSTEM_OF[name]
            lacks = system.missing() or failed.get(system.name)
            self._rows[name] = untried_edge(harm, lacks)
        add_attackers(world, self._sources)
        furnish_lab(world)
        self._token = furnish_edge(world)

    def answer(self, asked: dict[str, Any]) -> list[LabRow]:
        """The rows that a question is about. Raises `Invalid` for one that is none."""
        match asked:
            case {"do": "show"} | {"do": "down"}:
                return list(self._rows.values())
            case {"do": "attack", "name": str(name)} if name in ATTACKS | HARMS:
                return [self._attack(name)]
            case {"do": "attack", "name": name}:
                raise Invalid(
                    f"attack: expected one of {', '.join(ATTACKS | HARMS)}, found {name!r}"
                )
        raise Invalid(f"lab: expected show, attack or down, found {str(asked)[:60]}")

    def _attack(self, name: str) -> LabRow:
        if not self._attacking.acquire(blocking=False):
            raise Conflict("an attack runs in this lab: wait for its end")
        try:
            if not self._sources:
                raise Unavailable("this lab has run all its attacks: aupkeep lab down, then up")
            row = self._try(name, self._sources.pop(0))
            self._rows[name] = row
        finally:
            self._attacking.release()
        return row

    def _try(self, name: str, source: str) -> LabRow:
        """One attack from that address, or one harm of whoever holds it."""
        if name in ATTACKS:
            return try_attack(self._world, name, source)
        if lacks := self._rows[name].missing:
            raise Unavailable(lacks)
        number = SOURCES.index(source)
        folder = place(self._world.folder / EDGE, SYSTEM_OF[name])
        run = EdgeRun(world=self._world, number=number, address=source, folder=folder)
        return try_edge(HARMS[name], run, self._token)


def serve(keeper: LabKeeper, listener: socket.socket, attacks: list[threading.Thread]) -> None:
    """Answer until told to end; `attacks` takes what runs beside the answers."""
    for asked, peer in _questions(listener):
        if asked.get("do") == "attack":
            attacks.append(
                threading.Thread(target=_answer, args=(keeper, asked, peer), daemon=True)
            )
            attacks[-1].start()
        else:
            _answer(keeper, asked, peer)
        if asked.get("do") == "down":
            return


def _answer(keeper: LabKeeper, asked: dict[str, Any], peer: socket.socket) -> None:
    reply = _replying(peer)
    with peer:
        try:
            reply({"rows": as_json(keeper.answer(asked))})
        except AupkeepError as error:
            reply({"error": str(error), "exit": error.exit_code})


def _questions(listener: socket.socket) -> Iterator[tuple[dict[str, Any], socket.socket]]:
    """Each question with who asks, who is let go once answered."""
    while True:
        peer, _ = listener.accept()
        peer.settimeout(PATIENCE)
        try:
            asked = _question(peer.makefile("rb").readline(LONGEST))
        except OSError:  # who says nothing keeps nobody waiting
            asked = None
        if asked is None:
            peer.close()
        else:
            yield asked, peer


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


def remove_leftovers(folder: Path) -> bool:
    """Remove what a lab left in its folder, keys and database among it; whether it left any.

    For whoever holds the lock. The log stays: it says why a lab did not begin. Raises `Unavailable`
    where something still writes there.
    """
    left = [name for name in (SOCKET, WORLD) if (folder / name).exists()]
    (folder / SOCKET).unlink(missing_ok=True)
    remove(folder / WORLD / EDGE)
    for _ in range(TRIES):  # processes of a lab whose keeper was killed end a moment later
        if not (folder / WORLD).exists():
            return bool(left)
        shutil.rmtree(folder / WORLD, ignore_errors=True)
        time.sleep(GLANCE)
    raise Unavailable(f"{folder / WORLD}: expected to remove it, found it written to")


def take_lock(folder: Path) -> int:
    """Have a lab's folder for oneself; the lock lasts as long as anybody has this descriptor open.

    Raises `Conflict` where a lab runs, is built or ends there.
    """
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise Conflict(f"a lab runs or is built in {folder}: aupkeep lab down ends it") from error
    os.ftruncate(lock, 0)  # whoever had it before has ended
    return lock


def _end(*_: object) -> None:
    """TERM and INT, once: leave through every `with`."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def main(words: list[str]) -> int:
    """Hold one lab until it is told to end."""
    for number in ENDING:
        signal.signal(number, _end)
    folder, exporter, seconds, sampling = Path(words[0]), words[1], int(words[2]), int(words[3])
    try:
        _hold(folder, exporter, ExportRate(seconds=seconds, sampling=sampling))
    except AupkeepError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log of this process
        return error.exit_code
    finally:
        remove_leftovers(folder)
    return 0


def _hold(folder: Path, exporter: str, rate: ExportRate) -> None:
    path, attacks = folder / SOCKET, list[threading.Thread]()
    more = SETTINGS + prepare(folder / WORLD / EDGE)
    try:
        with (
            LabWorld.open(folder / WORLD, exporter=exporter, rate=rate, more=more) as world,
            socket.socket(socket.AF_UNIX) as listener,
        ):
            keeper = LabKeeper(world)
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen()
            serve(keeper, listener, attacks)
    finally:
        for attack in attacks:
            attack.join(PATIENCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
