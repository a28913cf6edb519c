"""Two targets on one system: each would take the other's measures for its own that nobody wants.

What the settings tell is refused, in words, when planned and before anything new begins; what
another target's agent of this machine remembers is foreign to this one, whatever they say. So is
what names another owner: another home's, or another machine's that writes into the same system.
"""

import hashlib
import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.agent_state import FILE, read_state
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.errors import AupkeepError

SHOWN = 32  # letters of a target's name: the kernel keeps 128 of a comment
BESIDE = "another target of this machine"


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


def owner_of(target: str, key: Ed25519PublicKey) -> str:
    """As elements name it: `edge-1:1f0a93bc`, a target as one home's key signs for it.

    Two homes have two keys, whatever they call their targets; a lost folder changes nothing.
    """
    whole = hashlib.sha256(key.public_bytes_raw() + target.encode()).hexdigest()
    return f"{target[:SHOWN]}:{whole[:8]}"


def owners_of(target: str, keys: Iterable[Ed25519PublicKey]) -> frozenset[str]:
    """All that elements of a target may name: one a key that its agent believes."""
    return frozenset(owner_of(target, key) for key in keys)


def home_of(key: Ed25519PublicKey) -> str:
    """The home alone, for a mark that anybody can read."""
    return hashlib.sha256(b"home " + key.public_bytes_raw()).hexdigest()[:8]


def is_of_home(mark: str, keys: Iterable[Ed25519PublicKey]) -> bool:
    """Whether a mark names a target of the home with these keys, or that home itself."""
    target = mark.rpartition(":")[0]
    return any(mark in (owner_of(target, key), home_of(key)) for key in keys)


def mask_owners(
    observed: Iterable[InstalledElement], own: Container[str], owners: Container[str]
) -> tuple[InstalledElement, ...]:
    """What stands, with what names another owner made foreign; `own` are this agent's actions.

    What names none was set by an older version, or by a driver whose notes are its own alone.
    """
    return tuple(
        replace(x, action="", reference="")
        if x.owner and x.owner not in owners and x.action not in own
        else x
        for x in observed
    )


def mask_others(
    observed: Sequence[InstalledElement], own: Iterable[str], folder: Path
) -> tuple[InstalledElement, ...]:
    """What stands, with what agents beside this one's folder remember made foreign.

    `own` are this agent's actions. Where a memory beside cannot be read, all that is not own is.
    """
    strange = {element.action for element in observed} - {"", *own}
    theirs = _remembered(strange, folder) if strange else set()
    return tuple(
        replace(x, action="", reference="", owner=x.owner or BESIDE) if x.action in theirs else x
        for x in observed
    )


def _remembered(actions: set[str], folder: Path) -> set[str]:
    standing = set[str]()
    try:
        beside = [x for x in folder.parent.iterdir() if x.name != folder.name]
        for other in beside:
            if os.path.lexists(other / FILE):
                standing |= read_state(other).standing.keys()
    except (OSError, AupkeepError):
        return actions
    return actions & standing
