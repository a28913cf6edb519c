"""The commands of `aupkeep flows` that read files, as other programs use them."""

import json
import subprocess
import sys

import pytest

from telemetry.capture import files
from telemetry.wire import samples
from telemetry.wire.exports import FLOW, a_set, netflow5, netflow9, record, record5, template

KEYS = [
    "exporter",
    "protocol",
    "src",
    "dst",
    "sport",
    "dport",
    "proto",
    "flags",
    "packets",
    "bytes",
    "sampling",
    "start",
    "end",
    "input",
    "output",
    "vlan",
]


def run(*words: object, given=b""):
    """A command: its exit code, its lines, its errors."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", "flows", *map(str, words)],
        check=False,
        capture_output=True,
        input=given,
    )
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode()


@pytest.fixture
def capture(tmp_path):
    """A capture of a v9 exporter: a datagram of templates, then one of data."""
    datagrams = [
        netflow9(template(9, 256, FLOW), sequence=1),
        netflow9(a_set(256, record(FLOW, (1, 2, 3, 4, 6, 2, 5, 600, 7, 8))), sequence=2),
    ]
    packets = [
        (1000, samples.ethernet(samples.ipv4(samples.udp(one, dport=2055), 17)))
        for one in datagrams
    ]
    path = tmp_path / "export.pcap"
    path.write_bytes(files.pcap([*packets, (2000, b"noise")]))
    return path


def test_decode_prints_one_flow_a_line_and_a_summary(capture):
    """The last line counts; every flow has all its keys, in one order."""
    code, lines, _ = run("decode", capture, "-o", "jsonl")
    flow, last = map(json.loads, lines)
    assert (code, list(flow)) == (0, KEYS)
    assert (flow["exporter"], flow["protocol"], flow["bytes"]) == ("203.0.113.10", "netflow9", 600)
    summary = {"datagrams": 2, "records": 1, "dropped": {"not_udp": 1}}
    assert last == {"summary": summary}


def test_decode_prints_one_document(capture):
    code, lines, _ = run("decode", capture, "-o", "json")
    told = json.loads("\n".join(lines))
    assert (code, len(told["flows"]), told["summary"]["records"]) == (0, 1, 1)


def test_decode_prints_a_table_for_people(capture):
    """A rate that nobody stated is shown as unknown."""
    code, lines, _ = run("decode", capture)
    assert code == 0
    assert "0.0.0.1:3" in lines[1]
    assert "unknown" in lines[1]
    assert lines[-2] == "2 datagrams, 1 records"
    assert lines[-1] == "dropped 1: not_udp (a captured packet that is no UDP datagram)"


def test_files_are_read_in_the_order_given(tmp_path):
    """A template of the first holds for the second; alone, the second is counted."""
    first, second = tmp_path / "template", tmp_path / "data"
    first.write_bytes(netflow9(template(9, 256, FLOW)))
    second.write_bytes(netflow9(a_set(256, record(FLOW, (1, 2, 3, 4, 6, 2, 5, 600, 7, 8)))))
    flow, last = map(json.loads, run("decode", first, second, "-o", "jsonl")[1])
    assert (flow["exporter"], last["summary"]["dropped"]) == (None, {})
    (last,) = map(json.loads, run("decode", second, "-o", "jsonl")[1])
    assert last["summary"] == {"datagrams": 1, "records": 0, "dropped": {"no_template": 1}}


def test_standard_input_is_a_file():
    """Also where it comes through a pipe."""
    _, lines, _ = run("decode", "-", "-o", "jsonl", given=netflow5(record5(1, 2)))
    assert json.loads(lines[-1])["summary"]["records"] == 1


def test_an_empty_file_holds_nothing(tmp_path):
    path = tmp_path / "empty"
    path.touch()
    code, lines, _ = run("decode", path, "-o", "jsonl")
    assert code == 0
    assert json.loads(lines[-1])["summary"] == {"datagrams": 0, "records": 0, "dropped": {}}


def test_a_file_that_is_not_there_is_named(tmp_path):
    code, lines, error = run("decode", tmp_path / "nothing", "-o", "jsonl")
    assert (code, lines) == (2, [])
    told = json.loads(error)
    assert told["error"] == "usage"
    assert str(tmp_path / "nothing") in told["message"]


def test_the_group_lists_its_commands_without_loading_them():
    code, lines, _ = run("--help")
    assert code == 0
    assert any(line.split()[:1] == ["decode"] for line in lines)
