# ruff: noqa: S311 - a seed that can be played again
"""The driver `octavia` on a real Octavia: one page of one listener, whoever edits its policies."""

import os
import random
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import octavia
from aupkeep.enforcement.drivers.octavia import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Invalid, Pending
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.pages import no_reaches
from enforcement.openstack.balancers import POLICY, Balancers
from enforcement.orders import FOUR, Clock
from enforcement.test_driver_faults import SEED, House, play

pytestmark = [pytest.mark.network, pytest.mark.nightly("octavia")]
PAGE = "https://provider.example/blocked"
RULES = [("HOST_NAME", "shop.example"), ("PATH", "/login")]


@pytest.fixture(scope="session")
def running() -> Iterator[Balancers]:
    """The Octavia that `AUPKEEP_OCTAVIA` names, with customers of its own."""
    if not os.environ.get("AUPKEEP_OCTAVIA"):
        pytest.skip("no Octavia here: `just nightly octavia` starts one")
    found = Balancers()
    yield found
    found.provider.close()


@pytest.fixture
def cloud(running: Balancers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Balancers]:
    """As it was before the test; it may take its time."""
    monkeypatch.setattr(octavia, "WAIT", 30.0)
    monkeypatch.setattr(octavia, "POLL", 0.05)
    yield running
    running.reset()


def options(cloud: Balancers, folder: Path) -> dict[str, object]:
    """With a table that gives the project to acme."""
    known = cloud.__dict__.setdefault("known", {})
    if not known:
        known["keeper"] = cloud.credential("keeper")
    ident, secret = known["keeper"]
    table = folder / "accounts"
    table.write_text(f"{cloud.project} acme\n{cloud.other} birch\n{cloud.own} acme\n")
    return {
        "auth_url": cloud.url,
        "credential_id": ident,
        "credential_secret": secret,
        "accounts": str(table),
    }


def aims(cloud: Balancers) -> Callable[..., Scope]:
    """Each address has a page of its own."""

    def aim(
        measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object
    ) -> Scope:
        url = f"https://shop.example/p/{str(address).replace(':', '-')}"
        found = {"customer": "acme", "resource": f"loadbalancer:lb-{cloud.balancer}", "url": url}
        return Scope(**{**found, **changes})  # type: ignore[arg-type]

    return aim


def bench_of(cloud: Balancers, folder: Path, **more: object) -> Bench:
    return bench_over(
        DRIVER,
        folder,
        {**options(cloud, folder), **more},
        measure=Measure.BLOCK_URL,
        aim=aims(cloud),
        reaches=no_reaches,
    )


@pytest.fixture
def bench(cloud: Balancers, tmp_path: Path) -> Bench:
    return bench_of(cloud, tmp_path)


class TestReject(Contract):
    """The suite, with 403."""


class TestRedirect(Contract):
    """The suite, with the provider's page."""

    @pytest.fixture
    def bench(self, cloud: Balancers, tmp_path: Path) -> Bench:
        return bench_of(cloud, tmp_path, block_page=PAGE)


def login(bench: Bench, url: str = "https://shop.example/login", **changes: object) -> Scope:
    return bench.aim(bench.measure, url=url, **changes)


def test_one_policy_with_two_rules_and_afterwards_none(bench: Bench, cloud: Balancers):
    """At the one listener that ends the page's TLS; the customer's own stays as it was."""
    own = cloud.policy(name="mine", action="REDIRECT_TO_URL", redirect_url="https://a.example/")
    before = [{**x, "position": 0} for x in cloud.policies()]
    driver, action = bench.driver(), bench.order(aim=login(bench))
    place = put(driver, action)
    (ours,) = [x for x in cloud.policies() if x["id"] != own]
    assert (ours["name"], ours["action"]) == (f"aupkeep {action.id}", "REJECT")
    assert cloud.rules(ours["id"]) == RULES
    assert [cloud.policies(port) for port in (80, 8080, 8443)] == [[], [], []]
    driver.revert(place, action.id)
    after = [{**x, "position": 0} for x in cloud.policies()]
    assert [(x["id"], x["name"], x["action"]) for x in after] == [
        (x["id"], x["name"], x["action"]) for x in before
    ]


def test_a_visitor_gets_403_and_the_site_goes_on(bench: Bench, cloud: Balancers, tmp_path: Path):
    """HAProxy with the configuration that Octavia makes: by host and path, whatever the query."""
    asked = ["/login", "/login?x=1", "/login/", "/Login", "/"]

    def seen() -> list[int]:
        statuses = []
        with cloud.visited(tmp_path) as connection:
            for host in ("shop.example", "SHOP.example", "other.example"):
                for path in asked:
                    connection.request("GET", path, headers={"Host": host})
                    answer = connection.getresponse()
                    answer.read()
                    statuses.append(answer.status)
        return statuses

    driver = bench.driver()
    action = bench.order(aim=login(bench, "http://shop.example/login"))
    assert seen() == [200] * 15
    place = put(driver, action)
    assert seen() == [403, 403, 200, 200, 200] * 2 + [200] * 5
    driver.revert(place, action.id)
    assert seen() == [200] * 15


