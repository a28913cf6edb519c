"""A flood in an install's flow records, with the detector's finding about it: FROM (ms) → the desk.

    python -m web.flooded MILLISECONDS [into]      with the install's $AUPKEEP_HOME

With `into` it comes at the machine, else the machine sends it.

Two minutes of a web server's traffic, forty seconds of 2,000 SYNs a second among them, as a router
would have exported them; then the finding, as the collector hands it over.
"""

import sys
from ipaddress import ip_address

import numpy as np

from aupkeep.app.context import AppContext, open_context
from aupkeep.app.telemetry.collector.delivery_queue import deliver
from aupkeep.app.telemetry.collector.state_files import archive_folder
from aupkeep.app.telemetry.findings.hit_document import HitWithRows, write_hits
from aupkeep.app.telemetry.tuning.effective_rules import EffectiveRule
from aupkeep.model.finding import Mode
from aupkeep.telemetry.detect.detector import DetectorHit, DetectorRule
from aupkeep.telemetry.detectors.inbound_victim import DETECTOR as INBOUND
from aupkeep.telemetry.detectors.syn_flood import DETECTOR
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters, Rows, empty, flow_record, halves
from history_made import ALL

OURS, ATTACKED, VICTIM, VISITOR, ROUTER = map(
    ip_address, ("203.0.113.24", "203.0.113.201", "198.51.100.20", "198.51.100.77", "192.0.2.1")
)
STEP, BEFORE, FLOOD, AFTER = 250, 60_000, 40_000, 30_000  # ms between rows, and of each part
SYN, DATA = 2, 0x18


def rows(start: int, length: int, source, target, **fields: object) -> Rows:
    """One row a step from source to target; `fields` say the rest."""
    made = empty(length // STEP)
    at = start + STEP * np.arange(len(made))
    made["src_hi"], made["src_lo"] = halves(source)
    made["dst_hi"], made["dst_lo"] = halves(target)
    common = {"family": 4, "proto": 6, "sampling": 1, "has": int(ALL)}
    for name, value in {**common, "start": at, "end": at + STEP, "seen": at, **fields}.items():
        made[name] = value
    return made


def traffic(start: int, *, into: bool) -> Rows:
    """A web server answers all the time; in the middle it floods, or is flooded."""
    whole = BEFORE + FLOOD + AFTER
    busy = 40 + np.arange(whole // STEP) % 23
    served = {"sport": 443, "dport": 51_000, "flags": DATA}
    ours = ATTACKED if into else OURS
    ends = (VICTIM, ours) if into else (ours, VICTIM)
    asked = {"sport": 51_000, "dport": 443, "flags": DATA}
    return np.concatenate(
        [
            rows(start, whole, ours, VISITOR, packets=busy, bytes=busy * 1200, **served),
            rows(start, whole, VISITOR, ours, packets=busy // 2, bytes=busy * 40, **asked),
            rows(start + BEFORE, FLOOD, *ends, sport=2_000 + np.arange(FLOOD // STEP),
                 dport=80, flags=SYN, packets=500, bytes=20_000),
        ]
    )  # fmt: skip


def seen(begun: int, *, into: bool) -> DetectorHit:
    """What the detector of that flood says."""
    same = {"sampling": 1, "chance": 1.0, "window_s": 3.0}
    if into:
        came = {"packets": 6_000, "packets_per_second": 2_000, "bits_per_second": 640_000}
        return DetectorHit(
            detector=INBOUND.name, version=INBOUND.version, kind=INBOUND.kind, role=INBOUND.role,
            address=ATTACKED, at=begun, until=begun + 3_000, confidence=0.85, mode=Mode.PROPOSE,
            evidence={**came, "of": "syn", "sources": 1, **same}, port=80, transport="tcp",
        )  # fmt: skip
    sent = {"syn_packets": 6_000, "syn_per_second": 2_000, "share_of_target": 1.0}
    return DetectorHit(
        detector=DETECTOR.name, version=DETECTOR.version, kind=DETECTOR.kind, role=DETECTOR.role,
        address=OURS, at=begun, until=begun + 3_000, confidence=0.95, mode=Mode.ACT,
        evidence={**sent, **same}, peer=VICTIM, port=80, transport="tcp",
    )  # fmt: skip


def flood(context: AppContext, start: int, *, into: bool) -> bytes:
    """Keep the rows in the install's history; the detector's document about them."""
    exporters = Exporters()
    exported = traffic(start, into=into)
    exported["exporter"] = exporters.number(ROUTER)
    archive = Archive(archive_folder(context.home, context.settings))
    archive.append(exported, exporters, start + BEFORE + FLOOD)
    archive.close()
    hit, detector = seen(start + BEFORE, into=into), INBOUND if into else DETECTOR
    flows = [flow_record(row, exporters) for row in exported[exported["flags"] == SYN][:12]]
    limits = {name: value for name, (value, _) in detector.defaults.items()}
    stands = EffectiveRule(
        detector=detector,
        rule=DetectorRule(mode=hit.mode, thresholds=limits),
        sources=dict.fromkeys(["mode", *limits], "default"),
    )
    return write_hits(stands, "sample", [HitWithRows(hit=hit, flows=flows)])


if __name__ == "__main__":
    context = open_context()
    deliver(context, flood(context, int(sys.argv[1]), into=sys.argv[2:] == ["into"]))
