"""What the desk asks for, it gets: in the promised order, whole, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aupkeep.model.action import ActionState
from aupkeep.model.automatic_measure import AutomaticMeasure
from aupkeep.model.case import Case, CaseState
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.made_by import MadeBy
from aupkeep.store import (
    actions,
    case_filter,
    cases,
    customers,
    decisions,
    flags,
    inventory,
    notices,
    reports,
    staff,
    tokens,
)
from aupkeep.store.case_filter import SORTS, CaseFilter
from aupkeep.store.journal import Journal
from store.conftest import Maker, seal
from store.samples import (
    ACTION,
    ANSWER,
    ASSIGNMENT,
    CASE,
    CLAIM,
    DECISION,
    LATER,
    NOTICE,
    NOW,
    RECORDS,
    REPORT,
)

HOUR = timedelta(hours=1)
ALL, OPEN = CaseFilter(), CaseFilter(states=(CaseState.OPEN,))
CLOSED = CaseFilter(states=(CaseState.CLOSED,))


@pytest.fixture
def stored(journal, make):
    """All samples are stored; more may follow."""
    journal.record(make.entry(), rows=RECORDS)
    return lambda *rows: journal.record(make.entry(), rows=rows)


def case(number: int, **values: object) -> Case:
    state = values.pop("state", CaseState.OPEN)
    name = f"q{number}"
    about = {"id": name, "reference": name.upper(), "resource": name, "handled_at": None}
    return replace(CASE, **{**about, "state": state, **values})


def test_the_queue_shows_urgent_kinds_then_unread_answers_then_the_oldest(stored):
    phish = "content/phishing"  # P1; login_attack is P2
    stored(
        case(1, opened_at=NOW + HOUR),
        case(2),
        case(3, state=CaseState.ANSWERED, opened_at=NOW + HOUR),
        case(4, kind=phish, opened_at=NOW + 2 * HOUR),
        case(5, state=CaseState.WAITING),
        case(6, state=CaseState.CLOSED),
    )
    assert [it.id for it in case_filter.page(ALL, limit=50)] == ["q4", "q3", "q2", "q1", "q5"]
    assert [found.id for found in case_filter.page(CLOSED, limit=50)] == ["k1", "q6"]
    assert cases.counts() == {
        CaseState.OPEN: 3,
        CaseState.ANSWERED: 1,
        CaseState.WAITING: 1,
        CaseState.CLOSED: 2,
    }


@pytest.mark.parametrize("sort", SORTS)
def test_the_queues_pages_join_without_gap_or_overlap(stored, sort):
    stored(*(case(n, opened_at=NOW + HOUR * (n % 4)) for n in range(23)))
    pages, after = [], None
    while page := case_filter.page(ALL, limit=5, after=after, sort=sort):
        pages += page
        after = page[-1].id
    assert pages == case_filter.page(ALL, limit=100, sort=sort)
    assert len(pages) == 23
    with pytest.raises(Missing):
        case_filter.page(ALL, limit=50, after="nobody")


def test_an_open_case_is_found_by_what_it_is_about(stored):
    mine = case(1)
    stored(mine)
    assert cases.last_for("c1", "q1", CASE.kind) == mine
    assert cases.last_for("c1", "vm-1", CASE.kind) == CASE
    assert cases.by_reference(" k7qf-2m9x ") == CASE


def test_a_case_knows_its_claims_reports_and_answers(stored):
    assert cases.claims("k1") == cases.claims_by_report("p1") == [CLAIM]
    assert cases.of_report("p1") == cases.of_customer("c1") == [CASE]
    assert reports.of_case("k1") == [REPORT]
    assert cases.answers("k1") == [ANSWER]
    assert [item.id for item in cases.incidents("k1")] == ["i1"]


def test_overdue_cases_are_open_ones_past_their_deadline(stored):
    stored(case(1), case(2, deadline_at=None), case(3, deadline_at=LATER + HOUR))
    assert [found.id for found in cases.overdue(LATER)] == ["q1"]


def test_decisions_are_found_by_their_ids(stored):
    assert decisions.by_ids(["e1", "none"]) == {"e1": DECISION}


def test_actions_are_found_by_target_state_and_time(stored):
    wanted = replace(ACTION, id="x2", state=ActionState.WANTED, automatic=False)
    lifting = replace(ACTION, id="x3", state=ActionState.LIFTING, versions=DECISION.versions)
    elsewhere = replace(ACTION, id="x4", target="oslo", state=ActionState.LIFTED)
    stored(wanted, lifting, elsewhere)
    names = {name: [found.id for found in found_] for name, found_ in {
        "wanted": actions.wanted("main", NOW),
        "late": actions.wanted("main", LATER),
        "moving": actions.moving("main"),
        "over": actions.run_out(LATER),
    }.items()}  # fmt: skip
    assert names == {
        "wanted": ["x1", "x2"],
        "late": [],
        "moving": ["x1", "x2", "x3"],
        "over": ["x1", "x2", "x3"],
    }


def test_what_rules_did_is_counted_once_a_decision(stored):
    """Three actions of one decision are one; what a person decided is none; lifted ones count."""
    stored(
        replace(ACTION, id="x2", target="oslo", state=ActionState.LIFTED),
        replace(ACTION, id="x3", automatic=False),
    )
    counted = AutomaticMeasure(
        customer=ACTION.scope.customer, level=DECISION.level, starts=DECISION.starts
    )
    assert actions.automatic_since(NOW) == [counted]
    assert actions.automatic_since(LATER) == []


def test_all_actions_of_one_version_are_found(stored):
    """Invariant 11: a faulty rule's actions can be listed and lifted together."""
    other = replace(ACTION.versions, rule="intrusion-2")
    stored(replace(ACTION, id="x2", versions=other))
    by_person = replace(ACTION, id="x3", automatic=False, driver="record")
    stored(by_person, replace(ACTION, id="x4", state=ActionState.LIFTED))

    def found(states: tuple[ActionState, ...] | None = None, **named: object) -> list[str]:
        return [action.id for action in actions.made_by(MadeBy(**named), states)]

    assert found(rule="intrusion-1", automatic=True) == ["x1", "x4"]
    assert found(rule="intrusion-1") == ["x1", "x3", "x4"]
    assert found((ActionState.APPLIED,), rule="intrusion-1", policy="AB" * 5) == ["x1", "x3"]
    assert found(policy="ab" * 32) == ["x1", "x2", "x3", "x4"]
    assert found(policy="cd" * 5) == found(attribution="a9") == []
    detector = ACTION.versions.detector
    assert found(detector=detector) == found(detector=detector.split("/", maxsplit=1)[0])
    assert found(detector=detector[:2]) == []
    assert found(driver="record") == ["x3"]