def test_a_visitor_is_led_to_our_page(cloud: Balancers, tmp_path: Path):
    """302, before a redirect that the customer puts first."""
    bench = bench_of(cloud, tmp_path, block_page=PAGE)
    driver, action = bench.driver(), bench.order(aim=login(bench, "http://shop.example/login"))
    put(driver, action)
    theirs = cloud.policy(
        80, name="mine", action="REDIRECT_TO_URL", redirect_url="https://a.example/", position=1
    )
    rule = {"type": "PATH", "compare_type": "STARTS_WITH", "value": "/"}
    cloud.lb("customer", "POST", f"{POLICY}/{theirs}/rules", {"rule": rule})
    assert driver.observe()[0].expires is None
    assert driver.unread.endswith("a policy of another before it")
    put(driver, action)
    with cloud.visited(tmp_path) as connection:
        for path, led in (("/login", PAGE), ("/", "https://a.example/")):
            connection.request("GET", path, headers={"Host": "shop.example"})
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.getheader("Location")) == (302, led)


EDITS = {
    "off": ("PUT", "", {"l7policy": {"admin_state_up": False}}, "it is off"),
    "renamed": ("PUT", "", {"l7policy": {"name": "mine"}}, "another name"),
    "elsewhere": (
        "PUT",
        "",
        {"l7policy": {"action": "REDIRECT_TO_URL", "redirect_url": "https://a.example/"}},
        "another action",
    ),
    "narrower": (
        "POST",
        "/rules",
        {"rule": {"type": "PATH", "compare_type": "EQUAL_TO", "value": "/never"}},
        "another rule",
    ),
    "deleted": ("DELETE", "", None, "no policy"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_the_holder_edits_is_told_and_put_back(bench: Bench, cloud: Balancers, edit: str):
    """By a member of their own project; one policy stands in the end, as we want it."""
    method, path, body, words = EDITS[edit]
    driver, action = bench.driver(), bench.order(aim=login(bench))
    place = put(driver, action)
    (policy,) = cloud.policies()
    cloud.lb("customer", method, f"{POLICY}/{policy['id']}{path}", body)
    while cloud.policies()[:1] and cloud.policies()[0]["provisioning_status"] != "ACTIVE":
        pass
    assert [one.expires for one in driver.observe()] == [None]
    assert words in driver.unread
    put(driver, action)
    assert driver.prove(action).seen
    (ours,) = cloud.policies()
    assert cloud.rules(ours["id"]) == RULES
    driver.revert(place, action.id)
    assert cloud.policies() == []


def test_a_rule_that_is_taken_away_turns_it_off_first(bench: Bench, cloud: Balancers):
    """With the host alone it would stop the whole site: it is off while that is put right."""
    driver, action = bench.driver(), bench.order(aim=login(bench))
    put(driver, action)
    (policy,) = cloud.policies()
    rules = cloud.lb("billing", "GET", f"{POLICY}/{policy['id']}/rules")["rules"]
    path = next(rule["id"] for rule in rules if rule["type"] == "PATH")
    cloud.lb("customer", "DELETE", f"{POLICY}/{policy['id']}/rules/{path}")
    put(driver, action)
    assert driver.prove(action).seen
    assert cloud.rules(policy["id"]) == RULES


def test_it_is_off_until_both_rules_stand(
    bench: Bench, cloud: Balancers, monkeypatch: pytest.MonkeyPatch
):
    """A busy load balancer: pending after each change, never on with less than both rules."""
    monkeypatch.setattr(octavia, "WAIT", 0.0)
    driver, action = bench.driver(), bench.order(aim=login(bench))
    states = []
    cloud.provider.slow = True
    for _ in range(20):
        try:
            put(driver, action)
            break
        except Pending:
            (policy,) = cloud.policies()
            states.append((policy["admin_state_up"], len(cloud.rules(policy["id"]))))
        cloud.provider.slow = False
        while cloud.policies()[0]["provisioning_status"] != "ACTIVE":
            pass
        cloud.provider.slow = True
    assert driver.prove(action).seen
    assert states[:3] == [(False, 0), (False, 1), (False, 2)]
    assert all(on is False or rules == 2 for on, rules in states)
    cloud.provider.slow = False
    monkeypatch.setattr(octavia, "WAIT", 30.0)
    driver.revert(driver.place(action), action.id)
    assert cloud.policies() == []


def test_killed_before_it_noted_the_policy(bench: Bench, cloud: Balancers):
    """The policy is known again by what we make: none is made twice, and it is lifted."""
    driver, action = bench.driver(), bench.order(aim=login(bench))
    place = put(driver, action)
    note = bench.folder / octavia.FILE
    (policy,) = cloud.policies()
    note.write_text(note.read_text().replace(policy["id"], ""))
    put(bench.driver(), action)
    assert [x["id"] for x in cloud.policies()] == [policy["id"]]
    note.write_text(note.read_text().replace(policy["id"], ""))
    bench.driver().revert(place, action.id)
    assert cloud.policies() == []


def test_a_copy_by_the_holder_stays_theirs(bench: Bench, cloud: Balancers):
    """They copy ours, name and tag, and delete ours: it is made anew, and theirs is never taken."""
    driver, action = bench.driver(), bench.order(aim=login(bench))
    place = put(driver, action)
    (policy,) = cloud.policies()
    theirs = cloud.policy(name=policy["name"], tags=["aupkeep"])
    cloud.lb("customer", "PUT", f"{POLICY}/{policy['id']}", {"l7policy": {"name": "mine"}})
    assert "another name" in (driver.observe() and driver.unread)
    put(driver, action)
    cloud.lb("customer", "DELETE", f"{POLICY}/{policy['id']}")
    while policy["id"] in {x["id"] for x in cloud.policies()}:
        pass
    assert "no policy" in (driver.observe() and driver.unread)
    put(driver, action)
    assert driver.prove(action).seen
    assert len(cloud.policies()) == 2
    driver.revert(place, action.id)
    assert [x["id"] for x in cloud.policies()] == [theirs]


def test_two_pages_of_one_balancer(bench: Bench, cloud: Balancers):
    """Each comes and goes alone."""
    driver = bench.driver()
    first = bench.order(number=1, aim=login(bench))
    second = bench.order(number=2, aim=login(bench, "https://shop.example/pay"))
    places = [put(driver, first), put(driver, second)]
    assert driver.prove(first).seen
    driver.revert(places[0], first.id)
    assert [x["name"] for x in cloud.policies()] == [f"aupkeep {second.id}"]
    assert driver.prove(second).seen


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"url": "https://shop.example:8443/a"}, "is HTTPS.*block-name, then isolate"),
        ({"url": "http://shop.example:443/a"}, "is TERMINATED_HTTPS"),
        ({"url": "https://shop.example:9443/a"}, "expected a listener at port 9443, found none"),
        ({"url": "https://shop.example/a?x=1"}, "expected no query"),
        ({"url": "https://shop.example/a'b"}, "expected a path without"),
        ({"url": f"https://shop.example/{'a' * 255}"}, "at most 255 letters"),
        ({"resource": "instance:7f3c"}, "expected loadbalancer:ID"),
        ({"resource": "loadbalancer:x&y"}, "expected loadbalancer:ID"),
        ({"resource": "loadbalancer:7f3c"}, "expected it there, found it gone"),
        ({"resource": "others"}, "expected acme's, found birch's"),
        ({"resource": "owned"}, "in the project of our own credential"),
    ],
)
def test_what_cannot_be_aimed(bench: Bench, cloud: Balancers, changes, why: str):
    """TLS that ends behind it, a query, no balancer, another's: refused, and nothing is made."""
    if (name := changes.get("resource")) in ("others", "owned"):
        changes = {"resource": f"loadbalancer:{getattr(cloud, name)}"}
    with pytest.raises(DriverRefused, match=why):
        put(bench.driver(), bench.order(aim=login(bench, **changes)))
    assert [cloud.policies(port) for port in cloud.listeners] == [[]] * 4


