"""Without root the whole lab works in a user namespace: built, attacked, blocked, lifted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.root, pytest.mark.network]
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
STORY = "tests/lab/test_block.py::test_attack_stops"


def test_nobody_can_build_and_block(tmp_path_factory: pytest.TempPathFactory):
    """The user `nobody` runs the story of the stopped attack, IPv4 and IPv6."""
    if os.geteuid() != 0:
        pytest.skip("already rootless: test_block has run as this user")
    can = subprocess.run([*AS_NOBODY, sys.executable, "-V"], capture_output=True, check=False)
    if can.returncode != 0:
        pytest.skip(f"nobody may not run {sys.executable}: the environment lies in a closed folder")
    place = tmp_path_factory.mktemp("nobody")
    for folder in (place, place.parent, place.parent.parent):
        folder.chmod(0o755)
    os.chown(place, 65534, 65534)
    home = {"HOME": str(place), "TMPDIR": str(place), "HYPOTHESIS_STORAGE_DIRECTORY": str(place)}
    done = subprocess.run(
        [*AS_NOBODY, sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", STORY],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
