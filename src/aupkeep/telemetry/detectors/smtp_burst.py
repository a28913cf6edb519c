"""SMTP burst: a machine that is no mail server suddenly brings mail to many of them.

Only sessions count that are large enough to bring a letter, and that bring more than they read: a
monitor reads banners and certificates. A mail server takes mail as well: whoever is called at port
25 himself, now or within the last hours, needs ten times as many, and is only told. Flows do not
show whether anybody asked for the mail: a newsletter looks alike. So a person is asked; a rule may
act once somebody outside says the same, by a complaint, a list or a spam trap
(`casework.evidence_level`).
Of sampled rows nothing is said unless it is known that less mail comes than goes, and nothing of a
mail server that was not itself seen at so many others. A relay with a steady queue is told apart by
its own average of the last minutes.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import Observation
from aupkeep.telemetry.detect.sampling_chance import ratio, sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, OUT, SMTP, EntryTag, TrafficCounter

EACH = 10  # packets that a session with a mail server has at least
BRINGS = 0.35  # bytes brought for each that is read, at least: a certificate alone is 4 kB
SERVED = 3  # sessions (of sampled rows: packets) at our own port 25 that make a mail server


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Addresses that call many mail servers."""
    least, times = limits["servers"], limits["server_times"]
    for seen in view.fans(EntryTag.MAIL, least, least * min(times, 1)):
        server = max(seen.inbound, view.mail_in(seen.slot)) >= SERVED
        if not server and ratio(seen.inbound, seen.tries, seen.rate).most >= 1:
            continue
        wanted = (
            sampled_threshold(least * times, 1)
            if server
            else sampled_threshold(least, seen.rate, EACH)
        )
        if reads(view, seen):
            continue
        if seen.peers < wanted.seen * 0.97 or is_usual(view, seen, limits["times_usual"]):
            continue
        cap = Mode.NOTIFY if server or seen.rate > 1 else Mode.PROPOSE
        waits = cap is Mode.PROPOSE and view.mode_of(DETECTOR) is Mode.ACT
        yield view.hit(
            DETECTOR,
            seen,
            wanted,
            {
                "servers": round(seen.peers / wanted.share),
                "sessions": seen.tries * seen.rate,
                "mail_server": server,
                "awaits_complaint": waits or None,
            },
            confidence=0.6 if server else 0.85,
            cap=cap,
            answers=IN,
            port=SMTP,
            transport="tcp",
        )


def reads(view: WindowView, seen: Observation) -> bool:
    """Whether an address reads more of mail servers than it brings them."""
    sent, read = view.mail_bytes(seen.slot)
    return seen.rate == 1 and read * BRINGS > sent


def is_usual(view: WindowView, seen: Observation, times: float) -> bool:
    """Whether an address has sent about as much mail as this for minutes."""
    usual = float(view.state.slots[seen.slot]["mean"][OUT, TrafficCounter.MAIL])
    seconds = max((view.now - seen.at) / 1000, 10.0)
    return usual * times > seen.packets / seconds


DETECTOR = Detector(
    name="smtp-burst",
    version=3,
    kind="messaging/spam",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses that takes no mail brings mail to many servers within a minute.",
    defaults={
        "servers": (30, "different mail servers that got mail within a minute"),
        "server_times": (10, "how many times as many for an address that takes mail itself"),
        "times_usual": (1.5, "times the address's own average, below which nothing is said"),
    },
    minimum="30 mail servers that got mail within a minute; whether it was wanted is not seen",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
