"""A statement of reasons says what was decided and seen, and never who said it."""

from dataclasses import fields, replace

import pytest

from aupkeep.casework.statement import (
    acted_at,
    ground_of,
    restricts,
    source_kind,
    stated_acceptance,
    stated_clause,
    stated_facts,
    stated_subject,
    statement_of,
)
from aupkeep.model.acceptance import Acceptance
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.model.statement import Ground, Redress, SourceKind, StatedAcceptance
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import ADDRESS, CASE, CLAUSE, HOUR, KARI, NOW, OTHER, SSH, ask, claim, proposal

STATED = stated_clause(CLAUSE, NOW, in_force=True)
MADE = ask()
ACCEPTED = StatedAcceptance(version="1", digest="", by="kari", accepted_at=NOW, same=True)
OWN, MAIL, FEED = (claim(source=s) for s in ("detector:logins", "mail:a.example", "feed:x"))


def victim(**more):
    """A flood on the holder, measured by us."""
    return claim(
        "v",
        source="detector:flood",
        kind="protection/inbound_ddos",
        role=Role.VICTIM,
        mode=Mode.PROPOSE,
        **more,
    )


def stated(decision=MADE, claims=(OWN, MAIL)):
    return statement_of(
        decision,
        CASE,
        claims,
        clause=STATED,
        why={"en": ("It guesses.",)},
        reasons="because",
        acceptance=ACCEPTED,
        deadline=NOW + HOUR,
    )


def test_a_statement_field_by_field():
    """From the decision, the case and what was passed; nothing else."""
    made = stated(replace(MADE, reverses="d0"))
    decided = ("measure", "level", "scope", "starts", "ends", "standard", "evidence", "reverses")
    for name in decided:
        assert getattr(made, name) == getattr(replace(MADE, reverses="d0"), name), name
    assert (made.id, made.case, made.reference) == ("d1", "case1", CASE.reference)
    assert (made.made_at, made.deadline, made.territory) == (MADE.starts, NOW + HOUR, "worldwide")
    assert made.facts == stated_facts(CASE, (OWN, MAIL))
    assert (made.source, made.ground) == (SourceKind.BOTH, Ground.CONTRACTUAL)
    assert (made.clause, made.acceptance, made.reasons) == (STATED, ACCEPTED, "because")
    assert made.why == {"en": ("It guesses.",)}
    assert made.redress == (Redress.APPEAL, Redress.SETTLEMENT, Redress.COURT)
    assert (made.rule, made.policy) == (MADE.versions.rule, MADE.versions.policy)


@pytest.mark.parametrize(
    ("claims", "expected"), [((OWN,), True), ((MAIL, FEED), True), ((MAIL,), False), ((), False)]
)
def test_whether_software_saw_it(claims, expected):
    """A detector or a feed is software; a mail is somebody's word."""
    assert stated(claims=claims).automated_detection is expected


def test_whether_software_decided_it():
    assert stated().automated_decision is True
    assert stated(replace(MADE, author=KARI)).automated_decision is False


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ((OWN, MAIL), SourceKind.BOTH),
        ((OWN,), SourceKind.OWN),
        ((MAIL, FEED), SourceKind.NOTICE),
        ((), SourceKind.NONE),
    ],
)
def test_where_the_facts_come_from(claims, expected):
    assert source_kind(claims) is expected


def test_facts_are_counted():
    """From the first to the last event, by how many there were; the newest subject."""
    first = claim("1", at=NOW - 3 * HOUR, count=5, subject=Subject(address=OTHER))
    last = claim("2", at=NOW - HOUR, count=2)
    facts = stated_facts(CASE, (last, first))
    assert (facts.kind, facts.resource, facts.subject) == (CASE.kind, "vm1", str(ADDRESS))
    assert (facts.first_at, facts.last_at, facts.events) == (NOW - 3 * HOUR, NOW - HOUR, 7)
    none = stated_facts(CASE, ())
    assert (none.subject, none.events) == ("vm1", 0)
    assert none.first_at == none.last_at == CASE.opened_at
    assert stated_facts(CASE, (replace(last, finding=replace(last.finding, count=0)),)).events == 1


