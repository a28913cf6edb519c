"""The freeze switch of this machine: the file first, the journal after, so it works without it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from aupkeep.app.context import clock
from aupkeep.config.home import Home, find_home
from aupkeep.config.unix_user import unix_user
from aupkeep.enforcement import freeze as switch
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Forbidden
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import StaffAct


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSwitch:
    """The switch is on; `journal` is "written", or why the entry could not be."""

    frozen: bool
    reason: str
    by: str
    at: str
    journal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThawedSwitch:
    """The switch is off; `journal` is None when it was off before."""

    frozen: bool
    was_frozen: bool
    reason: str
    by: str
    journal: str | None


def freeze(reason: str, person: str | Callable[[], str], home: Home | None = None) -> FrozenSwitch:
    """Turn the switch on, in force before anything else is asked, whatever the database does.

    `person` is who does it, or looks that up. Raises `Forbidden` for who may not; the switch is
    then as it was.
    """
    home = home or find_home()
    home.path.mkdir(parents=True, exist_ok=True)
    before = home.freeze.read_bytes() if home.freeze.exists() else None
    _write(home, reason, unix_user())
    try:
        who = person if isinstance(person, str) else person()
        _check(home, who, StaffAct.UNDO)
    except Forbidden:
        if before is None:
            switch.thaw(home.freeze)
        else:
            switch.freeze(home.freeze, before.decode().rstrip("\n"))
        raise
    words = _write(home, reason, who)
    return FrozenSwitch(frozen=True, **words, journal=_note(home, EntryType.FROZEN, who, reason))


def _write(home: Home, reason: str, who: str) -> dict[str, str]:
    words = {"reason": reason, "by": who, "at": show_moment(clock())}
    switch.freeze(home.freeze, json.dumps(words, ensure_ascii=False))
    return words


def thaw(reason: str, person: str, home: Home | None = None) -> ThawedSwitch:
    """Turn the switch off. Raises `Forbidden`."""
    home = home or find_home()
    _check(home, person, StaffAct.GRANT)
    was = switch.thaw(home.freeze)
    note = _note(home, EntryType.THAWED, person, reason) if was else None
    return ThawedSwitch(frozen=False, was_frozen=was, reason=reason, by=person, journal=note)


def _check(home: Home, person: str, act: StaffAct) -> None:
    """Raises `Forbidden` for who may not; a database that does not answer keeps nobody from it."""
    try:
        from aupkeep.app.context import open_context

        open_context(home)
        from aupkeep.app.access.authority import authorised

        authorised(person, act)
    except Forbidden:
        raise
    except (AupkeepError, OSError):
        return


def _note(home: Home, kind: EntryType, person: str, reason: str) -> str:
    """Write the entry; "written", or why it could not be: the switch does not wait for it."""
    try:
        from aupkeep.app.context import open_context

        context = open_context(home)
        from aupkeep.app.journal import entry, record

        actor = Actor(kind=ActorKind.PERSON, id=person, name=person)
        record(context, entry(context, kind, actor, {"reason": reason}))
    except (AupkeepError, OSError) as error:
        return f"not written: {error}"
    return "written"
