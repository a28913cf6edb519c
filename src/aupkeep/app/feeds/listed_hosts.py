"""Hosts that no machine should contact: botnet controllers and mining pools, by enabled feeds.

The last good copy of each list counts; a list that is gone, empty or odd removes nothing.
"""

from ipaddress import ip_network

from aupkeep.app.context import AppContext
from aupkeep.app.feeds.subscriptions import active
from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.filter import ListHit
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription
from aupkeep.intake.sandbox.feed_worker import filter_in_worker
from aupkeep.model.errors import AupkeepError
from aupkeep.model.feed import FeedCopy
from aupkeep.store import feeds, raws
from aupkeep.telemetry.detect.network_context import ANY_PORT, C2, MINING, ListedContact

LABELS = {"feodo": C2, "threatfox": C2, "mining-pools": MINING}  # what each of ours lists
KIND, RSIT = "infrastructure/botnet", ("", "malicious-code:c2-server")
EVERYWHERE = OwnPrefixes([ip_network("0.0.0.0/0"), ip_network("::/0")])
MOST = 50_000  # addresses of one feed
MOST_COPIES = 8  # that are remembered as read
_known: dict[tuple[str, str, str], tuple[ListedContact, ...]] = {}


def listed_hosts(context: AppContext) -> tuple[ListedContact, ...]:
    """The hosts in the last good copies; a copy that cannot be read gives none."""
    hosts: dict[tuple[object, ...], ListedContact] = {}
    for name, feed in active(context).items():
        copies = feeds.state(name).copies if feed.feed.name in LABELS else ()
        for copy in copies:
            hosts |= {(host.address, host.port, host.label): host for host in _once(feed, copy)}
    return tuple(hosts.values())


def _once(feed: Subscription, copy: FeedCopy) -> tuple[ListedContact, ...]:
    """The hosts of a copy, which is read once."""
    key = (feed.name, copy.name, copy.digest)
    if key not in _known:
        if len(_known) >= MOST_COPIES:
            _known.clear()
        _known[key] = _read(feed, copy.name, copy.digest)
    return _known[key]


def _read(feed: Subscription, name: str, digest: str) -> tuple[ListedContact, ...]:
    """The hosts of one copy, read in the feed worker: the list comes from outside."""
    try:
        rows = filter_in_worker(feed, FetchedList(name, raws.read(digest)), EVERYWHERE, names=False)
    except AupkeepError:
        return ()
    label = LABELS[feed.feed.name]
    hosts = (_contact(hit, feed.name, label) for hit in rows.ours[:MOST])
    return tuple(host for host in hosts if host is not None)


def _contact(hit: ListHit, source: str, label: str) -> ListedContact | None:
    """A listed address; of a list of controllers only where the row says that it is one."""
    item = hit.item
    if hit.address is None or (label == C2 and (item.kind != KIND or item.rsit not in RSIT)):
        return None
    port = int(item.port) if item.port.isascii() and item.port.isdigit() else ANY_PORT
    return ListedContact(hit.address, label, source, port)
