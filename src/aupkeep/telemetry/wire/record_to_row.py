"""One record of a data set as a row."""

from aupkeep.telemetry.rows import IPV4, IPV6
from aupkeep.telemetry.wire import flow_times
from aupkeep.telemetry.wire.frame import read_layer
from aupkeep.telemetry.wire.layers import FIRST, LATER, Inner, Layer
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.record_rate import record_rate
from aupkeep.telemetry.wire.record_reader import DataRecord
from aupkeep.telemetry.wire.row_builder import RowBuilder

NUMBERS = (
    "sport", "dport", "proto", "flags", "packets", "bytes", "input", "output", "vlan",
)  # fmt: skip
MORE_FRAGMENTS = 0x20  # of element 197, in the order of the IPv4 header's bits
ETHERNET = (None, 0, 1)  # of element 408; not stated is Ethernet
SECTIONS = (("frame", Layer.ETHERNET), ("packet", Layer.IP))


def row_of_record(
    record: DataRecord, origin: DatagramOrigin, boot: int | None, *, plain: bool, inner: Inner
) -> RowBuilder:
    """The row of a record; `plain`: see `RecordReader`, `boot`: `flow_times`, `inner`: `frame`."""
    row = origin.new_row()
    _ends(row, record)
    for name in NUMBERS:
        row.put(name, record.number(name))
    row.sampler = record.number("sampler")
    if plain:
        row.time("start", flow_times.start(record, origin, boot))
        row.time("end", flow_times.end(record, origin, boot))
    else:
        _rare(row, record, origin, boot, inner)
    row.tell_icmp()
    return row


def _rare(
    row: RowBuilder, record: DataRecord, origin: DatagramOrigin, boot: int | None, inner: Inner
) -> None:
    """What few templates hold."""
    if "flags" not in record.values:
        row.put("flags", _yaf_flags(record))
    for side in ("sport", "dport"):
        if side not in record.values:
            row.put(side, _port(record, side))
    row.put("icmp", _icmp(record))
    _times(row, record, origin, boot)
    _fragment(row, record)
    row.rate = record_rate(record)
    _section(row, record, inner=inner)


def _ends(row: RowBuilder, record: DataRecord) -> None:
    """The addresses; where a template holds both families, the one that is used."""
    old = (record.address("src4"), record.address("dst4"))
    if "src6" not in record.values and "dst6" not in record.values:
        if old != (None, None):
            row.ends(IPV4, *old)
        return
    new = (record.address("src6"), record.address("dst6"))
    if old == (None, None) or record.number("version") == IPV6:
        row.ends(IPV6, *new)
        return
    by_version = record.number("version") == IPV4
    if by_version or any(old) or not any(new):
        row.ends(IPV4, *old)
    else:
        row.ends(IPV6, *new)


def _port(record: DataRecord, side: str) -> int | None:
    """The port of either transport; a template of both leaves the other one zero."""
    both = (record.number(f"tcp_{side}"), record.number(f"udp_{side}"))
    return max((port for port in both if port is not None), default=None)


def _yaf_flags(record: DataRecord) -> int | None:
    first, other = record.number("first_flags"), record.number("other_flags")
    return None if first is None and other is None else (first or 0) | (other or 0)


def _icmp(record: DataRecord) -> int | None:
    """Type times 256 plus code, of either family."""
    both = [record.number("icmp4"), record.number("icmp6")]
    stated = [number for number in both if number is not None]
    if stated:
        return max(stated)  # a template of both families leaves the other one zero
    kind = record.number("icmp_type")
    return None if kind is None else kind * 256 + (record.number("icmp_code") or 0)


def _times(row: RowBuilder, record: DataRecord, origin: DatagramOrigin, boot: int | None) -> None:
    own = record.number("boot")
    begun, ended = (
        read(record, origin, own or boot) for read in (flow_times.start, flow_times.end)
    )
    lasted = record.number("lasted_ms")
    if lasted is None and (micro := record.number("lasted_us")) is not None:
        lasted = micro // 1000
    if lasted is not None and ended is None and begun is not None:
        ended = begun + lasted
    if lasted is not None and begun is None and ended is not None:
        begun = ended - lasted
    row.time("start", begun)
    row.time("end", ended)


def _fragment(row: RowBuilder, record: DataRecord) -> None:
    if record.number("fragment_at"):
        row.fragment = LATER
    elif (record.number("fragment_flags") or 0) & MORE_FRAGMENTS:
        row.fragment = FIRST


def _section(row: RowBuilder, record: DataRecord, *, inner: Inner) -> None:
    """What a section of the packet itself says, where the record holds one (RFC 7133, RFC 5477).

    One that begins within the packet, or with another link layer than Ethernet, is not read.
    """
    readable = {
        "frame": not record.number("section_at") and record.number("frame_kind") in ETHERNET,
        "packet": not record.number("section_at"),
    }
    for name, layer in SECTIONS:
        data = record.raw(name)
        size = record.number("section_size") or None  # behind it a fixed field is filled up
        frame = read_layer(data[:size], layer, inner=inner) if data and readable[name] else None
        if frame is not None:
            row.lay(frame)
        if data:
            row.fill("packets", 1)
            length = frame.length if frame else None
            row.fill("bytes", record.number("frame_size") or length)
