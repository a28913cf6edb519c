"""Leases of Kea row by row: what each column says, and in which words a row is refused."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources import kea
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid, Unavailable, Unreadable
from aupkeep.model.holding import Assignment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXPIRES = int(NOON.timestamp()) + 3600
HEAD = ("address", "lease_type", "prefix_len", "duid", "hwaddr", "valid_lifetime", "expire",
        "state", "hostname", "user_context")  # fmt: skip
ROW = {"address": "203.0.113.7", "duid": "AA:01", "valid_lifetime": "3600", "expire": f"{EXPIRES}",
       "state": "0"}  # fmt: skip
DAY = timedelta(days=1)


def line(**changes: object) -> str:
    """A row; None leaves out a column's value, not the column."""
    row = ROW | changes
    return ",".join(str(row.get(name) or "") for name in HEAD)


def look(folder, *lines: str, now=NOON, customers=None, head=HEAD, **options: object):
    """One look at a file of these lines."""
    (folder / "leases").write_bytes("".join(f"{x}\n" for x in (",".join(head), *lines)).encode())
    known = SourceOptions(
        name="dhcp",
        customers={"aa:01": "kari"} if customers is None else customers,
        options={"path": "leases", **options},
        folder=folder,
    )
    return kea.SOURCE.open(known, HttpClient("http://localhost/"))(now)


def only(reading):
    """The one row."""
    (row,) = reading.rows
    return row


def test_a_lease(tmp_path):
    """Whose, what, since when; without a customer it is nobody's, and its client is told."""
    row = only(look(tmp_path, line()))
    assert (str(row.prefix), row.customer, row.resource) == (
        "203.0.113.7/32",
        "kari",
        "lease:aa:01",
    )
    assert (row.pool, row.since, row.renewed) == (False, NOON, None)
    reading = look(tmp_path, line(duid="B" * 120, hwaddr="02:00"), keys=["duid", "hwaddr"])
    row = only(reading)
    assert (row.customer, row.pool, row.resource) == ("", True, f"lease:{'b' * 120}")
    assert reading.unmapped == {"b" * 100}


def test_a_client_without_a_name(tmp_path):
    """Its lease is one all the same."""
    reading = look(tmp_path, line(duid=""))
    assert (only(reading).resource, only(reading).pool, reading.unmapped) == ("lease", True, set())


@pytest.mark.parametrize(
    ("changes", "prefix"),
    [
        ({"address": "2001:db8::", "lease_type": 2, "prefix_len": 56}, "2001:db8::/56"),
        ({"address": "2001:db8::7", "lease_type": 0, "prefix_len": 128}, "2001:db8::7/128"),
    ],
)
def test_a_prefix_that_was_delegated(tmp_path, changes, prefix):
    assert str(only(look(tmp_path, line(**changes))).prefix) == prefix


@pytest.mark.parametrize(
    ("changes", "reason", "has_prefix"),
    [
        ({"address": "203.0.113.7/" + "3" * 60},
         f"address: expected one, found '203.0.113.7/{'3' * 48}'", False),
        ({"address": ""}, "", False),
        ({"address": "2001:db8::", "lease_type": 2}, "", False),
        ({"state": 5}, "203.0.113.7/32: state: expected 0 to 4, found 5", True),
        ({"state": "x" * 50},
         f"203.0.113.7/32: state: expected a number, found {'x' * 40!r}", True),
        ({"expire": "²"}, "203.0.113.7/32: expire: expected a number, found '²'", True),
        ({"valid_lifetime": (1 << 40) + 1},
         "203.0.113.7/32: valid_lifetime: expected a number, found '1099511627777'", True),
        ({"expire": "0" * 21},
         f"203.0.113.7/32: expire: expected a number, found {'0' * 21!r}", True),
    ],
)  # fmt: skip
def test_a_row_that_says_nothing(tmp_path, changes, reason, has_prefix):
    """It is told with its number, and the rows around it count."""
    other = line(address="203.0.113.8")
    reading = look(tmp_path, other, line(**changes), line(address="203.0.113.9"))
    (told,) = reading.rejected
    assert told.row == 2
    assert told.reason.startswith(reason)
    assert (told.prefix is not None) is has_prefix
    assert [str(x.prefix) for x in reading.rows] == ["203.0.113.8/32", "203.0.113.9/32"]


def test_a_name_of_a_client_that_no_name_may_be(tmp_path):
    """With a control in it, or too long; the reason is cut."""
    (told,) = look(tmp_path, line(hostname="a\x1b"), keys=["hostname"]).rejected
    assert told.reason.startswith("203.0.113.7/32: client: ")
    (told,) = look(tmp_path, line(hostname="x" * 5000), keys=["hostname"]).rejected
    assert told.reason.startswith("203.0.113.7/32: client: ")
    assert len(told.reason) <= 300


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (line() + ",more", "11 values"),
        ("203.0.113.7,0,1", "3 values"),
    ],
)
def test_a_row_of_too_many_or_too_few_values(tmp_path, text, reason):
    (told,) = look(tmp_path, text).rejected
    assert told.reason == f"203.0.113.7/32: state: expected a number, found {reason!r}"


