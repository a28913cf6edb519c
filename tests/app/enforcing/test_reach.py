"""How much of an address a measure is on: a sharer's ports, one address, an IPv6 assignment."""

import json
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.conftest import JUST_NOW, NOON, with_settings
from app.steps import enforce, guess, post, states, work
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.plan import EnforcementPlan, plan_measure
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.action import ActionState
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, cases, notices

HEAD = b"address,port_from,port_to,customer,resource,from,until\n"
SHARED = (
    "203.0.113.40,1024,40000,alder,vm-s,2026-01-01T00:00:00Z,\n"
    "203.0.113.40,40001,65535,birch,vm-t,2026-01-01T00:00:00Z,\n"
)
SIX = "2001:db8:5:1::7"
ADA = Person(id="ada", name="Ada")


def assign(context, rows):
    """Import assignments; all go in."""
    result = import_assignments(context, HEAD + rows.encode(), "csv")
    assert not result.dead


def six(context, rows=f"{SIX[:-1]}/64,,,alder,vm-6,2026-01-01T00:00:00Z,\n"):
    """Declare IPv6 space and give a part of it to alder's machine."""
    declare_space(context, "2001:db8::/32", "main")
    assign(context, rows)


def by_person(context, case, measure="block-port", **more):
    """A person decides."""
    return decide_case(
        context, case.reference, people=("ada",), reasons="x", measure=measure, hours=4, **more
    )


def scopes(case):
    """The scopes of the case's actions."""
    return [action.scope for action in actions.of_case(case.id)]


def shared_case(context):
    """A person acts on alder's machine, which shares its address with birch's; no rule does."""
    assign(context, SHARED)
    (case,) = post(context, {**guess("203.0.113.40", JUST_NOW), "port": 30000})
    assert not actions.of_case(case.id)
    by_person(context, case)
    enforce(context)
    return case


def test_invariant_05_shared_address_is_limited_on_the_sharers_ports(furnished):
    """The port is closed for alder's part alone; the desired state says which ports."""
    case = shared_case(furnished)
    (scope,) = scopes(case)
    assert (case.customer, scope.source_ports) == ("alder", PortRange(1024, 40000))
    assert states(case) == {ActionState.APPLIED}
    signed = json.loads((furnished.home.desired / "main.json").read_bytes())
    assert "1024" in json.dumps(signed)
    told = [x.text for x in notices.of_case(case.id) if x.kind is not NoticeKind.RECEIPT]
    assert any("203.0.113.40:1024-40000" in text for text in told)
    assert not any("birch" in text or "vm-t" in text for text in told)


def test_shared_address_counts_and_names_who_else_is_there(furnished):
    """The facts count every sharer, and the case page names them to the desk."""
    case = shared_case(furnished)
    about = load_case_context(furnished, cases.get(case.id))
    assert about.facts["resource.count"] == 3  # alder, birch, and whoever has the ports below
    page = case_page(furnished, ADA, case.reference)
    (offer,) = [x for x in page.offers if x.measure is Measure.ISOLATE]
    assert "203.0.113.40:1024-40000" in offer.touches
    assert "birch vm-t" in offer.touches
    assert "are not touched" in offer.touches


@pytest.mark.parametrize("measure", ["isolate", "limit-rate", "block-port"])
def test_invariant_05_person_reaches_no_further_than_the_sharers_ports(furnished, measure):
    """A person's measure is on the same ports, the isolation too."""
    case = shared_case(furnished)
    more = {"rate": 100_000} if measure == "limit-rate" else {}
    by_person(furnished, case, measure, **more)
    assert {scope.source_ports for scope in scopes(case)} == {PortRange(1024, 40000)}


def test_invariant_05_sharer_whose_ports_change_is_freed(furnished, now):
    """Birch gets some of alder's ports: the measure on them is lifted at once."""
    case = shared_case(furnished)
    now.at += timedelta(hours=1)
    assign(
        furnished,
        "203.0.113.40,1024,40000,alder,vm-s,2026-01-01T00:00:00Z,2026-03-01T13:00:00Z\n"
        "203.0.113.40,1024,2047,birch,vm-t,2026-03-01T13:00:00Z,\n"
        "203.0.113.40,2048,40000,alder,vm-s,2026-03-01T13:00:00Z,\n",
    )
    now.at += timedelta(minutes=10)
    work(furnished)
    enforce(furnished)
    assert states(case) == {ActionState.LIFTED}


def test_sharer_who_gets_the_whole_address_keeps_the_measure(furnished, now):
    """Nobody else is there any more: the ports are still alder's."""
    case = shared_case(furnished)
    now.at += timedelta(hours=1)
    assign(
        furnished,
        "203.0.113.40,1024,40000,alder,vm-s,2026-01-01T00:00:00Z,2026-03-01T13:00:00Z\n"
        "203.0.113.40,40001,65535,birch,vm-t,2026-01-01T00:00:00Z,2026-03-01T13:00:00Z\n"
        "203.0.113.40,,,alder,vm-s,2026-03-01T13:00:00Z,\n",
    )
    now.at += timedelta(minutes=10)
    work(furnished)
    enforce(furnished)
    assert states(case) == {ActionState.APPLIED}


def test_invariant_05_router_is_refused_with_the_reason(furnished):
    """Behind a router's address nobody's ports are on record: nothing is done to all of them."""
    rows = [
        {
            "address": "203.0.113.60",
            "customer": "alder",
            "resource": "net-1",
            "from": "2026-01-01T00:00:00Z",
            "router": True,
        }
    ]
    import_assignments(furnished, json.dumps(rows).encode(), "json")
    (case,) = post(furnished, guess("203.0.113.60", JUST_NOW))
    assert not actions.of_case(case.id)
    for measure in ("block-port", "isolate"):
        with pytest.raises(Forbidden, match=r"invariant 5.*behind a router"):
            by_person(furnished, case, measure)


