"""The times of a record in all the forms they are exported in.

Sources: RFC 7011 sections 6.1.7 to 6.1.10 (seconds, milliseconds, NTP forms), RFC 5102 for the
elements of deltas and of system uptime, RFC 5905 section 6 for NTP's eras.
"""

from collections.abc import Callable, Mapping

from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.record_reader import DataRecord

NTP_EPOCH_S = 2_208_988_800  # 1970 in NTP's first era
ERA_S = 1 << 32
Reader = Callable[[int, DatagramOrigin, int | None], int | None]


def start(record: DataRecord, origin: DatagramOrigin, boot: int | None) -> int | None:
    """When the flow began, milliseconds since 1970, UTC; None: not stated.

    `boot` is when the exporter started, where an options record told it.
    """
    return _first(STARTS, record, origin, boot)


def end(record: DataRecord, origin: DatagramOrigin, boot: int | None) -> int | None:
    """When the flow ended."""
    return _first(ENDS, record, origin, boot)


def _first(
    forms: Mapping[str, Reader], record: DataRecord, origin: DatagramOrigin, boot: int | None
) -> int | None:
    """The most exact of what the record states; the moment it was observed stands for both."""
    for name, read in forms.items():
        value = record.number(name) if name in record.values else None
        if value or (value == 0 and name in FROM_ZERO):
            moment = read(value, origin, boot)
            if moment is not None:
                return moment
    return None


def _ntp(value: int, plain: int, sent: int) -> int:
    """An NTP time in the era nearest to the export; some exporters count from 1970.

    They do so plainly, or in NTP's form.
    """
    seconds, part = value >> 32, (value & (ERA_S - 1)) * 1000 >> 32
    unix = seconds * 1000 + part
    first = unix - NTP_EPOCH_S * 1000
    return min((first, first + ERA_S * 1000, plain, unix), key=lambda moment: abs(moment - sent))


FORMS: Mapping[str, Reader] = {
    "ms": lambda value, _origin, _boot: value,
    "us": lambda value, origin, _boot: _ntp(value, value // 1000, origin.sent),
    "ns": lambda value, origin, _boot: _ntp(value, value // 1_000_000, origin.sent),
    "s": lambda value, _origin, _boot: value * 1000,
    "up": lambda value, origin, boot: origin.uptime_ms(value, boot),
    "ago": lambda value, origin, _boot: origin.sent - value // 1000,
}
SEEN = {f"seen_{form}": FORMS[form] for form in ("ms", "us", "ns", "s")}
STARTS = {**{f"start_{form}": read for form, read in FORMS.items()}, **SEEN}
ENDS = {**{f"end_{form}": read for form, read in FORMS.items()}, **SEEN}
# Zero is a moment only where it is counted from something.
FROM_ZERO = {"start_up", "end_up", "start_ago", "end_ago"}
