"""Open amplifiers in our network: a service that answers strangers with more than they sent.

Name and time servers are meant to answer everybody; those are named only when their answers are
ten times as large as the questions, which honest ones are not.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import GRACE, EntryTag

PUBLIC = frozenset({53, 123, 3478, 27015})  # meant for everybody


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Services with several strangers as clients."""
    for seen in view.fans(EntryTag.AMPLIFY, limits["clients"], limits["clients"]):
        wanted = sampled_threshold(limits["clients"], seen.rate)
        if seen.peers < wanted.seen * 0.97 or seen.until - seen.at < GRACE:
            continue
        out, asked = view.answered(EntryTag.AMPLIFY, seen.slot, seen.port)
        now_out, now_asked = view.minute(seen.slot, seen.port)
        factor = min(out / asked, now_out / now_asked) if asked and now_asked else 0
        if factor < limits["public_factor" if seen.port in PUBLIC else "factor"]:
            continue
        yield view.hit(
            DETECTOR,
            seen,
            wanted,
            {"clients": round(seen.peers / wanted.share), "times_the_requests": round(factor, 1)},
            confidence=0.7,
            port=seen.port,
            transport="udp",
        )


DETECTOR = Detector(
    name="open-amplifier",
    version=1,
    kind="vulnerability/open_service",
    role=Role.VULNERABLE,
    direction="out",
    says="A UDP service of ours answers strangers with more bytes than they sent.",
    defaults={
        "clients": (3, "different clients answered within a minute"),
        "factor": (2, "bytes out for each byte in, at least"),
        "public_factor": (10, "the same of services that are meant for everybody"),
    },
    minimum="three clients outside within at least 20 seconds, with requests and replies seen",
    cooldown=3600,
    mode=Mode.NOTIFY,
    detect=detect,
)
