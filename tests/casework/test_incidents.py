"""Claims find their incident and their case, once."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.evidence_level import Trust
from aupkeep.casework.incidents import CaseFile, JoinedCase, JoinRules, join, recount
from aupkeep.casework.states import close
from aupkeep.model.case import Case, CaseState, Incident, Outcome
from aupkeep.model.finding import Role
from aupkeep.model.ladder import Evidence
from aupkeep.model.origin import parse_origin
from casework.scenes import HELD, HOUR, NOW, claim


def put(claims, folders=(), **changes):
    """Join with ids that count up from what is there."""
    number = count(len(folders) * 100)
    name = {"new_id": lambda: f"id{next(number)}", "new_reference": lambda: "AAAA-AAAA"}
    return join(claims, folders, now=NOW, **(name | changes))


def folders_of(joined, folders=()):
    """All folders after what changed."""
    changed = {each.case_file.case.id: each.case_file for each in joined}
    return [changed.pop(each.case.id, each) for each in folders] + list(changed.values())


claims = st.builds(
    lambda name, hours, resource, kind, role: claim(
        str(name),
        at=NOW - hours * HOUR,
        held=replace(HELD, resource=resource),
        kind=kind,
        role=role,
    ),
    st.integers(0, 30),
    st.integers(0, 100),
    st.sampled_from(["vm1", "vm2"]),
    st.sampled_from(["connection/login_attack", "messaging/spam"]),
    st.sampled_from([Role.OFFENDER, Role.VICTIM, Role.VULNERABLE]),
)
batches = st.lists(claims, max_size=12, unique_by=lambda each: each.id)


def test_opens_a_case_with_one_incident():
    """Two claims of one kind about one resource in one window: one case, one incident."""
    (joined,) = put([claim("1"), claim("2", source="detector:logins", count=40)])
    case, (incident,) = joined.case_file.case, joined.incidents
    assert joined.opened
    assert (case.state, case.clause, case.events) == (CaseState.OPEN, "intrusion", 41)
    assert (case.level, incident.level, incident.events) == (Evidence.E2, Evidence.E2, 41)
    assert incident.sources == ("detector:logins", "mail:reporter.example")
    assert {each.incident for each in joined.added} == {incident.id}


@given(batches, batches)
def test_same_claims_again_change_nothing(first, second):
    """Whatever came before, and however often: a claim counts once."""
    shelf = folders_of(put(first))
    shelf = folders_of(put(second, shelf), shelf)
    assert put([*first, *second], shelf) == ()


@given(batches, batches)
def test_nothing_is_lost_or_doubled(first, second):
    """Every claim against a holder is in exactly one incident of exactly one case, and counted."""
    shelf = folders_of(put(first))
    shelf = folders_of(put(second, shelf), shelf)
    held = [each for folder in shelf for each in folder.claims]
    given_ = {each.id: each for each in [*second, *first]}.values()
    wanted = {each.id for each in given_ if each.finding.role is not Role.VICTIM}
    assert {each.id for each in held} >= wanted - {each.id for each in second}
    assert len({each.id for each in held}) == len(held)
    assert len({folder.key for folder in shelf}) == len(shelf)
    for folder in shelf:
        assert folder.case.events == sum(each.events for each in folder.incidents)
        for each in folder.incidents:
            assert each.last_at - each.first_at <= timedelta(hours=24)


@given(st.lists(claims, max_size=12))
def test_invariant_10_a_victim_opens_no_case(given_):
    """Claims about victims, alone, change nothing at all."""
    about = [replace(each, finding=replace(each.finding, role=Role.VICTIM)) for each in given_]
    assert put(about) == ()


def test_late_report_of_a_mended_thing():
    """A claim from before the case closed as fixed goes into it and opens nothing."""
    (joined,) = put([claim("1")])
    shelf = [replace(joined.case_file, case=close(joined.case_file.case, Outcome.FIXED, NOW))]
    (late,) = put([claim("2", at=NOW - HOUR)], shelf)
    assert (late.opened, late.case_file.case.state, late.case_file.case.events) == (
        False,
        "closed",
        2,
    )
    (fresh,) = put([claim("3", at=NOW + HOUR)], shelf)
    assert fresh.opened


@pytest.mark.parametrize("outcome", [Outcome.NOT_ABUSE, Outcome.WITHDRAWN, Outcome.NO_ACTION])
def test_other_ends_do_not_swallow(outcome):
    """After another end, a further claim is looked at anew."""
    (joined,) = put([claim("1")])
    shelf = [replace(joined.case_file, case=close(joined.case_file.case, outcome, NOW))]
    assert put([claim("2", at=NOW - HOUR)], shelf)[0].opened


def test_window():
    """What lies further apart than the window is another incident of the same case."""
    far = [claim("1", at=NOW - 30 * HOUR), claim("2", at=NOW - HOUR)]
    assert len(put(far)[0].incidents) == 2
    assert len(put(far, rules=JoinRules(window=timedelta(hours=29)))[0].incidents) == 1


def test_same_words_of_one_report():
    """One report that says a thing twice under two ids has said it once."""
    one = claim("1")
    (joined,) = put([one, replace(one, id="claim 1 again")])
    assert joined.case_file.case.events == 1


def test_a_new_case_is_whole():
    """Case, incident and claim, field by field."""
    one = claim("1", count=3)
    (joined,) = put([one])
    case = Case(
        id="id0",
        reference="AAAA-AAAA",
        customer="c1",
        resource="vm1",
        clause="intrusion",
        kind="connection/login_attack",
        state=CaseState.OPEN,
        level=Evidence.E1,
        opened_at=NOW,
        changed_at=NOW,
        events=3,
    )
    incident = Incident(
        id="id1",
        case="id0",
        kind="connection/login_attack",
        customer="c1",
        resource="vm1",
        first_at=one.at,
        last_at=one.at,
        events=3,
        sources=("mail:reporter.example",),
        level=Evidence.E1,
    )
    placed = replace(one, incident="id1")
    folder = CaseFile(case=case, incidents=(incident,), claims=(placed,))
    assert joined == JoinedCase(
        case_file=folder, opened=True, added=(placed,), incidents=(incident,)
    )


def test_a_case_grows():
    """New claims join what is there; untouched incidents stay as they are and are not told."""
    (first,) = put([claim("1", at=NOW - 50 * HOUR)])
    later = claim("2", at=NOW - HOUR, source="mail:other.example", count=2)
    (grown,) = join(
        [claim("1", at=NOW - 50 * HOUR), later],
        [first.case_file],
        now=NOW + HOUR,
        new_id=lambda: "new",
        new_reference=lambda: "BBBB-BBBB",
    )
    assert not grown.opened
    shown = replace(first.case_file.incidents[0], events=99)
    (beside,) = put([later], [replace(first.case_file, incidents=(shown,))])
    assert beside.case_file.incidents[0] == shown
    assert [claim.id for claim in grown.added] == ["claim 2"]
    assert [incident.id for incident in grown.incidents] == ["new"]
    assert grown.case_file.incidents[0] == first.case_file.incidents[0]
    case = grown.case_file.case
    assert (case.id, case.events, case.level) == (first.case_file.case.id, 3, Evidence.E2)
    assert (case.opened_at, case.changed_at) == (NOW, NOW + HOUR)
    assert [claim.incident for claim in grown.case_file.claims] == ["id1", "new"]


def test_an_incident_stretches_both_ways():
    """To the window and not beyond; the earliest that holds the claim takes it."""
    middle = NOW - 40 * HOUR
    (first,) = put([claim("1", at=middle)])
    shelf = [first.case_file]
    (back,) = put([claim("2", at=middle - 24 * HOUR)], shelf)
    (incident,) = back.case_file.incidents
    assert (incident.first_at, incident.last_at) == (middle - 24 * HOUR, middle)
    (longer,) = put([claim("2", at=middle + 24 * HOUR)], shelf)
    assert longer.incidents[0].last_at == middle + 24 * HOUR
    (ahead,) = put([claim("3", at=middle + HOUR)], [back.case_file])
    assert len(ahead.case_file.incidents) == 2
    (inside,) = put([claim("4", at=middle - HOUR)], [ahead.case_file])
    assert inside.added[0].incident == incident.id


def test_what_fell_counts_no_more():
    """Level and events are those of what stands, when more comes and when it is recounted."""
    (first,) = put([claim("1")])
    fallen = replace(first.case_file, fallen={one.id for one in first.case_file.claims})
    (grown,) = put([claim("2", at=NOW)], [fallen])
    assert (grown.case_file.case.level, grown.case_file.case.events) == (Evidence.E1, 1)
    assert grown.incidents[0].events == 1
    counted = recount(fallen, []).case
    assert (counted.level, counted.events) == (Evidence.E0, 0)


def test_a_late_report_joins_the_mended_case():
    """Its time of closing stays; what happened after it opens a new one."""
    (first,) = put([claim("1", at=NOW - 2 * HOUR)])
    mended = replace(first.case_file, case=close(first.case_file.case, Outcome.FIXED, NOW - HOUR))
    (late,) = put([claim("2", at=NOW - HOUR)], [mended])
    assert (late.opened, late.case_file.case.changed_at) == (False, NOW - HOUR)
    (again,) = put([claim("3", at=NOW)], [mended])
    assert again.opened
    (open_,) = put([claim("4", at=NOW - 2 * HOUR)], [mended, again.case_file])
    assert open_.case_file.case.id == again.case_file.case.id


def test_the_same_words_come_again():
    """By id, or by the content of one report; another report's same words are new."""
    (first,) = put([claim("1")])
    shelf = [first.case_file]
    renamed = replace(claim("1"), id="other")
    assert put([renamed], shelf) == ()
    assert len(put([replace(renamed, report="report 9")], shelf)) == 1
    ours = claim("5", source="detector:logins")
    twice = put([ours, replace(ours, id="claim 6")])
    assert twice[0].case_file.case.events == 2
    assert put([ours, ours])[0].case_file.case.events == 1


