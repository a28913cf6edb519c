"""What the machine says on the pages of the inbox and the notices, in Bokmål, without a page."""

import re

import pytest

from aupkeep.app.pages.labels import proof_of
from aupkeep.app.reading import attribute, caps, own_letters, retractions
from aupkeep.app.reading.prove_senders import WHY
from aupkeep.casework.notice_proof import NONE_MADE
from aupkeep.intake.unclaimed import NOBODY, UNSURE, Unclaimed
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import LISTENING, NO_MAIL
from aupkeep.model.report import Authentication, Verdict
from aupkeep.web.templatetags.page import did_name, said

CEDAR = f"customer cedar {attribute.NO_CONTACT}"
ALL = dict.fromkeys(("dkim", "spf", "dmarc", "arc"), Verdict.PASS)
REASONS = [
    CEDAR,
    f"{attribute.URGENT}{CEDAR}",
    f"{own_letters.WHY}; {CEDAR}",
    f"{attribute.URGENT}no certain holder for 1 of 2 findings: disputed between 2 holders",
    "our customer is the victim here: nothing is held against them; tell them if it helps",
    f"{caps.CUT}expected at most 8 MiB, found 9.1{caps.HOW}",
    f"{NOBODY}{'; '.join(Unclaimed)}",
    f"{UNSURE}{Unclaimed.UNSURE}",
    f"{retractions.GONE_FIRST}{Unclaimed.MISTAKEN}",
    "a mail about case K7QF-2M9X: read it and say what it changes",
    "case K7QF-2M9X: who reported it answers our letter: read it",
    "the notice of case K7QF-2M9X came back: 550 5.1.1; user unknown",
    "the notice of case K7QF-2M9X came back once more: 550",
    "somebody who is not proven to be its reporter writes about report R-1: read it",
    f"{proof_of(Authentication(**ALL, identity='x.example'))}; in the form of XARF",
    f"{proof_of(Authentication(dkim=Verdict.PASS))}; claims to be XARF",
    LISTENING,
    f"{LISTENING}: its grant was revoked",
    f"{LISTENING}: its grant is for tier gold only",
    "Listen mode: inform was proposed, not done: its grant is for the rule spam only.",
    "nobody may be told: its grant is for prefix 192.0.2.0/24 only",
    "its grant takes 10 % of the cases, and not this one",
    "its grant is for the target edge, not main",
    "not closed, an appeal is not judged, legal hold, a permission is live",
    f"No notice is proven to have reached the customer: {NONE_MADE}.",
    "the driver record records and changes nothing: nobody is limited",
    WHY,
    f"{NO_MAIL}its newest event is 9 days old",
    "no contact is known: the case waits for a person",
    "mail to the relay: no answer",
    "10 notices went to this contact in 24 hours, the cap",
    "business",
    "private",
]
ENGLISH = re.compile(r"\b(?:the|of|is|it|its|not|and|was|pass|no|an?|who|case|nobody)\b")


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_in_bokmal(reason):
    """Whatever letter it begins with; in English it stays what it is."""
    for text in (reason, reason[:1].upper() + reason[1:]):
        words = said({"language": "nb"}, text)
        assert "lang=" not in words
        assert not ENGLISH.search(words), words
        assert words[:1].isupper() is text[:1].isupper()
        assert said({"language": "en"}, text) == text


def test_what_has_no_words_is_marked_and_what_stands_before_it_is_not():
    words = said({"language": "nb"}, "2 rows could not be read: XARF: expected an object")
    assert words == ('2 rader kunne ikke leses: <span lang="en">XARF: expected an object</span>')


def test_what_leads_to_a_sentence_stands_before_it():
    """Of a sentence that begins with a value, too, and of one with a semicolon of its own."""
    held = "203.0.113.7 is not known to be held by this resource now; another may hold it."
    refused = f"It did not act alone: {held}"
    words = said({"language": "nb"}, refused)
    assert words.startswith("Den handlet ikke alene: ")
    assert "lang=" not in words


def test_what_the_desk_did_has_its_name():
    """A measure, or how the case ended."""
    assert did_name({"language": "nb"}, Measure.INFORM) == "Si fra til kunden"
    assert did_name({"language": "nb"}, "not-abuse") == "ikke misbruk"
