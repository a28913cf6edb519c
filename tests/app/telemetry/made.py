"""A hit made by hand with its flow rows, as a detector of ours would bring them."""

from ipaddress import ip_address

from aupkeep.app.telemetry.findings.hit_document import HitWithRows, write_hits
from aupkeep.app.telemetry.tuning.effective_rules import EffectiveRule
from aupkeep.model.finding import Mode, Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, DetectorRule
from aupkeep.telemetry.rows import FlowRecord, rfc3339

NOON_MS = 1_772_366_400_000  # 2026-03-01T12:00:00Z
HIT = DetectorHit(
    detector="login-guessing",
    version=1,
    kind="connection/login_attack",
    role=Role.OFFENDER,
    address=ip_address("203.0.113.10"),
    at=NOON_MS,
    until=NOON_MS + 1000,
    evidence={"sessions": 40, "sampling": 100, "chance": 0.9, "window_s": 60},
    confidence=0.9,
    mode=Mode.ACT,
    peer=ip_address("198.51.100.9"),
    port=22,
    transport="tcp",
)


def detector(name="login-guessing", **changes):
    """The detector behind the hit."""
    fields = {
        "name": name,
        "version": 1,
        "kind": "connection/login_attack",
        "role": Role.OFFENDER,
        "direction": "out",
        "says": "many short connections of one kind to one service",
        "defaults": {"attempts": (10.0, "connections a minute to one service")},
        "minimum": "ten connections",
        "cooldown": 300,
        "mode": Mode.PROPOSE,
        "detect": lambda view, thresholds: (),
    }
    return Detector(**(fields | changes))


def effective_rule(mode=Mode.ACT, **changes):
    """The detector as it stands under a policy."""
    one = detector(**changes)
    figures = {name: value for name, (value, _) in one.defaults.items()}
    rule = DetectorRule(mode=mode, thresholds=figures)
    return EffectiveRule(
        detector=one, rule=rule, sources=dict.fromkeys(["mode", *figures], "default")
    )


def written(*hits: DetectorHit, rows=None):
    """The document of hits."""
    return write_hits(effective_rule(), "p1", [seen(hit, rows) for hit in hits])


def flow(number, **changes):
    """One flow of the hit, as `aupkeep flows decode` prints it."""
    plain = {
        "exporter": "192.0.2.1",
        "protocol": "netflow9",
        "src": "203.0.113.10",
        "dst": "198.51.100.9",
        "sport": 40000 + number,
        "dport": 22,
        "proto": 6,
        "flags": 2,
        "packets": 1,
        "bytes": 60,
        "sampling": 100,
        "start": rfc3339(NOON_MS + number),
        "end": rfc3339(NOON_MS + number),
        "input": None,
        "output": None,
        "vlan": None,
    }
    return FlowRecord(**(plain | changes))


def flows(**changes):
    """A few rows under the hit."""
    return tuple(flow(number, **changes) for number in range(3))


def seen(hit, rows=None):
    """A hit with its rows."""
    return HitWithRows(hit=hit, flows=flows() if rows is None else rows)
