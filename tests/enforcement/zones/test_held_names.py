"""The file of names that stand by us: what was there before comes back as it was."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.zones.held_names import (
    FILE,
    KEPT,
    MAX_BYTES,
    TOLD,
    HeldName,
    HeldNames,
    LeftName,
)
from aupkeep.model.errors import Unavailable
from enforcement.orders import NOW

FORMER = (("A", 300, ("203.0.113.7",)), ("TXT", 60, ('"a"', '"b"')))
HELD = HeldName(
    name="shop.example",
    zone="example",
    action="a1",
    reference="K7QF-2M9X",
    until=NOW + timedelta(hours=1),
    had=json.dumps(FORMER),
)
SECOND = timedelta(seconds=1)


def test_one_name():
    """Its former records, how it stands, and the mark that anybody can read."""
    assert HELD.former == FORMER
    assert HELD.mark == "aupkeep a1"
    standing = InstalledElement(
        place="shop.example",
        action="a1",
        reference="K7QF-2M9X",
        expires=HELD.until,
        until=HELD.until,
    )
    assert HELD.element() == standing
    assert HELD.element(whole=False) == replace(standing, expires=None)


@pytest.mark.parametrize("had", ["", "{", "7", "[7]", '[["A", "x", []]]', '[["A", 60]]'])
def test_records_that_are_damaged(had):
    with pytest.raises(Unavailable) as caught:
        _ = replace(HELD, had=had).former
    assert str(caught.value).startswith(f"{FILE}: expected records of shop.example, found ")


def test_names_are_written_and_forgotten(tmp_path):
    """Each by its name; what is forgotten twice is gone once."""
    names = HeldNames(tmp_path)
    assert names.all() == {}
    other = replace(HELD, name="other.example")
    names.put(HELD)
    names.put(other)
    assert HeldNames(tmp_path).all() == {"shop.example": HELD, "other.example": other}
    assert (tmp_path / "dns-update.json").exists()
    for _ in range(2):
        names.drop("shop.example")
        assert names.all() == {"other.example": other}
    assert names.told(NOW) == ()


def test_what_does_not_stand_goes_with_the_next_that_is_written(tmp_path):
    """Only what is said to: by its time alone nobody can tell, with a primary that was away."""
    names, new = HeldNames(tmp_path), replace(HELD, name="new.example", until=NOW + 9 * KEPT)
    names.put(HELD)
    names.put(new)
    assert names.all().keys() == {"shop.example", "new.example"}
    names.put(replace(new, stood=True), {"shop.example"})
    assert names.all() == {"new.example": replace(new, stood=True)}


def test_what_was_left_is_told_for_ten_minutes(tmp_path):
    """However many names are written meanwhile."""
    names = HeldNames(tmp_path)
    names.put(HELD)
    names.drop(HELD.name, LeftName(at=NOW, said="somebody gave it an address"))
    names.drop("other.example", LeftName(at=NOW + SECOND, said="and this one"))
    names.put(HELD)
    both = ("somebody gave it an address", "and this one")
    assert names.told(NOW + TOLD - SECOND) == both
    assert names.told(NOW + TOLD) == both[1:]
    assert names.told(NOW + TOLD + SECOND) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "expected a JSON object"),
        ('{"names": [{}]}', "names: "),
        ('{"names": [], "left": [{}]}', "left: "),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, text, words):
    """It is no empty one."""
    (tmp_path / FILE).write_text(text)
    names = HeldNames(tmp_path)
    with pytest.raises(Unavailable) as caught:
        names.drop("x")
    assert str(caught.value).startswith(f"{tmp_path / FILE}: expected a readable list, found ")
    assert words in str(caught.value)


def test_a_file_without_end(tmp_path):
    """And one without a list has none."""
    (tmp_path / FILE).write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(Unavailable, match=f"found {tmp_path / FILE}: expected at most"):
        HeldNames(tmp_path).all()
    (tmp_path / FILE).write_text("{}")
    assert HeldNames(tmp_path).all() == {}
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    with pytest.raises(Unavailable):
        HeldNames(tmp_path).all()
