"""Placement: which targets carry a measure, from settings and capabilities alone."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.placement import NotPlaced, Placed, Target, WantedScope, place
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure

ROUTER = Capabilities(
    driver="router",
    version="1",
    measures=frozenset({Measure.BLOCK_PORT, Measure.ISOLATE}),
    system="a router",
)
CLOUD = replace(
    ROUTER,
    driver="cloud",
    measures=frozenset({Measure.ISOLATE, Measure.SUSPEND_RESOURCE}),
    system="a cloud",
)
EDGE = Target(name="edge-1", able=ROUTER, cap=10)
FOUR = Scope(customer="alder", resource="vm-7", address=ip_address("203.0.113.10"))
SIX = replace(FOUR, address=ip_address("2001:db8::10"))


def wanted(*scopes: Scope, site="oslo", kind=""):
    return [WantedScope(scope=scope, site=site, kind=kind) for scope in scopes]


def placed(measure, scopes, targets, standing=None):
    """The targets by name, or the reason."""
    answer = place(measure, scopes, targets, standing or {})
    if isinstance(answer, NotPlaced):
        return answer
    return [(part.target, str(part.scope.address)) for part in answer]


def test_both_edge_routers_carry_it_and_none_behind_them():
    behind = replace(EDGE, name="core", order=1)
    targets = [EDGE, replace(EDGE, name="edge-2"), behind]
    assert placed(Measure.BLOCK_PORT, wanted(FOUR), targets) == [
        ("edge-1", "203.0.113.10"),
        ("edge-2", "203.0.113.10"),
    ]
    away = [replace(target, sites=frozenset({"bergen"})) for target in targets[:2]]
    assert placed(Measure.BLOCK_PORT, wanted(FOUR), [*away, behind]) == [("core", "203.0.113.10")]


def test_each_part_of_a_measure_finds_its_own_target():
    four = replace(EDGE, name="v4", prefixes=(ip_network("203.0.113.0/24"),))
    six = replace(EDGE, name="v6", prefixes=(ip_network("2001:db8::/32"),))
    assert placed(Measure.ISOLATE, wanted(FOUR, SIX), [four, six]) == [
        ("v4", "203.0.113.10"),
        ("v6", "2001:db8::10"),
    ]
    half = placed(Measure.ISOLATE, wanted(FOUR, SIX), [four])
    assert half == NotPlaced(
        reason="no target serves 2001:db8::10 for isolate (v4: serves 203.0.113.0/24)"
    )


def test_an_assignment_is_served_only_whole():
    whole = replace(SIX, prefix_length=48)
    narrow = replace(EDGE, prefixes=(ip_network("2001:db8::/56"),))
    assert isinstance(placed(Measure.ISOLATE, wanted(whole), [narrow]), NotPlaced)
    wide = replace(EDGE, prefixes=(ip_network("2001:db8::/32"),))
    assert placed(Measure.ISOLATE, wanted(whole), [wide]) == [("edge-1", "2001:db8::10")]


def test_what_no_driver_can_is_done_by_a_person():
    answer = placed(Measure.BLOCK_URL, wanted(FOUR), [EDGE])
    assert answer == NotPlaced(reason="no target's driver can block-url", by_hand=True)


def test_the_settings_may_keep_a_driver_from_what_it_can():
    only = replace(EDGE, measures=frozenset({Measure.BLOCK_PORT}))
    assert placed(Measure.ISOLATE, wanted(FOUR), [only]).by_hand
    assert placed(Measure.BLOCK_PORT, wanted(FOUR), [only]) == [("edge-1", "203.0.113.10")]


@pytest.mark.parametrize(
    ("target", "site", "kind", "reason"),
    [
        (replace(EDGE, sites=frozenset({"bergen"})), "oslo", "", "serves bergen, not site oslo"),
        (replace(EDGE, sites=frozenset({"bergen"})), None, "", "not a site that is not known"),
        (replace(EDGE, kinds=frozenset({"instance"})), "oslo", "port", "serves instance, not port"),
        (replace(EDGE, kinds=frozenset({"instance"})), "oslo", "", "a resource that names no kind"),
        (replace(EDGE, prefixes=(ip_network("192.0.2.0/24"),)), "oslo", "", "serves 192.0.2.0/24"),
    ],
)
def test_what_is_unknown_is_not_served(target, site, kind, reason):
    answer = placed(Measure.BLOCK_PORT, wanted(FOUR, site=site, kind=kind), [target])
    assert isinstance(answer, NotPlaced)
    assert reason in answer.reason
    assert not answer.by_hand


def test_a_scope_without_an_address_is_of_no_prefix():
    named = replace(FOUR, address=None)
    cloud = Target(name="cloud", able=CLOUD, cap=10, kinds=frozenset({"instance"}))
    assert placed(Measure.SUSPEND_RESOURCE, wanted(named, kind="instance"), [cloud]) == [
        ("cloud", "None")
    ]
    fenced = replace(cloud, prefixes=(ip_network("203.0.113.0/24"),))
    answer = placed(Measure.SUSPEND_RESOURCE, wanted(named, kind="instance"), [fenced])
    assert isinstance(answer, NotPlaced)


def test_a_full_target_takes_nothing_more_and_says_so():
    two = [EDGE, replace(EDGE, name="edge-2")]
    answer = placed(Measure.BLOCK_PORT, wanted(FOUR), two, {"edge-2": 10})
    assert answer == NotPlaced(
        reason="target edge-2 is full: 10 of 10 measures stand, and this needs 1"
    )
    fits = placed(Measure.ISOLATE, wanted(FOUR, SIX), [EDGE], {"edge-1": 8})
    assert fits == [("edge-1", "203.0.113.10"), ("edge-1", "2001:db8::10")]
    assert isinstance(placed(Measure.ISOLATE, wanted(FOUR, SIX), [EDGE], {"edge-1": 9}), NotPlaced)


def test_the_driver_of_each_target_goes_with_it():
    cloud = Target(name="cloud", able=CLOUD, cap=10)
    answer = place(Measure.ISOLATE, wanted(FOUR), [EDGE, cloud], {})
    assert answer == (
        Placed(target="edge-1", driver="router", scope=FOUR),
        Placed(target="cloud", driver="cloud", scope=FOUR),
    )


@pytest.mark.parametrize(
    ("scope", "serves"),
    [
        ({"url": "https://a.sites.example/x"}, True),
        ({"url": "https://Shop.Example:8443/x"}, True),
        ({"url": "https://me@A.Sites.Example./x"}, True),
        ({"url": "https://vm.example/shop.example"}, False),
        ({"url": "https://shop.example@vm.example/"}, False),
        ({"url": "http://[shop.example/"}, False),
        ({"url": "http://exa\u2100mple/"}, False),
        ({"url": "https://notshop.example/"}, False),
        ({"name": "a.sites.example"}, True),
        ({"name": "sites.example"}, False),
        ({}, False),
    ],
)
def test_a_page_that_no_target_serves_names_the_next_narrowest_measure(scope, serves):
    """TLS of other names ends in the customer's machine: a server before it sees no page."""
    able = replace(ROUTER, measures=frozenset({Measure.BLOCK_URL, Measure.BLOCK_NAME}))
    web = replace(EDGE, name="web", able=able, names=("shop.example", "*.sites.example"))
    asked = wanted(Scope(customer="alder", resource="vm-7", **scope))
    answer = placed(Measure.BLOCK_URL, asked, [web])
    if serves:
        assert answer == [("web", "None")]
    else:
        assert answer.reason.endswith("; the next narrowest measure is block-name")
        assert "web: serves shop.example, *.sites.example" in answer.reason
        other = placed(Measure.BLOCK_NAME, asked, [web])
        assert other.reason.endswith("; the next narrowest measure is isolate")


