"""Outbound denial of service by SYN: many unanswered SYNs to few hosts and few ports."""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import only_syns, too_few_sampled
from aupkeep.telemetry.detect.peaks import Peak, TopPeer, peaks
from aupkeep.telemetry.detect.sampling_chance import enough_to_act, sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import OUT, EntryTag, TrafficCounter

PER_PORT = 5  # SYNs to one port, on average, from which on it is no scan of ports
OPTIONS, HEADER6, IPV6 = 42, 20, 6  # bytes: a bare SYN has 40, with a system's options 44 to 64
FORGED = 8  # groups of eight ports below 512, of 64, from which nobody but a flood opens
EVERY_PORT = 200_000  # more SYNs than a scan of every port takes, repeats included


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of SYNs that go to few hosts."""
    seconds = int(limits["seconds"])
    least = limits["per_second"] * seconds
    for peak in peaks(view, TrafficCounter.SYN, OUT, seconds, least):
        wanted = sampled_threshold(least, peak.seen.rate)
        top = peak.top
        if peak.raw(OUT, TrafficCounter.SYN) < wanted.seen or not top or not only_syns(peak, OUT):
            continue
        if top.share < limits["share"] or too_few_sampled(peak, top) or _is_other(view, peak, top):
            continue
        rate = peak.rate(OUT, TrafficCounter.SYN)
        yield view.hit(
            DETECTOR,
            peak.seen,
            wanted,
            {
                "syn_packets": round(peak.sums[OUT][TrafficCounter.SYN]),
                "syn_per_second": round(rate),
                "share_of_target": round(top.share, 3),
            },
            confidence=0.95 if rate >= limits["act_per_second"] else 0.8,
            cap=cap_of(view, peak, top, loud=rate >= limits["act_per_second"]),
            peer=top.peer,
            port=top.port,
            transport="tcp",
        )


def cap_of(view: WindowView, peak: Peak, top: TopPeer, *, loud: bool) -> Mode:
    """How far it may go: few sampled packets are only told.

    Who talked with the target within the last minutes may want it back: thousands behind one
    address try a site again that went down, and a person judges. So may who goes on trying a
    server that is away for longer, by the SYNs of a system's own connections, which carry options;
    thousands behind one address make as many as a flood. Options are copied easily, ports are not:
    a system gives clients none below 512, random ones are there too.
    """
    if not enough_to_act(peak.raw(OUT, TrafficCounter.SYN), peak.seen.rate):
        return Mode.NOTIFY
    tried = view.pair(EntryTag.TCP, peak.seen.slot, top.peer)
    own = tried.bytes > (OPTIONS + (HEADER6 if top.peer.version == IPV6 else 0)) * tried.packets
    own &= tried.ungiven < FORGED
    if not loud or own or view.met(peak.seen.slot, top.peer):
        return Mode.PROPOSE
    return Mode.ACT


def _is_other(view: WindowView, peak: Peak, top: TopPeer) -> bool:
    """Whether it is a scan of ports, or a load test that loses some connections.

    One or two SYNs to each of many ports are a scan, and told as one. Who has more connections with
    the target than SYNs in vain loads it. Ports and connections are those seen, and so are the SYNs
    compared with them.
    """
    tried = view.pair(EntryTag.TCP, peak.seen.slot, top.peer)
    seen = tried.packets / max(peak.seen.rate, 1)
    return seen < tried.answered or (tried.packets < EVERY_PORT and seen < PER_PORT * tried.ports)


DETECTOR = Detector(
    name="syn-flood",
    version=6,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="Unanswered SYN packets at a high rate from one of our addresses to few targets.",
    defaults={
        "per_second": (100, "unanswered SYN packets a second"),
        "seconds": (3, "seconds over which they are counted"),
        "share": (0.25, "the least share of them that one target gets"),
        "act_per_second": (500, "SYN packets a second from which on a rule may act"),
    },
    minimum="300 SYN packets without an ACK within 3 seconds; 5 sampled ones at any sampling rate",
    cooldown=60,
    mode=Mode.ACT,
    detect=detect,
)
