"""The inventory's doctor: each thing that is wrong is named with what fixes it."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

from app.inventory.conftest import CLOUD, with_source
from aupkeep.app.inventory.ask_sources import sync_now
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.inventory_doctor import inventory_report
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.inventory.standing_source import SourceReading
from aupkeep.inventory.sync import SeenHolding
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Unavailable

WHOLE = replace(CLOUD, prefixes=("203.0.113.0/24",))


def found(context):
    """The checks that do not hold, by name."""
    return {check.check: check for check in inventory_report(context).checks if not check.ok}


def trust(context, prefix="203.0.113.0/24"):
    """What is said of one prefix."""
    return next(item for item in inventory_report(context).prefixes if item.prefix == prefix)


def test_gaps_are_named_until_a_pool_covers_them(furnished):
    """What no record names stands there with its first parts; a pool is no gap."""
    check = found(furnished)["gaps:203.0.113.0/24"]
    assert (
        "98.8% is on no record: 203.0.113.0-203.0.113.9, 203.0.113.11-203.0.113.69" in check.found
    )
    before = trust(furnished)
    assert (before.sources, before.known_within) == (("csv",), None)
    assert before.trust.startswith("as imports say (csv), the newest of 2026-03-01T12:00:00")
    head = b"address,customer,resource,from,until,kind\n"
    pool = head + b"203.0.113.0/24,,free,2026-01-01T00:00:00Z,,pool\n"
    import_assignments(furnished, pool, "csv")
    after = trust(furnished)
    assert found(furnished) == {}
    assert (after.held, after.gap, round(after.held + after.pool, 4)) == (0.0117, 0.0, 1.0)
    declare_space(furnished, "2001:db8::/32", "oslo")
    assert set(found(furnished)) == {"gaps:2001:db8::/32@oslo"}
    assert trust(furnished, "2001:db8::/32").trust == "nothing is on record"


def test_a_gap_with_a_record_beside_it_is_not_called_all(furnished):
    """One assignment in a /32: rounded, the rest would be 100 %, which is untrue."""
    declare_space(furnished, "2001:db8::/32", "main")
    rows = (
        b"address,customer,resource,from,until\n2001:db8:5::/64,alder,vm-6,2026-01-01T00:00:00Z,\n"
    )
    import_assignments(furnished, rows, "csv")
    check = found(furnished)["gaps:2001:db8::/32"]
    assert check.found.startswith("more than 99.9% is on no record: 2001:db8::-")


def test_a_source_that_knows_all(furnished, told, now):
    """Its prefix has no gap, and a change is known within its time; imports beside it are told."""
    context = with_source(furnished, WHOLE)
    told.says(_113_7="ola")
    sync_now(context, None, by=SYSTEM)
    assert "as imports say (csv)" in trust(context).trust
    fresh = with_source(furnished, replace(WHOLE, prefixes=("198.51.100.0/24",)))
    declare_space(context, "198.51.100.0/24", "main")
    told.reading = SourceReading(
        [SeenHolding(prefix=ip_network("198.51.100.7"), customer="ola", resource="vm")]
    )
    now.at += timedelta(minutes=1)
    sync_now(fresh, None, by=SYSTEM)
    said = trust(fresh, "198.51.100.0/24")
    assert (said.trust, said.gap, said.known_within) == ("a change is known within 60 s", 0.0, 60)
    now.at += timedelta(hours=1)
    said = trust(fresh, "198.51.100.0/24")
    assert (said.trust, said.known_within) == ("as cloud last said", None)


def test_two_sources_that_differ_are_named(asked, told):
    """Both, and which of them counts."""
    told.says(_113_10="birch")
    sync_now(asked, None, by=SYSTEM)
    check = found(asked)["overlaps"]
    assert "203.0.113.10/32: cloud says birch and counts, csv says alder" in check.found
    assert "aupkeep inventory correct" in check.remedy


def test_a_silent_source_is_told_everywhere(asked, told, now):
    """Never asked, silent, held back: each with its command; the desk's pages say it too."""
    assert found(asked)["source:cloud"].found == "never seen: not asked yet"
    rows = [SeenHolding(prefix=ip_network(f"203.0.113.{n}"), customer="ola", resource="vm")
            for n in range(100, 130)]  # fmt: skip
    told.reading = SourceReading(rows)
    sync_now(asked, None, by=SYSTEM)
    assert "source:cloud" not in found(asked)
    now.at += timedelta(seconds=241)
    silent = found(asked)["source:cloud"]
    assert "no worker asks it" in silent.found
    assert silent.remedy == "aupkeep inventory sync cloud"
    told.reading = Unavailable("no line")
    sync_now(asked, None, by=SYSTEM)
    assert found(asked)["source:cloud"].found.endswith("30 live records; no line")
    for checks in (doctor(asked, lambda _: ""), page_hindrances(asked)):
        assert any(x.check == "inventory-source:cloud" and not x.ok for x in checks)
    told.reading = SourceReading(rows[:3])
    sync_now(asked, None, by=SYSTEM)
    assert found(asked)["source:cloud"].remedy == "aupkeep inventory sync cloud --accept"


def test_unmapped_projects_and_odd_rows(asked, told):
    """The first are named with the line that maps one."""
    told.says(_113_10="birch")
    told.reading.unmapped |= {"p-1", "p-2"}
    told.reading.rows.append(
        SeenHolding(prefix=ip_network("203.0.113.10"), customer="x", resource="y")
    )
    sync_now(asked, None, by=SYSTEM)
    unmapped = found(asked)["unmapped:cloud"]
    assert unmapped.found == "2 projects without a customer, so unknown: p-1, p-2"
    assert unmapped.remedy.startswith('customers = ["p-1 = CUSTOMER"] for cloud in [[inventory')
    assert "it names birch and x" in found(asked)["rows:cloud"].found
