"""What sentences say, from the door to the case or the inbox: denials, questions, words alone."""

import pytest

from app.conftest import NOON, STAMP, report
from app.steps import arrive
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.ladder import Evidence
from aupkeep.model.report import ReadingOutcome
from aupkeep.store import actions, case_filter, cases, inquiries, notices, reports
from aupkeep.store.case_filter import CaseFilter

MAIL = """\
From: Night shift <soc@{domain}>\r
To: abuse@aupkeep.example\r
Subject: {subject}\r
Date: Sun, 01 Mar 2026 12:00:00 +0000\r
Message-ID: <{number}@{domain}>\r
{fields}Content-Type: text/plain; charset=utf-8\r
\r
{words}\r
"""


def letter(words, *, subject="Abuse", domain="cert.example", fields=""):
    """A mail of words, proven by our exchanger."""
    mail = MAIL.format(
        domain=domain, subject=subject, number=abs(hash(words)), fields=fields, words=words
    )
    return (STAMP.format(domain=domain) + mail).encode()


def waiting():
    """Why the newest report waits for a person."""
    return reports.inbox(limit=50)[-1].inbox_reason or ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("203.0.113.10 is no longer an open resolver.", "said to be over"),
        ("203.0.113.10 has been removed from our blocklist for spam.", "said to be over"),
        ("We had blocked 203.0.113.10 for spam by mistake.", "said to be a mistake"),
        ("Is a penetration test from 203.0.113.10 allowed?", "a question"),
        ("I got 203.0.113.10 today.\nWas this used for spam before I got it?", "a question"),
        ("Vi har ikke sett noe spam fra 203.0.113.10.", "a denial"),
        ("Sie haben uns geschrieben, 203.0.113.10 versende Spam.", "what the reader said"),
        ("Si 203.0.113.10 envoie du spam, nous vous le dirons.", "a supposition"),
        ("The port scan from 203.0.113.10 was authorised by us.", "said to be permitted"),
    ],
)
def test_polarity(furnished, words, why):
    """What is denied, over, asked, permitted or supposed opens no case; a person reads it."""
    assert arrive(furnished, letter(words, subject="Spam")) == []
    if why == "a question":
        assert inquiries.count(InquiryState.OPEN) == 1
    else:
        assert why in waiting()
    assert not case_filter.page(CaseFilter(), limit=10)


@pytest.mark.parametrize(
    "words",
    [
        "May we scan your network? Is it allowed under your policy?",
        "We plan to scan your network.\n\nMay we? We would send one packet to each address.",
        "May we scan your network? We would like to test 203.0.113.10.\nIs it allowed?",
        "Kan vi skanne nettet deres? Vi ønsker å teste 203.0.113.10 for åpne porter. Er det lov?",
        "You wrote to us that 203.0.113.10 sends spam. What are we to do about it now?",
        "May we scan 203.0.113.0/24 for research? Our scanner is at 198.51.100.7. Is it allowed?",
    ],
)
def test_what_asks_is_an_inquiry(furnished, words):
    """Whatever plan or word of ours stands beside the question."""
    assert arrive(furnished, letter(words, subject="Scan of your network")) == []
    assert inquiries.count(InquiryState.OPEN) == 1
    assert "a question" in waiting()


def test_a_plan_without_a_question_asks_nothing(furnished):
    assert arrive(furnished, letter("We plan to scan 203.0.113.10 for spam on Monday.")) == []
    assert inquiries.count(InquiryState.OPEN) == 0


def test_polarity_leaves_the_claim_beside_it(furnished):
    """One address is over, another goes on: only that one is accused."""
    words = "203.0.113.70 no longer sends spam. 203.0.113.200 sends spam to us. Please stop it."
    (case,) = arrive(furnished, letter(words))
    assert [str(claim.finding.subject) for claim in cases.claims(case.id)] == ["203.0.113.200"]


def test_words_alone_stay_an_allegation(furnished):
    """Two proven senders say it in sentences: nobody is told or limited until a person decides."""
    words = "Your customer at 203.0.113.200 is sending spam to us since 1 March 2026 at 10:00 UTC."
    for domain in ("cert.example", "bank.example"):
        (case,) = arrive(furnished, letter(words, domain=domain))
    case = find_case(case.reference)
    assert case.level is Evidence.E0
    assert notices.of_case(case.id) == []
    assert actions.of_case(case.id) == []
    decide_case(furnished, case.reference, people=("ada",), reasons="seen by me", measure="inform")
    assert notices.of_case(case.id)


def test_words_beside_a_log_stand_on_the_log(furnished):
    """The same sender's log line is evidence, whatever the sentences around it say."""
    (case,) = arrive(furnished, report("203.0.113.10", NOON))
    assert find_case(case.reference).level is Evidence.E1


@pytest.mark.parametrize(
    "fields",
    [
        "List-Id: <talk.operators.example>\r\n",
        "Precedence: bulk\r\nList-Unsubscribe: <mailto:off@news.example>\r\n",
    ],
)
def test_list_mail_accuses_nobody(furnished, fields):
    """What went to many is told before its words are read."""
    words = "203.0.113.10 is attacking our SSH server with brute force."
    assert arrive(furnished, letter(words, fields=fields)) == []
    assert "accuse nobody" in waiting()
    assert reports.inbox(limit=1)[0].reading.outcome is ReadingOutcome.INBOX
