"""What everybody else waits while one attacker does each of several things, on a real server.

Loopback only: the attacker is at 127.0.0.2, the others at 127.0.0.3. `pytest -s` prints the figures
of docs/campaign.md.
"""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from daemon.processes import free_port, listens, running, until

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.nightly("kills")]
SECONDS = 6.0  # of each attack
HELD = 200
PAUSE = 0.05  # seconds between two requests of a visitor
MOST = 5.0  # seconds; how quick it is stands in the page, that it goes on is tested
ATTACKER, VISITOR = ("127.0.0.2", 0), ("127.0.0.3", 0)
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX"
BODY = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90\r\n\r\na="
FORM = "/sign-in"


@pytest.fixture
def server(home) -> Iterator[tuple[int, str]]:
    """The port of a server, and a token for cases."""
    port = free_port()
    home.settings.write_text(f"[web]\nport = {port}\n")
    words = ["token", "add", "cases", "--scope", "case", "-o", "json"]
    made = subprocess.run(
        [sys.executable, "-m", "aupkeep", *words], check=True, capture_output=True
    )
    with running("web", log=home.path / "log"):
        until(lambda: listens(port), "the server")
        yield port, json.loads(made.stdout)["token"]


def ask(port: int, source: tuple[str, int], method: str, path: str, **headers: str) -> int:
    """The status of one request from an address."""
    peer = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=source)
    peer.request(method, path, b"address=x%40y.example" if method == "POST" else None, headers)
    answer = peer.getresponse()
    answer.read()
    peer.close()
    return answer.status


@pytest.fixture
def kept() -> Iterator[list[socket.socket]]:
    """Connections that the attacker holds open."""
    connections: list[socket.socket] = []
    yield connections
    for peer in connections:
        peer.close()


def held(port: int, begun: bytes, kept: list[socket.socket]) -> Callable[[], None]:
    """Open one more connection that never ends what it began; the oldest goes above `HELD`."""

    def once() -> None:
        peer = socket.create_connection(("127.0.0.1", port), 5, source_address=ATTACKER)
        kept.append(peer)
        peer.sendall(begun)
        if len(kept) > HELD:
            kept.pop(0).close()
        time.sleep(PAUSE / 10)

    return once


def test_others_are_answered_whatever_one_attacker_does(server, kept):
    port, token = server
    bearer = {"Authorization": f"Bearer {token}"}
    attacks: dict[str, Callable[[], object]] = {
        "nothing": lambda: time.sleep(PAUSE),
        "slow heads": held(port, HEAD, kept),
        "slow bodies": held(port, BODY, kept),
        "asking for sign-in links": lambda: ask(port, ATTACKER, "POST", FORM),
        "the API with a token that lives": lambda: ask(
            port, ATTACKER, "GET", "/api/v1/cases", **bearer
        ),
        "the API with guessed tokens": lambda: ask(
            port, ATTACKER, "GET", "/api/v1/cases", Authorization="Bearer aupk_guessed"
        ),
    }
    for name, attack in attacks.items():
        times, done = measured(port, attack)
        assert len(times) > 10, name
        assert times[-1] < MOST, name
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        sys.stdout.write(f"| {name} | {done} | {p50 * 1000:.0f} | {p99 * 1000:.0f} |\n")


def measured(port: int, attack: Callable[[], object]) -> tuple[list[float], int]:
    """How long a visitor's requests took, sorted, and how often the attacker got through."""
    over, counts = threading.Event(), [0] * 4

    def go_on(number: int) -> None:
        while not over.is_set():
            try:
                attack()
            except OSError:
                time.sleep(PAUSE)  # dropped: it comes back
            counts[number] += 1

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(len(counts))]
    for thread in threads:
        thread.start()
    times, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        begun = time.monotonic()
        assert ask(port, VISITOR, "GET", FORM) == 200
        times.append(time.monotonic() - begun)
        time.sleep(PAUSE)
    over.set()
    for thread in threads:
        thread.join()
    return sorted(times), sum(counts)
