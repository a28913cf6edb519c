"""Outbound denial of service by ICMP: hundreds of pings a second to one host.

A host that is flooded so itself sends as many, but replies; those do not count. So a flood of
forged replies is not told: its counts are those of a host that answers.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import Flood, floods
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import TrafficCounter


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of ICMP to one host; whether it answers makes no difference."""
    return floods(view, limits, Flood(DETECTOR, TrafficCounter.ICMP, "icmp"))


DETECTOR = Detector(
    name="icmp-flood",
    version=5,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="ICMP at a high rate from one of our addresses to one host.",
    defaults={
        "per_second": (250, "ICMP packets a second"),
        "seconds": (5, "seconds over which they are counted"),
        "share": (0.5, "the least share of them that one target gets"),
        "answered": (1.1, "packets that come back for each that leaves, at most"),
        "act_per_second": (1000, "packets a second from which on a rule may act"),
        "times_usual": (3, "times the address's own average, below which it is only told"),
    },
    minimum="1,250 ICMP packets within 5 seconds, half of them to one host; 5 sampled ones",
    cooldown=60,
    mode=Mode.ACT,
    detect=detect,
)
