"""A detector's findings as a document, with the flow rows they rest on; `hits_read` reads it.

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
from typing import Any

from aupkeep.app.telemetry.findings.attack_traffic import coming
from aupkeep.app.telemetry.tuning.effective_rules import Standing
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, Role
from aupkeep.telemetry.detect.detector import Hit
from aupkeep.telemetry.rows import stamp

MEDIA_TYPE = "application/vnd.aupkeep.hits+json"
NAME = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
OURS = (Role.VULNERABLE, Role.VICTIM)  # the hit's port is then our own service's
COUNTS = ("tries", "sessions")  # evidence that counts single events
SURPLUS = ("mode", "rate_unknown", "rate")  # what only our own detectors may say of a finding
PORTED = ("tcp", "udp")
MOST = 500  # findings of one document
Flow = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A hit with the flow rows around it, as `rows.to_json` has them, oldest first."""

    hit: Hit
    flows: Sequence[Flow]


def blind(seen: Seen) -> bool:
    """Whether the hit rests on flows whose sampling rate nobody knows."""
    stated = seen.hit.evidence.get("sampling")
    known = isinstance(stated, int | float) and stated >= 1
    return not known or any(flow.get("sampling") is None for flow in seen.flows)


def serves(seen: Seen) -> bool:
    """Whether the hit's port is the one our address sends from, as a service that answers does."""
    sent = [flow for flow in seen.flows if flow.get("src") == str(seen.hit.address)]
    own: int = sum(flow.get("sport") == seen.hit.port for flow in sent)
    theirs: int = sum(flow.get("dport") == seen.hit.port for flow in sent)
    return own > theirs


def write_hits(stands: Standing, policy: str, seen: Sequence[Seen]) -> bytes:
    """The document of one detector's hits, with the rule under which it saw them.

    The hits are of one class of customers, or all of those that have no thresholds of their own.
    """
    detector, rule = stands.detector, stands.rule
    of_class = seen[0].hit.of_class if seen else None
    holding = stands.holding(of_class)
    sources = {"mode": stands.sources["mode"]}
    found = {
        "detector": detector.name,
        "version": detector.version,
        "says": detector.says,
        "rule": {
            "mode": rule.mode.value,
            "thresholds": {name: value for name, (value, _) in holding.items()},
            "sources": sources | {name: words for name, (_, words) in holding.items()},
            "policy": policy,
            "class": of_class,
        },
        "findings": [_finding(one) for one in seen],
        "flows": [list(one.flows) for one in seen],
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _finding(seen: Seen) -> dict[str, Any]:
    hit = seen.hit
    ours = hit.role in OURS or serves(seen)
    transport = hit.transport if hit.transport in PORTED else None
    target: dict[str, Any] = {"address": str(hit.peer) if hit.peer else None}
    target |= {} if ours else {"port": hit.port, "protocol": transport}
    more: dict[str, Any] = {"rate_unknown": True} if blind(seen) else {}
    if hit.role is Role.VICTIM:
        flood = coming(hit, seen.flows)
        transport = flood.protocol
        target |= {"port": flood.port, "protocol": flood.protocol} if flood.port else {}
        more |= {} if flood.rate is None else {"rate": flood.rate}
    return {
        "kind": hit.kind,
        "role": hit.role.value,
        "address": str(hit.address),
        "port": hit.port if ours else None,
        "at": stamp(hit.at),
        "exact": max(1.0, (hit.until - hit.at) / 1000),
        "confidence": hit.confidence,
        "count": next((int(hit.evidence[x]) for x in COUNTS if hit.evidence.get(x)), 1),
        "target": {name: value for name, value in target.items() if value is not None} or None,
        "transport": (transport or hit.transport) if ours else None,
        "details": _details(hit, seen.flows),
        "mode": hit.mode.value,
        **more,
    }


def _details(hit: Hit, flows: Sequence[Flow]) -> dict[str, str]:
    """The evidence as texts: how much, over what, at which sampling, with which chance."""
    found: dict[str, Any] = {"until": stamp(hit.until), "protocol": hit.transport, **hit.evidence}
    found["flow rows kept"] = len(flows)
    texts = {name: _text(value) for name, value in found.items() if value is not None}
    return dict(list(texts.items())[:MOST_DETAILS])


def _text(value: object) -> str:
    """A count, a share, a list of ports, in a few characters."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple | Mapping):
        value = json.dumps(value, default=str)
    return str(value)[:LONGEST_DETAIL]


def flow_line(flow: Flow) -> str:
    """One flow row as a line: times, both ends with their ports, flags, counts, sampling.

    >>> flow_line({"start": "2026-03-01T12:00:00.000Z", "src": "192.0.2.1", "sport": 4000,
    ...            "dst": "2001:db8::2", "dport": 25, "proto": 6, "flags": 2})
    '2026-03-01T12:00:00.000Z 192.0.2.1 port 4000 > 2001:db8::2 port 25 proto=6 flags=0x02'
    """
    ends = " > ".join(
        f"{flow.get(side) or '?'}" + (f" port {flow[port]}" if flow.get(port) is not None else "")
        for side, port in (("src", "sport"), ("dst", "dport"))
    )
    names = ("proto", "packets", "bytes", "sampling", "input", "output", "vlan", "exporter")
    figures = [f"{name}={flow[name]}" for name in names if flow.get(name) is not None]
    if flow.get("flags") is not None:
        figures.insert(1, f"flags=0x{int(flow['flags']):02x}")
    times = dict.fromkeys(str(flow[x]) for x in ("start", "end") if flow.get(x) is not None)
    return " ".join([*times, ends, *figures])
