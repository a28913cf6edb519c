"""Names at a load balancer or a shared web host: each is its tenant's, and nobody else is hit."""

import ipaddress
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.reading.test_name_lookup import answering, letter
from app.steps import arrive, block_port, told, work
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.plan import plan_measure
from aupkeep.app.inventory.hosted_names import import_hosted_names, list_names
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.holding import Assignment
from aupkeep.model.ladder import Measure
from aupkeep.store import actions, cases, reports

HEAD = b"name,address,customer,resource,from,until\n"
TENANTS = (
    HEAD + b"shop.example.org,203.0.113.250,alder,shop,2026-01-01T00:00:00Z,\n"
    b"Blog.Example.org.,203.0.113.250,birch,blog,2026-01-01T00:00:00Z,\n"
    b"wiki.example.org,203.0.113.12,birch,wiki,2026-01-01T00:00:00Z,\n"
)
BALANCER, HOST = "203.0.113.250", "203.0.113.12"
UNTIL = NOON + timedelta(hours=4)


@pytest.fixture
def shared(furnished):
    """A load balancer of the clinic's, a web host of alder's, and tenants' names at both."""
    balancer = Assignment(
        id=furnished.new_id(),
        site="main",
        prefix=ipaddress.ip_network(f"{BALANCER}/32"),
        customer="clinic",
        resource="balancer (router)",
        start=NOON - timedelta(days=30),
        end=None,
        known_from=NOON - timedelta(days=30),
        router=True,
    )
    new = entry(furnished, EntryType.ASSIGNMENTS_IMPORTED, SYSTEM, {"assignments": 1})
    record(furnished, new, rows=[balancer])
    rows = f"address,customer,resource,from,until\n{HOST},alder,web-9,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows.encode(), "csv")
    assert import_hosted_names(furnished, TENANTS).imported == 3
    return furnished


def about(desk, name, address, number=1):
    """The cases of a mail about a page, whose host means this address."""
    first = name.partition(".")[0]
    return arrive(desk, letter(name, number), lookup=answering(**{first: [address]}))


def test_a_name_behind_a_balancer_is_its_tenants(shared):
    """Each page stands on whose the name is there; one nobody registered waits with the reason."""
    (shop,) = about(shared, "shop.example.org", BALANCER)
    (blog,) = about(shared, "blog.example.org", BALANCER, 2)
    assert [(x.customer, x.resource) for x in (shop, blog)] == [
        ("alder", "shop"),
        ("birch", "blog"),
    ]
    assert about(shared, "stranger.example.org", BALANCER, 3) == []
    (waiting,) = reports.inbox()
    assert (
        "stranger.example.org is served at 203.0.113.250, which many share" in waiting.inbox_reason
    )
    assert "aupkeep inventory names import" in waiting.inbox_reason
    assert verify_home(shared).ok


def test_a_name_on_a_web_host_is_its_tenants_and_the_rest_its_holders(shared):
    """The host's own holder answers for what no record gives to somebody else."""
    (wiki,) = about(shared, "wiki.example.org", HOST)
    (other,) = about(shared, "other.example.org", HOST, 2)
    assert [(x.customer, x.resource) for x in (wiki, other)] == [
        ("birch", "wiki"),
        ("alder", "web-9"),
    ]


def test_a_name_had_another_tenant_then(shared):
    """Who had the name at the moment of the event, as with addresses."""
    moved = HEAD + (
        b"shop.example.org,203.0.113.250,alder,shop,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z\n"
        b"shop.example.org,203.0.113.250,birch,new-shop,2026-02-01T00:00:00Z,\n"
        b"shop.example.org,203.0.113.250,clinic,x,2026-02-02T00:00:00Z,\n"
        b"bad name,203.0.113.250,clinic,x,2026-02-02T00:00:00Z,\n"
    )
    result = import_hosted_names(shared, moved)
    assert (result.imported, result.refused, [x.row for x in result.dead]) == (2, 1, [4, 5])
    assert "birch/new-shop" in result.dead[0].reason
    assert import_hosted_names(shared, moved).unchanged == 2
    (case,) = about(shared, "shop.example.org", BALANCER)
    assert (case.customer, case.resource) == ("birch", "new-shop")
    assert len(list_names(100)) == 4


def test_invariant_05_nobodys_measure_hits_who_shares_the_address(shared):
    """Of the address nothing is touched, for tenants or holder; the plan names who would be hit."""
    (case,) = arrive(shared, report(HOST, NOON - timedelta(minutes=5)))
    assert (case.customer, case.resource) == ("alder", "web-9")
    with pytest.raises(Forbidden, match="hit them"):
        block_port(shared, case, hours=1)
    words = {"port": 22}
    planned = plan_measure(shared, Measure.BLOCK_PORT, HOST, UNTIL, words=words)
    assert planned.refused is not None
    assert "birch wiki (wiki.example.org) would be hit too" in planned.refused
    page = plan_measure(shared, Measure.BLOCK_URL, "https://shop.example.org/login", UNTIL)
    (action,) = page.actions
    assert action.touches == ("https://shop.example.org/login", "shop")
    assert action.note == "not touched: blog.example.org (birch blog)"
    unknown = plan_measure(shared, Measure.BLOCK_URL, "https://far.example.org/", UNTIL)
    assert unknown.refused is not None


def test_invariant_13_a_blocked_page_whose_name_moves_is_lifted(shared):
    """The next tenant of the name is not held to what was decided about the one before."""
    (case,) = about(shared, "shop.example.org", BALANCER)
    made = decide_case(
        shared, case.reference, people=("ada",), reasons="x", measure="block-url", hours=24
    )
    work(shared)
    assert actions.get(made.actions[0]).state is ActionState.WANTED
    shared.now.at += timedelta(hours=1)
    closed = HEAD + (
        b"shop.example.org,203.0.113.250,alder,shop,2026-01-01T00:00:00Z,2026-03-01T12:30:00Z\n"
        b"shop.example.org,203.0.113.250,birch,new-shop,2026-03-01T12:30:00Z,\n"
    )
    assert import_hosted_names(shared, closed).refused == 0
    work(shared)
    assert actions.get(made.actions[0]).state is ActionState.LIFTING
    assert "is not shop's any more" in str(told(cases.get(case.id), EntryType.CASE_CHANGED))
