"""From the door to case or inbox: notices about the reader's account, advice, forms, digests."""

import pytest

from app.reading.test_words_alone import letter, waiting
from app.steps import arrive
from aupkeep.model.finding import Role
from aupkeep.store import case_filter, cases, reports
from aupkeep.store.case_filter import CaseFilter

OURS = "203.0.113.200"


def accused(context, words, title):
    """Who is accused by a letter, with a case or in the inbox."""
    arrive(context, letter(words, subject=title))
    kept = [finding for report in reports.inbox(limit=9) for finding in report.reading.findings]
    kept += [
        claim.finding
        for case in case_filter.page(CaseFilter(), limit=9)
        for claim in cases.claims(case.id)
    ]
    return {str(f.subject.address) for f in kept if f.role is not Role.VICTIM}


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("New sign-in", "Somebody tried to sign in to your account from 203.0.113.200."),
        ("Key added", "Key added to your account from 203.0.113.200. If it wasn't you: attack."),
        ("Anmeldung", "Anmeldeversuch bei Ihrem Konto von 203.0.113.200, vielleicht ein Angriff."),
        ("Pålogging", "Noen prøvde å logge på kontoen din fra 203.0.113.200."),
        ("Connexion", "Quelqu'un essaie de se connecter à votre compte depuis 203.0.113.200."),
        ("Logowanie", "Próba logowania na twoje konto z 203.0.113.200. To nie byłeś ty?"),
    ],
)  # fmt: skip
def test_a_notice_about_the_readers_account(furnished, title, words):
    """Who signed in to the reader's own account gets no case, and a person sees the letter."""
    assert accused(furnished, words, title) == set()
    assert "a notice about the reader's own account" in waiting()


def test_a_break_in_at_somebody_elses_account(furnished):
    """An account of the writer's own customer makes a complaint of it."""
    words = "Your host 203.0.113.200 tries to log in to our customers' accounts. Please stop it."
    assert accused(furnished, words, "Abuse") == {OURS}


@pytest.mark.parametrize(
    "words",
    [
        "Ihr Kunde mit der Adresse 203.0.113.200 wird seit heute Nacht per DDoS angegriffen.",
        "Jullie klant 203.0.113.200 wordt sinds vannacht vanuit een botnet aangevallen. DDoS!",
        "Your site at 203.0.113.200 was protected from 1,221 attacks. Top type: SQL injection.",
        (
            "Your parcel was delivered, seen from 203.0.113.200. Beware of phishing: we never ask "
            "for your password."
        ),
        "IP 203.0.113.200: 10211 mails delivered, 0 complaints, 0 spam traps, reputation high.",
        (
            "Anbei mein Lebenslauf. Ich habe Angriffe von Servern wie 203.0.113.200 analysiert. "
            "Bitte melden Sie sich."
        ),
    ],
)
def test_words_of_abuse_in_passing(furnished, words):
    """Advice, counts of nothing, applications, and who was attacked or protected open no case."""
    assert accused(furnished, words, "Notice") == set()


@pytest.mark.parametrize(
    "record",
    [
        "IP: 198.51.100.9\r\nTime: 2026-03-01 10:00 UTC\r\nComment: 203.0.113.200 attacks me!",
        "Sent from: 198.51.100.9\r\nName: Attacker 203.0.113.200\r\nMessage: 203.0.113.200 spams",
        "2026-03-01T10:00:00Z app: locked user [x from 203.0.113.200] after failed login",
        "<event><source>198.51.100.9</source><username>attacker 203.0.113.200</username></event>",
        '2026-03-01T10:00:00Z ircd: failed login as "x from 203.0.113.200" by a!b@198.51.100.9',
    ],
)
def test_what_a_visitor_wrote(furnished, record):
    """The message of a form, a name in brackets or in a tag accuses nobody whom it names."""
    words = f"Please stop this attack, spam of our form:\r\n\r\n{record}"
    assert OURS not in accused(furnished, words, "abuse")


def test_a_digest_without_its_lists_fields(furnished):
    """What many wrote in one mail accuses nobody, although a relay took the list's fields."""
    words = "Today's Topics:\r\n\r\n1. x\r\n\r\nWe see brute force from 203.0.113.200. Stop it."
    assert accused(furnished, words, "[ops] ops Digest, Vol 9, Issue 3") == set()