def test_our_role_does_no_more(cloud: Balancers):
    """The credential's role makes and deletes policies, and nothing else of a load balancer."""
    fields = {"listener": {"admin_state_up": False}}
    path = f"/lbaas/listeners/{cloud.listeners[80]}"
    calls = [
        ("PUT", path, fields),
        ("DELETE", path, None),
        ("DELETE", f"/lbaas/loadbalancers/{cloud.balancer}?cascade=true", None),
        ("PUT", f"/lbaas/loadbalancers/{cloud.balancer}", {"loadbalancer": {"name": "x"}}),
        ("GET", "/lbaas/pools", None),
        ("GET", "/lbaas/loadbalancers", None),
        ("GET", f"/lbaas/quotas/{cloud.project}", None),
    ]
    found = [cloud.call("keeper", how, "load-balancer", at, body)[0] for how, at, body in calls]
    assert found == [403] * len(calls)


@pytest.mark.parametrize("page", ["ftp://a.example/", "https://A.example/", "/blocked", 7])
def test_a_block_page_that_is_none(bench: Bench, page: object):
    """Refused when the target is opened."""
    given = {**bench.open(1)._context.options, "block_page": page}
    with pytest.raises(Invalid, match="option block_page: expected the plain URL"):
        DRIVER.open(DriverContext(folder=bench.folder, now=bench.now, options=given))


def test_faults(cloud: Balancers, tmp_path: Path):
    """Nothing doubled and nothing left over, whoever deletes policies meanwhile."""
    clock, chance = Clock(), random.Random(SEED)
    given = options(cloud, tmp_path)

    def opened() -> GuardedDriver:
        return DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=given))

    def disturb() -> None:
        if found := cloud.policies():
            policy = chance.choice(found)["id"]
            cloud.call("customer", "DELETE", "load-balancer", f"{POLICY}/{policy}")

    house = House(
        "octavia", tmp_path, clock, chance, opened, disturb, Measure.BLOCK_URL,
        lambda number: aims(cloud)(Measure.BLOCK_URL, url=f"https://shop.example/f/{number}"),
    )  # fmt: skip
    play(house)
    house.wanted.clear()
    house.want()
    house.step()
    assert cloud.policies() == []
