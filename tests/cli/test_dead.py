"""A row that could not be read, from the shell: listed, shown, mended."""

from cli.conftest import ME

TABLE = (
    b"ip,time,kind\n192.0.2.7,2026-03-01T12:00:00Z,spam\n192.0.2.300,2026-03-01T12:00:00Z,spam\n"
)


def test_a_dead_row_is_mended_in_the_shell(aupkeep, tmp_path):
    """What `dead show` prints, mended, is what `dead mend` takes from standard input."""
    file = tmp_path / "list.csv"
    file.write_bytes(TABLE)
    assert aupkeep("ingest", file).code == 0
    [row] = aupkeep("dead", "list").value
    assert row["row"] == 3
    shown = aupkeep("dead", "show", row["report"], 1).value
    assert "192.0.2.300" in shown["reason"]
    refused = aupkeep("dead", "mend", row["report"], 1, given=shown["text"].encode())
    assert refused.code != 0
    assert "192.0.2.300" in refused.error["message"]
    text = shown["text"].replace("300", "30")
    mended = aupkeep("dead", "mend", row["report"], 1, given=text.encode()).value
    assert mended["by"] == ME
    assert aupkeep("dead", "list").value == []
    assert aupkeep("verify").code == 0
