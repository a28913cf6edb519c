"""What stands by a driver is read as it was written; a damaged list is no empty one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import HeldPlace
from aupkeep.enforcement.held_file import HeldFile
from aupkeep.model.errors import Unavailable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = (
    HeldPlace(place=place, action=f"action-{place}", reference="K7QF-2M9X", until=NOW)
    for place in ("one", "two")
)


@pytest.fixture
def held(tmp_path: Path) -> HeldFile[HeldPlace]:
    return HeldFile(tmp_path / "held.json", HeldPlace, "places")


def test_it_is_read_as_it_was_written(held):
    """Nothing stands before anything was written."""
    assert held.read() == {}
    held.write({"one": ONE, "two": TWO})
    assert held.read() == {"one": ONE, "two": TWO}
    assert list(held.at(["two", "three"])) == [TWO.element()]


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"places": 7}', '{"places": [{}]}', '{"places": [{"place": "x"}]}']
)
def test_a_damaged_file_is_no_empty_one(held, text):
    held.path.write_text(text)
    with pytest.raises(Unavailable) as raised:
        held.read()
    assert str(raised.value).startswith(f"{held.path}: expected a readable list, found ")
    assert text != "{" or str(raised.value).count(str(held.path)) == 2, "the reader names it too"


def test_the_largest_file(held, monkeypatch):
    """It is whole, or it is not read."""
    held.write({"one": ONE})
    size = held.path.stat().st_size
    monkeypatch.setattr("aupkeep.enforcement.held_file.MAX_BYTES", size)
    assert held.read() == {"one": ONE}
    monkeypatch.setattr("aupkeep.enforcement.held_file.MAX_BYTES", size - 1)
    with pytest.raises(Unavailable):
        held.read()


def test_a_row_says_where_it_cannot_be_read(held):
    held.path.write_text('{"places": [{"place": 7}]}')
    with pytest.raises(Unavailable, match="places"):
        held.read()
