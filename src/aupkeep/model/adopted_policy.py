"""Which policy version is in force."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedPolicy:
    """One row: the version whose content the journal got last, and when."""

    id: str = "policy"
    digest: str
    adopted_at: datetime
