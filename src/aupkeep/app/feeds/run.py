"""One fetch of one feed, from the lease to what became of it; each ends in a stated outcome."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.feeds import hand_over
from aupkeep.app.feeds.fetch_lists import (
    ANSWERS,
    Fetched,
    Gathered,
    Hands,
    Lacking,
    as_given,
    fetch_lists,
)
from aupkeep.app.feeds.hosted_names import at_home
from aupkeep.app.feeds.subscriptions import subscription
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.acceptance import (
    PATIENCE,
    ListNews,
    excess,
    format_change,
    news,
    next_wait,
)
from aupkeep.intake.feed_client.filter import FilteredList, ListHit
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Broken, Conflict, Missing, Unreadable
from aupkeep.model.feed import FeedCopy, FeedItem, FeedOutcome, FeedState
from aupkeep.store import feeds, raws
from aupkeep.store import inventory as stored
from aupkeep.store.feeds import FeedLease

# What a defect of a plugin can raise: the feed then fails in words, the others go on.
FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
          OSError, AssertionError)  # fmt: skip
SPARE = 300.0  # seconds a lease lasts beyond the time a fetch may take
NO_SPACE = "no space of ours is declared, so nothing can be about us: aupkeep inventory own add"
LACKING_WAIT = 300.0  # seconds; looking again costs nothing
MOST_COPIES = 400  # lists of one feed that are kept


@dataclass(frozen=True, slots=True)
class Fetch:
    """How a feed stands after a fetch, and the raws that were received."""

    state: FeedState
    raws: tuple[str, ...]


@dataclass(slots=True)
class Run:
    """One fetch under way; `accept` is the person who takes what waits for one, "" = nobody."""

    context: AppContext
    one: Subscription
    lease: FeedLease
    hands: Hands
    accept: str = ""
    now: datetime = field(init=False)
    ours: OwnPrefixes = field(init=False)
    space: str = field(init=False)
    copies: dict[str, FeedCopy] = field(init=False)
    odd: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Load own space."""
        prefixes = sorted({one.prefix for one in stored.own_space()}, key=str)
        self.now = self.context.now()
        self.ours = OwnPrefixes(prefixes)
        self.space = hashlib.sha256(" ".join(map(str, prefixes)).encode()).hexdigest()[:16]
        self.copies = {copy.name: copy for copy in self.lease.state.copies}

    def sift(self, copy: FetchedList) -> FilteredList:
        """A list read in a box. Raises `Unreadable`."""
        settings = self.context.settings
        schema = schema_file(self.context.home, settings)
        names = settings.feeds.resolve
        return self.hands.sift(self.one, copy, self.ours, names=names, schema=schema)


def run_feed(
    context: AppContext,
    name: str,
    hands: Hands,
    *,
    worker: str,
    early: bool = False,
    accept: str = "",
    given: Sequence[tuple[str, bytes]] = (),
) -> Fetch | None:
    """Fetch one feed, or read the lists that are `given`; None when not due, or another has it.

    Raises `Missing`, `Invalid` for a feed that cannot be, `Conflict` when the lease was lost and
    `Unavailable` when the storage does not take it: then it is due again once the lease runs out.
    """
    one = subscription(context, name)
    seconds = one.feed.limits.seconds
    lease = feeds.lease(
        name, context.now(), seconds=seconds + SPARE, worker=worker, early=early or bool(accept)
    )
    if lease is None:
        return None
    run = Run(context, one, lease, hands, accept)
    try:
        if given:
            gathered = as_given(lease.state, given)
        else:
            gathered = fetch_lists(
                context, one, lease.state, run.ours, hands, time.monotonic() + seconds
            )
        state, items = _take(run, gathered)
    except Lacking as error:
        state, items = _lacking(run, error), ()
    except AupkeepError as error:
        if isinstance(error, Conflict):
            raise
        state, items = _failed(run, str(error), getattr(error, "wait", 0.0)), ()
    except FAULTS as error:
        state, items = _failed(run, f"its reader failed: {error!r}"), ()
    except BaseException:  # we are told to end: let the next one have it at once
        feeds.let_go(lease)
        raise
    feeds.finish(lease, state, items)
    return Fetch(state, tuple(run.raws))


