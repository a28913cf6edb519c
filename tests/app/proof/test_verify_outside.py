"""What stands outside the database is proven too: the checkpoint file and the received bytes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from app.conftest import NOON, report
from app.steps import arrive
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.app.proof.verify import verify_home, verify_records
from aupkeep.config.home import find_home
from aupkeep.store import log, opening, raws
from aupkeep.store.guard import writing

pytestmark = pytest.mark.both


def alter(digest: str, *, gone: bool = False) -> None:
    """Change the first byte stored under a digest, or take all of them away."""
    if connection.vendor == "sqlite":
        place = find_home().raw / digest[:2] / digest[2:4] / digest
        place.unlink() if gone else place.write_bytes(b"x" + place.read_bytes()[1:])
        return
    change = "DELETE FROM store_bytes" if gone else "UPDATE store_bytes SET data = 'x'"
    with writing(), connection.cursor() as cursor:
        cursor.execute(f"{change} WHERE digest = %s", [digest])


@pytest.fixture
def lived(furnished):
    """A desk with a case and more entries than a crash could leave without a checkpoint."""
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    for _ in range(6):
        freeze("drill", "ada", furnished.home)
        thaw("drill", "ada", furnished.home)
    return furnished


def test_removed_checkpoint_file_does_not_hold(lived):
    """Without the file nothing outside the database vouches for it; opening does not hide that."""
    lived.home.checkpoints.unlink()
    opening.open_database(lived.home)
    told = verify_home(lived)
    assert told.ok is False
    assert told.unkept > 8
    assert "cut" in told.reason
    assert verify_records(lived, mend=True).ok is True
    assert verify_home(lived).unkept == 0


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_evidence_bytes_are_proven(lived, how):
    """Bytes changed or taken away behind the journal's back name the entry that received them."""
    (raw,) = list(raws.all())
    alter(raw.digest, gone=how == "gone")
    told = verify_home(lived)
    received = next(one for one in log.leaves() if (one.payload or {}).get("raw") == raw.id)
    assert (told.ok, told.first_bad) == (False, received.number)


def test_altered_bytes_that_no_entry_names_are_named(lived):
    """What a crash left behind is looked at too: the next mail of these bytes would rest on it."""
    digest = raws.keep(b"left by a crash")
    assert verify_home(lived).ok
    alter(digest)
    verdict = verify_home(lived)
    assert (verdict.ok, verdict.first_bad) == (False, 0)
    assert digest in verdict.reason
    raws.keep(b"left by a crash")
    assert verify_home(lived).ok


def test_bytes_under_a_name_that_is_no_digest_are_named(lived, vendor):
    """A row that somebody put in; a file of that name is never read by anybody."""
    raws.keep(b"left by a crash")
    if vendor == "postgresql":
        with writing(), connection.cursor() as cursor:
            cursor.execute("UPDATE store_bytes SET digest = 'no digest' WHERE length(data) = 15")
        assert "no digest" in verify_home(lived).reason


def test_altered_bytes_that_mailin_may_not_replace_go(lived, vendor):
    """On PostgreSQL its role accepts nothing of these bytes, and the worker takes them away."""
    digest = raws.keep(b"left by a crash")
    alter(digest)
    if vendor == "postgresql":
        assert raws.reap(timedelta(hours=1), datetime.now(tz=UTC)) == 1
    assert raws.read(raws.keep(b"left by a crash")) == b"left by a crash"
