"""The state of each feed, for the command line and the page."""

from aupkeep.app.context import AppContext
from aupkeep.app.feeds.subscriptions import enabled, feed_names, subscription
from aupkeep.app.pages.feeds.page import FeedCopySummary, FeedStatus
from aupkeep.model.errors import AupkeepError, Missing
from aupkeep.model.feed import FeedOutcome, FeedState
from aupkeep.store import feeds, raws

NEVER = "never"
WORDS = {
    None: "not fetched yet",
    FeedOutcome.READ: "read",
    FeedOutcome.SAME: "unchanged",
    FeedOutcome.FAILED: "failed",
    FeedOutcome.ODD: "another form",
    FeedOutcome.FLOOD: "too much",
    FeedOutcome.LACKING: "not set up",
}
TROUBLES = (FeedOutcome.FAILED, FeedOutcome.ODD, FeedOutcome.FLOOD, FeedOutcome.LACKING)
LISTED = 20  # items about us on the page


def feed_rows(context: AppContext) -> list[FeedStatus]:
    """Every feed there is, those that are on first."""
    states = feeds.states()
    rows = [
        _row(context, name, states.get(name, FeedState(name=name))) for name in feed_names(context)
    ]
    return sorted(rows, key=lambda row: (not row.on, row.name))


def one_feed(context: AppContext, name: str) -> FeedStatus:
    """One feed, with what it lists about us."""
    return _row(context, name, feeds.state(name), items=True)


def _row(context: AppContext, name: str, state: FeedState, *, items: bool = False) -> FeedStatus:
    trouble, title, terms, every = "", name, "", 0
    try:
        subscribed = subscription(context, name)
        title, terms, every = subscribed.feed.title, subscribed.feed.terms, subscribed.every
    except AupkeepError as error:
        trouble = str(error)
    on = enabled(context, name)
    return FeedStatus(
        name=name,
        title=title,
        terms=terms,
        every=every,
        on=on,
        outcome=WORDS[state.outcome],
        trouble=trouble or (state.error if state.outcome in TROUBLES else ""),
        remark=state.error if state.outcome not in TROUBLES else "",
        alarm=state.alarm.partition(": ")[2],
        alarm_at=state.alarm_at,
        tried_at=state.tried_at,
        good_at=state.good_at,
        due_at=state.due_at if on else None,
        failures=state.failures,
        seen=state.seen,
        foreign=state.foreign,
        dead=state.dead,
        ours=state.ours,
        told=state.told,
        copies=tuple(
            FeedCopySummary(name=copy.name, size=copy.size, items=copy.items, at=copy.at)
            for copy in state.copies[-LISTED:]
        ),
        listed=tuple(item.shown for item in feeds.listed(name, LISTED)) if items else (),
    )


def last_copy(name: str, part: str = "") -> bytes:
    """The last good copy of a list, the newest where none is named. Raises `Missing`, `Broken`."""
    copies = feeds.state(name).copies
    wanted = [copy for copy in copies if part in ("", copy.name)]
    if not wanted:
        names = ", ".join(copy.name for copy in copies)
        known = f"expected one of {names}, found {part[:60]!r}" if names else "none is kept yet"
        raise Missing(f"copy of {name}: {known}")
    return raws.read(wanted[-1].digest)
