"""The commands of `aupkeep flows` that read files, as other programs use them."""

import json

import pytest
from click.testing import CliRunner

from aupkeep.cli.flow_replay import replay
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


@pytest.fixture
def run(bare):
    """Runs a command of the group: its exit code, its lines, its errors."""

    def runs(*words: object, given: bytes = b"") -> tuple[int, list[str], str]:
        ended = bare.text("flows", *words, given=given)
        return ended.code, ended.out.splitlines(), ended.err

    return runs


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


def test_decode_prints_one_flow_a_line_and_a_summary(run, capture):
    """The last line counts; every flow has all its keys, in one order."""
    code, lines, _ = run("decode", capture, "-o", "jsonl")
    flow, last = map(json.loads, lines)
    assert (code, list(flow)) == (0, KEYS)
    assert (flow["exporter"], flow["protocol"], flow["bytes"]) == ("203.0.113.10", "netflow9", 600)
    summary = {"datagrams": 2, "records": 1, "dropped": {"not_udp": 1}}
    assert last == {"summary": summary}


def test_decode_prints_one_document(run, capture):
    code, lines, _ = run("decode", capture, "-o", "json")
    told = json.loads("\n".join(lines))
    assert (code, len(told["flows"]), told["summary"]["records"]) == (0, 1, 1)


def test_decode_prints_a_table_for_people(run, capture):
    """A rate that nobody stated is shown as unknown."""
    code, lines, _ = run("decode", capture)
    assert code == 0
    assert "0.0.0.1:3" in lines[1]
    assert "unknown" in lines[1]
    assert lines[-2] == "2 datagrams, 1 records"
    assert lines[-1] == "dropped 1: not_udp (a captured packet that is no UDP datagram)"


def test_files_are_read_in_the_order_given(run, tmp_path):
    """A template of the first holds for the second; alone, the second is counted."""
    first, second = tmp_path / "template", tmp_path / "data"
    first.write_bytes(netflow9(template(9, 256, FLOW)))
    second.write_bytes(netflow9(a_set(256, record(FLOW, (1, 2, 3, 4, 6, 2, 5, 600, 7, 8)))))
    flow, last = map(json.loads, run("decode", first, second, "-o", "jsonl")[1])
    assert (flow["exporter"], last["summary"]["dropped"]) == (None, {})
    (last,) = map(json.loads, run("decode", second, "-o", "jsonl")[1])
    assert last["summary"] == {"datagrams": 1, "records": 0, "dropped": {"no_template": 1}}


def test_standard_input_is_a_file(run):
    """Also where it comes through a pipe."""
    _, lines, _ = run("decode", "-", "-o", "jsonl", given=netflow5(record5(1, 2)))
    assert json.loads(lines[-1])["summary"]["records"] == 1


def test_an_empty_file_holds_nothing(run, tmp_path):
    path = tmp_path / "empty"
    path.touch()
    code, lines, _ = run("decode", path, "-o", "jsonl")
    assert code == 0
    assert json.loads(lines[-1])["summary"] == {"datagrams": 0, "records": 0, "dropped": {}}


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    code, lines, error = run("decode", tmp_path / "nothing", "-o", "jsonl")
    assert (code, lines) == (2, [])
    told = json.loads(error)
    assert told["error"] == "usage"
    assert str(tmp_path / "nothing") in told["message"]


def test_the_group_lists_its_commands_without_loading_them(run):
    code, lines, _ = run("--help")
    assert code == 0
    assert any(line.split()[:1] == ["decode"] for line in lines)


@pytest.fixture
def scan(tmp_path):
    """Exports of a scan: a SYN each to port 22 of fifty hosts of 198.51.100.0/24."""
    records = [record5(0xC0000207, 0xC6336401 + one, dport=22, packets=1) for one in range(50)]
    path = tmp_path / "scan"
    path.write_bytes(b"".join(netflow5(*records[at : at + 25]) for at in (0, 25)))
    return path


def test_replay_prints_one_finding_a_line(run, scan):
    words = ("--own", "192.0.2.0/24,2001:db8::/32", "--sampling", 1, "-o", "jsonl")
    code, lines, _ = run("replay", scan, *words)
    (finding,) = map(json.loads, lines)
    assert (code, finding["detector"], finding["mode"]) == (0, "horizontal-scan", "propose")
    assert (finding["address"], finding["port"]) == ("192.0.2.7", 22)


def test_replay_prints_paragraphs_for_people(run, scan):
    """What it rests on, and that the rate is unknown, is said in words."""
    code, lines, _ = run("replay", scan, "--own", "192.0.2.0/24")
    assert code == 0
    assert "horizontal-scan/" in lines[0]
    assert "192.0.2.7" in lines[1]
    assert "sampling unknown" in lines[2]
    assert lines[-1] == "1 finding."


def test_replay_refuses_what_is_no_prefix(run, scan):
    code, _, errors = run("replay", scan, "--own", "192.0.2.0/99")
    assert (code, errors.count("expected 192.0.2.0/24")) == (2, 1)


@pytest.fixture
def crawl(tmp_path):
    """Zeek's log of a day: every four minutes a try at port 22 of another host, in vain."""
    tries = [
        json.dumps({
            "ts": 1_772_323_200 + number * 240, "id.orig_h": "192.0.2.7", "id.orig_p": 40_000,
            "id.resp_h": f"198.51.100.{number % 250 + 1}", "id.resp_p": 22, "proto": "tcp",
            "conn_state": "S0", "history": "S", "orig_pkts": 1, "orig_ip_bytes": 60,
            "resp_pkts": 0, "resp_ip_bytes": 0,
        })
        for number in range(300)
    ]  # fmt: skip
    path = tmp_path / "conn.log"
    path.write_text("\n".join([*tries, "{cut"]))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("more", "expected"), [((), []), (("--slow",), ["slow-scan"])])
def test_replay_looks_back_over_a_day_where_it_is_asked_to(run, crawl, more, expected):
    code, lines, errors = run("replay", crawl, "--own", "192.0.2.0/24", *more, "-o", "jsonl")
    assert code == 0
    assert [json.loads(line)["detector"] for line in lines] == expected
    assert "dropped 1: unreadable_line (a line of a log" in errors


def test_a_replay_of_nothing_says_what_it_expected(run, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("nothing of that kind")
    code, lines, errors = run("replay", path, "--own", "192.0.2.0/24")
    assert (code, lines) == (0, ["0 findings."])
    assert "no flows: expected captures" in errors


def test_decode_says_who_reads_a_log(run, crawl):
    code, (line,), _ = run("decode", crawl, "-o", "jsonl")
    assert code == 0
    assert json.loads(line) == {
        "summary": {"datagrams": 0, "records": 0, "dropped": {"flow_log": 1}}
    }


def test_the_first_replay_says_what_takes_long(tmp_path, monkeypatch):
    """Beside the findings, on standard error, before anything else."""

    def ready(parts, *, say, warn) -> None:
        assert parts == ("count", "judge")
        say("making machine code")

    monkeypatch.setattr("aupkeep.app.telemetry.files.replay.prepare", ready)
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    words = [str(empty), "--own", "192.0.2.0/24", "-o", "json"]
    done = CliRunner().invoke(replay, words, catch_exceptions=False)
    assert done.stdout == "[]\n"
    assert done.stderr.splitlines()[0] == "making machine code"
