"""After a report was taken back nobody is told of it as of a fact, and the case says so."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.reading.test_case_mail import back
from app.steps import arrive
from aupkeep.app.access.links import make_link
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.case_records import show_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.customer_notice import _customer_facts
from aupkeep.app.notifying.statements import make_statement
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.app.standing_claims import ABOUT_STANDING, newest_standing
from aupkeep.cli.case_text import case_lines
from aupkeep.model.action import Limiting
from aupkeep.model.actor import SYSTEM
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import NoticeKind
from aupkeep.model.statement import SourceKind
from aupkeep.notify.statement_words import statement_rows
from aupkeep.store import approvals, cases, decisions, log, notices, reports

WORDS = "the reporter takes the report back"


def take_back(desk, case, domain="cert.example"):
    """The reporter of that domain takes their report back."""
    (first,) = (one for one in reports.of_case(case.id) if domain in one.reading.reporter)
    arrive(desk, back(first.reading.message_id, f"soc@{domain}"))


@pytest.fixture
def case(furnished):
    """A case whose only report was taken back."""
    (found,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    take_back(furnished, found)
    return cases.get(found.id)


@pytest.fixture
def half(furnished):
    """A case of two reports, of which the first, of six events, was taken back."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    other = report("203.0.113.10", JUST_NOW, domain="other.example", lines=3)
    (found,) = arrive(furnished, other)
    take_back(furnished, found)
    return cases.get(found.id)


@pytest.mark.parametrize(
    "choice",
    [
        {"measure": "block-port", "hours": 4},
        {"measure": "isolate", "hours": 4},
        {"measure": "isolate", "hours": 4, "break_glass": True},
        {"measure": "inform-deadline"},
    ],
    ids=lambda choice: f"{choice['measure']}-{len(choice)}",
)
def test_a_person_decides_nothing_on_it(furnished, case, choice):
    """The reason is told and written down; nothing waits for a second person either."""
    before = decisions.of_case(case.id)
    with pytest.raises(Forbidden, match="no evidence of this case stands: what was reported"):
        decide_case(furnished, case.reference, people=("ada",), reasons="I saw it", **choice)
    assert decisions.of_case(case.id) == before
    assert approvals.waiting(case.id) == []
    (refusal,) = log.entries(case.id, types=(EntryType.DECISION_REFUSED,))
    assert "taken back" in refusal.entry.payload["reason"]


def test_a_statement_states_no_event_that_nobody_measured(furnished, case):
    """A decision that needs no evidence says that none stands, not that we saw it."""
    about = load_case_context(furnished, case)
    made = make_statement(about, decisions.of_case(case.id)[0])
    assert (made.source, made.facts.events) == (SourceKind.NONE, 0)
    rows = dict(statement_rows(made, "en", Limiting.NOT))
    assert "nothing is held against it any more" in rows["facts"]
    assert rows["source"].startswith("none that stands")


