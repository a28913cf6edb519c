"""Mails that are no reports are classified, each with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.mail.quotes import new_words
from aupkeep.intake.mail.retraction import no_spam, retraction
from aupkeep.intake.reading import read
from aupkeep.model.correspondence import MailMeaning
from aupkeep.model.report import Reading, ReadingOutcome
from timing import assert_growth

CASE = "In-Reply-To: <K7QF-2M9X.01890c2e-0000-7000-8000-000000000000@aupkeep.example>\n"
QUOTE = "\n\nOn 1 March 2026, Abuse desk <abuse@aupkeep.example> wrote:\n> your server\n"


def letter(body: str, head: str = "", subject: str = "Re: your mail") -> Reading:
    mail = f"From: A <a@reporter.example>\nTo: abuse@aupkeep.example\nSubject: {subject}\n{head}\n"
    [(_, reading)] = read((mail + body).encode(), "x.eml", "mail")
    return reading


@pytest.mark.parametrize(
    "words",
    [
        "We withdraw our report of yesterday.",
        "Please disregard our previous report, it was a false positive.",
        "Our report was sent in error. Sorry for the inconvenience.",
        "It was not your host but our own scanner. Sorry!",
        "The complaint of Monday is hereby withdrawn.",
        "Please ignore our earlier mail.",
        "Vi trekker meldingen tilbake.",
        "Se bort fra vår rapport av i går.",
        "Falsk alarm, beklager.",
        "Wir ziehen unsere Meldung hiermit zurück.",
        "Wir nehmen unsere Missbrauchsbeschwerde zu https://a.example/x zurück.",
        "Die Beschwerde ist gegenstandslos.",
        "Das war ein Fehlalarm, bitte entschuldigen Sie.",
        "Nous retirons notre signalement.",
        "Veuillez ignorer notre signalement d'hier.",
        "C'est un faux positif, désolé.",
        "Wij trekken onze melding in.",
        "De melding is ingetrokken.",
        "Loos alarm, excuses.",
    ],
)
def test_taking_a_report_back_is_a_retraction(words: str) -> None:
    reading = letter(words + QUOTE)
    assert (reading.meaning, reading.outcome) == (MailMeaning.RETRACTION, ReadingOutcome.INBOX)
    assert "retraction" in (reading.reason or "")


@pytest.mark.parametrize(
    "words",
    [
        "If this is a false positive, please disregard our report.",
        "The attack goes on. This is not a false positive. Sorry to bother you again.",
        "Please do not ignore our report.",
        "Should you have sent this in error, please withdraw it.",
        "Wenn es ein Fehlalarm war, bitte ignorieren Sie die Meldung.",
        "Dersom dette er falsk alarm, se bort fra meldingen.",
        "Can you withdraw your complaint?",
        "Thank you, we will look at it.",
    ],
)
def test_a_condition_or_a_denial_is_no_retraction(words: str) -> None:
    assert letter(words + QUOTE).meaning is None


def test_words_that_are_quoted_take_nothing_back() -> None:
    assert letter("We do not agree.\n\n> We withdraw our report.\n").meaning is None


def test_recipient_may_say_that_a_mail_was_no_spam() -> None:
    reading = letter("Sorry, this was not spam." + QUOTE)
    assert (reading.meaning, reading.outcome) == (MailMeaning.NOT_SPAM, ReadingOutcome.INBOX)


def test_retraction_about_a_case_is_a_reply() -> None:
    reading = letter("We withdraw our report." + QUOTE, CASE)
    assert (reading.outcome, reading.reply_to) == (ReadingOutcome.REPLY, "K7QF-2M9X")
    assert reading.meaning is MailMeaning.RETRACTION


def test_counter_notice_about_a_case_is_a_reply_and_accuses_nobody() -> None:
    words = (
        "Under penalty of perjury: my page https://a.example/x was disabled as a result of mistake"
        " or misidentification. I consent to the jurisdiction of the court."
    )
    reading = letter(words, CASE)
    assert (reading.outcome, reading.meaning) == (ReadingOutcome.REPLY, MailMeaning.COUNTER_NOTICE)
    assert reading.findings == ()
    assert "counter-notice" in (reading.reason or "")


def test_reply_says_which_of_its_words_are_new() -> None:
    reading = letter("We mended it.\n\n-- \nAda" + QUOTE, CASE)
    [quoted], [signed] = reading.quoted, reading.signed
    text = reading.parts[0]
    assert text[quoted.start : quoted.end].startswith("On 1 March")
    assert text[signed.start : signed.end].strip() == "-- \nAda"
    assert text[: signed.start].strip() == "We mended it."


def test_html_reply_says_which_of_its_words_are_new() -> None:
    html = "<p>We mended it.</p><blockquote type=cite>your server</blockquote>"
    reading = letter(html, CASE + "Content-Type: text/html\n")
    [quoted] = reading.quoted
    assert reading.parts[0][quoted.start : quoted.end].strip() == "your server"


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        ("Automatic reply: your mail", ""),
        ("Automatisk svar: sak", ""),
        ("Automatische Antwort: Fall", ""),
        ("Réponse automatique : cas", ""),
        ("Automatisch antwoord: zaak", ""),
        ("Abwesenheitsnotiz", ""),
        ("your mail", "Auto-Submitted: auto-replied\n"),
        ("your mail", "X-Autoreply: yes\n"),
        ("your mail", "Preference: auto_reply\n"),
        ("[Ticket #4711] Your request has been received", "Auto-Submitted: auto-generated\n"),
        ("Eingangsbestätigung", "X-Auto-Response-Suppress: All\n"),
        ("Please confirm that you are a human sender", "Precedence: bulk\n"),
    ],
)
def test_machines_answer_is_ignored_with_its_reason(subject: str, head: str) -> None:
    for thread in ("", CASE):
        reading = letter("I am a machine.", head + thread, subject)
        assert reading.outcome is ReadingOutcome.IGNORED, reading.reason


NOTICE = "2026-03-01 14:05:00 UTC 192.0.2.66 tried SSH brute force on 198.51.100.9."


@pytest.mark.parametrize(
    "body",
    [
        f"Fixed.\n\nOn 1 March 2026, Desk <abuse@aupkeep.example> wrote:\n> {NOTICE}\n",
        f"No.\n\n-----Original Message-----\nFrom: Desk <abuse@aupkeep.example>\n\n{NOTICE}\n",
    ],
)
def test_an_answer_that_quotes_our_notice_accuses_nobody(body: str) -> None:
    assert letter(body, subject="Your mail").findings == ()


def test_a_thread_that_others_wrote_is_read_where_nothing_else_claims() -> None:
    body = f"See below.\n\nOn 1 March 2026, Soc <soc@victim.example> wrote:\n> {NOTICE}\n"
    assert len(letter(body, subject="Fwd: attack").findings) == 1


def test_a_machine_that_tells_of_our_mail_accuses_nobody() -> None:
    head = "Auto-Submitted: auto-generated\n"
    body = f"Thank you for contacting us. Your message:\n{NOTICE}\n"
    reading = letter(body, head, "[Ticket #1] Your request has been received")
    assert (reading.outcome, reading.findings) == (ReadingOutcome.IGNORED, ())


def test_automatic_report_is_still_a_report() -> None:
    """Machines report too, also under words that acknowledgements use."""
    line = "Mar  1 10:11:12 mx sshd[9]: Failed password for root from 192.0.2.7 port 4711 ssh2"
    head = "Auto-Submitted: auto-generated\nDate: Sun, 01 Mar 2026 10:20:00 +0000\n"
    reading = letter(line, head, "[Ticket #1] Abuse message received from 192.0.2.7")
    assert reading.outcome is ReadingOutcome.PARSED


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_words_break_the_reader(words: str, title: str) -> None:
    retraction(words, title, answers=True)
    no_spam(words, answers=True)
    new_words(words, title)


@pytest.mark.parametrize(
    "unit", ["we withdraw ", "please ignore our ", "trekker ", "report is ", "is not ", "melding "]
)
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    assert_growth(lambda size: retraction(unit * (size // len(unit)), answers=True), 50_000)
