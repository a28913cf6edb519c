"""Two targets on one system: each would take the other's measures for its own that nobody wants.

What the settings tell is refused, in words, when planned and before anything new begins; what
another target's agent of this machine remembers is foreign to this one, whatever they say.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.agent_state import FILE, read_state
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.errors import AupkeepError


def shared_system(target: TargetSettings, targets: Iterable[TargetSettings]) -> str | None:
    """Why nothing new may begin on a target: another one is on its system; None where none is."""
    mine = _system(target)
    both = [x.name for x in targets if x.name != target.name and mine and _system(x) == mine]
    if not both:
        return None
    names = ", ".join(sorted([target.name, *both]))
    return f"expected one target for each system, found several on one: {names}"


def _system(target: TargetSettings) -> str:
    """What is one system's alone; "" for a driver that changes none, or does not say which."""
    plugin = known_drivers().get(target.driver)
    if plugin is None or not plugin.able.enforces:
        return ""
    if plugin.system is None and not plugin.options:
        return ""
    names = sorted(plugin.options) if plugin.system is None else plugin.system
    agent = "" if plugin.far else target.agent
    if names == ("map",):
        return f"{agent} {os.path.realpath(str(target.options.get('map')))}"
    return f"{agent} {target.driver} {[target.options.get(name) for name in names]!r}"


def mask_others(
    observed: Sequence[InstalledElement], own: Iterable[str], folder: Path
) -> tuple[InstalledElement, ...]:
    """What stands, with what agents beside this one's folder remember made foreign.

    `own` are this agent's actions. Where a memory beside cannot be read, all that is not own is.
    """
    strange = {element.action for element in observed} - {"", *own}
    theirs = _remembered(strange, folder) if strange else set()
    return tuple(replace(x, action="", reference="") if x.action in theirs else x for x in observed)


def _remembered(actions: set[str], folder: Path) -> set[str]:
    found = set[str]()
    try:
        beside = [x for x in folder.parent.iterdir() if x.name != folder.name]
        for other in beside:
            if os.path.lexists(other / FILE):
                found |= read_state(other).standing.keys()
    except (OSError, AupkeepError):
        return actions
    return actions & found
