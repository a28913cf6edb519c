"""Outbound denial of service by UDP: much of it to one host, and nothing comes back."""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import Flood, floods
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import TrafficCounter

SINKS = frozenset({162, 514, 1812, 1813, 2055, 4729, 4739, 6343, 8125, 9995, 9996, 12201})


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of UDP to one host that does not answer."""
    return floods(view, limits, Flood(DETECTOR, TrafficCounter.UDP, "udp", SINKS))


DETECTOR = Detector(
    name="udp-flood",
    version=5,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="UDP at a high rate from one of our addresses to one host that sends nothing back.",
    defaults={
        "per_second": (2000, "UDP packets a second"),
        "seconds": (5, "seconds over which they are counted"),
        "share": (0.5, "the least share of them that one target gets"),
        "answered": (
            0.02,
            "packets that come back for each that leaves, at most; of sampled ones as known",
        ),
        "act_per_second": (10_000, "packets a second from which on a rule may act"),
        "times_usual": (3, "times the address's own average, below which it is only told"),
    },
    minimum="10,000 UDP packets within 5 seconds, half of them to one host; 5 sampled ones",
    cooldown=60,
    mode=Mode.ACT,
    detect=detect,
)
