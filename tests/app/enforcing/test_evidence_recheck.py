"""A report judged wrong, or taken back: what rested on it is looked at without it, at once."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.reading.test_case_mail import back
from app.reading.test_taken_back import take_back
from app.steps import arrive, enforce, guess, post, states, told, vouch, work
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.model.action import ActionState
from aupkeep.model.case import Case, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind
from aupkeep.store import cases, notices, reports

pytestmark = pytest.mark.parametrize("vendor", ["sqlite"])  # nothing here is about SQL

EVERYTHING = ("recheck", "consider", "enforce")


def judge(context, *cases_of: Case):
    """Ada judges the first report of each case refuted; the worker and the agent follow."""
    for case in cases_of:
        first = reports.of_case(case.id)[0]
        judge_report(context, first.id, "refuted", person="ada", reasons="it was a test of ours")
    work(context, *EVERYTHING)
    enforce(context)


def test_what_rested_on_it_alone_is_lifted_in_every_case_that_used_it(furnished):
    """By a rule, at two machines; who was limited is told that the decision was wrong."""
    rows = b"address,customer,resource,from,until\n203.0.113.12,alder,vm-d,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows, "csv")
    blocked = post(furnished, guess("203.0.113.10", JUST_NOW), guess("203.0.113.12", JUST_NOW))
    enforce(furnished)
    assert [states(case) for case in blocked] == [{ActionState.APPLIED}] * 2
    judge(furnished, blocked[0])
    assert [states(case) for case in blocked] == [{ActionState.LIFTED}] * 2
    for case in blocked:
        (letter,) = [x for x in notices.of_case(case.id) if x.kind is NoticeKind.LIFTED]
        assert any(sorry in letter.text for sorry in ("Vi beklager", "We are sorry"))
        (lifting,) = told(case, EntryType.ACTION_LIFTING)
        assert lifting["reason"].startswith("lifted because a person judged a report wrong.")
        assert cases.get(case.id).state is not CaseState.WAITING
    assert verify_home(furnished).ok


def test_what_other_evidence_bears_stands_with_the_reason(furnished):
    """Said once, however often it is looked at; with the last report gone it is lifted."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    vouch(furnished, "mail:cert.example", "mail:watch.example")
    for number, domain in enumerate(("cert.example", "watch.example")):
        at = JUST_NOW + timedelta(seconds=61 * number)
        arrive(furnished, report("203.0.113.10", at, domain=domain), weigh=False)
    judge(furnished, case)
    judge(furnished, case)
    (stands,) = [x for x in told(case, EntryType.CASE_CHANGED) if "rests" in x]
    assert "the measure stands on other evidence" in stands["why"]
    assert states(case) == {ActionState.APPLIED}
    for other in reports.of_case(case.id):
        judge_report(furnished, other.id, "unfounded", person="ada", reasons="made up")
    work(furnished, *EVERYTHING)
    assert states(case) == {ActionState.LIFTING}


def test_what_a_person_decided_stands_and_the_desk_is_asked(furnished):
    """Their reasons are theirs; somebody looks, and the case waits for nobody else."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    decide_case(furnished, case.reference, people=("ada",), reasons="x", measure="isolate", hours=4)
    enforce(furnished)
    judge(furnished, case)
    judge(furnished, case)
    assert ActionState.APPLIED in states(case)
    (asks,) = [x for x in told(case, EntryType.CASE_CHANGED) if "rests" in x]
    assert asks["why"].endswith("look whether it may stand")
    assert cases.get(case.id).state is CaseState.OPEN


def test_no_answer_is_waited_for_on_a_report_that_was_wrong(furnished):
    """A customer who was given a deadline on it: the case is back at the desk, nothing follows."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    decide_case(furnished, case.reference, people=("ada",), reasons="x", measure="inform-deadline")
    assert cases.get(case.id).state is CaseState.WAITING
    judge(furnished, case)
    assert cases.get(case.id).state is CaseState.OPEN
    assert "no answer is waited for" in told(case, EntryType.CASE_CHANGED)[-1]["why"]
    assert verify_home(furnished).ok


@pytest.fixture
def reported(furnished):
    """A case on which a rule acted, for two reporters who were right before say the same."""
    vouch(furnished, "mail:cert.example", "mail:watch.example")
    for number, domain in enumerate(("cert.example", "watch.example")):
        at = JUST_NOW + timedelta(seconds=61 * number)
        (case,) = arrive(furnished, report("203.0.113.10", at, domain=domain))
    enforce(furnished)
    return case


def test_what_rested_on_reports_that_were_taken_back_is_lifted(furnished, reported):
    """By who sent it, proven; the customer reads an apology and not who it was."""
    assert ActionState.APPLIED in states(reported)
    take_back(furnished, reported)
    work(furnished, *EVERYTHING)
    take_back(furnished, reported, "watch.example")
    work(furnished, *EVERYTHING)
    enforce(furnished)
    assert states(reported) == {ActionState.LIFTED}
    (letter,) = [x for x in notices.of_case(reported.id) if x.kind is NoticeKind.LIFTED]
    assert any(sorry in letter.text for sorry in ("Vi beklager", "We are sorry"))
    assert "cert.example" not in letter.text
    assert "watch.example" not in letter.text
    (lifting,) = told(reported, EntryType.ACTION_LIFTING)
    assert lifting["reason"].startswith("lifted because who sent a report took it back.")
    assert verify_home(furnished).ok


def test_a_letter_in_a_reporters_name_lifts_nothing(furnished, reported):
    """Only who provably sent a report takes it back."""
    for sent in reports.of_case(reported.id):
        arrive(furnished, back(sent.reading.message_id, sent.reading.reporter, proven=False))
    work(furnished, *EVERYTHING)
    assert ActionState.APPLIED in states(reported)


def test_what_a_person_decided_on_a_report_that_was_taken_back_stands(furnished):
    """The desk is asked whether it may stand."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    decide_case(furnished, case.reference, people=("ada",), reasons="x", measure="isolate", hours=4)
    enforce(furnished)
    take_back(furnished, case)
    work(furnished, *EVERYTHING)
    assert ActionState.APPLIED in states(case)
    (asks,) = [x for x in told(case, EntryType.CASE_CHANGED) if "rests" in x]
    assert asks["why"].startswith("who sent a report took it back, and nothing else supports")