def test_the_inbox_holds_what_nobody_has_done(stored):
    stored(*(replace(REPORT, id=f"p{n}", done_at=None, at=NOW + HOUR * n) for n in (4, 2, 3)))
    stored(replace(REPORT, id="p5", inbox_reason=None, done_at=None))
    assert [found.id for found in reports.inbox()] == ["p2", "p3", "p4"]
    assert [found.id for found in reports.inbox(1)] == ["p2"]
    assert reports.inbox_count() == 3
    assert len(reports.by_raw("r1")) == 5


def test_covering_answers_every_prefix_around_an_address(stored):
    spare = replace(ASSIGNMENT, known_until=None, end=None, port_from=0, port_to=65535)
    wanted = ["192.0.2.7/32", "192.0.2.0/29", "192.0.2.0/24"]
    others = ["192.0.2.8/29", "192.0.2.6/32", "198.51.100.0/24"]
    rows = [
        replace(spare, id=prefix, prefix=ip_network(prefix), site=site)
        for prefix, site in [(prefix, "main") for prefix in wanted + others] + [("192.0.2.7", "b")]
    ]
    stored(*rows)
    found = inventory.covering(ip_address("192.0.2.7"), "main")
    assert [item.id for item in found] == wanted
    assert len(inventory.covering(ip_address("192.0.2.7"))) == 4
    assert inventory.covering(ip_address("2001:db8::77")) == [ASSIGNMENT]
    assert inventory.covering(ip_address("2001:db8:1::")) == []