def test_a_row_of_what_is_needed_alone(tmp_path):
    """Four columns in any order; a carriage return at the end, blanks around, a wrong byte."""
    head = ("state", "address", "expire", "valid_lifetime")
    text = f"0, 203.0.113.7 ,{EXPIRES},3600\r"
    row = only(look(tmp_path, text, head=head))
    assert (str(row.prefix), row.resource) == ("203.0.113.7/32", "lease")
    (tmp_path / "leases").write_bytes(
        ",".join(HEAD).encode() + b"\n" + line(hostname="@@").replace("@@", "\xe5").encode("latin1")
        + b"\n"
    )  # fmt: skip
    known = SourceOptions(
        name="d", options={"path": "leases", "keys": ["hostname"]}, folder=tmp_path
    )
    reading = kea.SOURCE.open(known, HttpClient("http://localhost/"))(NOON)
    assert only(reading).resource == "lease:�"


@pytest.mark.parametrize(
    ("head", "lacking"),
    [
        (("address", "expire", "state"), "valid_lifetime"),
        (("valid_lifetime", "state"), "address"),
    ],
)
def test_a_head_that_lacks_a_column(tmp_path, head, lacking):
    with pytest.raises(Unreadable) as caught:
        look(tmp_path, head=head)
    assert str(caught.value) == (
        f"leases: expected a head with address, valid_lifetime, expire, state, found no {lacking}"
    )


ESCAPED = "kari&#x2c &#x41b"


@pytest.mark.parametrize(
    ("key", "changes", "name"),
    [
        ("duid", {"duid": "AA:01"}, "aa:01"),
        ("hostname", {"hostname": "CPE-7"}, "CPE-7"),
        ("hostname", {"hostname": ESCAPED}, "kari, Ab"),
        ("user_context.sub.id", {"user_context": '{"sub": {"id": "c-7"}&#x2c "x": 1}'}, "c-7"),
        ("user_context.id", {"user_context": '{"id": "C-7"}'}, "C-7"),
        ("user_context.id", {"user_context": '{"id": 7}'}, ""),
        ("user_context.id.x", {"user_context": '{"id": "x"}'}, ""),
        ("user_context.id", {"user_context": "[1]"}, ""),
        ("user_context.id", {"user_context": ""}, ""),
        ("user_context.id", {"user_context": "{"}, ""),
        ("nothing", {}, ""),
    ],
)
def test_the_name_of_a_client(tmp_path, key, changes, name):
    """By the column that is named, or a field of the JSON in it."""
    row = only(look(tmp_path, line(**changes), keys=[key], customers={name: "kari"}))
    assert row.resource == (f"lease:{name}" if name else "lease")
    assert row.customer == ("kari" if name else "")


ENDLESS = {"valid_lifetime": 0xFFFFFFFF, "expire": EXPIRES - 3600 + 0xFFFFFFFF}


@pytest.mark.parametrize(
    ("rows", "now", "since", "renewed"),
    [
        ([{}], NOON + DAY / 24 - timedelta(seconds=1), NOON, None),
        ([{}], NOON, NOON, None),
        ([{}], NOON - timedelta(seconds=1), None, None),
        ([{"valid_lifetime": 1, "expire": EXPIRES}], NOON + timedelta(seconds=3599), 3599, None),
        ([ENDLESS], NOON + 60_000 * DAY, NOON, None),
        ([{"valid_lifetime": 0xFFFFFFFF, "expire": 0xFFFFFFFF}], NOON, None, None),
        ([{"duid": "x", "expire": EXPIRES - 60}, {}], NOON, NOON, NOON),
        ([{"expire": EXPIRES - 3600}, {}], NOON, -3600, None),
        ([{"expire": EXPIRES - 3601}, {}], NOON, NOON, NOON),
        ([{"duid": "x", "expire": EXPIRES - 9999}, {"expire": EXPIRES - 60}, {}], NOON, -60, -60),
        ([{"hwaddr": "02:00", "expire": EXPIRES - 60}, {}], NOON, NOON, NOON),
        ([{"state": 9}, {}], NOON, NOON, NOON),
    ],
)
def test_since_when(tmp_path, rows, now, since, renewed):
    """As long as rows go on without a break; what a row before says otherwise makes it anew."""

    def moment(value) -> datetime | None:
        return NOON + timedelta(seconds=value) if isinstance(value, int) else value

    row = only(look(tmp_path, *(line(**changes) for changes in rows), now=now))
    assert (row.since, row.renewed) == (moment(since), moment(renewed))


@pytest.mark.parametrize("changes", [{"valid_lifetime": "0"}, {"state": 1}, {"state": 4}])
def test_what_is_nobodys(tmp_path, changes):
    """Released at once, declined, and at its very end."""
    assert look(tmp_path, line(**changes)).rows == []
    assert look(tmp_path, line(), now=NOON + timedelta(hours=1)).rows == []


