"""Mails at 100 a second through the real receiver and worker: 5 seconds, at night a minute.

The bar of 200 ms at p99 is the campaign's, on a quiet machine of two cores. At night five times as
much is let pass, because the machine may be anything, and in `just test`, where another process of
tests runs beside, five seconds. Nothing may be lost or doubled anywhere.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.again("kills")]
LOAD = Path(__file__).parents[2] / "bench" / "load.py"
SECONDS = os.environ.get("AUPKEEP_LOAD", "5")
PATIENCE = os.environ.get("AUPKEEP_LOAD_PATIENCE", "10")  # for the backlog; it is told
MOST_MS = os.environ.get("AUPKEEP_LOAD_MS", "5000")


@pytest.mark.nightly("kills")
def test_invariant_12_load_loses_nothing() -> None:
    """Each acknowledged mail is stored, once; the answers come in time."""
    words = ("--rate", "100", "--seconds", SECONDS, "--most-ms", MOST_MS, "--patience", PATIENCE)
    told = subprocess.run(
        [sys.executable, str(LOAD), *words], check=False, capture_output=True, text=True
    )
    print(told.stdout)  # noqa: T201 - the figures, for the log
    assert told.returncode == 0, told.stdout + told.stderr
    assert "lost 0, doubled 0" in told.stdout
