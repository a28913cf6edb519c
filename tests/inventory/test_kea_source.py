"""Leases of Kea as files that change while they are read, and clients that come back."""

from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources import kea
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid, Unavailable, Unreadable
from aupkeep.model.holding import Assignment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n"
KARI, OLA = "02:00:00:00:00:01", "02:00:00:00:00:02"


def row(who, minute, lasts=3600, state=0, address="203.0.113.7"):
    """A row written so many minutes after noon."""
    expires = int((NOON + timedelta(minutes=minute)).timestamp()) + lasts
    return f"{address},{who},,{lasts},{expires},1,0,0,,{state}\n"


def look(folder, now=NOON, **options: object):
    """One look of a fresh source."""
    options = {"path": "leases"} | options
    known = SourceOptions(
        name="dhcp",
        customers={KARI: "kari", OLA: "ola"},
        options=options,
        folder=folder,
        records=options.pop("records", lambda _: ()),
    )
    client = HttpClient("http://localhost/")
    return kea.SOURCE.open(known, client)(now)


def held(reading):
    """Who holds what, since which minute, and whether that is anew."""
    return [
        (x.customer, x.since and (x.since - NOON) // timedelta(minutes=1), x.renewed is not None)
        for x in reading.rows
    ]


CHANGES = {
    "one lease": ([row(KARI, -30)], [("kari", -30, False)]),
    "renewed": ([row(KARI, -50), row(KARI, -20)], [("kari", -50, False)]),
    "renewed too late": ([row(KARI, -90), row(KARI, -20)], [("kari", -20, True)]),
    "another client": ([row(KARI, -50), row(OLA, -20)], [("ola", -20, True)]),
    "there and back": ([row(KARI, -50), row(OLA, -40), row(KARI, -20)], [("kari", -20, True)]),
    "released": ([row(KARI, -50), row(KARI, -20, lasts=0)], []),
    "released and taken": (
        [row(KARI, -50), row(KARI, -30, state=3), row(KARI, -20)], [("kari", -20, True)],
    ),
    "declined": ([row(KARI, -50), row("", -20, state=1)], []),
    "over": ([row(KARI, -70)], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_the_last_row_counts(name, tmp_path):
    """And since when it says what it says is told by those before."""
    rows, expected = CHANGES[name]
    (tmp_path / "leases").write_text(HEAD + "".join(rows))
    assert held(look(tmp_path)) == expected


def test_a_row_that_is_being_written_waits(tmp_path):
    """Until it is there to its end the row before it counts."""
    text = row(OLA, -1)
    (tmp_path / "leases").write_text(HEAD + row(KARI, -30) + text[:-1])
    assert held(look(tmp_path)) == [("kari", -30, False)]
    (tmp_path / "leases").write_text(HEAD + row(KARI, -30) + text)
    assert held(look(tmp_path)) == [("ola", -1, True)]


def test_files_that_the_cleanup_exchanges_are_read_again(tmp_path, monkeypatch):
    """Kea moves the file away while it is read: the rows in it are not lost."""
    (tmp_path / "leases").write_text(HEAD + row(KARI, -30))
    real, moved = kea.whole_file, []

    def moving(path) -> bytes:
        data = real(path)
        if not moved:
            moved.append((tmp_path / "leases").rename(tmp_path / "leases.1"))
            (tmp_path / "leases").write_text(HEAD)
        return data

    monkeypatch.setattr(kea, "whole_file", moving)
    assert held(look(tmp_path)) == [("kari", -30, False)]
    assert moved


def test_the_order_of_the_files(tmp_path):
    """Older rows are in `.2`, then `.1`; a finished cleanup replaces both."""
    (tmp_path / "leases.2").write_text(HEAD + row(KARI, -50))
    (tmp_path / "leases.1").write_text(HEAD + row(OLA, -40))
    (tmp_path / "leases").write_text(HEAD)
    assert held(look(tmp_path)) == [("ola", -40, True)]
    (tmp_path / "leases.completed").write_text(HEAD + row(KARI, -50))
    assert held(look(tmp_path)) == [("kari", -50, False)]


def test_whose_a_client_is_by_the_records_of_others(tmp_path):
    """A customer who alone has a resource of that name; of two nobody."""

    def record(customer, resource, **more: object) -> Assignment:
        return Assignment(
            id=f"{customer}-{resource}", site="main", prefix=parse_prefix("198.51.100.1"),
            customer=customer, resource=resource, start=NOON, end=None, known_from=NOON, **more,
        )  # fmt: skip

    records = [record("birch", "cpe-1"), record("birch", "cpe-2"), record("alder", "cpe-2")]
    records.append(record("alder", "cpe-3", source="dhcp"))
    rows = [row("", -30, address=f"203.0.113.{n}").replace(",,0\n", f",cpe-{n},0\n")
            for n in (1, 2, 3)]  # fmt: skip
    (tmp_path / "leases").write_text(HEAD + "".join(rows))
    reading = look(tmp_path, keys=["hostname"], resources=True, records=lambda _: records)
    assert [x.customer for x in reading.rows] == ["birch", "", ""]
    assert reading.unmapped == {"cpe-2", "cpe-3"}


def test_a_number_without_end_is_no_lease(tmp_path):
    """The row is told, and the others count."""
    endless = row(KARI, 0).replace(",3600,", f",{'0' * 5000},")
    (tmp_path / "leases").write_text(HEAD + endless + row(OLA, 0, address="203.0.113.8"))
    reading = look(tmp_path)
    assert [x.customer for x in reading.rows] == ["ola"]
    assert [str(x.prefix) for x in reading.rejected] == ["203.0.113.7/32"]


@pytest.mark.parametrize(
    ("text", "error"),
    [(None, Unavailable), ("", Unreadable), ("address,state\n", Unreadable), ("\0\n", Unreadable)],
)
def test_no_leases(tmp_path, text, error):
    """No file, or another one, is no empty list of leases."""
    if text is not None:
        (tmp_path / "leases").write_text(text)
    with pytest.raises(error):
        look(tmp_path)


@pytest.mark.parametrize("options", [{"path": 1}, {"keys": "x"}, {"resources": 1}, {"path": ""}])
def test_a_wrong_option(tmp_path, options):
    """It is told before anything is read."""
    with pytest.raises(Invalid, match="option"):
        look(tmp_path, **options)
