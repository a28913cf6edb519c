"""Fetching feeds: what is due, one feed now, or a dry run over a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.run_feed import FinishedRun, run_feed
from aupkeep.app.feeds.schema_fetch import fetch_schema_due
from aupkeep.app.feeds.subscriptions import active, subscription
from aupkeep.app.ingest import raw_reader
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.filter import reading_of
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.parse_output import ParsedFinding, parsed_file
from aupkeep.intake.sandbox.feed_worker import filter_in_worker
from aupkeep.model.errors import Conflict
from aupkeep.model.feed import FeedOutcome, FeedState
from aupkeep.model.holding import Network
from aupkeep.model.report import ReadingOutcome
from aupkeep.model.roles import StaffAct
from aupkeep.store import feeds, refresh
from aupkeep.store import inventory as stored

log = structlog.get_logger("feeds")
BY_HAND = "command line"
SHOWN = 50  # findings of a test that are shown


@dataclass(frozen=True, slots=True)
class FedRaw:
    """A raw that a feed led to, and what its reading led to."""

    raw: str
    outcome: ReadingOutcome | None
    reason: str | None
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriedList:
    """What a feed reads in a list: rows counted, and the findings about us.

    `named` counts listed names that may live with us, `wide` holds listed prefixes around ours.
    """

    feed: str
    seen: int
    foreign: int
    dead: int
    ours: int
    named: int
    wide: tuple[Network, ...]
    first_dead: tuple[tuple[int, str], ...]
    remarks: tuple[str, ...]
    findings: tuple[ParsedFinding, ...]


def fetch_due(context: AppContext, network: NetworkAccess, worker: str) -> int:
    """Fetch every feed that is on and due, one after the other; the answer is how many."""
    refresh()
    fetch_schema_due(context, network)
    done = 0
    for name in feeds.due(list(active(context)), context.now()):
        if network.stop.is_set():
            break
        finished = run_feed(context, name, network, worker=worker)
        if finished is not None:
            done += 1
            _note(finished.state, len(finished.raws))
    return done


def _note(state: FeedState, raws: int) -> None:
    """Log one line a fetch; an outcome that needs somebody is a warning."""
    words = {"feed": state.name, "outcome": state.outcome, "raws": raws, "why": state.error}
    trouble = state.outcome not in (FeedOutcome.READ, FeedOutcome.SAME)
    (log.warning if trouble else log.info)("fetched", **words)


def network_access(context: AppContext) -> NetworkAccess:
    """Network access with the resolvers of the settings."""
    return NetworkAccess(lookup=resolver(context.settings.mail.nameservers))


def fetch_now(
    context: AppContext,
    name: str,
    *,
    person: str,
    given: Sequence[tuple[str, bytes]] = (),
    accept: bool = False,
    at_once: bool = True,
) -> tuple[FinishedRun, list[FedRaw]]:
    """Fetch one feed now, for a person; with `at_once` its raws are read here too.

    Raises `Conflict` while a worker fetches it, `Forbidden`, `Missing`, `Invalid`.
    """
    authorised(person, StaffAct.DECIDE)
    done = run_feed(
        context,
        name,
        network_access(context),
        worker=BY_HAND,
        early=True,
        accept=person if accept else "",
        given=given,
    )
    if done is None:
        raise Conflict(f"feed {name}: expected nobody to fetch it, found a worker that does")
    return done, list(_read(context, done.raws)) if at_once and done.raws else []


def _read(context: AppContext, raws: Sequence[str]) -> Iterator[FedRaw]:
    with raw_reader(context) as read:
        for raw in raws:
            done = read(raw)
            yield FedRaw(raw, done.outcome, done.reason, done.cases)


def try_list(context: AppContext, name: str, file: str, data: bytes) -> TriedList:
    """What a feed reads in a list, with our own prefixes; nothing is stored or fetched.

    Raises `Unreadable` for what is no such list, `Missing`, `Invalid`.
    """
    feed = subscription(context, name)
    ours = OwnPrefixes(space.prefix for space in stored.own_space())
    schema = schema_file(context.home, context.settings)
    rows = filter_in_worker(feed, FetchedList(file, data), ours, names=True, schema=schema)
    hits = [] if feed.feed.of_others else [*rows.ours, *rows.named][:SHOWN]
    return TriedList(
        feed=name,
        seen=rows.seen,
        foreign=rows.foreign,
        dead=rows.dead_count,
        ours=len(rows.ours),
        named=len(rows.named),
        wide=tuple(network for _, network in rows.wide[:SHOWN]),
        first_dead=tuple((rejected.row, rejected.reason) for rejected in rows.dead[:5]),
        remarks=tuple(rows.remarks),
        findings=parsed_file(file, reading_of(feed.feed, feed.source, hits)).findings,
    )
