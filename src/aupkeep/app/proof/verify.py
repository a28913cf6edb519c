"""Prove the journal: leaves against signed checkpoints, and rows against what was recorded.

It may run while others write: of later entries only the checkpoint is checked.
"""

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from aupkeep.app.context import AppContext
from aupkeep.app.proof.signed_log import journal_keys, signed_leaves, size_of
from aupkeep.app.witnesses.push import WitnessNetwork, push_due
from aupkeep.app.witnesses.standing import (
    WitnessStanding,
    cosignature_fault,
    standings,
    witness_fault,
)
from aupkeep.config.keys import is_separated
from aupkeep.evidence import checkpoint
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.verify import LogFault, LogLeaf, check, next_header
from aupkeep.model.errors import AupkeepError, Unreadable
from aupkeep.store.patience import LONG, patience

KNOWN = "if you know why, aupkeep verify --mend writes it anew"
SIGNED_WITHIN = timedelta(minutes=1)  # by a signer process; it takes a second


@dataclass(frozen=True, slots=True)
class HomeVerdict:
    """Whether a home's journal holds, as `LogVerdict`; `first_bad` is an entry's index.

    `unkept` counts checkpoints that the database has and the file outside it lacks, `unsigned`
    entries that a signer process has yet to sign. `witnesses` says who cosigned up to which size.
    """

    ok: bool
    entries: int
    first_bad: int | None
    reason: str | None
    erased: int
    unkept: int
    unsigned: int = 0
    witnesses: tuple[WitnessStanding, ...] = ()


def verify_home(context: AppContext) -> HomeVerdict:
    """Check this home: the database itself, then what it holds, as `verify_records`."""
    return strange_database() or verify_records(context)


@patience(LONG)
def verify_records(context: AppContext, *, mend: bool = False, ask: bool = False) -> HomeVerdict:
    """Check the log, checkpoints in the database and in the file outside it, rows, bytes.

    With `ask` the witnesses are asked first: each says what it cosigned of this log.

    The newest one or two checkpoints are missing in the file after a crash. More of them, one in
    the middle, and lines in another order mean that somebody changed the file, and the home does
    not hold. With `mend` it is written anew when all else holds: the operator says that they know
    why.
    """
    from aupkeep.store import log

    if ask:
        push_due(context, WitnessNetwork(), early=True)
    verdict = _verify(context, mend=mend)
    if not verdict.ok and verdict.entries != log.size():  # a later entry may name what was erased
        verdict = _verify(context, mend=mend)
    return verdict


@patience(LONG)
def strange_database() -> HomeVerdict | None:
    """What is wrong with the database itself, by which all else is read; None for nothing.

    It reads no record, so it also answers where the people of the desk cannot be read.
    """
    from aupkeep.app.proof.database_rules import odd_rule
    from aupkeep.app.proof.odd_values import odd_value
    from aupkeep.store import log

    odd = odd_rule() or odd_value()
    if odd is None:
        return None
    erased = log.erased()
    return HomeVerdict(False, log.stored(), odd.first_bad, odd.reason, erased, unkept=0)


def unreadable_database(error: AupkeepError) -> HomeVerdict | None:
    """The verdict where SQLite says that its file was changed or spoiled; else None."""
    from aupkeep.store.health import is_corrupt

    return HomeVerdict(False, 0, 0, str(error), 0, unkept=0) if is_corrupt(error) else None


