"""What was lost on the way, counted exactly by the numbers that exporters give their datagrams.

NetFlow v5 and IPFIX number flow records, NetFlow v9 and sFlow datagrams. A hole is counted as lost
at once; a late datagram that fits the hole is taken off again and counted as reordered; one that
fits none is a repetition. An exporter that started again counts from anew: its uptime fell, or its
numbers go on from somewhere far off, and nothing is counted as lost.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from aupkeep.model.subject import Address
from aupkeep.telemetry.wire.exporter_quota import QuotaDict

WRAP = 1 << 32
HALF = WRAP // 2
NEAR = 1 << 17  # numbers: what is further behind is no late datagram
FAR = 1 << 30  # numbers: a hole that large is no loss but a restart
MOST_HOLES = 256
MOST_STREAMS = 4096  # of one exporter
SLACK_MS = 60_000  # an uptime may go back by so much: reordering, jitter
CHAIN = 3  # datagrams in a row that count from elsewhere are a restart


class Stream(NamedTuple):
    """Who counts; `agent` tells the agents of sFlow apart that share an address."""

    exporter: Address | None
    version: int
    domain: int
    agent: Address | None = None


@dataclass(slots=True)
class StreamSequence:
    """The numbers of one stream. `lost` and `reordered` count what the protocol numbers."""

    expected: int | None = None
    datagrams: int = 0
    lost: int = 0
    reordered: int = 0
    repeated: int = 0
    restarts: int = 0
    unsure: int = 0  # datagrams whose records could not be counted: their template is unknown
    uptime: int | None = None
    holes: list[tuple[int, int]] = field(default_factory=list)
    _odd: int | None = None  # where the numbers would go on that came from elsewhere
    _chain: int = 0

    def take(self, number: int, units: int | None, uptime: int | None = None) -> None:
        """Note one datagram: its number, how many numbers it uses up (None: not known)."""
        self.datagrams += 1
        restarted = self._restarted(uptime)
        gap = 0 if self.expected is None else (number - self.expected) % WRAP
        if gap == 0:
            self._go_on(number, units, uptime)
        elif restarted or HALF > gap > FAR or HALF <= gap < WRAP - NEAR:
            self._restart(number, units, uptime)
        elif gap < HALF:
            self._hole(gap)
            self._go_on(number, units, uptime)
        else:
            self._late(number, units or 0, uptime)
        self.unsure += units is None

    def _restarted(self, uptime: int | None) -> bool:
        """Whether the uptime fell, and not because its counter is full."""
        if uptime is None or self.uptime is None:
            return False
        return uptime + SLACK_MS < self.uptime and self.uptime < WRAP - 2 * SLACK_MS

    def _go_on(self, number: int, units: int | None, uptime: int | None) -> None:
        self.expected = None if units is None else (number + units) % WRAP
        self.uptime = uptime
        self._odd, self._chain = None, 0

    def _restart(self, number: int, units: int | None, uptime: int | None) -> None:
        self.restarts += 1
        self.holes.clear()
        self._go_on(number, units, uptime)

    def _hole(self, gap: int) -> None:
        self.lost += gap
        self.holes.append((self.expected or 0, gap))
        del self.holes[:-MOST_HOLES]

    def _late(self, number: int, units: int, uptime: int | None) -> None:
        """A datagram from before: it fills a hole, repeats another, or begins a new count."""
        if self._filled(number, units):
            return
        self._chain = self._chain + 1 if number == self._odd else 1
        self._odd = (number + units) % WRAP
        self.repeated += 1
        if self._chain >= CHAIN and self._odd != self.expected:
            self.repeated -= self._chain
            self._restart(number, units, uptime)

    def _filled(self, number: int, units: int) -> bool:
        for index, (begin, length) in enumerate(self.holes):
            offset = (number - begin) % WRAP
            if offset < length:
                used = min(units, length - offset)
                rest = [(begin, offset), ((number + used) % WRAP, length - offset - used)]
                self.holes[index : index + 1] = [hole for hole in rest if hole[1]]
                self.lost -= used
                self.reordered += used
                return True
        return False


class Sequences:
    """The streams of all exporters; each has a bounded share."""

    def __init__(self) -> None:
        self.streams: QuotaDict[Stream, StreamSequence] = QuotaDict(MOST_STREAMS)

    def take(
        self, stream: Stream, number: int, units: int | None, uptime: int | None = None
    ) -> StreamSequence:
        """Note one datagram of a stream."""
        sequence = self.streams.get(stream)
        if sequence is None:
            sequence = self.streams[stream] = StreamSequence()
        sequence.take(number, units, uptime)
        return sequence

    def lost(self) -> int:
        """What is missing now, over all streams, in what each of them counts."""
        return sum(sequence.lost for sequence in self.streams.values())
