"""A trial install on a moved clock: commands, LMTP, pages, the worker, an agent on nftables.

The settings are those of the home's file. The agent alone is in a network namespace, and only
while a command of it runs; what it does there, the real kernel does.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import re
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import structlog
from click.testing import CliRunner
from django.test import Client

from app.conftest import Clock
from aupkeep.app import context as context_module
from aupkeep.app import worker as worker_module
from aupkeep.app.access import shell
from aupkeep.app.context import AppContext, bind, open_context
from aupkeep.app.receiving.receive import accepting
from aupkeep.app.worker import EffectDispatcher, lease
from aupkeep.cli.group import main
from aupkeep.config.home import Home
from aupkeep.daemon.mailin import serve
from daemon.processes import free_port
from faults.relay import Relay

CLONE_NEWNET = 0x40000000  # linux/sched.h
LIBC = ctypes.CDLL(None, use_errno=True)
TIMEOUT = re.compile(r" timeout \w+| expires \w+")
TURN = timedelta(seconds=16)  # the worker looks at its clocks each 15 s
NAMES = {"s3": "203.0.113.90", "kiosk": "203.0.113.90", "nobody": "203.0.113.90"}


class Namespace:
    """A network namespace that this thread enters and leaves."""

    def __init__(self) -> None:
        self._own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        if LIBC.unshare(CLONE_NEWNET) != 0:
            pytest.skip(f"a network namespace: {os.strerror(ctypes.get_errno())}")
        self._there = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self._enter(self._own)

    def _enter(self, file: int) -> None:
        assert LIBC.setns(file, CLONE_NEWNET) == 0

    def __enter__(self) -> None:
        self._enter(self._there)

    def __exit__(self, *error: object) -> None:
        self._enter(self._own)

    def ruleset(self) -> str:
        """What stands in its kernel, without for how long: its clock is not the desk's."""
        with self:
            done = subprocess.run(["nft", "-s", "list", "ruleset"], capture_output=True, check=True)
        return TIMEOUT.sub("", done.stdout.decode())

    def close(self) -> None:
        """Let it go."""
        os.close(self._there)
        os.close(self._own)


@dataclass
class TrialDesk:
    """The install; a call is a command of a person."""

    home: Home
    now: Clock
    relay: Relay
    kernel: Namespace
    lmtp: int = field(default_factory=free_port)
    context: AppContext | None = None
    worker: EffectDispatcher | None = None
    person: str = "root"
    token: str = ""

    def __call__(self, *words: object, given: bytes = b"", ok: tuple[int, ...] = (0,)):  # noqa: ANN204 - any JSON
        """A command's answer; what it said where that is no JSON. Any other exit code fails."""
        with CliRunner().isolation(input=given) as (out, err, _):
            with pytest.raises(SystemExit) as ended:
                main([*map(str, words), "-o", "json"])
            sys.stdout.flush()
            said, wrong = out.getvalue().decode(), err.getvalue().decode()
        structlog.reset_defaults()
        assert int(ended.value.code or 0) in ok, (words, ended.value.code, said, wrong)
        text = said or wrong
        with contextlib.suppress(ValueError):
            return json.loads(text)
        return text

    def agent(self, *words: object):
        """A command of the agent, on its machine."""
        with self.kernel:
            return self("agent", *words, ok=(0, 9))

    def start(self) -> None:
        """The worker and the pages, with the settings as they are now."""
        self.context = open_context(self.home)
        bind(self.context)
        self.worker = EffectDispatcher(self.context)

    def send(self, *mails: bytes) -> None:
        """Mails by LMTP from the exchanger; each is durable when its 250 comes."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=60) as line:
            for mail in mails:
                line.sendmail("soc@cert.example", ["abuse@fjord.example"], mail)

    def cases(self, *words: object) -> list[dict]:
        """The cases that are open, as the desk's list has them."""
        return self("case", "list", *words)

    def all_cases(self) -> list[dict]:
        """Every open case, page by page."""
        found: list[dict] = []
        after: tuple[str, ...] = ()
        while page := self.cases("--limit", 1000, *after):
            found += page
            after = ("--after", page[-1]["reference"])
        return found

    def case_of(self, customer: str) -> dict:
        """The one case of a customer."""
        (case,) = self.cases("--customer", customer)
        return case

    def inbox(self) -> list[str]:
        """Why what is in the inbox is there."""
        return [row["reason"] for row in self("inbox")]

    def seen(self, address: str) -> None:
        """Our own flows show that somebody guesses passwords from there; by the API."""
        if not self.token:
            words = ("--scope", "finding", "--trusted")
            self.token = self("token", "add", "flows", *words)["token"]
        rows = [
            {"kind": "connection/login_attack", "address": address,
             "at": (self.now.at - timedelta(seconds=30)).isoformat(),
             "target": {"port": 22, "protocol": "tcp"}}
        ]  # fmt: skip
        answer = Client().post(
            "/api/v1/findings", json.dumps(rows), content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )  # fmt: skip
        assert answer.status_code == 202, answer.content

    def told(self, customer: str) -> int:
        """How many mails a customer's contact got."""
        return sum(to == f"noc@{customer}.example" for _, to, _ in self.relay.taken)

    def turn(self) -> None:
        """The worker does what is due, the agent its step, until there is nothing left."""
        for _ in range(3):
            self.now.at += TURN
            while self.worker.run_once(
                lease(self.context, worker="trial", seconds=3600, limit=100)
            ):
                self.now.at += timedelta(milliseconds=1)
            self.agent("--once")

    def pass_time(self, until: datetime, step: timedelta = timedelta(hours=1)) -> None:
        """Time goes on, with turns in between."""
        while self.now.at < until:
            self.now.at = min(self.now.at + step, until)
            self.turn()


@contextmanager
def listening(desk: TrialDesk) -> Iterator[None]:
    """`mailin` in a thread, on the desk's clock."""
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    def run() -> None:
        with accepting(desk.context) as accept:
            loop.run_until_complete(serve(desk.context, accept, stop, ready.set))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        loop.close()


def lookup(name: str, record: str) -> list[str]:
    """The DNS of the trial: the gateway of the object store."""
    found = NAMES.get(name.partition(".")[0])
    return [found] if found and record == "A" and name.endswith("fjord.example") else []


@contextmanager
def trial(home: Home, monkeypatch: pytest.MonkeyPatch, begins: datetime) -> Iterator[TrialDesk]:
    """A new install; who gives commands is the user of the machine, the first person."""
    now = Clock(begins)
    monkeypatch.setattr(context_module, "steady_time", now)
    monkeypatch.setattr(worker_module, "resolver", lambda _: lookup)
    kernel = Namespace()
    with Relay() as relay:
        desk = TrialDesk(home, now, relay, kernel)
        monkeypatch.setattr(shell, "unix_user", lambda: desk.person)
        try:
            yield desk
        finally:
            if desk.worker is not None:
                desk.worker.close()
            kernel.close()
