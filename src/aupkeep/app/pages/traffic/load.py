"""The traffic picture of a case: before, during and after, from the history of flows.

Only a case in which one of our own detectors is a witness has one, or one whose complaint somebody
compared with our own records. The history is asked three
questions, each bounded in time; when it cannot answer, or no longer knows, the page says so in
words, and what the findings themselves rest on is shown all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.notifying.evidence_lines import ended_at
from aupkeep.app.pages.labels import TITLES
from aupkeep.app.pages.traffic.exhibits import exhibits_of
from aupkeep.app.pages.traffic.page import (
    PhaseSummary,
    TrafficMark,
    TrafficPhase,
    TrafficPicture,
    TrafficShare,
    TrafficStep,
)
from aupkeep.app.pages.traffic.sampling import chance_of, sampling_of, spoof_of
from aupkeep.app.telemetry.collector import state_files
from aupkeep.model.action import Action
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import TooMany
from aupkeep.model.origin import OriginChannel
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.store.log import Logged
from aupkeep.telemetry.history.history import (
    FlowDirection,
    FlowHistory,
    TotalsBy,
    TrafficPoint,
    TrafficTotal,
)

MOST_STEPS = 120
LENGTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)
LEAD = (timedelta(minutes=1), timedelta(hours=1))  # shown before and after, at least and at most
ROWS = 8  # peers and services shown
PATIENCE = 5.0  # seconds for one question: a page must come
BITS = 8
ENDS = {
    EntryType.ACTION_LIFTED: "lifted",
    EntryType.ACTION_EXPIRED: "over",
    EntryType.ACTION_FAILED: "gone",
}
NONE_KEPT = "This install keeps no flows, so there is no picture of the time around."
OVER = "Flows are kept for {days} days; those of that time are no longer there."
NOTHING = "No flow of this address is on record in that time."
SLOW = "The history of flows could not answer in time. The page can be loaded again."
UNREADABLE = "The history of flows could not be read; its disk or its rights want a look."
SEEN = "in the time that the findings name"
BEHIND = "Counted where the exporter stands: what a measure stops behind it is still in here."


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInterval:
    """How long one measure stood, as it was read back; `end` None: it still stands."""

    title: str
    start: datetime
    end: datetime | None
    ended: str = ""


def picture_of(
    context: AppContext,
    about: CaseContext,
    case_actions: Sequence[Action],
    logged: Sequence[Logged],
    history: FlowHistory | None = None,
) -> TrafficPicture | None:
    """The picture, None where our own flows were no witness. `history` None: this install's."""
    checked = any(line.entry.type is EntryType.CLAIM_CHECKED for line in logged)
    claims = [claim for claim in about.claims if checked or _is_our_detectors(claim)]
    if not claims:
        return None
    address = max(claims, key=lambda claim: (claim.at, claim.id)).finding.subject.address
    if address is None:
        return None
    intervals = _stood(case_actions, logged)
    now = context.now()
    start, end, seconds = _span(claims, intervals, now)
    exhibits = exhibits_of(about.case.reference, claims)
    picture = TrafficPicture(
        address=address,
        start=start,
        end=end,
        seconds=seconds,
        into=about.case.kind.startswith(PROTECTION),
        marks=_marks(claims, intervals),
        exhibits=exhibits,
        sampling=sampling_of(context.home, exhibits),
        chance=chance_of(claims),
        spoof=spoof_of(logged),
    )
    flow_history = history or _history(context)
    middle = _middle(claims, intervals, now, timedelta(seconds=seconds / 2))
    return _drawn(picture, flow_history, middle, bool(intervals), _why(context, end))


def _is_our_detectors(claim: Claim) -> bool:
    return claim.finding.source.channel is OriginChannel.DETECTOR


def _history(context: AppContext) -> FlowHistory | None:
    """This install's history, None where no flow was ever kept."""
    from aupkeep.telemetry.history.parquet import ParquetHistory

    folder = state_files.archive_folder(context.home, context.settings)
    return ParquetHistory(folder, patience=PATIENCE) if folder.is_dir() else None


def _why(context: AppContext, end: datetime) -> str:
    """Why there may be nothing: too long ago, or nothing was seen."""
    days = context.settings.flows.retention_days
    return OVER.format(days=days) if context.now() - end > timedelta(days=days) else NOTHING


def _drawn(
    picture: TrafficPicture,
    history: FlowHistory | None,
    middle: tuple[datetime, datetime],
    limited: bool,  # noqa: FBT001 - whether a measure is what lies in the middle
    why: str,
) -> TrafficPicture:
    """The picture with what the history says, or with the words for why it says nothing."""
    import duckdb

    if history is None:
        return replace(picture, empty=NONE_KEPT)
    since, until = _ms(picture.start), _ms(picture.end)
    try:
        points = history.series(picture.address, since, until, picture.seconds * 1000)
        if not any(point.flows_out or point.flows_in for point in points):
            return replace(picture, empty=why)
        way = FlowDirection.IN if picture.into else FlowDirection.OUT
        peers, ports = (
            history.top(what, since, until, address=picture.address, way=way, count=ROWS)
            for what in (TotalsBy.PEERS, TotalsBy.PORTS)
        )
    except TooMany:
        return replace(picture, empty=SLOW)
    except (OSError, duckdb.Error):  # the page must come, whatever ails the disk
        return replace(picture, empty=UNREADABLE)
    steps = tuple(_step(point, middle, picture.seconds) for point in points)
    stretches = tuple(_stretches(steps, picture))
    return replace(
        picture,
        steps=steps,
        stretches=stretches,
        says=_says(picture, stretches, limited=limited),
        during="while the measure stood" if limited else SEEN,
        peers=_shares(peers),
        ports=_shares(ports),
        limits=(BEHIND,) if limited else (),
    )


