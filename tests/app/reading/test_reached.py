"""What waits in the inbox for a contact leaves it once the contact is there."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading.attribute import NO_CONTACT, URGENT
from aupkeep.app.reading.reached import MENDED, settle_reached
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.store import log, reports

ROW = b"address,customer,resource,from,until\n203.0.113.90,nobody,vm-n,2026-01-01T00:00:00Z,\n"
REACHED = b"customer,name,contact\nnobody,Nobody,noc@nobody.example\n"
WAITS = f"customer nobody {NO_CONTACT}"


@pytest.fixture
def waiting(furnished):
    """A report about a customer without a contact."""
    import_assignments(furnished, ROW, "csv")
    arrive(furnished, report("203.0.113.90", NOON - timedelta(minutes=5)))
    (found,) = reports.inbox()
    assert found.inbox_reason == WAITS
    return found


def test_it_leaves_once_the_contact_is_there(furnished, waiting):
    """Not before, once, and the journal says who and why."""
    assert settle_reached(furnished) == 0
    assert import_customers(furnished, REACHED).dead == ()
    assert settle_reached(furnished) == 1
    assert settle_reached(furnished) == 0
    assert reports.inbox() == []
    (done,) = log.entries(types=(EntryType.INBOX_DONE,))
    assert done.entry.actor == SYSTEM
    said = done.entry.payload
    assert (said["report"], said["reason"], said["inbox"]) == (waiting.id, MENDED, None)
    assert verify_home(furnished).ok


@pytest.mark.parametrize(
    ("reason", "left"),
    [(f"{URGENT}{WAITS}", None), (f"it speaks of itself; {WAITS}", "it speaks of itself")],
)
def test_another_reason_stays(furnished, waiting, reason, left):
    """That it cannot wait is none by itself."""
    changed = dataclasses.replace(waiting, inbox_reason=reason)
    said = entry(furnished, EntryType.INBOX_DONE, SYSTEM, {"report": waiting.id})
    record(furnished, said, rows=[changed], seen=[waiting])
    import_customers(furnished, REACHED)
    settle_reached(furnished)
    assert [found.inbox_reason for found in reports.inbox()] == ([left] if left else [])
