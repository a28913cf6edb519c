"""Who sent a datagram, and what its header says about time."""

from dataclasses import dataclass

from aupkeep.model.subject import Address
from aupkeep.telemetry.rows import Protocol
from aupkeep.telemetry.wire.row_builder import RowBuilder
from aupkeep.telemetry.wire.sampling import Domain

WRAP = 1 << 32  # milliseconds of an uptime counter


@dataclass(frozen=True, slots=True)
class DatagramOrigin:
    """`number` stands for the exporter in rows, `sent` is milliseconds since 1970, UTC.

    `uptime` is milliseconds since the exporter started, None where its protocol does not say.
    """

    exporter: Address | None
    number: int
    protocol: Protocol
    domain: int
    sent: int
    uptime: int | None = None

    @property
    def sampling_domain(self) -> Domain:
        """Where the numbers of its samplers are meaningful."""
        return Domain(self.exporter, int(self.protocol), self.domain)

    def new_row(self) -> RowBuilder:
        """An empty row of this datagram."""
        return RowBuilder(exporter=self.number, protocol=int(self.protocol), seen=self.sent)

    def uptime_ms(self, ticks: int, boot: int | None = None) -> int | None:
        """The moment at which the exporter's uptime was so many milliseconds.

        `boot` is when it started, where it told that. The counter wraps after 49.7 days; a moment
        up to half of that ahead is a clock's jitter.
        """
        uptime = self.uptime if boot is None else self.sent - boot
        if uptime is None:
            return None
        ago = (uptime - ticks) % WRAP
        return self.sent - (ago - WRAP if ago > WRAP // 2 else ago)