def test_recount_takes_the_new_word():
    """A claim whose sender was proven later raises its incident and case, and nothing else."""
    forged = claim("1", source="mail:?bank.example", count=2)
    far = claim("2", at=NOW - 60 * HOUR, source="mail:?cert.example")
    (first,) = put([forged, far])
    assert first.case_file.case.level is Evidence.E0
    placed = next(one for one in first.case_file.claims if one.id == "claim 1")
    proven = replace(
        placed, finding=replace(placed.finding, source=parse_origin("mail:bank.example"))
    )
    after = recount(first.case_file, [proven])
    assert (after.case.level, after.case.events) == (Evidence.E1, first.case_file.case.events)
    old, new = after.incidents
    assert old in first.case_file.incidents
    assert (new.level, new.sources, new.events) == (Evidence.E1, ("mail:bank.example",), 2)
    counted = replace(old, events=99)
    again = recount(replace(first.case_file, incidents=(counted, new)), [proven])
    assert again.incidents[0] == counted
    assert proven in after.claims
    assert len(after.claims) == 2
    trusting = JoinRules(trust=Trust(doubted={"mail:bank.example"}))
    assert recount(first.case_file, [proven], rules=trusting).case.level is Evidence.E0


def test_each_case_is_about_one_customer_resource_and_kind():
    """Three differences, four cases."""
    others = [
        claim("2", held=replace(HELD, resource="vm2")),
        claim("3", held=replace(HELD, customer="c2")),
        claim("4", kind="messaging/spam", rsit="abusive-content:spam"),
    ]
    joined = put([claim("1"), *others])
    assert len({each.case_file.key for each in joined}) == 4
    assert {each.case_file.case.clause for each in joined} == {"intrusion", "spam"}


