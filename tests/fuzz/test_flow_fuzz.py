"""A short, repeatable search for datagrams and captures that break the flow decoder.

What breaks it is left in a folder that the failure names: make it a test of `tests/telemetry/wire`.
"""

import struct
from pathlib import Path

import pytest

from fuzz.search import search
from telemetry.capture import files
from telemetry.wire import samples
from telemetry.wire.exports import (
    FLOW,
    a_set,
    ipfix,
    netflow5,
    netflow9,
    options,
    record,
    record5,
    template,
)

pytest.importorskip("atheris", reason="atheris has no wheel for this Python or machine")
pytestmark = [pytest.mark.slow, pytest.mark.again("fuzz")]
VALUES = (1, 2, 3, 4, 6, 2, 5, 600, 7, 8)
FRAME = samples.ethernet(samples.ipv4(samples.tcp()), tags=((0x8100, 5),))
SAMPLER = [(48, 1), (50, 4)]
SEVERAL = (
    [netflow5(record5(1, 2), record5(3, 4), sampling=100)],
    [netflow9(template(9, 256, FLOW), a_set(256, record(FLOW, VALUES)))],
    [netflow9(a_set(256, record(FLOW, VALUES))), netflow9(template(9, 256, FLOW))],
    [
        netflow9(
            options(9, 300, [(1, 4)], SAMPLER), a_set(300, record([(1, 4), *SAMPLER], (0, 1, 9)))
        )
    ],
    [ipfix(template(10, 256, [(315, 0xFFFF)]), a_set(256, record([(315, 0xFFFF)], [FRAME])))],
    [ipfix(template(10, 256, [(1, 8, 29305), (154, 8), (82, 0xFFFF)]), a_set(256, bytes(17)))],
    [ipfix(a_set(2, struct.pack(">HHHH", 256, 0, 2, 0)))],
    [samples.sflow(samples.sample(samples.header(FRAME)), samples.expanded(samples.header(FRAME)))],
)


def seeds(folder: Path) -> None:
    """Datagrams of each protocol, then a capture of each form."""
    for number, several in enumerate(SEVERAL):
        body = b"".join(struct.pack(">H", len(one)) + one for one in several)
        (folder / f"datagrams{number}").write_bytes(b"\0" + body)
    packet = samples.ethernet(samples.ipv4(samples.udp(SEVERAL[1][0]), 17))
    blocks = files.section() + files.interface() + files.enhanced(0, 5, packet)
    for number, capture in enumerate([files.pcap([(5, packet)]), blocks]):
        (folder / f"capture{number}").write_bytes(b"\1" + capture)


def test_no_datagram_breaks_the_decoder(tmp_path: Path) -> None:
    """Thousands of changed exports: each ends in rows or reasons, in time and within memory."""
    corpus = tmp_path / "seeds"
    corpus.mkdir()
    seeds(corpus)
    search("flow_target.py", corpus, tmp_path / "broken")
