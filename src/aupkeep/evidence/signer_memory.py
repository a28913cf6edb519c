"""What a signer remembers between two checkpoints, so that each extends the last. Pure.

The signer never reads back from the database what it signed: it keeps the tree's frontier itself
and adds the entries that came since. A database whose earlier entries were rewritten makes no
difference to it, and one that lost entries is refused.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.verify import LogLeaf, next_header
from aupkeep.evidence.witness import WitnessedTree
from aupkeep.model.errors import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerMemory:
    """The log signed so far, the highest serial for each target, and what was cosigned last.

    `witnessed` has the tree of each other log, by its origin.
    """

    origin: str
    frontier: Frontier = field(default_factory=Frontier)
    serials: Mapping[str, int] = field(default_factory=dict)
    witnessed: Mapping[str, WitnessedTree] = field(default_factory=dict)

    def extended(self, leaves: Iterable[LogLeaf]) -> "SignerMemory":
        """The memory after these leaves, in order.

        Raises `Unreadable` at the first that is not the next, or does not fit its payload.
        """
        return replace(self, frontier=self.frontier.extend(self._hashes(leaves)))

    def _hashes(self, leaves: Iterable[LogLeaf]) -> Iterator[bytes]:
        for number, leaf in enumerate(leaves, self.frontier.size):
            next_header(leaf, number)
            yield leaf_hash(leaf.leaf)

    def with_cosigned(self, origin: str, tree: WitnessedTree) -> "SignerMemory":
        """The memory once this was cosigned of another log."""
        return replace(self, witnessed={**self.witnessed, origin: tree})

    def to_json(self) -> bytes:
        """One JSON object that `read_memory` reads back."""
        frontier = base64.b64encode(self.frontier.to_bytes()).decode()
        trees = {origin: [tree.size, tree.root.hex()] for origin, tree in self.witnessed.items()}
        values = {"origin": self.origin, "frontier": frontier, "serials": dict(self.serials)}
        return json.dumps({**values, "witnessed": trees}).encode()


def read_memory(data: bytes) -> SignerMemory:
    """Read what `to_json` wrote. Raises `Unreadable`: a signer then signs nothing.

    >>> read_memory(SignerMemory(origin="a.example", serials={"edge": 7}).to_json()).serials
    {'edge': 7}
    """
    try:
        value = json.loads(data)
        return SignerMemory(
            origin=str(value["origin"]),
            frontier=Frontier.from_bytes(base64.b64decode(value["frontier"], validate=True)),
            serials={str(name): int(serial) for name, serial in value["serials"].items()},
            witnessed={
                str(origin): WitnessedTree(int(size), bytes.fromhex(root))
                for origin, (size, root) in value.get("witnessed", {}).items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"signer memory: expected what a signer wrote, found {error}") from error
