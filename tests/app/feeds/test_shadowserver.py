"""The reports API, against a server that checks every signature: each report is fetched once."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.conftest import with_settings
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.run_feed import run_feed
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.config.settings import FeedSettings
from aupkeep.model.feed import FeedOutcome
from aupkeep.store import feeds as stored
from lists import at_home

pytestmark = pytest.mark.network
KEY, SECRET = "example-key", "example-secret"
AMP = (
    "timestamp,src_ip,src_port,src_asn,src_geo,dst_port,avg_pps,max_pps\n"
    "2026-03-01 11:50:00,203.0.113.10,,64512,ZZ,389,40,90\n"
    "2026-03-01 11:50:00,192.0.2.10,,64512,ZZ,389,40,90\n"
)
TELNET = (
    "timestamp,ip,protocol,port,tag,asn,geo\n"
    "2026-03-01 11:40:00,203.0.113.11,tcp,23,telnet,64512,ZZ\n"
)


@dataclass
class Api:
    """The reports it has, by id as (file, type, text); what was asked of it, and `wrong` calls."""

    reports: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    error: str = ""
    url: str = ""

    def answer(self, path: str, body: bytes, sign: str) -> bytes | None:
        """What the publisher answers, None where it refuses."""
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        asked = json.loads(body)
        if sign != expected or asked.pop("apikey", "") != KEY:
            self.wrong.append(path)
            return None
        self.asked.append((path, asked))
        if path == "/api2/reports/list":
            if self.error:
                return json.dumps({"error": self.error}).encode()
            listed = [
                {"id": number, "file": file, "type": kind, "report": "customer"}
                for number, (file, kind, _) in self.reports.items()
            ]
            return json.dumps(listed).encode()
        return self.reports[str(asked["id"])][2].encode()


@contextmanager
def serving() -> Iterator[Api]:
    """The API on loopback."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = api.answer(self.path, body, self.headers.get("HMAC2", ""))
            self.reply(answer)

        def do_GET(self) -> None:
            number = self.path.rpartition("/")[2]
            self.reply(api.reports[number][2].encode())

        def reply(self, answer: bytes | None) -> None:
            self.send_response(401 if answer is None else 200)
            self.send_header("Content-Length", str(len(answer or b"")))
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api.url = f"http://lists.example:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as found:
        found.reports["r1"] = ("2026-03-01-event4_honeypot_ddos_amp-asn.csv",
                               "event4_honeypot_ddos_amp", AMP)  # fmt: skip
        yield found


def fetch(context, api, key=f"{KEY}:{SECRET}", **options: object):
    """One fetch of the feed from this server."""
    table = {"api": f"{api.url}/api2/", **options}
    chosen = FeedSettings(
        enabled=("shadowserver",), inside=("lists.example",), tables={"shadowserver": table}
    )
    declare_space(context, "203.0.113.0/24", "main")
    context = with_settings(context, feeds=chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUPKEEP_FEED_KEY_SHADOWSERVER", key)
        hands = NetworkAccess(resolve=at_home)
        return run_feed(context, "shadowserver", hands, worker="w", early=True).state


def test_a_report_is_listed_and_downloaded_with_signed_calls(context, api):
    """Its row about us is told, in its role; the row about others costs a counter."""
    state = fetch(context, api)
    assert (state.outcome, state.error) == (FeedOutcome.READ, "")
    assert (state.ours, state.seen) == (1, 2)
    assert api.wrong == []
    assert [path for path, _ in api.asked] == ["/api2/reports/list", "/api2/reports/download"]
    assert api.asked[0][1] == {"date": "2026-02-27:2026-03-01"}
    [item] = stored.listed("shadowserver")
    assert item.shown == "203.0.113.10"


def test_only_new_reports_are_downloaded(context, api):
    """The next fetch lists again and downloads what it does not have."""
    fetch(context, api)
    api.reports["r2"] = ("2026-03-01-scan_telnet-asn.csv", "scan_telnet", TELNET)
    api.asked.clear()
    state = fetch(context, api)
    assert [asked for _, asked in api.asked][1:] == [{"id": "r2"}]
    assert state.outcome is FeedOutcome.READ
    assert len(stored.listed("shadowserver")) == 2
    api.asked.clear()
    fetch(context, api)
    assert [path for path, _ in api.asked] == ["/api2/reports/list"]


def test_nothing_new_is_no_failure(context, api):
    """A day without a new report."""
    fetch(context, api)
    api.asked.clear()
    state = fetch(context, api)
    assert [path for path, _ in api.asked] == ["/api2/reports/list"]
    assert (state.outcome, state.error) == (FeedOutcome.SAME, "")


def test_what_the_operator_chose_is_asked_for(context, api):
    """Report names go to the publisher, types are chosen here."""
    api.reports["r2"] = ("2026-03-01-scan_telnet-asn.csv", "scan_telnet", TELNET)
    fetch(context, api, reports=["customer"], types=["scan_telnet"], days=1)
    assert api.asked[0][1] == {"date": "2026-02-28:2026-03-01", "reports": ["customer"]}
    assert [asked for _, asked in api.asked][1:] == [{"id": "r2"}]


def test_reports_behind_links_are_fetched_by_their_id(context, api):
    """`downloads` names the place; nothing of the key goes there."""
    state = fetch(context, api, downloads=f"{api.url}/dl/")
    assert state.ours == 1
    assert [path for path, _ in api.asked] == ["/api2/reports/list"]


@pytest.mark.parametrize("key", ["", "only-one", ":x", "x:", f"{KEY}:wrong", f"wrong:{SECRET}"])
def test_a_wrong_key_is_told_and_never_shown(context, api, key):
    """The feed fails in words; nothing is kept."""
    state = fetch(context, api, key=key)
    assert state.outcome not in {FeedOutcome.READ, FeedOutcome.SAME}
    assert state.error
    assert KEY not in state.error
    assert SECRET not in state.error
    assert stored.listed("shadowserver") == []


def test_the_publishers_own_error_is_told(context, api):
    """A refusal in JSON."""
    api.error = "the apikey has expired"
    assert "the apikey has expired" in fetch(context, api).error


@pytest.mark.parametrize("file", ["../../x.csv", "/etc/passwd", "a\nb.csv", "", "x" * 300])
def test_a_listed_file_with_an_odd_name_is_left_out(context, api, file):
    """It is never asked for, and the others are read."""
    api.reports["r2"] = (file, "scan_telnet", TELNET)
    state = fetch(context, api)
    assert state.outcome is FeedOutcome.READ
    assert [asked for path, asked in api.asked if "download" in path] == [{"id": "r1"}]
