"""One check of the doctor, and what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NAMED = 3  # cases or customers that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCheck:
    """One check; `remedy` is the command that fixes it, "" while it is ok."""

    check: str
    ok: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case that waits: its reference, its customer, why, and the command that fixes it."""

    reference: str
    customer: str
    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """An appeal that nobody of the desk may bring to an end: its case, until when, its refusal."""

    reference: str
    until: datetime
    refusal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDoubt:
    """A target whose agent's reports prove little, or are refused: why, and what fixes it."""

    target: str
    why: str
    remedy: str


def some_of(names: Sequence[str]) -> str:
    """The first few, in brackets."""
    if not names:
        return ""
    more = ", …" if len(names) > NAMED else ""
    return f" ({', '.join(names[:NAMED])}{more})"
