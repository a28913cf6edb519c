"""A rule's met conditions as sentences for whom it concerns."""

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
