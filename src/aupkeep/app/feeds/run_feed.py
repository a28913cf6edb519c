"""One fetch of one feed, from the lease to its outcome."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aupkeep.app.context import AppContext
from aupkeep.app.feeds import hand_over
from aupkeep.app.feeds.download import (
    ANSWERS,
    FetchedLists,
    ListResult,
    MissingOption,
    NetworkAccess,
    download_lists,
    given_lists,
)
from aupkeep.app.feeds.feed_state import (
    FeedRun,
    failed_state,
    lacking_state,
    state_after_reading,
    unchanged_state,
    with_alarm,
)
from aupkeep.app.feeds.hosted_names import hosted_here
from aupkeep.app.feeds.subscriptions import subscription
from aupkeep.app.journal import entry, record
from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.acceptance import ListNews, excess, format_change, news
from aupkeep.intake.feed_client.filter import FilteredList, ListHit
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Broken, Conflict, Missing, Unreadable
from aupkeep.model.feed import FeedCopy, FeedItem, FeedState
from aupkeep.store import feeds, raws
from aupkeep.store import inventory as stored

# What a defect of a plugin can raise: the feed then fails in words, the others go on.
FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
          OSError, AssertionError)  # fmt: skip
SPARE = 300.0  # seconds a lease lasts beyond the time a fetch may take


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """The state of a feed after a fetch, and the ids of the raws that were received."""

    state: FeedState
    raws: tuple[str, ...]


def run_feed(
    context: AppContext,
    name: str,
    network: NetworkAccess,
    *,
    worker: str,
    early: bool = False,
    accept: str = "",
    given: Sequence[tuple[str, bytes]] = (),
) -> FinishedRun | None:
    """Fetch one feed, or read the lists that are `given`; None when not due, or another has it.

    Raises `Missing`, `Invalid` for a feed that cannot be, `Conflict` when the lease was lost and
    `Unavailable` when the storage does not take it: then it is due again once the lease runs out.
    """
    feed = subscription(context, name)
    seconds = feed.feed.limits.seconds
    lease = feeds.lease(
        name, context.now(), seconds=seconds + SPARE, worker=worker, early=early or bool(accept)
    )
    if lease is None:
        return None
    run = FeedRun(context, feed, lease, network, accept)
    try:
        if given:
            lists = given_lists(lease.state, given)
        else:
            lists = download_lists(
                context, feed, lease.state, run.ours, network, time.monotonic() + seconds
            )
        state, items = _read_lists(run, lists)
    except MissingOption as error:
        state, items = lacking_state(run, error), ()
    except AupkeepError as error:
        if isinstance(error, Conflict):
            raise
        state, items = failed_state(run, str(error), getattr(error, "wait", 0.0)), ()
    except FAULTS as error:
        state, items = failed_state(run, f"its reader failed: {error!r}"), ()
    except BaseException:  # we are told to end: let the next one have it at once
        feeds.let_go(lease)
        raise
    feeds.finish(lease, state, items)
    return FinishedRun(state, tuple(run.raws))


def _read_lists(run: FeedRun, fetched: FetchedLists) -> tuple[FeedState, tuple[FeedItem, ...]]:
    """Read the fetched lists, hand over what is new; the feed's new state and its items."""
    before = run.lease.state
    run.errors += [result.error for result in fetched.lists if result.error]
    fresh = any(_is_new(result) for result in fetched.lists)
    if not (fresh or run.accept or before.space != run.space):
        return unchanged_state(run, fetched), ()
    rows = FilteredList()
    for result in fetched.lists:
        rows.add(_read_list(run, result))
    nothing = run.errors or (rows.remarks if not _answered(fetched) else [])
    if nothing and not rows.seen:
        raise Unreadable("; ".join(nothing)[:400])
    if run.feed.feed.of_others:
        return _hand_over_news(run, fetched, rows, (), ())
    hits = [*rows.ours, *_hosted_names(run, fetched, rows)]
    wide = [ListHit(item) for item, _ in rows.wide]
    return _hand_over_news(run, fetched, rows, hits, wide)


def _hosted_names(run: FeedRun, fetched: FetchedLists, rows: FilteredList) -> list[ListHit]:
    """Listed names hosted by us, where the settings allow the look-up."""
    lookup = run.network.lookup
    if not (run.context.settings.feeds.resolve and rows.named and lookup):
        return []
    old: set[str] = set()
    for result in fetched.lists:
        if result.before is not None and not run.accept:
            was = run.filter_list(_last_good_copy(result.name, result.before))
            old.update(hit.host for hit in was.named if hit.host)
    return hosted_here(rows.named, old, run.ours, lookup, run.network.stop)


