"""What a verification of this journal found, by whom it was asked for, and how long it took."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`at` is when it ended; the fields from `ok` on are the verdict's (`app.proof.verify`)."""

    id: str
    at: datetime
    by: str
    seconds: float
    ok: bool
    entries: int
    first_bad: int | None
    reason: str | None
    erased: int
    unkept: int
    unsigned: int
