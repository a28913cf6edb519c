"""One option of aupkeep.toml, set by a command: in the journal first, then in the file."""

from pathlib import Path

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.config.settings_edit import changed_settings, write_settings
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.roles import StaffAct


def set_option(context: AppContext, option: str, values: tuple[str, ...], *, by: Actor) -> Path:
    """Set `section.option`; the answer is the file. Raises `Invalid`, `Forbidden`."""
    require(by, StaffAct.SETTINGS)
    changed = changed_settings(context.home, option, values)
    payload = {"option": option, "values": list(values)}
    record(context, entry(context, EntryType.SETTINGS_CHANGED, by, payload))
    return write_settings(context.home, changed)
