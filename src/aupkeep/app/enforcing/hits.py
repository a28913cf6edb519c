"""What a measure was to hit, by the day before it began, and what it hit: how far off that was.

    aupkeep enforcement hits ACTION

Of the kept flows at its address those count that the measure stops (`matching.stops`). Where it
stands its system's own counter says what was stopped, in the time for which its agent says that
nothing is missing: what is expected is that of the same time. Which of our other customers were at
the other end is said for both times, so that one whom nobody foresaw stands out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.effect import ends_of
from aupkeep.app.enforcing.standing import subject_of
from aupkeep.app.inventory.current import CurrentHolders
from aupkeep.app.telemetry.questions.flows import Span, flows_of
from aupkeep.enforcement.matching import stops
from aupkeep.model.action import MOVING, Action
from aupkeep.model.counted import counted
from aupkeep.model.errors import Missing, TooMany
from aupkeep.model.holding import Held
from aupkeep.model.ladder import INTERCEPTING, STOPPING, Measure
from aupkeep.model.moments import show_moment
from aupkeep.model.subject import Address, Subject
from aupkeep.store import actions, agent_heard
from aupkeep.telemetry.history.history import PATIENCE

DAY = timedelta(days=1)
MOST = 5_000  # flows read of one span, the oldest
MOST_PEERS = 20  # whose holder is asked for, the largest
SOON = timedelta(minutes=1)  # from the beginning of a measure until it stands
UNKNOWN = "not known: no flow record tells"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHit:
    """Another customer of ours at the other end, and the packets that went between."""

    customer: str
    packets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HitTraffic:
    """What flows show of what the measure stops, both ways, sampling multiplied out where known.

    `whole` is False where there were more flows than are read at once; `customers` are by id.
    """

    packets: int
    bytes: int
    peers: int
    customers: tuple[CustomerHit, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureHits:
    """One action: `said` by the day before it began, `seen` by flows since, of a day at most.

    None is what nobody knows. `stopped` are packets that its system counted from `counted_since`
    to when its agent was last heard, `expected` how many that would be by the day before, and
    `error` how far the one is from the other: -0.4 for two fifths less. Without the beginning
    neither is told. `unforeseen` are customers whom `seen` has and `said` has not.
    """

    action: str
    measure: Measure
    subject: str
    since: datetime
    hours: float
    said: HitTraffic | None
    seen: HitTraffic | None
    stopped: int | None
    counted_since: datetime | None
    expected: int | None
    error: float | None
    unforeseen: tuple[str, ...]

    @property
    def counted_late(self) -> bool:
        """Whether nobody knows what it stopped at first."""
        return self.counted_since is not None and self.counted_since - self.since > SOON

    @property
    def off(self) -> str:
        """The error in per cent with its sign, "" where it is not known."""
        return "" if self.error is None else f"{self.error:+.0%}"


def hits_of(context: AppContext, action_id: str, patience: float = PATIENCE) -> MeasureHits:
    """What is known after at most twice so many seconds. Raises `Missing` for an unknown action."""
    action = actions.known(action_id)
    now = context.now()
    over = action.changed_at if action.state not in MOVING else None
    end = max(action.starts, min(now, action.until, over or now))
    said = _traffic(context, action, (action.starts - DAY, action.starts), patience)
    seen = _traffic(context, action, (max(action.starts, end - DAY), end), patience)
    counted = over is None and action.measure not in INTERCEPTING  # that takes a look
    report = agent_heard.by_target().get(action.target) if counted else None
    stopped = report.packets.get(action.id) if report else None
    since = report.counted_since.get(action.id) if report and stopped is not None else None
    days = (report.at - since) / DAY if report and since else 0
    expected = round(said.packets * days) if said and said.whole and since and days > 0 else None
    return MeasureHits(
        action=action.id,
        measure=action.measure,
        subject=subject_of(action),
        since=action.starts,
        hours=round((end - action.starts) / timedelta(hours=1), 1),
        said=said,
        seen=seen,
        stopped=stopped,
        counted_since=since,
        expected=expected,
        error=round(stopped / expected - 1, 2) if expected and stopped is not None else None,
        unforeseen=_unforeseen(said, seen),
    )


def _unforeseen(said: HitTraffic | None, seen: HitTraffic | None) -> tuple[str, ...]:
    """Customers whom only the later traffic has; none where the earlier one is not known whole."""
    if said is None or seen is None or not said.whole or said.peers > MOST_PEERS:
        return ()
    known = {hit.customer for hit in said.customers}
    return tuple(sorted({hit.customer for hit in seen.customers} - known))


def _traffic(context: AppContext, action: Action, span: Span, patience: float) -> HitTraffic | None:
    """None where flows are not kept, not readable, too many to be asked now, or cannot tell."""
    from duckdb import Error as HistoryError  # loaded where flows are asked for

    address = action.scope.address
    if address is None or action.measure not in STOPPING or span[0] >= span[1]:
        return None
    home, settings = context.home, context.settings
    try:
        kept = flows_of(home, settings, address, span, limit=MOST, patience=patience)
    except (Missing, TooMany, OSError, HistoryError):  # an undo must come, whatever ails the disk
        return None
    packets, size = Counter[Address](), 0
    for flow in kept.flows:
        ends = ends_of(flow)
        peer = ends.source if ends.destination == address else ends.destination
        if peer is not None and stops(action.measure, action.scope, ends):
            packets[peer] += (flow.packets or 0) * (flow.sampling or 1)
            size += (flow.bytes or 0) * (flow.sampling or 1)
    return HitTraffic(
        packets=packets.total(),
        bytes=size,
        peers=len(packets),
        customers=tuple(_others(context, action, packets)),
        whole=not kept.more,
    )


def _others(
    context: AppContext, action: Action, packets: Counter[Address]
) -> Iterable[CustomerHit]:
    """Whose of our addresses were at the other end, by who holds them now."""
    current = CurrentHolders(context, context.now(), ())
    by_customer = Counter[str]()
    for peer, count in packets.most_common(MOST_PEERS):
        held = current.of(Subject(address=peer))
        if isinstance(held, Held) and held.customer != action.scope.customer:
            by_customer[held.customer] += count
    return (CustomerHit(customer=name, packets=by_customer[name]) for name in sorted(by_customer))


def hits_lines(hits: MeasureHits) -> Iterable[str]:
    """The answer for a person."""
    since = show_moment(hits.since)
    yield f"{hits.measure} on {hits.subject}: {hits.hours:g} h since {since}"
    yield f"  the day before  {_words(hits.said)}"
    yield f"  flows since     {_words(hits.seen)}"
    stopped = "not counted" if hits.stopped is None else counted(hits.stopped, "packet")
    yield f"  stopped         {stopped}{counted_words(hits)}"
    if hits.expected is not None:
        off = f": {hits.off}" if hits.off else ""
        yield f"  expected        {hits.expected} in that time{off}"
    if hits.unforeseen:
        yield f"  not foreseen    {', '.join(hits.unforeseen)}"


def counted_words(hits: MeasureHits) -> str:
    """Since when it is counted, where that is not since it began."""
    if hits.stopped is None:
        return ""
    if hits.counted_since is None:
        return "; since when is unknown"
    return f"; unknown before {show_moment(hits.counted_since)}" if hits.counted_late else ""


def _words(traffic: HitTraffic | None) -> str:
    if traffic is None:
        return UNKNOWN
    least = "" if traffic.whole else "at least "
    others = ", ".join(f"{hit.customer} ({hit.packets} packets)" for hit in traffic.customers)
    said = f"{least}{traffic.packets} packets, {traffic.bytes} bytes, {traffic.peers} peers"
    return f"{said}; of our other customers {others or 'none'}"
