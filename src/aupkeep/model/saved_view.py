"""A view of the queue that a person named: what it shows and in which order."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """`owner` is the id of a member of staff; only they change it. Everybody sees a `shared` one.

    `query` is that of the queue's address: view, filters as they are written, sort.
    """

    id: str
    owner: str
    name: str
    query: str
    shared: bool = False
    made_at: datetime
    removed_at: datetime | None = None

    @property
    def words(self) -> dict[str, str]:
        """View, filters and sort by name."""
        return dict(parse_qsl(self.query))

    @property
    def names_source(self) -> bool:
        """Whether it says who reported something, which not every role may know."""
        return "source" in self.words