def _take(run: Run, gathered: Gathered) -> tuple[FeedState, tuple[FeedItem, ...]]:
    """Read what came, tell what is new, and say how the feed stands now."""
    before = run.lease.state
    run.errors += [each.error for each in gathered.lists if each.error]
    fresh = any(_is_new(each) for each in gathered.lists)
    if not (fresh or run.accept or before.space != run.space):
        return _same(run, gathered), ()
    found = FilteredList()
    for each in gathered.lists:
        found.add(_read(run, each))
    nothing = run.errors or (found.remarks if not _answered(gathered) else [])
    if nothing and not found.seen:
        raise Unreadable("; ".join(nothing)[:400])
    if run.one.feed.of_others:
        return _told(run, gathered, found, (), ())
    hits = [*found.ours, *_at_home(run, gathered, found)]
    wide = [ListHit(item) for item, _ in found.wide]
    return _told(run, gathered, found, hits, wide)


def _at_home(run: Run, gathered: Gathered, found: FilteredList) -> list[ListHit]:
    """Listed names that live with us, where the operator lets us look them up."""
    lookup = run.hands.lookup
    if not (run.context.settings.feeds.resolve and found.named and lookup):
        return []
    old: set[str] = set()
    for each in gathered.lists:
        if each.before is not None and not run.accept:
            was = run.sift(_kept(each.name, each.before))
            old.update(hit.host for hit in was.named if hit.host)
    return at_home(found.named, old, run.ours, lookup, run.hands.stop)


def _answered(gathered: Gathered) -> bool:
    """Whether any question to the DNS had an answer that says something."""
    data = [each.data or b"" for each in gathered.lists]
    return any(word in one for one in data for word in (b" clean\n", b" listed "))


def _is_new(each: Fetched) -> bool:
    if each.data is None:
        return False
    digest = hashlib.sha256(each.data).hexdigest()
    return each.before is None or each.before.digest != digest or each.name == ANSWERS


def _read(run: Run, each: Fetched) -> FilteredList:
    """One list sifted: the new one where it is the list we know, else the copy that is kept."""
    if each.data is not None:
        try:
            found = run.sift(FetchedList(each.name, each.data))
            why = "" if run.accept else _changed(run, each, found)
            if not why:
                _keep(run, each, found)
                return found
            run.odd.append(f"{each.name}: {why}")
        except Unreadable as error:
            run.errors.append(f"{each.name}: {error}")
    if each.before is None:
        return FilteredList()
    kept = _kept(each.name, each.before)
    if not kept.data:
        run.copies.pop(each.name, None)  # fetched whole the next time
    return run.sift(kept)


def _kept(name: str, before: FeedCopy) -> FetchedList:
    """The last good copy; an empty one where its bytes are lost."""
    try:
        return FetchedList(name, raws.read(before.digest))
    except (Missing, Broken):
        return FetchedList(name, b"")


def _changed(run: Run, each: Fetched, found: FilteredList) -> str:
    if run.one.feed.questions is not None:
        return ""
    before = each.before.items if each.before else 0
    if run.one.feed.of_others and before and found.seen == found.dead_count:
        return f"expected rows, as the {before} of the last good copy, found none"
    return format_change(before, found)


def _keep(run: Run, each: Fetched, found: FilteredList) -> None:
    """The new list is the last good copy from now on."""
    data = each.data or b""
    run.copies.pop(each.name, None)
    run.copies[each.name] = FeedCopy(
        name=each.name,
        digest=raws.keep(data),
        size=len(data),
        items=found.seen - found.dead_count,
        at=run.now,
        etag=each.etag,
        modified=each.modified,
    )


def _told(
    run: Run,
    gathered: Gathered,
    found: FilteredList,
    hits: Sequence[ListHit],
    prefixes: Sequence[ListHit],
) -> tuple[FeedState, tuple[FeedItem, ...]]:
    """Tell the items that are news, or hold them back for a person when they are too many."""
    context, one, before = run.context, run.one, run.lease.state
    known = feeds.items(one.name, {hit.key(one.name) for hit in (*hits, *prefixes)})
    said, wide = (
        news(one.name, one.feed, group, known, before, run.now) for group in (hits, prefixes)
    )
    chosen = context.settings.feeds
    assigned = stored.count_live(run.now)
    unknown = [hit for hit in said.told if hit.key(one.name) not in known]
    share = one.share or chosen.share
    flood = "" if run.accept else excess(unknown, assigned, share, chosen.least)
    told = 0
    if not flood:
        run.raws += hand_over.tell_hits(context, one, said.told, said.back)
        told = len(said.told)
    run.raws += hand_over.tell_wide(context, one, wide.told, wide.back)
    _note(run, told + len(wide.told), found)
    state = _standing(run, gathered, found, flood)
    rows = [hit.item.text for hit in said.told] if flood else run.odd
    items = _items(said, wide, one.name, held_back=bool(flood))
    return _alarmed(run, replace(state, told=before.told + told), rows), items


