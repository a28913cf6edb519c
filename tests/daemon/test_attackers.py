"""What everybody else waits while one attacker does each of several things, on a real install.

Loopback only: the attacker is at 127.0.0.2, the others at 127.0.1.3. `pytest -s` prints the figures
of docs/campaign.md; `AUPKEEP_ATTACK` is how many seconds each attack lasts, `AUPKEEP_LINKS` how
many cases a report and how many reports a case has.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from aupkeep.config.home import Home
from daemon.attacked import ATTACKER, VISITOR, Install, large, mail, open_install, waits
from daemon.processes import until

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.nightly("kills")]
SECONDS = float(os.environ.get("AUPKEEP_ATTACK", "4"))
MANY = int(os.environ.get("AUPKEEP_LINKS", "300"))
ROWS = min(200 * MANY, 300_000)  # of a large mail: 60,000, or 300,000 in a campaign
HELD = 200
PAUSE = 0.05  # seconds between two requests of a visitor
MOST = 5.0  # seconds; how quick it is stands in the page, that it goes on is tested
READ = 120.0  # seconds until the others' mails are read, the worker sharing two cores
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX"
BODY = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90\r\n\r\na="
DATA = b"LHLO x\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<a@aupkeep.example>\r\nDATA\r\nSubject: x\r\n"
FORM = "/sign-in"
Attack = Callable[[], object]


@dataclass
class Slow:
    """Connections that never end what they began; the oldest goes above `HELD`."""

    held: list[socket.socket] = field(default_factory=list)

    def opens(self, port: int, begun: bytes) -> Attack:
        """One connection more, and a byte more from each that is open."""

        def once() -> None:
            peer = socket.create_connection(("127.0.0.1", port), 5, source_address=ATTACKER)
            self.held.append(peer)
            peer.sendall(begun)
            if len(self.held) > HELD:
                self.held.pop(0).close()
            time.sleep(PAUSE / 10)

        return once

    def close(self) -> None:
        """Let go of all."""
        while self.held:
            self.held.pop().close()


@pytest.fixture
def slow() -> Iterator[Slow]:
    """What the attacker holds open."""
    holder = Slow()
    yield holder
    holder.close()


def alone(act: Attack) -> Attack:
    """One of the attacker's threads at a time; the others wait."""
    lock = threading.Lock()

    def once() -> None:
        if not lock.acquire(timeout=PAUSE):
            raise TimeoutError
        try:
            act()
        finally:
            lock.release()

    return once


def attacks_on(install: Install, slow: Slow) -> dict[str, Attack]:
    """Each attack by its name."""
    bearer = {"Authorization": f"Bearer {install.token}"}
    bigs = iter(range(1_000_000))
    smalls = iter(range(1_000_000))
    body = large(ROWS, 0)

    def get(path: str, **headers: str) -> Attack:
        return lambda: install.ask(ATTACKER, "GET", path, **headers)

    def big() -> None:
        data = body.replace(b"list 0", b"list %d" % next(bigs))
        install.post(ATTACKER, "x@nowhere.example", data)
        time.sleep(1)

    def about(address: str) -> Attack:
        return lambda: install.post(
            ATTACKER, "x@nowhere.example", mail("nowhere.example", address, next(smalls))
        )

    return {
        "nothing": lambda: time.sleep(PAUSE),
        "slow heads": slow.opens(install.web, HEAD),
        "slow bodies": slow.opens(install.web, BODY),
        "idle connections for mail": slow.opens(install.lmtp, b""),
        "mails that never end": slow.opens(install.lmtp, DATA),
        "asking for sign-in links": lambda: install.ask(ATTACKER, "POST", FORM),
        "the API with a token that lives": get("/api/v1/cases", **bearer),
        "the API with guessed tokens": get("/api/v1/cases", Authorization="Bearer aupk_guessed"),
        "the cases of a report": get(f"/api/v1/reports/{install.report}/cases", **bearer),
        "the page of a case": alone(get(f"/case/{install.case}", Cookie=install.session)),
        "a mail with a large table": alone(big),
        "small mails": about("203.0.113.1"),
        "small mails about that case": about("203.0.113.2"),
    }


def test_others_are_answered_whatever_one_attacker_does(home: Home, slow: Slow):
    with open_install(home, MANY) as install:
        assert install.ask(VISITOR, "GET", f"/case/{install.case}", Cookie=install.session) == 200
        for number, (name, attack) in enumerate(attacks_on(install, slow).items()):
            sender = f"soc{number}@b.example"
            pages, mails, done = measured(install, attack, sender)
            slow.close()
            assert len(pages) > 5, name
            assert max(pages[-1], mails[-1]) < MOST, name
            until(lambda sender=sender: max(waits(sender)) < READ, f"mails during {name}")
            read = sorted(waits(sender))
            assert len(read) == len(mails), f"a mail is missing: {name}"
            told = (pages, mails, read)
            sys.stdout.write(f"| {name} | {done} | {' | '.join(map(spread, told))} |\n")


def spread(seconds: list[float]) -> str:
    """p50 and p99 in milliseconds."""
    p50, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    return f"{p50 * 1000:.0f}, {p99 * 1000:.0f}"


def measured(install: Install, attack: Attack, sender: str) -> tuple[list[float], list[float], int]:
    """How long others' requests and mails took, sorted, and how often the attacker got through."""
    over, counts = threading.Event(), [0] * 4

    def go_on(number: int) -> None:
        while not over.is_set():
            try:
                attack()
                counts[number] += 1
            except OSError:
                time.sleep(PAUSE)  # dropped, or not its turn: it comes back

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(len(counts))]
    for thread in threads:
        thread.start()
    pages, mails, end = [], [], time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            begun = time.monotonic()
            assert install.ask(VISITOR, "GET", FORM) == 200
            pages.append(time.monotonic() - begun)
            if len(pages) % 5 == 1:
                data = mail(sender.partition("@")[0] + ".example", "203.0.113.3", len(pages))
                mails.append(install.post(VISITOR, sender, data))
            time.sleep(PAUSE)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return sorted(pages), sorted(mails), sum(counts)
