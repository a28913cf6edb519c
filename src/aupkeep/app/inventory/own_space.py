"""The prefixes that the provider declares as its own."""

from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.holding import OwnSpace
from aupkeep.store import inventory as stored


def declare_space(context: AppContext, prefix: str, site: str) -> dict[str, Any]:
    """Declare a prefix as ours; twice is once. Raises `Invalid`."""
    space = OwnSpace(prefix=parse_prefix(prefix, "prefix"), site=site)
    known = any((x.prefix, x.site) == (space.prefix, site) for x in stored.own_space())
    if not known:
        told = {"prefix": str(space.prefix), "site": site}
        record(context, entry(context, EntryType.SPACE_DECLARED, SYSTEM, told), rows=[space])
    return {"prefix": str(space.prefix), "site": site, "known": known}


def own_space(context: AppContext) -> list[dict[str, Any]]:
    """Every declared prefix with its site."""
    del context
    return [{"prefix": str(x.prefix), "site": x.site} for x in stored.own_space()]
