"""Listed URLs and domains whose host has an address of ours, where look-ups are allowed."""

import threading
from collections.abc import Collection, Iterator, Sequence

from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.feed_client.filter import ListHit
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.model.errors import Invalid
from aupkeep.model.subject import parse_address

MOST_ASKED = 500  # hosts of one fetch; what a list adds in a day is seldom more


def hosted_here(
    named: Sequence[ListHit],
    old: Collection[str],
    ours: OwnPrefixes,
    lookup: Lookup,
    stop: threading.Event,
) -> list[ListHit]:
    """The hits whose host has an address of ours now.

    Hosts in `old` were in the list before and are not asked again; of the others the first
    MOST_ASKED of the list. What they mean is looked up again when the finding is received.
    """
    hosts = [hit.host for hit in named if hit.host and hit.host not in old]
    asked = list(dict.fromkeys(hosts))[:MOST_ASKED]
    hosted = {host for host in asked if not stop.is_set() and _lives(host, ours, lookup)}
    return [hit for hit in named if hit.host in hosted]


def _lives(host: str, ours: OwnPrefixes, lookup: Lookup) -> bool:
    return any(address in ours for address in _addresses(host, lookup))


def _addresses(host: str, lookup: Lookup) -> Iterator[object]:
    for record in ("A", "AAAA"):
        try:
            texts = lookup(host, record)
        except TimeoutError:
            return
        for text in texts:
            try:
                yield parse_address(text)
            except Invalid:
                continue
