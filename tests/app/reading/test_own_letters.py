"""What a customer writes about their own address accuses nobody, and a person reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, LINE, STAMP, report
from app.steps import arrive, guess, post
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.read_whole import read_whole
from aupkeep.app.reading.inbox import kind_of
from aupkeep.app.reading.own_letters import own_claims_apart
from aupkeep.intake.reading import read
from aupkeep.model.errors import Conflict
from aupkeep.model.finding import Role
from aupkeep.model.origin import parse_origin
from aupkeep.store import cases, reports

ALDER, BIRCH = "203.0.113.10", "203.0.113.70"
COMPLAINT = "Your server {0} attacks ours by SSH password guessing, please stop it."
WORDS = {
    "monitoring": "Our monitoring on {0} attacks our own logins as it should. Please see to it.",
    "norsk": "Vi ser at jobben på {0} prøver feil passord hos oss selv. Kan dere se på det?",
    "forgotten": "A forgotten job of ours on {0} attacks our own file server. Please stop it.",
    "complaint": COMPLAINT,
}
TREE = b"""customer,name,contact,parent,since
forest,Forest,desk@forest.example,,2024-01-01
grove,Grove,desk@grove.example,forest,2024-01-01
alder,Alder,noc@alder.example,grove,2024-01-01
twig,Twig,post@twig.example,alder,2024-01-01
birch,Birch,kari@gmail.com,forest,2024-01-01
"""


def letter(sender, *addresses: str, words=COMPLAINT, proven=True):
    """A letter with a log below, stamped where its sender is proven."""
    log = [
        LINE.format(at=JUST_NOW - timedelta(seconds=n), n=n, address=address, port=40000 + n)
        for address in addresses
        for n in range(6)
    ]
    domain = sender.rpartition("@")[2]
    head = [
        f"From: {sender}",
        "To: abuse@aupkeep.example",
        "Subject: our server",
        f"Message-ID: <{len(words)}.{len(addresses)}.{proven:d}@{domain}>",
        "Date: Sun, 01 Mar 2026 12:00:00 +0000",
        "Content-Type: text/plain; charset=utf-8",
        "",
        words.format(*addresses),
        "",
        "All times are UTC.",
        "",
    ]
    stamp = STAMP.format(domain=domain) if proven else ""
    return (stamp + "\r\n".join([*head, *log, ""])).encode()


def own_item():
    """The one item of the inbox, which is a customer's own letter."""
    (item,) = reports.inbox()
    assert kind_of(item.reading.outcome.value, item.inbox_reason) == "own", item.inbox_reason
    return item


@pytest.mark.parametrize("words", WORDS.values(), ids=list(WORDS))
@pytest.mark.parametrize(
    ("sender", "proven"),
    [("noc@alder.example", True), ("ops@mail.alder.example", True), ("noc@alder.example", False)],
)
def test_the_holders_own_letter_accuses_nobody(furnished, words, sender, proven):
    """Whatever the words are: its writer is the holder, so there is no case and no notice."""
    assert arrive(furnished, letter(sender, ALDER, words=words, proven=proven)) == []
    own_item()
    assert cases.of_customer("alder") == []


@pytest.mark.parametrize(
    ("sender", "accuses"),
    [
        ("desk@grove.example", False),
        ("ops@forest.example", False),
        ("post@twig.example", False),
        ("kari@gmail.com", True),
        ("soc@elsewhere.example", True),
    ],
)
def test_those_above_and_below_speak_for_the_holder(furnished, sender, accuses):
    """At any height; a customer beside it, and anybody else, reports it."""
    import_customers(furnished, TREE)
    assert bool(arrive(furnished, letter(sender, ALDER))) is accuses


