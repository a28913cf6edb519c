"""Real samples of containers, beside the checkout: each is graded as its folder says."""

from pathlib import Path

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not here"),
]


def files(folder: str) -> list[Path]:
    """All JSON samples below a folder."""
    return sorted((CORPORA / folder).rglob("*.json"))


@pytest.mark.parametrize(
    ("folder", "least"),
    [("xarf-v0-v3-abusix/samples/positive", 48), ("xarf-spec/samples/v4", 32)],
)
def test_valid_xarf_is_read_without_a_remark(folder: str, least: int) -> None:
    paths = files(folder)
    assert len(paths) >= least
    for path in paths:
        [(_, reading)] = read(path.read_bytes(), path.name)
        assert (reading.outcome, reading.reason, reading.dead) == (
            ReadingOutcome.PARSED,
            None,
            (),
        ), path


def test_invalid_xarf_leaves_no_claim_and_says_why() -> None:
    paths = files("xarf-v0-v3-abusix/samples/negative")
    assert len(paths) >= 111
    for path in paths:
        [(_, reading)] = read(path.read_bytes(), path.name)
        assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ()), path
        assert reading.reason, path
