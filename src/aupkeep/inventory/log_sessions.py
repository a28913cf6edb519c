"""Who had what from when until when, from lines of a log that come twice, late, or never. Pure.

A session has a key, such as an Acct-Session-Id, and is about a prefix and its ports. Its lines say
that it began, lives or ended; in whatever order they come and however often, the answer is one.

A line's moment is as exact as its clocks: (earliest, latest). A session begins at the latest and
ends at the earliest moment that its lines allow, so what is on record is certainly so.

A session that ends without a line of its own has ended when it was last heard of: where another
one is on its ports, where its device began anew, or where all others were heard of for `silence`
and it was not. The time of silence is that of the log: a log that stands still ends nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from aupkeep.inventory.history import SLACK, HeldSpan, LateEnd, SourceHistory
from aupkeep.model.holding import Network

KEPT = timedelta(days=2)  # how long what has ended is remembered
BEGAN, LIVES, ENDED = "began", "lives", "ended"
Holders = Callable[
    ["LogSession", datetime, datetime | None], Iterable[tuple[str, str, datetime, datetime | None]]
]


class LogMoment(NamedTuple):
    """When something happened, as exactly as clocks and zones allow; both aware."""

    earliest: datetime
    latest: datetime


class LogPlace(NamedTuple):
    """A prefix and its ports."""

    prefix: Network
    port_from: int = 0
    port_to: int = 65535


@dataclass(slots=True, eq=False)
class LogSession:
    """One session at one place; `who` is what the log calls its holder.

    `began` None: before the log. `heard` is when it certainly lived for the last time, `before` the
    time before that.
    """

    place: LogPlace
    who: str
    device: str
    began: datetime | None
    heard: datetime
    ended: datetime | None = None
    before: datetime | None = None
    earlier: bool = False  # it may have begun before `began`
    is_quiet: bool = False

    def hear(self, at: datetime) -> None:
        """Take a sign of life."""
        if at > self.heard:
            self.before, self.heard = self.heard, at
        elif at < self.heard and at > (self.before or self.began or at):
            self.before = at
        self.is_quiet = False

    def lives_at(self, at: datetime) -> bool:
        """Whether the moment lies between its first and its last sign of life."""
        return self.began is not None and self.began < at < self.heard

    def shows_between(self, low: datetime, high: datetime) -> bool:
        """Whether a sign of life lies between two moments."""
        signs = (self.began, self.before, self.heard)
        return any(at is not None and low < at < high for at in signs)


@dataclass(slots=True)
class LogSessions:
    """The sessions of a log; `silence` None: they are not heard of between beginning and end.

    Without `numbers` a log has no word for a session but its place and holder: then two signs of
    life between which another was there are of two sessions.
    """

    silence: timedelta | None = None
    numbers: bool = True
    newest: datetime | None = None  # of all lines: the log's own now
    since: datetime | None = None  # of all lines the oldest
    _by_key: dict[tuple[object, ...], list[LogSession]] = field(default_factory=dict)
    _by_place: dict[LogPlace, list[LogSession]] = field(default_factory=lambda: defaultdict(list))
    _places: dict[Network, set[LogPlace]] = field(default_factory=lambda: defaultdict(set))
    _restarts: dict[str, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    _changed: set[Network] = field(default_factory=set)
    _quiet_told: bool = False

    def note(
        self,
        what: str,
        key: tuple[object, ...],
        place: LogPlace,
        who: str,
        at: LogMoment,
        *,
        device: str = "",
        began: datetime | None = None,
    ) -> None:
        """Take one line; `began` is when the session began, where the line says so."""
        self._saw(at)
        sessions = self._by_key.setdefault((*key, place, who), [])
        start = at.latest if what == BEGAN else began
        session = self._meant(sessions, start, at)
        if session is None:
            first = start if what == ENDED or start is not None else at.latest
            session = LogSession(place, who, device, first, at.earliest)
            session.earlier = start is None
            sessions.append(session)
            self._by_place[place].append(session)
            self._places[place.prefix].add(place)
        elif start is not None and (session.began is None or session.earlier):
            session.began, session.earlier = start, False
        if what == ENDED:
            session.ended = min(session.ended or at.earliest, at.earliest)
        session.hear(at.earliest)
        if not self.numbers:
            self._split(session, at.earliest)
        self._changed.add(place.prefix)

    def _split(self, session: LogSession, at: datetime) -> None:
        """Cut in two what another session's sign of life lies in the midst of."""
        others = [x for x in self._by_place[session.place] if x.who != session.who]
        for other in [x for x in others if x.lives_at(at)]:
            known = other.before is not None and other.before < at
            first, again = (other.before, other.heard) if known else (other.began, other.before)
            later = LogSession(
                other.place, other.who, other.device, again or other.heard, other.heard, other.ended
            )
            other.heard, other.before, other.ended = first or other.heard, None, None
            self._by_place[session.place].append(later)
            self._by_key[other.place, other.who].append(later)

    def _meant(
        self, sessions: Iterable[LogSession], start: datetime | None, at: LogMoment
    ) -> LogSession | None:
        """The session of a key that a line is about: of that beginning, else where it falls."""
        if start is not None:
            near = [x for x in sessions if x.began is not None and abs(x.began - start) <= SLACK]
            unknown = [x for x in sessions if x.earlier and self._reaches_back(x, start)]
            return next(iter([*near, *unknown]), None)
        within = [x for x in sessions if self._falls_into(x, at)]
        return max(within, key=lambda x: x.heard, default=None)

    def _reaches_back(self, session: LogSession, start: datetime) -> bool:
        """Whether a session that may have begun earlier may have done so then."""
        first = session.began or session.heard
        others = [x for x in self._by_place[session.place] if x.who != session.who]
        between = any(x.shows_between(start, first) for x in others)
        apart = self.silence is not None and first - start > self.silence
        return start <= session.heard and (self.numbers or not (between or apart))

    def _falls_into(self, session: LogSession, at: LogMoment) -> bool:
        """Whether a line without a beginning may be of this session."""
        begins = session.began is None or session.began <= at.latest
        ends = session.ended is None or at.earliest <= session.ended + SLACK
        if self.numbers or not (begins and ends):
            return begins and ends
        apart = self.silence is not None and at.earliest - session.heard > self.silence
        others = self._by_place[session.place]
        between = (x.shows_between(session.heard, at.earliest) for x in others)
        return not apart and not any(between)

    def left(self, key: tuple[object, ...], place: LogPlace, who: str, at: LogMoment) -> None:
        """A session has another place by now: it left this one when it was last heard of there."""
        for session in self._by_key.get((*key, place, who), ()):
            if session.ended is None and session.heard < at.earliest:
                session.ended = session.heard
                self._changed.add(place.prefix)

    def restarted(self, device: str, at: LogMoment) -> None:
        """A device began anew or ends: its sessions from before are over."""
        self._saw(at)
        self._restarts[device].add(at.latest)
        for sessions in self._by_key.values():
            self._changed.update(x.place.prefix for x in sessions if x.device == device)

    def history(self, holders: Holders, *, whole: bool = False) -> SourceHistory:
        """What changed since the last one that was taken; `whole`: of everything remembered.

        `holders` says whose a session is, in which times: (customer, resource, start, end).
        """
        self._forget()
        self._changed.update(self._silenced())
        quiet = None if self._quiet_told else self._quiet_before()
        about = set(self._places if whole or quiet is not None else self._changed)
        history = SourceHistory(
            about=about, since=self.since, quiet_before=quiet, newest=self.newest
        )
        for prefix in about:
            for session, end in self._settled(prefix):
                history.spans += _spans(session, end, holders)
            for session in self._of(prefix):
                if session.began is None:
                    history.ends += _late_ends(session, holders)

        def taken() -> None:
            self._changed -= about
            self._quiet_told = self._quiet_told or quiet is not None

        history.taken = taken
        return history

    def _saw(self, at: LogMoment) -> None:
        self.newest = max(self.newest or at.earliest, at.earliest)
        self.since = min(self.since or at.latest, at.latest)

    def _quiet_before(self) -> datetime | None:
        """All that lives was heard of since then; None where the log does not go back so far."""
        if self.silence is None or self.newest is None or self.since is None:
            return None
        before = self.newest - self.silence
        return before if before >= self.since else None

    def _silenced(self) -> Iterator[Network]:
        """The prefixes of what was not heard of for too long, each once."""
        for sessions in self._by_place.values():
            for session in sessions:
                if session.ended is None and not session.is_quiet and self._is_silent(session):
                    session.is_quiet = True
                    yield session.place.prefix

    def _is_silent(self, session: LogSession) -> bool:
        known = self.silence is not None and self.newest is not None
        return known and self.newest - session.heard > self.silence  # type: ignore[operator]

    def _of(self, prefix: Network) -> list[LogSession]:
        return [x for place in self._places.get(prefix, ()) for x in self._by_place[place]]

    def _settled(self, prefix: Network) -> Iterator[tuple[LogSession, datetime | None]]:
        """Each session of a prefix that began in the log, with its end."""
        sessions = self._of(prefix)
        began = [x for x in sessions if x.began is not None]
        for session in began:
            others = began if self.numbers else sessions
            yield session, session.ended or self._lost_end(session, others)

    def _lost_end(self, session: LogSession, others: Iterable[LogSession]) -> datetime | None:
        """When a session that was not told to end did so all the same; None: it lives."""
        if (
            self._is_silent(session)
            or any(session.heard < at for at in self._restarts.get(session.device, ()))
            or any(_follows(other, session) for other in others)
        ):
            return session.heard
        return None

    def _forget(self) -> None:
        """Drop what ended long ago and is on record."""
        if self.newest is None:
            return
        oldest = self.newest - KEPT
        if self.since is not None and self.since < oldest - KEPT:
            for key, sessions in list(self._by_key.items()):
                recent = [x for x in sessions if not self._is_past(x, oldest)]
                if recent:
                    self._by_key[key] = recent
                else:
                    del self._by_key[key]
            alive = {id(x) for sessions in self._by_key.values() for x in sessions}
            for place, known in list(self._by_place.items()):
                self._by_place[place] = [x for x in known if id(x) in alive]
                if not self._by_place[place]:
                    del self._by_place[place]
                    self._places[place.prefix].discard(place)
            for times in self._restarts.values():
                times.intersection_update({at for at in times if at >= oldest})
            self.since = oldest

    def _is_past(self, session: LogSession, oldest: datetime) -> bool:
        over = session.ended is not None or self.silence is not None
        return over and session.heard < oldest and session.place.prefix not in self._changed


