"""Claims find their incident and their case, once."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.incidents import JoinRules, join
from aupkeep.casework.states import close
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.finding import Role
from aupkeep.model.ladder import Evidence
from casework.scenes import HELD, HOUR, NOW, claim


def put(claims, folders=(), **changes):
    """Join with ids that count up from what is there."""
    number = count(len(folders) * 100)
    name = {"new_id": lambda: f"id{next(number)}", "new_reference": lambda: "AAAA-AAAA"}
    return join(claims, folders, now=NOW, **(name | changes))


def folders_of(joined, folders=()):
    """All folders after what changed."""
    changed = {each.folder.case.id: each.folder for each in joined}
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
    case, (incident,) = joined.folder.case, joined.incidents
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
    shelf = [replace(joined.folder, case=close(joined.folder.case, Outcome.FIXED, NOW))]
    (late,) = put([claim("2", at=NOW - HOUR)], shelf)
    assert (late.opened, late.folder.case.state, late.folder.case.events) == (False, "closed", 2)
    (fresh,) = put([claim("3", at=NOW + HOUR)], shelf)
    assert fresh.opened


@pytest.mark.parametrize("outcome", [Outcome.NOT_ABUSE, Outcome.WITHDRAWN, Outcome.NO_ACTION])
def test_other_ends_do_not_swallow(outcome):
    """After another end, a further claim is looked at anew."""
    (joined,) = put([claim("1")])
    shelf = [replace(joined.folder, case=close(joined.folder.case, outcome, NOW))]
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
    assert joined.folder.case.events == 1
