"""What a correction writes: journal, cases, inbox; and what it refuses, by its words."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, guess, post, told
from aupkeep.app.deciding.correct import correct_by_words
from aupkeep.app.deciding.reattribute import reattribute_case
from aupkeep.app.inventory.doubted import DOUBTED_REASON
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.inventory.conflicts import describe
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.store import cases, customers, log, outbox, reports
from aupkeep.store import inventory as stored

WRONG = "203.0.113.10"
ADA = {"kind": "person", "id": "ada", "name": "ada"}


def correct(context, what=WRONG, reasons="a typo in the lease", **words):
    return correct_by_words(context, what, words, person="ada", reasons=reasons)


def payload(item):
    """What an entry says, without the digests of its rows."""
    return {name: value for name, value in item.items() if name != "rows"}


def test_what_a_correction_says(furnished, now):
    """Old and new record, the case and its claims; who is new is a customer without a name."""
    (case,) = post(furnished, guess(WRONG, JUST_NOW), weigh=False)
    (claim,) = cases.claims(case.id)
    now.at += timedelta(minutes=5)
    done = correct(furnished, customer="elm", resource="vm-z")
    old, fresh = stored.get(done.retired), stored.get(done.record)
    assert (done.was, done.now) == (describe(old), describe(fresh))
    assert (done.cases, done.doubted) == ((case.reference,), 1)
    assert customers.get("elm") == Customer(id="elm", name="elm", bare=True)
    (said,) = log.entries(types=(EntryType.ASSIGNMENT_CORRECTED,))
    assert payload(said.entry.payload) == {
        "actor": ADA,
        "of_case": None,
        "assignment": old.id,
        "replaced_by": fresh.id,
        "cases": [case.id],
        "reasons": "a typo in the lease",
    }
    assert payload(told(case, EntryType.HOLDING_CORRECTED)[-1]) == {
        "actor": ADA,
        "of_case": case.id,
        "case": case.id,
        "assignment": old.id,
        "replaced_by": fresh.id,
        "claims": [claim.id],
        "doubted": [claim.id],
        "decisions": [],
        "notices": [],
        "reasons": "a typo in the lease",
    }
    assert payload(told(case, EntryType.CASE_CHANGED)[-1]) == {
        "actor": ADA,
        "of_case": case.id,
        "case": case.id,
        "why": (
            "the record under 1 claim was corrected: elm/vm-z by now; "
            "1 of them count no more until a person attributes them anew"
        ),
    }
    assert outbox.pending(["recheck"]) == 1
    assert cases.get(case.id).changed_at > case.changed_at


def test_a_correction_that_changes_no_holder_says_so(furnished, now):
    """Two claims, still this holder's: nothing is doubted, nothing waits in the inbox."""
    (case,) = post(furnished, guess(WRONG, JUST_NOW), guess(WRONG, NOON), weigh=False)[:1]
    now.at += timedelta(minutes=5)
    done = correct(furnished, end="2027-01-01T00:00:00Z")
    assert (done.cases, done.doubted) == ((case.reference,), 0)
    assert told(case, EntryType.CASE_CHANGED)[-1]["why"] == (
        "the record under 2 claims was corrected: alder/vm-a by now; they are still this holder's"
    )
    assert told(case, EntryType.HOLDING_CORRECTED)[-1]["doubted"] == []
    assert reports.inbox() == []


def test_a_removed_record_is_nobodys(furnished, now):
    (case,) = post(furnished, guess(WRONG, JUST_NOW), weigh=False)
    now.at += timedelta(minutes=5)
    done = correct(furnished, remove=True)
    assert (done.record, done.now) == (None, None)
    assert "was corrected: nobody by now;" in told(case, EntryType.CASE_CHANGED)[-1]["why"]
    assert told(case, EntryType.HOLDING_CORRECTED)[-1]["replaced_by"] is None


