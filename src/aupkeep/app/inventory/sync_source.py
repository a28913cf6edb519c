"""One read of an inventory source, and what it changes in our records.

A look ends in one of two ways. The whole present came: what opened, closed or changed is written
like an import, and standing measures are looked at. What a row may mean that cannot be read stays
as it is: its address, or all that is on record where not even that can be read (`problem` says so).
 It did not come whole, or more of the source's
records would end than its share allows: nothing changes, and the reason is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.inventory.imports import CHUNK, add_bare_customers
from aupkeep.app.inventory.source_mapping import read_mapping
from aupkeep.app.journal import entry, record
from aupkeep.config.inventory import InventorySourceSettings
from aupkeep.config.secrets import masked, secrets_of
from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.history import SourceHistory, has_gap, merge
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.standing_source import (
    Look,
    SourceOptions,
    SourceReading,
    StandingSource,
    standing_sources,
)
from aupkeep.inventory.sync import (
    Known,
    RejectedHolding,
    SeenHolding,
    SourceChange,
    SourceScope,
    SourceSnapshot,
    compare,
    groups,
)
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.holding import Assignment
from aupkeep.model.inventory_source import InventorySourceState
from aupkeep.store import inventory as stored
from aupkeep.store import inventory_sources as states
from aupkeep.store.inventory_sources import InventoryLease

LONGEST_WAIT = 300.0  # seconds after failures, unless a look is due later anyway
LEASE = 900.0  # seconds; a killed worker's source is asked by another after that
SHOWN = 50  # remarks and unmapped projects that are kept
LEAST_SECRET = 8  # characters; a shorter one may be part of a name
NOWHERE = "http://localhost/"  # of a source that is asked over no network
CLIENT = ("ca_file", "plain_http", "seconds", "most_mib")  # options of the client, for every kind


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A source ready to be asked."""

    settings: InventorySourceSettings
    kind: StandingSource
    look: Look
    secrets: Callable[[], frozenset[str]] = frozenset  # what no text of the source may repeat
    listener: ChangeListener | None = None  # of changes; somebody else runs it

    @property
    def every(self) -> float:
        """Seconds between two looks."""
        return float(self.settings.every or self.kind.every)


def open_source(context: AppContext, settings: InventorySourceSettings) -> OpenSource:
    """Prepare a source as the settings say. Raises `Invalid`."""
    known = standing_sources()
    if settings.kind not in known:
        expected = ", ".join(known)
        raise Invalid(
            f"source {settings.name}: expected a kind of {expected}, found {settings.kind[:60]!r}"
        )
    kind, options = known[settings.kind], settings.open_options()
    client = HttpClient(
        settings.url or (NOWHERE if kind.local else ""),
        ca_file=str(options.get("ca_file", "")),
        plain=options.get("plain_http") is True,
        seconds=_number(options, "seconds", 300),
        most_of_all=_number(options, "most_mib", 512) << 20,
    )
    given = SourceOptions(
        name=settings.name,
        customers=settings.by_project(),
        options={name: value for name, value in options.items() if name not in CLIENT},
        mapping=read_mapping(context.home, settings.mapping) if settings.mapping else {},
        folder=context.home.path,
        site=settings.site,
        records=stored.of_site,
    )
    look = kind.open(given, client)

    def limited(now: datetime) -> SourceReading:
        client.begin()
        return look(now)

    secrets = secrets_of(settings.options, options)
    listener = kind.listen(given) if kind.listen else None
    return OpenSource(settings, kind, limited, lambda: secrets | client.sent, listener)


def _number(options: Mapping[str, object], name: str, default: int) -> int:
    value = options.get(name, default)
    if type(value) is not int or value < 1:
        raise Invalid(f"option {name}: expected a whole number from 1 up, found another value")
    return value


