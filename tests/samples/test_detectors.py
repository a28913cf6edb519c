"""Every detector sees its loud samples, and none sees anything in a quiet one.

A sample is a file of flows: each block repeats a flow `count` times, `every` so many ms; a field
with `_step` grows by it each time. `back_packets` and the like give the other direction. `most` is
the greatest mode of a loud sample that says nothing of guilt, or cannot; `port` the one it names;
`cap` the mode above which nothing may go, for of an innocent the same would be seen.
"""

import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aupkeep.telemetry.detect.detector import DetectorHit, Mode
from aupkeep.telemetry.detect.engine import DetectionEngine, detectors
from aupkeep.telemetry.detect.network_context import (
    CustomerInterface,
    ListedContact,
    NetworkContext,
)
from aupkeep.telemetry.replay import replay
from aupkeep.telemetry.rows import Exporters, RowField, Rows, empty
from aupkeep.telemetry.window.own_slots import OwnSlots

HERE = Path(__file__).parent / "telemetry"
SAMPLES = sorted(HERE.glob("*/*.toml"))
UNSAMPLED = [path for path in SAMPLES if "\nsampling" not in path.read_text("utf-8")]
NOON = 1_772_366_400_000  # ms
OWN = ("192.0.2.0/24", "2001:db8:1::/48")
EXPORTER = ip_address("2001:db8:ffff::1")
ORDER = list(Mode)
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}
PROTOS = {"tcp": 6, "udp": 17, "icmp": 1, "gre": 47, "ipip": 4}
LINGER, INACTIVE = 1_000, 15_000  # ms after which an exporter tells of a flow


def rows_of(block: dict[str, Any], sampling: int) -> Rows:
    """The flows of one block, the other direction after them."""
    count = block["count"]
    number = np.arange(count)

    def grown(name: str, default: int = 0) -> Any:  # noqa: ANN401 - one number or many
        return block.get(name, default) + number * block.get(f"{name}_step", 0)

    def side(name: str) -> Any:  # noqa: ANN401 - the same
        return int(ip_address(block[name])) + number * block.get(f"{name}_step", 0)

    rows = empty(count)
    proto = PROTOS[block.get("proto", "tcp")]
    start = NOON + block.get("begins", 0) + number * block["every"]
    has = (
        RowField.SRC
        | RowField.DST
        | RowField.PROTO
        | RowField.PACKETS
        | RowField.BYTES
        | RowField.START
        | RowField.END
        | RowField.INPUT
    )
    has |= (
        RowField.SAMPLING * (sampling > 0)
        | RowField.FLAGS * (proto == 6)
        | RowField.ICMP * (proto == 1)
    )
    rows["has"] = int(
        has | (RowField.SPORT | RowField.DPORT) * (proto in (6, 17) and "fragment" not in block)
    )
    rows["family"], rows["proto"], rows["sampling"] = 4, proto, max(sampling, 1)
    rows["src_lo"], rows["dst_lo"] = side("src"), side("dst")
    rows["sport"], rows["dport"] = grown("sport", 33000), grown("dport")
    rows["packets"], rows["bytes"] = grown("packets", 1), grown("bytes", 40)
    rows["start"], rows["end"] = start, start + block.get("lasts", 0)
    rows["flags"] = sum(FLAGS[one] for one in block.get("flags", ""))
    for name in ("icmp", "fragment", "input"):
        rows[name] = block.get(name, 0)
    if "back_packets" not in block:
        return rows
    back = rows.copy()
    for one, other in (("src_lo", "dst_lo"), ("sport", "dport")):
        back[one], back[other] = rows[other], rows[one]
    back["packets"], back["bytes"] = block["back_packets"], block["back_bytes"]
    back["flags"] = sum(FLAGS[one] for one in block.get("back_flags", ""))
    back["icmp"] = 0
    return np.concatenate([rows, back])


def hits_of(path: Path) -> tuple[list[DetectorHit], dict[str, Any]]:
    """What the watch tells of a sample, as an exporter of our network would have shown it."""
    sample = tomllib.loads(path.read_text("utf-8"))
    exporters = Exporters()
    exporters.number(EXPORTER)
    rows = np.concatenate([rows_of(one, sample.get("sampling", 1)) for one in sample["flows"]])
    rows["seen"] = rows["end"] + np.where(rows["flags"] & 1, LINGER, INACTIVE)
    rows = rows[np.argsort(rows["seen"], kind="stable")]
    bounds = np.flatnonzero(np.diff(rows["seen"] // 1000)) + 1
    batches = [(int(part["seen"].max()), part) for part in np.split(rows, bounds)]
    around = NetworkContext(
        contacts=[
            ListedContact(ip_address(one[0]), *one[1:]) for one in sample.get("contacts", [])
        ],
        interfaces={
            CustomerInterface(ip_address(one), number): ip_address(behind)
            for one, number, behind in sample.get("interfaces", [])
        },
        services=[ip_network(one) for one in sample.get("services", [])],
    )
    own = OwnSlots([ip_network(one) for one in OWN])
    return list(
        replay(batches, DetectionEngine(own, {}, context=around, exporters=exporters))
    ), sample


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sample_is_told_as_its_name_says(path: Path) -> None:
    hits, sample = hits_of(path)
    if path.stem.startswith("quiet"):
        assert hits == []
        return
    own = [hit for hit in hits if hit.detector == path.parent.name]
    most = Mode(sample.get("most", "propose"))
    assert own, f"nothing but {[hit.detector for hit in hits]}"
    assert any(ORDER.index(hit.mode) >= ORDER.index(most) for hit in own)
    cap = Mode(sample.get("cap", "act"))
    assert all(ORDER.index(hit.mode) <= ORDER.index(cap) for hit in hits)
    assert all(hit.port == sample.get("port", hit.port) for hit in own)
    for hit in hits:
        assert {"sampling", "chance", "window_s"} <= set(hit.evidence)
        assert hit.at <= hit.until


def test_a_sampled_scan_of_ports_is_told_as_nothing_else() -> None:
    """Five SYN packets at 1:100, each to a port of its own, are five ports and no flood of one."""
    hits, _ = hits_of(HERE / "vertical-scan" / "loud-sampled.toml")
    assert {hit.detector for hit in hits} == {"vertical-scan"}


@pytest.mark.parametrize("name", sorted(detectors()))
def test_detector_has_loud_and_quiet_samples(name: str) -> None:
    stems = [path.stem.split("-")[0] for path in SAMPLES if path.parent.name == name]
    assert "loud" in stems, f"no loud sample in {HERE / name}"
    assert "quiet" in stems, f"no quiet sample in {HERE / name}"


@pytest.mark.parametrize("name", sorted(detectors()))
def test_detector_says_what_it_is(name: str) -> None:
    from aupkeep.model.taxonomy import KINDS

    one = detectors()[name]
    assert one.kind in KINDS
    assert one.direction in {"out", "in"}
    assert one.cooldown > 0
    assert all(words for _, words in one.defaults.values())


@pytest.mark.parametrize("path", UNSAMPLED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_unknown_sampling_caps_every_sample(path: Path, tmp_path: Path) -> None:
    """The same flows, their sampling unknown, are never more than told."""
    blind = tmp_path / path.parent.name / path.name
    blind.parent.mkdir()
    blind.write_text("sampling = 0\n" + path.read_text("utf-8"), "utf-8")
    assert all(ORDER.index(hit.mode) <= ORDER.index(Mode.NOTIFY) for hit in hits_of(blind)[0])
