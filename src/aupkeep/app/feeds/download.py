"""Fetching the lists of one feed: new, unchanged, or failed."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv4Network
from itertools import chain, islice

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.app.feeds.subscriptions import key_of
from aupkeep.app.inventory.current import in_force
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.feed import DnsblQuestion, FeedRequest, FetchContext, FetchLimits
from aupkeep.intake.feed_client.dnsbl_client import DnsblClient
from aupkeep.intake.feed_client.egress_guard import Resolve, system_resolver
from aupkeep.intake.feed_client.filter import FilteredList
from aupkeep.intake.feed_client.http_client import FetchAnswer, Fetcher, FetchFailed
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription, lacking
from aupkeep.intake.sandbox.feed_worker import filter_in_worker
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.feed import FeedCopy, FeedState
from aupkeep.model.holding import Network
from aupkeep.model.subject import Address
from aupkeep.store import inventory as stored

MOST_OF_PREFIX = 1024  # addresses, or /64s, of one assignment that are asked about
ANSWERS = "answers.txt"  # the name under which DNS answers are kept
HALF = 64  # bits of an IPv6 prefix that blocklists list
RATE, MOST = "rate", "most"  # options of a feed that asks the DNS


ListFilter = Callable[..., FilteredList]
"""Filters a list: `feed_worker.filter_in_worker`, or the same in this process in tests."""


@dataclass(frozen=True, slots=True)
class NetworkAccess:
    """What a fetch needs of the outside: DNS, resolver of hosts, feed worker; `stop` ends it."""

    lookup: Lookup | None = None
    resolve: Resolve = system_resolver
    stop: threading.Event = field(default_factory=threading.Event)
    filter_list: ListFilter = filter_in_worker


@dataclass(frozen=True, slots=True)
class ListResult:
    """One list: `data` None = unchanged since `before`; `error` = why it failed."""

    name: str
    data: bytes | None = None
    before: FeedCopy | None = None
    etag: str = ""
    modified: str = ""
    error: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class FetchedLists:
    """All lists of one fetch; `cursor` is where the next fetch of a DNS feed goes on."""

    lists: tuple[ListResult, ...]
    cursor: int = 0


class MissingOption(Invalid):
    """An option or a key is missing without which the feed cannot run."""


def download_lists(
    context: AppContext,
    feed: Subscription,
    state: FeedState,
    ours: OwnPrefixes,
    network: NetworkAccess,
    until: float,
) -> FetchedLists:
    """Fetch every list of a feed, by `until` of the monotonic clock.

    A list that did not come costs no other. Raises `MissingOption`, and `AupkeepError` when none
    came.
    """
    key = key_of(context.home, feed.name)
    missing = lacking(feed, key)
    if missing:
        raise MissingOption(f"[feeds.{feed.name}]: expected {', '.join(missing)}, found none")
    if feed.feed.questions is not None:
        return _asked(context, feed, state, network, until)
    trip = FetchContext(
        options=feed.options, key=key, now=context.now(), kept=[copy.name for copy in state.copies]
    )
    fetcher = fetcher_of(context, feed.feed.limits, ours, network)
    lists = tuple(_walk(feed, trip, fetcher, {copy.name: copy for copy in state.copies}, until))
    if lists and all(result.error for result in lists):
        raise FetchFailed(lists[0].error, max(result.wait for result in lists))
    return FetchedLists(lists)


def given_lists(state: FeedState, given: Sequence[tuple[str, bytes]]) -> FetchedLists:
    """Lists that a person brought, name and bytes, as if they had been fetched."""
    copies = {copy.name: copy for copy in state.copies}
    return FetchedLists(tuple(ListResult(name, data, copies.get(name)) for name, data in given))


def fetcher_of(
    context: AppContext, limits: FetchLimits, ours: OwnPrefixes, network: NetworkAccess
) -> Fetcher:
    """A fetcher under these limits whose user agent names our contact."""
    chosen = context.settings.feeds
    return Fetcher(
        limits=limits,
        agent=f"aupkeep/{__version__} (+mailto:{context.settings.mail.sender})",
        own=ours,
        inside=chosen.inside,
        ca_file=str(context.home.path / chosen.ca_file) if chosen.ca_file else "",
        resolve=network.resolve,
        stop=network.stop,
    )


def _walk(
    feed: Subscription,
    trip: FetchContext,
    fetcher: Fetcher,
    copies: dict[str, FeedCopy],
    until: float,
) -> Iterator[ListResult]:
    """Each request, and those that its answer leads to. Raises what the first one raises."""
    waiting = deque(feed.feed.requests(trip, feed.urls))
    left = feed.feed.limits.requests
    while waiting and left:
        left -= 1
        request = waiting.popleft()
        listing = feed.feed.listing(request)
        before = None if listing else copies.get(request.name)
        try:
            answer = _fetch(fetcher, request, before, until)
        except FetchFailed as error:
            yield ListResult(request.name, before=before, error=str(error), wait=error.wait)
            continue
        except AupkeepError as error:
            yield ListResult(request.name, before=before, error=str(error))
            continue
        if answer.data is not None:
            waiting.extend(feed.feed.follow(request, answer.data, trip))
        if not listing:
            etag, modified = answer.etag, answer.modified
            yield ListResult(request.name, answer.data, before, etag=etag, modified=modified)


def _fetch(
    fetcher: Fetcher, request: FeedRequest, before: FeedCopy | None, until: float
) -> FetchAnswer:
    left = until - time.monotonic()
    if left <= 0:
        raise FetchFailed(f"{request.name}: expected a list, found no time left")
    hurried = replace(fetcher, limits=replace(fetcher.limits, seconds=left))
    if before is None:
        return hurried.fetch(request)
    return hurried.fetch(request, before.etag, before.modified)


def _asked(
    context: AppContext, feed: Subscription, state: FeedState, network: NetworkAccess, until: float
) -> FetchedLists:
    """Ask the DNS about assigned addresses, from where the last fetch ended.

    Raises `MissingOption`.
    """
    if network.lookup is None:
        raise MissingOption('[mail] nameservers: expected a resolver, found "none"')
    questions = list(_questions(feed, assigned_addresses(context.now())))
    start = state.cursor % max(len(questions), 1)
    ordered = chain(islice(questions, start, None), islice(questions, start))
    most = min(int(feed.options[MOST]), len(questions))
    asker = DnsblClient(network.lookup, feed.options[RATE], until - time.monotonic(), network.stop)
    text, put = asker.ask(islice(ordered, most))
    cursor = (start + put) % max(len(questions), 1)
    before = next((copy for copy in state.copies if copy.name == ANSWERS), None)
    return FetchedLists((ListResult(ANSWERS, text.encode(), before),), cursor)


def _questions(feed: Subscription, addresses: Sequence[Address]) -> Iterable[DnsblQuestion]:
    return feed.feed.questions(addresses, feed.options) if feed.feed.questions else ()


def assigned_addresses(now: datetime) -> list[Address]:
    """Addresses that somebody holds at `now`, each once: of an IPv6 prefix the first of each /64.

    Of one assignment at most MOST_OF_PREFIX.
    """
    addresses: dict[Address, None] = {}
    for assignment in stored.all_assignments(believed=True):
        if not assignment.pool and in_force(assignment, now):
            addresses.update(dict.fromkeys(_of_prefix(assignment.prefix)))
    return list(addresses)


def _of_prefix(prefix: Network) -> Iterator[Address]:
    step = 1 if isinstance(prefix, IPv4Network) or prefix.prefixlen > HALF else 1 << HALF
    many = min(max(prefix.num_addresses // step, 1), MOST_OF_PREFIX)
    for number in range(many):
        yield prefix.network_address + number * step
