"""After a restore or a move nothing is cosigned before a person says of each log where it stood.

A backup has what was cosigned up to its day. A log that forked since could have its fork cosigned
by the same key, and both cosignatures would hold. So a flag, which is an entry, stops the witness.
A log is cosigned again once its provider shows the newest checkpoint that we cosigned of it, or a
person says its size and this home remembers the same.
"""

from dataclasses import replace
from datetime import datetime

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.signing import set_up
from aupkeep.app.witnesses.configured import logs_of
from aupkeep.app.witnesses.memory import last_tree, own_cosigned_at, remember_here
from aupkeep.config.home import Home
from aupkeep.config.keys import WITNESS, has_key, is_separated
from aupkeep.evidence.checkpoint import is_signed, parse
from aupkeep.evidence.witness import WitnessedTree
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing, Unavailable
from aupkeep.model.flag import Flag
from aupkeep.model.roles import StaffAct
from aupkeep.model.witness import WitnessedLog
from aupkeep.store import flags, witnesses

PAUSED = "witness-paused"
FIRST = WitnessedTree()


def pause(context: AppContext) -> list[Flag]:
    """The row that stops this witness, to be recorded with what put its memory back or doubled it.

    None for an install that has no key as a witness.
    """
    if not has_key(context.home, WITNESS):
        return []
    return [Flag(name=PAUSED, value="on", changed_at=context.now())]


def paused_since() -> datetime | None:
    """Since when nothing is cosigned that was not resumed, None where nothing is paused."""
    flag = flags.get(PAUSED)
    return flag.changed_at if flag and flag.value == "on" else None


def is_paused(last: WitnessedLog) -> bool:
    """Whether this log waits for a person."""
    since = paused_since()
    return since is not None and (last.resumed_at is None or last.resumed_at < since)


def remembered(origin: str) -> WitnessedLog:
    """What this home remembers of a log, size 0 for one that it never cosigned."""
    first = WitnessedLog(origin=origin, size=FIRST.size, root=FIRST.root, text="")
    return next((seen for seen in witnesses.witnessed() if seen.origin == origin), first)


def check_resumed(origin: str) -> None:
    """Raise `Unavailable` where the log waits for a person."""
    if is_paused(remembered(origin)):
        raise Unavailable(
            "witness: expected a memory that nothing put back, found one after a restore or a "
            f"move; its operator gives: aupkeep witness resume {origin}"
        )


def resume_log(
    context: AppContext,
    origin: str,
    shown: int | str,
    reasons: str,
    own: Home | None,
    *,
    by: Actor,
) -> WitnessedLog:
    """Cosign a log again, from the checkpoint that is `shown`, or at this size as it is remembered.

    `own` is the signer's folder where a signer holds the key. Raises `Forbidden`, `Missing` for a
    log that nobody added, `Conflict` where nothing is paused, `Unreadable`, and `Invalid` for a
    checkpoint that we did not cosign or that is older than what is remembered.
    """
    require(by, StaffAct.SETTINGS)
    if not reasons.strip():
        raise Invalid("reasons: expected how you know where it stood, found nothing")
    if origin not in logs_of(context.settings):
        raise Missing(f"log: expected the origin of one that we cosign, found {origin[:60]!r}")
    last = remembered(origin)
    if not is_paused(last):
        raise Conflict(f"log {origin}: expected one that waits after a restore, found it goes on")
    if is_separated(context.home, WITNESS):
        if own is None:
            raise Invalid("--own: expected the signer's folder, which remembers it, found none")
        tree = set_up.witnessed(own, origin)
    else:
        tree = last_tree(context, last)
    last = replace(last, size=tree.size, root=tree.root) if tree.size > last.size else last
    fresh = _from_shown(context, last, shown) if isinstance(shown, str) else _as_said(last, shown)
    fresh = replace(fresh, resumed_at=context.now())
    if own is not None and is_separated(context.home, WITNESS):
        set_up.set_witnessed(own, origin, WitnessedTree(fresh.size, fresh.root))
    else:
        remember_here(context, origin, WitnessedTree(fresh.size, fresh.root))
    payload = {"log": origin, "size": fresh.size, "cosigned": fresh.text, "reasons": reasons}
    record(context, entry(context, EntryType.WITNESS_RESUMED, by, payload))
    witnesses.advance(replace(fresh, resumed_at=None), lambda _: fresh)
    return fresh


def _as_said(last: WitnessedLog, size: int) -> WitnessedLog:
    if size != last.size:
        raise Invalid(
            f"--size: expected {last.size}, which is remembered here, found {size}; if it is more, "
            "--checkpoint FILE has what we cosigned: aupkeep witness show -o json at its provider"
        )
    return last


def _from_shown(context: AppContext, last: WitnessedLog, text: str) -> WitnessedLog:
    """What we cosigned, as its own log shows it."""
    shown = parse(text)
    keys = logs_of(context.settings)[last.origin]
    ours = shown.origin == last.origin and any(is_signed(shown, *named) for named in keys)
    at = own_cosigned_at(context, shown) if ours else None
    if at is None:
        raise Invalid(
            f"checkpoint: expected one of {last.origin} with its signature and ours as a witness, "
            "found another"
        )
    if shown.size < last.size or (shown.size == last.size and shown.root != last.root):
        raise Invalid(
            f"checkpoint: expected one that extends the {last.size} entries that are remembered "
            f"here, found one of {shown.size}"
        )
    return replace(last, size=shown.size, root=shown.root, text=text, at=at)
