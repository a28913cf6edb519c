"""A process killed at any moment loses nothing it acknowledged, doubles nothing (invariant 12)."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aupkeep.config.home import Home
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.store import checkpoints, log, outbox, raws
from aupkeep.store.models import EffectRow, RawRow, ReportRow
from store.intake import mail

KILLS = int(os.environ.get("AUPKEEP_KILLS", "20"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
LONGEST = 0.02  # seconds the first child lives at most; longer or shorter as mails take
TESTS = Path(__file__).parents[1]


@pytest.fixture
def forker(home: Home) -> Iterator[subprocess.Popen]:
    """The script that forks an intake for each line it is given."""
    process = subprocess.Popen(
        [sys.executable, "-m", "store.intake", home.path],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    yield process
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    process.stdout.close()


def live(forker: subprocess.Popen, first: int, seconds: float) -> int:
    """Let one intake live so long, kill it; the number of the first mail it did not acknowledge."""
    forker.stdin.write(f"{first}\n")
    for line in forker.stdout:
        word, _, number = line.strip().partition(" ")
        if word == "pid":
            time.sleep(seconds)
            os.kill(int(number), signal.SIGKILL)
        elif word == "ack":
            first = int(number) + 1
        elif word == "dead":
            return first
    raise AssertionError("the forker died")


@pytest.mark.nightly("kills")
@pytest.mark.again("kills")
@pytest.mark.sqlite_by_day
def test_invariant_12_kills_lose_nothing_and_double_nothing(home, forker):
    """Kills at random moments; what was not acknowledged is delivered again."""
    chance, first, longest = random.Random(SEED), 0, LONGEST  # noqa: S311 - moments, not secrets
    for _ in range(KILLS):
        before = first
        first = live(forker, first, chance.uniform(0, longest))
        longest *= 1.5 if first == before else 0.9 if first > before + 1 else 1
    assert first > KILLS / 10, "the intakes lived too short to prove anything"
    checkpoints.mend(home.checkpoints, recent=None)
    accepted = {row.digest for row in RawRow.objects.all()}
    for number in range(first):
        digest = hashlib.sha256(mail(number)).hexdigest()
        assert digest in accepted, f"mail {number} was acknowledged and is lost"
        assert raws.read(digest) == mail(number)
    assert first <= RawRow.objects.count() <= first + 1, "a mail was doubled"
    assert EffectRow.objects.count() == RawRow.objects.count()
    _whole_log(home)
    _all_read_once()


def _whole_log(home: Home) -> None:
    """The log is whole, and once mended the file has every checkpoint."""
    tree = Frontier().extend(leaf_hash(leaf.leaf) for leaf in log.leaves())
    assert (log.size(), log.frontier()) == (tree.size, tree.to_bytes())
    assert set(checkpoints.read(home.checkpoints)) == set(checkpoints.stored())


def _all_read_once() -> None:
    """The work the killed workers left is still there; done, each mail has one report."""
    later = datetime.now(tz=UTC) + timedelta(days=2)
    left = outbox.lease(["read"], later, 60, 10_000, "last")
    assert ReportRow.objects.count() + len(left) + len(outbox.dead()) == RawRow.objects.count()
    assert ReportRow.objects.values("raw").distinct().count() == ReportRow.objects.count()
