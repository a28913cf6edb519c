"""What people ask of the flows that are kept, and of the collector's own counts; no database."""

from datetime import datetime, timedelta
from typing import Any

from aupkeep.app.context import clock
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.controller_snapshot import remembered
from aupkeep.app.telemetry.findings.display import told
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import parse_moment
from aupkeep.model.subject import Address
from aupkeep.telemetry.history.history import Total, Way, What
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.rows import EPOCH, stamp, to_json

SILENT = timedelta(seconds=15)  # after which the collector is taken not to run
NAMED = ("datagrams", "records", "rate", "lost", "reordered", "restarts", "templates")
Span = tuple[datetime, datetime]


def history_of(home: Home, settings: Settings) -> ParquetHistory:
    """The flows kept here. Raises `Missing` where none ever were."""
    folder = state_files.archive_folder(home, settings)
    if not folder.is_dir():
        raise Missing(f"flows: expected some to be kept in {folder}, found none")
    return ParquetHistory(folder)


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


def flows_of(
    home: Home, settings: Settings, address: Address, span: Span, *,
    peer: Address | None = None, limit: int = 1000,
) -> dict[str, Any]:  # fmt: skip
    """The flows from and to an address, oldest first. Raises `Missing`, `TooMany`."""
    since, until = map(milliseconds, span)
    found = history_of(home, settings).flows(address, since, until, limit=limit, peer=peer)
    return {
        "flows": [to_json(row, found.exporters) for row in found.rows],
        "more": found.more,
        "unreadable_files": found.skipped,
    }


def top_of(
    home: Home, settings: Settings, what: str, span: Span, *,
    address: Address | None = None, way: str | None = None, count: int = 10,
) -> list[dict[str, Any]]:  # fmt: skip
    """The largest by bytes, sampling multiplied out. Raises `Missing`, `Invalid`, `TooMany`."""
    since, until = map(milliseconds, span)
    chosen = What(what)
    direction = Way(way) if way else (Way.OUT if chosen is What.ADDRESSES else None)
    known = remembered(home.flows)
    own = known.own if known and address is None else ()
    history = history_of(home, settings)
    found = history.top(chosen, since, until, address=address, own=own, way=direction, count=count)
    return [_total(one) for one in found]


def _total(one: Total) -> dict[str, Any]:
    return {
        "key": one.key,
        "flows": one.flows,
        "packets": one.packets,
        "bytes": one.bytes,
        "first": stamp(one.first),
        "last": stamp(one.last),
        "unknown_sampling": one.unknown,
    }


def exporters_of(home: Home, settings: Settings) -> dict[str, Any]:
    """Each exporter of the settings as the collector wrote it last, and who was refused."""
    stats = state_files.read(home.flows, state_files.STATS)
    stats = stats if isinstance(stats, dict) else {}
    by_address = {one.get("address"): one for one in stats.get("exporters", ())}
    at = parse_moment(str(stats["at"])) if "at" in stats else None
    return {
        "listen": list(settings.flows.listen),
        "running": at is not None and clock() - at < SILENT,
        "at": stats.get("at"),
        "exporters": [
            by_address.get(str(one.address)) or _unheard(one.name, str(one.address), one.site)
            for one in settings.flows.exporters
        ],
        "refused": stats.get("refused", []),
        "dropped": stats.get("dropped", {}),
        "kernel_drops": stats.get("kernel_drops", 0),
        "counts": stats.get("counts", {}),
        "windows": stats.get("windows", {}),
        "archive": stats.get("archive", {}),
        "desk": stats.get("desk", {}),
        "detectors": stats.get("detectors", []),
        "trouble": stats.get("trouble", []),
    }


def _unheard(name: str, address: str, site: str) -> dict[str, Any]:
    empty = {"exporter": name, "address": address, "site": site, **dict.fromkeys(NAMED, 0)}
    return {**empty, "last": None, "template_age_s": None, "sampling": [], "acts": False}


def blind_of(home: Home) -> dict[str, list[str]]:
    """The detectors that see nothing for want of a list, each with the lists it lacks."""
    stats = state_files.read(home.flows, state_files.STATS)
    rows = stats.get("detectors", ()) if isinstance(stats, dict) else ()
    return {one["name"]: one["lacks"] for one in rows if one.get("lacks")}


def hits_of(home: Home) -> list[dict[str, Any]]:
    """The newest hits of all modes, oldest first; `told` is what each counted, in words."""
    found = state_files.read(home.flows, state_files.HITS)
    rows = found if isinstance(found, list) else []
    return [{**one, "told": told(one)} for one in rows if isinstance(one, dict)]
