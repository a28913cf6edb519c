"""ICMP sweep: one ping each to many hosts, most of which are not there."""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.chance import need
from aupkeep.telemetry.detector import Detector, Hit, Mode
from aupkeep.telemetry.seen import Seen
from aupkeep.telemetry.view import View
from aupkeep.telemetry.window.shape import Tag


def look(view: View, limits: Mapping[str, float]) -> Iterator[Hit]:
    """Addresses that ping many. Who pings the living, as monitoring does, is told at most."""
    for seen in view.fans(
        Tag.ECHO, limits["hosts"], min(limits["hosts"], limits["answered_hosts"])
    ):
        silent = _silent(seen)
        least = limits["hosts"] if silent >= limits["silent_share"] else limits["answered_hosts"]
        wanted = need(least, seen.rate, seen.each)
        if seen.peers < wanted.seen * 0.97 or seen.each > limits["pings_each"]:
            continue
        yield view.hit(
            DETECTOR,
            seen,
            wanted,
            {
                "hosts": round(seen.peers / wanted.share),
                "pings_each": round(seen.each, 2),
                "silent_share": round(silent, 3),
            },
            confidence=0.85 if silent >= limits["silent_share"] else 0.5,
            cap=Mode.PROPOSE if silent >= limits["silent_share"] else Mode.NOTIFY,
            transport="icmp",
        )


def _silent(seen: Seen) -> float:
    """The share of pings without a reply; of sampled ones it is not known, and taken as none."""
    return 1 - min(seen.inbound / max(seen.tries, 1), 1.0) if seen.rate == 1 else 0.0


DETECTOR = Detector(
    name="icmp-sweep",
    version=1,
    kind="connection/port_scan",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses pings many hosts once or twice, and most are silent.",
    defaults={
        "hosts": (20, "different hosts pinged within two minutes"),
        "answered_hosts": (100, "the same where most of them answer"),
        "silent_share": (0.5, "the least share of pings without a reply"),
        "pings_each": (2.5, "pings a host, on average, at most"),
    },
    minimum="20 hosts pinged, at least half of them silent",
    cooldown=300,
    mode=Mode.PROPOSE,
    look=look,
)
