"""Telnet fan-out: one address that calls telnet, and what IoT malware tries beside it, of many.

Malware of this kind often gets in, so failed tries alone miss it. Whoever tends a hundred old
switches by telnet looks alike but for one thing: nearly all of them answer.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import TELNET, EntryTag


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Addresses that call many telnet services."""
    for seen in view.fans(EntryTag.TELNET, limits["hosts"], limits["hosts"]):
        wanted = sampled_threshold(limits["hosts"], seen.rate, seen.packets_per_try)
        if seen.peers < wanted.seen * 0.97:
            continue
        share = min(view.failed(seen.slot, TELNET) / seen.tries, 1.0)
        yield view.hit(
            DETECTOR,
            seen,
            wanted,
            {
                "hosts": round(seen.peers / wanted.share),
                "tries": seen.tries * seen.rate,
                "failed_share": round(share, 3),
            },
            confidence=0.85 if share >= limits["failed_share"] else 0.5,
            cap=Mode.PROPOSE if share >= limits["failed_share"] else Mode.NOTIFY,
            transport="tcp",
        )


DETECTOR = Detector(
    name="telnet-fanout",
    version=1,
    kind="connection/infected_host",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses calls telnet and the like at many hosts, as IoT malware does.",
    defaults={
        "hosts": (15, "different hosts called within two minutes"),
        "failed_share": (0.2, "the share of failed calls from which on it is more than told"),
    },
    minimum="15 hosts called at telnet ports",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
