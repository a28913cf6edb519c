"""Reports of pages, files, botnets and rights against the sample pack, and what looks like them."""

from datetime import timedelta

import pytest

from app.conftest import NOON
from app.reading.test_name_lookup import answering, letter
from app.steps import arrive, post, told, vouch
from aupkeep.app.deciding.permissions import grant
from aupkeep.app.inventory.imports import import_customers
from aupkeep.model.entry import EntryType
from aupkeep.model.finding import Conduct
from aupkeep.store import cases, decisions

HOST = "203.0.113.10"
KINDS = {
    "content/phishing": ("deceit", "phishing-deadline", "inform-deadline"),
    "content/malware": ("malware", "malware-page-inform", "inform"),
    "copyright/copyright": ("rights", "rights-deadline", "inform-deadline"),
    "infrastructure/compromised_server": ("secure", "secure-taken-over", "inform-deadline"),
    "content/fraud": ("offensive-unfair", "fraud-inform", "inform"),
    "assist/abuse_service": ("assist", None, None),
    "retaliation/provocation": ("retaliation", None, None),
}


def report(kind: str, says: str = "", number: int = 1) -> bytes:
    """A report of a proven reporter, with a sentence of its own."""
    category, _, type_ = kind.partition("/")
    text = letter("shop.example", number).decode()
    text = text.replace('"content", "type": "phishing"', f'"{category}", "type": "{type_}"')
    return text.replace('"evidence_source"', f'"description": "{says}", "evidence_source"').encode()


def ruled(desk, kind, says="", number=1):
    """The case of such a report, and what rules decided in it."""
    data = report(kind, says, number)
    (case,) = arrive(desk, data, lookup=answering(shop=[HOST]))
    return case, [(x.versions.rule, x.measure.value) for x in decisions.of_case(case.id)]


@pytest.mark.parametrize("kind", ["content/phishing", "content/malware"])
def test_a_proven_report_of_a_page_is_told(furnished, kind: str):
    """By the rule of its clause; nothing is limited on one word."""
    case, made = ruled(furnished, kind)
    clause, rule, measure = KINDS[kind]
    assert (case.clause, made) == (clause, [(rule, measure)])


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("content/phishing", "It is part of a phishing simulation."),
        ("content/phishing", "The domain has expired."),
        ("content/malware", "It is a password-protected archive with EICAR in it."),
    ],
)
def test_a_lookalike_that_the_report_names_leads_to_no_word(furnished, kind: str, says: str):
    """It stays a case that a person looks at."""
    case, made = ruled(furnished, kind, says)
    assert (made, told(case, EntryType.DECISION_REFUSED)) == ([], [])


def test_a_permitted_simulation_leads_to_no_word(furnished):
    """The customer asked before."""
    until = furnished.now() + timedelta(days=3)
    grant(furnished, "alder/vm-a", "content/phishing", until, person="ada", reasons="their staff")
    assert ruled(furnished, "content/phishing")[1] == []


def test_a_brands_own_page_is_told_and_given_no_deadline(furnished):
    """Its customer is tagged; the word alone reaches them."""
    rows = b"customer,name,contact,tags\nalder,Alder,noc@alder.example,brand-owner\n"
    import_customers(furnished, rows)
    assert ruled(furnished, "content/phishing")[1] == [("phishing-inform", "inform")]


def test_a_page_that_only_promotes_is_told_and_given_no_deadline(furnished):
    """The claim says so, and the facts of the decision do."""
    case, made = ruled(furnished, "content/phishing", "It sells phishing kits.")
    assert made == [("phishing-inform", "inform")]
    (claim,) = cases.claims(case.id)
    (decision,) = decisions.of_case(case.id)
    assert claim.finding.conduct is Conduct.PROMOTING
    assert decision.facts["finding.conduct"] == "promoting"
    assert "conduct" in claim.finding.offsets


def test_two_sources_have_one_page_blocked(furnished):
    """Both are known; the site goes on, and it ends within a day."""
    vouch(furnished, "mail:cert.example", "mail:bank.example")
    case, _ = ruled(furnished, "content/phishing")
    second = report("content/phishing", number=2).replace(b"cert.example", b"bank.example")
    second = second.replace(b"T11:58:00Z", b"T11:31:07Z").replace(b'"Cert"', b'"Bank"')
    (same,) = arrive(furnished, second, lookup=answering(shop=[HOST]))
    assert same.id == case.id
    made = decisions.of_case(case.id)
    assert [x.measure.value for x in made] == ["inform-deadline", "block-url"], told(
        case, EntryType.DECISION_REFUSED
    )
    assert made[-1].scope.url == "https://shop.example/login"
    assert made[-1].ends - made[-1].starts <= timedelta(days=1)


def test_a_sinkhole_is_not_asked_to_clean_itself(furnished):
    """Five contacts would be a deadline for anybody else; no rule speaks, a person looks."""
    row = {"kind": "infrastructure/botnet", "address": HOST, "at": NOON.isoformat(), "count": 5}
    (case,) = post(furnished, row)
    made = [x.versions.rule for x in decisions.of_case(case.id)]
    rows = b"customer,name,contact,tags\nbirch,Birch,noc@birch.example,honeypot\n"
    import_customers(furnished, rows)
    (other,) = post(furnished, {**row, "address": "203.0.113.70"})
    assert made == ["botnet-deadline"]
    assert decisions.of_case(other.id) == []
