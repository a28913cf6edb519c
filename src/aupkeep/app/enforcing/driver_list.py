"""Which drivers are installed, and whether this machine can open each; needs no database."""

from dataclasses import dataclass

from aupkeep.enforcement.registry import broken_drivers, known_drivers, lacking
from aupkeep.model.ladder import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRecord:
    """One driver that is installed, and whether this machine can open it."""

    name: str
    version: str
    system: str
    measures: tuple[Measure, ...]
    ends_by_itself: bool
    late_fragments: bool
    holder_can_undo: bool
    reads_back: bool
    available: bool
    missing: str | None


def list_drivers() -> list[DriverRecord]:
    """Every installed driver by name; needs no home."""
    rows = []
    for name, plugin in known_drivers().items():
        lacks = lacking(plugin)
        rows.append(
            DriverRecord(
                name=name,
                version=plugin.version,
                system=plugin.able.system,
                measures=tuple(sorted(plugin.able.measures)),
                ends_by_itself=plugin.able.ends_by_itself,
                late_fragments=plugin.able.late_fragments,
                holder_can_undo=plugin.able.holder_can_undo,
                reads_back=plugin.able.reads_back,
                available=lacks is None,
                missing=lacks,
            )
        )
    rows += [
        DriverRecord(
            name=name,
            version="",
            system="",
            measures=(),
            ends_by_itself=False,
            late_fragments=False,
            holder_can_undo=False,
            reads_back=False,
            available=False,
            missing=why,
        )
        for name, why in broken_drivers().items()
        if name not in known_drivers()
    ]
    return sorted(rows, key=lambda row: row.name)
