"""Inbound victim: one of our addresses is flooded. No fault of its holder: it is to be protected.

Downloads and speed tests are TCP that was opened, and count for nothing here; replies to UDP that
ours sent, as a resolver or a video caller gets, are answered by as many packets.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import only_syns, unanswered
from aupkeep.telemetry.detect.peaks import Peak, peaks, peers
from aupkeep.telemetry.detect.sampling_chance import SPREADS, SampledThreshold, sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, OUT, TrafficCounter

KINDS = {
    TrafficCounter.SYN: ("syn_per_second", "tcp"),
    TrafficCounter.UDP: ("udp_per_second", "udp"),
    TrafficCounter.ICMP: ("icmp_per_second", "icmp"),
    TrafficCounter.FRAGMENT: ("fragments_per_second", None),
}


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of what comes unasked, at most one for each address; once answers would be exported."""
    seconds = int(limits["seconds"])
    reported = set()
    for counter in KINDS:
        least = limits[KINDS[counter][0]] * seconds
        for peak in peaks(view, counter, IN, seconds, least):
            wanted = sampled_threshold(least, peak.seen.rate, spreads=SPREADS)
            if peak.seen.slot in reported or not _unasked(view, peak, counter, limits["answered"]):
                continue
            if peak.raw(IN, counter) < wanted.seen:
                continue
            reported.add(peak.seen.slot)
            yield from _told(view, peak, counter, wanted)
    yield from view.overdue(DETECTOR.name)


def _told(
    view: WindowView, peak: Peak, counter: TrafficCounter, wanted: SampledThreshold
) -> Iterator[DetectorHit]:
    """The hit: of SYN at once, of the rest when the answers would have been exported."""
    hit = view.hit(
        DETECTOR,
        peak.seen,
        wanted,
        {
            "packets": round(peak.sums[IN][counter]),
            "packets_per_second": round(peak.rate(IN, counter)),
            "bits_per_second": round(peak.rate(IN, TrafficCounter.BYTES) * 8),
            "of": counter.name.lower(),
            "sources": round(peers(view, peak, IN)),
        },
        confidence=0.85,
        port=peak.top.port if peak.top else None,
        transport=KINDS[counter][1],
        answers=None if counter == TrafficCounter.SYN else OUT,
    )
    if counter == TrafficCounter.SYN:
        return iter((hit,))
    return view.after_answers(hit, peak.seen.slot)


def _unasked(view: WindowView, peak: Peak, counter: TrafficCounter, most: float) -> bool:
    """Whether little was sent for what came; of SYN, whether few connections stand beside them."""
    if counter == TrafficCounter.SYN:
        return only_syns(peak, IN)
    if peak.sums[OUT][counter] > most * peak.sums[IN][counter]:
        view.answers_came(DETECTOR.name, peak.seen.slot)
        return False
    return unanswered(peak, counter, IN, most)


DETECTOR = Detector(
    name="inbound-victim",
    version=3,
    kind="protection/inbound_ddos",
    role=Role.VICTIM,
    direction="in",
    says="One of our addresses gets SYN, UDP, ICMP or fragments at a rate of attacks.",
    defaults={
        "seconds": (5, "seconds over which packets are counted"),
        "syn_per_second": (500, "unanswered SYN packets a second"),
        "udp_per_second": (10_000, "UDP packets a second"),
        "icmp_per_second": (2000, "ICMP packets a second"),
        "fragments_per_second": (5000, "fragments a second"),
        "answered": (0.2, "packets sent for each that comes, at most"),
    },
    minimum="2,500 SYN, 50,000 UDP, 10,000 ICMP or 25,000 fragments within 5 seconds",
    cooldown=120,
    mode=Mode.PROPOSE,
    detect=detect,
)