def test_live_assignments_of_a_prefix_are_found_for_an_import(stored):
    live = replace(ASSIGNMENT, id="a2", known_until=None)
    stored(live)
    assert inventory.same_prefix("main", ASSIGNMENT.prefix) == [live]
    many = [("main", ip_network(f"198.51.100.{n}")) for n in range(255)]
    assert inventory.same_prefixes([*many, ("main", ASSIGNMENT.prefix)]) == [live]
    assert list(inventory.all_assignments(believed=True)) == [live]
    assert len(list(inventory.all_assignments())) == 2


def test_database_itself_refuses_two_live_holders(home, make):
    """Integrity below the code: same site, prefix, ports and time, both believed."""
    journal = Journal(home.checkpoints, seal)

    def stored(*rows: object) -> None:
        journal.record(make.entry(), rows=rows)

    stored(*RECORDS)
    live = replace(ASSIGNMENT, id="a2", known_until=None)
    stored(live, replace(live, id="a3", port_from=1024, port_to=2000))
    stored(replace(live, known_until=LATER), replace(live, id="a4"))
    stored(replace(live, id="a6", precedence=live.precedence + 1))  # another source's word
    with pytest.raises(Conflict, match="assignment: expected what fits") as raised:
        stored(replace(live, id="a5", port_from=80, port_to=90))
    assert "assignment_one_holder" in str(raised.value.__cause__)


def test_people_customers_and_switches_are_found_by_name(stored):
    assert staff.by_address("KARI@desk.example ") == staff.all()[0]
    assert staff.by_address("kar\N{LATIN SMALL LETTER DOTLESS I}@desk.example") is None
    assert tokens.by_name("feed") == tokens.by_digest("d2") == tokens.all()[0]
    assert customers.get("c1") == customers.by_ids(["c1"])["c1"]
    assert (flags.value("listen"), flags.value("none", "off")) == ("on", "off")


def test_recent_notices_to_a_recipient(stored):
    assert notices.recent_to("abuse@customer.example", NOW) == [NOTICE]
    assert notices.recent_to("abuse@customer.example", LATER) == []
    assert notices.by_message(NOTICE.message_id) == NOTICE


def test_names_seen_by_then(stored):
    assert [found.value for found in inventory.names("X.example.")] == ["192.0.2.7"]
    assert inventory.names("x.example", NOW - HOUR) == []


@pytest.mark.parametrize(
    "page",
    [
        lambda last: case_filter.page(ALL, limit=50, after=last),
        lambda last: case_filter.page(OPEN, limit=50, after=last),
        lambda last: case_filter.page(CaseFilter(clause="intrusion"), limit=50, after=last),
        lambda _: cases.overdue(LATER),
        lambda _: reports.inbox(),
    ],
    ids=["queue", "state", "clause", "overdue", "inbox"],
)
def test_a_page_is_read_from_an_index_in_its_order(sqlite_home, page):
    """100,000 cases cost a page what 100 do: nothing is sorted, no table is scanned."""
    Journal(sqlite_home.checkpoints, seal).record(Maker().entry(), rows=RECORDS)
    with CaptureQueriesContext(connection) as queries:
        page("k1")
    with connection.cursor() as cursor:
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {queries[-1]['sql']}").fetchall()
    steps = " ".join(step for *_, step in plan)
    assert "INDEX" in steps
    assert "SCAN" not in steps or "SCAN store_report USING INDEX report_inbox" in steps, steps
    assert "TEMP B-TREE" not in steps.replace("TEMP B-TREE FOR LAST TERM", ""), steps
