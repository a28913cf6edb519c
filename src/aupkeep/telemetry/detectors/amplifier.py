"""Amplification sent from us: replies much larger than requests, many, to one host.

The host that gets them never asked; our machine is the tool. Where requests were seen, replies must
be several times as large, with all that sampling leaves open: a game's or a relay's own traffic has
few requests among few sampled packets now and then. Where exporters show one direction only, it is
told. A tunnel, a relay or a game may use such a port as well: who gets all at one port of his own,
or only a few times what he sent, may have asked. So may who reads names of a signed zone, a cache
or a game's rules, question after question from ever new ports: of those a person judges, unless the
answers are longer than anybody gets who asks.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import SessionGroup
from aupkeep.telemetry.detect.sampling_chance import enough_to_act, ratio, sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, EntryTag

READ = 161  # SNMP: whoever reads a large table gets the same, and asked for it
FEW = 10  # flows of replies, below which their requests may be told of only later
PAIRED = 3  # flows of replies that are enough when as many of requests were told of
SLOW = 10.0  # seconds over which a short burst is spread before it is a rate
PATIENCE = 50_000  # ms at most after which sampled requests that were not seen were not sampled
SURELY = 10  # bytes out for each byte in, below which a game or a relay sends as much
READ_FROM = frozenset({53, 69, 161, 3478, 5683, 11211, 27015, 27960})  # by who wants much of it
MOST_READ = 100  # bytes out for each byte in that such a reader gets: 4,096 for a short question


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peers that get many large replies from one service of ours."""
    for sessions in view.sessions(EntryTag.AMPLIFY, limits["replies"], "packets"):
        wanted = sampled_threshold(limits["replies"], sessions.seen.rate)
        place = sessions.seen.place
        if not _is_whole(sessions) and not view.waited("session", place, view.grace):
            continue
        factor = _factor(sessions, known=view.waited("session", place, min(view.grace, PATIENCE)))
        size = sessions.seen.bytes / max(sessions.seen.packets, 1)
        rate = sessions.seen.packets / max(sessions.span, SLOW)
        if sessions.seen.packets < wanted.seen * sessions.seen.rate or size < limits["size"]:
            continue
        if rate < limits["per_second"] or (factor is None and not view.blind):
            continue
        if factor is not None and factor < limits["factor"]:
            continue
        loud = rate >= limits["act_per_second"]
        yield view.hit(
            DETECTOR,
            sessions.seen,
            wanted,
            {
                "replies": round(sessions.seen.packets),
                "replies_per_second": round(rate),
                "mean_bytes": round(size),
                "times_the_requests": None if factor is None else round(factor, 1),
            },
            confidence=0.9 if loud and factor is not None else 0.6,
            cap=_cap(sessions, factor, loud),
            answers=IN,
            peer=sessions.seen.peer,
            port=sessions.seen.port,
            transport="udp",
        )


def _is_whole(session: SessionGroup) -> bool:
    """Whether no requests are to come that belong to replies that were told of."""
    return session.count >= FEW or session.answers >= session.count >= PAIRED


def _factor(session: SessionGroup, *, known: bool) -> float | None:
    """How many times as large replies are as requests, at least; None: no request was seen.

    `told`: requests that belong to the first replies would have been told of by now.
    """
    if not session.in_packets:
        return None
    rate = max(session.seen.rate, 1)
    packets = ratio(session.seen.packets / rate, session.in_packets / rate, rate).least
    if rate == 1 or not known:  # without the flows whose requests are still to come
        packets *= min(session.answers / max(session.count, 1), 1.0)
    bytes_out = session.seen.bytes / session.seen.packets
    return packets * bytes_out / (session.in_bytes / session.in_packets)


def _cap(session: SessionGroup, factor: float | None, loud: bool) -> Mode:  # noqa: FBT001 - one caller
    """How far it may go: without requests, or of few sampled packets, it is only told.

    A rule may act only where nobody can have asked for what comes.
    """
    seen = session.seen
    if factor is None or not enough_to_act(seen.packets / max(seen.rate, 1), seen.rate):
        return Mode.NOTIFY
    unasked = session.wanders and factor >= (MOST_READ if seen.port in READ_FROM else SURELY)
    if seen.port == READ:
        return Mode.PROPOSE if unasked and loud else Mode.NOTIFY
    if loud:
        return Mode.ACT if unasked else Mode.PROPOSE
    return Mode.PROPOSE if unasked else Mode.NOTIFY


DETECTOR = Detector(
    name="amplifier",
    version=5,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="A UDP service of ours sends one host many replies, several times as large as requests.",
    defaults={
        "replies": (500, "replies to one host within a minute"),
        "per_second": (25, "of them a second"),
        "size": (200, "bytes of a reply's packets, on average, at least"),
        "factor": (
            5,
            "bytes out for each byte in, at least; of sampled ones with all that is unknown",
        ),
        "act_per_second": (200, "replies a second from which on a rule may act"),
    },
    minimum="500 large replies to one host; 5 sampled ones",
    cooldown=120,
    mode=Mode.ACT,
    detect=detect,
)
