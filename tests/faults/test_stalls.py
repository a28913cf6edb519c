"""The network goes silent: connections stay open and nothing passes. Work goes on by itself.

`AUPKEEP_STALLS` says how often for each exchange: all of it for some seconds, the answers alone, or
what is open now for ever while new connections work, as behind a middlebox that lost its state.
"""

import ctypes
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connections

from aupkeep.config.home import Home
from aupkeep.store import opening, outbox
from daemon.processes import SAMPLE, give, mailin, running, until
from databases import _opened, make_home, use
from faults.cutting import ANSWERS, REQUESTS, Cutter
from faults.people import People, Told
from faults.relay import Relay
from faults.server import Server
from faults.story import story
from faults.test_cuts import witnessed
from faults.world import World

pytestmark = [
    pytest.mark.slow, pytest.mark.network, pytest.mark.root, pytest.mark.nightly("kills")
]  # fmt: skip
STALLS = int(os.environ.get("AUPKEEP_STALLS", "2"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
LONGEST = 12.0  # seconds of a silence; that of the database outlasts patience once
DATABASE = 30.0
CONVERGED = 60.0
CLONE_NEWNET = 0x40000000  # linux/sched.h
LIBC = ctypes.CDLL(None, use_errno=True)
WAYS = {"all": (REQUESTS, ANSWERS), "answers": (ANSWERS,), "forgotten": ()}


def stall_one(cutter: Cutter, chance: random.Random, longest: float) -> list[str]:
    """Let it go silent so often; what happened, in words."""
    seen = []
    for number in range(STALLS):
        how = tuple(WAYS)[number % len(WAYS)] if len(WAYS) <= STALLS else chance.choice([*WAYS])
        seconds = longest if not number else chance.uniform(1, longest)
        if WAYS[how]:
            cutter.stall(*WAYS[how])
        else:
            cutter.forget()
        time.sleep(seconds)
        cutter.stall()
        time.sleep(chance.uniform(0.5, 3))
        seen.append(f"{how} {seconds:.0f} s")
    return seen


@pytest.mark.root  # who may ask the signer is the user of its clients, behind a proxy too
def test_each_exchange_goes_silent(postgres_home, tmp_path):
    """Mails in and out, pages and API, agent, signer, witness, database: each a line of its own."""
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    done: dict[str, list[str]] = {}
    with Relay() as relay, ExitStack() as stack:
        to_relay = stack.enter_context(Cutter(relay.port, chance))
        world = World(postgres_home, apart=True, relay=to_relay.port)
        to_web = stack.enter_context(Cutter(world.web, chance))
        to_agent = stack.enter_context(Cutter(world.web, chance))
        to_mail = stack.enter_context(Cutter(world.lmtp, chance))
        url = urlsplit(os.environ["AUPKEEP_DATABASE"])
        to_database = stack.enter_context(Cutter(url.port, chance))
        through = url._replace(netloc=f"{url.username}@{url.hostname}:{to_database.port}").geturl()
        to_witness = stack.enter_context(witnessed(world, tmp_path, chance))
        world.arrange(server=to_agent.port, database={"AUPKEEP_DATABASE": through})
        people = People(world, to_web.port, to_mail.port, pace=0.1)
        exchanges = {
            "database": to_database, "mails out": to_relay, "mails in": to_mail,
            "pages and API": to_web, "agent": to_agent, "witness": to_witness,
        }  # fmt: skip

        def stall(_: Told) -> None:
            exchanges["signer"] = stack.enter_context(
                Cutter(postgres_home.signer / "socket", chance)
            )
            for name, cutter in exchanges.items():
                longest = DATABASE if name == "database" else LONGEST
                done[name] = stall_one(cutter, chance, longest)
            world.run("witness", "ask")

        seen = story(world, people, relay, stall)
    print(f"silent {done}: {seen}; refused {people.told.refused}")  # noqa: T201 - the figures


@pytest.fixture
def own_network() -> Iterator[None]:
    """A network namespace for this thread and what it starts, left again afterwards."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    if LIBC.unshare(CLONE_NEWNET) != 0:
        os.close(own)
        pytest.skip(f"a network namespace: {os.strerror(ctypes.get_errno())}")
    try:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield
    finally:
        assert LIBC.setns(own, CLONE_NEWNET) == 0
        os.close(own)


@pytest.fixture
def alone(own_network) -> Iterator[Server]:
    """A PostgreSQL server in a network of its own."""
    with tempfile.TemporaryDirectory(prefix="aupkeep-pg-") as folder:
        server = Server(Path(folder))
        server.start()
        try:
            server.act("CREATE DATABASE aupkeep", "postgres")
            yield server
        finally:
            with suppress(subprocess.CalledProcessError):
                server.stop()


@pytest.fixture
def lossy_home(alone, tmp_path, monkeypatch, django_db_blocker) -> Iterator[Home]:
    """A home on that server."""
    first = make_home(tmp_path / "first")
    with django_db_blocker.unblock():
        use(alone.url, first.database)
        opening.open_database(first)
    yield from _opened(alone.url, None, tmp_path / "home", monkeypatch, django_db_blocker)


def nft(*words: str) -> None:
    """One command of this namespace's own ruleset."""
    subprocess.run(["nft", *words], check=True)


def lose(port: int, *, new: bool) -> None:
    """Drop each packet from and to a port: of the connections there are, or of new ones too."""
    nft("add table ip lossy")
    nft("add chain ip lossy here { type filter hook input priority 0; }")
    if new:
        nft("add rule ip lossy here tcp dport", str(port), "drop")
        nft("add rule ip lossy here tcp sport", str(port), "drop")
        return
    listed = subprocess.run(
        ["ss", "-Htn", f"dport = :{port}"], check=True, capture_output=True, text=True
    )
    for line in listed.stdout.splitlines():
        own = line.split()[3].rpartition(":")[2]
        nft(f"add rule ip lossy here tcp sport {own} tcp dport {port} drop")
        nft(f"add rule ip lossy here tcp sport {port} tcp dport {own} drop")


def answer_to(lmtp: int, number: int) -> tuple[int, float]:
    """The code that a new mail gets, and after how many seconds."""
    begun = time.monotonic()
    (code,) = give(lmtp, SAMPLE % (b"mail %d" % number, b"text %d" % number))
    return code, time.monotonic() - begun


@pytest.mark.parametrize("new", [False, True], ids=["old connections", "all of it"])
def test_lost_packets_end_nothing_for_ever(new, alone, lossy_home, tmp_path):
    """No packet of the database comes any more: a mail has its answer, a freeze is heard after."""
    with mailin(lossy_home, log=tmp_path / "log") as (lmtp, _), running("worker"):
        until(lambda: answer_to(lmtp, 1)[0] == 250, "the first mail to be taken")
        until(lambda: not outbox.pending(("read",)), "it to be read")
        connections.close_all()
        time.sleep(2)
        lose(alone.port, new=new)
        begun = time.monotonic()
        code, waited = answer_to(lmtp, 2)
        assert waited < CONVERGED
        if new:
            assert code == 451
            nft("delete table ip lossy")
            begun = time.monotonic()
        until(lambda: answer_to(lmtp, 3)[0] == 250, "a mail to be taken")
        taken = time.monotonic() - begun
        other = make_home(tmp_path / "elsewhere")
        other.settings.write_text("")
        subprocess.run(
            [sys.executable, "-m", "aupkeep", "freeze", "--reason", "heard elsewhere"],
            check=True, env={**os.environ, "AUPKEEP_HOME": str(other.path)},
        )  # fmt: skip
        told = time.monotonic()
        until(lossy_home.freeze.exists, "the freeze to be in force here")
        heard, since = time.monotonic() - told, time.monotonic() - begun
        until(lambda: not outbox.pending(("read",)), "what was taken to be read")
        print(  # noqa: T201 - the figures
            f"mail {code} after {waited:.1f} s, 250 after {taken:.1f} s, frozen {heard:.1f} s "
            f"after it was told, {since:.1f} s after the loss began or ended"
        )
        assert since < CONVERGED
