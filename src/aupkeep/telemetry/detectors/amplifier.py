"""Amplification sent from us: replies much larger than requests, many, to one host.

The host that gets them never asked; our machine is the tool. Where requests were seen, replies must
be several times as large; where exporters show one direction only, it is told.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.chance import need, sure
from aupkeep.telemetry.detector import Detector, Hit, Mode
from aupkeep.telemetry.seen import Sessions
from aupkeep.telemetry.view import View
from aupkeep.telemetry.window.shape import Tag

READ = 161  # SNMP: whoever reads a large table gets the same, and asked for it
UNSEEN, REQUEST = 3, 100  # packets that sampling misses one time in twenty, bytes of each
CERTAIN = 3  # times the factor that sampled rows must show before more than telling
SLOW = 10.0  # seconds over which a short burst is spread before it is a rate


def look(view: View, limits: Mapping[str, float]) -> Iterator[Hit]:
    """Peers that get many large replies from one service of ours."""
    for one in view.sessions(Tag.AMPLIFY, limits["replies"], "packets"):
        wanted = need(limits["replies"], one.seen.rate)
        factor = one.seen.bytes / _asked(one) if one.in_bytes or not view.blind else None
        size = one.seen.bytes / max(one.seen.packets, 1)
        rate = one.seen.packets / max(one.span, SLOW)
        if one.seen.packets < wanted.seen * one.seen.rate or size < limits["size"]:
            continue
        if rate < limits["per_second"] or (factor or limits["factor"]) < limits["factor"]:
            continue
        if not one.in_bytes and not view.blind:
            continue
        loud = factor is not None and rate >= limits["act_per_second"] and one.seen.port != READ
        yield view.hit(
            DETECTOR,
            one.seen,
            wanted,
            {
                "replies": round(one.seen.packets),
                "replies_per_second": round(rate),
                "mean_bytes": round(size),
                "times_the_requests": None if factor is None else round(factor, 1),
            },
            confidence=0.9 if loud else 0.6,
            cap=(Mode.ACT if loud else Mode.PROPOSE)
            if known(one, factor, limits["factor"])
            else Mode.NOTIFY,
            peer=one.seen.peer,
            port=one.seen.port,
            transport="udp",
        )


def known(one: Sessions, factor: float | None, least: float) -> bool:
    """Whether the factor is one: of few sampled packets none, of many one three times as large."""
    rate = max(one.seen.rate, 1)
    enough = factor is not None and factor >= least * (1 if rate == 1 else CERTAIN)
    return enough and sure(one.seen.packets / rate, rate)


def _asked(one: Sessions) -> float:
    """Bytes of requests; of sampled ones, as many more as may well have come unseen."""
    unseen = UNSEEN * REQUEST * one.seen.rate if one.seen.rate > 1 else 0
    return max(one.in_bytes + unseen, 1.0)


DETECTOR = Detector(
    name="amplifier",
    version=1,
    kind="connection/ddos",
    role=Role.OFFENDER,
    direction="out",
    says="A UDP service of ours sends one host many replies, several times as large as requests.",
    defaults={
        "replies": (500, "replies to one host within five minutes"),
        "per_second": (25, "of them a second"),
        "size": (200, "bytes of a reply's packets, on average, at least"),
        "factor": (5, "bytes out for each byte in, at least"),
        "act_per_second": (200, "replies a second from which on a rule may act"),
    },
    minimum="500 large replies to one host; 5 sampled ones",
    cooldown=120,
    mode=Mode.ACT,
    look=look,
)
