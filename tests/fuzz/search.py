"""Runs one target of libFuzzer for a bounded search, and keeps what breaks it."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SEED = os.environ.get("AUPKEEP_FUZZ_SEED", "2033")  # 0 = another one each time
RUNS = int(os.environ.get("AUPKEEP_FUZZ", "500"))
LONGEST = 8_192  # bytes of an input
SECONDS_EACH = 10  # an input may take, on a busy machine
# A started process counts its starter's memory as its own peak, and the tests' is over the limit;
# one more process between them counts from nothing.
AFRESH = ("sh", "-c", '"$@"; exit $?', "afresh")


def search(target: str, seeds: Path, broken: Path) -> None:
    """Change the seeds at random; fails with what the target says when an input breaks it."""
    broken.mkdir()
    options = [
        f"-runs={RUNS}",
        f"-seed={SEED}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_EACH}",
        f"-artifact_prefix={broken}/",
        "-rss_limit_mb=1536",
        "-print_final_stats=1",
    ]
    told = subprocess.run(
        [*AFRESH, sys.executable, str(FOLDER / target), *options, str(seeds)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent)},
    )
    assert told.returncode == 0, f"{told.stderr[-3000:]}\n{list(broken.iterdir())}"
    assert "stat::number_of_executed_units" in told.stderr