def sync_source(
    context: AppContext,
    source: OpenSource,
    *,
    worker: str,
    early: bool = False,
    accept: bool = False,
    by: Actor = SYSTEM,
) -> InventorySourceState | None:
    """Look once; None when it is not due or another asks it. `accept`: a person says it is so.

    A fault of the source is no exception: it stands in the state.
    """
    name = source.settings.name
    lease = states.lease(name, context.now(), seconds=LEASE, worker=worker, early=early)
    if lease is None:
        return None
    begun = context.now()
    try:
        reading = source.look(begun)
        _refuse_secrets(reading, source.secrets())
        done = _take(context, source, lease, reading, begun, accept=accept, by=by)
    except AupkeepError as error:
        done = _failed(lease.state, begun, str(error))
    done = _without_secrets(_with_listening(done, source, lease.state), source.secrets())
    states.finish(lease, done, context.now() + _wait(source, done))
    return done


def note_refused(
    context: AppContext, settings: InventorySourceSettings, why: str, *, worker: str
) -> InventorySourceState:
    """Keep why a source cannot even be opened, as a look that failed; what stands stays."""
    begun = context.now()
    lease = states.lease(settings.name, begun, seconds=LEASE, worker=worker, early=True)
    if lease is None:  # somebody asks it as it was set before
        return _failed(InventorySourceState(name=settings.name), begun, why)
    done = _failed(lease.state, begun, why)
    states.finish(lease, done, begun + timedelta(seconds=LONGEST_WAIT))
    return done


def _take(
    context: AppContext,
    source: OpenSource,
    lease: InventoryLease,
    reading: SourceReading,
    begun: datetime,
    *,
    accept: bool,
    by: Actor,
) -> InventorySourceState:
    """Write what the snapshot changes, unless it is too much."""
    name, before = source.settings.name, lease.state
    snapshot = SourceSnapshot(
        rows=tuple(reading.rows),
        begun=begun,
        ended=context.now(),
        rejected=tuple(reading.rejected),
        unmapped=tuple(sorted(reading.unmapped)),
    )
    scope = scope_of(source.settings, source.every)
    if reading.history is None:
        known = _known(scope, snapshot, stored.open_of_source(name), before)
        change = compare(scope, snapshot, known, context.new_id)
    else:
        records = _told_of(scope, reading.history, before.seen_at)
        change = merge(
            scope, reading.history, records, (before.seen_at, snapshot.ended), context.new_id
        )
    share = source.settings.shrink
    if (excess := change.excess(share)) and not accept:
        why = (
            f"{excess}, more than the share {share:g}: nothing was changed; if it is so: "
            f"aupkeep inventory sync {name} --accept"
        )
        return replace(_failed(before, begun, why), held_back=True)
    _write(context, name, change, lease, by)
    if reading.history is not None:
        reading.history.taken()
    blind = snapshot.blind if reading.history is None else None
    remarks = [f"row {row.row}: {row.reason}" for row in snapshot.rejected[:SHOWN]]
    return InventorySourceState(
        name=name,
        first_at=before.first_at or snapshot.ended,
        seen_at=before.seen_at if blind else begun,
        tried_at=begun,
        problem=f"nothing was closed: row {blind.row}: {blind.reason}"[:500] if blind else "",
        rows=len(snapshot.rows) + (len(reading.history.spans) if reading.history else 0),
        foreign=change.foreign,
        rejected=len(snapshot.rejected) + len(change.doubtful),
        live=stored.count_open(name),
        changed=len(change.records),
        remarks=tuple([*change.doubtful, *remarks][:SHOWN]),
        unmapped=snapshot.unmapped[:SHOWN],
        told_at=reading.history.newest if reading.history else None,
    )


def _without_secrets(state: InventorySourceState, secrets: frozenset[str]) -> InventorySourceState:
    """The state as it may be kept and shown, whatever the source wrote into its rows."""

    def clean(text: str) -> str:
        return masked(text, secrets)

    heard = state.listening
    return replace(
        state,
        listening=heard and replace(heard, problem=clean(heard.problem)),
        problem=clean(state.problem),
        remarks=tuple(map(clean, state.remarks)),
        unmapped=tuple(map(clean, state.unmapped)),
    )


def _with_listening(
    done: InventorySourceState, source: OpenSource, before: InventorySourceState
) -> InventorySourceState:
    """With how its listener stands; one that nobody runs here, as a worker last saw it."""
    if source.listener is None:
        return replace(done, listening=None)
    return replace(done, listening=source.listener.state() or before.listening)


