"""Options of aupkeep.toml, set by a command: in the journal first, then in the file."""

from collections.abc import Sequence
from pathlib import Path

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.first_settings import ORIGIN, Changes
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, journal_of, record
from aupkeep.config.secrets import hidden
from aupkeep.config.settings_edit import changed_settings, write_settings
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.roles import StaffAct
from aupkeep.store import checkpoints

LISTEN = "provider.listen"


def set_option(context: AppContext, option: str, values: tuple[str, ...], *, by: Actor) -> Path:
    """Set `section.option`; the answer is the file. Raises `Invalid`, `Forbidden`.

    `provider.origin` may only be set back to the name that the journal began with. With another one
    nothing can be written, so the file comes first then.
    """
    require(by, StaffAct.SETTINGS)
    changed = changed_settings(context.home, option, values)
    if option == LISTEN and values != ("true",):
        raise Invalid(f"{LISTEN}: expected true: what may leave is granted, `aupkeep grant ask`")
    payload = {"option": option, "values": _shown(option, values)}
    if option == ORIGIN:
        _as_it_began(values[0])
        write_settings(context.home, changed)
        journal_of.cache_clear()
    record(context, entry(context, EntryType.SETTINGS_CHANGED, by, payload))
    return write_settings(context.home, changed)


def _shown(option: str, values: tuple[str, ...]) -> list[str]:
    """The values as the journal keeps them for ever: without a secret."""
    section, _, name = option.rpartition(".")
    return [str(hidden({name: value}, section)[name]) for value in values]


def set_all(
    context: AppContext, changes: Changes, prefixes: Sequence[Network], *, by: Actor
) -> None:
    """Set each option and declare each prefix, in the journal too. Raises `Invalid`, `Forbidden`.

    The origin comes first: it alone can still be refused, by a journal with another.
    """
    require(by, StaffAct.SETTINGS)
    for option, values in sorted(changes.items(), key=lambda change: change[0] != ORIGIN):
        set_option(context, option, values, by=by)
    for prefix in prefixes:
        declare_space(context, str(prefix), "main", by=by)


def _as_it_began(origin: str) -> None:
    began = checkpoints.newest()
    if began and checkpoints.origin_of(began) != origin:
        raise Invalid(
            f"provider.origin: expected {checkpoints.origin_of(began)!r}, as this journal began, "
            f"found {origin!r}; a log keeps its name, and a new home may have another"
        )
