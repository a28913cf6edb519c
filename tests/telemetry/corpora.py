"""Captures and datagrams of real exporters that stand beside the checkout, and what they tell."""

from collections import Counter
from pathlib import Path

import pytest

from aupkeep.app.telemetry.files.decode import decode_files

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
MARKS = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not here"),
]
NETFLOW = CORPORA / "flows-akvorado/outlet/flow/decoder/netflow/testdata"
SFLOW = CORPORA / "flows-akvorado/outlet/flow/decoder/sflow/testdata"
FRAMES = CORPORA / "flows-akvorado/outlet/flow/decoder/testdata"
DATAGRAMS = CORPORA / "flows-logstash-netflow/spec/codecs"
TCPDUMP = CORPORA / "flows-tcpdump/tests"
TUNNELS = CORPORA / "flows-zeek/testing/btest/Traces/tunnels"


class Told:
    """What the files of a folder tell, read in this order."""

    def __init__(self, folder: Path, *names: str) -> None:
        *flows, summary = decode_files([str(folder / name) for name in names], None)
        self.flows = [flow._asdict() for flow in flows]
        self.dropped: Counter[str] = Counter(summary.dropped)
        self.datagrams = summary.datagrams
        assert summary.records == len(self.flows)

    def line(self, number: int) -> str:
        """A flow in short: ends, protocol, flags, packets, bytes, sampling."""
        one = self.flows[number]
        return (
            f"{one['src']}:{one['sport']} > {one['dst']}:{one['dport']} proto {one['proto']} "
            f"flags {one['flags']} {one['packets']}p {one['bytes']}B 1:{one['sampling']}"
        )

    def each(self, name: str) -> list[object]:
        """One field of all flows."""
        return [flow[name] for flow in self.flows]
