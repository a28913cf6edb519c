"""A table in which each exporter has a bounded share, so that nobody's flood costs anybody else."""

from typing import Generic, TypeVar

Key = TypeVar("Key", bound=tuple[object, ...])
Value = TypeVar("Value")


class QuotaDict(dict[Key, Value], Generic[Key, Value]):
    """By a key that begins with the exporter. The oldest of the same exporter gives way.

    Entries are put in one by one with `table[key] = value`.
    """

    def __init__(self, most_each: int) -> None:
        super().__init__()
        self._most_each = most_each
        self._mine: dict[object, dict[Key, None]] = {}

    def __setitem__(self, key: Key, value: Value) -> None:
        super().__setitem__(key, value)
        mine = self._mine.setdefault(key[0], {})
        mine[key] = None
        if len(mine) > self._most_each:
            del self[next(iter(mine))]

    def __delitem__(self, key: Key) -> None:
        super().__delitem__(key)
        mine = self._mine[key[0]]
        del mine[key]
        if not mine:
            del self._mine[key[0]]
