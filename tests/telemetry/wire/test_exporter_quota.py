"""Each exporter's share of a table is its own."""

from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.wire.exporter_quota import QuotaDict


def test_a_flood_costs_the_flooder_only():
    """The oldest entries of the same exporter give way."""
    table: QuotaDict[tuple[str, int], int] = QuotaDict(3)
    table["there", 0] = 7
    for number in range(10):
        table["here", number] = number
    assert dict(table) == {("there", 0): 7, ("here", 7): 7, ("here", 8): 8, ("here", 9): 9}


def test_an_entry_written_again_keeps_its_place():
    table: QuotaDict[tuple[str, int], int] = QuotaDict(2)
    for number in (0, 1, 0, 2):
        table["here", number] = number
    assert list(table) == [("here", 1), ("here", 2)]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.booleans())))
def test_no_share_is_exceeded(acts):
    """Whatever is written and taken out."""
    table: QuotaDict[tuple[int, int], bool] = QuotaDict(3)
    for owner, number, kept in acts:
        if kept:
            table[owner, number] = True
        elif (owner, number) in table:
            del table[owner, number]
        assert all(sum(key[0] == one for key in table) <= 3 for one in range(3))
