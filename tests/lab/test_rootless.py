"""Without root the whole lab works in a user namespace: built, attacked, blocked, lifted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.root, pytest.mark.network]
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
STORY = Path(__file__).with_name("rootless_story.py")


def test_user_namespace_can_build_and_block():
    """In a user namespace an attack is stopped over IPv4 and IPv6, by `nobody` where it may.

    Root runs it as `nobody`; where that user may not read this Python, as itself, in the same user
    namespace.
    """
    who = AS_NOBODY if os.geteuid() == 0 else []
    probe = [*who, "env", sys.executable, "-c", "import cryptography"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        who = []
    path = os.pathsep.join([str(STORY.parents[1]), str(STORY.parents[2] / "src")])
    done = subprocess.run(
        [*who, sys.executable, "-B", str(STORY)],
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": "/tmp", "HOME": "/tmp"},  # noqa: S108 - open to nobody
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "IPv4 stopped\nIPv6 stopped\n", done.stderr
