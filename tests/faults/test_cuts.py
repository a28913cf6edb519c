"""The network cut in the middle of each exchange: nothing is lost, doubled or wrongly ended.

`AUPKEEP_CUTS` says how often each of them is cut, after a random number of bytes in either
direction. After the dot of DATA nobody can know whether the other side has the mail (RFC 5321
section 4.5.3.2.6): it is sent again under the same Message-ID, and those are counted.
"""

import os
import random
import time
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from daemon.installs import Install
from daemon.processes import until
from faults.cutting import Cutter
from faults.people import People, Told
from faults.relay import Relay
from faults.story import story
from faults.world import World

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.nightly("kills")]
CUTS = int(os.environ.get("AUPKEEP_CUTS", "8"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
LONGEST = 40.0  # seconds of one kind of exchange; what is seldom is cut less often


@pytest.mark.root  # who may ask the signer is the user of its clients, behind a proxy too
def test_each_exchange_is_cut_in_the_middle(postgres_home, tmp_path):
    """Mails in and out, pages and API, agent, signer, witness, database: each a line of its own."""
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    with Relay() as relay, ExitStack() as stack:
        to_relay = stack.enter_context(Cutter(relay.port, chance))
        world = World(postgres_home, apart=True, relay=to_relay.port)
        to_web = stack.enter_context(Cutter(world.web, chance))
        to_agent = stack.enter_context(Cutter(world.web, chance))
        to_mail = stack.enter_context(Cutter(world.lmtp, chance))
        url = urlsplit(os.environ["AUPKEEP_DATABASE"])
        to_database = stack.enter_context(Cutter(url.port, chance, longest=30_000))
        through = url._replace(netloc=f"{url.username}@{url.hostname}:{to_database.port}").geturl()
        to_witness = stack.enter_context(witnessed(world, tmp_path, chance))
        world.arrange(server=to_agent.port, database={"AUPKEEP_DATABASE": through})
        people = People(world, to_web.port, to_mail.port, pace=0.1)
        exchanges = {  # mails out first: each customer is told once
            "mails out": to_relay, "mails in": to_mail, "pages and API": to_web,
            "agent": to_agent, "database": to_database,
        }  # fmt: skip

        def cut(_: Told) -> None:
            relay.cut = 1  # the answer to the dot: all that a relay can owe us
            until(lambda: not relay.cut, "a mail whose answer is cut")
            to_signer = Cutter(postgres_home.signer / "socket", chance)
            exchanges["signer"] = stack.enter_context(to_signer)
            for cutter in exchanges.values():
                cut_one(cutter)
            exchanges["witness"] = to_witness
            to_witness.armed.set()
            for _ in range(3 * CUTS):  # after a cut the worker waits longer and longer
                if to_witness.cuts < CUTS:
                    world.run("witness", "ask")
            to_witness.armed.clear()

        seen = story(world, people, relay, cut)
    counts = {name: cutter.cuts for name, cutter in exchanges.items()}
    print(f"cut {counts}: {seen}; refused {people.told.refused}")  # noqa: T201 - the figures
    assert min(counts.values()) > 0, counts


def cut_one(cutter: Cutter) -> None:
    """Cut this exchange so often, or for so long; then let it be."""
    cutter.armed.set()
    end = time.monotonic() + LONGEST
    while cutter.cuts < CUTS and time.monotonic() < end:
        time.sleep(0.05)
    cutter.armed.clear()


@contextmanager
def witnessed(world: World, tmp_path, chance):
    """Another provider that witnesses this one's journal; yields the line between them."""
    birch = Install(tmp_path / "birch", "birch.example")
    with Cutter(birch.port, chance, longest=400) as line, birch.serving("web"):
        theirs, ours = birch.run("witness", "show"), world.run("witness", "show")
        birch.run("witness", "add-log", ours["origin"], ours["log_key"])
        world.run("witness", "add", f"http://127.0.0.1:{line.port}", theirs["key"])
        yield line