def _stood(case_actions: Iterable[Action], logged: Iterable[Logged]) -> list[MeasureInterval]:
    """Each measure from its read-back to its end, by the journal."""
    started: dict[str, datetime] = {}
    ended: dict[str, tuple[datetime, str]] = {}
    for logged_entry in logged:
        action_id = str(logged_entry.entry.payload.get("action", ""))
        if logged_entry.entry.type is EntryType.ACTION_APPLIED:
            started.setdefault(action_id, logged_entry.entry.at)
        elif logged_entry.entry.type in ENDS:
            ended[action_id] = (logged_entry.entry.at, ENDS[logged_entry.entry.type])
    return [
        MeasureInterval(title=TITLES[action.measure], start=started[action.id], end=end, ended=word)
        for action in case_actions
        if action.id in started
        for end, word in [ended.get(action.id, (None, ""))]
    ]


def _middle(
    claims: Sequence[Claim], intervals: Sequence[MeasureInterval], now: datetime, half: timedelta
) -> tuple[datetime, datetime]:
    """What lies between before and after: the measures, else the event.

    A step is where its middle is. An event may be shorter than a step: half a step on both sides
    takes in each one that it touches. After a measure that still stands there is nothing yet.
    """
    if intervals:
        return min(interval.start for interval in intervals), max(
            interval.end or now + LEAD[1] for interval in intervals
        )
    return min(claim.at for claim in claims) - half, max(ended_at(claim) for claim in claims) + half


def _span(
    claims: Sequence[Claim], intervals: Sequence[MeasureInterval], now: datetime
) -> tuple[datetime, datetime, int]:
    """From when to when, in steps of how many seconds; whole steps, never beyond now."""
    first = min(claim.at for claim in claims)
    last = max(
        [ended_at(claim) for claim in claims] + [interval.end or now for interval in intervals]
    )
    lead = min(max(last - first, LEAD[0]), LEAD[1])
    start, end = first - lead, max(min(last + lead, now), first + LEAD[0])
    length = (end - start).total_seconds()
    seconds = next(
        (seconds_long for seconds_long in LENGTHS if length / seconds_long <= MOST_STEPS),
        LENGTHS[-1],
    )
    begin = int(start.timestamp()) // seconds * seconds
    count = min(-(-(int(end.timestamp()) - begin) // seconds), MOST_STEPS + 1)
    start = datetime.fromtimestamp(begin, UTC)
    return start, start + timedelta(seconds=seconds * max(count, 1)), seconds


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _step(point: TrafficPoint, middle: tuple[datetime, datetime], seconds: int) -> TrafficStep:
    at = datetime.fromtimestamp(point.at / 1000, UTC)
    centre = at + timedelta(seconds=seconds / 2)
    phase = TrafficPhase.DURING if centre >= middle[0] else TrafficPhase.BEFORE
    return TrafficStep(
        at=at,
        phase=TrafficPhase.AFTER if centre >= middle[1] else phase,
        packets_out=round(point.packets_out),
        packets_in=round(point.packets_in),
        bytes_out=round(point.bytes_out),
        bytes_in=round(point.bytes_in),
    )


def _stretches(steps: Sequence[TrafficStep], picture: TrafficPicture) -> Iterable[PhaseSummary]:
    """Each phase that has a step, summed up."""
    for phase in TrafficPhase:
        inside = [step for step in steps if step.phase is phase]
        if not inside:
            continue
        length = len(inside) * picture.seconds
        packets = [step.packets_out for step in inside]
        back = [step.packets_in for step in inside]
        octets = sum(step.bytes_in if picture.into else step.bytes_out for step in inside)
        if picture.into:
            packets, back = back, packets
        yield PhaseSummary(
            phase=phase,
            start=inside[0].at,
            end=inside[-1].at + timedelta(seconds=picture.seconds),
            mean=sum(packets) / length,
            peak=max(packets) / picture.seconds,
            bits=octets * BITS / length,
            mean_back=sum(back) / length,
        )


def _says(picture: TrafficPicture, stretches: Sequence[PhaseSummary], *, limited: bool) -> str:
    """The picture in one sentence."""
    words = {
        TrafficPhase.BEFORE: "before the measure" if limited else "before",
        TrafficPhase.DURING: "while it stood" if limited else SEEN,
        TrafficPhase.AFTER: "afterwards",
    }
    parts = [f"{summary.peak:,.0f} {words[summary.phase]}" for summary in stretches]
    joined = f"{', '.join(parts[:-1])} and {parts[-1]}" if parts[1:] else "".join(parts)
    verb = "received" if picture.into else "sent"
    return f"The most packets a second that {picture.address} {verb}: {joined}."


def _marks(
    claims: Sequence[Claim], intervals: Sequence[MeasureInterval]
) -> tuple[TrafficMark, ...]:
    """What each detector saw first, and when each measure came and went."""
    first: dict[str, datetime] = {}
    for claim in sorted(claims, key=lambda item: item.at):
        known = claim.finding.source.identity
        first.setdefault(
            f"seen by the detector {known}" if _is_our_detectors(claim) else "reported", claim.at
        )
    marks = [TrafficMark(at=at, words=words) for words, at in first.items()]
    for interval in intervals:
        marks.append(TrafficMark(at=interval.start, words=f"{interval.title}: read back"))
        if interval.end:
            marks.append(
                TrafficMark(
                    at=interval.end,
                    words=f"{interval.title}: {interval.ended}",
                )
            )
    return tuple(sorted(marks, key=lambda item: item.at))


def _shares(totals: Iterable[TrafficTotal]) -> tuple[TrafficShare, ...]:
    return tuple(
        TrafficShare(name=total.key, flows=total.flows, packets=total.packets, bytes=total.bytes)
        for total in totals
    )
