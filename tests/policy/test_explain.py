"""A rule's met conditions as sentences for whom it concerns."""

import dataclasses

import pytest

from aupkeep.model.ruling import TraceStep
from aupkeep.policy.condition import read
from aupkeep.policy.explain import met_conditions

FACTS = {
    "finding.kind": "messaging/spam",
    "finding.role": "offender",
    "holding.answer": "held",
    "case.events": 7,
    "case.quiet_hours": 0.08333,
    "permission.live": False,
}


def sentences(text, language="en", part="when", facts=FACTS):
    """What is said of one condition on these facts."""
    steps = read(text).steps("r", part, facts)
    return met_conditions(steps, "r", language, lambda kind, _: f"does {kind}")


def test_each_met_condition_is_a_sentence_with_what_was_found():
    """Kinds, roles and the holder in plain words; numbers with the value found."""
    text = (
        "finding.kind in ['messaging/spam', 'connection/ddos'] && finding.role == 'offender'"
        " && holding.answer == 'held' && case.events >= 5 && case.quiet_hours <= 24"
    )
    assert sentences(text) == (
        "The resource does messaging/spam.",
        "The address was where it came from, not what it was aimed at.",
        "Our records say that the address was yours at that time.",
        "The number of events in the case is at least 5 (here: 7).",
        "The number of hours since the last event is at most 24 (here: 0.1).",
    )
    assert sentences(text, "nb")[-1].endswith("er høyst 24 (her: 0,1).")


def test_what_would_have_held_it_back_is_said_not_to_be_so():
    """An `unless` that is false."""
    assert sentences("permission.live", part="unless") == ("No permission covers it.",)


def test_what_was_not_met_is_not_said():
    """Of alternatives the ones that hold; another rule's steps never."""
    assert sentences("case.events >= 50 || case.events >= 5") == (
        "The number of events in the case is at least 5 (here: 7).",
    )
    steps = read("case.events >= 5").steps("other", "when", FACTS)
    assert met_conditions(steps, "r", "en", lambda kind, _: kind) == ()


MORE = FACTS | {
    "finding.role": "victim",
    "finding.rsit": "abusive-content:spam",
    "holding.answer": "unknown",
    "finding.confidence": 0.85,
    "case.quiet_hours": 0.9601,
    "case.age_hours": 3_000_000.5,
    "case.events_24h": 1_234_567,
    "customer.tags": ("a",),
    "evidence.telemetry": True,
    "customer.type": "business",
}


