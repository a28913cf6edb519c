"""The flows commands from the shell: on a home without flows, and on one that kept some."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from app.telemetry.questions.test_baseline import rows_at
from aupkeep.app.telemetry.collector import state_files
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters
from cli.conftest import ME

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
SPAN = ("--from", "2026-03-01T11:00:00Z", "--until", "2026-03-01T13:00:00Z")


@pytest.fixture
def kept(aupkeep):
    """A home that kept three flows of .10."""
    home = Home(aupkeep.home)
    archive = Archive(state_files.archive_folder(home, Settings()), patient=True, reserve=0)
    exporters = Exporters()
    exporters.number(ip_address("192.0.2.1"))
    archive.append(rows_at(NOON, 100, hosts=3), exporters, NOON)
    archive.close()
    return aupkeep


def test_a_fresh_home_has_nothing_to_show(bare):
    """Nothing is heard and nothing was kept: said in words, with the exit code for it."""
    told = bare("flows", "exporters").value
    assert (told["listen"], told["running"], told["exporters"]) == ([], False, [])
    assert bare("flows", "hits").value == []
    for words in (("show", "203.0.113.10"), ("top",), ("explain", "K7QF-2M9X"), ("baseline",)):
        done = bare("flows", *words)
        assert (done.code, done.error["error"]) == (4, "missing"), words
    assert bare("flows", "check", "K7QF-2M9X").code == 4


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
    words = ("--reasons", "a week of watching")
    told = aupkeep("flows", "baseline", "accept", "udp-flood", "per_second", 3000, *words).value
    assert (told["value"], told["by"].startswith(f"accepted by {ME}")) == (3000, True)
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
    later = (datetime.now(tz=UTC) + timedelta(days=9)).strftime("%Y-%m-%dT00:00:00Z")
    told = aupkeep(*given, "--until", later, *words).value
    assert (told["resource"], told["until"], told["by"]) == ("alder/vm-a", later, ME)
    (listed,) = aupkeep("permission", "list").value
    assert listed == {**listed, **told}
    gone = aupkeep("permission", "remove", *given[2:], *words).value
    assert gone == {"resource": "alder/vm-a", "kind": "connection/port_scan", "by": ME}
    assert aupkeep("permission", "list").value == []
    assert aupkeep("verify").code == 0


def text(shell, *words: object) -> str:
    """A command's lines for people."""
    ended = shell.text(*words)
    assert ended.code == 0, ended.err
    return ended.out


def test_flows_are_told_to_people_by_name(kept):
    """A protocol has its name, a rate says that it is one, amounts have units and thousands."""
    shown = text(kept, "flows", "show", "203.0.113.10", *SPAN).splitlines()
    assert re.search(r" udp +\S+ +\S+ +1:\d+$| udp .* unknown$", shown[1]), shown[1]
    largest = text(kept, "flows", "top", "--by", "ports", "--address", "203.0.113.10", *SPAN)
    assert re.search(r"udp/53 +3 +300 +[\d.,]+ k?B ", largest), largest


def test_hits_are_told_in_words(aupkeep):
    """A hit says what it counted; explained, what had to be."""
    one = {"hit": "h-1", "at": "2026-03-01T12:00:00Z", "detector": "syn-flood", "mode": "act"}
    counted = {"syn_packets": 2575, "syn_per_second": 858, "window_s": 3.0, "sampling": 1}
    more = {"address": "203.0.113.10", "evidence": counted, "thresholds": {"per_second": 100.0}}
    folder = aupkeep.home / "flows"
    folder.mkdir(parents=True)
    assert state_files.write(folder, state_files.HITS, [{**one, **more}])
    assert "2,575 SYN packets in 3 s, 858 a second" in text(aupkeep, "flows", "hits")
    told = text(aupkeep, "flows", "explain", "h-1")
    assert told.startswith("h-1: 2,575 SYN packets in 3 s")
    assert "  per_second = 100\n" in told


def test_exporters_say_what_is_wrong_and_what_to_do(bare):
    """Who is refused, what is not kept and a collector that stands, each with its remedy."""
    bare.home.mkdir()
    settings = '[flows]\nlisten = ["192.0.2.10:2055"]\n[flows.edge]\naddress = "192.0.2.1"\n'
    (bare.home / "aupkeep.toml").write_text(settings)
    (bare.home / "flows").mkdir()
    stats = {"at": "2026-03-01T12:00:00Z", "archive": {"trouble": "/x: no space left"}}
    stats |= {"refused": [{"address": "192.0.2.9", "datagrams": 1234}], "exporters": []}
    assert state_files.write(bare.home / "flows", state_files.STATS, stats)
    told = text(bare, "flows", "exporters")
    for words in (
        "does not run (aupkeep flowd",
        "192.0.2.9, 1,234 datagrams. It is not on the list: name it in [flows]",
        "Flows are not kept, detection goes on: /x: no space left",
        "not heard",
    ):
        assert words in told, words
