"""Receives the datagrams of exporters and gives their flows as rows; counts everything else.

    collector = Collector(
        [("192.0.2.10", 2055)], allowed, Decoder(Exporters(), templates), clock=now_ms
    )
    for rows in collector.poll(timeout_ms=200): ...
    collector.statuses()   # per exporter: datagrams, records, lost, reordered, …
    collector.refused      # senders that are not listed, and how often
    collector.drops()      # what the kernel dropped for want of room, at each socket

One thread, no Python for a datagram on the common path: recvmmsg fills a ring, a kernel walks it.
Datagrams are gathered for some milliseconds before they are taken, for the cost of a pass does not
depend on how many they are. Memory is fixed: a ring of 128 slots, rows of one ring, tables that
are bounded by exporter.

What is lost is known at three places. The exporter's own numbers tell what did not arrive, whatever
the reason (`lost`: flow records of NetFlow v5 and IPFIX, datagrams of v9 and sFlow). The socket's
counter tells how many of them reached this machine and found the buffer full (`drops`); the kernel
does not say whose they were, so they are an exporter's own only at a socket where nobody else is
heard. `dropped` of the general decoder tells what arrived and could not be used, by reason.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aupkeep.model.subject import Address
from aupkeep.telemetry.fast import kernel_state
from aupkeep.telemetry.fast.batch import Batch
from aupkeep.telemetry.fast.decoder import FastDecoder, RefusedSender
from aupkeep.telemetry.receive.listener import BUFFER, Listener, listen, wait
from aupkeep.telemetry.receive.ring import Ring
from aupkeep.telemetry.rows import Exporters, Rows, copied, joined
from aupkeep.telemetry.wire.decoder import Decoder

GATHER_MS = 25  # that datagrams may wait for others; the buffer holds more than that
MOST_TURNS = 32  # rings that are taken from one socket before rows are given


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterStatus:
    """How one exporter stands. Times are milliseconds since 1970, UTC; 0: nothing came yet.

    `lost`, `reordered`, `repeated` are in what its protocols number. `general` of the datagrams
    needed the general decoder: templates, options, and what the kernels do not read.
    """

    exporter: Address
    datagrams: int
    records: int
    general: int
    first: int
    last: int
    lost: int
    reordered: int
    repeated: int
    restarts: int
    unsure: int
    templates: int
    drops: int | None  # by the kernel; None where others are heard at the same sockets
    template_age_ms: int | None  # since the template that was told longest ago was told


class Collector:
    """Listens at addresses and ports for the exporters on a list. Raises `OSError` if it cannot.

    `allowed` None takes whoever sends, up to 4,096 exporters. `clock` gives milliseconds since
    1970; a row of sFlow, which tells no time, is `seen` at it.
    """

    def __init__(
        self,
        places: Iterable[tuple[str, int]],
        allowed: Iterable[Address] | None,
        decoder: Decoder,
        *,
        clock: Callable[[], int],
        buffer: int = BUFFER,
        gather_ms: int = GATHER_MS,
    ) -> None:
        self.decoder = decoder
        self.fast = FastDecoder(decoder, allowed)
        self.fast.warm()  # before the first datagram waits
        self._clock, self._gather = clock, gather_ms / 1000
        self._ring = Ring()
        self._heard = 0.0  # when datagrams were last taken, by the monotonic clock
        self._at: list[set[int]] = []  # who was heard, by listener
        self.listeners: list[Listener] = []
        try:
            for host, port in places:
                self.listeners.append(listen(host, port, buffer))
                self._at.append(set())
        except OSError:
            self.close()
            raise

    @property
    def exporters(self) -> Exporters:
        """Who exported, by the number that rows hold."""
        return self.decoder.state.exporters

    @property
    def refused(self) -> Sequence[RefusedSender]:
        """Who is not on the list and sent, most datagrams first."""
        return self.fast.refused()

    def receive(self, timeout_ms: int) -> Rows:
        """All that `poll` gives, as one; the caller's own."""
        return joined([copied(rows) for rows in self.poll(timeout_ms)])

    def poll(self, timeout_ms: int) -> Iterator[Rows]:
        """Rows that came within so many milliseconds, as soon as there are any.

        They come in parts that fit the processor's cache, each good until the next one is asked
        for; whoever begins must ask for all. Under load it ends after some rings, so that the
        caller's other work has its turn.
        """
        ready = wait(self.listeners, timeout_ms)
        if not ready:
            return
        early = self._heard + self._gather - time.monotonic()
        if early > 0:
            time.sleep(early)
        self._heard = time.monotonic()
        for listener in ready:
            yield from self._drain(listener)

    def _drain(self, listener: Listener) -> Iterator[Rows]:
        descriptor = listener.socket.fileno()
        for _ in range(MOST_TURNS):
            batch = self._ring.read(descriptor)
            if batch.size:
                yield from self._parts(batch, self._at[self.listeners.index(listener)])
            if batch.size < self._ring.slots:
                return

    def _parts(self, batch: Batch, heard: set[int]) -> Iterator[Rows]:
        """The rows of a batch; who sent it is noted for its listener."""
        before = self.fast.mirror.exporters[:, kernel_state.SEEN_DATAGRAMS].copy()
        yield from self.fast.parts(batch, self._clock())
        after = self.fast.mirror.exporters[
            :, kernel_state.SEEN_DATAGRAMS
        ]  # longer where some are new
        heard.update(np.flatnonzero(after[: len(before)] != before).tolist())
        heard.update((np.flatnonzero(after[len(before) :]) + len(before)).tolist())

    def allow(self, exporters: Iterable[Address]) -> None:
        """Take the datagrams of these exporters from now on, and of no others."""
        wanted = set(exporters)
        for address in self.fast.allowed - wanted:
            self.fast.refuse(address)
        for address in wanted - self.fast.allowed:
            self.fast.allow(address)

    def expire(self) -> None:
        """Forget templates that were not told for a day, and data that waited too long for one."""
        self.decoder.expire(self._clock())

    def drops(self) -> int:
        """Datagrams the kernel dropped for want of room, at all sockets, since the start."""
        for listener in self.listeners:
            listener.count_drops()
        return sum(listener.dropped for listener in self.listeners)

    def sync(self) -> None:
        """Bring sequences and rates of the general decoder up to date, before they are shown."""
        self.fast.sync()

    def statuses(self) -> Mapping[Address, ExporterStatus]:
        """How each exporter on the list stands."""
        self.sync()
        self.drops()
        now = self._clock()
        return {
            address: self._status(address, now) for address in sorted(self.fast.allowed, key=str)
        }

    def _status(self, exporter: Address, now: int) -> ExporterStatus:
        counts = self.fast.mirror.exporters[self.exporters.number(exporter)]
        streams = [
            sequence
            for stream, sequence in self.decoder.sequences.streams.items()
            if stream.exporter == exporter
        ]
        statistics = [
            known_template.last for known_template in self.decoder.templates.of(exporter).values()
        ]
        return ExporterStatus(
            exporter=exporter,
            datagrams=int(counts[kernel_state.SEEN_DATAGRAMS]),
            records=int(counts[kernel_state.SEEN_ROWS]),
            general=int(counts[kernel_state.GENERAL]),
            first=int(counts[kernel_state.FIRST_AT]),
            last=int(counts[kernel_state.LAST_AT]),
            lost=sum(sequence.lost for sequence in streams),
            reordered=sum(sequence.reordered for sequence in streams),
            repeated=sum(sequence.repeated for sequence in streams),
            restarts=sum(sequence.restarts for sequence in streams),
            unsure=sum(sequence.unsure for sequence in streams),
            templates=len(statistics),
            drops=self._own_drops(self.exporters.number(exporter)),
            template_age_ms=now - min(statistics) if statistics else None,
        )

    def _own_drops(self, number: int) -> int | None:
        """The kernel's drops at the sockets where one exporter is heard, if nobody else is."""
        places = [
            (listener, heard)
            for listener, heard in zip(self.listeners, self._at, strict=True)
            if number in heard
        ]
        if any(len(heard) > 1 for _, heard in places):
            return None
        return sum(listener.dropped for listener, _ in places)

    def close(self) -> None:
        """Stop listening."""
        for listener in self.listeners:
            listener.close()