def _refuse_secrets(reading: SourceReading, secrets: frozenset[str]) -> None:
    """Take out the rows that name a customer or resource by a secret of ours."""
    long = [secret for secret in secrets if len(secret) >= LEAST_SECRET]
    for row in [x for x in reading.rows if any(s in f"{x.customer} {x.resource}" for s in long)]:
        reading.rows.remove(row)
        why = f"{row.prefix}: expected a name, found a secret of ours"
        reading.rejected.append(RejectedHolding(row=0, reason=why, prefix=row.prefix))


def scope_of(settings: InventorySourceSettings, every: float) -> SourceScope:
    """What the source may speak of: its prefixes, else all of our own at its site."""
    whole = tuple(parse_prefix(text) for text in settings.prefixes)
    own = tuple(space.prefix for space in stored.own_space() if space.site == settings.site)
    return SourceScope(
        name=settings.name,
        prefixes=whole or own,
        site=settings.site,
        precedence=settings.precedence,
        precedences=settings.by_prefix(),
        whole=whole,
        patience=timedelta(seconds=2 * every),
    )


def _known(
    scope: SourceScope,
    snapshot: SourceSnapshot,
    live: list[Assignment],
    before: InventorySourceState,
) -> Known:
    """What is on record about the prefixes that may change."""
    standing = {_what(item) for item in live}
    fresh = {(scope.site, row.prefix) for row in snapshot.rows if _what(row) not in standing}
    fresh |= {(scope.site, prefix) for prefix in scope.whole}
    fresh |= {(item.site, item.prefix) for item in live
              if item.precedence != scope.precedence_of(item.prefix)}  # fmt: skip
    own = {item.id for item in live}
    beside = tuple(item for item in stored.same_prefixes(fresh) if item.id not in own)
    return Known(live=tuple(live), beside=beside, seen_at=before.seen_at)


def _told_of(
    scope: SourceScope, history: SourceHistory, seen_at: datetime | None
) -> list[Assignment]:
    """What is on record about the prefixes that a history speaks of."""
    prefixes = {*history.about, *scope.whole, *(end.prefix for end in history.ends)}
    known = stored.same_prefixes((scope.site, prefix) for prefix in prefixes)
    whole = history.since is None or history.quiet_before is not None
    if not whole and not has_gap(history, seen_at):
        return known
    more = stored.open_of_source(scope.name)
    return list({item.id: item for item in (*known, *more)}.values())


def _what(item: Assignment | SeenHolding) -> tuple[object, ...]:
    return (item.prefix, item.port_from, item.port_to, item.customer, item.resource)


def _write(
    context: AppContext, name: str, change: SourceChange, lease: InventoryLease, by: Actor
) -> None:
    """Write the change in parts, each whole and true by itself. Raises `Conflict`."""
    add_bare_customers(context, {item.customer for item in change.records if not item.pool}, by)
    for retired, fresh in groups(change, CHUNK):
        payload = {"assignments": len(fresh), "retired": len(retired), "source": name}
        record(
            context,
            entry(context, EntryType.ASSIGNMENTS_IMPORTED, by, payload),
            rows=[*retired, *fresh],
            effects=[recheck_effect(context)],
            seen=[replace(item, known_until=None) for item in retired],
            check=partial(states.holds, lease),
        )


def _failed(before: InventorySourceState, begun: datetime, why: str) -> InventorySourceState:
    return replace(
        before, tried_at=begun, failures=before.failures + 1, problem=why[:500], held_back=False
    )


def _wait(source: OpenSource, done: InventorySourceState) -> timedelta:
    """Until the next look: longer after each failure in a row.

    Where changes should be heard and are not, it is not longer than suits the kind.
    """
    if not done.failures:
        deaf = source.listener is not None and not (done.listening and done.listening.hears)
        return timedelta(seconds=min(source.every, source.kind.every) if deaf else source.every)
    longer = source.every * 2 ** min(done.failures - 1, 20)
    return timedelta(seconds=max(source.every, min(longer, LONGEST_WAIT)))


def known_states(context: AppContext) -> Mapping[str, InventorySourceState]:
    """How each source of the settings stands."""
    known = states.states()
    names = [source.name for source in context.settings.inventory.sources]
    return {name: known.get(name, InventorySourceState(name=name)) for name in names}
