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
from typing import Any, NamedTuple

from aupkeep.enforcement.bgp.hold import PeerState
from aupkeep.enforcement.bgp.route import MARK
from aupkeep.model.errors import DriverRefused

PATIENCE = 30.0  # seconds for an answer
LINE = 1 << 20
SENT = re.compile(r"neighbor (\S+) .*? ((?:ipv4|ipv6) (?:unicast|flow)) (.*)")


class SentRoute(NamedTuple):
    """One route that ExaBGP has for a peer; `number` is of our mark, None without it."""

    family: str
    text: str
    number: int | None


class ExabgpGone(Exception):
    """ExaBGP has ended, or does not answer: nobody is left to hold anything for."""


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
        """The lines of its answer. Raises `DriverRefused` for an error.

        After an answer that never came no other could be told from it: raises `ExabgpGone`, so
        that ExaBGP starts its process anew.
        """
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
        raise ExabgpGone

    def sessions(self) -> Iterator[tuple[str, bool, frozenset[str]]]:
        """Each peer's address, whether its session is up, which families it takes in it."""
        for row in json.loads("".join(self.ask("show neighbor json"))):
            takes = {name for name, taken in row["peer"]["families"].items() if taken}
            yield row["peer"]["address"], row["fsm"] == "ESTABLISHED", frozenset(takes)

    def listed(self, provider: int) -> dict[str, list[SentRoute]]:
        """What ExaBGP has for each peer, whether its session is up or not."""
        mark = re.compile(rf"large-community \[? ?{provider}:{MARK}:(\d+)\b")
        sent: dict[str, list[SentRoute]] = {}
        for line in self.ask("show adj-rib out extensive"):
            if match := SENT.fullmatch(line):
                peer, family, text = match.groups()
                number = mark.search(text)
                route = SentRoute(family, f"{family} {text}", int(number[1]) if number else None)
                sent.setdefault(peer, []).append(route)
        return sent

    def peers(self, provider: int, reasons: dict[str, str]) -> dict[str, PeerState]:
        """Each peer with what it is sent; `reasons` say why sessions ended."""
        listed = self.listed(provider)
        return {
            name: PeerState(
                up=up,
                why="" if up else reasons.get(name, "no session yet"),
                numbers=frozenset(
                    x.number for x in listed.get(name, ()) if x.number and x.family in takes
                ),
                strangers=tuple(x.text for x in listed.get(name, ()) if x.number is None),
            )
            for name, up, takes in self.sessions()
        }