def test_files_that_never_stay(tmp_path, monkeypatch):
    """Three times they are read, then the look ends and says what it found."""
    known = SourceOptions(name="d", options={"path": "leases"}, folder=tmp_path)
    with pytest.raises(Unavailable) as caught:
        kea.SOURCE.open(known, HttpClient("http://localhost/"))(NOON)
    path = tmp_path / "leases"
    assert str(caught.value) == f"{path}: expected files of leases that stay, found none"
    numbers = iter(range(100))
    monkeypatch.setattr(
        kea, "_known_by", lambda path: (next(numbers), 1) if path.exists() else None
    )
    with pytest.raises(Unavailable) as caught:
        look(tmp_path, line())
    assert (
        str(caught.value) == f"{path}: expected files of leases that stay, found others each time"
    )


def test_a_file_that_comes_while_it_is_looked_for(tmp_path, monkeypatch):
    """The second look finds it."""
    real, asked = kea._known_by, []

    def late(path) -> tuple[int, int] | None:
        asked.append(path)
        return None if len(asked) <= 3 else real(path)

    monkeypatch.setattr(kea, "_known_by", late)
    assert len(look(tmp_path, line()).rows) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": ""}, "source dhcp: expected the option path, found none"),
        ({"path": "a\0b"}, "source dhcp: expected the option path, found none"),
        ({"keys": ["a", ""]}, "option keys: expected names of columns, found another value"),
        ({"keys": ["a", 7]}, "option keys: expected names of columns, found another value"),
        ({"resources": 1}, "option resources: expected true or false, found another type"),
    ],
)
def test_options_in_words(tmp_path, options, words):
    with pytest.raises(Invalid) as caught:
        look(tmp_path, line(), **options)
    assert str(caught.value) == words


def test_records_of_others_are_asked_where_it_is_wanted(tmp_path):
    """A client by the name of a resource that one customer alone has now, and no pool."""

    def known(customer, resource, **more: object) -> Assignment:
        given = {"end": None, "start": NOON, "site": "main", "known_from": NOON} | more
        return Assignment(
            id=f"{customer}{resource}", prefix=ip_network("198.51.100.1/32"), customer=customer,
            resource=resource, **given,
        )  # fmt: skip

    records = [
        known("kari", "cpe-1"),
        known("ola", "cpe-2", end=NOON),
        known("", "cpe-3", pool=True),
    ]
    rows = [line(address=f"203.0.113.{n}", hostname=f"cpe-{n}", duid="") for n in (1, 2, 3)]
    (tmp_path / "leases").write_text("\n".join([",".join(HEAD), *rows, ""]))
    for resources, expected in (({}, ["", "", ""]), ({"resources": True}, ["kari", "", ""])):
        options = SourceOptions(
            name="dhcp",
            options={"path": "leases", "keys": ["hostname"], **resources},
            folder=tmp_path,
            records=lambda site: records if site == "main" else [],
        )
        reading = kea.SOURCE.open(options, HttpClient("http://localhost/"))(NOON)
        assert [row.customer for row in reading.rows] == expected


def test_numbers_just_inside(tmp_path):
    """Twenty digits, and as long as a number may be."""
    rows = [
        line(expire=f"{EXPIRES:020}"),
        line(address="203.0.113.8", valid_lifetime=1 << 40),
        line(address="203.0.113.9", valid_lifetime=(1 << 40) + 1),
    ]
    reading = look(tmp_path, *rows)
    assert (len(reading.rows), len(reading.rejected)) == (2, 1)


def test_another_client_of_the_same_name(tmp_path):
    """Is another one by its hardware address."""
    first = line(hostname="cpe", hwaddr="02:01", expire=EXPIRES - 60)
    for hwaddr, anew in (("02:01", False), ("02:02", True)):
        reading = look(tmp_path, first, line(hostname="cpe", hwaddr=hwaddr), keys=["hostname"])
        assert (only(reading).renewed is not None) is anew


@pytest.mark.parametrize("delegated", [0, 2])
def test_a_short_row_without_an_address(tmp_path, delegated):
    """Says nothing, whatever stands before it; and nothing is made up for what it lacks."""
    head = ("lease_type", "state", "valid_lifetime", "expire", "address", "prefix_len")
    reading = look(tmp_path, f"{delegated},0", line_of(delegated), head=head)
    reasons = [row.reason for row in reading.rejected]
    assert len(reasons) == (2 if delegated else 1)
    assert not any(word in reason for reason in reasons for word in ("None", "XX"))


def line_of(delegated):
    """A row that lacks its last column."""
    return f"{delegated},0,3600,{EXPIRES},{'2001:db8::' if delegated else '203.0.113.7'}"


def test_a_path_through_a_file(tmp_path):
    """Is not readable, and is told by its name."""
    (tmp_path / "leases").write_text("")
    known = SourceOptions(name="d", options={"path": "leases/x"}, folder=tmp_path)
    with pytest.raises(Unavailable, match=r"leases/x\S*: expected a readable file, found: "):
        kea.SOURCE.open(known, HttpClient("http://localhost/"))(NOON)
