"""One writing thread: many share a commit, one who is wrong fails alone, a failed disk ends it."""

import sqlite3
import threading

import pytest
from django.db import OperationalError

from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.model.customer import Customer
from aupkeep.model.errors import Conflict, Unavailable
from aupkeep.store import checkpoints, customers, log
from aupkeep.store.journal import change_of
from aupkeep.store.writer import Writer
from databases import in_threads


@pytest.fixture
def writer(journal):
    writer = Writer(journal)
    yield writer
    writer.close()


def test_many_threads_write_through_one(writer, make):
    """400 changes from eight threads: all there, in a log without a gap, in fewer commits."""

    def submit() -> None:
        futures = [writer.submit(change_of(make.entry())) for _ in range(50)]
        assert all(future.result(timeout=30) for future in futures)

    in_threads([submit] * 8)
    assert [leaf.number for leaf in log.leaves()] == list(range(400))
    tree = Frontier().extend(leaf_hash(leaf.leaf) for leaf in log.leaves())
    assert log.frontier() == tree.to_bytes()
    assert len(checkpoints.stored()) < 200


def test_one_wrong_change_fails_alone(writer, make, monkeypatch):
    """The others of its group are committed without it."""
    gate = threading.Event()
    real = writer._journal.commit
    monkeypatch.setattr(writer._journal, "commit", lambda group: gate.wait(10) and real(group))
    first = writer.submit(change_of(make.entry()))
    unknown = Customer(id="c0", name="never stored")
    wrong = writer.submit(change_of(make.entry(), seen=[unknown]))
    right = [
        writer.submit(change_of(make.entry(), rows=[Customer(id=f"c{n}", name="A")]))
        for n in (1, 2)
    ]
    gate.set()
    assert first.result(timeout=30)
    with pytest.raises(Conflict):
        wrong.result(timeout=30)
    assert all(future.result(timeout=30) for future in right)
    assert (customers.count(), log.size(), writer.accepting) == (2, 3, True)


def test_a_failed_commit_ends_the_writer(writer, make, monkeypatch):
    """Every waiting change hears that nothing was accepted; no later one is taken."""
    gate = threading.Event()

    def fail(_changes) -> None:
        gate.wait(10)
        raise OperationalError("disk I/O error") from sqlite3.OperationalError()

    monkeypatch.setattr(writer._journal, "_transact", fail)
    futures = [writer.submit(change_of(make.entry())) for _ in range(5)]
    gate.set()
    for future in futures:
        with pytest.raises(Unavailable):
            future.result(timeout=30)
    writer._thread.join()
    with pytest.raises(Unavailable, match="stopped"):
        writer.submit(change_of(make.entry()))
    assert not writer.accepting
    assert log.size() == 0


def test_closing_commits_what_waits(journal, make):
    writer = Writer(journal)
    futures = [writer.submit(change_of(make.entry())) for _ in range(20)]
    writer.close()
    assert all(future.done() and future.result() for future in futures)
    assert log.size() == 20
