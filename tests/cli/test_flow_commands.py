"""The flows commands from the shell: on a home without flows, and on one that kept some."""

from ipaddress import ip_address

import pytest

from app.telemetry.test_baseline import rows_at
from aupkeep.app.telemetry import keep
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
SPAN = ("--from", "2026-03-01T11:00:00Z", "--until", "2026-03-01T13:00:00Z")


@pytest.fixture
def kept(aupkeep):
    """A home that kept three flows of .10."""
    home = Home(aupkeep.home)
    archive = Archive(keep.archive_folder(home, Settings()), patient=True, reserve=0)
    exporters = Exporters()
    exporters.number(ip_address("192.0.2.1"))
    archive.append(rows_at(NOON, 100, hosts=3), exporters, NOON)
    archive.close()
    return aupkeep


def test_a_fresh_home_has_nothing_to_show(aupkeep):
    """Nothing is heard and nothing was kept: said in words, with the exit code for it."""
    told = aupkeep("flows", "exporters").value
    assert (told["listen"], told["running"], told["exporters"]) == ([], False, [])
    assert aupkeep("flows", "hits").value == []
    for words in (("show", "203.0.113.10"), ("top",), ("explain", "K7QF-2M9X"), ("baseline",)):
        done = aupkeep("flows", *words)
        assert (done.code, done.error["error"]) == (4, "missing"), words
    assert aupkeep("flows", "check", "K7QF-2M9X").code == 4


def test_flows_are_shown_and_summed(kept):
    """`show` prints flows as `decode` does; `top` multiplies sampling out."""
    shown = kept("flows", "show", "203.0.113.10", *SPAN).value
    assert [one["dst"] for one in shown["flows"]] == [f"198.51.100.{last}" for last in range(3)]
    assert shown["flows"][0]["exporter"] == "192.0.2.1"
    (port,) = kept("flows", "top", "--by", "ports", "--address", "203.0.113.10", *SPAN).value
    assert (port["key"], port["flows"], port["packets"]) == ("udp/53", 3, 300)
    assert kept("flows", "show", "203.0.113.10", "--from", "2026-03-01T13:00:00Z",
                "--until", "2026-03-01T12:00:00Z").code == 2  # fmt: skip


def test_thresholds_and_permissions(aupkeep):
    """A person's word on a threshold and on a permission, and its end; the journal proves both."""
    words = ("--as", "ada", "--reasons", "a week of watching")
    told = aupkeep("flows", "baseline", "accept", "udp-flood", "per_second", 3000, *words).value
    assert (told["value"], told["by"][:15]) == (3000, "accepted by ada")
    assert aupkeep("flows", "baseline", "withdraw", "udp-flood", "per_second", *words).code == 0
    assert aupkeep("flows", "baseline", "accept", "no-such", "x", 1, *words).code == 4
    others = ("--class", "not assigned", *words)
    told = aupkeep("flows", "baseline", "accept", "udp-flood", "per_second", 9000, *others).value
    assert (told["class"], told["value"]) == ("not assigned", 9000)
    assert aupkeep("flows", "baseline", "withdraw", "udp-flood", "per_second", *words).code == 4
    assert aupkeep("flows", "baseline", "withdraw", "udp-flood", "per_second", *others).code == 0
    given = ("flows", "baseline", "accept", "udp-flood", "per_second", 1, "--class", "x", *words)
    assert aupkeep(*given).code == 2
    given = ("permission", "add", "alder/vm-a", "connection/port_scan")
    assert aupkeep(*given, "--until", "2020-01-01T00:00:00Z", *words).code == 2
    assert aupkeep("permission", "list", "alder/vm-a").value == []
    assert aupkeep("verify").code == 0
