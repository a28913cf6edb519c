"""Our checkpoints sent to the witnesses that are due, and what they answer.

A witness that is away waits longer each time, up to an hour, and delays nobody: a thread of the
worker does this. What a witness says against our log is kept, told and made an entry, once.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from urllib.parse import urlsplit

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.witnesses.configured import ConfiguredWitness, witnesses_of
from aupkeep.evidence import checkpoint
from aupkeep.evidence.consistency import consistency_proof
from aupkeep.evidence.cosignature import cosigned_at
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.witness import (
    CONFLICT,
    FORBIDDEN,
    LARGEST,
    NOT_FOUND,
    SIZE_TYPE,
    UNPROVEN,
    write_request,
)
from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.egress_guard import Resolve, system_resolver
from aupkeep.intake.feed_client.http_client import FetchAnswer, Fetcher, FetchFailed
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Unavailable, Unreadable
from aupkeep.model.witness import Cosignature, WitnessState
from aupkeep.store import checkpoints, log, refresh, witnesses

MOST = 50_000  # entries that one proof goes over; what is more goes in steps
TRIES = 3  # a witness may answer that it begins elsewhere
LONGEST = timedelta(hours=1)  # between two tries
LIMITS = FetchLimits(size=16_384, unpacked=16_384, seconds=10.0, idle=5.0)
ANSWERS = frozenset({200, CONFLICT, FORBIDDEN, NOT_FOUND, UNPROVEN})
GOOD = 200
SIZE_DIGITS = 19  # of a number below 2 to the 63rd
WHY = {
    FORBIDDEN: "it does not know the key of our log (403)",
    NOT_FOUND: "it does not know our log (404)",
}


@dataclass(frozen=True, slots=True)
class WitnessNetwork:
    """What asking needs of the outside; `stop` ends it."""

    resolve: Resolve = system_resolver
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What came of asking one witness; `news` is what somebody who reads the log should know."""

    witness: str
    cosigned: bool
    news: str = ""


class LogDisputed(AupkeepError):
    """A witness, or what it signed, says that our log does not extend what it cosigned."""


def push_due(
    context: AppContext, network: WitnessNetwork, *, early: bool = False
) -> list[WitnessAnswer]:
    """Ask each witness that is due (`early`: each)."""
    refresh()
    done: list[WitnessAnswer] = []
    states = witnesses.states()
    for witness in witnesses_of(context.settings):
        if network.stop.is_set():
            break
        state = states.get(witness.key, WitnessState(key=witness.key))
        if early or _is_due(context, state):
            done.append(_push(context, network, witness, state))
    return done


def _is_due(context: AppContext, state: WitnessState) -> bool:
    """Whether there is something to ask, and the time for it; a clock set back delays nothing."""
    if state.size >= checkpoints.newest_size() and not state.dispute:
        return False
    now = context.now()
    longest = max(LONGEST, timedelta(seconds=context.settings.witness.every))
    return state.due_at is None or not now < state.due_at <= now + longest


def _push(
    context: AppContext, network: WitnessNetwork, witness: ConfiguredWitness, state: WitnessState
) -> WitnessAnswer:
    """Ask one witness; whatever comes of it is kept."""
    now, name, was = context.now(), witness.cosigner.name, state.size
    try:
        state, cosignature, began = _asked(context, network, witness, state)
    except AupkeepError as error:
        wait = timedelta(seconds=context.settings.witness.every) * 2 ** min(state.failures, 10)
        failed = replace(
            state,
            due_at=now + min(wait, LONGEST),
            failures=state.failures + 1,
            error=str(error)[:500],
            behind_since=state.behind_since or now,
        )
        disputed = isinstance(error, LogDisputed) and not state.dispute
        if disputed:
            failed = _disputed(context, witness, failed)
        elif isinstance(error, LogDisputed):  # the log grew on: what is said now counts
            failed = replace(failed, dispute=failed.error)
        witnesses.save_state(failed)
        news = failed.error if disputed or failed.failures == 1 else ""
        return WitnessAnswer(name, cosigned=False, news=news)
    more = cosignature.size < checkpoints.newest_size()
    wait = timedelta(seconds=0 if more else context.settings.witness.every)
    witnesses.save_state(replace(state, good_at=now, due_at=now + wait), cosignature)
    back = f"it began at {began} entries, and had cosigned {was}: its memory was put back"
    return WitnessAnswer(name, cosigned=True, news=back if began < was else "")


def _disputed(context: AppContext, witness: ConfiguredWitness, state: WitnessState) -> WitnessState:
    """The state with what is said, which is an entry now."""
    payload = {"witness": witness.key, "said": state.error, "cosigned": state.size}
    record(context, entry(context, EntryType.WITNESS_DISPUTED, SYSTEM, payload))
    return replace(state, dispute=state.error, disputed_at=context.now())


