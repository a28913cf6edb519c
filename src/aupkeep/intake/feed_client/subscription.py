"""A feed as an operator subscribes to it: a plugin with the options of `[feeds.<name>]`.

    [feeds.national-cert]
    reads = "csv"
    url = "https://cert.example/feed.csv"

`reads` names the plugin where the table has a name of its own; so one plugin serves many lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aupkeep.intake.feed import DAY, Feed, Options, feeds
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.origin import Origin, OriginChannel

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
COMMON: Options = {"reads": "", "urls": (), "share": 0.0, "site": ""}  # of all feeds
SHORTEST = 300  # seconds between two fetches, whatever the settings say


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`name` and `urls` are the operator's (`urls` () = the feed's own); `every` is in seconds."""

    name: str
    feed: Feed
    options: Options
    every: int
    urls: tuple[str, ...]
    origin: str
    share: float = 0.0  # of what is assigned, above which it waits for a person; 0 = as for all
    values: Mapping[str, Any] = field(default_factory=dict)  # as the settings write them

    @property
    def source(self) -> Origin:
        """Who claims a finding of this feed."""
        return Origin(OriginChannel.FEED, self.name)


def subscribe(name: str, values: Mapping[str, Any]) -> Subscription:
    """The subscription of this name with these options, each checked against the plugin's.

    Raises `Missing` for a plugin that does not exist, `Invalid` for a name or an option.
    """
    where = f"[feeds.{name}]"
    if not NAME.fullmatch(name):
        raise Invalid(f"feed: expected a name such as national-cert, found {name[:60]!r}")
    feed = _plugin(name, values)
    known = {**feed.options, **COMMON, "every": feed.every, "origin": feed.origin}
    for option in values:
        if option not in known:
            raise Invalid(f"{where}: expected one of {', '.join(sorted(known))}, found {option!r}")
    chosen = {**known}
    chosen.update(
        {name: _typed(value, known[name], f"{where} {name}") for name, value in values.items()}
    )
    every = chosen["every"]
    if not SHORTEST <= every <= 31 * DAY:
        raise Invalid(f"{where} every: expected {SHORTEST} to {31 * DAY} seconds, found {every}")
    return Subscription(
        name=name,
        feed=feed,
        options={option: chosen[option] for option in feed.options},
        every=every,
        urls=chosen["urls"],
        origin=chosen["origin"],
        share=chosen["share"],
        values=values,
    )


def lacking(feed: Subscription, key: str) -> list[str]:
    """What the feed needs and does not have: options by name, and "key"."""
    has = {**feed.options, "key": key}
    return [name for name in feed.feed.needs if not has.get(name)]


def _plugin(name: str, values: Mapping[str, Any]) -> Feed:
    reads = values.get("reads", name)
    known = feeds()
    if reads not in known:
        raise Missing(f"feed: expected one of {', '.join(known)}, found {str(reads)[:60]!r}")
    return known[reads]


def _typed(value: Any, default: Any, where: str) -> Any:  # noqa: ANN401 - what TOML may hold
    """The value in the type of the option's default. Raises `Invalid`."""
    if isinstance(default, tuple) and isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(default, Mapping) and isinstance(value, Mapping):
        if all(isinstance(item, str) for item in value.values()):
            return dict(value)
    elif isinstance(default, float) and type(value) in (int, float):
        return float(value)
    elif type(value) is type(default):
        return value
    wanted = {"tuple": "a list of texts", "dict": "a table of texts"}
    kind = type(default).__name__
    said = wanted.get(kind, kind)
    raise Invalid(f"{where}: expected {said}, found {value!r}")
