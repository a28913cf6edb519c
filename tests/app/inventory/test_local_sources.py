"""Sources that read files and rules: CGNAT and RADIUS, from the file to the answer of `who`."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import NOON
from app.inventory.conftest import with_source
from aupkeep.app.inventory.ask_sources import sync_now
from aupkeep.app.inventory.holders import who
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.inventory_doctor import source_checks
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.config.inventory import InventorySourceSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Invalid
from aupkeep.store import inventory as stored

RULE = {"inside": "100.64.0.0/29", "outside": "203.0.113.8/31", "ports": 16000}
CGNAT = InventorySourceSettings(
    name="nat",
    kind="cgnat",
    prefixes=("203.0.113.8/31",),
    customers=("100.64.0.5 = kari", "100.64.0.4 = ola"),
    options={"rules": [RULE | {"from": "2026-03-01T06:00:00Z"}]},
)
LOG = replace(CGNAT, options={"path": "nat.log*"})
BNG = InventorySourceSettings(
    name="bng", kind="radius", site="inside", options={"path": "detail", "named": True}
)
LINE = "{at:%Y-%m-%dT%H:%M:%SZ} nat1 nat: {what} VRF 0 INT 100.64.0.5 EXT 203.0.113.8:1024-1535\n"
HEAD = b"address,customer,resource,from,until,site\n"


def sync(context, source, **more: bool):
    """One look of a fresh worker."""
    (state,) = sync_now(with_source(context, source), source.name, by=SYSTEM, **more)
    return state


def holder(context, subject, minutes=0):
    """The answer of `who`, so many minutes after noon, and whose."""
    answer = who(context, subject, NOON + timedelta(minutes=minutes))
    return answer.answer, answer.customer or sorted(x.customer for x in answer.candidates)


def wrote(context, text, name="nat.log", mode="a"):
    """More of a file in the home."""
    with (context.home.path / name).open(mode) as file:
        file.write(text)


def lines(*steps: tuple[str, int]) -> str:
    """Lines of NFWare's form: (A or D, minute)."""
    return "".join(
        LINE.format(what=what, at=NOON + timedelta(minutes=minute)) for what, minute in steps
    )


def test_a_rule_names_who_had_the_port(furnished, now):
    """By address, port and time; without the port it is disputed, outside the rule nobody's."""
    assert sync(furnished, CGNAT).live == 9  # eight blocks, and the prefix itself as a pool
    later = now.at + timedelta(hours=1)
    now.at = later
    assert holder(furnished, "203.0.113.9:20000") == ("held", "kari")
    assert holder(furnished, "203.0.113.9:1024") == ("held", "ola")
    assert holder(furnished, "203.0.113.9:1023") == ("unknown", [])
    assert holder(furnished, "203.0.113.9:50000") == ("unknown", [])  # nobody mapped 100.64.0.7
    assert holder(furnished, "203.0.113.9") == ("disputed", ["kari", "ola"])
    assert holder(furnished, "203.0.113.9:20000", -370) == ("unknown", [])


def test_a_rule_that_changed_keeps_what_was(furnished, now):
    """The old one ends, the new one begins, at the times that they say."""
    sync(furnished, CGNAT)
    now.at += timedelta(hours=3)
    old = RULE | {"from": "2026-03-01T06:00:00Z", "until": "2026-03-01T13:00:00Z"}
    new = RULE | {"ports": 8000, "from": "2026-03-01T13:00:00Z"}
    changed = replace(CGNAT, options={"rules": [old, new]})
    sync(furnished, changed)
    assert holder(furnished, "203.0.113.9:20000", 30) == ("held", "kari")
    assert holder(furnished, "203.0.113.9:20000", 61)[0] == "disputed"
    assert holder(furnished, "203.0.113.9:20000", 90) == ("unknown", [])
    assert holder(furnished, "203.0.113.8:42000", 90) == ("held", "kari")
    assert sync(furnished, changed).changed == 0
    sync(furnished, replace(CGNAT, options={"rules": [new]}))  # the old one was cleared away
    assert holder(furnished, "203.0.113.9:20000", 30) == ("held", "kari")


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([RULE], "rule from"),
        ([RULE | {"from": "2026-03-01T06:00:00Z"}] * 2, "found two"),
        ([RULE | {"from": "2026-03-01T06:00:00Z", "ports": 40000}], "found blocks for 2"),
        ([RULE | {"from": "2026-03-01T06:00:00Z", "ports": "9"}], "rule ports"),
        ([RULE | {"from": "2026-03-01"}], "rule from"),
        ([RULE | {"algorithm": "random", "from": "2026-03-01T06:00:00Z"}], "rule algorithm"),
        ([RULE | {"inside": "2001:db8::/64", "from": "2026-03-01T06:00:00Z"}], "expected IPv4"),
        ([RULE | {"inside": "100.64.0.9-100.64.0.1", "from": "2026-03-01T06:00:00Z"}], "lower"),
        ([RULE | {"port": 1}], "found 'port'"),
        ("x", "option rules"),
        ([], "either the option rules or path"),
    ],
)
def test_a_rule_that_is_none(furnished, rules, reason):
    """It is told before anything is read."""
    with pytest.raises(Invalid, match=reason):
        sync(furnished, replace(CGNAT, options={"rules": rules}))


