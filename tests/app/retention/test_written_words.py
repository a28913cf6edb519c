"""What a person writes beside a case goes with it: each place has a word, and none is left."""

from datetime import timedelta

import pytest
from django.db import transaction

from app.retention.test_story import ADA, WHY, everything, mail, settle
from app.steps import arrive
from aupkeep.app.access.staff import add_person
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.masked_case import case_for
from aupkeep.app.deciding.permissions import grant, revoke
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.retention.clock import clock_of
from aupkeep.app.retention.due import keeps_of
from aupkeep.app.retention.holds import add_hold, end_hold
from aupkeep.app.retention.run import erase_due_by
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import CaseState
from aupkeep.model.clearance import Clearance
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.flag import Flag
from aupkeep.model.hold import HoldScope
from aupkeep.model.roles import StaffRole
from aupkeep.store import approvals, cases, clearances, reports
from aupkeep.store.guard import writing
from aupkeep.store.legacy_flags import records_of
from aupkeep.store.models import ClearanceRow, HoldRow, MovedFlagRow, PermissionRow
from aupkeep.store.tables import TABLES

DAY = timedelta(days=1)
KIND = "connection/port_scan"


def left(words, context, folder):
    """Which of the words stand anywhere still."""
    found = everything(context, folder)
    return {word for word in words if word.encode() in found}


def cleared(context, n, address="203.0.113.10"):
    """A case that a person closed as no abuse: its source is cleared there."""
    (case,) = arrive(context, mail(address, n))
    close_by_reference(context, case.reference, "not-abuse", f"closing-{n}", ADA)
    return cases.get(case.id)


def test_clearances_and_ended_holds_go_with_their_case(furnished, now, tmp_path):
    """The source cleared, a customer's hold that ended, a permission revoked, a report judged."""
    context = furnished
    (case,) = arrive(context, mail("203.0.113.10", 1))
    (report,) = reports.by_ids(
        claim.report for claim in cases.claims(case.id)
    ).values()  # fmt: skip
    judge_report(context, report.id, "refuted", person=ADA, reasons="judged-word")
    close_by_reference(context, case.reference, "not-abuse", "closing-word", ADA)
    assert clearances.live(case.customer, case.resource, now.at)
    held = add_hold(
        context, HoldScope.CUSTOMER, case.customer, now.at + DAY, person=ADA, reasons="hold-word"
    )
    end_hold(context, held.hold, person=ADA, reasons="hold-end-word")
    holder = f"{case.customer}/{case.resource}"
    grant(context, holder, KIND, now.at + DAY, person=ADA, reasons="granted-word")
    revoke(context, holder, KIND, person=ADA, reasons="revoked-word")
    grant(context, holder, KIND, now.at + DAY, person=ADA, reasons="expired-word")
    _flag(context, f"cleared:{holder}", "flag-word", now)
    settle(context)
    words = {"judged-word", "closing-word", "hold-word", "hold-end-word", "granted-word",
             "revoked-word", "expired-word", "cert.example", "flag-word"}  # fmt: skip
    assert left(words, context, tmp_path) == words
    now.at += 1100 * DAY
    verdict = verify_home(context)
    assert verdict.ok, verdict
    assert erase_due_by(context, ADA, WHY).cases == 1
    assert left(words, context, tmp_path) == set()
    tables = (ClearanceRow, HoldRow, PermissionRow, MovedFlagRow)
    assert [table.objects.count() for table in tables] == [0, 0, 0, 0]
    verdict = verify_home(context)
    assert verdict.ok, verdict


def _flag(context, name, word, now) -> None:
    """A flag of an older version, set aside by its migration; an entry names it."""
    value = f'[{{"source": "mail:{word}.example", "until": "{now.at + DAY:%Y-%m-%dT%H:%M:%SZ}"'
    flag = Flag(name=name, value=f'{value}, "by": "ada"}}]', changed_at=now.at)
    with writing(), transaction.atomic():
        MovedFlagRow.objects.create(name=flag.name, value=flag.value, changed_at=flag.changed_at)
        TABLES[Clearance].write(records_of(flag))
    said = entry(context, EntryType.MODE_CHANGED, SYSTEM, {"flag": "moved"})
    record(context, said, again=[flag])


def test_what_is_live_beside_another_case_stays(furnished, now, tmp_path):
    """A clearance that holds, of a later case at the same resource."""
    context = furnished
    old = cleared(context, 1)
    settle(context)
    now.at += 1100 * DAY
    late = cleared(context, 2)
    settle(context)
    assert (old.resource, old.customer) == (late.resource, late.customer)
    assert erase_due_by(context, ADA, WHY).cases == 1
    assert len(clearances.live(late.customer, late.resource, now.at)) == 1
    assert ClearanceRow.objects.count() == 1
    assert verify_home(context).ok


def test_the_clock_of_a_case_and_of_a_report(furnished, now):
    """Open, closed, held, due; of a report that a case rests on, and one that waits."""
    context = furnished
    (case,) = arrive(context, mail("203.0.113.10", 1))
    report = cases.claims(case.id)[0].report
    clock = clock_of(context, case.reference)
    assert (clock.until, clock.rule) == (None, "case, 1096 days after closed")
    assert clock.words.startswith("Kept: not closed")
    assert "work on it waits" in clock.keeps
    assert tuple(clock.keeps) == keeps_of(context, [case])[case.id]
    assert "a case rests on it" in clock_of(context, report).words
    close_by_reference(context, case.reference, "fixed", "mended", ADA)
    settle(context)
    assert cases.get(case.id).state is CaseState.CLOSED
    over = cases.get(case.id).changed_at + 1096 * DAY
    clock = clock_of(context, case.reference)
    assert (clock.until, clock.keeps, clock.automatic) == (over, (), False)
    assert clock.words.startswith(f"Erased from {over:%Y-%m-%d} on, when somebody runs")
    until = now.at + 9 * DAY
    add_hold(context, HoldScope.CUSTOMER, case.customer, until, person=ADA, reasons="a court")
    clock = clock_of(context, case.reference)
    assert (clock.keeps, [(hold.until, hold.by) for hold in clock.holds]) == (
        ("legal hold",),
        [(until, ADA)],
    )
    with pytest.raises(Missing):
        clock_of(context, "NONE-SUCH")


def test_what_is_written_in_the_case_goes_with_it(furnished, now, tmp_path):
    """A decision that waits for a second person, a case's own hold, why a reporter was revealed."""
    context = furnished
    (case,) = arrive(context, mail("203.0.113.10", 1))
    add_person(context, "rev@desk.example", "Rev", "en", roles=(StaffRole.AUDITOR,))
    case_for(context, case.reference, "rev@desk.example", reveal="reveal-word")
    asked = decide_case(
        context, case.reference, people=(ADA,), reasons="pending-word", measure="suspend-account",
        hours=24,
    )  # fmt: skip
    assert len(approvals.of_case(case.id)) == 1, asked
    held = add_hold(
        context, HoldScope.CASE, case.reference, now.at + DAY, person=ADA, reasons="hold-word"
    )
    end_hold(context, held.hold, person=ADA, reasons="end-word")
    close_by_reference(context, case.reference, "fixed", "closing-word", ADA)
    settle(context)
    words = {"reveal-word", "pending-word", "hold-word", "end-word", "closing-word"}
    assert left(words, context, tmp_path) == words
    now.at += 1100 * DAY
    assert erase_due_by(context, ADA, WHY).cases == 1
    assert left(words, context, tmp_path) == set()
    assert verify_home(context).ok
