"""Prove the journal: leaves against signed checkpoints, and rows against what was recorded.

It may run while others write: what was written after it began is only asked for its checkpoint.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aupkeep.app.context import Desk
from aupkeep.config.home import Home
from aupkeep.config.keys import KEY_NAME, public_keys
from aupkeep.evidence import checkpoint
from aupkeep.evidence import export as exporting
from aupkeep.evidence.leaf import read_leaf
from aupkeep.evidence.merkle import Frontier
from aupkeep.evidence.verify import Keys, Leaf, Verdict, check
from aupkeep.model.errors import AupkeepError, Unreadable
from aupkeep.model.moments import show_moment

if TYPE_CHECKING:
    from aupkeep.store.log import Columns

CRASHED = 8  # as in `store.opening`


def verify_home(desk: Desk, *, mend: bool = False) -> dict[str, Any]:
    """Check this home: log, checkpoints in the database and in the file outside it, rows, bytes.

    `unkept` counts checkpoints that the database has and the file lacks: one or two after a crash;
    more means that the file was cut or taken away, and does not hold. With `mend` they are
    appended to the file when all else holds: the operator says that they know why.
    """
    from aupkeep.app.row_digests import changed_rows
    from aupkeep.store import checkpoints, log

    size, frontier = log.state()  # before the checkpoints: they sign every size it may have
    stored = checkpoints.stored()
    kept = checkpoints.read(desk.home.checkpoints)
    bound = max((_size(text) for text in (*kept, *stored)), default=0)
    with closing(_below(bound)) as leaves:
        keys = _keys(desk.home)
        signed = check(leaves, [*kept, *stored], keys, origin=desk.settings.provider.origin)
    result = _shown(signed)
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
        checkpoints.mend(desk.home.checkpoints, None)
    elif result["ok"] and missing:
        result |= _cut(missing)
    return result


def _cut(missing: set[str]) -> dict[str, Any]:
    """The checkpoint file lacks more than a crash explains."""
    reason = (
        f"checkpoints: expected {len(missing)} more in the file outside the database, found it "
        "cut; if you know why, aupkeep verify --mend writes them again"
    )
    return {"ok": False, "first_bad": min(map(_size, missing)) - 1, "reason": reason}


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


def _size(text: str) -> int:
    """The size a checkpoint speaks of, 0 for what is none; `check` says what is wrong with it."""
    try:
        return checkpoint.parse(text).size
    except Unreadable:
        return 0


def _below(bound: int) -> Generator[Leaf, None, None]:
    """The leaves that checkpoints speak of. Raises `Unreadable` beside columns that say else."""
    from aupkeep.store import log

    with closing(log.with_columns()) as both:
        for one, columns in both:
            if one.number >= bound:
                return
            leaf = Leaf(*one)
            _agree(leaf, columns)
            yield leaf


def _agree(leaf: Leaf, columns: "Columns") -> None:
    """Raise `Unreadable` where a column, which the desk reads, is not what the leaf commits to."""
    header = read_leaf(leaf.leaf)
    told = leaf.payload if isinstance(leaf.payload, dict) else {}
    actor = columns.actor if isinstance(columns.actor, dict) else {}
    pairs = [
        ("id", header.id, columns.id),
        ("type", header.type, columns.type),
        ("at", header.at, show_moment(columns.at)),
        ("actor", {**actor, **told.get("actor", {})}, columns.actor),
        ("case", told.get("of_case", columns.case), columns.case),
    ]
    for name, expected, found in pairs:
        if expected != found:
            raise Unreadable(f"{name}: expected what its leaf says, found another in its column")


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
    covered = max((_size(text) for text in checkpoints.stored(after=bound)), default=bound)
    bare = [number for number in later if number >= covered]
    if not bare:
        return {}
    reason = f"entry {bare[0]}: expected a checkpoint over it, the last signs {covered}"
    return {"ok": False, "first_bad": bare[0], "reason": reason}


def verify_export(path: Path, keys: Sequence[str] = (), kept: Path | None = None) -> dict[str, Any]:
    """Check an export by `keys` (C2SP) and by the checkpoints of a file that was kept elsewhere.

    Without keys its own are believed, which shows it whole but not whose it is. Raises `Unreadable`
    for a key that is none and a file without a checkpoint.
    """
    texts = exporting.read_kept(kept.read_text("utf-8", "replace")) if kept else []
    trusted = [checkpoint.read_key(one) for one in keys]
    with path.open("rb") as lines:
        return _shown(exporting.check_export(lines, checkpoints=texts, public_keys=trusted))


def export_journal(desk: Desk, path: Path) -> dict[str, Any]:
    """Write the journal for somebody else to verify; private data stays as it is, so mind whom."""
    from aupkeep.store import checkpoints

    lines = export_lines(desk)
    with path.open("wb") as file:
        entries = sum(1 for line in lines if file.write(line)) - 1
    return {"file": str(path), "entries": entries, "checkpoints": len(checkpoints.stored())}


def export_lines(desk: Desk) -> Iterator[bytes]:
    """The lines of an export: its head, then each entry that a checkpoint speaks of."""
    from aupkeep.store import checkpoints

    texts = checkpoints.stored()
    leaves: Iterable[Leaf] = _below(max((_size(text) for text in texts), default=0))
    origin = desk.settings.provider.origin
    yield from exporting.export_lines(leaves, texts, _keys(desk.home), origin)


def _keys(home: Home) -> Keys:
    return [(KEY_NAME, key) for key in public_keys(home, "journal")]


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "first_bad": verdict.first_bad,
        "reason": verdict.reason,
        "erased": verdict.erased,
    }
