"""Whose a host name is at a shared address: rows of a file, and which may stand beside which."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from itertools import count

import pytest

from aupkeep.inventory.hosted_names import plan_names, read_hosted_names
from aupkeep.model.errors import Unreadable
from aupkeep.model.holding import Assignment
from aupkeep.model.hosted_name import HostedName

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = "name,address,customer,resource,from,until,site\n"
FROM, UNTIL = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
RECORD = HostedName(
    id="h0",
    site="main",
    name="shop.example.org",
    address=ip_address("203.0.113.10"),
    customer="alder",
    resource="lb-1",
    start=datetime(2026, 1, 1, tzinfo=UTC),
    end=None,
    known_from=NOW,
)
ROW = "shop.example.org,203.0.113.10,alder,lb-1," + FROM


def read(*lines: str, head: str = HEAD):
    numbers = count()
    return read_hosted_names(
        "\n".join([head.strip(), *lines]).encode(), lambda: f"h{next(numbers)}", NOW
    )


def reasons(*lines: str) -> list[tuple[int, str]]:
    good, dead = read(*lines)
    assert good == []
    return [(row.row, row.reason) for row in dead]


def test_a_row_is_read():
    """With and without an end and a site; the name as it stands in a URL, its line beside it."""
    good, dead = read(f"{ROW},,", f"Shop.Example.ORG.,203.0.113.10,alder,lb-1,{FROM},{UNTIL},oslo")
    assert dead == []
    assert [line for line, _ in good] == [2, 3]
    assert good[0][1] == RECORD
    ended = replace(RECORD, id="h1", site="oslo", end=datetime(2026, 2, 1, tzinfo=UTC))
    assert good[1][1] == ended
    assert read(ROW, head="name,address,customer,resource,from\n")[0] == [(2, RECORD)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "203.0.113.9,203.0.113.10,alder,lb-1,%s,,",
            "name: expected a host name, found '203.0.113.9'",
        ),
        ("shop,203.0.113.10,alder,lb-1,%s,,", "name: expected a host name, found 'shop'"),
        (
            f"{'s' * 63},203.0.113.10,alder,lb-1,%s,,",
            f"name: expected a host name, found {'s' * 60!r}",
        ),
        ("a b.example.org,203.0.113.10,alder,lb-1,%s,,", "name: expected"),
        ("shop.example.org,203.0.113.300,alder,lb-1,%s,,", "'203.0.113.300'"),
        ("shop.example.org,203.0.113.10,,lb-1,%s,,", "customer: expected"),
        ("shop.example.org,203.0.113.10,alder,,%s,,", "resource: expected"),
        ("shop.example.org,203.0.113.10,alder,lb-1,%s,,a\x1bb", "site: expected"),
        ("shop.example.org,203.0.113.10,alder,lb-1,yesterday,,", "from: expected"),
        ("shop.example.org,203.0.113.10,alder,lb-1,%s,later,", "until: expected"),
        (
            "shop.example.org,203.0.113.10,alder,lb-1,%s,2026-01-01T00:00:00Z,",
            f"until: expected a time after from {FROM}, found {FROM}",
        ),
    ],
)
def test_a_wrong_row_says_what_was_expected(row, reason):
    """The others of its file are read."""
    text = row.replace("%s", FROM)
    ((line, said),) = reasons(text)
    assert line == 2
    assert reason in said
    good, dead = read(text, f"{ROW},,")
    assert ([it[0] for it in good], [it.row for it in dead]) == ([3], [2])


def test_a_row_with_more_cells_is_dead_and_a_file_without_columns_is_none():
    assert [row for row, _ in reasons(f"{ROW},,main,more")] == [2]
    good, dead = read(f"{ROW},,main,more", f"{ROW},,")
    assert ([it[0] for it in good], [it.row for it in dead]) == ([3], [2])
    with pytest.raises(Unreadable, match="name"):
        read(ROW, head="address,customer\n")


def test_a_new_name_goes_in_and_a_repeat_changes_nothing():
    other = replace(RECORD, id="h1", name="blog.example.org", customer="birch")
    plan = plan_names([], [RECORD, other])
    assert (set(plan.add), plan.retired, plan.repeated, plan.refused) == (
        {RECORD, other},
        (),
        0,
        {},
    )
    again = plan_names([RECORD], [replace(RECORD, id="h9"), other])
    assert (again.add, again.retired, again.repeated, again.refused) == ((other,), (), 1, {})


def test_an_end_closes_an_open_record():
    """What was believed stays, with the moment from which it no longer is."""
    later = datetime(2026, 3, 2, tzinfo=UTC)
    closed = replace(RECORD, id="h1", end=datetime(2026, 2, 1, tzinfo=UTC), known_from=later)
    plan = plan_names([RECORD], [closed])
    assert plan.add == (closed,)
    assert plan.retired == (replace(RECORD, known_until=later),)


@pytest.mark.parametrize(
    "change",
    [{"site": "oslo"}, {"name": "blog.example.org"}, {"address": ip_address("203.0.113.11")}],
)
def test_two_holders_of_one_name_at_one_address_are_refused(change):
    """Both named; with another site, name or address they stand side by side."""
    birch = replace(RECORD, id="h1", customer="birch")
    refused = plan_names([RECORD], [birch])
    assert (refused.add, refused.retired, list(refused.refused)) == ((), (), ["h1"])
    assert refused.refused["h1"].startswith("shop.example.org: ")
    assert "alder" in refused.refused["h1"]
    assert "birch" in refused.refused["h1"]
    apart = replace(birch, **change)
    assert plan_names([RECORD], [apart]).add == (apart,)


def test_each_name_of_one_import_is_judged():
    """Two are closed and two refused at once."""
    blog = replace(RECORD, id="h2", name="blog.example.org")
    end = datetime(2026, 2, 1, tzinfo=UTC)
    closing = [replace(RECORD, id="h1", end=end), replace(blog, id="h3", end=end)]
    plan = plan_names([RECORD, blog], closing)
    assert {item.id for item in plan.retired} == {"h0", "h2"}
    others = [replace(RECORD, id="h1", customer="fir"), replace(blog, id="h3", customer="fir")]
    plan = plan_names([RECORD, blog], others)
    assert [(id_, said.partition(":")[0]) for id_, said in sorted(plan.refused.items())] == [
        ("h1", "shop.example.org"),
        ("h3", "blog.example.org"),
    ]


def test_as_an_assignment_it_is_the_whole_address():
    assert RECORD.holder == ("alder", "lb-1")
    assert RECORD.as_assignment() == Assignment(
        id="h0",
        site="main",
        prefix=ip_network("203.0.113.10/32"),
        customer="alder",
        resource="lb-1",
        start=RECORD.start,
        end=None,
        known_from=NOW,
    )
