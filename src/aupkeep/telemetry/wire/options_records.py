"""Options records: what exporters tell about themselves. Sampling and the time of start are used.

Sources: RFC 3954 section 6.1, RFC 7011 section 3.4.2, RFC 5477 section 8.2.
"""

from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.record_rate import RATES, record_rate
from aupkeep.telemetry.wire.record_reader import DataRecord
from aupkeep.telemetry.wire.row_builder import LAST_MS
from aupkeep.telemetry.wire.state import DecoderState


def take_options(state: DecoderState, record: DataRecord, origin: DatagramOrigin) -> None:
    """Take in one options record. A scope of a domain speaks of that domain."""
    domain, stated = origin.sampling_domain, record.number("domain")
    if stated is not None:
        domain = domain._replace(domain=stated)
    boot = record.number("boot")
    if boot and boot <= LAST_MS:
        state.boot(domain, boot)
    if not RATES.isdisjoint(record.values):
        state.sampling.learn(
            domain,
            record_rate(record),
            origin.sent,
            sampler=record.number("sampler"),
            interface=record.number("input"),
            template=record.number("template"),
            part=record.number("output") or record.number("part"),
        )
