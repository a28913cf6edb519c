"""Whom no machine should talk to: controllers of botnets, as the feeds that are on list them."""

from ipaddress import ip_network

from aupkeep.app.desk import Desk
from aupkeep.app.feeds.subscriptions import active
from aupkeep.intake.feed import Copy
from aupkeep.intake.listed import Hit
from aupkeep.intake.ours import Ours
from aupkeep.intake.sift_box import sift_boxed
from aupkeep.intake.subscription import Subscription
from aupkeep.model.errors import AupkeepError
from aupkeep.model.feed import FeedCopy
from aupkeep.store import feeds, raws
from aupkeep.telemetry.around import ANY, Contact

FEEDS = ("feodo", "threatfox")  # which of ours list controllers, with the port they are called at
KIND, RSIT = "infrastructure/botnet", ("", "malicious-code:c2-server")
EVERYWHERE = Ours([ip_network("0.0.0.0/0"), ip_network("::/0")])
LABEL = "c2"
MOST = 50_000  # addresses of one feed
MOST_COPIES = 8  # that are remembered as read
_known: dict[tuple[str, str, str], tuple[Contact, ...]] = {}


def contacts(desk: Desk) -> tuple[Contact, ...]:
    """The controllers in the last good copies; a copy that cannot be read gives none."""
    found: dict[tuple[object, ...], Contact] = {}
    for name, one in active(desk).items():
        copies = feeds.state(name).copies if name.partition(":")[0] in FEEDS else ()
        for copy in copies:
            found |= {(each.address, each.port): each for each in _once(one, copy)}
    return tuple(found.values())


def _once(one: Subscription, copy: FeedCopy) -> tuple[Contact, ...]:
    """The controllers of a copy, which is read once."""
    key = (one.name, copy.name, copy.digest)
    if key not in _known:
        if len(_known) >= MOST_COPIES:
            _known.clear()
        _known[key] = _read(one, copy.name, copy.digest)
    return _known[key]


def _read(one: Subscription, name: str, digest: str) -> tuple[Contact, ...]:
    """The controllers of one copy, read in a box: the list is a stranger's."""
    try:
        sifted = sift_boxed(one, Copy(name, raws.read(digest)), EVERYWHERE, names=False)
    except AupkeepError:
        return ()
    made = (_contact(hit, one.name) for hit in sifted.ours[:MOST])
    return tuple(each for each in made if each is not None)


def _contact(hit: Hit, source: str) -> Contact | None:
    """A listed address, where the list says that it commands."""
    item = hit.item
    if hit.address is None or item.kind != KIND or item.rsit not in RSIT:
        return None
    port = int(item.port) if item.port.isascii() and item.port.isdigit() else ANY
    return Contact(hit.address, LABEL, source, port)
