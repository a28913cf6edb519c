"""A network that lives and writes it down badly: lines are lost, repeated, late, torn and rotated.

What happened is kept as `truth`: of each place (address and first port) who had it from when on.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

NOBODY = ""
Place = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a device says of a session; `seconds` is how long it lasted by then."""

    what: str
    at: datetime
    device: str
    session: str = ""
    who: str = ""
    place: Place = ("", 0)
    seconds: int = 0


def radius_record(event: Event, received: datetime) -> bytes:
    """A record of the module detail of FreeRADIUS."""
    lines = [f"{received:%a %b %d %H:%M:%S %Y}", f"\tNAS-IP-Address = {event.device}"]
    status = {"began": "Start", "lives": "Interim-Update", "ended": "Stop", "on": "Accounting-On"}
    lines.append(f"\tAcct-Status-Type = {status[event.what]}")
    if event.what != "on":
        lines += [
            f'\tAcct-Session-Id = "{event.session}"',
            f'\tUser-Name = "{event.who}"',
            f"\tFramed-IP-Address = {event.place[0]}",
            f"\tAcct-Session-Time = {event.seconds}",
        ]
    lines += [
        f"\tAcct-Delay-Time = {int((received - event.at).total_seconds())}",
        f'\tEvent-Timestamp = "{event.at:%b %d %Y %H:%M:%S} UTC"',
        f"\tTimestamp = {int(received.timestamp())}",
    ]
    return ("\n".join(lines) + "\n\n").encode()


def block_line(event: Event, received: datetime) -> bytes:
    """A line of Junos about a block of ports; a device that began anew says nothing."""
    del received
    if event.what == "on":
        return b""
    verb, word = {
        "began": ("ALLOC", "allocates"),
        "lives": ("INTERIM", ""),
        "ended": ("RELEASE", "releases"),
    }[event.what]
    address, port = event.place
    return (
        f"{event.at:%Y-%m-%dT%H:%M:%SZ} nat1 RT_NAT: RT_SRC_NAT_PBA_{verb}: Subscriber {event.who}"
        f" used/maximum [1/15] blocks, {word} port block [{port}-{port + 511}] from {address}"
        " in source pool p lsys_id: 0\n"
    ).encode()


@dataclass
class BadLog:
    """The network, and the file that tells of it."""

    seed: int
    at: datetime
    path: Path
    write: Callable[[Event, datetime], bytes]
    places: list[Place]
    people: list[str]
    truth: dict[Place, list[tuple[datetime, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    lives: int = 0
    rotated: int = 0

    def __post_init__(self) -> None:
        """Everything is free."""
        self.random = Random(self.seed)  # noqa: S311 - the same world for the same number
        self.at = self.at.replace(microsecond=0)
        self._late: list[tuple[datetime, bytes]] = []
        self._rest = b""  # of a record that was written half
        self._born = self.at
        self._reboots: dict[str, datetime] = {}
        self._steps = [
            (self._in(self.random.uniform(0, 900)), place, self._of(place)) for place in self.places
        ]
        for place in self.places:
            self.truth[place].append((self.at - timedelta(days=1), NOBODY))
        self.path.touch()

    def advance(self, to: datetime) -> None:
        """Let happen, in their order, what is due until then; then write what has arrived."""
        while (due := min(self._steps, key=lambda step: step[0]))[0] <= to:
            self.at = due[0]
            self._steps.remove(due)
            self._steps.append((self._in(next(due[2])), due[1], due[2]))
        self.at = to
        arrived = [data for when, data in self._late if when <= to]
        self._late = [item for item in self._late if item[0] > to]
        self.random.shuffle(arrived)
        self._append(b"".join(arrived))

    def holder(self, place: Place, at: datetime) -> str:
        """Who had it at a moment."""
        known = self.truth[place]
        return known[bisect_right(known, at, key=lambda step: step[0]) - 1][1]

    def holder_around(self, place: Place, at: datetime) -> str:
        """Who had it before and after a moment at which nobody had; NOBODY where two differ."""
        known = self.truth[place]
        after = bisect_right(known, at, key=lambda step: step[0])
        around = {who for _, who in known[max(0, after - 2) : after + 1] if who != NOBODY}
        return around.pop() if len(around) == 1 else NOBODY

    def edge(self, place: Place, at: datetime) -> float:
        """Seconds from the moment to the nearest change."""
        return min(abs((at - change).total_seconds()) for change, _ in self.truth[place])

    def _in(self, seconds: float) -> datetime:
        return self.at + timedelta(seconds=int(seconds) + 1)

    def _say(self, event: Event) -> None:
        """Send it: perhaps never, perhaps twice, perhaps late."""
        for _ in range(self.random.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])):
            delay = self.random.choice([0, 0, 0, 0, 1, 2, 20, 400])
            received = self.at + timedelta(seconds=delay)
            self._late.append((received, self.write(event, received)))

    def _append(self, data: bytes) -> None:
        """Write it, perhaps not to its end; the file may be rotated before."""
        if self.random.random() < 0.05:
            self._rotate()
        data = self._rest + data
        torn = self.random.random() < 0.3
        cut = self.random.randrange(len(data) + 1) if torn else len(data)
        self._rest = data[cut:]
        with self.path.open("ab") as file:
            file.write(data[:cut])

    def _rotate(self) -> None:
        """Rename it and begin another one, or copy and cut it; a torn record goes on in the old."""
        self.rotated += 1
        old = self.path.with_name(f"{self.path.name}.{self.rotated}")
        if self.random.random() < 0.5:
            self.path.rename(old)
        else:
            old.write_bytes(self.path.read_bytes())
            self.path.write_bytes(b"")
        with old.open("ab") as file:
            file.write(self._rest)
        self._rest = b""
        self.path.touch()
        self.path.with_name(f"{self.path.name}.{self.rotated - 8}").unlink(missing_ok=True)

    def _of(self, place: Place) -> Iterator[float]:
        """A place's way from holder to holder."""
        random = self.random
        while True:
            device = random.choice(["192.0.2.1", "192.0.2.2"])
            who, began = random.choice(self.people), self.at
            self.lives += 1
            told = {"device": device, "session": f"s{self.lives}", "who": who, "place": place}
            self.truth[place].append((began, who))
            self._say(Event(what="began", at=began, **told))
            until = began + timedelta(seconds=random.choice([200, 900, 4000, 9000]))
            while self.at < until and not self._is_dead(device, began):
                yield min(600, (until - self.at).total_seconds())
                seconds = int((self.at - began).total_seconds())
                if self.at < until and not self._is_dead(device, began):
                    self._say(Event(what="lives", at=self.at, seconds=seconds, **told))
                    self._perhaps_reboot(device)
            self._end(place, began, self._reboots.get(device, began), told)
            yield random.choice([0, 3, 60, 700])

    def _is_dead(self, device: str, began: datetime) -> bool:
        return self._reboots.get(device, began) > began

    def _perhaps_reboot(self, device: str) -> None:
        if self.random.random() < 0.01:
            self._reboots[device] = self.at
            self._say(Event(what="on", at=self.at, device=device))

    def _end(
        self, place: Place, began: datetime, reboot: datetime, told: dict[str, object]
    ) -> None:
        """It is over: now, or it has been since the device began anew."""
        if reboot > began:
            self.truth[place].append((reboot, NOBODY))
            return
        self.truth[place].append((self.at, NOBODY))
        seconds = int((self.at - began).total_seconds())
        self._say(Event(what="ended", at=self.at, seconds=seconds, **told))  # type: ignore[arg-type]