def test_behind_the_gateway_the_records_of_a_site_say_who(furnished, now):
    """RADIUS says who has an address inside, the NAT's log who has the ports: both in time."""
    declare_space(furnished, "100.64.0.0/24", "inside")
    rows = (
        b"100.64.0.5,kari,line-1,2026-03-01T06:00:00Z,2026-03-01T12:20:00Z,inside\n"
        b"100.64.0.5,ola,line-2,2026-03-01T12:30:00Z,,inside\n"
    )
    import_assignments(furnished, HEAD + rows, "csv")
    chained = replace(LOG, customers=(), options={"path": "nat.log*", "inside_site": "inside"})
    wrote(furnished, lines(("A", -10), ("D", 45)))
    now.at += timedelta(hours=2)
    sync(furnished, chained)
    found = [holder(furnished, "203.0.113.8:1100", m) for m in (-15, 5, 25, 37, 50)]
    assert found == [
        ("unknown", []), ("held", "kari"), ("unknown", []), ("held", "ola"), ("unknown", []),
    ]  # fmt: skip


def test_a_line_that_is_being_written_waits(furnished, now):
    """A block counts once its line is there to the end, also when it was rotated meanwhile."""
    text = lines(("A", -10))
    wrote(furnished, text[:40])
    now.at += timedelta(minutes=10)
    assert sync(furnished, LOG).rejected == 0
    assert holder(furnished, "203.0.113.8:1100") == ("unknown", [])
    wrote(furnished, text[40:])
    (furnished.home.path / "nat.log").rename(furnished.home.path / "nat.log.1")
    wrote(furnished, "noise\n")
    sync(furnished, LOG)
    assert holder(furnished, "203.0.113.8:1100") == ("held", "kari")


def test_a_log_that_stands_still_frees_nobody(furnished, now):
    """No line and no file: what was on record stays, and the doctor has a reason to tell."""
    wrote(furnished, lines(("A", -10)))
    sync(furnished, LOG)
    now.at += timedelta(days=3)
    sync(furnished, LOG)
    assert holder(furnished, "203.0.113.8:1100", 3000) == ("held", "kari")
    checks = {x.check: x.found for x in source_checks(with_source(furnished, LOG)) if not x.ok}
    assert "newest line is of 2026-03-01T11:50:00Z" in checks["log:nat"]
    (furnished.home.path / "nat.log").unlink()
    state = sync(furnished, LOG)
    assert (state.failures, state.problem) == (1, "nat.log*: expected a file, found none")
    assert holder(furnished, "203.0.113.8:1100", 3000) == ("held", "kari")


def test_lines_that_are_missing_leave_a_gap(furnished, now):
    """Nobody read what came between the last look and the oldest line that is left."""
    wrote(furnished, lines(("A", -10)))
    sync(furnished, LOG)
    now.at += timedelta(hours=5)
    wrote(furnished, lines(("A", 290)).replace("203.0.113.8", "203.0.113.9"), mode="w")
    sync(furnished, LOG)
    found = [holder(furnished, "203.0.113.8:1100", minute)[0] for minute in (-5, 20, 295)]
    assert found == ["held", "unknown", "unknown"]
    assert holder(furnished, "203.0.113.9:1100", 295) == ("held", "kari")


def test_a_pipe_a_folder_and_a_way_out_are_no_log(furnished):
    """None of them makes a worker wait, or read elsewhere."""
    os.mkfifo(furnished.home.path / "nat.log")
    (furnished.home.path / "nat.log.d").mkdir()
    assert "expected a file" in sync(furnished, LOG).problem
    with pytest.raises(Invalid, match="option path"):
        sync(furnished, replace(LOG, options={"path": "../*"}))


def test_a_session_of_radius(furnished, now):
    """From its Start to its Stop, in a site of its own."""
    declare_space(furnished, "100.64.0.0/24", "inside")
    record = (
        'Sun Mar  1 11:00:00 2026\n\tAcct-Status-Type = {}\n\tAcct-Session-Id = "1"\n'
        '\tUser-Name = "kari"\n\tFramed-IP-Address = 100.64.0.9\n\tTimestamp = {:.0f}\n\n'
    )
    wrote(furnished, record.format("Start", NOON.timestamp() - 3600), "detail")
    assert sync(furnished, BNG).live == 1
    assert holder(furnished, "100.64.0.9") == ("held", "kari")
    wrote(furnished, record.format("Stop", NOON.timestamp() + 1200), "detail")
    now.at += timedelta(hours=1)
    assert (sync(furnished, BNG).live, sync(furnished, BNG).changed) == (0, 0)
    assert holder(furnished, "100.64.0.9", 15) == ("held", "kari")
    assert holder(furnished, "100.64.0.9", 25) == ("unknown", [])
    assert [x.source for x in stored.all_assignments() if x.customer == "kari"] == ["bng"] * 2
