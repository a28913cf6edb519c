"""The only writer: all or nothing, in order, on both databases."""

import dataclasses
import threading

import pytest
from django.db import connection

from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.model.customer import Customer
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Conflict, Invalid, Unavailable
from aupkeep.store import checkpoints, customers, log, outbox, thresholds
from aupkeep.store.erasure import Erasure
from aupkeep.store.guard import Unrecorded
from aupkeep.store.journal import Journal, Sealed
from aupkeep.store.models import CustomerRow, EntryRow
from databases import in_threads
from store.samples import THRESHOLD

ANN = Customer(id="c1", name="Ann")


def test_entries_are_leaves_in_the_order_they_were_recorded(journal, make):
    entries = [make.entry() for _ in range(5)]
    journal.record(entries[:2])
    journal.record(entries[2:])
    assert [logged.entry for logged in log.entries()] == entries
    tree = Frontier().extend(leaf_hash(leaf.leaf) for leaf in log.leaves())
    assert (log.size(), log.frontier()) == (5, tree.to_bytes())


def test_a_refused_row_takes_its_entry_with_it(journal, make):
    """The row's customer does not exist, so neither entry nor effect nor checkpoint stays."""
    journal.record(make.entry(), rows=[ANN])
    wrong = Customer(id="c2", name="Bo")
    before = checkpoints.read(journal.file)
    with pytest.raises(Conflict, match="customer c2"):
        journal.record(make.entry(), rows=[wrong], effects=[make.effect()], seen=[wrong])
    assert (log.size(), outbox.pending(), customers.count()) == (1, 0, 1)
    assert checkpoints.read(journal.file) == before


def test_a_race_for_one_place_is_told_in_words_of_ours(journal, make):
    """The second of two people who accept one threshold at once hears no word of the database."""
    first = dataclasses.replace(THRESHOLD, withdrawn_at=None)
    journal.record(make.entry(), rows=[first])
    with pytest.raises(Conflict) as raised:
        journal.record(make.entry(), rows=[dataclasses.replace(first, id="h2", value=50.0)])
    assert str(raised.value) == (
        "threshold: expected what fits what is stored, found that another record stands in its "
        "place or one it names is gone; read again"
    )
    assert thresholds.in_force() == [first]


def test_a_seal_that_fails_leaves_nothing(journal, make):
    """What goes wrong while signing rolls back the rows written before it."""
    journal.seal = lambda _frontier, _entries: Sealed(
        leaves=(), frontier=b"", origin="", checkpoint=""
    )
    with pytest.raises(ValueError, match="zip"):
        journal.record(make.entry(), rows=[ANN])
    assert (log.size(), customers.count()) == (0, 0)


def test_each_checkpoint_is_kept_outside_the_database(journal, make):
    made = [journal.record(make.entry()) for _ in range(3)]
    assert checkpoints.read(journal.file) == checkpoints.stored() == made


def test_a_start_adds_the_checkpoints_a_crash_left_out_of_the_file(journal, make):
    made = [journal.record(make.entry()) for _ in range(4)]
    torn = journal.file.read_bytes().splitlines(keepends=True)
    journal.file.write_bytes(torn[0] + torn[2][:20])
    assert checkpoints.mend(journal.file) == 3
    assert sorted(checkpoints.read(journal.file)) == sorted(made)
    assert checkpoints.mend(journal.file) == 0


def test_a_stale_record_is_refused(journal, make):
    """Two people read the same customer; the second to write is told."""
    journal.record(make.entry(), rows=[ANN])
    journal.record(make.entry(), rows=[dataclasses.replace(ANN, name="Anna")], seen=[ANN])
    with pytest.raises(Conflict, match="customer c1"):
        journal.record(make.entry(), rows=[dataclasses.replace(ANN, name="An")], seen=[ANN])
    assert customers.get("c1").name == "Anna"