def _items(said: ListNews, wide: ListNews, name: str, *, held_back: bool) -> tuple[FeedItem, ...]:
    """What is kept of the items: those held back are as if never seen, so that they are news."""
    held = {hit.key(name) for hit in said.told} if held_back else set()
    return tuple(item for item in (*said.items, *wide.items) if item.key not in held)


def _note(run: Run, told: int, found: FilteredList) -> None:
    """An entry, where the fetch changed something at the desk."""
    if not told:
        return
    who = Actor(kind=ActorKind.PERSON, id=run.accept) if run.accept else SYSTEM
    lists = {copy.name: copy.digest for copy in run.copies.values() if copy.at == run.now}
    payload = {
        "feed": run.one.name,
        "maker": run.one.feed.maker,
        "told": told,
        "seen": found.seen,
        "lists": lists,
        "raws": run.raws,
    }
    record(run.context, entry(run.context, EntryType.FEED_FETCHED, who, payload))


def _standing(run: Run, gathered: Gathered, found: FilteredList, flood: str) -> FeedState:
    """How the feed stands after its lists were read."""
    outcome = FeedOutcome.READ
    nothing = [] if run.ours.prefixes else [NO_SPACE]
    words = "; ".join([*run.errors, *nothing, *found.remarks])
    if run.errors:
        outcome = FeedOutcome.FAILED
    if run.odd:
        outcome, words = FeedOutcome.ODD, "; ".join(run.odd)
    if flood:
        outcome, words = FeedOutcome.FLOOD, flood
    state = _after(run, outcome, words, wait=max((each.wait for each in gathered.lists), default=0))
    return replace(
        state,
        good_at=run.now,
        read_at=run.now,
        space="" if flood else run.space,  # what waits for a person is read again each time
        seen=found.seen,
        foreign=found.foreign,
        dead=found.dead_count,
        ours=len(found.ours) + len(found.wide),
        cursor=gathered.cursor,
        copies=tuple(run.copies.values())[-MOST_COPIES:],
    )


def _same(run: Run, gathered: Gathered) -> FeedState:
    """Nothing changed; the copies keep what the server calls them now."""
    outcome = FeedOutcome.FAILED if run.errors else FeedOutcome.SAME
    wait = max((each.wait for each in gathered.lists), default=0)
    state = _after(run, outcome, "; ".join(run.errors), wait=wait)
    return _alarmed(run, replace(state, good_at=run.now), ())


def _failed(run: Run, words: str, wait: float = 0.0) -> FeedState:
    """Nothing usable came: later again, the copies stay."""
    state = _after(run, FeedOutcome.FAILED, words, wait=wait)
    return _alarmed(run, state, ())


def _lacking(run: Run, error: AupkeepError) -> FeedState:
    """It cannot run as it is set up; a person mends the settings, trying often does not."""
    soon = run.context.now() + timedelta(seconds=LACKING_WAIT)
    return replace(_after(run, FeedOutcome.LACKING, str(error)), failures=0, due_at=soon)


def _after(run: Run, outcome: FeedOutcome, words: str, *, wait: float = 0.0) -> FeedState:
    """The state with the outcome and when it is tried next."""
    before = run.lease.state
    failures = before.failures + 1 if outcome is FeedOutcome.FAILED else 0
    noise = int.from_bytes(run.context.noise(2), "big") / 65535
    seconds = min(next_wait(run.one.every, failures, noise, wait), max(run.one.every, wait))
    return replace(
        before,
        outcome=outcome,
        error=words[:500],
        failures=failures,
        tried_at=run.now,
        due_at=run.context.now() + timedelta(seconds=seconds if failures else max(seconds, wait)),
    )


def _alarmed(run: Run, state: FeedState, rows: Sequence[str]) -> FeedState:
    """Tell a person once for each trouble; what is well again ends the alarm."""
    trouble = state.outcome in (FeedOutcome.ODD, FeedOutcome.FLOOD)
    if not trouble and state.failures < PATIENCE:
        over = state.outcome in (FeedOutcome.READ, FeedOutcome.SAME)
        return replace(state, alarm="", alarm_at=None) if over else state
    kind = f"{state.outcome}: "
    if state.alarm.startswith(kind):
        return state
    shown = state.error if trouble else f"{state.failures} times in a row: {state.error}"
    run.raws.append(hand_over.alarm(run.context, run.one.name, run.one.feed.title, shown, rows))
    return replace(state, alarm=f"{kind}{shown}", alarm_at=run.now)
