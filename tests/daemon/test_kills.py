"""Processes killed at random moments: what got a 250 is there once, what was left is done once.

`AUPKEEP_KILLS` says how often the receiver is killed; `just nightly kills` does it 200 times.
"""

import contextlib
import hashlib
import json
import os
import random
import signal
import smtplib
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aupkeep.config.home import Home
from aupkeep.store import outbox, raws, refresh
from aupkeep.store.models import EffectRow, RawRow, ReportRow
from daemon.processes import free_port, settle, until
from daemon.receiver import mail

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.again("kills")]
KILLS = int(os.environ.get("AUPKEEP_KILLS", "20"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
PROCESSES = max(KILLS // 20, 3)  # kills of whole processes, which take half a second to start
TESTS = Path(__file__).parents[1]


@pytest.fixture
def chance() -> random.Random:
    """Moments, the same for one seed."""
    return random.Random(SEED)  # noqa: S311 - moments, not secrets


def start(home: Home, word: str) -> subprocess.Popen[bytes]:
    """A process of ours that will be killed."""
    with (home.path / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "aupkeep", word], stderr=log)


def check_whole(home: Home, acknowledged: set[int]) -> None:
    """Each acknowledged mail is there once and intact, and the journal verifies."""
    refresh()
    digests = list(RawRow.objects.values_list("digest", flat=True))
    assert len(digests) == len(set(digests))
    for number in acknowledged:
        digest = hashlib.sha256(mail(number)).hexdigest()
        assert digest in digests, f"mail {number} was acknowledged and is lost"
        assert raws.read(digest) == mail(number)
    assert EffectRow.objects.filter(kind="read").count() == len(digests)
    told = subprocess.run(
        [sys.executable, "-m", "aupkeep", "verify", "-o", "json"], check=False, capture_output=True
    )
    assert json.loads(told.stdout)["ok"], told.stdout


@pytest.mark.nightly("kills")
def test_invariant_12_killed_receivers_keep_what_they_acknowledged(home: Home, chance):
    """The receiver killed at random in a row: nothing acknowledged is lost, nothing is doubled."""
    first, longest = 0, 0.05
    with subprocess.Popen(
        [sys.executable, "-m", "daemon.receiver", home.path],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as forker:
        for _ in range(KILLS):
            before = first
            first = live(forker, first, chance.uniform(0, longest))
            longest *= 1.5 if first == before else 0.9 if first > before + 2 else 1
        forker.stdin.close()
    assert first > KILLS / 10, "the receivers lived too short to prove anything"
    assert first <= RawRow.objects.count() <= first + 1, "a mail was doubled"
    check_whole(home, set(range(first)))


def live(forker: subprocess.Popen[str], first: int, seconds: float) -> int:
    """Let one receiver live so long, kill it; the first mail it did not acknowledge."""
    forker.stdin.write(f"{first}\n")
    for line in forker.stdout:
        word, _, number = line.strip().partition(" ")
        if word == "dead":
            break
        if word == "ack":
            first = int(number) + 1
            continue
        time.sleep(seconds)
        os.kill(int(number), signal.SIGKILL)
    return first


def test_invariant_12_killed_mailin_loses_no_250(home: Home, chance):
    """`mailin` killed while a client sends: what is resent is not doubled, no 250 is lost."""
    port = free_port()
    settle(home, lmtp_port=port)
    acknowledged: set[int] = set()
    over = threading.Event()
    client = threading.Thread(target=send_all, args=(port, acknowledged, over))
    client.start()
    try:
        for _ in range(PROCESSES):
            process = start(home, "mailin")
            before = len(acknowledged)
            until(lambda: len(acknowledged) > before, "a mail to be acknowledged")  # noqa: B023 - asked now
            time.sleep(chance.uniform(0, 0.4))
            process.kill()
            process.wait()
    finally:
        over.set()
        client.join()
    assert len(acknowledged) > PROCESSES
    assert RawRow.objects.count() <= len(acknowledged) + 1
    check_whole(home, acknowledged)


def send_all(port: int, acknowledged: set[int], over: threading.Event) -> None:
    """Send one mail after the other, each until it gets its 250, over one session at a time."""
    while not over.is_set():
        with contextlib.suppress(OSError, smtplib.SMTPException):
            send_some(port, max(acknowledged, default=-1) + 1, acknowledged, over)
        time.sleep(0.02)


def send_some(port: int, number: int, acknowledged: set[int], over: threading.Event) -> None:
    """Send over one session until it is cut."""
    with smtplib.LMTP("127.0.0.1", port, timeout=5) as client:
        while not over.is_set():
            client.sendmail("soc@cert.example", ["abuse@aupkeep.example"], mail(number))
            acknowledged.add(number)
            number += 1


@pytest.mark.nightly("kills")
def test_invariant_12_killed_workers_read_each_raw_once(home: Home, chance):
    """Workers killed while they read: in the end each raw has exactly one report."""
    from aupkeep.app.context import open_context
    from aupkeep.app.receiving.receive import RawEnvelope, receive
    from aupkeep.model.raw import Channel

    context = open_context(home)
    settle(home)
    many = 40 * PROCESSES
    for number in range(many):
        receive(context, mail(number), RawEnvelope(channel=Channel.LMTP))
    read = []
    for _ in range(PROCESSES):
        before = ReportRow.objects.count()
        if before == many:  # on a quick machine
            break
        process = start(home, "worker")
        until(lambda: ReportRow.objects.count() > before, "a mail to be read")  # noqa: B023 - asked now
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.wait()
        free_leases()
        read.append(ReportRow.objects.count())
    assert any(0 < done < many for done in read), "no worker was killed within its work"
    last = start(home, "worker")
    try:
        until(lambda: ReportRow.objects.count() >= many, "every raw to be read")
        until(lambda: not EffectRow.objects.filter(kind="read", done_at=None).exists(), "the end")
    finally:
        last.terminate()
        last.wait()
    assert ReportRow.objects.values("raw").distinct().count() == ReportRow.objects.count() == many
    assert outbox.dead() == []
    check_whole(home, set(range(many)))


def free_leases() -> None:
    """Let the killed worker's leases run out now instead of in a minute."""
    from datetime import UTC, datetime

    from aupkeep.store.guard import writing

    with writing():
        EffectRow.objects.filter(leased_until__isnull=False).update(
            leased_until=datetime(2026, 1, 1, tzinfo=UTC)
        )
