"""A report about an address without a holder goes on by itself once the records name one."""

import pytest

from app.conftest import JUST_NOW, report
from app.reading.test_case_mail import back
from app.steps import arrive
from app.test_reprocess import BAD, ROW, hand_in, mend
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.reading import held_now
from aupkeep.app.reading.held_now import attribute_waiting, unheld
from aupkeep.app.reading.inbox_round import InboxRound
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.store import cases, log, reports

pytestmark = pytest.mark.both
UNHELD = ROW.replace("203.0.113.10", "203.0.113.250")
HEAD = "address,customer,resource,from,until\n"


def later(context, *rows: str):
    """The worker's look after an import."""
    import_assignments(context, f"{HEAD}{chr(10).join(rows)}\n".encode(), "csv")
    return attribute_waiting(context)


def test_the_report_joins_the_case_of_who_held_it(furnished):
    """Who holds it since is not who held it then; the journal says why it moved; once is enough."""
    arrive(furnished, report("203.0.113.250", JUST_NOW, lines=2), weigh=False)
    (waiting,) = reports.inbox()
    assert waiting.inbox_reason.startswith("no certain holder for 2 of 2 findings")
    assert later(furnished, "203.0.113.250,birch,vm-n,2026-03-01T11:59:30Z,") == 0
    (still,) = reports.inbox()
    assert (still.id, still.inbox_reason) == (waiting.id, waiting.inbox_reason)
    assert (
        later(furnished, "203.0.113.250,alder,vm-m,2026-01-01T00:00:00Z,2026-03-01T11:59:00Z") == 1
    )
    assert reports.inbox() == []
    (case,) = cases.of_report(waiting.id)
    assert (case.customer, case.events, case.state) == ("alder", 2, CaseState.OPEN)
    (said,) = log.of_types((EntryType.FINDING_ATTRIBUTED,))
    assert said.entry.payload["why"] == "the records say now who held it then"
    assert attribute_waiting(furnished) == 0


def test_what_had_a_holder_is_not_claimed_twice(furnished):
    """Of a report about two addresses only the one that waited is attributed."""
    both = report("203.0.113.10", JUST_NOW, lines=2).rstrip()
    more = both.rpartition(b"\r\n")[2].replace(b"203.0.113.10", b"203.0.113.250")
    (known,) = arrive(furnished, both + b"\r\n" + more + b"\r\n", weigh=False)
    (waiting,) = reports.inbox()
    assert waiting.inbox_reason.startswith("no certain holder for 1 of 3 findings")
    assert later(furnished, "203.0.113.250,birch,vm-n,2026-01-01T00:00:00Z,") == 1
    assert {(case.customer, case.events) for case in cases.of_report(waiting.id)} == {
        ("alder", 2),
        ("birch", 1),
    }
    assert (cases.get(known.id).events, reports.inbox()) == (2, [])


def test_a_row_that_cannot_be_read_hides_no_holder(furnished):
    """Both reasons stand in the inbox, and each goes by itself: first the holder, then the row."""
    waiting = hand_in(furnished, UNHELD, BAD)
    assert waiting.inbox_reason.startswith("1 row could not be read")
    assert "; no certain holder for 1 of 1 finding" in waiting.inbox_reason
    assert later(furnished, "203.0.113.250,birch,vm-n,2026-01-01T00:00:00Z,") == 1
    (left,) = reports.inbox()
    assert left.inbox_reason == waiting.inbox_reason.partition("; no certain holder")[0]
    (case,) = cases.of_report(waiting.id)
    assert (case.customer, case.events) == ("birch", 1)
    mend(furnished, left, ROW)
    assert reports.inbox() == []
    assert {(x.customer, x.events) for x in cases.of_report(waiting.id)} == {
        ("alder", 1),
        ("birch", 1),
    }


def test_who_mends_a_row_before_the_worker_looks_loses_nothing(furnished):
    """The records name the holder of the other row by then: both are attributed, each once."""
    waiting = hand_in(furnished, UNHELD, BAD)
    rows = f"{HEAD}203.0.113.250,birch,vm-n,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows.encode(), "csv")
    mend(furnished, waiting, ROW)
    assert reports.inbox() == []
    assert attribute_waiting(furnished) == 0
    assert {(x.customer, x.events) for x in cases.of_report(waiting.id)} == {
        ("alder", 1),
        ("birch", 1),
    }


def test_however_many_wait_before_it_each_is_asked_for_again(furnished, monkeypatch):
    """What goes on waiting hides nothing: a round goes through all, then begins anew."""
    monkeypatch.setattr(held_now, "PAGE", 2)
    monkeypatch.setattr(held_now, "MOST", 1)
    for last in (251, 252, 253, 254, 255):
        arrive(furnished, report(f"203.0.113.{last}", JUST_NOW, lines=1), weigh=False)
    rows = f"{HEAD}203.0.113.251,birch,vm-n,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows.encode(), "csv")
    waiting = InboxRound(unheld)
    assert [attribute_waiting(furnished, waiting) for _ in range(2)] == [0, 0]
    assert not waiting.begins
    assert attribute_waiting(furnished, waiting) == 1
    assert (attribute_waiting(furnished, waiting), waiting.begins) == (0, True)
    assert len(reports.inbox()) == 4


def test_what_was_taken_back_meanwhile_waits_for_a_person(furnished):
    """Its reporter said so before anybody was on record."""
    arrive(furnished, report("203.0.113.250", JUST_NOW, lines=2), weigh=False)
    (waiting,) = reports.inbox()
    arrive(furnished, back(waiting.reading.message_id, "soc@cert.example"))
    assert later(furnished, "203.0.113.250,birch,vm-n,2026-01-01T00:00:00Z,") == 0
    assert cases.of_report(waiting.id) == []
    assert waiting.id in {item.id for item in reports.inbox()}
