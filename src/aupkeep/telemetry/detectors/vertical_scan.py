"""Vertical scan: failed tries at many ports of one host.

A server's answers go to as many ports of a client, a passive FTP transfer opens as many: those are
answered, and only tries without an answer count. Traceroute's ports are left out.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, EntryTag

WORDS = {EntryTag.TCP: "tcp", EntryTag.UDP: "udp"}


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Hosts of which many ports were tried in vain."""
    for tag, transport in WORDS.items():
        least = limits["ports" if tag == EntryTag.TCP else "udp_ports"]
        for seen in view.pairs(tag, least, least):
            wanted = sampled_threshold(least, seen.rate, seen.packets_per_try)
            if seen.ports < wanted.seen * 0.97 or seen.failed_share < limits["failed_share"]:
                continue
            yield view.hit(
                DETECTOR,
                seen,
                wanted,
                {
                    "ports": round(seen.ports / wanted.share),
                    "tries": seen.tries * seen.rate,
                    "failed_share": round(seen.failed_share, 3),
                },
                confidence=0.9 if tag == EntryTag.TCP else 0.7,
                peer=seen.peer,
                transport=transport,
                answers=IN if tag == EntryTag.UDP else None,
            )


DETECTOR = Detector(
    name="vertical-scan",
    version=2,
    kind="connection/port_scan",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses tries many ports of one host, and most do not answer.",
    defaults={
        "ports": (15, "different TCP ports of one host tried in vain within five minutes"),
        "udp_ports": (30, "the same of UDP, where silence says less"),
        "failed_share": (0.7, "the least share of tries without an answer"),
    },
    minimum="15 TCP or 30 UDP ports of one host that did not answer",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