def test_a_mail_waits_in_the_inbox_until_it_is_attributed(furnished, now):
    """The reason leads to the case; a person's word takes it out, and says where it went."""
    (case,) = arrive(furnished, report(WRONG, JUST_NOW, lines=1), weigh=False)
    (claim,) = cases.claims(case.id)
    now.at += timedelta(minutes=5)
    correct(furnished, customer="birch", resource="vm-z")
    (waiting,) = reports.inbox()
    word = f"aupkeep case reattribute {case.reference}"
    assert waiting.inbox_reason == f"{DOUBTED_REASON}: look at case {case.reference}, then {word}"
    with pytest.raises(Invalid) as caught:
        reattribute_case(furnished, case.reference, person="ada", reasons=" ")
    assert str(caught.value) == "reasons: expected why the claims go where they go, found nothing"
    done = reattribute_case(furnished, case.reference, person="ada", reasons="seen in the lease")
    (theirs,) = cases.of_customer("birch")
    assert (done.case, done.kept, done.moved, done.nobody) == (case.reference, 0, 1, 0)
    assert (done.moved_to, done.closed) == ((theirs.reference,), True)
    assert payload(told(case, EntryType.FINDING_ATTRIBUTED)[-1]) == {
        "actor": ADA,
        "of_case": case.id,
        "case": case.id,
        "claims": [claim.id],
        "kept": [],
        "cases": [theirs.id],
        "why": "attributed anew: birch/vm-z held it then",
        "reasons": "seen in the lease",
    }
    assert reports.inbox() == []
    closed = cases.get(case.id)
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, Outcome.NO_ACTION)
    (moved,) = cases.claims(theirs.id)
    assert moved.id != claim.id
    assert (moved.report, moved.finding.subject) == (claim.report, claim.finding.subject)
    assert cases.claims(case.id)[0].held.customer == "alder"
    with pytest.raises(Conflict) as caught:
        reattribute_case(furnished, case.reference, person="ada", reasons="twice")
    words = f"case {case.reference}: expected claims whose holder is in doubt"
    assert str(caught.value) == words


def test_a_closed_case_stays_closed(furnished, now):
    """Its time of change too; what it rested on is said in its journal all the same."""
    from aupkeep.app.deciding.close import close_by_reference

    (case,) = post(furnished, guess(WRONG, JUST_NOW), weigh=False)
    close_by_reference(furnished, case.reference, "fixed", "mended", "ada")
    before = cases.get(case.id)
    now.at += timedelta(minutes=5)
    assert correct(furnished, customer="birch", resource="vm-z").cases == (case.reference,)
    assert cases.get(case.id) == before
    assert told(case, EntryType.HOLDING_CORRECTED)
    done = reattribute_case(furnished, case.reference, person="ada", reasons="seen in the lease")
    assert (done.moved, done.closed) == (1, False)
    assert cases.get(case.id) == before


def test_which_record_is_meant(furnished):
    """The narrowest that holds it at the moment; by its id where there are several."""
    import_assignments(
        furnished,
        b"address,customer,resource,from,until,port_from,port_to\n"
        b"203.0.113.8/29,fir,vm-w,2026-01-01T00:00:00Z,,,\n"
        b"203.0.113.90,fir,vm-1,2026-01-01T00:00:00Z,,0,999\n"
        b"203.0.113.90,fir,vm-2,2026-01-01T00:00:00Z,,1000,65535\n",
        "csv",
    )
    narrow = correct(furnished, customer="elm", at="2026-03-01T12:00:00Z")
    assert "203.0.113.10/32" in narrow.was
    wide = correct(furnished, customer="elm", at="2026-02-01T00:00:00Z", site="main")
    assert "203.0.113.8/29" in wide.was
    by_port = correct(furnished, "203.0.113.90:999", customer="elm")
    assert "fir/vm-1" in by_port.was
    by_id = correct(furnished, by_port.record, resource="vm-9")
    assert "elm/vm-1" in by_id.was
    with pytest.raises(Invalid) as caught:
        correct(furnished, "203.0.113.90", customer="oak")
    assert str(caught.value).startswith(
        "203.0.113.90: expected one record, found several; name one by its id: "
    )
    assert str(caught.value).count("; ") == 2


HOLDS = "{}: expected a record that holds it at {}T00:00:00+00:00, found none"


@pytest.mark.parametrize(
    ("what", "words", "error", "message"),
    [
        (
            "203.0.113.99",
            {"at": "2026-02-01T00:00:00Z"},
            Missing,
            HOLDS.format("203.0.113.99", "2026-02-01"),
        ),
        (
            WRONG,
            {"site": "elsewhere", "at": "2026-03-02T00:00:00Z"},
            Missing,
            HOLDS.format(WRONG, "2026-03-02"),
        ),
        (
            WRONG,
            {"reasons": " "},
            Invalid,
            "reasons: expected what shows the record to be wrong, found nothing",
        ),
        (
            WRONG,
            {"at": "noon"},
            Invalid,
            "at: expected RFC 3339 such as 2026-03-01T12:00:00Z, found 'noon'",
        ),
    ],
)
def test_what_is_refused_is_said(furnished, what, words, error, message):
    with pytest.raises(error) as caught:
        correct(furnished, what, **({"customer": "birch"} | words))
    assert str(caught.value) == message
