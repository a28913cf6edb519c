"""A detector's findings as a document, with the flow rows they rest on; `read_hits` reads it.

    {"detector": "syn-flood", "version": 1, "says": "…",
     "rule": {"mode", "thresholds": {name: value}, "sources": {name: who set it}, "policy",
              "class": of customers that the thresholds are for, null: all without their own},
     "findings": [{kind, role, address, port, at, exact, confidence, count, target, transport,
                   details, mode, rate_unknown, rate}, …],
     "flows": [[{a flow as `aupkeep flows decode` prints it}, …], …]}

The rows stand by finding. The bytes are the evidence: their SHA-256 is the raw's digest. What
people read, a sentence for each finding and a line for each row, is made from them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aupkeep.app.telemetry.findings.attack_traffic import attack_traffic
from aupkeep.app.telemetry.tuning.effective_rules import EffectiveRule
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, Role
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.rows import FlowRecord, rfc3339

MEDIA_TYPE = "application/vnd.aupkeep.hits+json"
NAME = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
OURS = (Role.VULNERABLE, Role.VICTIM)  # the hit's port is then our own service's
COUNTS = ("tries", "sessions")  # evidence that counts single events
SURPLUS = ("mode", "rate_unknown", "rate")  # what only our own detectors may say of a finding
PORTED = ("tcp", "udp")
MOST = 500  # findings of one document


@dataclass(frozen=True, slots=True, kw_only=True)
class HitWithRows:
    """A hit with the flow rows around it, as `rows.flow_record` makes them, oldest first."""

    hit: DetectorHit
    flows: Sequence[FlowRecord]


def rate_unknown(seen: HitWithRows) -> bool:
    """Whether the hit rests on flows whose sampling rate nobody knows."""
    stated = seen.hit.evidence.get("sampling")
    known = isinstance(stated, int | float) and stated >= 1
    return not known or any(flow.sampling is None for flow in seen.flows)


def is_own_service(seen: HitWithRows) -> bool:
    """Whether the hit's port is the one our address sends from, as a service that answers does."""
    sent = [flow for flow in seen.flows if flow.src == str(seen.hit.address)]
    own: int = sum(flow.sport == seen.hit.port for flow in sent)
    theirs: int = sum(flow.dport == seen.hit.port for flow in sent)
    return own > theirs


def write_hits(effective: EffectiveRule, policy: str, seen: Sequence[HitWithRows]) -> bytes:
    """The document of one detector's hits, with the rule under which it saw them.

    The hits are of one class of customers, or all of those that have no thresholds of their own.
    """
    detector, rule = effective.detector, effective.rule
    of_class = seen[0].hit.of_class if seen else None
    thresholds = effective.thresholds_of(of_class)
    sources = {"mode": effective.sources["mode"]}
    document = {
        "detector": detector.name,
        "version": detector.version,
        "says": detector.says,
        "rule": {
            "mode": rule.mode.value,
            "thresholds": {name: value for name, (value, _) in thresholds.items()},
            "sources": sources | {name: words for name, (_, words) in thresholds.items()},
            "policy": policy,
            "class": of_class,
        },
        "findings": [_finding(observed) for observed in seen],
        "flows": [[flow._asdict() for flow in observed.flows] for observed in seen],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _finding(seen: HitWithRows) -> dict[str, object]:
    hit = seen.hit
    ours = hit.role in OURS or is_own_service(seen)
    transport = hit.transport if hit.transport in PORTED else None
    target: dict[str, object] = {"address": str(hit.peer) if hit.peer else None}
    target |= {} if ours else {"port": hit.port, "protocol": transport}
    more: dict[str, object] = {"rate_unknown": True} if rate_unknown(seen) else {}
    if hit.role is Role.VICTIM:
        flood = attack_traffic(hit, seen.flows)
        transport = flood.protocol
        target |= {"port": flood.port, "protocol": flood.protocol} if flood.port else {}
        more |= {} if flood.rate is None else {"rate": flood.rate}
    return {
        "kind": hit.kind,
        "role": hit.role.value,
        "address": str(hit.address),
        "port": hit.port if ours else None,
        "at": rfc3339(hit.at),
        "exact": max(1.0, (hit.until - hit.at) / 1000),
        "confidence": hit.confidence,
        "count": next((int(hit.evidence[x]) for x in COUNTS if hit.evidence.get(x)), 1),
        "target": {name: value for name, value in target.items() if value is not None} or None,
        "transport": (transport or hit.transport) if ours else None,
        "details": _details(hit, seen.flows),
        "mode": hit.mode.value,
        **more,
    }


def _details(hit: DetectorHit, flows: Sequence[FlowRecord]) -> dict[str, str]:
    """The evidence as texts: how much, over what, at which sampling, with which chance."""
    figures: dict[str, object] = {
        "until": rfc3339(hit.until),
        "protocol": hit.transport,
        **hit.evidence,
    }
    figures["flow rows kept"] = len(flows)
    texts = {name: _text(value) for name, value in figures.items() if value is not None}
    return dict(list(texts.items())[:MOST_DETAILS])


def _text(value: object) -> str:
    """A count, a share, a list of ports, in a few characters."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple | Mapping):
        value = json.dumps(value, default=str)
    return str(value)[:LONGEST_DETAIL]


def flow_line(flow: FlowRecord) -> str:
    """One flow row as a line: times, both ends with their ports, flags, counts, sampling.

    >>> flow_line(FlowRecord(None, "ipfix", "192.0.2.1", "2001:db8::2", 4000, 25, 6, flags=2,
    ...                      start="2026-03-01T12:00:00.000Z"))
    '2026-03-01T12:00:00.000Z 192.0.2.1 port 4000 > 2001:db8::2 port 25 proto=6 flags=0x02'
    """
    ends = " > ".join(
        f"{address or '?'}" + (f" port {port}" if port is not None else "")
        for address, port in ((flow.src, flow.sport), (flow.dst, flow.dport))
    )
    names = ("proto", "packets", "bytes", "sampling", "input", "output", "vlan", "exporter")
    values = ((name, getattr(flow, name)) for name in names)
    figures = [f"{name}={value}" for name, value in values if value is not None]
    if flow.flags is not None:
        figures.insert(1, f"flags=0x{flow.flags:02x}")
    times = dict.fromkeys(time for time in (flow.start, flow.end) if time is not None)
    return " ".join([*times, ends, *figures])