@pytest.mark.parametrize(
    ("sender", "accuses"),
    [("Kari@gmail.com", False), ("mallory@gmail.com", True), ("desk@forest.example", False)],
)
def test_at_a_mailbox_provider_the_address_counts(furnished, sender, accuses):
    """Others who write from there are strangers."""
    import_customers(furnished, TREE)
    assert bool(arrive(furnished, letter(sender, BIRCH))) is accuses


def test_a_customer_who_reports_another_is_a_reporter(furnished):
    """Of two addresses in one letter the other customer's has a case, and its own waits."""
    (case, *more) = arrive(furnished, letter("noc@alder.example", BIRCH, ALDER))
    assert (case.customer, more) == ("birch", [])
    own_item()


def test_what_others_say_of_it_stays(furnished):
    """Our own measurements and a stranger's report open the case that the letter does not."""
    arrive(furnished, letter("noc@alder.example", ALDER))
    (case,) = post(furnished, guess(ALDER, JUST_NOW))
    assert case.level.name == "E2"
    (same,) = arrive(furnished, report(ALDER, JUST_NOW))
    assert same.id == case.id
    assert len(reports.of_case(case.id)) == 2


def test_a_person_may_say_that_it_reports(furnished):
    """Then its claims count once as any other's, and it leaves the inbox."""
    arrive(furnished, letter("noc@alder.example", BIRCH, ALDER))
    item = own_item()
    changed = read_whole(furnished, item.id, person="ada", reader=read, lookup=None)
    assert [case.customer for case in changed] == ["alder"]
    assert reports.inbox() == []
    assert [len(cases.claims(cases.of_customer(name)[0].id)) for name in ("alder", "birch")] == [
        6,
        6,
    ]
    with pytest.raises(Conflict):
        read_whole(furnished, item.id, person="ada", reader=read, lookup=None)


def test_what_cannot_wait_says_so_first(furnished):
    """Also where a customer writes it of themselves."""
    from aupkeep.app.reading.attribute import URGENT, inbox_reason

    arrive(furnished, letter("noc@alder.example", ALDER))
    reading = own_item().reading
    urgent = replace(reading.findings[0], kind="content/csam")
    said = inbox_reason(replace(reading, findings=(urgent,)), [], [], own=[urgent])
    assert said.startswith(URGENT)


@pytest.mark.parametrize(
    ("source", "role", "own"),
    [
        ("form:?alder.example", Role.OFFENDER, True),
        ("api:partner", Role.OFFENDER, True),
        ("feed:list", Role.OFFENDER, False),
        ("detector:logins", Role.OFFENDER, False),
        ("mail:alder.example", Role.VICTIM, False),
    ],
)
def test_whose_claims_are_set_apart(furnished, source, role, own):
    """By every door a person writes through; never a measurement, a list, or who is attacked."""
    (case,) = arrive(furnished, report(ALDER, JUST_NOW, lines=1))
    (claim,) = cases.claims(case.id)
    finding = replace(claim.finding, source=parse_origin(source), role=role)
    reading = replace(reports.of_case(case.id)[0].reading, reporter="Noc@Alder.example")
    stand, apart = own_claims_apart(furnished, reading, [replace(claim, finding=finding)])
    assert (len(stand), len(apart)) == (not own, own)


def test_who_names_no_sender_is_no_customer(furnished):
    """A report without a sender stays one."""
    (case,) = arrive(furnished, report(ALDER, JUST_NOW, lines=1))
    claims = cases.claims(case.id)
    reading = replace(reports.of_case(case.id)[0].reading, reporter=None)
    assert own_claims_apart(furnished, reading, claims) == (claims, [])


def test_resellers_in_a_ring_end(furnished):
    """Records in which each is the other's reseller are followed once."""
    ring = b"customer,name,contact,parent,since\n"
    import_customers(furnished, ring + b"alder,Alder,noc@alder.example,birch,2024-01-01\n")
    import_customers(furnished, ring + b"birch,Birch,abuse@birch.example,alder,2024-01-01\n")
    assert arrive(furnished, letter("abuse@birch.example", ALDER)) == []
