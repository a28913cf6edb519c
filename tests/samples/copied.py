"""Recipes run on a copy of the tree, as whoever follows them runs them: files are only added."""

import os
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITE = (
    "conftest.py",
    "databases.py",
    "slow_first.py",
    "in_memory.py",
    "tiers.py",
)  # what every test stands on


def copy_of(folder: Path, *names: str) -> Path:
    """A copy of the sources, `SUITE` and these; of what was built only machine code."""
    for name in ("src", "pyproject.toml", *(f"tests/{file}" for file in SUITE), *names):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("built"))
        else:
            shutil.copy(source, target)
    return folder


def block(page: str, begins: str) -> str:
    """The indented block of a page of `docs/adding` that begins with these words."""
    lines = iter((ROOT / "docs" / "adding" / page).read_text("utf-8").splitlines())
    first = next(
        line for line in lines if line.startswith("    ") and line.strip().startswith(begins)
    )
    margin = len(first) - len(first.lstrip())
    inside = takewhile(lambda line: not line.strip() or line[:margin].isspace(), lines)
    return "\n".join(line[margin:] for line in [first, *inside]).rstrip() + "\n"


def run(copy: Path, *words: str, **more: str) -> str:
    """What pytest says of these words there; `more` is set in its environment."""
    outer = ("AUPKEEP_", "DJANGO_", "PYTEST_")  # what this run has set
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
