"""Who cosigns our log, and what we cosigned of others (C2SP tlog-witness); times in UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A checkpoint of ours with a witness's signature below our own; `witness` is its key."""

    size: int
    witness: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessState:
    """How a witness of ours stands, by its verifier key.

    `size` and `frontier` (bytes of a `Frontier`) are what it cosigned last, as far as we know;
    `error` is why it did not the last time. `dispute` is what it says against our log: that we
    have fewer entries than it cosigned, or others. It stays until the witness cosigns again.
    """

    key: str
    size: int = 0
    frontier: bytes = b""
    good_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
    error: str = ""
    behind_since: datetime | None = None
    dispute: str = ""
    disputed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedLog:
    """What we cosigned last of another log: size, root, the checkpoint's text, and when.

    `dispute` is what that log showed against it, `disputed` the checkpoint that it signed then.
    `resumed_at` is when a person said, after a restore, where it stood.
    """

    origin: str
    size: int
    root: bytes
    text: str
    at: datetime | None = None
    dispute: str = ""
    disputed: str = ""
    disputed_at: datetime | None = None
    resumed_at: datetime | None = None
