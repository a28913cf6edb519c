"""Finds plugins: every module of a folder, then those that other packages install.

A plugin is one module with one constant. `plugins("aupkeep.intake.parsers", "PARSER")` imports each
module of that package and takes its `PARSER`; then each entry point of the group named like the
folder. Two plugins of one name are refused, so that none depends on the order of imports.
"""

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from aupkeep.model.errors import Conflict, Invalid

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def plugins(folder: str, constant: str, broken: dict[str, str] | None = None) -> dict[str, Any]:
    """Name → plugin, sorted by name. Each plugin has a `name` attribute.

    Raises `Conflict` when two have one name, `Invalid` when a module has no such constant. Where
    `broken` is given, one of another package that cannot be had costs no other: it is there with
    the reason, by the name of its entry point.
    """
    by_name: dict[str, tuple[str, Any]] = {}
    for where, plugin in [*_own(folder, constant), *_installed(folder, broken)]:
        if plugin.name in by_name:
            first = by_name[plugin.name][0]
            if broken is not None:
                broken[where] = f"{plugin.name} is {first}'s name already"
                continue
            raise Conflict(f"{constant} {plugin.name!r} is defined by {first} and by {where}")
        by_name[plugin.name] = (where, plugin)
    return {name: by_name[name][1] for name in sorted(by_name)}


def own_plugin(folder: str, constant: str, name: str) -> Any | None:  # noqa: ANN401 - as `plugins`
    """Our own plugin whose module bears its name, without loading the others; None for none."""
    module = name.replace("-", "_")
    if not module.isidentifier() or find_spec(f"{folder}.{module}") is None:
        return None
    plugin = getattr(importlib.import_module(f"{folder}.{module}"), constant, None)
    return plugin if getattr(plugin, "name", None) == name else None


@cache
def _own(folder: str, constant: str) -> tuple[tuple[str, Any], ...]:
    package = importlib.import_module(folder)
    result = []
    for info in pkgutil.iter_modules(package.__path__):
        where = f"{folder}.{info.name}"
        module = importlib.import_module(where)
        if not hasattr(module, constant):
            raise Invalid(f"{where}: expected one constant {constant}, found none")
        result.append((where, getattr(module, constant)))
    return tuple(result)


@cache
def _entry_points(group: str) -> "tuple[EntryPoint, ...]":
    """Those of every installed package, read once: each look reads the disk, for some 10 ms."""
    from importlib.metadata import entry_points  # mail and archives with it: costs a start

    return tuple(entry_points(group=group))


def _installed(folder: str, broken: dict[str, str] | None) -> list[tuple[str, Any]]:
    if broken is None:
        return [(point.value, point.load()) for point in _entry_points(folder)]
    result = []
    for point in _entry_points(folder):
        try:
            plugin = point.load()
            plugin.name.casefold()  # it has one, and a text
            result.append((point.value, plugin))
        except Exception as error:  # noqa: BLE001 - what others wrote may raise anything
            broken[point.name] = f"{point.value}: {type(error).__name__}: {str(error)[:200]}"
    return result
