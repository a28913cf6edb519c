"""What the collector counts, as it writes it into the home for `aupkeep flows exporters`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aupkeep.app.telemetry.collector.exporter_status import ExporterStats, RefusedStats
from aupkeep.app.telemetry.tuning.effective_rules import RuleDescription


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowStats:
    """Bytes of the windows, what they could not keep by reason, our own prefixes."""

    bytes: int
    lost: Mapping[str, int]
    own: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCounts:
    """What became of the rows of the archive; `trouble` is "" when the last write went well."""

    rows: int
    lost: Mapping[str, int]
    bytes: int
    misdated: int
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """What became of the findings; `trouble` is "" when the last delivery went well."""

    delivered: int
    waiting: int
    lost: int
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorStats:
    """All counts of the running collector; times are RFC 3339, UTC."""

    at: str
    since: str
    exporters: Sequence[ExporterStats]
    refused: Sequence[RefusedStats]
    dropped: Mapping[str, int]
    kernel_drops: int
    counts: Mapping[str, int]
    windows: WindowStats
    archive: ArchiveCounts
    desk: DeliveryCounts
    detectors: Sequence[RuleDescription]
    trouble: Sequence[str]
