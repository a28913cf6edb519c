"""The plan of a template for the kernels, made of the general decoder's plan; or none.

No plan is made, so that the general decoder takes the records, for: options, variable lengths, both
families of addresses or the ports of both transports in one record, numbers wider than a row's
field, several forms of one time, times of NTP or before the export, durations, sections of packets,
fragments, rates as ratios.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.telemetry.fast.columns import (
    BYTES,
    DPORT,
    DST_HI,
    DST_LO,
    END,
    FLAGS,
    ICMP,
    INPUT,
    OUTPUT,
    PACKETS,
    PROTO,
    SAMPLING,
    SPORT,
    SRC_HI,
    SRC_LO,
    START,
    VLAN,
    width,
)  # fmt: skip
from aupkeep.telemetry.fast.records import (
    NONE,
    TIME_MS,
    TIME_S,
    TIME_UP,
    WORD1,
    WORD2,
    WORD4,
    WORD8,
)  # fmt: skip
from aupkeep.telemetry.fast.tables import MOST_STEPS
from aupkeep.telemetry.rows import IPV4, IPV6, Has
from aupkeep.telemetry.wire.plan import RecordPlan
from aupkeep.telemetry.wire.plan import plan as general_plan
from aupkeep.telemetry.wire.rates import RATES
from aupkeep.telemetry.wire.template import FlowTemplate

WIDTHS = {8: WORD8, 4: WORD4, 2: WORD2, 1: WORD1}
NUMBERS = {
    "sport": (SPORT, Has.SPORT), "dport": (DPORT, Has.DPORT), "proto": (PROTO, Has.PROTO),
    "flags": (FLAGS, Has.FLAGS), "packets": (PACKETS, Has.PACKETS), "bytes": (BYTES, Has.BYTES),
    "input": (INPUT, Has.INPUT), "output": (OUTPUT, Has.OUTPUT), "vlan": (VLAN, Has.VLAN),
    "icmp4": (ICMP, Has.ICMP), "icmp6": (ICMP, Has.ICMP), "interval": (SAMPLING, Has(0)),
    "tcp_sport": (SPORT, Has.SPORT), "udp_sport": (SPORT, Has.SPORT),
    "tcp_dport": (DPORT, Has.DPORT), "udp_dport": (DPORT, Has.DPORT),
}  # fmt: skip
TRANSPORTS = {side: {f"tcp_{side}", f"udp_{side}"} for side in ("sport", "dport")}
ICMP_BYTES = {"icmp_type": 2 * ICMP + 1, "icmp_code": 2 * ICMP}  # the low byte stands first
ROW_FIELD = {
    "icmp4": "icmp", "icmp6": "icmp", "interval": "sampling",
    **{name: side for side, names in TRANSPORTS.items() for name in names},
}  # fmt: skip
ENDS = {
    "src4": ((SRC_LO, 4),), "dst4": ((DST_LO, 4),),
    "src6": ((SRC_HI, 8), (SRC_LO, 8)), "dst6": ((DST_HI, 8), (DST_LO, 8)),
}  # fmt: skip
TIMES = {
    f"{side}_{form}": (kind, place)
    for side, place in (("start", START), ("end", END))
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
    """`steps` as `fast.records` takes them; `sampler` is its place and shift, or shift -1."""

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
    general = general_plan(template, version)
    if not general.spans or not 0 < general.shortest <= MOST_SIZE or not _plain(general.places):
        return None
    unheard = _unheard(set(general.places))
    steps: list[tuple[int, int, int, int]] = []
    has = Has(0)
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
    general: RecordPlan, steps: tuple[tuple[int, int, int, int], ...], has: Has
) -> CompiledPlan:
    named = set(general.places)
    sampler = (0, NONE)
    if "sampler" in named:
        offset, length = general.spans[general.places["sampler"]]
        sampler = (offset + length - 8, 64 - 8 * length)
    both = Has.PROTO | Has.DPORT
    return CompiledPlan(
        general.shortest,
        steps,
        int(has),
        IPV4 if named & OLD else IPV6 if named & NEW else 0,
        has & both == both and not has & Has.ICMP,
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
        halves = ENDS[name]
        return [
            (WORD8, place, offset + size * (turn + 1) - 8, 64 - 8 * size)
            for turn, (place, size) in enumerate(halves)
        ]
    if name in TIMES:
        kind, place = TIMES[name]
        return [(kind, place, last, shift)] if length <= NARROW.get(kind, 8) else None
    if name in NUMBERS:
        most = width(ROW_FIELD.get(name, name))
        return [(WIDTHS[most], NUMBERS[name][0], last, shift)] if length <= most else None
    return None


def _bit(name: str) -> Has:
    if name in NUMBERS:
        return NUMBERS[name][1]
    if name in ICMP_BYTES:
        return Has.ICMP
    return {
        "src4": Has.SRC,
        "src6": Has.SRC,
        "dst4": Has.DST,
        "dst6": Has.DST,
    }.get(name, Has(0))


PLAN5 = CompiledPlan(  # of NetFlow v5's records: Cisco's table of version 5
    48,
    (
        (WORD8, SRC_LO, -4, 32), (WORD8, DST_LO, 0, 32), (WORD4, INPUT, 6, 48),
        (WORD4, OUTPUT, 8, 48), (WORD8, PACKETS, 12, 32), (WORD8, BYTES, 16, 32),
        (TIME_UP, START, 20, 32), (TIME_UP, END, 24, 32), (WORD2, SPORT, 26, 48),
        (WORD2, DPORT, 28, 48), (WORD2, FLAGS, 30, 56), (WORD1, PROTO, 31, 56),
    ),
    int(
        Has.SRC | Has.DST | Has.INPUT | Has.OUTPUT | Has.PACKETS | Has.BYTES
        | Has.SPORT | Has.DPORT | Has.FLAGS | Has.PROTO
    ),
    IPV4, guess_icmp=True, rated=False, sampler=(0, NONE),
)  # fmt: skip