def test_invariant_05_ipv6_is_limited_on_the_holders_own_assignment(furnished):
    """The holder chooses its addresses freely, so the measure is on its /64."""
    six(furnished)
    (case,) = post(furnished, guess(SIX, JUST_NOW))
    enforce(furnished)
    (scope,) = scopes(case)
    assert (scope.address, str(scope.network)) == (ip_address(SIX), "2001:db8:5:1::/64")
    assert states(case) == {ActionState.APPLIED}


def test_ipv6_holder_that_moves_inside_its_assignment_is_limited_once(furnished, now):
    """The next address in evidence is no new place: one decision, one letter."""
    six(furnished)
    (case,) = post(furnished, guess(SIX, JUST_NOW))
    enforce(furnished)
    for last in range(8, 12):
        now.at += timedelta(minutes=1)
        post(furnished, guess(f"2001:db8:5:1::{last}", now.at - timedelta(seconds=5)))
        enforce(furnished)
    assert len(scopes(case)) == 1
    assert len(notices.of_case(case.id)) == 1


WHOLE = "2001:db8:5:1::/64,,,alder,vm-6,2026-01-01T00:00:00Z,"
LONE = f"{SIX},,,alder,vm-6,2026-01-01T00:00:00Z,"
NOT_ALONE = [
    [LONE],
    ["2001:db8::/40,,,alder,vm-6,2026-01-01T00:00:00Z,"],
    [WHOLE, "2001:db8:5:1::99,,,birch,vm-7,2026-01-01T00:00:00Z,"],
    [WHOLE, "2001:db8:5:1:8000::/65,,,birch,vm-7,2027-01-01T00:00:00Z,"],
    ["2001:db8:5:1::/64,,,birch,vm-7,2026-01-01T00:00:00Z,", LONE],
]


@pytest.mark.parametrize("rows", NOT_ALONE)
def test_invariant_05_ipv6_that_is_not_the_holders_alone_stays_one_address(furnished, rows):
    """A lone /128, a provider's block, an assignment with others in it now or later, or around."""
    six(furnished, "".join(f"{row}\n" for row in rows))
    (case,) = post(furnished, guess(SIX, JUST_NOW))
    (scope,) = scopes(case)
    assert (scope.address, scope.network) == (ip_address(SIX), None)


def test_invariant_05_nested_record_frees_the_assignment(furnished, now):
    """Somebody else gets an address inside the limited assignment: the measure is lifted."""
    six(furnished)
    (case,) = post(furnished, guess(SIX, JUST_NOW))
    enforce(furnished)
    now.at += timedelta(hours=1)
    assign(furnished, f"2001:db8:5:1::99,,,birch,vm-7,{now.at:%Y-%m-%dT%H:%M:%SZ},\n")
    work(furnished)
    enforce(furnished)
    assert states(case) == {ActionState.LIFTED}


def test_isolation_is_of_both_families_and_one_letter(furnished):
    """The harm is the resource's: each of its addresses is isolated, and it is told once."""
    six(
        furnished,
        "2001:db8:5:1::/64,,,alder,vm-a,2026-01-01T00:00:00Z,\n"
        "203.0.113.11,,,alder,vm-a,2026-01-01T00:00:00Z,\n"
        "203.0.113.12,0,99,alder,vm-a,2026-01-01T00:00:00Z,\n",
    )
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW, port=22), weigh=False)
    decision = by_person(furnished, case, "isolate")
    where = {str(scope.network or scope.address) for scope in scopes(case)}
    assert where == {"203.0.113.10", "203.0.113.11", "2001:db8:5:1::/64"}
    enforce(furnished)
    assert states(case) == {ActionState.APPLIED}
    assert len(notices.of_case(case.id)) == 1
    page = case_page(furnished, ADA, case.reference)
    (offer,) = [x for x in page.offers if x.measure is Measure.ISOLATE]
    assert "2001:db8:5:1::/64" in offer.touches
    action = actions.of_decision(decision.decision)[0]
    undo_action(furnished, action.id, reason="mistake", person="ada")
    enforce(furnished)
    assert states(case) == {ActionState.LIFTED}
    assert len(notices.of_case(case.id)) == 2


def test_plan_names_everybody(furnished):
    """The plan is on the sharer's ports, refused without the port, and names who is spared."""
    assign(furnished, SHARED)
    until = NOON + timedelta(hours=1)
    context = with_settings(furnished, enforcement={"driver": "record"})

    def planned(subject: str) -> EnforcementPlan:
        return plan_measure(context, Measure.BLOCK_PORT, subject, until, words={"port": 22})

    (action,) = planned("203.0.113.40:30000").actions
    assert action.touches == ("203.0.113.40 from ports 1024-40000", "vm-s")
    assert "not touched: birch vm-t, on other ports" in str(action.note)
    assert "name the port" in str(planned("203.0.113.40").refused)
    assert planned("203.0.113.10").actions[0].touches == ("203.0.113.10", "vm-a")
    assert "certain" in str(planned("203.0.113.99").refused)
    assert "protect list" in str(planned("203.0.113.200").refused)
    six(furnished)
    (action,) = planned(f"[{SIX}]:1025").actions
    assert action.touches == ("2001:db8:5:1::/64", "vm-6")
