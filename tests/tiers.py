"""Which tier runs a test: `just check`, `just test`, `just nightly [STAGE]` or `just campaign`.

    pytest --tier check           # what needs no database, server, kernel or browser, and is quick
    pytest --tier test            # that and everything else that is not marked `nightly`
    pytest --tier nightly:core    # one stage of the night

A test without a mark is in `just test`. `nightly(stage)` takes it out of there, into that stage;
`again(stage)` leaves it there and runs it once more at night, larger. A test that runs on both
databases is in `just test` with SQLite, and with PostgreSQL where it is one of the store's and not
marked `sqlite_by_day`, or is marked `both`; at night everything runs on PostgreSQL. Without
`--tier` pytest runs all it finds.
`tests/gates/test_tiers.py` proves that the tiers together run every test.
"""

from pathlib import Path

import pytest

STORE = Path(__file__).parent / "store"
APART = ("network", "root", "browser", "slow")  # marks of what `just check` leaves out
HOMES = {"home", "sqlite_home", "postgres_home", "migrated", "postgres"}  # fixtures: a database
STAGES = {
    "seeds": "the tests of `just test` with SQLite, in random order, on random Hypothesis seeds",
    "postgresql": "every test that stores, on PostgreSQL",
    "core": "the story of the road without one room's core function at a time",
    "kills": "200 kills of any process, full disks, set clocks, cut lines, a minute of load",
    "joints": "10,000 random moves of inventory, people, clocks and evidence against a plain model",
    "accused": "no word of a reporter or victim reaches the accused: every format and language",
    "fuzz": "10,000 changed inputs for each reader",
    "processes": "every command as a process of its own, and what only real daemons show",
    "browser": "every page in every size and in both colour schemes",
    "openstack": "the driver `openstack` and its roles on a real Keystone, Nova, Neutron",
    "octavia": "the driver `octavia` and its role on a real Keystone and Octavia",
    "content": "the drivers of pages, names and mail on a real nginx, HAProxy, BIND, Postfix",
    "oidc": "single sign-on at a certified issuer that is not ours",
    "imap": "mailboxes at a real Dovecot, with kills of mailin and of the server",
    "bgp": "the driver `bgp` with BIRD and FRR as peers, its faults; `libvirt` with virsh",
    "pages": "the tables made of plugins list every plugin",
    "trial": "the trial day of docs/trial-day.md on a moved clock, and kills during apply",
}
ITEMS = pytest.StashKey[tuple[pytest.Item, ...]]()


def place(item: pytest.Item) -> None:
    """Give a test the mark of its stage where the database decides about it."""
    if _on_postgresql(item):
        alone = not hasattr(item, "callspec")  # there is no run with SQLite
        stores = item.path.is_relative_to(STORE) and not item.get_closest_marker("sqlite_by_day")
        stays = alone or stores or item.get_closest_marker("both")
        item.add_marker((pytest.mark.again if stays else pytest.mark.nightly)("postgresql"))


def holds(tier: str, item: pytest.Item) -> bool:
    """Whether a tier, or a stage of the night, runs a test. Raises KeyError for an unknown tier."""
    only, more = _stages(item, "nightly"), _stages(item, "again")
    if tier.startswith("nightly:"):
        stage = tier.partition(":")[2]
        STAGES[stage]
        if stage == "seeds":
            return not only and not _on_postgresql(item)
        return stage in only | more
    stores = not HOMES.isdisjoint(getattr(item, "fixturenames", ()))
    quick = not stores and not any(item.get_closest_marker(name) for name in APART)
    return {"check": not only and quick, "test": not only}[tier]


def _stages(item: pytest.Item, mark: str) -> set[str]:
    """The stages that marks of one name give a test."""
    return {stage for marker in item.iter_markers(mark) for stage in marker.args}


def _on_postgresql(item: pytest.Item) -> bool:
    """Whether this run of a test needs the database server."""
    callspec = getattr(item, "callspec", None)
    if callspec is not None and any(
        isinstance(value, str) and value == "postgresql" for value in callspec.params.values()
    ):
        return True
    names = getattr(item, "fixturenames", ())
    return "postgres" in names and "vendor" not in names
