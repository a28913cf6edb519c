"""Finds plugins: every module of a folder, then those that other packages install.

A plugin is one module with one constant. `plugins("aupkeep.intake.parsers", "PARSER")` imports each
module of that package and takes its `PARSER`; then each entry point of the group named like the
folder. Two plugins of one name are refused, so that none depends on the order of imports.
"""

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Any

from aupkeep.model.errors import Conflict, Invalid


def plugins(folder: str, constant: str) -> dict[str, Any]:
    """Name → plugin, sorted by name. Each plugin has a `name` attribute.

    Raises `Conflict` when two have one name, `Invalid` when a module has no such constant.
    """
    by_name: dict[str, tuple[str, Any]] = {}
    for where, plugin in [*_own(folder, constant), *_installed(folder)]:
        if plugin.name in by_name:
            first = by_name[plugin.name][0]
            raise Conflict(f"{constant} {plugin.name!r} is defined by {first} and by {where}")
        by_name[plugin.name] = (where, plugin)
    return {name: by_name[name][1] for name in sorted(by_name)}


def _own(folder: str, constant: str) -> list[tuple[str, Any]]:
    package = importlib.import_module(folder)
    result = []
    for info in pkgutil.iter_modules(package.__path__):
        where = f"{folder}.{info.name}"
        module = importlib.import_module(where)
        if not hasattr(module, constant):
            raise Invalid(f"{where}: expected one constant {constant}, found none")
        result.append((where, getattr(module, constant)))
    return result


def _installed(folder: str) -> list[tuple[str, Any]]:
    return [(point.value, point.load()) for point in entry_points(group=folder)]