def _verify(context: AppContext, *, mend: bool) -> HomeVerdict:
    """One look."""
    from aupkeep.store import checkpoints, log, witnesses

    cosigned = witnesses.cosignatures()  # before the size: it is not smaller than what they sign
    standing = standings(context, cosigned)
    size, frontier = log.state()  # before the checkpoints: they sign every size it may have
    before = checkpoints.stored()
    outside = checkpoints.read(context.home.checkpoints)
    newest = max(map(size_of, before), default=0)  # others write: the file may have later ones
    stored = [*before, *checkpoints.stored(after=newest)]
    bound = max((size_of(text) for text in (*outside, *stored)), default=0)
    with closing(signed_leaves(bound)) as leaves:
        keys = journal_keys(context.home)
        texts = [*outside, *stored, *(item.text for item in cosigned if item.size <= bound)]
        signed = check(leaves, texts, keys, origin=context.settings.provider.origin)
    missing = set(before) - set(outside)
    trouble = None if signed.ok else LogFault(signed.first_bad or 0, signed.reason or "")
    trouble = trouble or cosignature_fault(cosigned, bound)
    separated = is_separated(context.home, "journal")
    trouble = (
        trouble
        or _beyond(context, (size, frontier), stored, outside, separated=separated)
        or witness_fault(context, standing)
    )
    trouble = trouble or (None if mend else _changed_file(context, missing, outside))
    trouble = trouble or _derived(mend=mend)
    if trouble is None and (mend or missing):
        _write_again(context, mend=mend, separated=separated)
    return HomeVerdict(
        ok=trouble is None,
        entries=signed.entries,
        first_bad=trouble.first_bad if trouble else None,
        reason=trouble.reason if trouble else None,
        erased=signed.erased,
        unkept=len(missing),
        unsigned=max(size - bound, 0) if separated else 0,
        witnesses=standing,
    )


def _beyond(
    context: AppContext,
    state: tuple[int, bytes],
    stored: Sequence[str],
    outside: Sequence[str],
    *,
    separated: bool,
) -> LogFault | None:
    """None when what checkpoints do not say holds too: what they cover, rows, bytes, erasures."""
    from aupkeep.app.proof.erasure_rules import unruled_erasure

    bound = max((size_of(text) for text in (*outside, *stored)), default=0)
    return (
        _unsigned(bound, context.now() - SIGNED_WITHIN if separated else None)
        or _unlike(*state, (*stored, *outside), separated=separated)
        or _wiped(stored, outside, separated=separated)
        or _contents()
        or unruled_erasure()
    )


def _changed_file(
    context: AppContext, missing: set[str], outside: Sequence[str]
) -> LogFault | None:
    """None where a crash explains what the file outside lacks, and each line is as written."""
    from aupkeep.store import checkpoints

    last = max(map(size_of, outside), default=0)
    between = [size for size in map(size_of, missing) if size <= last]
    if len(missing) > checkpoints.CRASHED or between:
        what = f"{len(missing)} more in the file outside the database, found it cut"
        return LogFault(min(map(size_of, missing)) - 1, f"checkpoints: expected {what}; {KNOWN}")
    if odd := checkpoints.disorder(context.home.checkpoints):
        what = f"the file outside the database as it was written, found that {odd[1]}"
        return LogFault(odd[0], f"checkpoints: expected {what}; {KNOWN}")
    return None


def _derived(*, mend: bool) -> LogFault | None:
    """None when what follows from the rows that entries name is so; with `mend` it is made so."""
    from aupkeep.app.proof.derived_rows import changed_derived
    from aupkeep.store.derived_rows import derive_anew

    if mend:
        derive_anew()
    return changed_derived()


def _write_again(context: AppContext, *, mend: bool, separated: bool) -> None:
    """Append to the file outside what a crash left out; a signer's file is the signer's to write.

    With `mend` the file is written anew.
    """
    from aupkeep.store import checkpoints

    if mend:
        checkpoints.put_in_order(context.home.checkpoints)
    elif not separated:
        checkpoints.mend(context.home.checkpoints)


def _wiped(stored: Sequence[str], outside: Sequence[str], *, separated: bool) -> LogFault | None:
    """None when the database has every checkpoint of the file, which is written after it.

    A signer process writes the file first: its newest may be there alone, until it goes on.
    """
    gone = set(outside) - set(stored)
    if (
        separated
        and len(gone) == 1
        and max(map(size_of, gone)) > max(map(size_of, stored), default=0)
    ):
        return None
    if not gone:
        return None
    reason = (
        f"checkpoints: expected {len(gone)} more in the database, as the file outside it has, "
        "found them gone"
    )
    return LogFault(min(map(size_of, gone)) - 1, reason)


