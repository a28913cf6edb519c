"""What the flood detectors share: a peak of one kind of packets, to one host, without answers.

What goes to many hosts, each of which gets much, is a flood of their network: a person is asked.
Multicast reaches those who joined, and floods nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode, at_most
from aupkeep.telemetry.detect.peaks import Peak, TopPeer, peaks, peers
from aupkeep.telemetry.detect.sampling_chance import FEWEST, enough_to_act, ratio, sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, OUT, TrafficCounter

ANSWERED = 0.1  # of what goes that comes back: who answers that much takes part
MANY = 100  # sampled packets below which a rate is too uncertain to do more than tell
STREAMS = 8  # pairs of ports with one peer that no stream has, below which it is no flood's
STRAY = 0.5  # of a flood's packets that go to such pairs, or are pings, at least
SCATTERED = 0.02  # of packets to many hosts that come back, at most: sets of peers answer more
EACH = 20  # packets a host, on average, below which many hosts were looked for, not flooded
CLIENT = 2 / 3  # SYN for each other packet that a client sends, at most: it ends what it opened


@dataclass(frozen=True, slots=True)
class Flood:
    """Which packets; `sinks` are ports of collectors, which never answer and may be sent much."""

    detector: Detector
    what: TrafficCounter
    transport: str | None
    sinks: frozenset[int] = frozenset()
    heard: tuple[TrafficCounter, ...] = ()  # what of the peer's counts as an answer, else the same

    @property
    def answers(self) -> tuple[TrafficCounter, ...]:
        """What counts as an answer."""
        return self.heard or (self.what,)


def floods(view: WindowView, limits: Mapping[str, float], flood: Flood) -> Iterator[DetectorHit]:
    """Hits of such a detector, once the answers would have been exported.

    Below `act_per_second`, or beside a like average, it only tells.
    """
    seconds = int(limits["seconds"])
    least = limits["per_second"] * seconds
    for peak in peaks(view, flood.what, OUT, seconds, least):
        wanted = sampled_threshold(least, peak.seen.rate)
        top, rate = peak.top, peak.rate(OUT, flood.what)
        back = sum(peak.sums[IN][what] for what in flood.answers) / peak.sums[OUT][flood.what]
        if not top or peak.raw(OUT, flood.what) < wanted.seen:
            continue
        if back > limits["answered"]:
            view.answers_came(flood.detector.name, peak.seen.slot)
            continue
        if not unanswered(peak, flood.what, OUT, limits["answered"], flood.answers):
            continue
        scattered = top.share < limits["share"]
        if (
            top.peer.is_multicast
            or (top.port in flood.sinks and rate < act_threshold(limits))
            or (not scattered and too_few_sampled(peak, top))
            or (scattered and not carpet(view, peak, flood.what, rate, limits))
        ):
            continue
        hit = view.hit(
            flood.detector,
            peak.seen,
            wanted,
            {
                "packets": round(peak.sums[OUT][flood.what]),
                "packets_per_second": round(rate),
                "bits_per_second": round(peak.rate(OUT, TrafficCounter.BYTES) * 8),
                "share_of_target": round(top.share, 3),
                "answered": round(back, 4),
            },
            confidence=0.95 if rate >= act_threshold(limits) else 0.8,
            cap=at_most(
                mode_cap(view, peak, flood.what, limits),
                at_most(
                    target_cap(view, peak, top, flood), Mode.PROPOSE if scattered else Mode.ACT
                ),
            ),
            answers=IN,
            peer=None if scattered else top.peer,
            port=top.port,
            transport=flood.transport,
        )
        yield from view.after_answers(hit, peak.seen.slot)
    yield from view.overdue(flood.detector.name)


def carpet(
    view: WindowView, peak: Peak, what: TrafficCounter, rate: float, limits: Mapping[str, float]
) -> bool:
    """Whether many hosts get much each, and none answers: a network is flooded.

    Who looks for something sends each host a packet or two.
    """
    if rate < act_threshold(limits) or not unanswered(peak, what, OUT, SCATTERED):
        return False
    sent, back = (peak.remembered[way][what] for way in (OUT, IN))
    sampled = peak.seen.rate > 1
    to_one = sent / max(peak.seen.rate, 1) / max(peers(view, peak, OUT), 1)
    return back <= SCATTERED * sent and to_one >= (FEWEST if sampled else EACH)


def target_cap(view: WindowView, peak: Peak, top: TopPeer, flood: Flood) -> Mode:
    """How far a flood of this target may go.

    A peer that talks to us, by TCP or UDP, takes part in what comes to it: a speed test is arranged
    by TCP, a stream's receiver reports now and then. Some never answer: of streams, however many,
    and of sampled packets, which do not show them, a person judges; so of fragments, which show no
    ports, and may be a tunnel's, and of what goes to one port. Collectors never answer, and may be
    sent very much. Nor does ICMP that is no ping begin anything: a router or a firewall says what
    became of others' packets.
    """
    if top.port in flood.sinks or view.met(peak.seen.slot, top.peer):
        return Mode.NOTIFY
    if peak.sums[IN][flood.what] > ANSWERED * peak.sums[OUT][flood.what]:
        return Mode.PROPOSE
    if flood.what == TrafficCounter.UDP:
        return Mode.PROPOSE if may_be_streams(view, peak, top) else Mode.ACT
    if flood.what == TrafficCounter.ICMP:
        pings = view.pings(peak.seen.slot) > STRAY * peak.rate(OUT, flood.what)
        return Mode.ACT if pings else Mode.PROPOSE
    return Mode.PROPOSE if flood.what == TrafficCounter.FRAGMENT else Mode.ACT


def may_be_streams(view: WindowView, peak: Peak, top: TopPeer) -> bool:
    """Whether UDP to a peer may be streams, a tunnel's flows or many senders of one collector.

    Those of a tunnel and of a collector have ever new ports of ours and one of the peer's.
    """
    if peak.seen.rate > 1 or top.port is not None:
        return True
    count, share = view.stray_exchanges(peak.seen.slot, top.peer)
    return count < STREAMS or share < STRAY


def unanswered(
    peak: Peak, what: TrafficCounter, way: int, most: float,
    heard: tuple[TrafficCounter, ...] = (),
) -> bool:  # fmt: skip
    """Whether it is known that answers to what goes (comes) are few: in the peak, or remembered.

    Of a flow that is answered by one packet in twenty, ten sampled packets show no answer. Where as
    many answers as packets may come, they are no excuse, and nothing need be known of them.
    """
    rate = max(peak.seen.rate, 1)
    if rate == 1 or most >= 1:
        return True
    return any(
        ratio(
            sum(sums[IN + OUT - way][it] for it in heard or (what,)) / rate,
            sums[way][what] / rate,
            rate,
        ).most
        <= most
        for sums in (peak.sums, peak.remembered)
    )


def only_syns(peak: Peak, way: int) -> bool:
    """Whether SYNs are known to stand alone.

    Sampled SYNs of connections have those connections' other packets beside them.
    """
    syn, rest = peak.raw(way, TrafficCounter.SYN), peak.raw(way, TrafficCounter.TCP)
    rest += peak.raw(way, TrafficCounter.BARE)
    return peak.seen.rate <= 1 or (syn > rest and ratio(syn, rest, peak.seen.rate).least >= CLIENT)


def too_few_sampled(peak: Peak, top: TopPeer) -> bool:
    """Whether too few packets to a target were sampled to call it one."""
    return peak.seen.rate > 1 and top.packets < FEWEST * peak.seen.rate


def act_threshold(limits: Mapping[str, float]) -> float:
    """The rate from which on a rule may act."""
    return limits["act_per_second"]


def mode_cap(
    view: WindowView, peak: Peak, what: TrafficCounter, limits: Mapping[str, float]
) -> Mode:
    """How far such a peak may go: what an address does all the time is told, no more.

    Nor is more done of few sampled packets, whose rate is uncertain.
    """
    usual = float(view.state.slots[peak.seen.slot]["mean"][OUT, what])
    rate = peak.rate(OUT, what)
    if usual * limits["times_usual"] > rate or not enough_to_act(
        peak.raw(OUT, what), peak.seen.rate, MANY
    ):
        return Mode.NOTIFY
    return Mode.ACT if rate >= act_threshold(limits) else Mode.PROPOSE
