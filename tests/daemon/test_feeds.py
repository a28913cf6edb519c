"""Workers fetch feeds: each list once, also with two of them, and a killed one is replaced."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.config.home import Home
from aupkeep.model.feed import FeedOutcome
from aupkeep.store import feeds, refresh
from aupkeep.store.guard import writing
from aupkeep.store.models import FeedRow, ReportRow
from daemon.processes import running, until
from lists import serving

pytestmark = [pytest.mark.slow, pytest.mark.network]
SETTINGS = """\
[mail]
nameservers = ["none"]
[feeds]
enabled = ["first", "second"]
inside = ["127.0.0.1"]
[feeds.first]
reads = "list"
url = "{url}/first.txt"
[feeds.second]
reads = "list"
url = "{url}/second.txt"
"""
OWN = ("inventory", "own", "add", "203.0.113.0/24")


def furnish(home: Home, url: str) -> None:
    """Our own space, and two feeds of a server on loopback."""
    address = url.replace("lists.example", "127.0.0.1")
    home.settings.write_text(SETTINGS.format(url=address))
    subprocess.run([sys.executable, "-m", "aupkeep", *OWN], check=True, capture_output=True)


def outcome(name: str) -> FeedOutcome | None:
    refresh()
    return feeds.state(name).outcome


@pytest.mark.nightly("kills")
def test_two_workers_fetch_each_list_once(home):
    """Both look at once; the lease lets one of them fetch, and what it found is read."""
    with serving() as lists:
        lists.bodies |= {"/first.txt": b"203.0.113.7\n", "/second.txt": b"198.51.100.7\n"}
        furnish(home, lists.url)
        log = home.path / "log"
        with running("worker", log=log), running("worker", log=log):
            until(lambda: outcome("first") and outcome("second"), "both lists")
            until(lambda: ReportRow.objects.count() == 1, "the report to be read")
        paths = [path for path, _ in lists.asked]
    assert sorted(paths) == ["/first.txt", "/second.txt"]
    assert (feeds.state("first").ours, feeds.state("second").ours) == (1, 0)


@pytest.mark.nightly("kills")
def test_killed_worker_is_replaced_when_its_lease_is_over(home):
    """While a list stalls, its worker is killed; another fetches it anew once the lease is over."""
    with serving() as lists:
        lists.bodies |= {"/first.txt": b"203.0.113.7\n" * 9, "/second.txt": b""}
        lists.ways["/first.txt"] = "stall"
        furnish(home, lists.url)
        with running("worker", log=home.path / "log") as one:
            until(lambda: any(path == "/first.txt" for path, _ in lists.asked), "the fetch")
            one.send_signal(signal.SIGKILL)
            one.wait()
        lists.ways["/first.txt"] = "well"
        refresh()
        row = FeedRow.objects.get(name="first")
        assert row.leased_until is not None, "the dead worker's lease"
        assert row.leased_until - datetime.now(UTC) < timedelta(minutes=10)
        with writing():
            FeedRow.objects.filter(name="first").update(leased_until=datetime.now(UTC))
        with running("worker", log=home.path / "log"):
            until(lambda: outcome("first") is FeedOutcome.READ, "the list")


def test_worker_stops_while_a_list_stalls(home):
    """SIGTERM ends the fetch: its socket is closed, its outcome is written, it is due again."""
    with serving() as lists:
        lists.ways["*"] = "stall"
        lists.bodies |= {"/first.txt": b"203.0.113.7\n" * 9}
        furnish(home, lists.url)
        with running("worker", log=home.path / "log") as one:
            until(lambda: lists.asked, "the fetch")
            one.terminate()
            one.wait(30)
        path = lists.asked[0][0]
    assert outcome(path.removeprefix("/").removesuffix(".txt")) is FeedOutcome.FAILED