def test_a_letter_that_takes_a_report_back_gets_no_receipt(furnished, now):
    """Days later, when the day's receipt is none any more: it reports nothing."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    now.at += timedelta(days=3)
    take_back(furnished, case)
    written = notices.recent_to("soc@cert.example", NOON - timedelta(days=1))
    assert [notice.kind for notice in written] == [NoticeKind.RECEIPT]


def test_a_notice_tells_of_what_stands_alone(furnished, half):
    """Three of nine events are left, in the notice and in the statement of a later decision."""
    about = load_case_context(furnished, half)
    facts = _customer_facts(furnished, about, decisions.of_case(half.id)[0], "en")
    assert (half.events, facts["events"], len(facts["evidence"])) == (3, 3, 3)
    made = make_statement(about, decisions.of_case(half.id)[0])
    assert (made.source, made.facts.events) == (SourceKind.NOTICE, 3)


def test_the_customers_page_says_that_it_was_taken_back(furnished, case):
    """And tells nothing of it any more."""
    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    page = customer_page(furnished, token, "en")
    assert page.evidence == ()
    assert page.what[0].startswith("A report about this was taken back")


def test_the_command_line_says_what_stands_no_more(furnished, half):
    """Each claim and the timeline say it, and the level is that of the claims that stand."""
    shown = show_case(furnished, half.reference)
    gone = [claim for claim in shown.evidence if claim.withdrawn]
    assert {claim.withdrawn for claim in gone} == {WORDS}
    (said,) = log.entries(half.id, types=(EntryType.CLAIM_WITHDRAWN,))
    assert {claim.withdrawn_at for claim in gone} == {said.entry.at}
    assert (len(gone), shown.evidence_count, shown.standing_count) == (6, 9, 3)
    (told,) = [one for one in shown.timeline if one.type is EntryType.CLAIM_WITHDRAWN]
    assert told.why == WORDS
    text = "\n".join(case_lines(as_json(shown)))
    assert text.count(f"stands no more: {WORDS}, ") == 6
    assert "E1: 3 of 9 claims stand" in text


def test_where_nothing_stands_the_level_says_so(furnished, case):
    """It is no E1 that a person reads first."""
    shown = show_case(furnished, case.reference)
    assert (shown.level, shown.standing_level, shown.standing_count) == ("E0", "E0", 0)
    assert "E0: 0 of 6 claims stand" in "\n".join(case_lines(as_json(shown)))


def test_a_case_of_which_all_stands_reads_as_before(furnished):
    """No word of it, and the level alone."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    shown = show_case(furnished, case.reference)
    assert (shown.standing_level, shown.standing_count) == ("E1", 6)
    text = "\n".join(case_lines(as_json(shown)))
    assert "stand" not in text.replace("standard", "")


def test_a_reporters_own_correction_stands_in_words(furnished):
    """Its line in the timeline says what came, beside `case-changed`."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    mail = (
        "From: soc@cert.example\r\nTo: abuse@aupkeep.example\r\nSubject: Correction\r\n"
        "Message-ID: <later@cert.example>\r\nDate: Sun, 01 Mar 2026 12:10:00 +0000\r\n\r\n"
        "Our mail of this morning was wrong, sorry: it was not 203.0.113.10.\r\n"
    )
    arrive(furnished, mail.encode())
    text = "\n".join(case_lines(as_json(show_case(furnished, case.reference))))
    assert "who reported it may take it back: read the inbox" in text


def test_what_a_person_judged_wrong_stands_no_more_either(furnished):
    """Without a moment, which the journal has with the report; and nobody is limited for it."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (first,) = reports.of_case(case.id)
    judge_report(furnished, first.id, "refuted", person="ada", reasons="a copied log")
    shown = show_case(furnished, case.reference)
    assert {(one.withdrawn, one.withdrawn_at) for one in shown.evidence} == {
        ("a person judged the report wrong", None)
    }
    assert shown.standing_count == 0
    with pytest.raises(Forbidden, match="no evidence of this case stands"):
        decide_case(
            furnished, case.reference, people=("ada",), reasons="x", measure="isolate", hours=4
        )


def test_what_was_found_right_before_it_was_taken_back_stands_no_more(furnished, now):
    """A person's word counts against a takeback that they knew of alone."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (first,) = reports.of_case(case.id)
    judge_report(furnished, first.id, "confirmed", person="ada", reasons="seen in our flows")
    now.at += timedelta(hours=1)
    take_back(furnished, case)
    assert show_case(furnished, case.reference).standing_count == 0
    now.at += timedelta(hours=1)
    judge_report(furnished, first.id, "confirmed", person="ada", reasons="seen all the same")
    assert show_case(furnished, case.reference).standing_count == len(cases.claims(case.id))


def newest(case):
    """The report of the newest claim that stands, as a list shows it."""
    logged = log.of_cases([case.id], ABOUT_STANDING)
    claim = newest_standing([case.id], logged).get(case.id)
    return claim.report if claim else None


def test_a_list_shows_the_newest_claim_that_stands(furnished, now, half):
    """What was taken back is none, until a person confirms it later."""
    by = {
        report.reading.reporter.partition("@")[2]: report.id for report in reports.of_case(half.id)
    }
    first, second = by["cert.example"], by["other.example"]
    assert newest(half) == second
    take_back(furnished, half, "other.example")
    assert newest(half) is None
    now.at += timedelta(minutes=1)
    judge_report(furnished, first, "confirmed", person="ada", reasons="the lines are real")
    assert newest(half) == first
