"""The flows page: who exports and how well, which detectors look, what they saw lately."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import PageHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterRow:
    """One exporter since the collector's start; `rate` in records a second, ages in seconds.

    `ways` says whether it shows both directions, "" where that is not known yet.
    `sampling` is a sentence for each stream, with who says so. Where one is unknown `acts` is
    False: nothing acts on its flows by itself.
    """

    name: str
    address: str
    site: str
    rate: float = 0.0
    datagrams: int = 0
    records: int = 0
    lost: int = 0
    reordered: int = 0
    restarts: int = 0
    templates: int = 0
    template_age: int | None = None
    sampling: tuple[str, ...] = ()
    acts: bool = False
    ways: str = ""
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A sender that is on no list, and how many datagrams it sent."""

    address: str
    datagrams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdLine:
    """One threshold in force, in words, who set it, and for which class of customers: "" all."""

    what: str
    value: float
    by: str
    of_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRow:
    """One detector as it stands; `by` set its mode, without the lists it `lacks` it is blind."""

    name: str
    says: str
    kind: str
    mode: str
    by: str
    minimum: str = ""
    lacks: tuple[str, ...] = ()
    thresholds: tuple[ThresholdLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """What a detector saw; `subject` as a person would write it, `rows` how many flows are kept."""

    id: str
    at: datetime
    detector: str
    subject: str
    peer: str
    mode: str
    rows: int
    told: str
    rate_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsHeard:
    """What the collector hears.

    `listens`: addresses of the settings; `at`: the collector's last word, None: none yet.
    `troubles` are sentences a person must know; `counts` what was counted in all, in words.
    """

    listens: tuple[str, ...] = ()
    at: datetime | None = None
    silent: bool = False
    exporters: tuple[ExporterRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    troubles: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    detectors: tuple[DetectorRow, ...] = ()
    hits: tuple[HitRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsPage(FlowsHeard):
    """The page of the flows."""

    header: PageHeader
