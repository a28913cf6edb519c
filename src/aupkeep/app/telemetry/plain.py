"""A collector without kernels: one datagram after the other through the general decoder."""

import select
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aupkeep.app.telemetry.standing import Heard
from aupkeep.config.flows import Ear
from aupkeep.model.subject import Address, parse_address
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.receive.listener import Listener, listen
from aupkeep.telemetry.rows import Exporters, Rows, empty
from aupkeep.telemetry.wire.decoder import Decoder

LONGEST = 65_536
MOST = 512  # datagrams taken in one turn


@dataclass(slots=True)
class Plain:
    """Listens and decodes; who is not allowed is refused and counted."""

    decoder: Decoder
    allowed: frozenset[Address]
    ears: Sequence[Listener]
    heard: dict[Address, Heard] = field(default_factory=dict)
    refused: Counter[Address] = field(default_factory=Counter)

    @property
    def exporters(self) -> Exporters:
        """Who exported, by number."""
        return self.decoder.state.exporters

    def receive(self, timeout_ms: int) -> Rows:
        """Rows that came within so many milliseconds."""
        ready, _, _ = select.select([one.socket for one in self.ears], [], [], timeout_ms / 1000)
        now = time.time_ns() // 1_000_000
        found: list[Rows] = []
        for one in ready:
            found += self._drain(one, now)
        return np.concatenate(found) if found else empty(0)

    def _drain(self, one: Any, now: int) -> Iterable[Rows]:  # noqa: ANN401 - a socket
        for _ in range(MOST):
            try:
                data, peer = one.recvfrom(LONGEST)
            except BlockingIOError:
                return
            address = parse_address(peer[0])
            if address not in self.allowed:
                self.refused[address] += 1
                continue
            rows = self.decoder.take(Datagram(data=data, at=now, exporter=address))
            before = self.heard.get(address, Heard())
            self.heard[address] = Heard(
                datagrams=before.datagrams + 1, records=before.records + len(rows), last=now
            )
            yield rows

    def drops(self) -> int:
        """Datagrams the kernel dropped here for want of room."""
        for one in self.ears:
            one.count_drops()
        return sum(one.dropped for one in self.ears)

    def close(self) -> None:
        """Stop listening."""
        for one in self.ears:
            one.close()


def plain(ears: Iterable[Ear], allowed: Iterable[Address], decoder: Decoder, buffer: int) -> Plain:
    """Open the sockets. Raises `OSError`."""
    opened = [listen(str(ear.address), ear.port, buffer) for ear in ears]
    return Plain(decoder=decoder, allowed=frozenset(allowed), ears=opened)
