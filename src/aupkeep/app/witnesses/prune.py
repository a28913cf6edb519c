"""Cosignatures of our log that no proof needs any more, taken away by the runs of retention.

The newest of a witness covers every entry before it. Kept beside it is what the journal speaks of,
the size of a dispute, and what does not hold, which `aupkeep verify` names.
"""

from collections import defaultdict

from aupkeep.app.witnesses.standing import signed_at
from aupkeep.model.entry import EntryType
from aupkeep.store import log, witnesses

MOST = 10_000  # of one witness in a run


def prune_cosignatures() -> int:
    """Delete what is not needed; returns how many."""
    named: dict[str, set[int]] = defaultdict(set)
    for logged in log.entries(types=(EntryType.WITNESS_DISPUTED,)):
        witness, size = logged.entry.payload.get("witness"), logged.entry.payload.get("cosigned")
        if isinstance(witness, str) and isinstance(size, int):
            named[witness].add(size)
    return sum(_prune(key, named[key]) for key in witnesses.cosigning())


def _prune(key: str, named: set[int]) -> int:
    newest = next(
        (
            checkpoint
            for checkpoint in witnesses.newest_first(key)
            if signed_at(checkpoint) is not None
        ),
        None,
    )
    if newest is None:
        return 0
    older = witnesses.older(key, newest.size, MOST)
    gone = [
        checkpoint.size
        for checkpoint in older
        if checkpoint.size not in named and signed_at(checkpoint) is not None
    ]
    return witnesses.drop(key, gone)
