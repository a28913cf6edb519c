"""A short, repeatable search for inputs that break a reader; `just campaign` searches for long.

`AUPKEEP_FUZZ` is the number of inputs tried, `AUPKEEP_FUZZ_SEED` makes another search. What breaks
something is left in a folder that the failure names: keep it under `tests/samples/damaged/`, where
`test_damaged.py` reads it for ever.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="atheris has no wheel for this Python or machine")
pytestmark = pytest.mark.slow
TESTS = Path(__file__).parents[1]
SAMPLES = TESTS / "samples"
SEED = os.environ.get("AUPKEEP_FUZZ_SEED", "2033")  # 0 = another one each time
RUNS = int(os.environ.get("AUPKEEP_FUZZ", "10000" if os.environ.get("CI") else "2000"))
LONGEST = 8_192  # bytes of an input
SECONDS_EACH = 10  # an input may take, on a busy machine


def form_of(path: Path) -> bytes:
    """The byte that tells `target.FORMS` as what a sample is read."""
    return {".csv": b"\3", ".json": b"\2", ".xml": b"\6", ".log": b"\4", ".txt": b"\4"}.get(
        path.suffix, b"\0"
    )


def seeds(folder: Path) -> int:
    """Write what the readers know as starting points, each with the byte of its form."""
    made = 0
    for path in sorted(path for path in SAMPLES.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if path.name.endswith(".expected.json") or len(data) > LONGEST:
            continue
        made += 1
        (folder / f"{made:04d}").write_bytes(form_of(path) + data)
    return made


def test_no_input_breaks_a_reader(tmp_path: Path) -> None:
    """Thousands of changed samples: each ends in an outcome, in time and within memory."""
    corpus, broken = tmp_path / "seeds", tmp_path / "broken"
    corpus.mkdir()
    broken.mkdir()
    assert seeds(corpus) > 20
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
        [sys.executable, str(TESTS / "fuzz" / "target.py"), *options, str(corpus)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, f"{told.stderr[-3000:]}\n{list(broken.iterdir())}"
    assert "stat::number_of_executed_units" in told.stderr
