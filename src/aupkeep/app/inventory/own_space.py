"""The prefixes that the provider declares as its own."""

from dataclasses import dataclass

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.holding import Network, OwnSpace
from aupkeep.model.roles import StaffAct
from aupkeep.store import inventory as stored


@dataclass(frozen=True, slots=True)
class DeclaredPrefix:
    """A prefix of ours at a site; `known` is True when it was declared before."""

    prefix: Network
    site: str
    known: bool


@dataclass(frozen=True, slots=True)
class OwnPrefix:
    """A declared prefix with its site or VRF."""

    prefix: Network
    site: str


def declare_space(
    context: AppContext, prefix: str, site: str, *, by: Actor = SYSTEM
) -> DeclaredPrefix:
    """Declare a prefix as ours; twice is once. Raises `Invalid`, `Forbidden`."""
    require(by, StaffAct.SETTINGS)
    space = OwnSpace(prefix=parse_prefix(prefix, "prefix"), site=site)
    known = any((x.prefix, x.site) == (space.prefix, site) for x in stored.own_space())
    if not known:
        payload = {"prefix": str(space.prefix), "site": site}
        record(context, entry(context, EntryType.SPACE_DECLARED, by, payload), rows=[space])
    return DeclaredPrefix(space.prefix, site, known)


def own_space() -> list[OwnPrefix]:
    """Every declared prefix with its site."""
    return [OwnPrefix(space.prefix, space.site) for space in stored.own_space()]