def _answered(fetched: FetchedLists) -> bool:
    """Whether any question to the DNS had an answer that says something."""
    data = [result.data or b"" for result in fetched.lists]
    return any(word in text for text in data for word in (b" clean\n", b" listed "))


def _is_new(result: ListResult) -> bool:
    if result.data is None:
        return False
    digest = hashlib.sha256(result.data).hexdigest()
    return result.before is None or result.before.digest != digest or result.name == ANSWERS


def _read_list(run: FeedRun, result: ListResult) -> FilteredList:
    """One list filtered: the new one where its form is the known one, else the last good copy."""
    if result.data is not None:
        try:
            rows = run.filter_list(FetchedList(result.name, result.data))
            why = "" if run.accept else _format_change(run, result, rows)
            if not why:
                _keep_copy(run, result, rows)
                return rows
            run.odd.append(f"{result.name}: {why}")
        except Unreadable as error:
            run.errors.append(f"{result.name}: {error}")
    if result.before is None:
        return FilteredList()
    copy = _last_good_copy(result.name, result.before)
    if not copy.data:
        run.copies.pop(result.name, None)  # fetched whole the next time
    return run.filter_list(copy)


def _last_good_copy(name: str, before: FeedCopy) -> FetchedList:
    """The last good copy; an empty one where its bytes are lost."""
    try:
        return FetchedList(name, raws.read(before.digest))
    except (Missing, Broken):
        return FetchedList(name, b"")


def _format_change(run: FeedRun, result: ListResult, rows: FilteredList) -> str:
    if run.feed.feed.questions is not None:
        return ""
    before = result.before.items if result.before else 0
    if run.feed.feed.of_others and before and rows.seen == rows.dead_count:
        return f"expected rows, as the {before} of the last good copy, found none"
    return format_change(before, rows)


def _keep_copy(run: FeedRun, result: ListResult, rows: FilteredList) -> None:
    """Keep a new list as the last good copy."""
    data = result.data or b""
    run.copies.pop(result.name, None)
    run.copies[result.name] = FeedCopy(
        name=result.name,
        digest=raws.keep(data),
        size=len(data),
        items=rows.seen - rows.dead_count,
        at=run.now,
        etag=result.etag,
        modified=result.modified,
    )


def _hand_over_news(
    run: FeedRun,
    fetched: FetchedLists,
    rows: FilteredList,
    hits: Sequence[ListHit],
    prefixes: Sequence[ListHit],
) -> tuple[FeedState, tuple[FeedItem, ...]]:
    """Hand over the new items, or hold them back for a person when they are too many."""
    context, feed, before = run.context, run.feed, run.lease.state
    known = feeds.items(feed.name, {hit.key(feed.name) for hit in (*hits, *prefixes)})
    news_items, wide = (
        news(feed.name, feed.feed, group, known, before, run.now) for group in (hits, prefixes)
    )
    chosen = context.settings.feeds
    assigned = stored.count_held(run.now)
    unknown = [hit for hit in news_items.new if hit.key(feed.name) not in known]
    share = feed.share or chosen.share
    flood = "" if run.accept else excess(unknown, assigned, share, chosen.least)
    count = 0
    if not flood:
        run.raws += hand_over.hand_over_hits(context, feed, news_items.new, news_items.back)
        count = len(news_items.new)
    run.raws += hand_over.hand_over_prefixes(context, feed, wide.new, wide.back)
    _record_fetch(run, count + len(wide.new), rows)
    state = state_after_reading(run, fetched, rows, flood)
    samples = [hit.item.text for hit in news_items.new] if flood else run.odd
    items = _items(news_items, wide, feed.name, held_back=bool(flood))
    return with_alarm(run, replace(state, told=before.told + count), samples), items


def _items(
    news_items: ListNews, wide: ListNews, name: str, *, held_back: bool
) -> tuple[FeedItem, ...]:
    """Items to keep; those held back are left out, so that the next fetch finds them new."""
    held = {hit.key(name) for hit in news_items.new} if held_back else set()
    return tuple(item for item in (*news_items.items, *wide.items) if item.key not in held)


def _record_fetch(run: FeedRun, count: int, rows: FilteredList) -> None:
    """An entry, where the fetch handed anything over."""
    if not count:
        return
    who = Actor(kind=ActorKind.PERSON, id=run.accept) if run.accept else SYSTEM
    lists = {copy.name: copy.digest for copy in run.copies.values() if copy.at == run.now}
    payload = {
        "feed": run.feed.name,
        "maker": run.feed.feed.maker,
        "told": count,
        "seen": rows.seen,
        "lists": lists,
        "raws": run.raws,
    }
    record(run.context, entry(run.context, EntryType.FEED_FETCHED, who, payload))
