"""Faults of the inventory: gaps, overlaps, silent sources, projects without a customer.

And how far an answer can be trusted, prefix by prefix: who says it, and how soon a change is known.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.ask_sources import AskedSource, list_sources
from aupkeep.app.inventory.current import in_force
from aupkeep.app.inventory.sync_source import known_states
from aupkeep.inventory.coverage import SHOWN, PrefixCoverage, covered, overlaps
from aupkeep.model.counted import counted
from aupkeep.model.holding import Assignment, OwnSpace
from aupkeep.model.inventory_source import ListeningState
from aupkeep.model.moments import show_moment
from aupkeep.store import inventory as stored

LEAST_SILENCE = timedelta(minutes=3)  # a source is not silent before
LOG_SILENCE = timedelta(hours=2)  # a log of many says something before
LOOKS = 4  # so many looks without a good answer are a silence
TABLE = "[[inventory.sources]] in aupkeep.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryCheck:
    """One check; `remedy` is what fixes it, "" while it is ok."""

    check: str
    ok: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixTrust:
    """An own prefix: shares of it that are held, a pool, on no record; who says so.

    `known_within` is how many seconds a change takes to be known; None: as an import says.
    """

    prefix: str
    site: str
    held: float
    pool: float
    gap: float
    sources: tuple[str, ...]
    known_within: float | None
    trust: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryReport:
    """The checks, and each own prefix."""

    checks: tuple[InventoryCheck, ...]
    prefixes: tuple[PrefixTrust, ...]


def inventory_report(context: AppContext) -> InventoryReport:
    """All checks; it reads every live record."""
    now, own = context.now(), stored.own_space()
    live = [item for item in stored.all_assignments(believed=True) if in_force(item, now)]
    coverage = covered(own, stored.held(now), now)
    sources = list_sources(context)
    return InventoryReport(
        checks=(*_gaps(coverage), _overlaps(live), *source_checks(context)),
        prefixes=tuple(_trust(space, coverage[space], live, sources, now) for space in own),
    )


def source_checks(context: AppContext) -> tuple[InventoryCheck, ...]:
    """Of each source whether it answers, what of it is doubtful, and whose projects are unknown."""
    checks = []
    states = known_states(context)
    for source in list_sources(context):
        state = states[source.source]
        checks.append(_silence(source, context.now(), held_back=state.held_back))
        if state.told_at is not None and context.now() - state.told_at > LOG_SILENCE:
            words = f"its newest line is of {show_moment(state.told_at)}: who came since is unknown"
            remedy = f"look whether it is still written, then: aupkeep inventory sync {state.name}"
            checks.append(_bad(f"log:{source.source}", words, remedy))
        if state.listening is not None:
            checks.append(_listening(source, state.listening))
        if state.unmapped:
            named = ", ".join(state.unmapped[:SHOWN])
            words = (
                f"{counted(len(state.unmapped), 'project')} without a customer, so unknown: {named}"
            )
            remedy = (
                f'customers = ["{state.unmapped[0]} = CUSTOMER"] for {source.source} in {TABLE}'
            )
            checks.append(_bad(f"unmapped:{source.source}", words, remedy))
        if state.remarks:
            words = f"rows that went nowhere: {state.rejected}: {'; '.join(state.remarks[:3])}"
            remedy = f"mend them there, then: aupkeep inventory sync {source.source}"
            checks.append(_bad(f"rows:{source.source}", words, remedy))
    return tuple(checks)


def _silence(source: AskedSource, now: datetime, *, held_back: bool) -> InventoryCheck:
    name, sync = f"source:{source.source}", f"aupkeep inventory sync {source.source}"
    if held_back:
        return _bad(name, source.problem, f"{sync} --accept")
    if source.seen is None:
        return _bad(name, f"never seen: {source.problem or 'not asked yet'}", sync)
    if source.problem and not source.failures:
        return _bad(name, source.problem, f"mend the row there, then: {sync}")
    patience = max(LEAST_SILENCE, timedelta(seconds=LOOKS * source.every))
    seen = f"seen {show_moment(source.seen)}, {source.live} live records"
    if now - source.seen <= patience:
        return InventoryCheck(check=name, ok=True, found=seen)
    why = source.problem or "no worker asks it: aupkeep worker"
    return _bad(name, f"silent, {seen}; {why}", sync)


def _listening(source: AskedSource, heard: ListeningState) -> InventoryCheck:
    """Whether it is told of changes at once; if not, the next look knows them."""
    name = f"listener:{source.source}"
    changes = counted(heard.told, "change")
    counts = f"{changes} told since the worker began, {heard.unreadable} unreadable"
    if heard.hears and not heard.problem:
        return InventoryCheck(check=name, ok=True, found=counts)
    how = f"in part, {counts}" if heard.hears else "not: changes are known by the next look"
    remedy = f"mend the broker, or the options notifications_… of {source.source} in {TABLE}"
    return _bad(name, f"told of changes {how}; {heard.problem}", remedy)


def _gaps(coverage: dict[OwnSpace, PrefixCoverage]) -> list[InventoryCheck]:
    checks = []
    for space, measured in coverage.items():
        name = f"gaps:{space.prefix}" + ("" if space.site == "main" else f"@{space.site}")
        shown = ", ".join(measured.gaps)
        if not measured.gap:
            checks.append(InventoryCheck(check=name, ok=True, found="every address is on record"))
            continue
        words = f"{_share(measured.gap)} is on no record: {shown}"
        remedy = f'say what it is: a row "{space.prefix},…,kind=pool" by aupkeep inventory import'
        checks.append(_bad(name, words, remedy))
    return checks


def _share(part: float) -> str:
    """A share in words: what is not all is never 100 %, and what is there never none.

    >>> _share(1.0), _share(1 - 2**-32), _share(0.5), _share(2**-32)
    ('100.0%', 'more than 99.9%', '50.0%', 'less than 0.1%')
    """
    if 0.9995 <= part < 1:  # noqa: PLR2004 - it would be rounded to 100.0 %
        return "more than 99.9%"
    return f"{part:.1%}" if part >= 0.001 else "less than 0.1%"  # noqa: PLR2004


def _overlaps(live: Sequence[Assignment]) -> InventoryCheck:
    pairs = overlaps(live)
    if not pairs:
        return InventoryCheck(check="overlaps", ok=True, found="no two sources differ")
    shown = "; ".join(
        f"{first.prefix}: {first.source} says {first.customer or 'a pool'} and counts, "
        f"{other.source} says {other.customer or 'a pool'}"
        for first, other in pairs[:SHOWN]
    )
    remedy = "end the record that is wrong, in its source or by aupkeep inventory correct"
    return _bad(
        "overlaps",
        f"{counted(len(pairs), 'prefix', 'prefixes')} of which two sources differ: {shown}",
        remedy,
    )


def _trust(
    space: OwnSpace,
    measured: PrefixCoverage,
    live: Sequence[Assignment],
    sources: Sequence[AskedSource],
    now: datetime,
) -> PrefixTrust:
    counts: dict[str, int] = defaultdict(int)
    newest = None
    for item in live:
        if item.site == space.site and item.prefix.network_address in space.prefix:
            counts[item.source] += 1
            newest = max(newest or item.known_from, item.known_from)
    asked = {source.source: source for source in sources if source.source in counts}
    imported = sorted(set(counts) - set(asked))
    silent = [x.source for x in asked.values() if not _silence(x, now, held_back=False).ok]
    within = max((source.every for source in asked.values()), default=None)
    if not counts:
        trust = "nothing is on record"
    elif silent:
        trust = f"as {silent[0]} last said"
    elif imported and newest is not None:
        trust = f"as imports say ({', '.join(imported)}), the newest of {show_moment(newest)}"
    else:
        trust = f"a change is known within {within:g} s"
    return PrefixTrust(
        prefix=str(space.prefix),
        site=space.site,
        held=round(measured.held, 4),
        pool=round(measured.pool, 4),
        gap=round(measured.gap, 4),
        sources=tuple(sorted(counts)),
        known_within=None if imported or silent else within,
        trust=trust,
    )


def _bad(check: str, words: str, remedy: str) -> InventoryCheck:
    return InventoryCheck(check=check, ok=False, found=words, remedy=remedy)
