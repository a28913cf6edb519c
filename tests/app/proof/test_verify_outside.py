"""What stands outside the database is proven too: the checkpoint file and the received bytes."""

from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.app.proof.verify import verify_home, verify_records
from aupkeep.store import log, opening, raws

pytestmark = pytest.mark.both


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
def test_evidence_bytes_are_proven(lived, how, vendor):
    """Bytes changed or taken away behind the journal's back name the entry that received them."""
    (raw,) = list(raws.all())
    if vendor == "sqlite":
        place = lived.home.raw / raw.digest[:2] / raw.digest[2:4] / raw.digest
        place.write_bytes(b"x" + place.read_bytes()[1:]) if how == "changed" else place.unlink()
    else:
        from django.db import connection

        from aupkeep.store.guard import writing

        change = (
            "UPDATE store_bytes SET data = 'x'" if how == "changed" else "DELETE FROM store_bytes"
        )
        with writing(), connection.cursor() as cursor:
            cursor.execute(change)
    told = verify_home(lived)
    received = next(one for one in log.leaves() if (one.payload or {}).get("raw") == raw.id)
    assert (told.ok, told.first_bad) == (False, received.number)
