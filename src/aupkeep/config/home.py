"""The one folder that holds an install's state."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Every path Aupkeep keeps; nothing is created by naming it."""

    path: Path

    def holds(self, file: Path) -> bool:
        """Whether a file lies in it, or would, also by a link."""
        return file.resolve().is_relative_to(self.path.resolve())

    @property
    def settings(self) -> Path:
        """The operator's settings file; absent = defaults."""
        return self.path / "aupkeep.toml"

    @property
    def database(self) -> Path:
        """The SQLite file of an install without PostgreSQL."""
        return self.path / "aupkeep.sqlite3"

    @property
    def raw(self) -> Path:
        """Received bytes by digest."""
        return self.path / "raw"

    @property
    def keys(self) -> Path:
        """Private keys, one a purpose, 0600."""
        return self.path / "keys"

    @property
    def signer(self) -> Path:
        """The socket of a signer process of its own, where one holds the signing keys."""
        return self.path / "signer"

    @property
    def checkpoints(self) -> Path:
        """Signed checkpoints of the journal, kept outside the database, one after the other."""
        return self.path / "checkpoints"

    @property
    def lock(self) -> Path:
        """Held while a first command sets the home up or migrates it."""
        return self.path / "lock"

    @property
    def freeze(self) -> Path:
        """Exists = no new or widened automatic measure.

        Homes of one machine that link `switch` to the same folder have one switch together.
        """
        shared = self.path / "switch"
        return (shared if shared.is_dir() else self.path) / "freeze"

    @property
    def desired(self) -> Path:
        """Signed desired states, one file a target, for agents on this machine."""
        return self.path / "desired"

    @property
    def agent(self) -> Path:
        """State and reports of agents on this machine, one folder a target."""
        return self.path / "agent"

    @property
    def flows(self) -> Path:
        """State of the flow collector: templates, counts, findings not yet delivered."""
        return self.path / "flows"

    @property
    def kernels(self) -> Path:
        """Machine code of the flow collector's kernels, where the package's folder is read-only."""
        return self.path / "kernels"

    @property
    def reporters(self) -> Path:
        """The operator's own reporters, one YAML file each; they add to those that ship."""
        return self.path / "reporters"

    @property
    def policy(self) -> Path:
        """The operator's policy pack; absent = the sample pack."""
        return self.path / "policy"


def find_home() -> Home:
    """`$AUPKEEP_HOME`, else `aupkeep` in the XDG data directory (XDG base directory 0.8)."""
    chosen = os.environ.get("AUPKEEP_HOME")
    if chosen:
        return Home(Path(chosen).absolute())
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Home(Path(data) / "aupkeep")
