"""A short, repeatable search for inputs that break a reader; nights and campaigns search longer.

`AUPKEEP_FUZZ` is the number of inputs tried, `AUPKEEP_FUZZ_SEED` makes another search. What breaks
something is left in a folder that the failure names: keep it under `tests/samples/damaged/`, where
`test_damaged.py` reads it for ever.
"""

from pathlib import Path

import pytest

from fuzz.search import LONGEST, search

pytest.importorskip("atheris", reason="atheris has no wheel for this Python or machine")
pytestmark = [pytest.mark.slow, pytest.mark.again("fuzz")]
SAMPLES = Path(__file__).parents[1] / "samples"


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
    corpus = tmp_path / "seeds"
    corpus.mkdir()
    assert seeds(corpus) > 20
    search("target.py", corpus, tmp_path / "broken")
