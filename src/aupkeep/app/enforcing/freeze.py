"""The freeze switch: the file of this machine first, then the install's flag and the journal.

The file is in force at once and needs no database. The flag reaches every other machine: its worker
writes the file there within a second (`follow`), and takes it away after a thaw. A switch that was
turned on while the database was away is told to the install as soon as it is back. A file made by
hand (`touch`) freezes its machine alone. Whoever turns it waits some seconds for the database, not
longer.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from aupkeep.app.context import AppContext, clock
from aupkeep.config.home import Home, find_home
from aupkeep.config.unix_user import unix_user
from aupkeep.enforcement import freeze as switch
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Forbidden, Unavailable
from aupkeep.model.flag import Flag
from aupkeep.model.ids import uuid7
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import StaffAct
from aupkeep.store.patience import PROBE, patience

WRITTEN = "written"
HERE_ALONE = (
    "in force on this machine; others do not know yet: a worker here tells them once the database "
    "answers"
)
STILL_FROZEN = (
    "if the database has the freeze, it is in force again here as soon as it answers: thaw again "
    "then"
)
SETTLING = 10.0  # seconds a command has between the file and the entry


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
    was = switch.frozen(home.freeze)
    if not was:
        _write(home, reason, unix_user())
    with patience(PROBE, once=True):
        try:
            who = _named(person)
            _check(home, who, StaffAct.UNDO)
        except Forbidden:
            if not was:
                switch.thaw(home.freeze)
            raise
        words = _write(home, reason, who)
        note = _note(home, EntryType.FROZEN, who, words)
    shown = {name: words[name] for name in ("reason", "by", "at")}
    if note != WRITTEN:
        note = f"{note}; {HERE_ALONE}"
    return FrozenSwitch(frozen=True, **shown, journal=note)


def _named(person: str | Callable[[], str]) -> str:
    """Who turns the switch; this machine's user where the database does not say."""
    if isinstance(person, str):
        return person
    try:
        with _answering():
            return person()
    except Unavailable:
        return unix_user()


def _write(home: Home, reason: str, who: str) -> dict[str, str]:
    at = clock()
    words = {"reason": reason, "by": who, "at": show_moment(at), "id": uuid7(at, os.urandom(10))}
    _put(home, words)
    return words


def _put(home: Home, words: Mapping[str, str]) -> None:
    switch.freeze(home.freeze, json.dumps(dict(words), ensure_ascii=False), words["id"])


def _answering() -> AbstractContextManager[None]:
    """`store.health.answering`, which is loaded after the file is written."""
    from aupkeep.store.health import answering

    return answering()


def thaw(reason: str, person: str | Callable[[], str], home: Home | None = None) -> ThawedSwitch:
    """Turn the switch off, here and on every machine that the database reaches.

    Raises `Forbidden`.
    """
    home = home or find_home()
    with patience(PROBE, once=True):
        who = _named(person)
        _check(home, who, StaffAct.GRANT)
        here, install = switch.thaw(home.freeze), _install_is_frozen(home)
        was = here or bool(install)
        unknown = install is None
        note = _note(home, EntryType.THAWED, who, {"reason": reason}) if was or unknown else None
    if note not in (None, WRITTEN):
        note = f"{note}; {STILL_FROZEN}"
    return ThawedSwitch(frozen=False, was_frozen=was, reason=reason, by=who, journal=note)


def _check(home: Home, person: str, act: StaffAct) -> None:
    """Raises `Forbidden` for who may not; a database that does not answer keeps nobody from it."""
    try:
        from aupkeep.app.context import open_context

        open_context(home)
        from aupkeep.app.access.authority import authorised

        with _answering():
            authorised(person, act)
    except Forbidden:
        raise
    except (AupkeepError, OSError):
        return


def _install_is_frozen(home: Home) -> bool | None:
    """Whether the flag is on, None where the database does not answer."""
    try:
        from aupkeep.app.context import open_context

        open_context(home)
        from aupkeep.app.modes import words_of_install

        with _answering():
            return words_of_install() is not None
    except (AupkeepError, OSError):
        return None


def _note(home: Home, kind: EntryType, person: str, words: Mapping[str, str]) -> str:
    """Write entry and flag; "written", or why it could not be: the switch does not wait for it."""
    try:
        from aupkeep.app.context import open_context

        context = open_context(home)
        actor = Actor(kind=ActorKind.PERSON, id=person, name=person)
        with _answering():
            _record(context, kind, actor, words)
    except (AupkeepError, OSError) as error:
        return f"not written: {error}"
    return WRITTEN


def _record(context: AppContext, kind: EntryType, actor: Actor, words: Mapping[str, str]) -> None:
    from aupkeep.app.journal import entry, record
    from aupkeep.app.modes import FREEZE

    value = "on" if kind is EntryType.FROZEN else "off"
    flag = Flag(name=FREEZE, value=value, changed_at=context.now())
    record(context, entry(context, kind, actor, words), rows=[flag])


def follow(context: AppContext) -> bool:
    """Make this machine's switch as the install's; True when either changed.

    A file that the journal does not know was written while the database was away: the install is
    frozen by it. One without an id was made by hand, and stays.
    """
    from aupkeep.app.modes import known_freeze, words_of_install, words_on_machine

    here, install = words_on_machine(context.home), words_of_install()
    if here is None:
        if install is not None:
            _put(context.home, install)
        return install is not None
    if not here["id"] or (install is not None and here["id"] == install["id"]):
        return False
    if not known_freeze(here["id"]):
        if _age(context.home) < SETTLING:  # the command that wrote it writes the entry too
            return False
        _record(context, EntryType.FROZEN, SYSTEM, here)
    elif install is None:
        switch.thaw(context.home.freeze)
    else:
        _put(context.home, install)
    return True


def _age(home: Home) -> float:
    """Seconds since the switch was written, by the machine's clock."""
    try:
        return clock().timestamp() - home.freeze.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
