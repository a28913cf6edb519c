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
        (
            "!(finding.kind in ['messaging/spam', 'connection/ddos', 'content/phishing'])",
            (
                "the kind of the finding is none of “messaging/spam”, “connection/ddos” or "
                "“content/phishing”"
            ),
            "funnets art er ingen av “messaging/spam”, “connection/ddos” eller “content/phishing”",
        ),
        (
            "!('reseller' in customer.tags) || !has(target.port)",
            (
                "the list of the customer's tags does not contain “reseller”, or the attacked "
                "port is not known"
            ),
            (
                "listen over kundens merker inneholder ikke “reseller”, eller den angrepne "
                "porten er ikke kjent"
            ),
        ),
        (
            (
                "!finding.rsit.startsWith('a') && !matches(finding.rsit, 'b') && "
                "finding.rsit.matches('c')"
            ),
            (
                "the RSIT value of the finding does not begin with “a”, and the RSIT value of "
                "the finding does not match the pattern “b”, and the RSIT value of the finding "
                "matches the pattern “c”"
            ),
            (
                "funnets RSIT-verdi begynner ikke med “a”, og funnets RSIT-verdi passer ikke "
                "til mønsteret “b”, og funnets RSIT-verdi passer til mønsteret “c”"
            ),
        ),
        (
            "finding.kind in ['messaging/spam'] || !(!harm.in_progress)",
            "the kind of the finding is “messaging/spam”, or the harm is still going on",
            "funnets art er “messaging/spam”, eller skaden pågår fortsatt",
        ),
        (
            "true || !false || harm.in_progress",
            "always, or always, or the harm is still going on",
            "alltid, eller alltid, eller skaden pågår fortsatt",
        ),
        (
            "false && !true && harm.in_progress",
            "never, and never, and the harm is still going on",
            "aldri, og aldri, og skaden pågår fortsatt",
        ),
        (
            "harm.in_progress != permission.live",
            "whether the harm is still going on is not whether a permission covers it",
            "om skaden pågår fortsatt er ikke om en tillatelse dekker det",
        ),
        (
            "!(harm.in_progress == permission.live)",
            "whether the harm is still going on is not whether a permission covers it",
            "om skaden pågår fortsatt er ikke om en tillatelse dekker det",
        ),
        (
            "size(customer.tags) >= 2",
            "the size of the list of the customer's tags is at least 2",
            "størrelsen på listen over kundens merker er minst 2",
        ),
        (
            "size(finding.rsit) < 4 || size(finding.rsit) > 9 && finding.confidence <= 0.5",
            (
                "the size of the RSIT value of the finding is less than 4, or all of these: "
                "(the size of the RSIT value of the finding is more than 9; the confidence of "
                "the source is at most 0.5)"
            ),
            (
                "størrelsen på funnets RSIT-verdi er mindre enn 4, eller alle disse: "
                "(størrelsen på funnets RSIT-verdi er mer enn 9; kildens sikkerhet er høyst "
                "0,5)"
            ),
        ),
        (
            "harm.in_progress || !(permission.live || answer.unread)",
            (
                "the harm is still going on, or all of these: (no permission covers it; every "
                "answer of the customer has been read)"
            ),
            (
                "skaden pågår fortsatt, eller alle disse: (ingen tillatelse dekker det; alle "
                "svar fra kunden er lest)"
            ),
        ),
        (
            "!(!(harm.in_progress || permission.live)) && !(!answer.unread || permission.live)",
            (
                "at least one of these: (the harm is still going on; a permission covers it), "
                "and all of these: (the customer has given an answer that nobody has read; no "
                "permission covers it)"
            ),
            (
                "minst én av disse: (skaden pågår fortsatt; en tillatelse dekker det), og alle "
                "disse: (kunden har gitt et svar som ingen har lest; ingen tillatelse dekker "
                "det)"
            ),
        ),
        (
            "answer.unread && !(!(harm.in_progress || permission.live))",
            (
                "the customer has given an answer that nobody has read, and at least one of "
                "these: (the harm is still going on; a permission covers it)"
            ),
            (
                "kunden har gitt et svar som ingen har lest, og minst én av disse: (skaden "
                "pågår fortsatt; en tillatelse dekker det)"
            ),
        ),
        (
            "(harm.in_progress && permission.live) == false && answer.unread",
            (
                "at least one of these: (the harm is not going on any more; no permission "
                "covers it), and the customer has given an answer that nobody has read"
            ),
            (
                "minst én av disse: (skaden pågår ikke lenger; ingen tillatelse dekker det), "
                "og kunden har gitt et svar som ingen har lest"
            ),
        ),
        (
            "true == harm.in_progress || false != permission.live",
            "the harm is still going on, or a permission covers it",
            "skaden pågår fortsatt, eller en tillatelse dekker det",
        ),
        (
            "true != harm.in_progress",
            "the harm is not going on any more",
            "skaden pågår ikke lenger",
        ),
        (
            "(harm.in_progress || permission.live) == true",
            "at least one of these: (the harm is still going on; a permission covers it)",
            "minst én av disse: (skaden pågår fortsatt; en tillatelse dekker det)",
        ),
        (
            "'tcp' != target.protocol && 2 <= case.events && 3 > case.events && 4 >= case.events",
            (
                "the attacked protocol is not “tcp”, and the number of events in the case is "
                "at least 2, and the number of events in the case is less than 3, and the "
                "number of events in the case is at most 4"
            ),
            (
                "den angrepne protokollen er ikke “tcp”, og antall hendelser i saken er minst "
                "2, og antall hendelser i saken er mindre enn 3, og antall hendelser i saken "
                "er høyst 4"
            ),
        ),
        (
            "(harm.in_progress && permission.live) == answer.unread",
            (
                "the statement (the harm is still going on, and a permission covers it) is "
                "whether the customer has given an answer that nobody has read"
            ),
            (
                "utsagnet (skaden pågår fortsatt, og en tillatelse dekker det) er om kunden "
                "har gitt et svar som ingen har lest"
            ),
        ),
        (
            "harm.in_progress == (permission.live == true)",
            "whether the harm is still going on is the statement (a permission covers it)",
            "om skaden pågår fortsatt er utsagnet (en tillatelse dekker det)",
        ),
        (
            "harm.in_progress == (has(target.port) || false)",
            (
                "whether the harm is still going on is the statement (the attacked port is "
                "known, or never)"
            ),
            "om skaden pågår fortsatt er utsagnet (den angrepne porten er kjent, eller aldri)",
        ),
        (
            "case.events == 1 && case.events != case.sources",
            (
                "the number of events in the case is 1, and the number of events in the case "
                "is not the number of independent sources"
            ),
            (
                "antall hendelser i saken er 1, og antall hendelser i saken er ikke antall "
                "uavhengige kilder"
            ),
        ),
        (
            "target.port in [22, 2222]",
            "the attacked port is 22 or 2222",
            "den angrepne porten er 22 eller 2222",
        ),
        (
            "harm.in_progress in [true, false]",
            "whether the harm is still going on is always or never",
            "om skaden pågår fortsatt er alltid eller aldri",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(text: str, english: str, norwegian: str):
    assert say(read(text)) == english
    assert say(read(text), "nb") == norwegian
    assert say(read(text), "de") == english


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
