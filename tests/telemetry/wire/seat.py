"""A decoder in its seat: datagrams in, flows out as JSON."""

from ipaddress import ip_address

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import Exporters, flow_record
from aupkeep.telemetry.wire.decoder import Decoder

EXPORTER = ip_address("192.0.2.1")


class Seat:
    """`rows` are those of the latest datagram."""

    def __init__(self, **given) -> None:
        self.exporters = Exporters()
        self.decoder = Decoder(self.exporters, **given)
        self.rows = None

    @property
    def dropped(self):
        """What could not be used, by reason."""
        return dict(self.decoder.dropped)

    def take(self, data, *, at=0, exporter=EXPORTER):
        """The flows of one datagram."""
        self.rows = self.decoder.take(Datagram(data=data, at=at, exporter=exporter))
        return [flow_record(row, self.exporters)._asdict() for row in self.rows]
