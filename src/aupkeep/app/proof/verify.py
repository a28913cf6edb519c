"""Prove the journal: leaves against signed checkpoints, and rows against what was recorded.

It may run while others write: what was written after it began is only asked for its checkpoint.
"""

from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.proof.signed_log import journal_keys, signed_leaves, size_of
from aupkeep.evidence import checkpoint
from aupkeep.evidence.merkle import Frontier
from aupkeep.evidence.verify import LogVerdict, check
from aupkeep.model.errors import AupkeepError, Unreadable

CRASHED = 8  # as in `store.opening`


def verify_home(context: AppContext, *, mend: bool = False) -> dict[str, Any]:
    """Check this home: log, checkpoints in the database and in the file outside it, rows, bytes.

    `unkept` counts checkpoints that the database has and the file lacks: one or two after a crash;
    more means that the file was cut or taken away, and does not hold. With `mend` they are
    appended to the file when all else holds: the operator says that they know why.
    """
    from aupkeep.app.row_digests import changed_rows
    from aupkeep.store import checkpoints, log

    size, frontier = log.state()  # before the checkpoints: they sign every size it may have
    stored = checkpoints.stored()
    kept = checkpoints.read(context.home.checkpoints)
    bound = max((size_of(text) for text in (*kept, *stored)), default=0)
    with closing(signed_leaves(bound)) as leaves:
        keys = journal_keys(context.home)
        signed = check(leaves, [*kept, *stored], keys, origin=context.settings.provider.origin)
    result = shown(signed)
    if signed.ok:
        result |= (
            _unsigned(bound)
            or _unlike(size, frontier, stored, kept)
            or changed_rows(log.leaves)
            or _changed_bytes()
        )
    missing = set(stored) - set(kept)
    result["unkept"] = len(missing)
    if result["ok"] and missing and (mend or len(missing) <= CRASHED):
        checkpoints.mend(context.home.checkpoints, None)
    elif result["ok"] and missing:
        result |= _cut(missing)
    return result


def _cut(missing: set[str]) -> dict[str, Any]:
    """The checkpoint file lacks more than a crash explains."""
    reason = (
        f"checkpoints: expected {len(missing)} more in the file outside the database, found it "
        "cut; if you know why, aupkeep verify --mend writes them again"
    )
    return {"ok": False, "first_bad": min(map(size_of, missing)) - 1, "reason": reason}


def _changed_bytes() -> dict[str, Any]:
    """`{}` when every received raw still has its bytes; else the entry that received it."""
    from aupkeep.store import log, raws

    for raw in raws.all():
        try:
            raws.read(raw.digest)
        except AupkeepError as error:
            numbers = (
                one.number for one in log.leaves() if (one.payload or {}).get("raw") == raw.id
            )
            return {"ok": False, "first_bad": next(numbers, 0), "reason": str(error)}
    return {}


def _unlike(
    size: int, frontier: bytes, stored: Sequence[str], kept: Sequence[str]
) -> dict[str, Any]:
    """`{}` when the stored frontier, on which the next entry builds, makes its signed root."""
    if not size and not frontier:
        return {}
    roots = {one.root for one in map(checkpoint.parse, (*stored, *kept)) if one.size == size}
    with suppress(Unreadable):
        tree = Frontier.from_bytes(frontier)
        if tree.size == size and tree.root() in roots:
            return {}
    reason = f"log: expected the frontier of the signed root of size {size}, found another"
    return {"ok": False, "first_bad": size, "reason": reason}


def _unsigned(bound: int) -> dict[str, Any]:
    """`{}` when every entry from `bound` on came with a checkpoint; else the first that did not.

    Entry and checkpoint are committed together, so of an entry seen first the checkpoint is there.
    """
    from aupkeep.store import checkpoints, log

    later = [one.number for one in log.leaves(bound)]
    covered = max((size_of(text) for text in checkpoints.stored(after=bound)), default=bound)
    bare = [number for number in later if number >= covered]
    if not bare:
        return {}
    reason = f"entry {bare[0]}: expected a checkpoint over it, the last signs {covered}"
    return {"ok": False, "first_bad": bare[0], "reason": reason}


def shown(verdict: LogVerdict) -> dict[str, Any]:
    """A verdict as JSON."""
    return {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "first_bad": verdict.first_bad,
        "reason": verdict.reason,
        "erased": verdict.erased,
    }
