"""A letter that says it accuses nobody goes to a person, whatever log line stands beside it."""

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.unclaimed import ASKS
from aupkeep.model.report import ReadingOutcome
from intake.test_accusations import LOG, findings

HOST = "192.0.2.66"


def letter(said, log=LOG, title="Message about a host"):
    """The reading of a letter with a log line below what it says."""
    head = f"From: a@soc.example\nTo: abuse@p.example\nSubject: {title}\n"
    head += "Date: Sun, 01 Mar 2026 12:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n"
    ((_, reading),) = read(f"{head}{said}\n\n{log}\n".encode(), "x.eml")
    return reading


ASKED = [
    "Good morning, this mail is merely a question: do such lines interest you?",
    "Hello, I just want to know if you take reports in this form. We are not accusing anyone.",
    "Hei! Kun et spørsmål fra oss: tar dere imot slike linjer?",
    "Hei, jeg lurer bare på om dette er riktig adresse for slike linjer.",
]


@pytest.mark.parametrize("said", ASKED)
def test_a_question_is_one_whatever_it_shows(said):
    reading = letter(said)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())
    assert reading.reason.startswith(ASKS), "it stands in the queue of questions"


NOBODY = [
    "We are not filing a complaint, the following is shown so that you know the format.",
    "Dette er ikke en klage. Linjene under er fra i går.",
    "Please do not read this as a complaint; we share it because we were asked to.",
    "Last night our contractor carried out an authorised pen test from your network:",
    "I natt kjørte vi en sårbarhetstest som er bestilt av oss selv:",
    "Kopi til orientering. Saken er sendt til en annen leverandør.",
    "Copied to you for reference only, the original went to another provider.",
    "The incident has been resolved, many thanks.",
    "Takk for rask hjelp! Dette var linjene, og alt er i orden nå.",
    "Imagine that somebody sent you this:",
    "La oss anta at vi hadde sett følgende:",
    "Your customer is the victim here, please warn them.",
    "Kunden deres er uskyldig, noen forfalsker adressen.",
    f"{HOST} is a scanner of ours, which writes here.",
    f"{HOST} tilhører oss, vi har glemt en gammel jobb der.",
    f"{HOST} er offeret i denne saken, ikke kilden.",
    "Course material of our security class:",
]


@pytest.mark.parametrize("said", NOBODY)
def test_a_letter_that_says_so_accuses_nobody(said):
    reading = letter(said)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())
    assert reading.reason


def test_a_quoted_report_below_it_accuses_nobody_either():
    quoted = "\n".join(f"> {line}" for line in ("We see attacks from your host.", LOG))
    assert not letter("Dere får dette kun til informasjon.", quoted).findings


def test_who_is_called_the_victim_is_no_offender_of_a_log_that_names_both():
    log = LOG.replace(HOST, "198.51.100.200") + f" (on {HOST})"
    said = f"Our customer's server with you, {HOST}, is the victim of an attack."
    assert HOST not in {str(found.subject.address) for found in letter(said, log).findings}


GENUINE = [
    "Your customer is attacking our SSH server. Please stop this.",
    "This is not the first complaint we send you about this host. It still attacks us:",
    "Our last complaint was not answered. The attacks go on:",
    "We reported this before and you said that the case is closed, but the attacks continue:",
    "An unauthorised penetration test hit us, not agreed with anybody:",
    "We will block your host until the attacks are fixed. Log:",
    "Thank you for fixing this promptly. Your machine attacks our SSH server:",
    "For your information: your server guesses our passwords.",
    "Til orientering ser vi angrep fra en av deres maskiner:",
    "Forrige sak ble avsluttet, men angrepene fortsetter:",
    f"Our server 198.51.100.9 is the victim of a brute force attack by {HOST}:",
    "Our customer is innocent and was attacked from your network:",
    "If this is a penetration test that you ordered, please tell us. Otherwise stop it:",
    "We have had no reply to three complaints about this server, which attacks us daily:",
    "Vår egen server ble angrepet fra nettet deres:",
]


@pytest.mark.parametrize("said", GENUINE)
def test_a_complaint_goes_on_being_evidence(said):
    (found,) = letter(said).findings
    assert (str(found.subject.address), found.words_alone) == (HOST, False)


@pytest.mark.parametrize(
    "said",
    [
        "Serveren er satt opp av kollegene i måleprosjektet vårt, og linjen er fra den.",
        "Should such a thing ever happen, the line would be like this:",
    ],
)
def test_sentences_that_name_no_abuse_leave_its_lines_to_a_person(said):
    """Under a title that names none either; the line alone, or under a complaint's, is evidence."""
    assert not letter(said).findings
    assert not letter("").findings[0].words_alone
    assert not letter(said, title="Brute force from your network").findings[0].words_alone


@pytest.mark.parametrize(
    ("said", "alone"),
    [
        ("Attached is what we collected about your machines, please look into it.", False),
        ("Attached is the sheet of the week, made by our own collectors.", False),
        ("Would you tell us whether the attached sheet is of any use to your desk?", True),
        ("We must apologise, the sheet of this morning held the wrong column:", True),
    ],
)
def test_a_table_is_what_its_letter_says(said, alone):
    """A file in nobody's format stays an allegation below a letter that asks or takes back."""
    rows = ("a.csv", f"ip,type,date\n{HOST},port scan,2026-03-01T11:00:00Z\n")
    (found,) = findings(said, subject="Sheet", file=rows)
    assert found.words_alone is alone


def test_what_a_program_attached_stays_as_an_allegation():
    rows = ("a.csv", f"ip,type,time\n{HOST},port scan,2026-03-01T11:00:00Z\n")
    (found,) = findings("For your records only.", file=rows)
    assert found.words_alone
