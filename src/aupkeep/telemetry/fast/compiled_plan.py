"""The plan of a template for the kernels, made of the general decoder's plan; or none.

No plan is made, so that the general decoder takes the records, for: options, variable lengths, both
families of addresses or the ports of both transports in one record, numbers wider than a row's
field, several forms of one time, times of NTP or before the export, durations, sections of packets,
fragments, rates as ratios, headers within headers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.telemetry.fast import fill_rows
from aupkeep.telemetry.fast.fill_rows import NONE, TIME_MS, TIME_S, TIME_UP
from aupkeep.telemetry.fast.kernel_state import MOST_STEPS
from aupkeep.telemetry.fast.row_words import place, width
from aupkeep.telemetry.rows import IPV4, IPV6, RowField
from aupkeep.telemetry.wire.record_rate import RATES
from aupkeep.telemetry.wire.record_reader import RecordReader, record_reader
from aupkeep.telemetry.wire.template import FlowTemplate

WORD8, WORD4, WORD2, WORD1 = fill_rows.WORD8, fill_rows.WORD4, fill_rows.WORD2, fill_rows.WORD1
WIDTHS = {8: WORD8, 4: WORD4, 2: WORD2, 1: WORD1}
TRANSPORTS = {side: {f"tcp_{side}", f"udp_{side}"} for side in ("sport", "dport")}
NUMBERS = {  # which field of a row is a copy of which of the plan's
    **{
        name: name
        for name in (
            "sport", "dport", "proto", "flags", "packets", "bytes", "input", "output", "vlan",
        )
    },
    **{name: side for side, names in TRANSPORTS.items() for name in names},
    "icmp4": "icmp", "icmp6": "icmp", "interval": "sampling",
}  # fmt: skip
ICMP_BYTES = {"icmp_type": 2 * place("icmp") + 1, "icmp_code": 2 * place("icmp")}  # low byte first
ENDS = {
    "src4": (("src_lo", 4),), "dst4": (("dst_lo", 4),),
    "src6": (("src_hi", 8), ("src_lo", 8)), "dst6": (("dst_hi", 8), ("dst_lo", 8)),
}  # fmt: skip
TIMES = {
    f"{side}_{form}": (kind, side)
    for side in ("start", "end")
    for form, kind in (("ms", TIME_MS), ("s", TIME_S), ("up", TIME_UP))
}
NARROW = {TIME_S: 4, TIME_UP: 4}  # bytes at most, for what is reckoned with further
# What a plan may leave aside: said of records we read, and of no field of a row.
SILENT = frozenset({
    "version", "domain", "sampler", "first_flags", "other_flags", "frame_size", "frame_kind",
    "section_at", "section_size", "template", "part",
})  # fmt: skip
OLD, NEW = {"src4", "dst4"}, {"src6", "dst6"}
MOST_SIZE = 65_535


@dataclass(frozen=True, slots=True)
class CompiledPlan:
    """`steps` as `fill_rows` takes them; `sampler` is its place and shift, or shift -1."""

    size: int
    steps: tuple[tuple[int, int, int, int], ...]
    has: int
    family: int
    guess_icmp: bool
    rated: bool
    sampler: tuple[int, int]


def compile_plan(template: FlowTemplate, version: int) -> CompiledPlan | None:
    """The kernels' plan of a template; None: the general decoder takes its records."""
    if template.options:
        return None
    general = record_reader(template, version)
    if (
        general.headers
        or not general.spans
        or not 0 < general.shortest <= MOST_SIZE
        or not _plain(general.places)
    ):
        return None
    unheard = _unheard(set(general.places))
    steps: list[tuple[int, int, int, int]] = []
    has = RowField(0)
    for name, index in general.places.items():
        field_steps = [] if name in unheard else _steps(name, *general.spans[index])
        if field_steps is None:
            return None
        steps += field_steps
        has |= _bit(name)
    if len(steps) > MOST_STEPS:
        return None
    return _assemble(general, tuple(steps), has)


