"""Desired states: what each agent must hold, whole, signed and numbered, in a file."""

import dataclasses
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.modes import frozen_words
from aupkeep.config.keys import public_keys, signing_key
from aupkeep.enforcement.desired import DesiredState, open_signed, sign
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.protect import ProtectList, read_protect
from aupkeep.model.action import Action, ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Invalid, Missing
from aupkeep.store import actions, customers, log


def desired_path(context: AppContext, target: str) -> Path:
    """Where an agent on this machine finds its signed state. Raises `Invalid` for an odd name."""
    if not target or not all(letter.isalnum() or letter in "-_." for letter in target):
        raise Invalid(f"target: expected letters, digits, - _ and ., found {target[:60]!r}")
    if target.startswith("."):
        raise Invalid(f"target: expected a letter or digit first, found {target[:60]!r}")
    return context.home.desired / f"{target}.json"


def write_desired(context: AppContext, target: str) -> bool:
    """Write the target's signed state when it differs from the one written; True when it did."""
    path = desired_path(context, target)
    key = signing_key(context.home, "desired")
    now = context.now()
    last = last_state(path, target, context)
    state = DesiredState(
        target=target,
        serial=0,
        made_at=now,
        actions=tuple(_plain(action) for action in actions.wanted(target, now)),
        protect=protect_list(context),
        frozen=frozen_words(context.home) is not None,
    )
    if last is not None and _content(last) == _content(state):
        return False
    serial = max(int(now.timestamp() * 1000), last.serial + 1 if last else 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, sign(dataclasses.replace(state, serial=serial), key), mode=0o644)
    return True


def desired_bytes(context: AppContext, target: str) -> bytes:
    """The signed state for an agent on another machine. Raises `Missing`."""
    path = desired_path(context, target)
    if not path.exists():
        raise Missing(f"target: expected one with a desired state, found {target[:60]!r}")
    return path.read_bytes()


def last_state(path: Path, target: str, context: AppContext) -> DesiredState | None:
    """The state written before; a damaged file counts as none."""
    try:
        keys = public_keys(context.home, "desired")
        return open_signed(path.read_bytes(), keys, target=target, last_serial=0)
    except (OSError, AupkeepError):
        return None


def _content(state: DesiredState) -> DesiredState:
    """What a state says, without when and as which number."""
    return dataclasses.replace(state, serial=0, made_at=datetime.min)  # noqa: DTZ901 - compared only


def _plain(action: Action) -> Action:
    """The action as the agent needs it: as wanted, without what was read back."""
    return dataclasses.replace(action, state=ActionState.WANTED, proof=None, changed_at=None)


def protect_list(context: AppContext) -> ProtectList:
    """The operator's protected prefixes, and every customer tagged protected.

    `critical` is not among them: it keeps automation away, while people may act with care.
    """
    rows = [str(ip_network(text, strict=False)) for text in context.settings.deciding.protected]
    kinds = (EntryType.CUSTOMERS_IMPORTED, EntryType.CUSTOMER_CHANGED)
    marked = _marked(str(context.home.path), tuple(log.last(kind) for kind in kinds))
    return read_protect([*rows, *(f"customer:{name}" for name in marked)])


@lru_cache(maxsize=4)
def _marked(home: str, changed: tuple[datetime | None, ...]) -> tuple[str, ...]:
    """The protected customers as of the last change; loading all of them each second is dear."""
    del home, changed  # they are what the answer depends on
    return tuple(customer.id for customer in customers.all() if "protected" in customer.tags)
