"""A condition in words."""

import pytest
from hypothesis import given, settings

from aupkeep.policy.condition import read
from aupkeep.policy.facts import FACTS, FactType
from aupkeep.policy.phrases import FLAGS, NOUNS, WORDS
from aupkeep.policy.sentence import say
from policy.expressions import conditions


@pytest.mark.parametrize(
    ("text", "english", "norwegian"),
    [
        (
            "evidence.level >= 2 && !customer.protected",
            "the evidence level is at least 2, and the customer is not marked as protected",
            "bevisnivået er minst 2, og kunden er ikke merket som vernet",
        ),
        (
            "!(evidence.level < 2 || customer.protected)",
            "the evidence level is at least 2, and the customer is not marked as protected",
            "bevisnivået er minst 2, og kunden er ikke merket som vernet",
        ),
        (
            "finding.kind in ['messaging/spam', 'connection/ddos']",
            "the kind of the finding is “messaging/spam” or “connection/ddos”",
            "funnets art er “messaging/spam” eller “connection/ddos”",
        ),
        (
            "has(target.port) && (!finding.spoofable || evidence.telemetry)",
            (
                "the attacked port is known, and at least one of these: (the claim does "
                "not rest on packets whose sender can be forged; our own measurements saw it)"
            ),
            (
                "den angrepne porten er kjent, og minst én av disse: (påstanden bygger ikke på "
                "pakker der avsenderen kan forfalskes; våre egne målinger så det)"
            ),
        ),
        (
            "5 < case.events || customer.protected == false",
            (
                "the number of events in the case is more than 5, or the customer is not marked as "
                "protected"
            ),
            "antall hendelser i saken er mer enn 5, eller kunden er ikke merket som vernet",
        ),
        (
            "'reseller' in customer.tags && finding.kind.startsWith('content/')",
            (
                "the list of the customer's tags contains “reseller”, and the kind of the finding "
                "begins with “content/”"
            ),
            (
                "listen over kundens merker inneholder “reseller”, og funnets art begynner med "
                "“content/”"
            ),
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(text: str, english: str, norwegian: str):
    assert say(read(text)) == english
    assert say(read(text), "nb") == norwegian


def test_every_fact_has_its_words_in_both_languages():
    flags = {fact.name for fact in FACTS.values() if fact.type is FactType.BOOL}
    assert set(FLAGS) == flags
    assert set(NOUNS) == set(FACTS) - flags
    assert set(WORDS["en"]) == set(WORDS["nb"])


@settings(deadline=None)
@given(conditions)
def test_every_condition_can_be_said(text: str):
    for language in ("en", "nb"):
        assert say(read(text), language).strip()
