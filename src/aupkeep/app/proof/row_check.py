"""Rows compared with the journal: what the database says must be what was recorded."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain

from aupkeep.app.row_digests import SKIPPED, row_name
from aupkeep.evidence.verify import LogFault
from aupkeep.model.flag import Flag
from aupkeep.store.cases import joined_by_claim
from aupkeep.store.legacy_flags import moved, records_of
from aupkeep.store.log import Leaf
from aupkeep.store.odd_values import unread_value
from aupkeep.store.tables import TABLES, UNREADABLE, Table

CLAIM = "Claim"
LOOKS = 2  # more, when a row seems to differ: somebody may have changed it meanwhile


def changed_rows(leaves: Callable[[int], Iterable[Leaf]]) -> LogFault | None:
    """Compare every row the journal names with the row as it is now; None when all agree.

    `leaves` streams the leaves from an index on. The answer is else a reason, and in `first_bad`
    the index of the entry that named the first row that differs. The last word about a
    row counts; an entry that erases others names the rows again that they spoke of last, and those
    it deleted without a digest. Rows may change meanwhile: what differs is looked at again, beside
    newer entries.
    """
    journaled = JournaledRows()
    journaled.read(leaves)
    bad = journaled.differing([table.word for table in TABLES.values()])
    for _ in range(LOOKS):
        if bad:
            kinds = {name.partition(" ")[0] for _, name, _ in bad}
            journaled.read(leaves)
            bad = journaled.differing(kinds)
    if not bad:
        return None
    number, name, reason = min(bad)
    return LogFault(max(number, 0), f"{name}: {reason}")


class JournaledRows:
    """What the journal said last of each row: its entry's index and the digest, by name and key."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self._named: dict[str, tuple[int, bytes]] = {}
        self._joined: dict[str, int] = {}  # a claim's first naming, of those that are left
        self._erased: set[int] = set()
        self._next = 0

    def read(self, leaves: Callable[[int], Iterable[Leaf]]) -> None:
        """Read on from where it stopped."""
        for leaf in leaves(self._next):
            self._next = leaf.number + 1
            if leaf.payload is None:
                self._erased.add(leaf.number)
            payload = leaf.payload or {}
            rows = payload.get("rows", ())
            for name, key, digest in rows if isinstance(rows, list) else ():
                self._named[f"{name} {key}"] = leaf.number, bytes.fromhex(digest)
                if name == CLAIM:
                    self._joined.setdefault(key, leaf.number)

    def named_by_number(self) -> dict[int, set[str]]:
        """For each index the rows of which its entry had the last word."""
        by_number: dict[int, set[str]] = defaultdict(set)
        for name, (number, _) in self._named.items():
            by_number[number].add(name)
        return by_number

    def number_of(self, name: str) -> int:
        """The entry that had the last word about a row, `Record key`; 0 where none named it."""
        return self._named.get(name, (0, b""))[0]

    def differing(self, kinds: Collection[str]) -> list[tuple[int, str, str]]:
        """Index, name with key, and reason of rows unlike their last naming, unnamed, or gone."""
        bad: list[tuple[int, str, str]] = []
        wanted = set(kinds) - SKIPPED
        left = {
            name: named for name, named in self._named.items() if name.partition(" ")[0] in wanted
        }
        for flag in moved():
            self._witness(flag, wanted, left)
        for table in TABLES.values():
            if table.word in wanted:
                bad += self._unlike(table, left)
        if CLAIM in wanted:
            bad += self._misplaced()
        gone = ((number, name) for name, (number, digest) in left.items() if digest)
        return bad + [(number, name, "the row is gone") for number, name in gone]

    def _misplaced(self) -> Iterator[tuple[int, str, str]]:
        """Claims whose place among those of their case is not that of the entry that named them.

        It is an erased one where another names the claim again.
        """
        for key, joined in joined_by_claim():
            number = self._joined.get(key, joined)
            if joined != number and not (joined < number and joined in self._erased):
                yield number, f"{CLAIM} {key}", "its column joined does not follow from the journal"

    def _witness(
        self, flag: Flag, wanted: Collection[str], left: dict[str, tuple[int, bytes]]
    ) -> None:
        """Let what an older version kept in a flag be named by the entry that names the flag."""
        number, _ = self._named.get(f"Flag {flag.name}", (-1, b""))
        for record in records_of(flag):
            kind, key, digest = row_name(record)
            if kind in wanted:
                left.setdefault(f"{kind} {key}", (number, bytes.fromhex(digest)))

    def _unlike(
        self, table: Table, left: dict[str, tuple[int, bytes]]
    ) -> list[tuple[int, str, str]]:
        """Rows of one table unlike their naming in `left`, out of which every row is taken."""
        bad: list[tuple[int, str, str]] = []
        try:
            flags = ((flag, "") for flag in moved()) if table.record is Flag else ()
            for record, odd in chain(table.records_and_odd(), flags):
                kind, key, digest = row_name(record)
                number, recorded = left.pop(f"{kind} {key}", (-1, b""))
                if recorded.hex() != digest:
                    bad.append((number, f"{kind} {key}", "the row is not the one recorded"))
                elif odd:
                    why = f"its column {odd} does not follow from what was recorded"
                    bad.append((number, f"{kind} {key}", why))
        except UNREADABLE as error:
            rest = [name for name in left if name.startswith(f"{table.word} ")]
            numbers = [left.pop(name)[0] for name in rest]  # not gone: not read any more
            if (unread := unread_value(table)) is None:
                why = f"a row cannot be read ({type(error).__name__})"
                return [*bad, (min(numbers, default=0), table.word, why)]
            name, why = f"{table.word} {unread.key}", f"its column {unread.column} cannot be read"
            bad.append((self.number_of(name), name, why))
        return bad
