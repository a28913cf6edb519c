"""Questions about the kept flows and the collector's own counts; they need no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aupkeep.app.context import clock
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.findings.reported_hit import HitSummary, read_summary
from aupkeep.config.flows import ExporterSettings
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import parse_moment
from aupkeep.model.subject import Address
from aupkeep.telemetry.history.history import PATIENCE, FlowDirection, TotalsBy
from aupkeep.telemetry.rows import EPOCH, FlowRecord, flow_record, rfc3339

if TYPE_CHECKING:
    from aupkeep.telemetry.history.parquet import ParquetHistory

SILENT = timedelta(seconds=15)  # after which the collector is taken not to run
COUNTED = ("datagrams", "records", "rate", "lost", "reordered", "restarts", "templates")
Span = tuple[datetime, datetime]


def history_of(home: Home, settings: Settings, patience: float = PATIENCE) -> "ParquetHistory":
    """The flows kept here, asked for so many seconds. Raises `Missing` where none ever were."""
    from aupkeep.telemetry.history.parquet import ParquetHistory  # DuckDB: where it is asked

    folder = state_files.archive_folder(home, settings)
    if not folder.is_dir():
        raise Missing(f"flows: expected some to be kept in {folder}, found none")
    return ParquetHistory(folder, patience=patience)


def span_of(since: str | None, until: str | None, *, hours: float = 1.0) -> Span:
    """The times asked for, the last hours where nothing is said. Raises `Invalid`."""
    end = parse_moment(until, "until") if until else clock()
    start = parse_moment(since, "from") if since else end - timedelta(hours=hours)
    if not start < end:
        raise Invalid(f"from: expected a time before {end.isoformat()}, found {start.isoformat()}")
    return start, end


def milliseconds(at: datetime) -> int:
    """A moment as rows have it."""
    return (at - EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFlows:
    """Flows of an address, oldest first; `more`: the limit cut some off."""

    flows: Sequence[FlowRecord]
    more: bool
    unreadable_files: int


def flows_of(
    home: Home, settings: Settings, address: Address, span: Span, *,
    peer: Address | None = None, limit: int = 1000, patience: float = PATIENCE,
) -> KeptFlows:  # fmt: skip
    """The flows from and to an address, oldest first. Raises `Missing`, `TooMany`."""
    since, until = map(milliseconds, span)
    history = history_of(home, settings, patience)
    answer = history.flows(address, since, until, limit=limit, peer=peer)
    return KeptFlows(
        flows=[flow_record(row, answer.exporters) for row in answer.rows],
        more=answer.more,
        unreadable_files=answer.skipped,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TopEntry:
    """One line of a list of the largest; `first` and `last` are RFC 3339, UTC."""

    key: str
    flows: int
    packets: int
    bytes: int
    first: str
    last: str
    unknown_sampling: int  # flows whose rate is not known


def top_of(
    home: Home, settings: Settings, what: str, span: Span, *,
    address: Address | None = None, way: str | None = None, count: int = 10,
) -> list[TopEntry]:  # fmt: skip
    """The largest by bytes, sampling multiplied out. Raises `Missing`, `Invalid`, `TooMany`."""
    from aupkeep.app.telemetry.collector.controller_snapshot import saved_snapshot  # numba

    since, until = map(milliseconds, span)
    chosen = TotalsBy(what)
    default = FlowDirection.OUT if chosen is TotalsBy.ADDRESSES else None
    direction = FlowDirection(way) if way else default
    snapshot = saved_snapshot(home.flows)
    own = snapshot.own if snapshot and address is None else ()
    history = history_of(home, settings)
    totals = history.top(chosen, since, until, address=address, own=own, way=direction, count=count)
    return [
        TopEntry(
            key=total.key,
            flows=total.flows,
            packets=total.packets,
            bytes=total.bytes,
            first=rfc3339(total.first),
            last=rfc3339(total.last),
            unknown_sampling=total.unknown,
        )
        for total in totals
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorReport:
    """What the collector wrote of itself last; its parts are JSON as its own version wrote them.

    `exporters` has one object for each exporter of the settings, also for those never heard.
    """

    listen: Sequence[str]
    running: bool
    at: str | None
    exporters: Sequence[Mapping[str, Any]]
    refused: Sequence[Mapping[str, Any]]
    dropped: Mapping[str, int]
    kernel_drops: int
    counts: Mapping[str, int]
    windows: Mapping[str, Any]
    archive: Mapping[str, Any]
    desk: Mapping[str, Any]
    detectors: Sequence[Mapping[str, Any]]
    trouble: Sequence[str]


def collector_report(home: Home, settings: Settings) -> CollectorReport:
    """Each exporter of the settings as the collector wrote it last, and who was refused."""
    stats = _stats(home)
    by_address = {row.get("address"): row for row in stats.get("exporters", ())}
    at = parse_moment(str(stats["at"])) if "at" in stats else None
    return CollectorReport(
        listen=list(settings.flows.listen),
        running=at is not None and clock() - at < SILENT,
        at=stats.get("at"),
        exporters=[
            by_address.get(str(exporter.address)) or _unheard(exporter)
            for exporter in settings.flows.exporters
        ],
        refused=stats.get("refused", []),
        dropped=stats.get("dropped", {}),
        kernel_drops=stats.get("kernel_drops", 0),
        counts=stats.get("counts", {}),
        windows=stats.get("windows", {}),
        archive=stats.get("archive", {}),
        desk=stats.get("desk", {}),
        detectors=stats.get("detectors", []),
        trouble=stats.get("trouble", []),
    )


def _stats(home: Home) -> Mapping[str, Any]:
    stats = state_files.read(home.flows, state_files.STATS)
    return stats if isinstance(stats, dict) else {}


def _unheard(exporter: ExporterSettings) -> Mapping[str, object]:
    names = {"exporter": exporter.name, "address": str(exporter.address), "site": exporter.site}
    rest: Mapping[str, object] = {
        "last": None,
        "template_age_s": None,
        "sampling": [],
        "acts": False,
    }
    return {**names, **dict.fromkeys(COUNTED, 0), **rest}


def lacking_lists(home: Home) -> dict[str, list[str]]:
    """The detectors that see nothing for want of a list, each with the lists it lacks."""
    rows = _stats(home).get("detectors", ())
    return {row["name"]: row["lacks"] for row in rows if row.get("lacks")}


def newest_hits(home: Home) -> list[HitSummary]:
    """The newest hits of all modes, oldest first."""
    rows = state_files.read(home.flows, state_files.HITS)
    return [read_summary(row) for row in rows or () if isinstance(row, dict)]