def test_state_without_an_entry_is_refused(journal, make):
    with pytest.raises(Invalid, match="at least one journal entry"):
        journal.record([], rows=[ANN])


def test_only_records_with_a_table_are_rows(journal, make):
    with pytest.raises(Invalid, match="found dict"):
        journal.record(make.entry(), rows=[{"id": "c1"}])


WRITES = [
    "INSERT INTO store_customer (id) VALUES ('x')",
    "insert or replace into store_customer (id) values ('x')",
    "/* a comment */ UPDATE store_case SET state = 'closed'",
    'UPDATE "store_case" SET state = 1',
    "DELETE FROM store_entry",
    "WITH old AS (SELECT 1) DELETE FROM store_entry",
    "TRUNCATE store_entry",
    "DROP TABLE IF EXISTS store_entry",
    'DELETE FROM "public"."store_entry"',
]


@pytest.mark.parametrize("sql", WRITES)
def test_a_domain_write_beside_the_journal_is_refused(sql, home):
    with connection.cursor() as cursor, pytest.raises(Unrecorded):
        cursor.execute(sql)


def test_the_guard_stands_on_the_connections_of_other_threads(home):
    caught = []

    def write() -> None:
        try:
            CustomerRow.objects.update(name="x")
        except Unrecorded as error:
            caught.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_an_erased_entry_keeps_its_leaf_only(journal, make):
    """Payload, salt and actor are gone; the tree over the leaves is what it was."""
    entry = make.entry(payload={"who": "ann@customer.example"}, case="k1")
    journal.record([entry, make.entry()])
    before = [leaf.leaf for leaf in log.leaves()]
    erasure = Erasure(entries=(entry.id,), rule="R1")
    with pytest.raises(Invalid, match="expected an entry that names it"):
        journal.record(make.entry(), rows=[erasure])
    journal.record(make.entry(EntryType.ENTRIES_ERASED, payload=erasure.payload), rows=[erasure])
    first = next(log.leaves())
    assert (first.salt, first.payload, first.erased) == (None, None, True)
    assert [leaf.leaf for leaf in log.leaves()][:2] == before
    row = str(EntryRow.objects.values().get(index=0))
    assert "ann@customer.example" not in row
    assert log.entries(limit=1)[0].erased == "R1"


def test_entries_are_found_by_case_and_by_type(journal, make):
    mine = make.entry(EntryType.CASE_OPENED, case="k1")
    journal.record([make.entry(), mine, make.entry(case="k2")])
    assert [logged.entry.id for logged in log.entries("k1")] == [mine.id]
    assert [logged.index for logged in log.entries(types=(EntryType.CASE_OPENED,))] == [1]


def test_parallel_writers_leave_no_gap_and_no_twin(journal, make):
    """Four threads with their own connections: every index once, every checkpoint kept."""

    def write() -> None:
        for _ in range(10):
            journal.record(make.entry())

    in_threads([write] * 4)
    assert [leaf.number for leaf in log.leaves()] == list(range(40))
    tree = Frontier().extend(leaf_hash(leaf.leaf) for leaf in log.leaves())
    assert tree.to_bytes() == log.frontier()
    assert len(checkpoints.read(journal.file)) == 40


def test_a_checkpoint_file_that_takes_nothing_is_unavailable(journal, make):
    journal.file.mkdir()
    with pytest.raises(Unavailable, match="append a checkpoint"):
        journal.record(make.entry())


def test_a_log_keeps_the_name_it_began_with(journal, make, home):
    """A setting changed later is refused before anything is written, also by another process."""
    journal.record(make.entry())

    def renamed(frontier: bytes, entries: list[Entry]) -> Sealed:
        sealed = journal.seal(frontier, entries)
        return dataclasses.replace(sealed, origin="other.example")

    with pytest.raises(Invalid, match=r"expected 'test.example', as this journal began"):
        Journal(home.checkpoints, renamed).record(make.entry())
    assert log.size() == 1
