"""What a witness answers to `add-checkpoint` (C2SP tlog-witness): one request, judged. Pure.

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=      consistency proof, one hash a line
    …
                                                      an empty line
    aupkeep.example/journal                           the checkpoint, as `checkpoint` reads it
    …

Of each log the witness remembers the size and root that it cosigned last. It cosigns what extends
that, and nothing else.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aupkeep.evidence.checkpoint import ROOT_LENGTH, Checkpoint, decode_base64, is_signed, parse
from aupkeep.evidence.consistency import extends
from aupkeep.evidence.merkle import EMPTY_ROOT
from aupkeep.evidence.verify import Keys
from aupkeep.model.errors import Invalid, Unreadable

MOST_BYTES = 16_384  # of a request: 63 hashes, and a checkpoint with many signatures
MOST_LINES = 63  # of a consistency proof
LARGEST = (1 << 63) - 1  # a size that a database keeps
BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROVEN = 400, 403, 404, 409, 422
SIZE_TYPE = "text/x.tlog.size"


class WitnessedTree(NamedTuple):
    """What was cosigned last of one log."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """A request: the proof leads from the size `old` to that of the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint


class WitnessRefusal(Invalid):
    """What is not cosigned. `status` is HTTP's; `size` is what was cosigned last, where that helps.

    `signed` says that the checkpoint is the log's own: it then counts as what the log showed.
    `forked` says that it proves two trees of one size.
    """

    def __init__(
        self,
        status: int,
        why: str,
        *,
        size: int | None = None,
        signed: bool = False,
        forked: bool = False,
    ) -> None:
        super().__init__(why)
        self.status, self.size, self.signed, self.forked = status, size, signed, forked

    def plain(self) -> dict[str, object]:
        """Its values as JSON, but for the message."""
        names = ("status", "size", "signed", "forked")
        return {name: getattr(self, name) for name in names}


def read_request(body: bytes) -> AddCheckpoint:
    """Read a request. Raises `WitnessRefusal` 400."""
    try:
        return _read(body)
    except (Unreadable, UnicodeDecodeError) as error:
        raise WitnessRefusal(BAD_REQUEST, str(error)) from error


def _read(body: bytes) -> AddCheckpoint:
    if len(body) > MOST_BYTES:
        raise Unreadable(f"request: expected at most {MOST_BYTES} bytes, found more")
    head, blank, note = body.decode().partition("\n\n")
    first, *lines = head.split("\n")
    word, _, size = first.partition(" ")
    plain = size.isascii() and size.isdigit() and len(size) < ROOT_LENGTH
    if not (blank and word == "old" and plain and str(int(size)) == size):
        raise Unreadable(f"request: expected a line `old SIZE` first, found {first[:60]!r}")
    if len(lines) > MOST_LINES:
        raise Unreadable(f"proof: expected at most {MOST_LINES} hashes, found {len(lines)}")
    proof = tuple(decode_base64(line, "proof: expected a hash in base64") for line in lines)
    if any(len(step) != ROOT_LENGTH for step in proof):
        raise Unreadable(f"proof: expected hashes of {ROOT_LENGTH} bytes")
    checkpoint = parse(note)
    if not int(size) <= checkpoint.size <= LARGEST:
        raise Unreadable(
            f"size: expected {size} to {LARGEST}, from `old` on, found {checkpoint.size}"
        )
    return AddCheckpoint(old=int(size), proof=proof, checkpoint=checkpoint)


def write_request(old: int, proof: Sequence[bytes], text: str) -> bytes:
    """The body of a request for a checkpoint."""
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof), "", text]
    return "\n".join(lines).encode()


def check_signed(request: AddCheckpoint, logs: Mapping[str, Keys]) -> None:
    """Raise `WitnessRefusal` unless it is a checkpoint of a log we know, by one of its keys."""
    checkpoint = request.checkpoint
    if checkpoint.origin not in logs:
        raise WitnessRefusal(NOT_FOUND, "origin: expected a log that this witness knows")
    if not any(is_signed(checkpoint, name, key) for name, key in logs[checkpoint.origin]):
        raise WitnessRefusal(FORBIDDEN, "checkpoint: expected a signature by a key of this log")


def check_extends(request: AddCheckpoint, last: WitnessedTree) -> None:
    """Raise `WitnessRefusal` unless it extends what was cosigned last; call it where that is kept.

    The one who asks may ask again for what was cosigned, after an answer that was lost.
    """
    checkpoint, size = request.checkpoint, last.size
    if request.old != size:
        why = f"old: expected {size}, cosigned last"
        raise WitnessRefusal(CONFLICT, why, size=size, signed=True)
    if checkpoint.size == size and checkpoint.root != last.root:
        why = f"checkpoint: expected the root cosigned for size {size}, found another"
        raise WitnessRefusal(CONFLICT, why, signed=True, forked=True)
    if not extends(last.root, size, checkpoint.root, checkpoint.size, request.proof):
        why = f"proof: expected one that size {checkpoint.size} extends size {size}"
        raise WitnessRefusal(UNPROVEN, why, signed=True)
