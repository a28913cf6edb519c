"""The operator's own reporters reach the boxes, also those that run."""

from pathlib import Path

import pytest

from aupkeep.intake.sandbox.pool import SandboxPool

pytestmark = pytest.mark.slow

MAIL = (
    b"From: desk@own.example\nSubject: x\nDate: Sun, 01 Mar 2026 12:00:00 +0000\n\nBad: 192.0.2.7\n"
)
FILE = "name: own-desk\ntitle: Own\nfrom: [desk@own.example]\nread: [{lines: ['Bad: {address}']}]\n"


def profile(box: SandboxPool) -> str | None:
    """Whose the mail is, by a box."""
    ((_, reading),) = box.read(MAIL, "1.eml")
    return reading.profile


@pytest.mark.nightly("processes")
def test_a_file_counts_from_the_next_mail_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Added, changed or taken away, it needs no restart."""
    monkeypatch.setenv("AUPKEEP_HOME", str(tmp_path))
    folder = tmp_path / "reporters"
    folder.mkdir()
    with SandboxPool(size=1) as box:
        assert profile(box) is None
        (folder / "own-desk.yaml").write_text(FILE)
        assert profile(box) == "own-desk"
        (folder / "own-desk.yaml").write_text(FILE.replace("desk@own", "other@own"))
        assert profile(box) is None
        (folder / "own-desk.yaml").write_text(FILE)
        assert profile(box) == "own-desk"
        (folder / "own-desk.yaml").unlink()
        assert profile(box) is None
