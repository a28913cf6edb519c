"""Whatever stands in a report, reading it ends in an outcome that crosses the box's border."""

import csv
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.intake.shadowserver.columns import NAMES
from aupkeep.intake.shadowserver.types import types

COLUMN = st.sampled_from(sorted(NAMES)) | st.text(max_size=8)
CELL = (
    st.sampled_from(
        ["2026-03-01 12:00:00", "192.0.2.7", "2001:db8::7%1", "192.0.2.0/24", "::ffff:192.0.2.7",
         "0", "65536", "-1", "\uff19", "tcp", "\u202eUDP", "http://a.example/", "://", "a@b.no",
         "N" * 300, '"', "\r", "\0", "\ud800"]
    )
    | st.text(max_size=12)
)  # fmt: skip
NAMED = st.sampled_from(sorted(types())) | st.text("abc_6", min_size=3, max_size=9)
HEADS = st.lists(COLUMN, min_size=1, max_size=12).map(lambda found: ["timestamp", "ip", *found])


@settings(deadline=None)
@given(NAMED, HEADS, st.lists(st.lists(CELL, max_size=16), max_size=5), st.booleans())
def test_any_table_ends_in_an_outcome(
    name: str,
    head: list[str],
    rows: list[list[str]],
    as_json: bool,  # noqa: FBT001 - a case
) -> None:
    if as_json:
        objects = [dict(zip(head, row, strict=False)) for row in rows]
        data, end = json.dumps(objects).encode(), "json"
    else:
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        data, end = text.getvalue().encode("utf-8", "replace"), "csv"
    for _, reading in read(data, f"2026-03-01-{name}-x.{end}"):
        assert reading.findings or reading.dead or reading.reason
        assert "could not be read to its end" not in (reading.reason or "")
        assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_damage_costs_no_more_than_rows(damage: bytes) -> None:
    good = b"timestamp,ip,asn,geo\n2026-03-01 12:00:00,192.0.2.7,64512,ZZ\n"
    for _, reading in read(good + damage, "2026-03-01-scan_telnet-x.csv", "csv"):
        assert reading.container == "shadowserver"
        assert str(reading.findings[0].subject) == "192.0.2.7"
