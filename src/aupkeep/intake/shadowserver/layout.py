"""A report's header, understood once: where each field stands, what may change its meaning."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aupkeep.intake.shadowserver.columns import NAMES, PLACES
from aupkeep.intake.shadowserver.types import CLOCK, SHAPES, ReportType, RowMeaning, meanings

NOWHERE = -1  # a column that the header does not have
PROTOCOL = "protocol"
# Names of types, column, what stands in it → what a row then means. Its RSIT value stays that of
# its type, so that one report counts as one thing; a web shell is the one row that peers move too.
RULES = (
    (r"scan6?_exchange", "tag", r"webshell", "hacked"),
    (r"scan6?_smb", "smb_implant", r"^y", "implant"),
    (r"scan6?_\w+", "tag", r"webshell|backdoor|implant|compromised", "implant"),
    (r"event\d_honeypot_\w+_scan", "vulnerability_id", r"\w", "prober"),
)
OWN_VALUE = frozenset({"hacked"})  # the meanings that bring their own RSIT value
# What an analyst looks for first, where a row says more than a finding keeps.
FIRST = ("severity", "tag", "infection", "family", "version", "banner", "status", "detail",
         "hostname", "vulnerability_id", "device_vendor", "device_model")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyColumns:
    """Where one party of a row stands: indexes of columns, NOWHERE for those that are not there."""

    meaning: RowMeaning
    address: int
    port: int
    url: int
    domain: int
    account: int
    mail: int
    target: int
    target_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLayout:
    """`details` are index and name of what is kept besides; `rules` index, pattern and meaning."""

    type: ReportType
    delimiter: str
    width: int
    at: int
    protocol: int
    sides: tuple[PartyColumns, ...]
    details: tuple[tuple[int, str], ...]
    rules: tuple[tuple[int, re.Pattern[str], RowMeaning], ...]


def lay_out(kind: ReportType, header: Sequence[str], delimiter: str) -> ReportLayout:
    """The layout of a report whose columns have these folded names."""
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        places.setdefault(name, index)
    sides = tuple(_side(shape, meaning, places) for shape, meaning in kind.sides)
    return ReportLayout(
        type=kind,
        delimiter=delimiter,
        width=len(header),
        at=places.get(CLOCK, NOWHERE),
        protocol=places.get(PROTOCOL, NOWHERE),
        sides=sides,
        details=_details(header, sides, places),
        rules=tuple(_rules(kind, places)),
    )


def _side(shape: str, meaning: RowMeaning, places: dict[str, int]) -> PartyColumns:
    columns = SHAPES[shape]
    fields = ("address", "port", "url", "domain", "account", "mail", "target", "target_port")
    return PartyColumns(
        meaning=meaning, **{name: places.get(columns.get(name, ""), NOWHERE) for name in fields}
    )


def _details(
    header: Sequence[str], sides: Iterable[PartyColumns], places: dict[str, int]
) -> tuple[tuple[int, str], ...]:
    """What is neither a field nor a place: new columns first, then what analysts look for."""
    used = {CLOCK, PROTOCOL, "ip", "src_ip", "port", "src_port"}
    for side in sides:
        used |= {header[at] for at in (side.address, side.port, side.target, side.target_port)
                 if at >= 0}  # fmt: skip
    details = [
        (index, name)
        for name, index in places.items()
        if name and name not in used and name not in PLACES
    ]
    order = {name: number for number, name in enumerate(FIRST)}
    details.sort(
        key=lambda column: (column[1] in NAMES, order.get(column[1], len(FIRST)), column[0])
    )
    return tuple(details)


def _rules(
    kind: ReportType, places: dict[str, int]
) -> Iterable[tuple[int, re.Pattern[str], RowMeaning]]:
    for names, column, pattern, meaning in RULES:
        if column not in places or not re.fullmatch(names, kind.name):
            continue
        meant = meanings()[meaning]
        if meaning not in OWN_VALUE:
            meant = replace(meant, rsit=kind.sides[0][1].rsit)
        yield places[column], re.compile(pattern, re.IGNORECASE), meant
