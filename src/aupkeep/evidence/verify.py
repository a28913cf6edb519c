"""Verification of the journal: leaves, payloads and signed checkpoints compared.

`check` walks the leaves once, in order, and returns a `LogVerdict` that names the first bad entry.
It needs neither the database nor the whole log in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.evidence.checkpoint import Checkpoint, parse, signed_with
from aupkeep.evidence.leaf import LeafHeader, commitment, read_leaf
from aupkeep.evidence.merkle import EMPTY_ROOT, Frontier, leaf_hash
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Unreadable

UNNAMED = "expected a later entry that names its erasure and the rule, found none"
Keys = Sequence[tuple[str, Ed25519PublicKey]]  # (name, key): an older key stays beside its heir


class LogLeaf(NamedTuple):
    """One stored entry: its index and its header's bytes; `salt` and `payload` None when erased."""

    number: int
    leaf: bytes
    salt: bytes | None
    payload: Mapping[str, object] | None
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVerdict:
    """`first_bad` is the index of the first entry that is wrong or missing, None when all hold.

    `entries` counts the leaves read before the first fault, `erased` those without a payload.
    `witnesses` are the witnesses that were asked for, and how many entries each cosigned.
    """

    ok: bool
    entries: int
    first_bad: int | None = None
    reason: str | None = None
    erased: int = 0
    witnesses: Mapping[str, int] = field(default_factory=dict)


class LogFault(NamedTuple):
    """What is wrong, and the index of the first entry it concerns."""

    first_bad: int
    reason: str


@dataclass(slots=True)
class _Signed:
    """Roots by size from the checkpoints that hold, and the first checkpoint that does not."""

    roots: dict[int, set[bytes]] = field(default_factory=dict)
    fault: LogFault | None = None

    def covered(self, size: int) -> int:
        """The largest signed size below `size`, 0 when there is none."""
        return max((known for known in self.roots if known < size), default=0)


def check(
    leaves: Iterable[tuple[int, bytes, bytes | None, Mapping[str, object] | None, bool]],
    checkpoints: Iterable[str],
    public_keys: Keys,
    *,
    origin: str | None = None,
) -> LogVerdict:
    """Compare the log's leaves, in the order of their index, with its signed checkpoints.

    An entry is bad when its index is not the next one, its header is not canonical, its payload
    does not fit its commitment, or payload and salt are missing without being marked erased, or
    without a later entry that names their erasure and is not erased itself: that very entry is
    named. A root that differs from a signed one names the first entry after the last
    checkpoint that held, which with one checkpoint a transaction is the transaction that was
    rewritten. A cut tail names the first missing entry; an entry under no checkpoint is bad too.
    A checkpoint no key signed, or of another origin, names the first entry only it would cover.
    `leaves` may raise `Unreadable` where an entry cannot be read; that entry is named.
    """
    signed = _signed(checkpoints, public_keys, origin)
    walk = _Walk(signed)
    at = walk.run(leaves)
    faults = [fault for fault in (signed.fault, at) if fault]  # of one entry the cause comes first
    first = min(faults, key=lambda fault: fault.first_bad, default=None)
    return LogVerdict(
        ok=first is None,
        entries=walk.frontier.size,
        first_bad=first.first_bad if first else None,
        reason=first.reason if first else None,
        erased=walk.erased,
    )


def _signed(checkpoints: Iterable[str], keys: Keys, origin: str | None) -> _Signed:
    """Sort the checkpoints into those that hold and the first that does not."""
    signed = _Signed()
    last = 0  # the size of the last checkpoint that holds
    for text in checkpoints:
        result = _read(text, keys)
        if isinstance(result, Checkpoint) and origin is None:
            origin = result.origin
        if isinstance(result, Checkpoint) and result.origin != origin:
            result = f"checkpoint {result.size}: expected origin {origin}, found {result.origin}"
        if isinstance(result, Checkpoint):
            signed.roots.setdefault(result.size, set()).add(result.root)
            last = result.size
        else:
            signed.fault = signed.fault or LogFault(last, result)
    return signed


def _read(text: str, keys: Keys) -> Checkpoint | str:
    """The checkpoint if one of the keys signed it, else what is wrong with it.

    A signature of a known key that does not hold spoils it (C2SP signed-note, Signatures).
    """
    try:
        checkpoint = parse(text)
    except Unreadable as error:
        return str(error)
    made = [holds for named in keys for holds in signed_with(checkpoint, *named)]
    if made and all(made):
        return checkpoint
    signature = "one that does not hold" if made else "none"
    return f"checkpoint {checkpoint.size}: expected a signature of a known key, found {signature}"