def _asked(
    context: AppContext, network: WitnessNetwork, witness: ConfiguredWitness, state: WitnessState
) -> tuple[WitnessState, Cosignature, int]:
    """The state after, what it cosigned, and from which size. Raises `AupkeepError`."""
    tree = Frontier.from_bytes(state.frontier) if state.size else Frontier()
    for _ in range(TRIES):
        text = _next(tree.size)
        wanted = checkpoint.parse(text)
        leaves = list(map(leaf_hash, log.leaf_bytes(tree.size, wanted.size))) if tree.size else []
        grown = _grown(tree, wanted.size, leaves)
        if grown.root() != wanted.root:
            raise LogDisputed(
                f"our own entries do not lead from the {tree.size} that were cosigned to the "
                f"checkpoint of {wanted.size}; aupkeep verify names the first"
            )
        body = write_request(tree.size, consistency_proof(tree, leaves), text)
        answer = _send(context, network, witness, body)
        if answer.status == GOOD:
            return (*_read_cosigned(witness, text, grown, answer), tree.size)
        tree = _from(_size_told(answer, tree.size, wanted.size), tree)
    raise Unreadable("expected a cosignature, found that it begins elsewhere each time")


def _next(size: int) -> str:
    """The next checkpoint to cosign after that size. Raises `LogDisputed` where we have less."""
    newest = checkpoints.newest_size()
    if size > newest:
        raise LogDisputed(
            f"it cosigned {size} entries of this journal, which has {newest}: the journal was "
            "shortened, or put back to an older state"
        )
    text = checkpoints.next_after(size, MOST) if size else checkpoints.newest()
    text = text or checkpoints.of_size(size)
    if text is None:
        raise Unreadable(f"checkpoint of size {size}: expected it in the database, found none")
    return text


def _grown(tree: Frontier, size: int, leaves: list[bytes]) -> Frontier:
    """The tree at a larger size; of a first one the leaves need not be in memory."""
    return tree.extend(leaves or map(leaf_hash, log.leaf_bytes(tree.size, size)))


def _from(size: int, tree: Frontier) -> Frontier:
    """The tree that a witness begins at. Raises `LogDisputed` where we have fewer entries."""
    if size > checkpoints.newest_size():
        _next(size)
    start = tree if tree.size <= size else Frontier()
    return start.extend(map(leaf_hash, log.leaf_bytes(start.size, size)))


def _size_told(answer: FetchAnswer, old: int, size: int) -> int:
    """The size it cosigned last. Raises `LogDisputed`, `Unreadable`."""
    if answer.status in WHY:
        raise Unreadable(WHY[answer.status])
    text = (answer.data or b"").decode("ascii", "replace").removesuffix("\n")
    stated = int(text) if text.isascii() and text.isdigit() and len(text) <= SIZE_DIGITS else -1
    if answer.status == CONFLICT and answer.kind.partition(";")[0].strip() == SIZE_TYPE:
        if 0 <= stated <= LARGEST and stated != old:
            return stated
        raise Unreadable(f"expected the size it cosigned last, found {text[:60]!r}")
    if answer.status == CONFLICT:
        raise LogDisputed(f"it cosigned another tree of {size} entries: the journal forked")
    raise LogDisputed(
        f"it finds that our {size} entries do not begin with the {old} that it cosigned: the "
        "journal was put back to an older state, or forked"
    )


def _read_cosigned(
    witness: ConfiguredWitness,
    text: str,
    tree: Frontier,
    answer: FetchAnswer,
) -> tuple[WitnessState, Cosignature]:
    """Keep the line of its key. Raises `Unreadable` where no line of its key holds."""
    for line in (answer.data or b"").decode("utf-8", "replace").splitlines():
        note = f"{text}{line}\n"
        signed = checkpoint.parse(note) if line.startswith(checkpoint.DASH) else None
        if signed and cosigned_at(signed, witness.cosigner) is not None:
            cosignature = Cosignature(size=signed.size, witness=witness.key, text=note)
            good = WitnessState(key=witness.key, size=tree.size, frontier=tree.to_bytes())
            return good, cosignature
    raise Unreadable("expected a cosignature by its key, found none that holds")


def _send(
    context: AppContext, network: WitnessNetwork, witness: ConfiguredWitness, body: bytes
) -> FetchAnswer:
    """Its answer. Raises `AupkeepError` where none came."""
    url = f"{witness.url}/add-checkpoint"
    settings = context.settings
    fetcher = Fetcher(
        limits=LIMITS,
        agent=f"aupkeep/{__version__} (+mailto:{settings.mail.sender})",
        inside=(urlsplit(url).hostname or "",),  # the operator named it
        ca_file=str(context.home.path / settings.feeds.ca_file) if settings.feeds.ca_file else "",
        resolve=network.resolve,
        stop=network.stop,
        answers=ANSWERS,
    )
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        return fetcher.fetch(FeedRequest("witness", url, "POST", body, headers))
    except FetchFailed as error:  # it speaks of lists
        raise Unavailable(str(error).replace("expected a list", "expected an answer")) from error
