"""What a letter must say to accuse: each letter of a set by its sender, from the door to its end.

`intake/letters` holds them: `no_reports.txt` accuse nobody, `reports.txt` report. The second word
of a head is the language, the third what it is.
"""

import re
from pathlib import Path

import pytest

from app.conftest import STAMP
from app.steps import arrive
from aupkeep.app.read_whole import read_whole
from aupkeep.app.reading.inbox import list_inbox
from aupkeep.intake.extract.charge import uncharged
from aupkeep.intake.reading import read
from aupkeep.intake.unclaimed import UNSURE, Unclaimed
from aupkeep.model.errors import Conflict
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.ladder import Evidence
from aupkeep.store import case_filter, inquiries
from aupkeep.store.case_filter import CaseFilter

LETTERS = Path(__file__).parents[2] / "intake" / "letters"
HEAD = """\
{head}
{to}Date: Wed, 18 Nov 2026 12:00:00 +0000
Message-ID: <{number}@letters.example>
Content-Type: text/plain; charset=utf-8

{body}"""
# reports in words that are not read as ones: a person sees each of them in the inbox
UNREAD = frozenset(["r10", "r11", "r12", "r23", "r33", "q16", "n21", "n23"])
# letters that accuse nobody and are taken for allegations, in words alone: an E0 case
ALLEGED = frozenset(["j12", "k13"])


def letters(name):
    """Number and bytes of each letter of a file."""
    for block in re.split(r"^=== ", (LETTERS / name).read_text(), flags=re.MULTILINE)[1:]:
        first, _, mail = block.partition("\n")
        head, _, body = mail.partition("\n\n")
        number = first.split()[0]
        to = "" if "\nTo:" in head else "To: abuse@aupkeep.example\n"
        yield number, HEAD.format(head=head, to=to, number=number, body=body).encode()


def claimed(data):
    """Whether a letter accuses an address of ours, and whether with more than words."""
    ((_, reading),) = read(data, "letter.eml")
    ours = [f for f in reading.findings if "203.0.113." in f"{f.subject} {f.subject.url}"]
    return [f.words_alone for f in ours if f.role.value != "victim"]


@pytest.mark.parametrize(("number", "data"), [*letters("no_reports.txt")])
def test_a_letter_that_accuses_nobody_opens_nothing(number, data):
    assert claimed(data) == [True] * (number in ALLEGED)


@pytest.mark.parametrize(("number", "data"), [*letters("reports.txt")])
def test_a_report_in_its_writers_own_words_accuses(number, data):
    assert bool(claimed(data)) is (number not in UNREAD)


LINE = "Mar  1 11:50:0{n} mx sshd[9]: Failed password for root from 203.0.113.10 port 4711 ssh2"
LOG = "\n".join(LINE.format(n=n) for n in range(6))
LATE = "We saw these logins from your address.\n\n{}\nAll of it was our own agreed rehearsal.\n"
MAIL = """\
From: Night shift <soc@cert.example>
To: abuse@aupkeep.example
Subject: About a machine
Date: Sun, 01 Mar 2026 12:00:00 +0000
Message-ID: <{number}@cert.example>
Content-Type: text/plain; charset=utf-8

All times are UTC. {said}

{log}
"""


def letter(said):
    """The same lines of a log, from the same proven sender, below other words."""
    text = MAIL.format(said=said, log=LOG, number=abs(hash(said)))
    return (STAMP.format(domain="cert.example").replace("\r\n", "\n") + text).encode()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Here is the excerpt that our intern copied out during the lunch break.", UNSURE),
        ("We owe you an apology, the lines of yesterday came out of our own toolbox.", "a mistake"),
        ("Your customer had no part in it, whatever others told you about these.", "a denial"),
    ],
)
def test_the_same_lines_without_a_charge_wait_for_a_person(furnished, said, why):
    """No case and no word to the customer; the item says which sentence leaves it open."""
    assert arrive(furnished, letter(said)) == []
    (item,) = list_inbox(furnished)
    assert why in item.reason
    assert said[:60] in item.reason
    assert case_filter.page(CaseFilter(), limit=5) == []


ATTACKED = """03:14:07.112233 IP 198.51.100.3.51515 > 203.0.113.10.443: Flags [S], seq 1, win 1024
03:14:07.112301 IP 198.51.100.8.41002 > 203.0.113.10.443: Flags [S], seq 1, win 1024"""


@pytest.mark.parametrize("subject", ["attack on 203.0.113.10", "203.0.113.10", "DDoS 203.0.113.10"])
def test_whom_a_title_names_and_the_lines_show_as_the_target_is_not_accused(furnished, subject):
    """A customer who writes the own address into the subject is no offender by it."""
    mail = letter("Someone floods the bakery, please stop these people!").decode()
    mail = mail.replace("About a machine", subject).replace(LOG, ATTACKED)
    assert arrive(furnished, mail.encode()) == []
    assert case_filter.page(CaseFilter(), limit=5) == []


def test_a_question_above_a_log_stands_in_the_queue_of_questions(furnished):
    assert arrive(furnished, letter("Do any of you recognise what these lines mean?")) == []
    assert inquiries.count(InquiryState.OPEN) == 1


def test_the_same_lines_with_a_charge_are_evidence(furnished):
    (case,) = arrive(furnished, letter("One of your machines is after our accounts, kindly act."))
    assert (case.level, case.customer) == (Evidence.E1, "alder")


def test_a_person_s_word_makes_the_letter_a_report(furnished):
    """What waits is read again as the report that a person calls it, once."""
    arrive(furnished, letter("Here is the excerpt that our intern copied out for you to keep."))
    (item,) = list_inbox(furnished)
    (case,) = read_whole(furnished, item.report, person="ada", reader=read, lookup=None)
    assert (case.level, case.customer) == (Evidence.E1, "alder")
    assert list_inbox(furnished) == []
    with pytest.raises(Conflict):
        read_whole(furnished, item.report, person="ada", reader=read, lookup=None)


def test_what_a_letter_says_below_a_long_log_counts():
    letter = uncharged("Logins", [LATE.format(f"{LOG}\n" * 40)])
    assert letter is not None
    assert letter.why is Unclaimed.PERMITTED
