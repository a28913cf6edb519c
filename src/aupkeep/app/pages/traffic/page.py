"""The traffic picture of a case: what our own flow records say about its address, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.subject import Address


class TrafficPhase(StrEnum):
    """Where a moment lies: before the measure, while it stood, after it.

    Where nothing was limited the event itself is what lies between: before, during, after.
    """

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficStep:
    """One step of time from `at` on; sampling is multiplied out. `out` is what the address sent."""

    at: datetime
    phase: TrafficPhase
    packets_out: int = 0
    packets_in: int = 0
    bytes_out: int = 0
    bytes_in: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSummary:
    """One phase as a row: how long; packets a second, mean and in the highest step; bits a second.

    They are of the picture's main way; `mean_back` is of the other.
    """

    phase: TrafficPhase
    start: datetime
    end: datetime
    mean: float
    peak: float
    bits: float
    mean_back: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficMark:
    """A moment worth a line in the picture: what a detector saw, a measure that stood."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficShare:
    """One row of a list of the most: a peer's address or a service such as `tcp/22`."""

    name: str
    flows: int
    packets: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTableRow:
    """One flow as exported, before sampling is multiplied out; None = not exported."""

    start: datetime | None
    end: datetime | None
    proto: str
    source: str  # address and port
    destination: str
    flags: str
    packets: int | None
    bytes: int | None
    sampling: int | None
    exporter: str


class FlowFormat(StrEnum):
    """The forms in which the flow rows of a finding can be had."""

    DOCUMENT = "json"  # the detector's document as it was kept: the evidence itself
    LINES = "jsonl"
    TABLE = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFile:
    """A file to download: `digest` is the SHA-256 of its bytes in hex."""

    form: FlowFormat
    name: str
    digest: str
    data: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowExhibit:
    """The exact flow rows that one document of findings rests on; `lines` are the first of them.

    `id` is the report's; `files` are the document and the rows made from it, without their bytes.
    """

    id: str
    detector: str
    at: datetime
    count: int
    files: tuple[FlowFile, ...]
    lines: tuple[FlowTableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPicture:
    """What a case's traffic looked like, or in `empty` the words for why nothing can be shown.

    Its main way is what the address sent, or with `into` what came to it: who is attacked.
    `says` is the picture in one sentence, for whoever cannot see it; `during` what the stretch
    between before and after is. `sampling` says the rate and
    where it is known from; `chance` how likely the detector was to see this at that rate; `spoof`
    what our own records say about a forged sender; "" where there is nothing to say. `limits` are
    sentences about what these numbers cannot show. `seconds` is the length of a step.
    """

    address: Address
    start: datetime
    end: datetime
    seconds: int
    into: bool = False
    says: str = ""
    during: str = ""
    steps: tuple[TrafficStep, ...] = ()
    stretches: tuple[PhaseSummary, ...] = ()
    marks: tuple[TrafficMark, ...] = ()
    peers: tuple[TrafficShare, ...] = ()
    ports: tuple[TrafficShare, ...] = ()
    exhibits: tuple[FlowExhibit, ...] = ()
    sampling: str = ""
    chance: str = ""
    spoof: str = ""
    limits: tuple[str, ...] = ()
    empty: str = ""