def _follows(other: LogSession, session: LogSession) -> bool:
    """Whether another one is on the same ports and was heard of later."""
    return (
        other is not session
        and other.place.port_from <= session.place.port_to
        and session.place.port_from <= other.place.port_to
        and _signs(other) > _signs(session)
        and other.heard >= session.heard
    )


def _signs(session: LogSession) -> tuple[datetime, datetime]:
    """Its first and its last sign of life."""
    return session.began or session.heard, session.heard


def _spans(session: LogSession, end: datetime | None, holders: Holders) -> Iterator[HeldSpan]:
    if session.began is None or (end is not None and end <= session.began):
        return
    for customer, resource, low, high in holders(session, session.began, end):
        yield HeldSpan(
            prefix=session.place.prefix,
            port_from=session.place.port_from,
            port_to=session.place.port_to,
            customer=customer,
            resource=resource,
            start=low,
            end=high,
            earlier=session.earlier and low == session.began,
        )


def _late_ends(session: LogSession, holders: Holders) -> Iterator[LateEnd]:
    """The end of each holder that a session from before the log may be on record with."""
    at = session.ended
    if at is None:
        return
    for customer, resource, *_ in holders(session, at - timedelta(seconds=1), at):
        yield LateEnd(
            prefix=session.place.prefix,
            port_from=session.place.port_from,
            port_to=session.place.port_to,
            customer=customer,
            resource=resource,
            at=at,
        )
