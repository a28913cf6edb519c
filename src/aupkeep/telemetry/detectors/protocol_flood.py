"""Outbound denial of service by protocols beside TCP, UDP and ICMP: GRE, IP in IP, ESP and others.

A tunnel is answered. What goes one way for long, such as a mirrored port or a load balancer's
packets to its servers, is the address's own average, and only told.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import Flood, floods
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import TrafficCounter


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of other protocols to one host that does not answer."""
    return floods(view, limits, Flood(DETECTOR, TrafficCounter.OTHER, None))


DETECTOR = Detector(
    name="protocol-flood",
    version=1,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="Packets of other protocols at a high rate to one host that sends nothing back.",
    defaults={
        "per_second": (2000, "packets a second of protocols beside TCP, UDP and ICMP"),
        "seconds": (5, "seconds over which they are counted"),
        "share": (0.5, "the least share of them that one target gets"),
        "answered": (
            0.02,
            "packets that come back for each that leaves, at most; of sampled ones as known",
        ),
        "act_per_second": (10_000, "packets a second from which on it is certain"),
        "times_usual": (3, "times the address's own average, below which it is only told"),
    },
    minimum="10,000 such packets within 5 seconds, half of them to one host; 5 sampled ones",
    cooldown=60,
    mode=Mode.PROPOSE,
    detect=detect,
)
