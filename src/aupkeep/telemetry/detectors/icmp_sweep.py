"""ICMP sweep: one ping each to many hosts, most of which are not there.

Monitoring pings as many, and nearly all of them answer; who pings a network of which most answer is
told, no more, if enough are silent for nobody to have chosen them. Sampling hides how often each
host was pinged, and which ping a reply belongs to, but not how many replies there are for so many
pings: of sampled ones it must be known by that number that most hosts are silent.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import Observation
from aupkeep.telemetry.detect.sampling_chance import ratio, sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, EntryTag


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Addresses that ping many, of whom some or most are silent."""
    for seen in view.fans(
        EntryTag.ECHO, limits["hosts"], min(limits["hosts"], limits["answered_hosts"])
    ):
        silent = _silent(seen)
        if silent < limits["silent_share" if seen.rate > 1 else "some_silent"]:
            view.answers_came(DETECTOR.name, seen.slot)
            continue
        least = limits["hosts"] if silent >= limits["silent_share"] else limits["answered_hosts"]
        wanted = sampled_threshold(least, seen.rate, seen.packets_per_try)
        if seen.peers < wanted.seen * 0.97 or seen.packets_per_try > limits["pings_each"]:
            continue
        hit = view.hit(
            DETECTOR,
            seen,
            wanted,
            {
                "hosts": round(seen.peers / wanted.share),
                "pings_each": round(seen.packets_per_try, 2),
                "silent_share": round(silent, 3),
            },
            confidence=0.85 if silent >= limits["silent_share"] else 0.5,
            cap=Mode.PROPOSE if silent >= limits["silent_share"] else Mode.NOTIFY,
            transport="icmp",
            answers=IN,
        )
        yield from view.after_answers(hit, seen.slot)
    yield from view.overdue(DETECTOR.name)


def _silent(seen: Observation) -> float:
    """The share of pings without a reply, at least.

    A sampled reply is counted only after a ping was, so the first ping says nothing.
    """
    pings = seen.tries if seen.rate == 1 else seen.tries - 1
    return 1 - min(ratio(seen.inbound, max(pings, 1), seen.rate).most, 1.0)


DETECTOR = Detector(
    name="icmp-sweep",
    version=4,
    kind="connection/port_scan",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses pings many hosts once or twice, and most are silent.",
    defaults={
        "hosts": (20, "different hosts pinged within two minutes"),
        "answered_hosts": (100, "the same where most of them answer"),
        "some_silent": (0.1, "the least share of pings without a reply there"),
        "silent_share": (
            0.5,
            "the least share of pings without a reply; of sampled ones with all that is unknown",
        ),
        "pings_each": (2.5, "pings a host, on average, at most"),
    },
    minimum="20 hosts pinged, at least half of them silent",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
