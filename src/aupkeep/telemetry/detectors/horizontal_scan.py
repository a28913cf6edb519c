"""Horizontal scan: failed tries at one port of many hosts.

What is counted are tries without an answer, never ports or peers as such: a busy server's replies
go to as many ports, a crawler's requests to as many hosts. Three things look alike and are told
apart: a client some of whose peers are dead (most of its tries succeed), a node of a peer-to-peer
network (others come to it on the same port, or its tries go to as many ports as peers), and tries
at private addresses, which the window does not count. What begins with long connections, as a relay
does, is told of only when those have been open for a minute; at ports that scanners seldom look for
that is waited for. Tries at port 25 are only told: so a mail server tries whose way out is closed.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import Observation
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import IN, SMTP, EntryTag

HUNTED = frozenset({
    21, 22, 23, 25, 110, 111, 135, 137, 139, 143, 161, 389, 445, 502, 512, 513, 514, 873, 993, 1080,
    1433, 1521, 1723, 1883, 1900, 2049, 2222, 2323, 2375, 2376, 3128, 3306, 3389, 5038, 5060, 5432,
    5555, 5900, 5901, 5984, 5985, 6379, 7001, 7547, 8080, 8291, 9100, 9200, 10250, 11211, 27017,
    37215, 52869,
})  # fmt: skip
WORDS = {EntryTag.TCP: "tcp", EntryTag.UDP: "udp"}
ACTIVE = 60_000  # ms after which exporters tell of a connection that is still open
LONE = 4  # tries a port, at most, where each peer has a port of its own
COMERS = 3  # peers' connections to the same port of ours that make us a node


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Ports at which many hosts were tried in vain."""
    for tag, transport in WORDS.items():
        for seen in view.fans(tag, limits["hosts"], limits["hosts"]):
            wanted = sampled_threshold(limits["hosts"], seen.rate, seen.packets_per_try)
            share = limits["failed_share" if seen.port in HUNTED else "odd_failed_share"]
            if seen.peers < wanted.seen * 0.97 or seen.failed_share < share:
                continue
            if seen.port not in HUNTED and (
                not view.waited("fan", seen.place, ACTIVE) or is_node(view, tag, seen)
            ):
                continue
            yield view.hit(
                DETECTOR,
                seen,
                wanted,
                {
                    "hosts": round(seen.peers / wanted.share),
                    "tries": seen.tries * seen.rate,
                    "failed_share": round(seen.failed_share, 3),
                },
                confidence=0.9 if tag == EntryTag.TCP else 0.75,
                cap=Mode.NOTIFY if seen.port == SMTP else Mode.ACT,
                answers=IN if tag == EntryTag.UDP else None,
                port=seen.port,
                transport=transport,
            )


def is_node(view: WindowView, tag: EntryTag, seen: Observation) -> bool:
    """Whether this is a peer-to-peer node: others find it, or each peer has its own port."""
    if seen.inbound >= COMERS:
        return True
    ports, tries = view.others(tag, seen.slot, seen.port)
    return ports >= seen.peers / 2 and tries < ports * LONE


DETECTOR = Detector(
    name="horizontal-scan",
    version=3,
    kind="connection/port_scan",
    role=Role.OFFENDER,
    direction="out",
    says="One of our addresses tries the same port of many hosts, and most do not answer.",
    defaults={
        "hosts": (20, "different hosts tried in vain at one port within five minutes"),
        "failed_share": (0.7, "the least share of tries without an answer"),
        "odd_failed_share": (0.9, "the same at ports that scanners seldom look for"),
    },
    minimum="20 hosts that did not answer; tries that were answered do not count",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
