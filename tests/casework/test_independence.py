"""Independence is computed: who passes on another's word adds nothing to it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.evidence_level import BELIEVING, Trust, evidence_level, sources
from aupkeep.casework.same_event import _alike, _Event, same_observers
from aupkeep.model.ladder import Evidence
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import ADDRESS, HOUR, NOW, OTHER, PEER, claim

E0, E1, E2 = Evidence.E0, Evidence.E1, Evidence.E2


def said(name, source, *marks: str):
    """A claim of a source with its marks."""
    return replace(claim(name, source=source), marks=marks)


SAME = {
    "the same line of log": ("line:1", "line:1"),
    "the same message inside": ("id:1", "id:1"),
    "the same signer": ("signer:a@x.example", "signer:a@x.example"),
    "the same reporter behind a token": ("reporter:x.example", "reporter:x.example"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_shared_mark_is_one_source(name):
    """Two organisations that share it are one; with other marks they are two."""
    one, other = SAME[name]
    pair = [said("1", "mail:a.example", one), said("2", "mail:b.example", other)]
    assert evidence_level(pair) is E1
    assert sources(pair) == ("mail:a.example",)
    apart = [pair[0], said("2", "mail:b.example", f"{other}0")]
    assert evidence_level(apart) is E2


def test_resold_by_three():
    """A feed passed on by three resellers, each in words of its own, is one source."""
    resold = [
        said("1", "mail:a.example", "line:1", "line:9"),
        said("2", "mail:b.example", "id:7", "line:1"),
        said("3", "api:c", "id:7"),
    ]
    assert evidence_level(resold) is E1
    assert evidence_level([*resold, said("4", "mail:d.example", "line:4")]) is E2


def test_who_is_doubted_moves_nothing():
    """In the slow lane a proven source is an allegation, also beside others."""
    slow = said("1", "mail:a.example", "from:mail:a.example")
    trust = Trust(doubted={"mail:a.example"})
    assert evidence_level([slow], trust) is E0
    assert evidence_level([slow, said("2", "mail:b.example")], trust) is E1


def test_one_of_a_shared_domain_is_doubted():
    """Who writes from a mailbox provider has a key of their own; others there keep their word."""
    bad = said("1", "mail:mailbox.example", "from:mail:x@mailbox.example")
    good = said("2", "mail:mailbox.example", "from:mail:y@mailbox.example")
    trust = Trust(doubted={"mail:x@mailbox.example"})
    assert evidence_level([bad], trust) is E0
    assert evidence_level([good], trust) is E1


def test_newcomers_are_one_voice():
    """A thousand names that were never right are one source; one that was right is a second."""
    many = [said(str(n), f"mail:n{n}.example") for n in range(1000)]
    trust = Trust(confirmed={"mail:cert.example"})
    assert evidence_level(many, trust) is E1
    assert evidence_level([*many, said("c", "mail:cert.example")], trust) is E2
    assert evidence_level(many) is E2


AT = NOW - HOUR
SAME_EVENT = {
    "the same second": ({}, {}),
    "one leaves out the attacked side": ({}, {"target": None}),
    "one leaves out the own port": ({"subject": Subject(address=ADDRESS, port=40001)}, {}),
    "one connection, a time that was rounded": (
        {"subject": Subject(address=ADDRESS, port=40001), "exact": 60.0},
        {"subject": Subject(address=ADDRESS, port=40001), "at": AT.replace(second=40)},
    ),
}
SAME_EVENT["one connection, over the end of a minute"] = (
    {"subject": Subject(address=ADDRESS, port=40001), "at": AT.replace(second=50), "exact": 60.0},
    {"subject": Subject(address=ADDRESS, port=40001), "at": AT + timedelta(seconds=70)},
)
OTHER_EVENT = {
    **{
        f"another {what}": ({"subject": one}, {"subject": other})
        for what, one, other in (
            ("page", Subject(url="https://a.example/1"), Subject(url="https://a.example/2")),
            ("name", Subject(domain="a.example"), Subject(domain="b.example")),
            ("account", Subject(account="a"), Subject(account="b")),
            ("address", Subject(address=ADDRESS), Subject(address=OTHER)),
        )
    },
    "another second": ({}, {"at": AT.replace(second=1)}),
    "another own port": (
        {"subject": Subject(address=ADDRESS, port=40001)},
        {"subject": Subject(address=ADDRESS, port=40002)},
    ),
    "another attacked address": ({}, {"target": Endpoint(address=OTHER, port=22, protocol="tcp")}),
    "another attacked port": ({}, {"target": Endpoint(address=PEER, port=2222, protocol="tcp")}),
    "times that are not known": ({"exact": 3600.0}, {"exact": 3600.0}),
    "a port that is taken again": (
        {"subject": Subject(address=ADDRESS, port=40001)},
        {"subject": Subject(address=ADDRESS, port=40001), "at": AT.replace(second=40)},
    ),
    "one connection's port, minutes later": (
        {"subject": Subject(address=ADDRESS, port=40001)},
        {"subject": Subject(address=ADDRESS, port=40001), "at": AT + timedelta(minutes=3)},
    ),
}


def resold(one, other):
    """The level of what two desks say, each in words of its own."""
    first = claim("1", source="mail:a.example", **{"at": AT, **one})
    return evidence_level([first, claim("2", source="mail:b.example", **{"at": AT, **other})])


@pytest.mark.parametrize("name", SAME_EVENT)
def test_one_event_told_by_two_desks_is_one_source(name):
    """Two resellers of one feed saw nothing twice, whichever of them comes first."""
    one, other = SAME_EVENT[name]
    assert resold(one, other) is resold(other, one) is E1


@pytest.mark.parametrize("name", OTHER_EVENT)
def test_two_events_are_two_sources(name):
    """Who saw another second, port or target saw it himself."""
    one, other = OTHER_EVENT[name]
    assert resold(one, other) is resold(other, one) is E2


def test_a_second_shared_by_chance_makes_nobody_one():
    """Two sensors under one attack are two; a reseller of half of one of them is not."""
    hit = [claim(f"a{n}", source="mail:a.example", at=AT + timedelta(seconds=n)) for n in range(9)]
    seen = [
        claim(f"b{n}", source="mail:b.example", at=AT + timedelta(seconds=8 + n)) for n in range(9)
    ]
    assert evidence_level([*hit, *seen]) is E2
    assert evidence_level([*hit, *seen[:1]]) is E1
    assert evidence_level([*hit, *seen[:2]]) is E1
    assert evidence_level([*hit, *seen[:3]]) is E2
    assert evidence_level([*hit[:4], *at_seconds("mail:b.example", 2, 3, *range(10, 17))]) is E1
    crowd = [*at_seconds("mail:a.example", 1, 1, 5, 6, 7), *at_seconds("mail:b.example", 1, 8, 9)]
    assert evidence_level(crowd) is E2
    tied = [*at_seconds("mail:a.example", 1, 1, 5), *at_seconds("mail:b.example", 1, 8, 9)]
    assert evidence_level(tied) is E1


def at_seconds(source, *seconds: int):
    """Claims of one source about events at these seconds."""
    return [
        claim(f"{source} {number}", source=source, at=AT + timedelta(seconds=second))
        for number, second in enumerate(seconds)
    ]


def test_a_claim_ties_all_who_tell_of_its_event():
    """Some by its second, others by its connection."""
    connection = {"subject": Subject(address=ADDRESS, port=40001), "exact": 60.0}
    claims = [
        claim("1", source="mail:a.example", at=AT, **connection),
        *at_seconds("mail:b.example", 0, 300, 600),
        claim("2", source="mail:c.example", at=AT + timedelta(seconds=40), **connection),
    ]
    assert sources(claims) == ("mail:a.example",)


def test_a_crowded_second_unties_nobody():
    """Who tells of a connection is tied by it, though fifty others tell of its second."""
    connection = {"subject": Subject(address=ADDRESS, port=40001), "exact": 60.0}
    claims = [
        claim("1", source="mail:b.example", at=AT + timedelta(seconds=40), **connection),
        *at_seconds("mail:b.example", 300, 600),
        claim("2", source="mail:a.example", at=AT, **connection),
        *at_seconds("mail:c.example", *[0] * 50),
    ]
    names = [str(one.finding.source) for one in claims]
    pairs = {("mail:a.example", "mail:b.example"), ("mail:a.example", "mail:c.example")}
    assert same_observers(claims, names) == pairs


def test_a_feed_that_is_not_known_is_no_source():
    """One that the operator named is."""
    heard = [said("1", "feed:list.example")]
    assert sources(heard) == ()
    assert sources(heard, Trust(known={"feed:list.example"})) == ("feed:list.example",)


@pytest.mark.parametrize(("others", "level"), [(49, E2), (50, E1)])
def test_fifty_claims_of_a_second_are_compared(others, level):
    """More than that are one observation, whatever ports they name."""
    first, second = (Subject(address=ADDRESS, port=port) for port in (40001, 40002))
    claims = [claim(str(n), source="mail:a.example", at=AT, subject=first) for n in range(others)]
    claims.append(claim("x", source="mail:b.example", at=AT, subject=second))
    assert evidence_level(claims) is level


@pytest.mark.parametrize(
    ("ports", "exact", "apart", "same"),
    [
        ((40001, 40001), (60.0, 1.0), 40, True),
        ((40001, 40001), (0.5, 0.5), 0.7, True),
        ((40001, 40001), (1.0, 1.0), 1.5, False),
        ((40001, None), (60.0, 60.0), 40, False),
        ((None, None), (60.0, 60.0), 40, False),
        ((None, None), (1.0, 1.0), 0.9, True),
        ((None, None), (1.0, 1.0), 1.0, False),
        ((None, None), (1.0, 1.0), None, False),
    ],
)
def test_how_near_two_times_are_one(ports, exact, apart, same):
    """Within a second; of one connection as near as the times are exact; a time there must be."""
    there = [Subject(address=ADDRESS, port=port) for port in ports]
    one, other = (
        claim(name, subject=subject, exact=within).finding
        for name, subject, within in zip("12", there, exact, strict=True)
    )
    one = replace(one, at=AT)
    other = replace(other, at=None if apart is None else AT + timedelta(seconds=apart))
    first, second = _Event(one), _Event(other)
    assert _alike(first, second) is _alike(second, first) is same


names = st.sampled_from(["mail:a.example", "mail:x.a.example", "mail:b.example", "mail:?c.example",
                         "api:d", "mail:e.example"])  # fmt: skip
ties = st.lists(st.sampled_from(["line:1", "line:2", "id:1", "signer:z"]), max_size=3, unique=True)
told = st.lists(st.tuples(names, ties), max_size=12)


def claims_of(told):
    """The claims of (source, marks)."""
    return [said(str(n), source, *marks) for n, (source, marks) in enumerate(told)]


@given(told, ties)
def test_a_mark_never_raises_evidence(told, more):
    """Whatever else a claim is marked with, the sources are no more than before."""
    bare = [(source, []) for source, _ in told]
    fuller = [(source, [*marks, *more]) for source, marks in told]
    found = [len(sources(claims_of(one))) for one in (fuller, told, bare)]
    assert found == sorted(found)


@given(told, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(told, random):
    """The same claims in another order are the same sources."""
    claims = claims_of(told)
    mixed = list(claims)
    random.shuffle(mixed)
    assert sources(claims) == sources(mixed)


@given(told, st.tuples(names, ties), st.integers(1, 3))
def test_told_again_by_three(told, last, times):
    """Whoever repeats a claim with a mark of it, the sources are as if it was not repeated."""
    source, marks = last
    once = [*told, (source, [*marks, "line:7"])]
    again = [(f"mail:again{n}.example", ["line:7"]) for n in range(times)]
    found, before = sources(claims_of([*once, *again])), sources(claims_of(once))
    unproven = source.startswith("mail:?")
    assert len(found) == len(before) + (1 if unproven else 0)


@given(told)
def test_trusting_less_never_raises_evidence(told):
    """Doubt, and asking for a record, only ever lower the level."""
    claims = claims_of(told)
    full = evidence_level(claims, BELIEVING)
    for trust in (
        Trust(doubted={"mail:a.example"}),
        Trust(confirmed=()),
        Trust(confirmed={"api:d"}),
    ):
        assert evidence_level(claims, trust) <= full


moments = st.tuples(
    st.integers(0, 3), st.sampled_from([0.0, 0.4, 0.999]), st.sampled_from([1, 60]),
    st.sampled_from([None, 22, 40022]), st.sampled_from("abc"),
)  # fmt: skip


def near(one, other) -> bool:
    """Whether two claims tell of one second, or of one connection."""
    port = one.finding.subject.port
    same_second = int(one.finding.at.timestamp()) == int(other.finding.at.timestamp())
    return same_second or (port is not None and port == other.finding.subject.port)


@given(st.lists(moments, max_size=14))
def test_events_are_compared_as_each_pair_alone(told):
    """However many claims there are at once, two sources match where a pair of claims does."""
    claims, who = [], []
    for number, (seconds, part, exact, port, name) in enumerate(told):
        subject = Subject(address=ADDRESS, port=port)
        made = claim(str(number), source=f"mail:{name}.example", subject=subject, exact=exact)
        at = NOW - HOUR + timedelta(seconds=seconds + part)
        claims.append(replace(made, finding=replace(made.finding, at=at)))
        who.append(name)
    counts = Counter(who)
    hits: Counter[tuple[str, str]] = Counter()
    for one, mine in zip(claims, who, strict=True):
        others = {
            theirs
            for other, theirs in zip(claims, who, strict=True)
            if theirs != mine
            and near(one, other)
            and _alike(_Event(one.finding), _Event(other.finding))
        }
        hits.update((mine, theirs) for theirs in others)
    wanted = {(min(pair), max(pair)) for pair, n in hits.items() if 2 * n >= counts[pair[0]]}
    assert same_observers(claims, who) == wanted
