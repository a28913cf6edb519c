"""The two modes of an install, as they are now: listen mode, and the freeze of this machine."""

import json

from aupkeep.app.context import AppContext
from aupkeep.config.home import Home
from aupkeep.enforcement import freeze as switch
from aupkeep.model.action import RECORDING
from aupkeep.store import flags

LISTEN = "listen"


def listening(context: AppContext) -> bool:
    """True in listen mode: set in aupkeep.toml, or by a person on this install."""
    return flags.value(LISTEN, "on" if context.settings.provider.listen else "off") == "on"


def records_only(context: AppContext) -> bool:
    """True where no driver of this install changes anything: measures are only written down."""
    return context.settings.enforcement.driver in RECORDING


def frozen_words(home: Home) -> dict[str, str] | None:
    """Who froze this machine, when and why; None when it is not frozen."""
    if not switch.frozen(home.freeze):
        return None
    try:
        written = json.loads(home.freeze.read_text("utf-8"))
    except (OSError, ValueError):
        written = {}
    known = written if isinstance(written, dict) else {}
    return {name: str(known.get(name, "")) for name in ("reason", "by", "at")}
