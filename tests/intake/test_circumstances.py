"""What a report says beside its claim: that it is promoted, or that it is harmless."""

import dataclasses
import time
from ipaddress import ip_address

import pytest

from aupkeep.intake.circumstances import LOOKS, with_circumstances
from aupkeep.intake.reading import read
from aupkeep.model.finding import LOOKALIKES, Conduct, Finding, Offset, Role
from aupkeep.model.origin import parse_origin
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.model.subject import Subject

LETTER = "Hello,\n\nhttp://203.0.113.70/x is a phishing page. {said}\n\nRegards"


def finding(text: str, url: str = "http://203.0.113.70/x") -> Finding:
    at = text.index(url)
    return Finding(
        kind="content/phishing", rsit="fraud:phishing", role=Role.OFFENDER,
        subject=Subject(address=ip_address("203.0.113.70"), url=url), at=None, exact=0.0,
        source=parse_origin("mail:reporter.example"), confidence=0.8,
        offsets={"url": Offset(0, at, at + len(url))},
    )  # fmt: skip


def reading(text: str, *findings: Finding, **more: object) -> Reading:
    return dataclasses.replace(
        Reading(outcome=ReadingOutcome.PARSED, parts=(text,), findings=findings), **more
    )


def stated(said: str) -> Finding:
    text = LETTER.format(said=said)
    return with_circumstances(finding(text), reading(text, finding(text)))


def test_nothing_stated_is_engaging():
    plain = stated("Please remove it.")
    assert (plain.conduct, plain.lookalikes) == (Conduct.ENGAGING, ())


@pytest.mark.parametrize(
    "said",
    ["It sells phishing kits.", "The page offers DDoS for hire.", "It is spamvertised.",
     "It advertises cheap booters.", "Siden selger stjålne hacking-verktøy.",
     "conduct: promoting"],
)  # fmt: skip
def test_what_is_stated_to_be_promoted_is_with_the_place_of_the_words(said: str):
    promoted = stated(said)
    assert promoted.conduct is Conduct.PROMOTING
    place = promoted.offsets["conduct"]
    assert LETTER.format(said=said)[place.start : place.end] in said


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("This is part of a phishing simulation.", "simulation"),
        ("The expired domain answers nothing.", "gone"),
        ("It is no longer online.", "gone"),
        ("It is an archived copy.", "archive"),
        ("It is a password-protected archive.", "sample"),
        ("The file is EICAR.", "sample"),
        ("The address is a known sinkhole.", "sinkhole"),
        ("The machine is a honeypot.", "honeypot"),
        ("It is a licensed mirror.", "licensed"),
    ],
)
def test_a_harmless_lookalike_that_the_report_names(said: str, sign: str):
    assert stated(said).lookalikes == (sign,)


@pytest.mark.parametrize(
    "said",
    ["This is not a simulation, and it is not a phishing simulation.",
     "Our sinkhole was called by it.", "Our honeypot was attacked by it.",
     "It sends promotional mail.", "It does not sell malware.",
     "It is not on a licensed mirror."],
)  # fmt: skip
def test_what_is_denied_or_about_the_reporter_does_not_count(said: str):
    assert (stated(said).lookalikes, stated(said).conduct) == ((), Conduct.ENGAGING)


def test_of_several_subjects_only_the_own_paragraph_counts():
    text = "http://203.0.113.70/x is a phishing simulation.\n\nhttp://203.0.113.70/y is real."
    one, two = finding(text), finding(text, "http://203.0.113.70/y")
    both = reading(text, one, two)
    assert with_circumstances(one, both).lookalikes == ("simulation",)
    assert with_circumstances(two, both).lookalikes == ()


def test_of_a_long_table_only_the_own_row_counts():
    rows = [f"http://203.0.113.70/{n},offline phishing simulation" for n in range(99)]
    text = "\n".join([*rows, "http://203.0.113.70/x,phishing"])
    table = reading(text, finding(text, "http://203.0.113.70/5"), finding(text))
    assert with_circumstances(table.findings[0], table).lookalikes == ("simulation",)
    assert with_circumstances(table.findings[1], table).lookalikes == ()


def test_a_quoted_mail_states_nothing():
    text = LETTER.format(said="phishing simulation")
    at = text.index("phishing simulation")
    quoted = reading(text, finding(text), quoted=(Offset(0, at, at + 19),))
    assert with_circumstances(finding(text), quoted).lookalikes == ()


def test_a_field_of_the_source_counts_and_our_own_detectors_state_nothing():
    text = LETTER.format(said="")
    told = dataclasses.replace(finding(text), details={"tags": "simulated phishing"})
    assert with_circumstances(told, reading(text, told)).lookalikes == ("simulation",)
    own = dataclasses.replace(told, source=parse_origin("detector:x"))
    assert with_circumstances(own, reading(text, own)) == own


def test_the_signs_are_the_lookalikes_of_the_model():
    assert tuple(LOOKS) == LOOKALIKES


def test_hostile_letters_cost_little():
    """Ten thousand claims in one paragraph, and words that nearly match, again and again."""
    text = "http://203.0.113.70/x " + "not sells a a a a " * 50_000
    many = reading(text, *[finding(text)] * 10)
    begun = time.process_time()
    for claim in many.findings:
        with_circumstances(claim, many)
    assert time.process_time() - begun < 2


def test_a_real_letter_is_read_with_its_words():
    letter = (
        b"From: a@reporter.example\nSubject: phishing at http://203.0.113.70/x\n\n"
        b"http://203.0.113.70/x is a phishing page that copies a bank. A phishing simulation, "
        b"says its footer.\n"
    )
    [(_, answer)] = read(letter, "a.eml", "mail")
    assert [with_circumstances(x, answer).lookalikes for x in answer.findings] == [("simulation",)]
