"""A fetch under way, and the state of its feed afterwards: outcome, counts, next try, alarm."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.feeds import hand_over
from aupkeep.app.feeds.download import FetchedLists, NetworkAccess
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.acceptance import PATIENCE, next_wait
from aupkeep.intake.feed_client.filter import FilteredList
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription
from aupkeep.model.errors import AupkeepError
from aupkeep.model.feed import FeedCopy, FeedOutcome, FeedState
from aupkeep.store import inventory as stored
from aupkeep.store.feeds import FeedLease

NO_SPACE = "no space of ours is declared, so nothing can be about us: aupkeep inventory own add"
LACKING_WAIT = 300.0  # seconds; looking again costs nothing
MOST_COPIES = 400  # lists of one feed that are kept


@dataclass(slots=True)
class FeedRun:
    """One fetch under way; `accept` is the person who accepts held-back rows, "" = nobody."""

    context: AppContext
    feed: Subscription
    lease: FeedLease
    network: NetworkAccess
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
        prefixes = sorted({space.prefix for space in stored.own_space()}, key=str)
        self.now = self.context.now()
        self.ours = OwnPrefixes(prefixes)
        self.space = hashlib.sha256(" ".join(map(str, prefixes)).encode()).hexdigest()[:16]
        self.copies = {copy.name: copy for copy in self.lease.state.copies}

    def filter_list(self, copy: FetchedList) -> FilteredList:
        """A list filtered by own prefixes in the feed worker. Raises `Unreadable`."""
        settings = self.context.settings
        schema = schema_file(self.context.home, settings)
        names = settings.feeds.resolve
        return self.network.filter_list(self.feed, copy, self.ours, names=names, schema=schema)


def state_after_reading(
    run: FeedRun, fetched: FetchedLists, rows: FilteredList, flood: str
) -> FeedState:
    """The state of the feed after its lists were read."""
    outcome = FeedOutcome.READ
    nothing = [] if run.ours.prefixes else [NO_SPACE]
    words = "; ".join([*run.errors, *nothing, *rows.remarks])
    if run.errors:
        outcome = FeedOutcome.FAILED
    if run.odd:
        outcome, words = FeedOutcome.ODD, "; ".join(run.odd)
    if flood:
        outcome, words = FeedOutcome.FLOOD, flood
    state = _next_state(
        run, outcome, words, wait=max((result.wait for result in fetched.lists), default=0)
    )
    return replace(
        state,
        good_at=run.now,
        read_at=run.now,
        space="" if flood else run.space,  # what waits for a person is read again each time
        seen=rows.seen,
        foreign=rows.foreign,
        dead=rows.dead_count,
        ours=len(rows.ours) + len(rows.wide),
        cursor=fetched.cursor,
        copies=tuple(run.copies.values())[-MOST_COPIES:],
    )


def unchanged_state(run: FeedRun, fetched: FetchedLists) -> FeedState:
    """The state after a fetch in which no list changed."""
    outcome = FeedOutcome.FAILED if run.errors else FeedOutcome.SAME
    wait = max((result.wait for result in fetched.lists), default=0)
    state = _next_state(run, outcome, "; ".join(run.errors), wait=wait)
    return with_alarm(run, replace(state, good_at=run.now), ())


def failed_state(run: FeedRun, words: str, wait: float = 0.0) -> FeedState:
    """The state after a fetch that brought nothing usable; the copies stay."""
    state = _next_state(run, FeedOutcome.FAILED, words, wait=wait)
    return with_alarm(run, state, ())


def lacking_state(run: FeedRun, error: AupkeepError) -> FeedState:
    """The state of a feed that cannot run as it is set up: a person corrects the settings."""
    soon = run.context.now() + timedelta(seconds=LACKING_WAIT)
    return replace(_next_state(run, FeedOutcome.LACKING, str(error)), failures=0, due_at=soon)


def _next_state(run: FeedRun, outcome: FeedOutcome, words: str, *, wait: float = 0.0) -> FeedState:
    """The state with the outcome and when it is tried next."""
    before = run.lease.state
    failures = before.failures + 1 if outcome is FeedOutcome.FAILED else 0
    noise = int.from_bytes(run.context.noise(2), "big") / 65535
    seconds = min(next_wait(run.feed.every, failures, noise, wait), max(run.feed.every, wait))
    return replace(
        before,
        outcome=outcome,
        error=words[:500],
        failures=failures,
        tried_at=run.now,
        due_at=run.context.now() + timedelta(seconds=seconds if failures else max(seconds, wait)),
    )


def with_alarm(run: FeedRun, state: FeedState, rows: Sequence[str]) -> FeedState:
    """Alarm a person once for each trouble; a fetch that succeeds ends the alarm."""
    trouble = state.outcome in (FeedOutcome.ODD, FeedOutcome.FLOOD)
    if not trouble and state.failures < PATIENCE:
        over = state.outcome in (FeedOutcome.READ, FeedOutcome.SAME)
        return replace(state, alarm="", alarm_at=None) if over else state
    kind = f"{state.outcome}: "
    if state.alarm.startswith(kind):
        return state
    shown = state.error if trouble else f"{state.failures} times in a row: {state.error}"
    run.raws.append(
        hand_over.raise_alarm(run.context, run.feed.name, run.feed.feed.title, shown, rows)
    )
    return replace(state, alarm=f"{kind}{shown}", alarm_at=run.now)
