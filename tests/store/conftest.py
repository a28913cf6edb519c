"""A journal over the real tree, and records to put into it."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.config.home import Home
from aupkeep.evidence.leaf import encode_leaf
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.model.ids import uuid7
from aupkeep.store.journal import Journal, Sealed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_numbers = itertools.count()


def seal(frontier: bytes, entries: list[Entry]) -> Sealed:
    """The real tree with a checkpoint that needs no key: size and root."""
    before = Frontier.from_bytes(frontier) if frontier else Frontier()
    leaves = [encode_leaf(entry) for entry in entries]
    after = before.extend(leaf_hash(leaf) for leaf in leaves)
    text = f"test.example\n{after.size}\n{after.root().hex()}\n"
    return Sealed(leaves=leaves, frontier=after.to_bytes(), origin="test.example", checkpoint=text)


class Maker:
    """Makes ids, entries and effects that differ from all before."""

    now = NOW

    def id(self) -> str:
        number = next(_numbers)
        return uuid7(NOW + timedelta(milliseconds=number), number.to_bytes(10, "big"))

    def entry(self, kind: EntryType = EntryType.RAW_RECEIVED, **values: object) -> Entry:
        payload = values.pop("payload", {"n": next(_numbers)})
        return Entry(
            id=self.id(), type=kind, at=NOW, actor=SYSTEM, salt=bytes(16), payload=payload, **values
        )

    def effect(self, kind: str = "read", key: str | None = None, due: datetime = NOW) -> Effect:
        number = self.id()
        return Effect(id=number, kind=kind, key=key or number, payload={"n": 1}, due_at=due)


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def journal(home: Home) -> Journal:
    return Journal(home.checkpoints, seal)