def test_who_is_doubted_raises_no_level():
    """What the desk knows about the sources counts in the case and in the incident."""
    slow = JoinRules(trust=Trust(doubted={"mail:reporter.example"}))
    (joined,) = put([claim("1")], rules=slow)
    (incident,) = joined.incidents
    assert (joined.case_file.case.level, incident.level, incident.sources) == (Evidence.E0, 0, ())


def test_the_clause_follows_the_rsit_value():
    """A kind that stands under two clauses by its RSIT value opens its case under the one meant."""
    kind = "reputation/blocklist"
    clauses = [
        put([claim("1", kind=kind, rsit=rsit)])[0].case_file.case.clause
        for rsit in ("other:other", "other:undetermined")
    ]
    assert clauses == ["retaliation", "law"]


def test_what_is_new_wakes_a_case():
    """It rests no longer; it was dealt with until its evidence rises."""
    (first,) = put([claim("1")])
    dealt = replace(first.case_file.case, handled_at=NOW, snoozed_until=NOW + HOUR)
    shelf = [replace(first.case_file, case=dealt)]
    (same,) = put([claim("2", at=NOW)], shelf)
    assert (same.case_file.case.handled_at, same.case_file.case.snoozed_until) == (NOW, None)
    (risen,) = put([claim("2", at=NOW, source="detector:logins")], shelf)
    assert risen.case_file.case.level > dealt.level
    assert (risen.case_file.case.handled_at, risen.case_file.case.snoozed_until) == (None, None)
