"""Tests run on a copy of the tree, as whoever follows a recipe runs them."""

import os
import subprocess
import sys
from pathlib import Path


def run(copy: Path, *words: str, **more: str) -> str:
    """What pytest says of these words there; `more` is set in its environment."""
    outer = ("AUPKEEP_", "DJANGO_")  # what this run has set
    clean = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=copy,
        env={**clean, "PYTHONPATH": str(copy / "src"), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
