"""Which feeds there are, which are on by the operator's word, and their keys."""

import os
import re
from pathlib import Path

from aupkeep.app.context import Desk
from aupkeep.app.journal import entry, record
from aupkeep.config.home import Home
from aupkeep.config.keys import readable_only_by_owner
from aupkeep.intake.lists.feed import feeds
from aupkeep.intake.lists.subscription import Subscription, subscribe
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Invalid, Missing
from aupkeep.model.flag import Flag
from aupkeep.store import flags

ON, OFF = "on", "off"
LONGEST_KEY = 4096  # bytes of a key file


def names(desk: Desk) -> list[str]:
    """Every feed by name: the plugins, those the settings name, those with a table of options."""
    chosen = desk.settings.feeds
    return sorted({*feeds(), *chosen.tables, *chosen.enabled})


def subscription(desk: Desk, name: str) -> Subscription:
    """One feed with its options. Raises `Missing`, `Invalid`."""
    return subscribe(name, desk.settings.feeds.tables.get(name, {}))


def enabled(desk: Desk, name: str) -> bool:
    """Whether it is on: by the last `enable` or `disable`, else by the settings."""
    word = flags.value(_flag(name))
    return word == ON if word else name in desk.settings.feeds.enabled


def switch(desk: Desk, name: str, *, on: bool, person: str) -> bool:
    """Turn a feed on or off; the answer is whether that changed anything.

    Raises `Missing`, and `Invalid` for options with which it could not run.
    """
    if on or name not in names(desk):
        subscription(desk, name)
    if enabled(desk, name) == on:
        return False
    word = ON if on else OFF
    flag = Flag(name=_flag(name), value=word, changed_at=desk.now())
    told = {"feed": name, "state": word}
    actor = Actor(kind=ActorKind.PERSON, id=person)
    record(desk, entry(desk, EntryType.FEED_SWITCHED, actor, told), rows=[flag])
    return True


def active(desk: Desk) -> dict[str, Subscription]:
    """The feeds that are on and whose options are sound, by name."""
    found = {}
    for name in names(desk):
        if enabled(desk, name):
            try:
                found[name] = subscription(desk, name)
            except AupkeepError:  # shown in the table; the others go on
                continue
    return found


def origins(desk: Desk) -> dict[str, str]:
    """Source to origin of every feed: those that resell one observation are one source."""
    found = {}
    for name in names(desk):
        try:
            one = subscription(desk, name)
        except AupkeepError:
            continue
        found[one.source] = f"feed:{one.origin}"
    return found


def key_of(home: Home, name: str) -> str:
    """A feed's API key: `AUPKEEP_FEED_KEY_<NAME>`, else the file `keys/feed-<name>`, else "".

    Raises `Invalid` for a file that others may read, or that holds no key.
    """
    given = os.environ.get("AUPKEEP_FEED_KEY_" + re.sub(r"[^A-Z0-9]", "_", name.upper()), "")
    if given:
        return given.strip()
    path = home.keys / f"feed-{Path(name).name}"
    if not path.is_file():
        return ""
    if not readable_only_by_owner(path):
        raise Invalid(f"{path}: expected a file that only its owner may read (chmod 600)")
    text = path.read_text("utf-8", "replace").strip()
    if not text.isprintable() or not 0 < len(text) <= LONGEST_KEY:
        raise Invalid(f"{path}: expected one line with a key, found {len(text)} characters")
    return text


def known(desk: Desk, name: str) -> str:
    """The name, when there is such a feed. Raises `Missing`."""
    if name not in names(desk):
        raise Missing(f"feed: expected one of {', '.join(names(desk))}, found {name[:60]!r}")
    return name


def _flag(name: str) -> str:
    return f"feed:{name}"
