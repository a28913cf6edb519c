"""The drivers that are there: ours, and those that other packages install (see `plugins`)."""

from functools import cache

from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.model.errors import Invalid
from aupkeep.plugins import plugins


@cache
def known_drivers() -> dict[str, DriverPlugin]:
    """Name → driver, by name."""
    return plugins("aupkeep.enforcement.drivers", "DRIVER")


def driver_named(name: str) -> DriverPlugin:
    """The driver of this name. Raises `Invalid`."""
    known = known_drivers()
    if name not in known:
        raise Invalid(f"driver: expected one of {', '.join(known)}, found {name[:40]!r}")
    return known[name]
