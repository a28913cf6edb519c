"""What flowed can be asked: rows, totals, pictures, any SELECT, whatever state the files are in."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import duckdb
import pytest

from aupkeep.model.errors import Invalid, TooMany
from aupkeep.telemetry.history.engine import number_of, open_engine
from aupkeep.telemetry.history.history import FlowDirection, HistoryQuery, TotalsBy
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.rows import RowField
from history_made import HOUR, NOON, OURS, PEER, rows, stored

MINE, OTHER = ip_address(OURS), ip_address(PEER)
SIX = ip_address("2001:db8::1")
OWN = [ip_network("192.0.2.0/24"), ip_network("2001:db8::/48")]
END = NOON + HOUR


def asked(sql: str, **more: object) -> HistoryQuery:
    given = {"values": {}, "tables": {}, "own": OWN, "since": NOON, "until": END, **more}
    return HistoryQuery(sql=sql, **given)  # type: ignore[arg-type]


@pytest.fixture
def history(tmp_path: Path) -> ParquetHistory:
    stored(
        tmp_path,
        rows(
            {"bytes": 1000, "packets": 10, "sampling": 100},
            {"src": PEER, "dst": OURS, "sport": 443, "dport": 40000, "start": NOON + 5_000},
            {"dst": "203.0.113.9", "dport": 53, "proto": 17, "start": NOON + 60_000},
        ),
        rows({"src": str(SIX), "dst": "2001:db8:ffff::2", "dport": 22, "start": NOON + 1_000}),
    )
    return ParquetHistory(tmp_path)


def test_the_flows_of_an_address_are_those_from_it_and_to_it(history: ParquetHistory) -> None:
    answer = history.flows(MINE, NOON, END, limit=10)
    assert [int(row["dport"]) for row in answer.rows] == [443, 40000, 53]
    assert str(answer.exporters.addresses[0]) == "203.0.113.1"
    assert (answer.more, answer.skipped) == (False, 0)


def test_the_flows_with_a_peer_are_those_between_the_two(history: ParquetHistory) -> None:
    assert len(history.flows(MINE, NOON, END, limit=10, peer=OTHER).rows) == 2


def test_an_address_of_ipv6_is_found_by_both_halves(history: ParquetHistory) -> None:
    assert len(history.flows(SIX, NOON, END, limit=10).rows) == 1
    assert len(history.flows(ip_address("2001:db8:1::1"), NOON, END, limit=10).rows) == 0


def test_a_limit_says_that_there_is_more(history: ParquetHistory) -> None:
    answer = history.flows(MINE, NOON, END, limit=2)
    assert (len(answer.rows), answer.more) == (2, True)


def test_a_flow_belongs_to_a_span_in_which_it_was_alive(tmp_path: Path) -> None:
    stored(tmp_path, rows({"start": NOON - HOUR, "end": NOON + 10, "seen": NOON + HOUR}), now=END)
    history = ParquetHistory(tmp_path)
    spans = ((NOON, NOON + 1), (NOON - HOUR, NOON - HOUR + 1), (NOON + 11, END))
    assert [len(history.flows(MINE, *span, limit=9).rows) for span in spans] == [1, 1, 0]


def test_the_top_peers_have_the_sampling_multiplied_out(history: ParquetHistory) -> None:
    first, second = history.top(TotalsBy.PEERS, NOON, END, address=MINE)
    assert (first.key, first.bytes, first.packets, first.flows) == (PEER, 100_100, 1_001, 2)
    assert second.key == "203.0.113.9"


def test_the_top_ports_go_by_way(history: ParquetHistory) -> None:
    out = history.top(TotalsBy.PORTS, NOON, END, address=MINE, way=FlowDirection.OUT)
    assert [one.key for one in out] == ["tcp/443", "udp/53"]


def test_the_top_addresses_are_our_own(history: ParquetHistory) -> None:
    out = history.top(TotalsBy.ADDRESSES, NOON, END, own=OWN, way=FlowDirection.OUT)
    assert [one.key for one in out] == [OURS, str(SIX)]


def test_the_top_counts_rows_of_unknown_rate_as_they_are(tmp_path: Path) -> None:
    given = rows({"bytes": 500, "sampling": 0})
    given["has"] ^= int(RowField.SAMPLING)
    stored(tmp_path, given)
    (one,) = ParquetHistory(tmp_path).top(TotalsBy.EXPORTERS, NOON, END)
    assert (one.key, one.bytes, one.unknown) == ("203.0.113.1", 500, 1)


def test_what_a_top_list_needs_is_asked_for(history: ParquetHistory) -> None:
    with pytest.raises(Invalid):
        history.top(TotalsBy.PEERS, NOON, END)
    with pytest.raises(Invalid):
        history.top(TotalsBy.ADDRESSES, NOON, END)


def test_a_flow_is_spread_over_the_steps_it_lived_in(tmp_path: Path) -> None:
    stored(tmp_path, rows({"start": NOON + 500, "end": NOON + 2_499, "bytes": 2_000}), now=END)
    points = ParquetHistory(tmp_path).series(MINE, NOON, NOON + 4_000, 1_000)
    assert [round(point.bytes_out) for point in points] == [500, 1_000, 500, 0]
    assert [point.flows_out for point in points] == [1, 1, 1, 0]
    assert [point.at - NOON for point in points] == [0, 1_000, 2_000, 3_000]


def test_what_a_picture_shows_of_a_flow_is_what_fell_into_it(tmp_path: Path) -> None:
    stored(tmp_path, rows({"src": PEER, "dst": OURS, "start": 0, "end": 9_999 + NOON,
                           "bytes": NOON + 10_000}), now=NOON)  # fmt: skip
    points = ParquetHistory(tmp_path).series(MINE, NOON, NOON + 2_000, 1_000)
    assert [round(point.bytes_in) for point in points] == [1_000, 1_000]


def test_a_row_that_tells_no_times_is_found_when_it_was_seen(tmp_path: Path) -> None:
    given = rows({"start": 0, "end": 0, "seen": NOON + 5})
    given["has"] ^= int(RowField.START | RowField.END)
    stored(tmp_path, given)
    history = ParquetHistory(tmp_path)
    (row,) = history.flows(MINE, NOON, END, limit=9).rows
    assert (int(row["start"]), int(row["end"]), int(row["seen"])) == (0, 0, NOON + 5)
    (point,) = history.series(MINE, NOON, NOON + 1_000, 1_000)
    assert point.bytes_out == 100


def test_a_flow_that_ends_before_it_began_breaks_no_picture(tmp_path: Path) -> None:
    stored(tmp_path, rows({"start": NOON + 500, "end": NOON + 499, "seen": NOON}))
    (point,) = ParquetHistory(tmp_path).series(MINE, NOON, NOON + 1_000, 1_000)
    assert point.bytes_out == 100


def test_a_picture_has_no_end_of_steps(history: ParquetHistory) -> None:
    with pytest.raises(TooMany):
        history.series(MINE, 0, NOON, 1)


def test_a_select_sees_flows_with_their_values_bound(history: ParquetHistory) -> None:
    sql = "SELECT dst, weight * packets AS packets FROM flows WHERE dport = {port:INTEGER}"
    (row,) = history.query(asked(sql, values={"port": 443})).rows
    assert (row["dst"], row["packets"]) == (number_of(OTHER), 1_000)


def test_a_select_sees_the_tables_beside(history: ParquetHistory) -> None:
    sql = "SELECT count(*) AS n FROM flows JOIN feed ON feed.address = dst"
    tables = {"feed": [(number_of(OTHER), "pools", "mining", None)]}
    assert history.query(asked(sql, tables=tables)).rows == [{"n": 1}]
    assert history.query(asked(sql)).rows == [{"n": 0}]


def test_what_was_not_exported_is_null(tmp_path: Path) -> None:
    given = rows({})
    given["has"] ^= int(RowField.FLAGS | RowField.DPORT | RowField.SAMPLING)
    stored(tmp_path, given)
    sql = "SELECT syn IS NULL AS a, dport IS NULL AS b, sampled AS c, weight AS d FROM flows"
    (row,) = ParquetHistory(tmp_path).query(asked(sql)).rows
    assert list(row.values()) == [True, True, False, 1]


def test_an_empty_history_has_the_right_columns(tmp_path: Path) -> None:
    history = ParquetHistory(tmp_path)
    assert len(history.flows(MINE, NOON, END, limit=1).rows) == 0
    assert history.query(asked("SELECT src, syn, site FROM flows")).rows == []


@pytest.mark.parametrize("damage", ["cut", "ends only", "page"])
def test_a_broken_file_is_skipped_and_counted(tmp_path: Path, damage: str) -> None:
    stored(tmp_path, rows({}), rows({}), rows({"start": NOON - HOUR}))
    path = next(tmp_path.rglob("00000002-*.parquet"))
    data = path.read_bytes()
    path.write_bytes(
        {
            "cut": data[:-9],
            "ends only": b"PAR1" + b"\xff" * (len(data) - 12) + data[-8:],
            "page": data[:4] + b"\xff" * 600 + data[604:],
        }[damage]
    )
    answer = ParquetHistory(tmp_path).flows(MINE, NOON, END, limit=10)
    assert (len(answer.rows), answer.skipped) == (1, 1)


def test_a_file_that_is_being_written_is_not_read(history: ParquetHistory) -> None:
    (folder,) = history.root.glob("site=*/hour=*")
    (folder / "00000009-00000009.parquet.tmp").write_bytes(b"half")
    assert history.flows(MINE, NOON, END, limit=10).skipped == 0


def test_a_question_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    stored(tmp_path, rows({}))
    sql = "SELECT sum(a.range * b.range) AS n FROM range(1000000) a, range(1000000) b"
    with pytest.raises(TooMany):
        ParquetHistory(tmp_path, patience=0.2).query(asked(sql))


def test_a_question_that_needs_too_much_is_ended(tmp_path: Path) -> None:
    sql = "SELECT list(range) AS n FROM range(100000000)"
    with pytest.raises(TooMany):
        ParquetHistory(tmp_path, memory="32MB", spill="10MB").query(asked(sql))


def test_the_engine_reaches_nothing_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with open_engine(tmp_path / "in") as engine:
        for sql in (
            f"FROM '{tmp_path}/secret.csv'",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(sql)


def test_a_brace_that_is_no_value_is_refused(history: ParquetHistory) -> None:
    with pytest.raises(Invalid):
        history.query(asked("SELECT {x}"))