class _Walk:
    """Reads leaves one by one and keeps the tree's frontier, not the leaves."""

    def __init__(self, signed: _Signed) -> None:
        self.signed = signed
        self.frontier = Frontier()
        self.erased = 0
        self.unnamed: dict[str, int] = {}  # erased entries whose erasure no entry names so far

    def run(
        self, leaves: Iterable[tuple[int, bytes, bytes | None, Mapping[str, object] | None, bool]]
    ) -> LogFault | None:
        """The first fault, or None when every leaf and every signed size hold."""
        if self.signed.roots.get(0, {EMPTY_ROOT}) != {EMPTY_ROOT}:
            return LogFault(0, "checkpoint 0: expected the root of an empty log")
        try:
            for leaf in leaves:
                if fault := self.add(LogLeaf(*leaf)):
                    return fault
        except Unreadable as error:
            return LogFault(self.frontier.size, f"entry {self.frontier.size}: {error}")
        return self.end()

    def add(self, leaf: LogLeaf) -> LogFault | None:
        """The fault of the next leaf; None when it fits, and then the tree grows by it."""
        try:
            header = next_header(leaf, self.frontier.size)
        except Unreadable as error:
            return LogFault(self.frontier.size, str(error))
        self.note_erasure(leaf, header)
        self.frontier = self.frontier.append(leaf_hash(leaf.leaf))
        return self.signed_root()

    def note_erasure(self, leaf: LogLeaf, header: LeafHeader) -> None:
        """Remember an erased entry until a later one names its erasure."""
        if leaf.erased:
            self.erased += 1
            self.unnamed[header.id] = leaf.number
        elif header.type == EntryType.ENTRIES_ERASED and leaf.payload:
            for named in erased_by(leaf.payload):
                self.unnamed.pop(named, None)

    def signed_root(self) -> LogFault | None:
        """The fault when this size was signed under another root."""
        size = self.frontier.size
        signed = self.signed.roots.get(size)
        if signed is None or signed == {self.frontier.root()}:
            return None
        start = self.signed.covered(size)
        actual = self.frontier.root().hex()[:16]
        return LogFault(
            start,
            f"entries {start} to {size - 1}: expected the signed root of size {size}, "
            f"found {actual}…; one of them was changed, moved or put in",
        )

    def end(self) -> LogFault | None:
        """The fault when the log ends before, or goes on after, the last signed size.

        Or when an entry was erased and none says so.
        """
        size, signed = self.frontier.size, max(self.signed.roots, default=0)
        if size < signed:
            return LogFault(
                size, f"entry {size}: expected {signed} entries as signed, found {size}"
            )
        if size > signed:
            return LogFault(
                signed, f"entry {signed}: expected a checkpoint over it, the last signs {signed}"
            )
        if self.unnamed:
            first = min(self.unnamed.values())
            return LogFault(first, f"entry {first}: {UNNAMED}")
        return None


def next_header(leaf: LogLeaf, number: int) -> LeafHeader:
    """The header of the leaf that stands at `number`. Raises `Unreadable`, as `check` names it."""
    if leaf.number != number:
        raise Unreadable(f"entry {number}: expected next, found index {leaf.number}")
    try:
        header = read_leaf(leaf.leaf)
    except Unreadable as error:
        raise Unreadable(f"entry {number}: {error}") from error
    if reason := _mismatch(leaf, header.commitment):
        raise Unreadable(f"entry {number}: {reason}")
    return header


def erased_by(payload: Mapping[str, object]) -> Sequence[str]:
    """The ids of the entries whose erasure a payload names."""
    named = payload.get("erases")
    return [item for item in named if isinstance(item, str)] if isinstance(named, list) else []


def _mismatch(leaf: LogLeaf, committed: bytes) -> str | None:
    """Why payload and salt of this leaf cannot be what it commits to, or None."""
    if leaf.salt is None or leaf.payload is None:
        gone = leaf.salt is None and leaf.payload is None and leaf.erased
        return None if gone else "expected salt and payload, or both erased and marked as such"
    if leaf.erased:
        return "expected no salt and payload in an erased entry, found some"
    try:
        fits = commitment(leaf.salt, leaf.payload) == committed
    except (TypeError, ValueError, RecursionError) as error:
        return f"expected a payload that is JSON, found {error}"
    return None if fits else "expected the payload and salt its leaf commits to, found others"
