"""New items of a feed become raws of the channel `feed`; its faults become alarms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.intake.feed_client.filter import ListHit, inbox_reading, reading_of
from aupkeep.intake.feed_client.subscription import Subscription
from aupkeep.intake.sandbox.feed_raw import MEDIA_TYPE, write_feed_raw
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.moments import show_moment
from aupkeep.model.raw import Channel
from aupkeep.model.report import Reading

TOGETHER = 1000  # items in one raw
NAMED_TOGETHER = 40  # items whose names are looked up when the raw is read: it looks up 50
SHOWN_ROWS = 1000  # rows of an alarm


def hand_over_hits(
    context: AppContext, feed: Subscription, hits: Sequence[ListHit], back: Mapping[str, datetime]
) -> list[str]:
    """Receive these items, some at a time; the answer is the raws' ids.

    `back` says when items that were told before were last seen: it tells this sighting from that.
    """
    placed = [hit for hit in hits if hit.address is not None]
    named = [hit for hit in hits if hit.address is None]
    raws = []
    for group in [*_groups(placed, TOGETHER), *_groups(named, NAMED_TOGETHER)]:
        reading = reading_of(feed.feed, feed.source, group)
        keys = [hit.key(feed.name) for hit in group]
        mark = {key: show_moment(back[key]) for key in keys if key in back}
        raws.append(_receive(context, feed, reading, mark))
    return raws


def hand_over_prefixes(
    context: AppContext, feed: Subscription, hits: Sequence[ListHit], back: Mapping[str, datetime]
) -> list[str]:
    """Receive listed prefixes of ours for the inbox: a prefix names no resource."""
    if not hits:
        return []
    first = hits[0].item.where
    more = "" if len(hits) == 1 else f" and {len(hits) - 1} more"
    reason = (
        f"feed {feed.name} lists the prefix {first}{more}, which is ours or holds ours;"
        " a prefix names nobody: say whom it concerns"
    )
    title = f"{feed.feed.title}: a prefix of ours is listed"
    reading = inbox_reading(title, reason, (hit.item.text or hit.item.where for hit in hits))
    mark = {key: show_moment(back[key]) for hit in hits if (key := hit.key(feed.name)) in back}
    return [_receive(context, feed, reading, mark)]


def raise_alarm(context: AppContext, name: str, title: str, words: str, rows: Sequence[str]) -> str:
    """Alarm a person about a feed: an inbox item and an entry; the answer is the raw's id."""
    now = show_moment(context.now())
    shown = list(rows[:SHOWN_ROWS])
    if len(rows) > SHOWN_ROWS:
        shown.append(f"… and {len(rows) - SHOWN_ROWS} more, in the copy that is kept")
    reading = inbox_reading(
        f"{title}: it needs a person", f"feed {name} needs a person: {words}", shown
    )
    data = write_feed_raw("feed", reading, {"feed": name, "alarm": now})
    receipt = receive(context, data, _envelope(name))
    payload = {"feed": name, "words": words[:500], "raw": receipt.raw}
    record(context, entry(context, EntryType.FEED_ALARM, SYSTEM, payload))
    return receipt.raw


def _receive(
    context: AppContext, feed: Subscription, reading: Reading, mark: Mapping[str, str]
) -> str:
    mark = {"feed": feed.name, **mark}
    return receive(
        context, write_feed_raw(feed.feed.maker, reading, mark), _envelope(feed.name)
    ).raw


def _envelope(name: str) -> RawEnvelope:
    return RawEnvelope(channel=Channel.FEED, media_type=MEDIA_TYPE, sender=f"feed:{name}")


def _groups(hits: Sequence[ListHit], many: int) -> Iterable[Sequence[ListHit]]:
    return (hits[start : start + many] for start in range(0, len(hits), many))
