"""One request of another log, answered: its checkpoint cosigned, or why not (C2SP tlog-witness).

What was cosigned last of each log is durable before a signature leaves: in the database, one caller
at a time, and on this machine (`memory`), or in the signer's own memory where one holds the key.
"""

from collections.abc import Callable
from dataclasses import replace

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.signing.client import cosigned_by_signer
from aupkeep.app.witnesses.configured import logs_of, own_cosigner
from aupkeep.app.witnesses.memory import last_tree, remember_here
from aupkeep.app.witnesses.resume import check_resumed
from aupkeep.config.keys import WITNESS, is_separated, signing_key
from aupkeep.evidence.cosignature import cosign
from aupkeep.evidence.witness import (
    MOST_BYTES,
    SIZE_TYPE,
    UNPROVEN,
    AddCheckpoint,
    WitnessedTree,
    WitnessRefusal,
    check_extends,
    check_signed,
    read_request,
)
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.witness import WitnessedLog
from aupkeep.store import witnesses

__all__ = ["MOST_BYTES", "SIZE_TYPE", "WitnessRefusal", "add_checkpoint"]
FIRST = WitnessedTree()


def add_checkpoint(context: AppContext, body: bytes) -> bytes:
    """The line that cosigns a log's checkpoint. Raises `WitnessRefusal`, `Unavailable`."""
    request = read_request(body)
    check_signed(request, logs_of(context.settings))
    check_resumed(request.checkpoint.origin)
    own = own_cosigner(context)
    try:
        if is_separated(context.home, WITNESS):
            line = cosigned_by_signer(context.home, body)
            _keep(context, request, line, lambda last: request.checkpoint.size >= last.size)
        else:
            key = signing_key(context.home, WITNESS)
            line = cosign(request.checkpoint.text, own.name, key, context.now())
            _keep(context, request, line, lambda last: _judged(context, request, last))
    except WitnessRefusal as refusal:
        if refusal.forked or refusal.status == UNPROVEN:
            _dispute(context, request, refusal)
        raise
    return line.encode()


def _judged(context: AppContext, request: AddCheckpoint, last: WitnessedLog) -> bool:
    """Remember it here as well. Raises `WitnessRefusal` for what does not extend the last."""
    check_extends(request, last_tree(context, last))
    checkpoint = request.checkpoint
    remember_here(context, checkpoint.origin, WitnessedTree(checkpoint.size, checkpoint.root))
    return True


def _keep(
    context: AppContext, request: AddCheckpoint, line: str, judge: Callable[[WitnessedLog], bool]
) -> None:
    """Keep what is cosigned now, with our line, where `judge` says so.

    Where a signer judged by its own memory, this is for people to look at.
    """
    checkpoint = request.checkpoint

    def judged(last: WitnessedLog) -> WitnessedLog:
        if not judge(last):
            return last
        forked = last.disputed != ""  # stays told; a proof that failed is over once one holds
        return replace(
            last,
            size=checkpoint.size,
            root=checkpoint.root,
            text=f"{checkpoint.text}\n{line}",
            at=context.now(),
            dispute=last.dispute if forked else "",
            disputed_at=last.disputed_at if forked else None,
        )

    witnesses.advance(_first(checkpoint.origin), judged)


def _first(origin: str) -> WitnessedLog:
    return WitnessedLog(origin=origin, size=FIRST.size, root=FIRST.root, text="")


def _dispute(context: AppContext, request: AddCheckpoint, refusal: WitnessRefusal) -> None:
    """Note what a log showed that does not extend what we cosigned; a fork is an entry too.

    A fork is proven: the log signed two trees of one size. A proof that shows nothing may be
    anybody's who has a checkpoint of the log, so it is told until the next one holds, and no more.
    """
    checkpoint = request.checkpoint
    forks: list[WitnessedLog] = []

    def judged(last: WitnessedLog) -> WitnessedLog:
        if last.disputed:
            return last
        forks.extend([last] if refusal.forked else [])
        return replace(
            last,
            dispute=str(refusal),
            disputed=checkpoint.text if refusal.forked else "",
            disputed_at=context.now(),
        )

    witnesses.advance(_first(checkpoint.origin), judged)
    for last in forks:
        payload = {
            "log": checkpoint.origin,
            "said": str(refusal),
            "cosigned": last.text,
            "shown": checkpoint.text,
        }
        record(context, entry(context, EntryType.WITNESS_DISPUTED, SYSTEM, payload))
