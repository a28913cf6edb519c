"""What a fetch under way knows: its feed, lease, own prefixes, copies, errors."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.feeds.fetch_lists import NetworkAccess
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.filter import FilteredList
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription
from aupkeep.model.feed import FeedCopy
from aupkeep.store import inventory as stored
from aupkeep.store.feeds import FeedLease


@dataclass(slots=True)
class FeedRun:
    """One fetch under way; `accept` is the person who accepts held-back rows, "" = nobody."""

    context: AppContext
    feed: Subscription
    lease: FeedLease
    network: NetworkAccess
    accept: str = ""
    now: datetime = field(init=False)
    ours: OwnPrefixes = field(init=False)
    space: str = field(init=False)
    copies: dict[str, FeedCopy] = field(init=False)
    odd: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Load own space."""
        prefixes = sorted({space.prefix for space in stored.own_space()}, key=str)
        self.now = self.context.now()
        self.ours = OwnPrefixes(prefixes)
        self.space = hashlib.sha256(" ".join(map(str, prefixes)).encode()).hexdigest()[:16]
        self.copies = {copy.name: copy for copy in self.lease.state.copies}

    def filter_list(self, copy: FetchedList) -> FilteredList:
        """A list filtered by own prefixes in the feed worker. Raises `Unreadable`."""
        settings = self.context.settings
        schema = schema_file(self.context.home, settings)
        names = settings.feeds.resolve
        return self.network.filter_list(self.feed, copy, self.ours, names=names, schema=schema)
