"""What to make of a fetched list: is it the list we know, what in it is new, is it too much. Pure.

* A list that had items and now has none, nearly none, or mostly rows that cannot be read, has
  changed its form: the copy kept stays, nothing is read from the new one, a person hears of it.
* An item that stood in the last list that was read is no news. One that was away for longer than
  GAP is. Where rows carry the time of the event itself, an item is news again once that time has
  moved on by `Feed.again`.
* A list that names more of us anew than a share of what is assigned waits for a person: a list that
  lists everybody is more likely wrong than right (threat model A26).

Nothing here clears anything: that an item is gone, or a list empty, ends no case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.intake.feed import Feed
from aupkeep.intake.feed_client.filter import FilteredList, ListHit, moment_of
from aupkeep.model.errors import Invalid
from aupkeep.model.feed import FeedItem, FeedState

GAP = timedelta(days=7)
FEW = 20  # items; a list of fewer may well be empty the next time
SHRUNK = 0.05  # of the items of the copy kept
BROKEN = 0.2  # of the rows
LEAST_BROKEN = 10  # rows
PATIENCE = 3  # failures in a row before a person hears of it
FIRST_WAIT, LONGEST_WAIT = 60.0, 6 * 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class ListNews:
    """Hits that are told now, those that only stand, and every item's record as it is to be kept.

    `back` maps the keys of items that were told before to when they were last seen then.
    """

    new: tuple[ListHit, ...]
    standing: tuple[ListHit, ...]
    items: tuple[FeedItem, ...]
    back: Mapping[str, datetime]


def format_change(before: int, listed: FilteredList) -> str:
    """Why the list is not the one we know, "" when it is; `before` counts the items kept."""
    good = listed.seen - listed.dead_count
    if listed.dead_count > max(LEAST_BROKEN, BROKEN * listed.seen):
        first = f", the first: {listed.dead[0].reason}" if listed.dead else ""
        return f"{listed.dead_count} of {listed.seen} rows could not be read{first}"
    if before >= FEW and good < before * SHRUNK:
        return f"expected about {before} rows as in the last good copy, found {good}"
    return ""


def news(
    name: str,
    feed: Feed,
    hits: Iterable[ListHit],
    known: Mapping[str, FeedItem],
    state: FeedState,
    now: datetime,
) -> ListNews:
    """Which hits to tell; `known` are the items listed before, by `ListHit.key`."""
    new: list[ListHit] = []
    standing: list[ListHit] = []
    items: dict[str, FeedItem] = {}
    back: dict[str, datetime] = {}
    for hit in hits:
        key = hit.key(name)
        if key in items:  # the list says it twice
            continue
        before, at = known.get(key), _when(hit, now)
        tell = before is None or _again(before, at, feed, state, now)
        (new if tell else standing).append(hit)
        items[key] = FeedItem(
            feed=name,
            key=key,
            shown=hit.item.where[:200],
            first_seen=before.first_seen if before else now,
            last_seen=now,
            told_at=at if before is None or tell else before.told_at,
        )
        if tell and before is not None:
            back[key] = max(before.last_seen, before.told_at)
    return ListNews(tuple(new), tuple(standing), tuple(items.values()), back)


def _again(before: FeedItem, at: datetime, feed: Feed, state: FeedState, now: datetime) -> bool:
    """Whether an item that was told is news: it was away, or its event happened anew."""
    stood = state.read_at is not None and before.last_seen >= state.read_at
    if not stood and now - before.last_seen > GAP:
        return True
    return feed.again is not None and at - before.told_at >= timedelta(seconds=feed.again)


def _when(hit: ListHit, now: datetime) -> datetime:
    """The event's time as the row says it, else now."""
    try:
        moment = moment_of(hit.item)
    except Invalid:
        moment = None
    return (
        min(moment[0], now) if moment else now
    )  # a clock ahead must not silence the item for years


def excess(hits: Sequence[ListHit], assigned: int, share: float, least: int) -> str:
    """Why a person must look before these are told, "" when they may be."""
    places = len({hit.address or hit.host for hit in hits})
    most = max(float(least), share * assigned)
    if places <= most:
        return ""
    return (
        f"it names {places} addresses of ours anew, more than {most:g}"
        f" ({share:.0%} of {assigned} assignments, at least {least})"
    )


def next_wait(every: float, failures: int, noise: float, asked: float = 0.0) -> float:
    """Seconds until the next fetch; `noise` from 0 to 1 spreads them, the server asked for `asked`.

    After a good one the schedule ± 5 %; after failures one, two, four … minutes, at most six hours,
    each between half and the whole of it.

    >>> next_wait(3600, 0, 0.5), next_wait(3600, 3, 1.0), next_wait(3600, 1, 0.0, 900.0)
    (3600.0, 240.0, 900.0)
    """
    if not failures:
        return every * (0.95 + 0.1 * noise)
    wait = min(FIRST_WAIT * 2.0 ** (min(failures, 20) - 1), LONGEST_WAIT)
    return max(wait * (0.5 + 0.5 * noise), asked)
