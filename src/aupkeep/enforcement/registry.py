"""The drivers that are there: ours, and those that other packages install (see `plugins`)."""

from functools import cache

from aupkeep.enforcement.asking import asking
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.plugins import own_plugin, plugins

FOLDER, CONSTANT = "aupkeep.enforcement.drivers", "DRIVER"


@cache
def _found() -> tuple[dict[str, DriverPlugin], dict[str, str]]:
    broken: dict[str, str] = {}
    drivers = plugins(FOLDER, CONSTANT, broken)
    for name in [name for name, plugin in drivers.items() if not isinstance(plugin, DriverPlugin)]:
        broken[name] = f"expected a DriverPlugin, found {type(drivers.pop(name)).__name__}"
    return drivers, broken


def known_drivers() -> dict[str, DriverPlugin]:
    """Name → driver, by name."""
    return _found()[0]


def broken_drivers() -> dict[str, str]:
    """Name → why the driver of another package cannot be had."""
    return _found()[1]


def driver_named(name: str) -> DriverPlugin:
    """The driver of this name; one of ours loads no other. Raises `Invalid`."""
    own = own_plugin(FOLDER, CONSTANT, name)
    if isinstance(own, DriverPlugin):
        return own
    known = known_drivers()
    if name not in known and name in broken_drivers():
        raise Invalid(f"driver {name}: {broken_drivers()[name]}")
    if name not in known:
        raise Invalid(f"driver: expected one of {', '.join(known)}, found {name[:40]!r}")
    return known[name]


def lacking(plugin: DriverPlugin) -> str | None:
    """What this machine lacks for a driver, or why that cannot be told."""
    try:
        with asking(plugin.name):
            return plugin.missing()
    except AupkeepError as error:
        return str(error)
