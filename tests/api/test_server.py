"""The API behind the real server process."""

import http.client
import json
import socket
import subprocess
import sys
import time

import pytest

from aupkeep.store import refresh
from aupkeep.store.models import RawRow
from daemon.processes import free_port, listens, running, until

UNFINISHED = (
    b"POST /report/phishing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\na=b",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX",
)
pytestmark = pytest.mark.network


def token(name: str = "tests") -> str:
    """A token for reports and cases, made as an operator makes it."""
    scopes = ("--scope", "report", "--scope", "case")
    words = [sys.executable, "-m", "aupkeep", "token", "add", name, *scopes, "-o", "json"]
    return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)["token"]


@pytest.mark.nightly("kills")
def test_the_server_takes_a_report_while_slow_senders_hold_connections(home):
    """A report in gets 202; one announced too large gets 413 before a byte of it is sent.

    Two hundred senders hold a body or a head open meanwhile; a page and the API still answer.
    """
    port = free_port()
    home.settings.write_text(f"[web]\nport = {port}\n")
    bearer = f"Bearer {token()}"
    with running("web", log=home.path / "log"):
        until(lambda: listens(port), "the server")
        slow = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(200)]
        for number, sender in enumerate(slow):
            sender.sendall(UNFINISHED[number % 2])
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for path, status in (("/queue", 302), ("/sign-in", 200)):
            page.request("GET", path)
            answer = page.getresponse()
            assert (answer.status, len(answer.read()) > 0) == (status, status == 200)
        page.close()
        one = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        head = {"Authorization": bearer, "Content-Type": "message/rfc822"}
        one.request("POST", "/api/v1/reports", b"Subject: x\r\n\r\n\0y\r\n", head)
        answer = one.getresponse()
        assert (answer.status, json.load(answer)["repeated"]) == (202, False)
        one.close()
        with socket.create_connection(("127.0.0.1", port), 30) as raw:
            raw.sendall(
                b"POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: message/rfc822\r\nContent-Length: 99999999999\r\n"
                b"Authorization: " + bearer.encode() + b"\r\n\r\n"
            )
            answer = b"".join(iter(lambda: raw.recv(4096), b""))
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert b'"too-large"' in answer
        with socket.create_connection(("127.0.0.1", port), 30) as raw:  # RFC 9112 section 3.2.2
            raw.sendall(b"GET http://evil.example/queue HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert raw.recv(4096).startswith(b"HTTP/1.1 421 ")
        for sender in slow:
            sender.close()
    refresh()
    assert RawRow.objects.count() == 1


@pytest.mark.nightly("processes")
def test_two_processes_let_through_what_the_documents_say(home):
    """Of 300 requests on connections of their own, 100 a minute and a twentieth for each process.

    The others hear 429 as a problem that says when to come back; another token goes on.
    """
    port = free_port()
    limits = "api_a_minute = 100\n"
    home.settings.write_text(f"[web]\nport = {port}\nworkers = 2\n{limits}")
    first, second = token("one"), token("two")
    with running("web", log=home.path / "log"):
        until(lambda: listens(port), "the server")
        second_of_minute = time.time() % 60
        time.sleep(60 - second_of_minute if second_of_minute > 40 else 0)  # all in one minute
        answers = [ask(port, first) for _ in range(300)]
        passed = [status for status, _, _ in answers if status == 404]
        assert 100 <= len(passed) <= 100 + 2 * 5
        status, wait, said = answers[-1]
        assert (status, said["error"], said["type"]) == (429, "too-many", "about:blank")
        assert 0 < int(wait) <= 61
        assert ask(port, second)[0] == 404


def ask(port: int, secret: str) -> tuple[int, str, dict[str, str]]:
    """Status, Retry-After and JSON of a request on a connection of its own."""
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    head = {"Authorization": f"Bearer {secret}", "Connection": "close"}
    server.request("GET", "/api/v1/cases/NONE-0000", headers=head)
    answer = server.getresponse()
    said = json.load(answer)
    server.close()
    return answer.status, answer.headers.get("Retry-After", ""), said
