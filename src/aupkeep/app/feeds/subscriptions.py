"""Which feeds exist, which the operator enabled, and their keys."""

import os
import re
from pathlib import Path

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.config.home import Home
from aupkeep.config.keys import readable_only_by_owner
from aupkeep.intake.feed import feeds
from aupkeep.intake.feed_client.subscription import Subscription, subscribe
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Invalid, Missing
from aupkeep.model.flag import Flag
from aupkeep.model.roles import StaffAct
from aupkeep.store import flags

ON, OFF = "on", "off"
LONGEST_KEY = 4096  # bytes of a key file


def feed_names(context: AppContext) -> list[str]:
    """Every feed by name: the plugins, those the settings name, those with a table of options."""
    chosen = context.settings.feeds
    return sorted({*feeds(), *chosen.tables, *chosen.enabled})


def subscription(context: AppContext, name: str) -> Subscription:
    """One feed with its options. Raises `Missing`, `Invalid`."""
    return subscribe(name, context.settings.feeds.tables.get(name, {}))


def enabled(context: AppContext, name: str) -> bool:
    """Whether it is on: by the last `enable` or `disable`, else by the settings."""
    word = flags.value(_flag(name))
    return word == ON if word else name in context.settings.feeds.enabled


def switch(context: AppContext, name: str, *, on: bool, person: str) -> bool:
    """Turn a feed on or off; the answer is whether that changed anything.

    Raises `Missing`, `Forbidden`, and `Invalid` for options with which it could not run.
    """
    actor = authorised(person, StaffAct.SETTINGS)
    if on or name not in feed_names(context):
        subscription(context, name)
    if enabled(context, name) == on:
        return False
    word = ON if on else OFF
    flag = Flag(name=_flag(name), value=word, changed_at=context.now())
    payload = {"feed": name, "state": word}
    record(context, entry(context, EntryType.FEED_SWITCHED, actor, payload), rows=[flag])
    return True


def active(context: AppContext) -> dict[str, Subscription]:
    """The enabled feeds with valid options, by name."""
    subscriptions = {}
    for name in feed_names(context):
        if enabled(context, name):
            try:
                subscriptions[name] = subscription(context, name)
            except AupkeepError:  # shown in the table; the others go on
                continue
    return subscriptions


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


def existing_feed(context: AppContext, name: str) -> str:
    """The name, when there is such a feed. Raises `Missing`."""
    if name not in feed_names(context):
        raise Missing(
            f"feed: expected one of {', '.join(feed_names(context))}, found {name[:60]!r}"
        )
    return name


def _flag(name: str) -> str:
    return f"feed:{name}"