def _unheard(named: set[str]) -> set[str]:
    """The fields that others of the same template take precedence over."""
    unused = set(ICMP_BYTES) if {"icmp4", "icmp6"} & named else set()
    return unused.union(*(names for side, names in TRANSPORTS.items() if side in named))


def _assemble(
    general: RecordReader, steps: tuple[tuple[int, int, int, int], ...], has: RowField
) -> CompiledPlan:
    named = set(general.places)
    sampler = (0, NONE)
    if "sampler" in named:
        offset, length = general.spans[general.places["sampler"]]
        sampler = (offset + length - 8, 64 - 8 * length)
    both = RowField.PROTO | RowField.DPORT
    return CompiledPlan(
        general.shortest,
        steps,
        int(has),
        IPV4 if named & OLD else IPV6 if named & NEW else 0,
        has & both == both and not has & RowField.ICMP,
        "interval" in named,
        sampler,
    )


def _plain(places: Mapping[str, int]) -> bool:
    """Whether what the general decoder would do with these fields is no more than to copy them."""
    named = set(places)
    if named & RATES - {"interval"} or (named & OLD and named & NEW):
        return False
    if (
        {"icmp4", "icmp6"} <= named
        or ("icmp_code" in named and "icmp_type" not in named)
        or ("flags" not in named and named & {"first_flags", "other_flags"})
        or any(names <= named and side not in named for side, names in TRANSPORTS.items())
    ):
        return False
    sides = ("start", "end")
    return all(sum(name.startswith(f"{side}_") for name in named) <= 1 for side in sides)


def _steps(name: str, offset: int, length: int) -> list[tuple[int, int, int, int]] | None:
    """The steps for one field; None: not plain."""
    last = offset + length - 8  # the eight bytes that end with the field
    shift = 64 - 8 * length
    if name in SILENT:
        return []
    if name in ICMP_BYTES:
        return [(WORD1, ICMP_BYTES[name], last, shift)] if length == 1 else None
    if name in ENDS:
        return [
            (WORD8, place(half), offset + size * (turn + 1) - 8, 64 - 8 * size)
            for turn, (half, size) in enumerate(ENDS[name])
        ]
    if name in TIMES:
        kind, side = TIMES[name]
        return [(kind, place(side), last, shift)] if length <= NARROW.get(kind, 8) else None
    if name in NUMBERS:
        most = width(NUMBERS[name])
        return [(WIDTHS[most], place(NUMBERS[name]), last, shift)] if length <= most else None
    return None


def _bit(name: str) -> RowField:
    """The bit of the row's field that a field of the plan feeds; none of a rate, of a time."""
    if name in ICMP_BYTES:
        return RowField.ICMP
    field = name[:-1] if name in ENDS else NUMBERS.get(name, "sampling")
    return RowField(0) if field == "sampling" else RowField[field.upper()]


PLAN5 = CompiledPlan(  # of NetFlow v5's records: Cisco's table of version 5
    48,
    tuple((do, place(name), at, shift) for do, name, at, shift in (
        (WORD8, "src_lo", -4, 32), (WORD8, "dst_lo", 0, 32), (WORD4, "input", 6, 48),
        (WORD4, "output", 8, 48), (WORD8, "packets", 12, 32), (WORD8, "bytes", 16, 32),
        (TIME_UP, "start", 20, 32), (TIME_UP, "end", 24, 32), (WORD2, "sport", 26, 48),
        (WORD2, "dport", 28, 48), (WORD2, "flags", 30, 56), (WORD1, "proto", 31, 56),
    )),
    int(
        RowField.SRC | RowField.DST | RowField.INPUT | RowField.OUTPUT
        | RowField.PACKETS | RowField.BYTES
        | RowField.SPORT | RowField.DPORT | RowField.FLAGS | RowField.PROTO
    ),
    IPV4, guess_icmp=True, rated=False, sampler=(0, NONE),
)  # fmt: skip
