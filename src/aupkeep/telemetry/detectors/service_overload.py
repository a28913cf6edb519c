"""Overload of our own services: one customer asks a resolver, a panel or the API far too often.

It needs the list of those services; without it nothing is said.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import EntryTag

SLOW = 10.0  # seconds over which a short burst is spread before it is a rate


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Customers that send a service of ours more than it is there for."""
    for seen in view.fans(EntryTag.SERVICE, 1):
        seconds = max((seen.until - seen.at) / 1000, SLOW)
        wanted = sampled_threshold(limits["per_second"] * seconds, seen.rate)
        if seen.packets < wanted.seen * seen.rate:
            continue
        yield view.hit(
            DETECTOR,
            seen,
            wanted,
            {
                "packets": round(seen.packets),
                "packets_per_second": round(seen.packets / seconds),
                "bytes": round(seen.bytes),
            },
            confidence=0.8,
            peer=seen.peer,
            port=seen.port,
            inner=True,
        )


DETECTOR = Detector(
    name="service-overload",
    version=1,
    kind="interference/platform_attack",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses sends one of the provider's own services very many packets.",
    defaults={"per_second": (2000, "packets a second to one service and port, over 10 s or more")},
    minimum="20,000 packets to one port of the provider's services within a minute",
    cooldown=300,
    mode=Mode.NOTIFY,
    detect=detect,
)
