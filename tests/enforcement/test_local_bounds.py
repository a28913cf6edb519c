"""A machine's own bounds: read strictly, counted from what stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from aupkeep.enforcement.local_bounds import LocalBounds, own_bounds, read_bounds
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.orders import FOUR, SHARED, WIDE, order, scope


@pytest.mark.parametrize(
    "line",
    ["prefix 203.0.113.10/24", "prefix", "most isolate", "most isolate -1", "most nothing 3",
     "most-automatic x", "most-automatic 1 2", "allow 203.0.113.0/24", "prefix 10.0.0.0/8/8"],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_an_error(line):
    """It never widens what is allowed."""
    with pytest.raises(DriverRefused, match="line 2: expected prefix"):
        read_bounds(["prefix 203.0.113.0/24", line])


def test_blank_lines_and_comments_bound_nothing():
    """What stands after them is read; of a long wrong line sixty characters are told."""
    lines = ["", "# own", "most isolate 2", " ", "most-automatic 3 # rules"]
    assert read_bounds(lines) == LocalBounds(most={Measure.ISOLATE: 2}, most_automatic=3)
    for line, more in (("x" * 99, "$"), (f"prefix {'x' * 99}", ": ")):
        with pytest.raises(DriverRefused, match=f"found '{line[:60]}'{more}"):
            read_bounds([line])


def test_own_prefixes_hold_addresses_and_whole_assignments():
    """An assignment must lie inside whole; a measure without an address is no prefix's."""
    bounds = read_bounds(["prefix 203.0.113.0/25", "prefix 2001:db8:c:101::/64  # one"])
    within = order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, FOUR))
    assert bounds.against(within) is None
    wide = order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, WIDE, prefix_length=56))
    assert "2001:db8:c:100::/56 lies outside" in (bounds.against(wide) or "")
    assert bounds.against(order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, WIDE))) is None
    assert bounds.against(order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, SHARED[6])))
    assert bounds.against(order(Measure.BLOCK_URL, aim=scope(Measure.BLOCK_URL))) is None
    assert LocalBounds().against(wide) is None


def test_the_most_is_counted_by_measure_and_for_rules():
    """What stands comes first, then the earliest; a person's measure is not a rule's."""
    bounds = read_bounds(["most isolate 2", "most-automatic 1"])
    ones = [order(Measure.ISOLATE, number=n, aim=scope(Measure.ISOLATE)) for n in (1, 2, 3)]
    by_rule = [replace(x, automatic=True) for x in ones]
    assert set(bounds.surplus(by_rule)) == {by_rule[1].id, by_rule[2].id}
    assert set(bounds.surplus(by_rule, [by_rule[2].id])) == {by_rule[0].id, by_rule[1].id}
    by_person = [replace(x, automatic=False) for x in ones]
    assert bounds.surplus(by_person) == {
        by_person[2].id: "more than this machine lets stand: most isolate 2 (its file bounds)"
    }
    assert bounds.surplus([order(Measure.BLOCK_PORT)]) == {}


def test_a_file_is_read_whole_or_not_at_all(tmp_path: Path):
    """No file is no bound; one that cannot be read is an error."""
    assert own_bounds(tmp_path) == LocalBounds()
    (tmp_path / "bounds").write_bytes(b"\xff")
    with pytest.raises(DriverRefused, match="cannot be read"):
        own_bounds(tmp_path)
    (tmp_path / "bounds").write_bytes(b"#" * (1 << 20))
    assert own_bounds(tmp_path) == LocalBounds()
    (tmp_path / "bounds").write_bytes(b"most isolate\n")
    with pytest.raises(DriverRefused, match=f"^{tmp_path}/bounds, line 1: "):
        own_bounds(tmp_path)
    (tmp_path / "bounds").write_bytes(b"#" * (1 << 20 | 1))
    with pytest.raises(DriverRefused, match="at most"):
        own_bounds(tmp_path)


def test_own_names_hold_what_is_below_them():
    """A web address of another one is refused, in words."""
    bounds = read_bounds(["name Shop.Example.", "name other.example"])
    assert bounds.names == ("shop.example", "other.example")
    for host, held in (("a.shop.example", True), ("notshop.example", False)):
        aim = scope(Measure.BLOCK_URL, url=f"https://{host}/")
        reason = bounds.against(order(Measure.BLOCK_URL, aim=aim))
        wrong = f"{host} is none of this machine's own names (its file bounds)"
        assert reason == (None if held else wrong)


def test_an_interception_needs_prefixes():
    """Nothing is diverted where nobody said which addresses are our own."""
    intercept = order(Measure.INTERCEPT)
    words = "an interception needs this machine's own prefixes (its file bounds)"
    assert LocalBounds().unbounded(intercept) == words
    assert read_bounds(["prefix 203.0.113.0/24"]).unbounded(intercept) is None
    assert LocalBounds().unbounded(order()) is None


def test_an_interception_of_mail_needs_the_account():
    """That very login, in letters of either case; own prefixes are no help."""
    intercept = order(Measure.INTERCEPT_MAIL)
    words = "an interception needs the account in this machine's own file bounds"
    assert LocalBounds().unbounded(intercept) == words
    for line, held in (("account ACME", True), ("account acm", False), ("prefix ::/0", False)):
        assert read_bounds([line]).unbounded(intercept) == (None if held else words)


def test_the_address_in_a_page_is_held_too():
    """By the own prefixes."""
    bounds = read_bounds(["prefix 203.0.113.0/24"])
    for host, held in (("203.0.113.7", True), ("192.0.2.7", False)):
        aim = scope(Measure.BLOCK_URL, url=f"https://{host}/")
        assert (bounds.against(order(Measure.BLOCK_URL, aim=aim)) is None) is held