@pytest.mark.parametrize(
    ("text", "english", "norwegian"),
    [
        (
            "finding.kind == 'messaging/spam'",
            "The resource does messaging/spam in en.",
            "Ressursen does messaging/spam in nb.",
        ),
        (
            "'messaging/spam' == finding.kind",
            "The resource does messaging/spam in en.",
            "Ressursen does messaging/spam in nb.",
        ),
        (
            "finding.kind != 'content/phishing'",
            "The resource does messaging/spam in en.",
            "Ressursen does messaging/spam in nb.",
        ),
        ("finding.rsit == 'abusive-content:spam'", None, None),
        (
            "finding.role == 'victim'",
            "The address was what it was aimed at.",
            "Adressen var målet for hendelsen.",
        ),
        (
            "finding.role in ['offender', 'victim']",
            "The address was what it was aimed at.",
            "Adressen var målet for hendelsen.",
        ),
        (
            "holding.answer == 'unknown'",
            "The answer to who held the address then is “unknown”.",
            "Svaret på hvem som hadde adressen da er “unknown”.",
        ),
        (
            "customer.type == 'business'",
            "The customer is a business.",
            "Kunden er en bedrift.",
        ),
        (
            "5 <= case.events",
            "The number of events in the case is at least 5 (here: 7).",
            "Antall hendelser i saken er minst 5 (her: 7).",
        ),
        (
            "case.events_24h > 5",
            "The number of events in the last 24 hours is more than 5 (here: 1234567).",
            "Antall hendelser det siste døgnet er mer enn 5 (her: 1234567).",
        ),
        (
            "finding.confidence > 0.5",
            "The confidence of the source is more than 0.5 (here: 0.8).",
            "Kildens sikkerhet er mer enn 0,5 (her: 0,8).",
        ),
        (
            "!(case.events > 9)",
            "The number of events in the case is at most 9 (here: 7).",
            "Antall hendelser i saken er høyst 9 (her: 7).",
        ),
        (
            "holding.answer != 'held'",
            "The answer to who held the address then is not “held”.",
            "Svaret på hvem som hadde adressen da er ikke “held”.",
        ),
        (
            "case.events in [7]",
            "The number of events in the case is 7.",
            "Antall hendelser i saken er 7.",
        ),
        (
            "finding.confidence >= 0.85",
            "The confidence of the source is at least 0.85 (here: 0.85).",
            "Kildens sikkerhet er minst 0,85 (her: 0,85).",
        ),
        (
            "case.quiet_hours <= 0.9601",
            "The number of hours since the last event is at most 0.9601 (here: 0.9601).",
            "Antall timer siden siste hendelse er høyst 0,9601 (her: 0,9601).",
        ),
        (
            "case.events in [7, 8]",
            "The number of events in the case is 7 or 8 (here: 7).",
            "Antall hendelser i saken er 7 eller 8 (her: 7).",
        ),
        (
            "evidence.telemetry == true",
            "Our own measurements saw it.",
            "Våre egne målinger så det.",
        ),
        (
            "'a' in customer.tags",
            "The list of the customer's tags contains “a”.",
            "Listen over kundens merker inneholder “a”.",
        ),
        (
            "case.events == 7",
            "The number of events in the case is 7.",
            "Antall hendelser i saken er 7.",
        ),
        (
            "!(case.events != 7)",
            "The number of events in the case is 7.",
            "Antall hendelser i saken er 7.",
        ),
        (
            "case.events != 5",
            "The number of events in the case is not 5 (here: 7).",
            "Antall hendelser i saken er ikke 5 (her: 7).",
        ),
        (
            "case.quiet_hours < 1",
            "The number of hours since the last event is less than 1 (here: 0.96).",
            "Antall timer siden siste hendelse er mindre enn 1 (her: 0,96).",
        ),
        (
            "case.age_hours > 2",
            "The age of the case in hours is more than 2 (here: 3000000.5).",
            "Sakens alder i timer er mer enn 2 (her: 3000000,5).",
        ),
        (
            "customer.type != 'private'",
            "The customer is a business.",
            "Kunden er en bedrift.",
        ),
        ("permission.live", None, None),
    ],
)
def test_each_form_of_a_condition(text, english, norwegian):
    """Kinds, roles and types by their words, numbers with what was found, truth without it."""
    step = read(text).steps("r", "when", MORE)
    for language, expected in (("en", english), ("nb", norwegian)):
        said = met_conditions(step, "r", language, lambda kind, to: f"does {kind} in {to}")
        assert said == ((expected,) if expected else ())


def test_what_held_nothing_back_is_turned_round():
    """Each part of an `unless`, in the words of what was so."""
    assert sentences("permission.live || case.events > 9", part="unless") == (
        "No permission covers it.",
        "The number of events in the case is at most 9 (here: 7).",
    )
    assert sentences("case.events > 5", part="unless") == ()
    assert sentences("finding.role == 'victim'", part="unless") == (
        "The address was where it came from, not what it was aimed at.",
    )


def test_a_step_of_a_later_language_stays_as_it_is_written():
    """What this version cannot read is quoted; a step that read nothing says nothing."""
    step = TraceStep(
        rule="r", part="when", text="case.moons > 2", result=True, read=(("case.moons", 3),)
    )
    assert met_conditions([step, step], "r", "en", lambda kind, _: kind) == ("Case.moons > 2.",)
    bare = dataclasses.replace(step, read=())
    assert met_conditions([bare], "r", "en", lambda kind, _: kind) == ()
    for result in (False, None):
        other = dataclasses.replace(step, result=result)
        assert met_conditions([other], "r", "en", lambda kind, _: kind) == ()
