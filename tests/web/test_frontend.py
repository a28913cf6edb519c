"""What the build may fetch, and what is committed."""

import hashlib
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_lock_names_hashes_and_no_download_address():
    text = (ROOT / "frontend/package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert "://" not in text
    assert all(len(item["integrity"]) > 90 for name, item in packages.items() if name)


def test_nothing_built_is_committed():
    built = ["src/aupkeep/web/static/built", "frontend/node_modules"]
    done = subprocess.run(["git", "ls-files", *built], cwd=ROOT, capture_output=True, check=False)
    assert done.stdout == b""


def test_the_built_style_sheet_is_that_of_the_lock():
    """A change of the lock without a new build would test other styles than a wheel carries."""
    lock = hashlib.sha256((ROOT / "frontend/package-lock.json").read_bytes()).hexdigest()
    stamp = ROOT / "src/aupkeep/web/static/built/lock.sha256"
    assert stamp.read_text("ascii").strip() == lock, "run: pip install -e ."
