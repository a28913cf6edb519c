"""The same datagrams given to the kernels and to the general decoder, and what differs."""

from collections.abc import Sequence
from ipaddress import ip_address

import numpy as np

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.fast.batch import gather
from aupkeep.telemetry.fast.decoder import FastDecoder
from aupkeep.telemetry.rows import ROW, Exporters, Rows, joined
from aupkeep.telemetry.wire.decoder import Decoder
from aupkeep.telemetry.wire.sampling import Sampling

AT = 1_772_366_400_123
LISTED = [ip_address("192.0.2.1"), ip_address("2001:db8::1")]
STRANGER = ip_address("198.51.100.9")


class Both:
    """Two decoders that begin alike."""

    def __init__(self, *, room: int = 512, within: bool = True, **rates) -> None:
        self.general, inner = (
            Decoder(exporters, sampling=Sampling(**rates), inner=within)
            for exporters in (numbered(), numbered())
        )
        self.fast = FastDecoder(inner, LISTED, room=room)

    def take(self, datagrams: Sequence[Datagram], size: int = 256) -> Rows:
        """The rows of the kernels, after those of the general decoder were found to be the same."""
        expected = joined(
            [self.general.take(datagram) for datagram in datagrams if datagram.exporter in LISTED]
        )
        batches = [datagrams[at : at + size] for at in range(0, len(datagrams), size)]
        found = joined([self.fast.take(gather(batch), AT) for batch in batches])
        self.fast.sync()
        assert len(found) == len(expected)
        for name in ROW.names or ():
            assert np.array_equal(found[name], expected[name]), name
        inner = self.fast.general
        assert inner.dropped == self.general.dropped
        assert inner.sequences.streams == self.general.sequences.streams
        assert inner.templates.to_json() == self.general.templates.to_json()
        assert inner.sampling.domains() == self.general.sampling.domains()
        return found

    def by_kernels(self) -> int:
        """How many datagrams the general decoder was not asked to take."""
        counts = self.fast.mirror.exporters[: len(LISTED)]
        return int(counts[:, 0].sum() - counts[:, 2].sum())


def numbered() -> Exporters:
    """Exporters that have their numbers already."""
    made = Exporters()
    for one in LISTED:
        made.number(one)
    return made


def sent(*data: bytes, by=LISTED[0]) -> list[Datagram]:
    """Datagrams of one exporter."""
    return [Datagram(data=one, at=AT, exporter=by) for one in data]
