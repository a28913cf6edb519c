"""Mail bombing: hundreds of mail sessions a minute, nearly all to one server.

A shop that sends by its provider's relay does the same in small; so it is told below a rate that
no such thing reaches.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.detectors.smtp_burst import SERVED, is_usual
from aupkeep.telemetry.window.layout import IN, SMTP, EntryTag


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Mail servers that get nearly all of an address's many sessions."""
    whole = {entry.slot: entry for entry in view.fans(EntryTag.MAIL, limits["sessions"])}
    for sessions in view.sessions(EntryTag.MAIL, limits["sessions"]):
        fan, wanted = (
            whole.get(sessions.seen.slot),
            sampled_threshold(limits["sessions"], sessions.seen.rate),
        )
        if (
            fan is None
            or sessions.count < wanted.seen
            or is_usual(view, fan, limits["times_usual"])
        ):
            continue
        share = min(sessions.count / max(fan.tries, 1), 1.0)
        if share < limits["share"]:
            continue
        taken = max(fan.inbound, view.mail_in(fan.slot))
        loud = sessions.count >= limits["propose_sessions"] and taken < SERVED
        yield view.hit(
            DETECTOR,
            sessions.seen,
            wanted,
            {
                "sessions": sessions.count,
                "share_of_mail": round(share, 3),
                "bytes": round(sessions.seen.bytes),
            },
            confidence=0.8 if loud else 0.5,
            cap=Mode.PROPOSE if loud else Mode.NOTIFY,
            peer=sessions.seen.peer,
            port=SMTP,
            transport="tcp",
            answers=IN,
        )


DETECTOR = Detector(
    name="mail-bombing",
    version=2,
    kind="messaging/mail_bombing",
    role=Role.OFFENDER,
    direction="out",
    says="Nearly all mail sessions of one of our addresses, and very many, go to one mail server.",
    defaults={
        "sessions": (120, "mail sessions with one server within a minute"),
        "propose_sessions": (300, "the same from which on it is more than told"),
        "share": (0.8, "the least share of the address's mail sessions that one server gets"),
        "times_usual": (1.5, "times the address's own average, below which nothing is said"),
    },
    minimum="120 sessions within a minute with one mail server",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
