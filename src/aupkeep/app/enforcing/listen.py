"""Listen mode turned on or off at run time, and an entry that says who.

On is one switch for whoever may freeze: every grant ends with it. Off as one switch is for an
install whose settings begin without listen mode, such as the demo; any other goes step by step, by
grants (`deciding.grants`), and off asks there for one of everything, for a week.
"""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.grants import ask_everything, revoke_all
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.modes import LISTEN, listening, records_only, switched_on
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.flag import Flag
from aupkeep.model.roles import StaffAct

RECORDED = (
    "no driver of this install enforces: measures are recorded, nothing is limited; set"
    " enforcement.driver in aupkeep.toml (e.g. to nftables) to change that"
)
WAITS = "nothing leaves until a colleague gives it, by their own session: aupkeep grant approve"
TRIAL = (
    "all may leave until its end, then it listens again; give it step by step: aupkeep grant ask"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenMode:
    """Listen mode as it is from now on, and as it was.

    `grant` is the one of everything that was asked for, `until` its end; `ended` counts the grants
    that ended with it.
    """

    listen: bool
    was: bool
    reason: str
    by: str
    warning: str = ""  # what the new mode does not do
    grant: str | None = None
    until: datetime | None = None
    ended: int = 0


def set_listening(
    context: AppContext, *, wanted: bool, reason: str, person: str, maker: str | None = None
) -> ListenMode:
    """From now on nothing leaves (`wanted`), or mails and measures go out again.

    `maker` made the token or link by which the person turns it.

    It outweighs `provider.listen` of the settings. What stands already stays: to lift it is a
    decision of its own. Raises `Forbidden`, `Invalid` without a reason.
    """
    if not reason.strip():
        raise Invalid("reason: expected why the mode changes, found nothing")
    actor = authorised(person, StaffAct.UNDO if wanted else StaffAct.GRANT)
    was = listening(context)
    if wanted:
        ended = _silence(context, actor, reason)
        return ListenMode(listen=True, was=was, reason=reason, by=person, ended=ended)
    if was and context.settings.provider.listen:
        return _trial(context, reason, person, maker)
    if was:
        changes = ChangeSet()
        _switch(context, actor, reason, "off", changes)
        record_changes(context, changes)
    warning = RECORDED if records_only(context) else ""
    return ListenMode(listen=False, was=was, reason=reason, by=person, warning=warning)


def _silence(context: AppContext, actor: Actor, reason: str) -> int:
    """Turn the switch on, where it is off, and end every grant; how many ended."""
    changes = ChangeSet()
    ended = revoke_all(context, actor, reason, changes)
    if not switched_on(context):
        _switch(context, actor, reason, "on", changes)
    if changes.entries:
        record_changes(context, changes)
    return len(ended)


def _switch(context: AppContext, actor: Actor, reason: str, value: str, changes: ChangeSet) -> None:
    payload = {"mode": LISTEN, "value": value, "reason": reason}
    changes.entries.append(entry(context, EntryType.MODE_CHANGED, actor, payload))
    changes.rows.append(Flag(name=LISTEN, value=value, changed_at=context.now()))


def _trial(context: AppContext, reason: str, person: str, maker: str | None) -> ListenMode:
    """Ask for a grant of everything; live at once only where nobody else could give it."""
    grant = ask_everything(context, person, reason, maker)
    waits = grant.granted_at is None
    said = [f"{WAITS} {grant.id}" if waits else TRIAL]
    if records_only(context) and not waits:
        said.append(RECORDED)
    return ListenMode(
        listen=waits,
        was=True,
        reason=reason,
        by=person,
        warning="; ".join(said),
        grant=grant.id,
        until=grant.until,
    )
