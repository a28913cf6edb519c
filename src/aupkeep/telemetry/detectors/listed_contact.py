"""Contact with listed addresses: command and control, botnets, mining pools, by the feeds given.

Only what ours began counts: whoever is listed may come to a server of ours, or be scanned by one. A
try without an answer is told as such. A list names an address; what is said there nobody saw.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import EntryTag


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Sessions with what is listed."""
    for sessions in view.sessions(EntryTag.CONTACT, 1):
        listed = view.contacts[sessions.label]
        answered = sessions.in_packets > 0
        if sessions.seen.packets < limits["packets" if answered else "tries"]:
            continue
        yield view.hit(
            DETECTOR,
            sessions.seen,
            sampled_threshold(1, sessions.seen.rate, limits["packets"]),
            {
                "label": listed.label,
                "listed_by": listed.source,
                "answered": answered,
                "packets_out": round(sessions.seen.packets),
                "bytes_out": round(sessions.seen.bytes),
                "bytes_in": round(sessions.in_bytes),
            },
            confidence=0.8 if answered else 0.4,
            cap=Mode.ACT if answered else Mode.NOTIFY,
            peer=sessions.seen.peer,
            port=sessions.seen.port,
        )


DETECTOR = Detector(
    name="listed-contact",
    version=1,
    kind="connection/infected_host",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses calls an address that a feed lists as controller or mining pool.",
    defaults={
        "packets": (3, "packets sent in an exchange that was answered"),
        "tries": (5, "packets sent where nothing came back"),
    },
    minimum="an answered exchange that ours began; five packets without an answer are only told",
    cooldown=3600,
    mode=Mode.PROPOSE,
    detect=detect,
)
