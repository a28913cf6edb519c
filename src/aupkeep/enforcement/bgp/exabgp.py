"""ExaBGP as its process sees it: commands to standard output, answers and events from input.

One command at a time is written, and its answer awaited; events that come between are kept.
"""

import json
import os
import re
import select
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

from aupkeep.enforcement.bgp.hold import PeerState
from aupkeep.enforcement.bgp.route import MARK
from aupkeep.model.errors import DriverRefused, Unavailable

PATIENCE = 5.0  # seconds for an answer
LINE = 1 << 20
SENT = re.compile(r"neighbor (\S+) .*? ((?:ipv4|ipv6) (?:unicast|flow) .*)")


class ExabgpGone(Exception):
    """ExaBGP has ended: nobody is left to hold anything for."""


class Exabgp:
    """The pipes to it; `events` are changes of sessions not yet looked at."""

    def __init__(self, source: int = 0, sink: int = 1) -> None:
        self.source, self._sink = source, sink
        self._rest = b""
        self._answers: deque[str] = deque()
        self.events: deque[dict[str, Any]] = deque()

    def read(self, wait: float) -> None:
        """Take what there is within so many seconds. Raises `ExabgpGone` at its end."""
        if not select.select([self.source], [], [], wait)[0]:
            return
        data = os.read(self.source, LINE)
        if not data:
            raise ExabgpGone
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line.decode("utf-8", "replace"))

    def _take(self, line: str) -> None:
        if not line.startswith('{ "exabgp"'):
            self._answers.append(line)
            return
        event = json.loads(line)
        if event.get("type") == "state":
            self.events.append(event["neighbor"])
        elif event.get("type") == "notification" and event.get("notification") == "shutdown":
            raise ExabgpGone

    def ask(self, command: str) -> list[str]:
        """The lines of its answer. Raises `DriverRefused` for an error, `Unavailable`."""
        self._answers.clear()
        os.write(self._sink, f"{command}\n".encode("ascii"))
        ends = monotonic() + PATIENCE
        lines: list[str] = []
        while (left := ends - monotonic()) > 0:
            while self._answers:
                line = self._answers.popleft()
                if line == "done":
                    return lines
                if line == "error":
                    raise DriverRefused("ExaBGP refuses the command")
                lines.append(line)
            self.read(left)
        raise Unavailable(f"ExaBGP: expected an answer within {PATIENCE} s, found none")

    def sessions(self) -> Iterator[tuple[str, bool]]:
        """Each peer's address, and whether its session is up."""
        for row in json.loads("".join(self.ask("show neighbor json"))):
            yield row["peer"]["address"], row["fsm"] == "ESTABLISHED"

    def peers(self, provider: int, reasons: dict[str, str]) -> dict[str, PeerState]:
        """Each peer with what it is sent; `reasons` say why sessions ended."""
        mark = re.compile(rf"large-community \[? ?{provider}:{MARK}:(\d+)\b")
        sent: dict[str, list[tuple[str, int | None]]] = {}
        for line in self.ask("show adj-rib out extensive"):
            if match := SENT.fullmatch(line):
                number = mark.search(match[2])
                sent.setdefault(match[1], []).append((match[2], int(number[1]) if number else None))
        return {
            name: PeerState(
                up=up,
                why="" if up else reasons.get(name, "no session yet"),
                numbers=frozenset(n for _, n in sent.get(name, ()) if n is not None),
                strangers=tuple(text for text, n in sent.get(name, ()) if n is None),
            )
            for name, up in self.sessions()
        }
