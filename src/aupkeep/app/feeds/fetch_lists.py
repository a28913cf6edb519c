"""Fetching the lists of one feed: what is new, what is as it was, what did not come."""

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
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.feed import DnsblQuestion, FeedRequest, FetchContext
from aupkeep.intake.feed_client.dnsbl_client import DnsblClient
from aupkeep.intake.feed_client.egress_guard import Resolve, system_resolver
from aupkeep.intake.feed_client.fetch import FetchAnswer, Fetcher, FetchFailed
from aupkeep.intake.feed_client.filter import FilteredList
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


Sifter = Callable[..., FilteredList]
"""`sift_box.sift_boxed`, or the same without a box where a test has many lists."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What reaches outside: resolver of hosts, DNS, box; and the word to stop at once."""

    lookup: Lookup | None = None
    resolve: Resolve = system_resolver
    stop: threading.Event = field(default_factory=threading.Event)
    sift: Sifter = filter_in_worker


@dataclass(frozen=True, slots=True)
class Fetched:
    """One list: `data` None = as kept in `before`; `error` = why it did not come."""

    name: str
    data: bytes | None = None
    before: FeedCopy | None = None
    etag: str = ""
    modified: str = ""
    error: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """All lists of one fetch; `cursor` is where a feed that asks in slices goes on."""

    lists: tuple[Fetched, ...]
    cursor: int = 0


class Lacking(Invalid):
    """An option or a key is missing without which the feed cannot run."""


def fetch_lists(
    context: AppContext,
    one: Subscription,
    state: FeedState,
    ours: OwnPrefixes,
    hands: Hands,
    until: float,
) -> Gathered:
    """Fetch every list of a feed, by `until` of the monotonic clock.

    A list that did not come costs no other. Raises `Lacking`, and `AupkeepError` when nothing came.
    """
    key = key_of(context.home, one.name)
    missing = lacking(one, key)
    if missing:
        raise Lacking(f"[feeds.{one.name}]: expected {', '.join(missing)}, found none")
    if one.feed.questions is not None:
        return _asked(context, one, state, hands, until)
    trip = FetchContext(
        options=one.options, key=key, now=context.now(), kept=[copy.name for copy in state.copies]
    )
    fetcher = fetcher_of(context, one, ours, hands)
    lists = tuple(_walk(one, trip, fetcher, {copy.name: copy for copy in state.copies}, until))
    if lists and all(each.error for each in lists):
        raise FetchFailed(lists[0].error, max(each.wait for each in lists))
    return Gathered(lists)


def as_given(state: FeedState, given: Sequence[tuple[str, bytes]]) -> Gathered:
    """Lists that a person brought, name and bytes, as if they had been fetched."""
    kept = {copy.name: copy for copy in state.copies}
    return Gathered(tuple(Fetched(name, data, kept.get(name)) for name, data in given))


def fetcher_of(context: AppContext, one: Subscription, ours: OwnPrefixes, hands: Hands) -> Fetcher:
    """A fetcher under the feed's limits that names us with a contact."""
    chosen = context.settings.feeds
    return Fetcher(
        limits=one.feed.limits,
        agent=f"aupkeep/{__version__} (+mailto:{context.settings.mail.sender})",
        own=ours,
        inside=chosen.inside,
        ca_file=str(context.home.path / chosen.ca_file) if chosen.ca_file else "",
        resolve=hands.resolve,
        stop=hands.stop,
    )


def _walk(
    one: Subscription, trip: FetchContext, fetcher: Fetcher, kept: dict[str, FeedCopy], until: float
) -> Iterator[Fetched]:
    """Each request, and those that its answer leads to. Raises what the first one raises."""
    waiting = deque(one.feed.requests(trip, one.urls))
    left = one.feed.limits.requests
    while waiting and left:
        left -= 1
        request = waiting.popleft()
        listing = one.feed.listing(request)
        before = None if listing else kept.get(request.name)
        try:
            answer = _fetch(fetcher, request, before, until)
        except FetchFailed as error:
            yield Fetched(request.name, before=before, error=str(error), wait=error.wait)
            continue
        except AupkeepError as error:
            yield Fetched(request.name, before=before, error=str(error))
            continue
        if answer.data is not None:
            waiting.extend(one.feed.follow(request, answer.data, trip))
        if not listing:
            etag, modified = answer.etag, answer.modified
            yield Fetched(request.name, answer.data, before, etag=etag, modified=modified)


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
    context: AppContext, one: Subscription, state: FeedState, hands: Hands, until: float
) -> Gathered:
    """Ask the DNS about what is assigned, from where the last time ended. Raises `Lacking`."""
    if hands.lookup is None:
        raise Lacking('[mail] nameservers: expected a resolver, found "none"')
    questions = list(_questions(one, assigned(context.now())))
    start = state.cursor % max(len(questions), 1)
    turn = chain(islice(questions, start, None), islice(questions, start))
    most = min(int(one.options[MOST]), len(questions))
    asker = DnsblClient(hands.lookup, one.options[RATE], until - time.monotonic(), hands.stop)
    text, put = asker.ask(islice(turn, most))
    cursor = (start + put) % max(len(questions), 1)
    before = next((copy for copy in state.copies if copy.name == ANSWERS), None)
    return Gathered((Fetched(ANSWERS, text.encode(), before),), cursor)


def _questions(one: Subscription, addresses: Sequence[Address]) -> Iterable[DnsblQuestion]:
    return one.feed.questions(addresses, one.options) if one.feed.questions else ()


def assigned(now: datetime) -> list[Address]:
    """Addresses that somebody holds at `now`, each once: of an IPv6 prefix the first of each /64.

    Of one assignment at most MOST_OF_PREFIX.
    """
    found: dict[Address, None] = {}
    for assignment in stored.all_assignments(live=True):
        if assignment.start <= now and (assignment.end is None or assignment.end > now):
            found.update(dict.fromkeys(_of_prefix(assignment.prefix)))
    return list(found)


def _of_prefix(prefix: Network) -> Iterator[Address]:
    step = 1 if isinstance(prefix, IPv4Network) or prefix.prefixlen > HALF else 1 << HALF
    many = min(max(prefix.num_addresses // step, 1), MOST_OF_PREFIX)
    for number in range(many):
        yield prefix.network_address + number * step
