"""The part of the journal that checkpoints cover: its leaves, and the keys that signed it."""

from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING

from aupkeep.config.home import Home
from aupkeep.config.keys import KEY_NAME, public_keys
from aupkeep.evidence import checkpoint
from aupkeep.evidence.leaf import read_leaf
from aupkeep.evidence.verify import Keys, LogLeaf
from aupkeep.model.errors import Unreadable
from aupkeep.model.moments import show_moment

if TYPE_CHECKING:
    from aupkeep.store.log import Columns


def size_of(text: str) -> int:
    """The size a checkpoint covers, 0 for text that is none; `check` names what is wrong."""
    try:
        return checkpoint.parse(text).size
    except Unreadable:
        return 0


def signed_leaves(bound: int) -> Generator[LogLeaf, None, None]:
    """The leaves that checkpoints cover. Raises `Unreadable` where a column differs."""
    from aupkeep.store import log

    with closing(log.with_columns()) as both:
        for stored, columns in both:
            if stored.number >= bound:
                return
            leaf = LogLeaf(*stored)
            _agree(leaf, columns)
            yield leaf


def _agree(leaf: LogLeaf, columns: "Columns") -> None:
    """Raise `Unreadable` where a column, which queries read, is not what the leaf commits to."""
    header = read_leaf(leaf.leaf)
    blank = {"actor": columns.actor, "of_case": columns.case}  # of an erased one: looked at later
    payload = leaf.payload if isinstance(leaf.payload, dict) else blank
    pairs = [
        ("id", header.id, columns.id),
        ("type", header.type, columns.type),
        ("at", header.at, columns.at and show_moment(columns.at)),
        ("actor", payload.get("actor"), columns.actor),
        ("case", payload.get("of_case"), columns.case),
    ]
    for name, expected, column in pairs:
        if expected != column:
            raise Unreadable(f"{name}: expected what its leaf says, found another in its column")


def journal_keys(home: Home) -> Keys:
    """Every public key that ever signed this home's checkpoints, under the name they bear."""
    return [(KEY_NAME, key) for key in public_keys(home, "journal")]
