"""Small files in the home's `flows` folder: state for a restart, and counts for other processes.

Each is whole after any crash: it is written under another name, then renamed. A full disk costs
freshness and nothing else.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from aupkeep.config.home import Home
from aupkeep.config.settings import Settings

MOST_BYTES = 256 << 20
STATS, HITS = "stats", "hits"  # counts for others to read, and the newest hits


def archive_folder(home: Home, settings: Settings) -> Path:
    """Where flows are kept; a relative folder is one of the home."""
    chosen = settings.flows.folder
    return home.path / chosen if chosen else home.flows / "archive"


def read(folder: Path, name: str) -> Any:  # noqa: ANN401 - what JSON may hold
    """The file's value; None when it is missing, too large or broken."""
    path = folder / f"{name}.json"
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def write(folder: Path, name: str, value: object) -> bool:
    """Replace the file; False when the disk does not take it."""
    path = folder / f"{name}.json"
    fresh = path.with_name(f"{name}.json.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return False
    return True
