"""The state of our log's witnesses and of the logs we cosign: for people and `aupkeep verify`."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.witnesses.configured import (
    PATH,
    ConfiguredWitness,
    logs_of,
    own_cosigner,
    witnesses_of,
)
from aupkeep.app.witnesses.resume import is_paused, remembered
from aupkeep.config.keys import KEY_NAME, public_keys
from aupkeep.evidence.checkpoint import parse, show_key
from aupkeep.evidence.cosignature import cosigned_at, read_cosigner
from aupkeep.evidence.verify import LogFault
from aupkeep.model.errors import Invalid, Unavailable, Unreadable
from aupkeep.model.moments import show_minute
from aupkeep.model.witness import Cosignature, WitnessState
from aupkeep.store import log, witnesses

WAITS = "not cosigned since the restore or move of this install: aupkeep witness resume"
LATE = timedelta(hours=1)  # that a witness may be away before a person hears of it


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessStanding:
    """A witness of ours: up to which size it cosigned, and when by its own clock.

    `waits_since` is when it first did not answer, `why` its last error, `dispute` what it says
    against our log. `checkpoint` is the newest that it cosigned, which it needs after a restore.
    """

    witness: str
    url: str
    key: str
    size: int
    at: datetime | None
    waits_since: datetime | None
    why: str
    dispute: str
    checkpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedStanding:
    """A log that we cosign: its size then, when, and what it showed against it.

    `paused`: after a restore or a move nothing of it is cosigned until a person resumes it.
    """

    log: str
    size: int
    at: datetime | None
    dispute: str
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWitnesses:
    """All of it. `origin`, `log_key`, `url` and `key` are what another provider needs of us."""

    origin: str
    log_key: str
    url: str
    key: str
    quorum: int
    witnesses: tuple[WitnessStanding, ...]
    logs: tuple[WitnessedStanding, ...]


def shown_witnesses(context: AppContext) -> ShownWitnesses:
    """Whom we ask and whom we answer, and how each stands. Raises `Invalid`, `Unavailable`."""
    settings = context.settings
    return ShownWitnesses(
        origin=settings.provider.origin,
        log_key=show_key(KEY_NAME, public_keys(context.home, "journal")[-1]),
        url=settings.provider.url.rstrip("/") + PATH,
        key=own_cosigner(context).show(),
        quorum=settings.witness.quorum,
        witnesses=standings(context, witnesses.cosignatures()),
        logs=witnessed_logs(context),
    )


def witnessed_logs(context: AppContext) -> tuple[WitnessedStanding, ...]:
    """The logs that we cosign, or once did. Raises `Invalid`."""
    seen = {last.origin: last for last in witnesses.witnessed()}
    return tuple(
        WitnessedStanding(
            log=origin,
            size=seen[origin].size if origin in seen else 0,
            at=seen[origin].at if origin in seen else None,
            dispute=seen[origin].dispute if origin in seen else "",
            paused=is_paused(remembered(origin)),
        )
        for origin in {**logs_of(context.settings), **seen}
    )


def standings(context: AppContext, cosigned: Iterable[Cosignature]) -> tuple[WitnessStanding, ...]:
    """How each configured witness stands, by the largest size of its cosignatures that hold."""
    largest: dict[str, Cosignature] = {}
    for cosignature in cosigned:  # the smallest size first
        if signed_at(cosignature) is not None:
            largest[cosignature.witness] = cosignature
    states = witnesses.states()
    return tuple(
        _standing(witness, largest.get(witness.key), states.get(witness.key))
        for witness in witnesses_of(context.settings)
    )


def _standing(
    witness: ConfiguredWitness, newest: Cosignature | None, state: WitnessState | None
) -> WitnessStanding:
    return WitnessStanding(
        witness=witness.cosigner.name,
        url=witness.url,
        key=witness.key,
        size=newest.size if newest else 0,
        at=signed_at(newest) if newest else None,
        waits_since=state.behind_since if state else None,
        why=state.error if state else "",
        dispute=state.dispute if state else "",
        checkpoint=newest.text if newest else "",
    )


def signed_at(cosignature: Cosignature) -> datetime | None:
    """When it was signed by the witness it is kept under, over the size it is kept under."""
    with suppress(Unreadable):
        checkpoint = parse(cosignature.text)
        if checkpoint.size == cosignature.size:
            return cosigned_at(checkpoint, read_cosigner(cosignature.witness))
    return None


def cosignature_fault(cosigned: Iterable[Cosignature], size: int) -> LogFault | None:
    """None when each cosignature holds and none is over more entries than the log has."""
    for cosignature in cosigned:
        name = cosignature.witness.partition("+")[0]
        if signed_at(cosignature) is None:
            why = f"cosignature of {name} over size {cosignature.size}: expected one that holds"
            return LogFault(max(min(cosignature.size, size) - 1, 0), why)
        if cosignature.size > size:
            return LogFault(
                size,
                f"entry {size}: expected {cosignature.size} entries as {name} cosigned, found "
                f"{size}; the journal was shortened",
            )
    return None


def witness_fault(context: AppContext, standing: Iterable[WitnessStanding]) -> LogFault | None:
    """None when no witness disputes the log, and as many as must have cosigned what is old."""
    listed = list(standing)
    disputes = sorted(
        (witness for witness in listed if witness.dispute), key=lambda witness: witness.size
    )
    if disputes:
        first = disputes[0]
        return LogFault(
            first.size,
            f"entries from {first.size} on: expected those that {first.witness} cosigned, found "
            f"others or none; it says: {first.dispute}",
        )
    return _quorum_fault(context, sorted((witness.size for witness in listed), reverse=True))


def _quorum_fault(context: AppContext, sizes: list[int]) -> LogFault | None:
    chosen = context.settings.witness
    if not chosen.quorum:
        return None
    size = sizes[chosen.quorum - 1] if len(sizes) >= chosen.quorum else 0
    first = next(iter(log.entries(start=size, limit=1)), None)
    if first is None or abs(context.now() - first.entry.at) <= timedelta(hours=chosen.within_hours):
        return None
    count = sum(known > size for known in sizes)
    return LogFault(
        size,
        f"entry {size}: expected {chosen.quorum} witnesses over it within "
        f"{chosen.within_hours} hours, found {count}; aupkeep witness show",
    )


def witness_troubles(context: AppContext) -> tuple[str, ...]:
    """What a person should know: disputes first, then who has been away for long."""
    chosen = context.settings.witness
    if not (chosen.witnesses or chosen.logs):
        return ()  # the head of each page asks
    try:
        standing, known = witnesses_of(context.settings), logs_of(context.settings)
    except Invalid as error:
        return (str(error),)
    states = witnesses.states()
    ours = [
        (witness.cosigner.name, states[witness.key])
        for witness in standing
        if witness.key in states
    ]
    return (
        *(f"witness {name} says: {state.dispute}" for name, state in ours if state.dispute),
        *(f"log {log}: {why}" for log, why in _disputes(known)),
        *(f"log {log}: {WAITS} {log}" for log in known if is_paused(remembered(log))),
        *_late(context, ours),
    )


def _disputes(known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What logs that we cosign showed that does not extend what we cosigned."""
    for last in witnesses.witnessed():
        if last.dispute and last.origin in known:
            how = "it signed two trees of one size" if last.disputed else "asked for more, unproven"
            yield last.origin, f"{how}: {last.dispute}"


def _late(context: AppContext, ours: Iterable[tuple[str, WitnessState]]) -> Iterator[str]:
    for name, state in ours:
        since = state.behind_since
        if since and not state.dispute and abs(context.now() - since) > LATE:
            yield f"witness {name} has not cosigned since {show_minute(since)}: {state.error}"


def witnesses_told(context: AppContext) -> str:
    """In a line who cosigns our log."""
    count = len(context.settings.witness.witnesses)
    if not count:
        return "none: nobody else can show that the journal was put back (docs/journal.md)"
    states = witnesses.states()
    with suppress(Invalid, Unavailable):
        keys = [witness.key for witness in witnesses_of(context.settings)]
        sizes = [states[key].size for key in keys if key in states]
        return f"{count} asked; {len(sizes)} cosigned, up to {max(sizes, default=0)} entries"
    return f"{count} asked"
