"""Outbound denial of service by fragments of IP packets."""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.flood import Flood, floods
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import TrafficCounter


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Peaks of fragments to one host that sends none back."""
    return floods(view, limits, Flood(DETECTOR, TrafficCounter.FRAGMENT, None))


DETECTOR = Detector(
    name="fragment-flood",
    version=4,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="Fragments at a high rate from one of our addresses to one host that sends none back.",
    defaults={
        "per_second": (1000, "fragments a second"),
        "seconds": (5, "seconds over which they are counted"),
        "share": (0.5, "the least share of them that one target gets"),
        "answered": (
            0.05,
            "fragments that come back for each that leaves, at most; of sampled ones as known",
        ),
        "act_per_second": (3000, "fragments a second from which on a rule may act"),
        "times_usual": (3, "times the address's own average, below which it is only told"),
    },
    minimum="5,000 fragments within 5 seconds, half of them to one host; 5 sampled ones",
    cooldown=60,
    mode=Mode.ACT,
    detect=detect,
)
