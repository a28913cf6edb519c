"""Outbound denial of service by TCP that carries nothing: ACK, RST, and flags of all sorts.

Who takes a download sends thousands of bare ACKs a second, and gets more than it sends. A flood's
packets carry nothing, and next to nothing comes back. Who answers such a flood with RST sends as
many as come, and is none. A victim's RSTs are no answer: they say that nobody talks with it.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import Flood, floods
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import TrafficCounter

HEARD = (TrafficCounter.TCP, TrafficCounter.BARE, TrafficCounter.SYN)


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of TCP without payload to one host, while hardly any TCP comes.

    Where nobody is known to show what comes, each download would be one.
    """
    for hit in floods(view, limits, Flood(DETECTOR, TrafficCounter.BARE, "tcp", heard=HEARD)):
        unseen = hit.evidence.get("answers_unseen", False)
        if not unseen or view.ways.two_way(view.own.slot(hit.address)):
            yield hit


DETECTOR = Detector(
    name="bare-tcp-flood",
    version=2,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="TCP without payload at a high rate from one of our addresses to one host, unanswered.",
    defaults={
        "per_second": (2000, "TCP packets a second that carry nothing, but for SYN"),
        "seconds": (5, "seconds over which they are counted"),
        "share": (0.5, "the least share of them that one target gets"),
        "answered": (
            0.1,
            "TCP packets that come back for each that leaves, at most; of sampled ones as known",
        ),
        "act_per_second": (10_000, "packets a second from which on it is certain"),
        "times_usual": (3, "times the address's own average, below which it is only told"),
    },
    minimum="10,000 such packets within 5 seconds, half of them to one host; 5 sampled ones",
    cooldown=60,
    mode=Mode.PROPOSE,
    detect=detect,
)
