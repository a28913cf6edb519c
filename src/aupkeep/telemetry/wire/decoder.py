"""The general decoder: any export datagram becomes rows, and nothing it holds can do harm."""

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import Exporters, Rows, empty
from aupkeep.telemetry.wire import netflow5, netflow9_ipfix, sflow
from aupkeep.telemetry.wire.layers import Inner
from aupkeep.telemetry.wire.row_builder import built_rows
from aupkeep.telemetry.wire.sampling import Sampling
from aupkeep.telemetry.wire.sequences import Sequences
from aupkeep.telemetry.wire.state import DecoderState
from aupkeep.telemetry.wire.template_store import Templates

READERS = {5: netflow5.read, 9: netflow9_ipfix.read9, 10: netflow9_ipfix.read10}
SFLOW5 = b"\0\0\0\5"
SHORTEST = 4


class Decoder:
    """Reads datagrams one by one, in the order they came; never raises.

    `dropped` counts what could not be used, by reason: `docs/flows-formats.md` lists the reasons.
    `templates` and `sampling` are what is known now, `sequences` what was lost, by stream.
    `inner` says whether a sampled packet is looked for within tunnels: always, never, or where a
    function of the outer packet says so, as `frame.between` makes one. Anybody can send bytes that
    look like a tunnel with another's packet inside, so what may lead to a measure looks into no
    tunnels but one's own.
    """

    def __init__(
        self,
        exporters: Exporters,
        templates: Templates | None = None,
        *,
        sampling: Sampling | None = None,
        sequences: Sequences | None = None,
        inner: Inner = True,
    ) -> None:
        self.state = DecoderState(
            exporters,
            Templates() if templates is None else templates,
            sampling=sampling or Sampling(),
            sequences=sequences or Sequences(),
            inner=inner,
        )
        self.dropped, self.templates = self.state.dropped, self.state.templates
        self.sampling, self.sequences = self.state.sampling, self.state.sequences

    def take(self, datagram: Datagram) -> Rows:
        """The rows of a datagram, and of earlier ones that waited for its templates."""
        data = datagram.data
        version = int.from_bytes(data[:2], "big")
        if len(data) < SHORTEST:
            self.dropped["short_header"] += 1
        elif data[:4] == SFLOW5:
            return built_rows(sflow.read(self.state, datagram))
        elif version in READERS:
            return built_rows(READERS[version](self.state, datagram))
        else:
            self.dropped["unknown_version"] += 1
        return empty(0)

    def expire(self, now_ms: int) -> None:
        """Forget templates that were not told for a day, and data that waited for an hour."""
        self.templates.expire(now_ms)
        self._lost(self.state.pending.expire(now_ms))

    def close(self) -> None:
        """Give up on what still waits for a template; it is counted."""
        self._lost(self.state.pending.clear())

    def _lost(self, count: int) -> None:
        if count:
            self.dropped["no_template"] += count
