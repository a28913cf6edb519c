"""Spoofed sources: packets that enter at a customer's port with a sender that is not ours.

It needs the list of interfaces behind which one customer is and nobody else; without it nothing is
said, since transit and asymmetric routes look the same.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import EntryTag


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Customers whose port brings many foreign sources, or much of one."""
    for seen in view.fans(EntryTag.SPOOF, 1):
        sources = sampled_threshold(limits["sources"], seen.rate)
        packets = sampled_threshold(limits["packets"], seen.rate)
        many = seen.peers >= sources.seen * 0.97
        much = seen.packets >= packets.seen * seen.rate
        if not many and not much:
            continue
        yield view.hit(
            DETECTOR,
            seen,
            sources if many else packets,
            {
                "sources": round(seen.peers / (sources.share if many else 1)),
                "packets": round(seen.packets),
                "last_source": str(seen.peer),
            },
            confidence=0.9 if many else 0.7,
        )


DETECTOR = Detector(
    name="spoofed-source",
    version=1,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="A customer's port brings packets whose sender is none of our addresses.",
    defaults={
        "sources": (10, "different foreign senders within five minutes"),
        "packets": (1000, "packets of foreign senders within five minutes"),
    },
    minimum="10 foreign senders, or 1,000 packets, at an interface that only the customer uses",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
