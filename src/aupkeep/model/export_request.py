"""An export of the journal: asked for by one person, confirmed by a second, done once."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What `by` asks for; `behind` are the people who may have been them (`model.actor`).

    `given_by` confirmed it; `used_at` is when the export was made.
    """

    id: str
    by: str
    at: datetime
    behind: tuple[str, ...] = ()
    given_by: str | None = None
    given_at: datetime | None = None
    used_at: datetime | None = None