TWO_SITES = replace(EDGE, name="edge-2", sites=frozenset({"oslo", "bergen"}))


def test_each_target_says_why_it_does_not_serve():
    """All reasons stand in one sentence, lists in the order of their letters or of the settings."""
    nets = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24")))
    kinds = replace(EDGE, name="edge-3", kinds=frozenset({"port", "instance"}))
    targets = [replace(EDGE, prefixes=nets), TWO_SITES, kinds]
    answer = placed(Measure.BLOCK_PORT, wanted(FOUR, site="tromso"), targets)
    assert answer.reason == (
        "no target serves 203.0.113.10 for block-port (edge-1: serves 192.0.2.0/24, "
        "198.51.100.0/24; edge-2: serves bergen, oslo, not site tromso; edge-3: serves instance, "
        "port, not a resource that names no kind)"
    )


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ({"url": "https://a.example/x", "name": "a.example"}, "https://a.example/x"),
        ({"name": "a.example", "account": "alder"}, "a.example"),
        ({"account": "alder"}, "alder"),
        ({"address": SIX.address, "prefix_length": 56}, "2001:db8::/56"),
        ({}, "vm-7"),
    ],
)
def test_what_is_not_served_is_named(scope, said):
    """By the narrowest that is known of it."""
    asked = wanted(Scope(customer="alder", resource="vm-7", **scope), site="tromso")
    answer = placed(Measure.ISOLATE, asked, [TWO_SITES])
    assert answer.reason.startswith(f"no target serves {said} for isolate (")


def test_trouble_counts_where_the_measure_would_go():
    """A broken target of a later order is not in the way; one of the first order is."""
    broken = replace(EDGE, name="edge-2", trouble="its package is broken")
    assert placed(Measure.BLOCK_PORT, wanted(FOUR), [EDGE, replace(broken, order=1)]) == [
        ("edge-1", "203.0.113.10")
    ]
    assert placed(Measure.BLOCK_PORT, wanted(FOUR), [EDGE, broken]) == NotPlaced(
        reason="target edge-2: its package is broken"
    )


def test_an_empty_target_takes_as_many_as_its_cap():
    """Nothing is counted where nothing stands; whether a clause is named goes with the target."""
    names = replace(ROUTER, names_clause=True)
    one = replace(EDGE, able=names, cap=1)
    (part,) = place(Measure.BLOCK_PORT, wanted(FOUR), [one], {})
    assert part.names_clause
    full = placed(Measure.ISOLATE, wanted(FOUR, SIX), [one])
    assert full.reason == "target edge-1 is full: 0 of 1 measures stand, and this needs 2"
