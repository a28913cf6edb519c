"""The two modes of an install, as they are now: listen mode, and the freeze."""

import json

from aupkeep.app.context import AppContext
from aupkeep.config.home import Home
from aupkeep.enforcement import freeze as switch
from aupkeep.model.action import RECORDING
from aupkeep.model.entry import EntryType
from aupkeep.store import flags, log

LISTEN = "listen"
FREEZE = "freeze"
WORDS = ("reason", "by", "at", "id")
NO_ROOM = "the disk was too full for the reason"


def listening(context: AppContext) -> bool:
    """True in listen mode: set in aupkeep.toml, or by a person on this install."""
    return flags.value(LISTEN, "on" if context.settings.provider.listen else "off") == "on"


def records_only(context: AppContext) -> bool:
    """True where no driver of this install changes anything: measures are only written down."""
    targets = context.settings.enforcement.all_targets()
    return all(target.driver in RECORDING for target in targets)


def frozen_words(context: AppContext) -> dict[str, str] | None:
    """Who froze this machine or the install, when and why; None when neither is frozen."""
    here, install = words_on_machine(context.home), words_of_install()
    if here is None or (install is None and here["id"] and known_freeze(here["id"])):
        return install  # thawed on another machine, and no worker took this one's file away
    return here


def known_freeze(freeze_id: str) -> bool:
    """Whether the journal has an entry of this freeze."""
    frozen = log.entries(types=(EntryType.FROZEN,))
    return any(logged.entry.payload.get("id") == freeze_id for logged in frozen)


def words_on_machine(home: Home) -> dict[str, str] | None:
    """What this machine's own switch says, each word "" where it does not; None when it is off."""
    if not switch.frozen(home.freeze):
        return None
    mark = switch.read_mark(home.freeze)
    if mark is not None:
        return dict.fromkeys(WORDS, "") | {"reason": NO_ROOM, "id": mark}
    try:
        written = json.loads(home.freeze.read_text("utf-8"))
    except (OSError, ValueError):
        written = {}
    known = written if isinstance(written, dict) else {}
    return {name: str(known.get(name, "")) for name in WORDS}


def words_of_install() -> dict[str, str] | None:
    """Who froze the install, when and why, as the journal has it; None when it is not frozen."""
    if flags.value(FREEZE, "off") != "on":
        return None
    entries = log.newest(EntryType.FROZEN)
    payload = entries.entry.payload if entries else {}
    return {name: str(payload.get(name, "")) for name in WORDS}
