"""What waits in the inbox for one reason, a page at a time, however much it is."""

from collections.abc import Callable, Sequence

from aupkeep.model.report import Report
from aupkeep.store.reports import Place

Page = Callable[[Place | None], Sequence[Report]]  # before a place, the newest first


class InboxRound:
    """From the newest to the oldest, then anew: what goes on waiting hides nothing."""

    def __init__(self, page: Page) -> None:
        """Begin with the newest."""
        self._page = page
        self._last: Place | None = None

    @property
    def begins(self) -> bool:
        """Whether the next page is the first."""
        return self._last is None

    def take(self) -> Sequence[Report]:
        """The next page; an empty one ends the round."""
        taken = self._page(self._last)
        self._last = (taken[-1].at, taken[-1].id) if taken else None
        return taken
