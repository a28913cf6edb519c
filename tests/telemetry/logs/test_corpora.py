"""Real logs of flows that stand beside the checkout: all are read, attacks are told, no more is."""

from collections import Counter

import pytest

from aupkeep.app.telemetry.files.replay import replay_files
from aupkeep.telemetry.logs.log import log_of
from telemetry.corpora import CORPORA, MARKS

pytestmark = MARKS
DATASET = CORPORA / "flows-stratosphere" / "dataset"
OWN = ("192.168.0.0/16", "10.0.0.0/8", "147.32.80.0/24", "2001:718::/32")
KINDS = {"conn.log": "zeek", ".labeled": "zeek", ".nfdump": "nfdump", ".binetflow": "argus",
         "suricata.json": "suricata"}  # fmt: skip
LOGS = [
    (file, kind)
    for file in sorted(DATASET.rglob("*"))
    for ending, kind in KINDS.items()
    if file.name.endswith(ending) and (kind != "zeek" or file.name.startswith("conn.log"))
]
ATTACKS = {  # what the names of the files say is in them
    "test1-malicious.nfdump": {"syn-flood"},
    "test11-portscan.binetflow": {"vertical-scan", "icmp-sweep"},
}


def told(file, sampling=None):
    return list(replay_files([str(file)], OWN, None, sampling=sampling, say=lambda _: None))


@pytest.mark.parametrize(("file", "kind"), LOGS, ids=[one.name for one, _ in LOGS])
def test_a_real_log_is_read_whole(file, kind):
    data, dropped = file.read_bytes(), Counter()
    log = log_of(data)
    assert log is not None
    assert log.name == kind
    flows = list(log.read(data, dropped))
    connections = sum(line[:1] not in (b"#", b"") for line in data.splitlines())
    assert dropped == {}
    assert len(flows) >= (1 if kind == "nfdump" else 0.5 * connections)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_in_a_log_is_told(name):
    hits = told(DATASET / name, sampling=1)
    assert {hit.detector for hit in hits if hit.mode == "propose"} == ATTACKS[name]


@pytest.mark.parametrize(
    "file", [one for one, _ in LOGS if one.name not in ATTACKS], ids=lambda one: one.parent.name
)
@pytest.mark.nightly("fuzz")
def test_nobody_is_accused_in_a_log_without_an_attack_outwards(file):
    assert [hit.detector for hit in told(file) if hit.mode in ("propose", "act")] == []