def _contents() -> LogFault | None:
    """None when columns, rows and received bytes are as the journal says."""
    from aupkeep.app.proof.row_check import changed_rows
    from aupkeep.store import log

    return _odd_columns() or changed_rows(log.leaves) or _changed_bytes()


def _odd_columns() -> LogFault | None:
    """None when each checkpoint stands under the size it signs, and erased entries name nobody."""
    from aupkeep.store import checkpoints, log

    for size, text in checkpoints.sized():
        if size != size_of(text):
            reason = f"checkpoint of size {size}: expected one that signs it, found {size_of(text)}"
            return LogFault(min(size, size_of(text)) - 1, reason)
    number = log.half_erased()
    return None if number is None else LogFault(number, "actor or case: expected them erased")


def _changed_bytes() -> LogFault | None:
    """None when every raw has its bytes, else its entry; entry 0 for bytes that no raw names."""
    from aupkeep.store import log, raws

    for raw in raws.all():
        try:
            raws.read(raw.digest)
        except AupkeepError as error:
            entries = (x.number for x in log.leaves() if (x.payload or {}).get("raw") == raw.id)
            return LogFault(next(entries, 0), str(error))
    for digest in raws.altered_orphans():
        return LogFault(0, f"raw bytes: expected {digest}, found others in their place, unnamed")
    return None


def _unlike(
    size: int, frontier: bytes, texts: Sequence[str], *, separated: bool
) -> LogFault | None:
    """None when the stored frontier, on which the next entry builds, makes its signed root.

    Where a signer process has not signed that size yet, it must be the root of the leaves; each of
    those is looked at by itself first, so that the one that is gone or changed is named.
    """
    if not size and not frontier and not texts:
        return None
    roots = {parsed.root for parsed in map(checkpoint.parse, texts) if parsed.size == size}
    first = size
    if separated and not roots:
        first = min(max(map(size_of, texts), default=0), size)
        if fault := _unsigned_fault(first, size):
            return fault
        roots = {_root(size)}
    with suppress(Unreadable):
        tree = Frontier.from_bytes(frontier)
        if tree.size == size and tree.root() in roots:
            return None
    reason = f"log: expected the frontier of the signed root of size {size}, found another"
    return LogFault(first, reason)


def _unsigned_fault(start: int, size: int) -> LogFault | None:
    """The first of the entries that nothing signs yet which is gone, or is not what it was."""
    from aupkeep.store import log

    number = start
    with closing(log.with_columns(start)) as rows:
        for leaf, _ in islice(rows, size - start):
            try:
                next_header(LogLeaf(*leaf), number)
            except Unreadable as error:
                return LogFault(number, str(error))
            number += 1
    if number == size:
        return None
    return LogFault(
        number, f"entry {number}: expected {size} entries, as the log counts, found it gone"
    )


def _root(size: int) -> bytes:
    """The root over the first leaves of the log."""
    from aupkeep.store import log

    with closing(log.leaves()) as leaves:
        return Frontier().extend(leaf_hash(leaf.leaf) for leaf in islice(leaves, size)).root()


def _unsigned(bound: int, unsigned_since: datetime | None) -> LogFault | None:
    """None when every entry from `bound` on came with a checkpoint; else the first that did not.

    Entry and checkpoint are committed together, so of an entry seen first the checkpoint is there.
    A signer process signs later: of it only entries older than `unsigned_since` are expected, and
    those that say they are of a time to come.
    """
    from aupkeep.store import checkpoints, log

    later = [
        leaf.number
        for leaf, columns in log.with_columns(bound)
        if unsigned_since is None
        or columns.at is None
        or not timedelta() <= columns.at - unsigned_since <= 2 * SIGNED_WITHIN
    ]
    covered = max((size_of(text) for text in checkpoints.stored(after=bound)), default=bound)
    bare = [number for number in later if number >= covered]
    if not bare:
        return None
    reason = f"entry {bare[0]}: expected a checkpoint over it, the last signs {covered}"
    if unsigned_since is not None:
        reason += "; is the signer running? aupkeep doctor says so"
    return LogFault(bare[0], reason)
