"""Evidence is computed from who says it, never from how many say it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.evidence_level import (
    Trust,
    evidence_level,
    founding,
    last_seen,
    only_newcomers,
    organisation,
    sources,
    spoofable,
)
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Evidence
from aupkeep.model.origin import Origin, OriginChannel, parse_origin
from aupkeep.model.subject import Endpoint
from casework.scenes import CLAIMS, HOUR, NOW, claim

E0, E1, E2 = Evidence.E0, Evidence.E1, Evidence.E2
ORIGIN = {"mail:a.example": "feed:x", "mail:b.example": "feed:x", "api:c": "feed:x"}
PASSED_ON = Trust(origin=ORIGIN)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ([], E0),
        (["mail:?a.example"], E0),
        (["form:?a.example", "form:?b.example"], E0),
        (["form:a.example"], E1),
        (["form:a.example", "mail:abuse.a.example"], E1),  # one organisation by two roads
        (["form:a.example", "mail:b.example"], E2),
        (["mail:?a.example", "mail:?b.example", "mail:?c.example"], E0),
        (["mail:a.example"], E1),
        (["mail:a.example", "mail:?b.example"], E1),
        (["mail:a.example", "mail:a.example"], E1),
        (["mail:abuse.a.example", "mail:noc.a.example", "mail:A.example"], E1),
        (["mail:a.co.uk", "mail:b.co.uk"], E2),
        (["mail:x.a.co.uk", "mail:a.co.uk"], E1),
        (["mail:a.example", "mail:b.example"], E2),
        (["api:partner"], E1),
        (["api:partner", "mail:a.example"], E2),
        (["feed:unknown"], E0),
        (["feed:known"], E1),
        (["detector:logins"], E2),
        (["telemetry:sensor"], E2),
        (["telemetry:sensor", "mail:a.example"], E2),
        (["detector:logins", "mail:?a.example"], E2),
    ],
)
def test_levels(who, expected):
    """Who claims it, and the level that gives."""
    claims = [claim(str(number), source=source) for number, source in enumerate(who)]
    assert evidence_level(claims, Trust(known={"feed:known"})) is expected


def test_one_feed_resold_by_three():
    """Three resellers of one feed are that one feed; a stranger beside them is a second."""
    claims = [claim(str(n), source=source) for n, source in enumerate(ORIGIN)]
    assert sources(claims, PASSED_ON) == ("feed:x",)
    assert evidence_level(claims, PASSED_ON) is E1
    assert evidence_level([*claims, claim("9", source="mail:d.example")], PASSED_ON) is E2


@pytest.mark.parametrize(
    ("kind", "protocol", "expected"),
    [
        ("connection/port_scan", "tcp", True),
        ("connection/ddos", None, True),
        ("connection/login_attack", "udp", True),
        ("connection/login_attack", "tcp", False),
        ("messaging/spam", "udp", False),
        ("vulnerability/open_service", "udp", False),
    ],
)
def test_what_can_be_forged(kind, protocol, expected):
    """Claims about single packets, and about UDP, could be anybody's; these need our own flows."""
    target = Endpoint(port=22, protocol=protocol)
    claims = [
        claim(str(n), source=f"mail:{n}a.example", kind=kind, target=target) for n in range(3)
    ]
    assert spoofable(claims[0].finding) is expected
    assert evidence_level(claims) is (E1 if expected else E2)
    assert evidence_level([*claims, claim("9", source="detector:flows", kind=kind)]) is E2


@given(st.lists(st.from_regex(r"mail:\?[a-z]{1,8}\.example", fullmatch=True), max_size=20))
def test_any_number_of_forged_senders(who):
    """Unauthenticated senders stay at E0, however many write."""
    assert evidence_level([claim(str(n), source=each) for n, each in enumerate(who)]) is E0


def test_claims_about_a_victim():
    """That somebody was attacked is no evidence against them, even from our own detectors."""
    victims = [replace(each, finding=replace(each.finding, role=Role.VICTIM)) for each in CLAIMS]
    assert evidence_level(victims) is E0


def test_a_rule_reads_what_a_credible_source_shows():
    """More than a sentence, by somebody proven and not doubted; where there is none, all."""
    shown = claim("1")
    others = (
        claim("2", source="mail:?a.example"),
        claim("3", source="mail:b.example", words_alone=True),
        claim("4", source="mail:c.example"),
        claim("5", source="mail:d.example", role=Role.VICTIM),
    )
    trust = Trust(doubted={"mail:c.example"})
    assert founding([shown, *others], trust) == (shown,)
    assert founding(others, trust) == others


def test_harm_was_seen_last_by_what_a_measure_may_rest_on():
    """Where anything is of that kind; else by whatever there is."""
    seen = claim("1", at=NOW - HOUR)
    told = claim("2", at=NOW, source="detector:logins", mode=Mode.NOTIFY)
    assert last_seen([seen, told]) == NOW - HOUR
    assert last_seen([told]) == NOW
    assert last_seen([]) is None


def test_organisation_of_other_sources():
    """Only proven mail domains are cut to their organisation."""
    names = ["detector:a.b.c", "api:a.b.c", "mail:?a.b.example"]
    assert [organisation(parse_origin(name)) for name in names] == names
    dotted = Origin(OriginChannel.MAIL, "Abuse.Reporter.example.")
    assert organisation(dotted) == "mail:reporter.example"


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (["mail:new.example"], True),
        (["mail:new.example", "form:too.example"], True),
        (["mail:new.example", "mail:cert.example"], False),
        (["mail:new.example", "mail:slow.example"], True),  # whose word counts for nothing
        (["mail:new.example", "api:partner"], False),
        (["mail:new.example", "detector:logins"], False),
        (["mail:new.example", "feed:known"], False),
        (["mail:?new.example"], False),
        ([], False),
    ],
)
def test_whether_only_newcomers_say_it(who, expected):
    """The desk let in detectors, tokens and feeds itself; one confirmed claim ends it for mail."""
    trust = Trust(
        known={"feed:known"},
        confirmed={"mail:cert.example", "mail:slow.example"},
        doubted={"mail:slow.example"},
    )
    claims = [claim(str(number), source=source) for number, source in enumerate(who)]
    assert only_newcomers(claims, trust) is expected
    about_a_victim = claim("v", source="mail:cert.example", role=Role.VICTIM)
    assert only_newcomers([*claims, about_a_victim], trust) is expected
    assert not only_newcomers(claims, replace(trust, confirmed=None))
