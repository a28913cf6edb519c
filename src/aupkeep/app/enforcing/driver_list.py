"""Which drivers are installed, and whether this machine can open each; needs no database."""

from dataclasses import dataclass

from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.ladder import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRecord:
    """One driver that is installed, and whether this machine can open it."""

    name: str
    version: str
    system: str
    measures: tuple[Measure, ...]
    ends_by_itself: bool
    holder_can_undo: bool
    reads_back: bool
    available: bool
    missing: str | None


def list_drivers() -> list[DriverRecord]:
    """Every installed driver by name; needs no home."""
    rows = []
    for name, plugin in known_drivers().items():
        lacks = plugin.missing()
        rows.append(
            DriverRecord(
                name=name,
                version=plugin.version,
                system=plugin.able.system,
                measures=tuple(sorted(plugin.able.measures)),
                ends_by_itself=plugin.able.ends_by_itself,
                holder_can_undo=plugin.able.holder_can_undo,
                reads_back=plugin.able.reads_back,
                available=lacks is None,
                missing=lacks,
            )
        )
    return rows