def test_whose_claims_count():
    """Those against the holder; else what asks to protect it; else whatever there is."""
    bystander = claim("b", source="mail:a.example", role=Role.VICTIM, at=NOW)
    asking = victim(at=NOW - 2 * HOUR)
    against = claim("a", at=NOW - 3 * HOUR)
    assert acted_at(CASE, (bystander, asking, against)) == NOW - 3 * HOUR
    assert acted_at(CASE, (bystander, asking)) == NOW - 2 * HOUR
    assert acted_at(CASE, (bystander,)) == NOW
    assert acted_at(CASE, ()) == CASE.opened_at


def test_a_port_of_an_outgoing_connection_is_nobodys_name():
    """The source port says nothing; that of a service does."""
    there = Subject(address=ADDRESS, port=40022)
    assert stated_subject((claim(subject=there, target=SSH),)) == str(ADDRESS)
    for target in (None, Endpoint(address=OTHER)):
        assert stated_subject((claim(subject=there, target=target),)) == f"{ADDRESS}:40022"
    page = Subject(url="https://a.example/x")
    assert stated_subject((claim(subject=page, target=SSH),)) == "https://a.example/x"
    same = (claim("1", subject=page, at=NOW), claim("2", subject=there, target=None, at=NOW))
    assert stated_subject(same) == stated_subject(same[::-1]) == f"{ADDRESS}:40022"


def test_what_a_decision_rests_on():
    attacked = replace(CASE, kind="protection/inbound_ddos")
    assert ground_of(MADE, CASE) is Ground.CONTRACTUAL
    assert ground_of(replace(MADE, evidence=Evidence.E5), CASE) is Ground.LEGAL
    assert ground_of(replace(MADE, evidence=Evidence.E5), attacked) is Ground.PROTECTION
    assert ground_of(replace(MADE, measure=Measure.BLOCK_INBOUND), CASE) is Ground.PROTECTION


def test_a_clause_as_it_is_stated():
    made = stated_clause(CLAUSE, NOW, in_force=True)
    for name in ("id", "title", "text", "anchor", "document", "version"):
        assert getattr(made, name) == getattr(CLAUSE, name)
    assert (made.effective_from, made.in_force) == (NOW, True)
    assert stated_clause(CLAUSE, None, in_force=False).in_force is False


def acceptance(**changes):
    values = {
        "id": "x1",
        "customer": "c1",
        "document": "AUP",
        "version": "1",
        "digest": "ab",
        "by": "kari",
        "accepted_at": NOW,
        "recorded_at": NOW,
    }
    return Acceptance(**(values | changes))


def test_what_the_customer_had_accepted_by_then():
    """The last one of the clause's document, at the act at the latest."""
    late = acceptance(id="x9", accepted_at=NOW + HOUR, version="2")
    early = acceptance(id="x0", accepted_at=NOW - HOUR, version="0")
    other = acceptance(id="x8", document="Mail terms", version="3")
    one = acceptance()
    expected = StatedAcceptance(version="1", digest="ab", by="kari", accepted_at=NOW, same=True)
    for known in ([early, one, late, other], [other, late, one, early]):
        assert stated_acceptance(known, STATED, NOW, "ab") == expected
    assert stated_acceptance([late, other], STATED, NOW, "ab") is None
    twin = acceptance(id="x2", by="ola")
    assert stated_acceptance([twin, one], STATED, NOW, "ab").by == "ola"


@pytest.mark.parametrize(
    ("changes", "digest", "same"),
    [
        ({}, "ab", True),
        ({}, "cd", False),
        ({}, "", True),
        ({"digest": ""}, "cd", True),
        ({"version": "2"}, "ab", False),
        ({"version": "2", "digest": ""}, "", False),
    ],
)
def test_whether_it_is_the_version_that_is_applied(changes, digest, same):
    """The same version, and the same text where both are known."""
    assert stated_acceptance([acceptance(**changes)], STATED, NOW, digest).same is same


@pytest.mark.parametrize("measure", Measure)
def test_what_is_owed_under_article_17(measure):
    words = {Measure.RECORD, Measure.INFORM, Measure.INFORM_DEADLINE}
    one = replace(stated(), measure=measure)
    assert restricts(one) is (measure not in words)
    assert restricts(replace(one, reverses="d0")) is False


def test_invariant_10_nothing_of_a_reporter_is_in_it():
    """Neither name nor words of who said it, also where they say it twice."""
    heard = claim(source="mail:soc.cert.example", details={"line": "heron"})
    made = stated(claims=(heard, heard))
    text = " ".join(str(getattr(made, field.name)) for field in fields(made))
    assert "cert.example" not in text
    assert "heron" not in text
    assert proposal().clause.text in text
