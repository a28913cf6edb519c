"""Listen mode turned on or off at run time: a flag of the install, and an entry that says who."""

from dataclasses import dataclass

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import LISTEN, listening, records_only
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.flag import Flag
from aupkeep.model.roles import StaffAct

RECORDED = (
    "no driver of this install enforces: measures are recorded, nothing is limited; set"
    " enforcement.driver in aupkeep.toml (say to nftables) to change that"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenMode:
    """Listen mode as it is from now on, and as it was."""

    listen: bool
    was: bool
    reason: str
    by: str
    warning: str = ""  # what the new mode does not do


def set_listening(context: AppContext, *, wanted: bool, reason: str, person: str) -> ListenMode:
    """From now on nothing leaves (`wanted`), or mails and measures go out again.

    It outweighs `provider.listen` of the settings. What stands already stays: to lift it is a
    decision of its own. Raises `Forbidden`, `Invalid` without a reason.
    """
    if not reason.strip():
        raise Invalid("reason: expected why the mode changes, found nothing")
    actor = authorised(person, StaffAct.UNDO if wanted else StaffAct.GRANT)
    was = listening(context)
    if was != wanted:
        flag = Flag(name=LISTEN, value="on" if wanted else "off", changed_at=context.now())
        payload = {"mode": LISTEN, "value": flag.value, "reason": reason}
        record(context, entry(context, EntryType.MODE_CHANGED, actor, payload), rows=[flag])
    warning = RECORDED if not wanted and records_only(context) else ""
    return ListenMode(listen=wanted, was=was, reason=reason, by=person, warning=warning)
