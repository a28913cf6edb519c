"""Logs of other programs: each kind's samples give the rows they say, hostile lines are counted."""

import json
import os
import shutil
from collections import Counter
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.model.errors import Missing
from aupkeep.telemetry.logs.kinds import nfdump, zeek
from aupkeep.telemetry.logs.log import Flow, Log, batches, log_of, logs
from aupkeep.telemetry.replay import batches_of
from aupkeep.telemetry.rows import Exporters, flow_record
from aupkeep.telemetry.wire.decoder import Decoder

SAMPLES = Path(__file__).parents[2] / "samples" / "logs"
FILES = sorted(path for path in SAMPLES.glob("*/*") if not path.name.endswith(".expected.jsonl"))
NAMED = [f"{file.parent.name}/{file.name}" for file in FILES]


def told(file):
    """Every row of a file as an object, and last what was dropped."""
    data, dropped, exporters = file.read_bytes(), Counter(), Exporters([None])
    rows = [
        flow_record(row, exporters)._asdict()
        for _, some in batches_of(data, Decoder(Exporters()), dropped)
        for row in some
    ]
    return [*rows, {"dropped": dict(dropped)}]


def test_every_kind_has_a_sample():
    assert {file.parent.name for file in FILES} == set(logs())


@pytest.mark.parametrize("file", FILES, ids=NAMED)
def test_a_sample_gives_the_rows_it_says(file):
    log = log_of(file.read_bytes())
    assert log is not None
    assert log.name == file.parent.name
    expected = file.with_name(f"{file.name}.expected.jsonl")
    lines = [json.dumps(one) for one in told(file)]
    if "AUPKEEP_ACCEPT" in os.environ:
        expected.write_text("\n".join(lines) + "\n")
    assert lines == expected.read_text().splitlines()


@pytest.mark.parametrize("file", FILES, ids=NAMED)
def test_one_kind_claims_a_sample(file):
    head = file.read_bytes()
    assert [log.name for log in logs().values() if log.recognises(head)] == [file.parent.name]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"#", b"\x0c", b"not a log\n", b'{"a": 1}\n', b"," * 99]
)
def test_no_kind_claims_what_is_none(data):
    assert log_of(data) is None


@pytest.mark.parametrize("file", [file for file in FILES if file.parent.name != "nfdump"], ids=str)
def test_no_cut_or_changed_byte_stops_the_reading(file):
    """Whatever byte is lost or wrong, what is left is read, and nothing raises."""
    data = file.read_bytes()
    log = log_of(data)
    for at in range(0, len(data), 7):
        for damaged in (data[:at], data[:at] + b"\xff" + data[at + 1 :]):
            list(log.read(damaged, Counter()))


def test_rows_go_by_their_end_a_second_at_a_time():
    ends = [5_900, 1_100, 5_100, 1_900]
    flow = Flow(ip_address("192.0.2.1"), ip_address("198.51.100.1"), 6, 0, 0, 1)
    log = Log(
        name="x", says="", recognises=bool, read=lambda *_: (flow._replace(end=end) for end in ends)
    )
    taken = [(now, rows["end"].tolist()) for now, rows in batches(log, b"", Counter())]
    assert taken == [(1_900, [1_100, 1_900]), (5_900, [5_100, 5_900])]


def test_a_stated_rate_is_every_rows():
    file = SAMPLES / "zeek" / "conn.log"
    rates = {
        int(row["sampling"])
        for _, rows in batches(zeek.LOG, file.read_bytes(), Counter(), sampling=100)
        for row in rows
    }
    assert rates == {100}


@pytest.mark.parametrize(
    ("history", "there", "back"),
    [("S", 2, None), ("Sr", 2, 4), ("ShADadFf", 27, 27), ("^hA", 16, 18), ("D", 24, None)],
)
def test_a_history_tells_the_flags_of_either_side(history, there, back):
    assert zeek._flags({"history": history, "conn_state": "OTH"}) == (there, back)


HUGE = ("1e400", "nan", "-1", "9" * 5000, "0x" + "f" * 40, '"x"', "[" * 100_000, "{}", "null")


@pytest.mark.parametrize("value", HUGE, ids=range(len(HUGE)))
@pytest.mark.parametrize("field", ["ts", "duration", "id.orig_p", "orig_pkts", "orig_ip_bytes"])
def test_no_number_of_a_log_stops_the_reading(field, value):
    good = (SAMPLES / "zeek" / "conn.json.log").read_text().splitlines()[1]
    bad = json.dumps({**json.loads(good), field: "HERE"}).replace('"HERE"', value)
    dropped = Counter()
    taken = [len(rows) for _, rows in batches(zeek.LOG, f"{bad}\n{good}\n".encode(), dropped)]
    assert sum(taken) + dropped.total() in (2, 3)  # a value may be one that is left out
    assert sum(taken) >= 1


def test_a_line_without_end_is_counted():
    dropped = Counter()
    head = b'{"id.orig_h": "192.0.2.1", "id.resp_h": "192.0.2.2", "conn_state": "S0"}\n'
    assert list(zeek.read(head + b"x" * (2 << 20), dropped)) == []
    assert dropped == {"unreadable_line": 1, "too_long": 1}


def test_without_its_program_a_file_of_nfcapd_says_what_it_needs(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Missing, match="expected the program nfdump"):
        list(nfdump.read(b"\x0c\xa5", Counter()))


def test_a_broken_file_of_nfcapd_is_counted():
    dropped = Counter()
    assert list(nfdump.read(b"\x0c\xa5" + bytes(500), dropped)) == []
    assert dropped == {"unreadable_file": 1}
