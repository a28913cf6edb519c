"""An L7 policy comes about change by change, is told where it differs, and is aimed exactly."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.octavia import DRIVER
from aupkeep.enforcement.held_file import HeldFile
from aupkeep.enforcement.maps.exact_url import exact_url
from aupkeep.enforcement.openstack.balancer import (
    HeldPage,
    differences,
    host_of,
    listener_of,
    namesakes,
    ours,
    put_right,
)
from aupkeep.enforcement.openstack.fields import Look
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import order

PAGE = "https://provider.example/blocked"
RULES = {("HOST_NAME", "shop.example"), ("PATH", "/login")}
HELD = HeldPage(
    place="lb https://shop.example/login",
    action="a1",
    reference="K7QF-2M9X",
    until=datetime(2026, 3, 1, tzinfo=UTC),
    listener="li",
    host="shop.example",
    path="/login",
)


class FewPolicies:
    """A session whose Octavia has a few policies in a list, and says what was asked of it."""

    project = "ours"

    def __init__(self) -> None:
        self.policies: list[dict[str, Any]] = []
        self.listeners = [{"id": "li", "protocol": "TERMINATED_HTTPS"}]
        self.links: list[str] = []
        self.asked: list[str] = []
        self.gone = False
        self._numbers = count(1)

    def read(self, service: str, path: str) -> dict[str, Any] | None:
        """Lists, rules of a policy, a balancer."""
        assert service == "load-balancer"
        if path == "/lbaas/loadbalancers/lb":
            return {"loadbalancer": {"project_id": "theirs"}}
        if path.startswith("/lbaas/loadbalancers/"):
            return None
        if path.startswith("/lbaas/listeners?"):
            return {"listeners": self.listeners, "listeners_links": self.links}
        if path.endswith("/rules"):
            return {"rules": self._policy(path)["rules"]}
        assert path == "/lbaas/l7policies?listener_id=li"
        return {"l7policies": self.policies, "l7policies_links": self.links}

    def write(self, method: str, service: str, path: str, body: Any) -> bool:  # noqa: ANN401 - JSON
        """As Octavia, without its waits."""
        assert service == "load-balancer"
        ident = f"p{next(self._numbers)}"
        if self.gone:
            return False
        if method == "POST" and path == "/lbaas/l7policies":
            new = {**body["l7policy"], "id": ident, "rules": [], "provisioning_status": "ACTIVE"}
            self.policies.append(new)
        elif method == "POST":
            rule = {**body["rule"], "id": ident, "invert": False, "admin_state_up": True}
            rule["provisioning_status"] = "ACTIVE"
            self._policy(path)["rules"].append(rule)
        elif method == "PUT":
            self._policy(path).update(body["l7policy"])
        else:
            rules = self._policy(path)["rules"]
            rules[:] = [rule for rule in rules if not path.endswith(f"/{rule['id']}")]
        self.asked.append(f"{method} {path.removeprefix('/lbaas/l7policies')}")
        for policy in self.policies:
            own = {(rule["type"], rule["value"]) for rule in policy["rules"]}
            assert not policy["admin_state_up"] or policy["name"] == "mine" or own == RULES
        return True

    def _policy(self, path: str) -> dict[str, Any]:
        return next(x for x in self.policies if f"/{x['id']}" in path)


def held_in(cloud: FewPolicies) -> HeldPage:
    """The page, with the id of our policy once there is one."""
    made = [x["id"] for x in cloud.policies if x["name"] == HELD.name]
    return replace(HELD, policy=made[0] if made else "")


def come_about(cloud: FewPolicies, page: str | None = None) -> list[str]:
    """Put right until nothing differs; what differed, in order."""
    said: list[str] = []
    while left := put_right(cloud, held_in(cloud), page, {"description": "case"}):  # type: ignore[arg-type]
        said.append(left)
        assert len(said) < 10
    return said


def wrong(cloud: FewPolicies, page: str | None = None) -> list[str]:
    return list(differences(Look(cloud), held_in(cloud), page))  # type: ignore[arg-type]


def test_it_is_on_last():
    """Made off, two rules, then on; and nothing more is asked."""
    cloud = FewPolicies()
    assert wrong(cloud) == ["no policy"]
    come_about(cloud)
    assert cloud.asked == ["POST ", "POST /p1/rules", "POST /p1/rules", "PUT /p1"]
    assert (wrong(cloud), put_right(cloud, HELD, None, {})) == ([], "")  # type: ignore[arg-type]
    made = {name: value for name, value in cloud.policies[0].items() if name != "rules"}
    assert made == {
        "id": "p1", "name": "aupkeep a1", "action": "REJECT", "listener_id": "li", "position": 1,
        "description": "case", "tags": ["aupkeep"], "admin_state_up": True,
        "provisioning_status": "ACTIVE",
    }  # fmt: skip


def test_a_redirect_names_its_page():
    cloud = FewPolicies()
    come_about(cloud, PAGE)
    made = cloud.policies[0]
    assert (made["action"], made["redirect_url"]) == ("REDIRECT_TO_URL", PAGE)
    assert wrong(cloud, PAGE) == []
    assert wrong(cloud, f"{PAGE}/new") == ["another redirect_url"]


def named(ident: str, name: str = HELD.name, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A policy as somebody made it."""
    return {"id": ident, "name": name, "rules": [], "position": 0, **fields}


def test_ours_is_the_one_that_we_wrote_down():
    """By its id, whatever it is called by now; what took its name is somebody else's."""
    cloud = FewPolicies()
    look, held = Look(cloud), replace(HELD, policy="p7")  # type: ignore[arg-type]
    cloud.policies += [named("p5"), named("p7", "renamed"), named("p9"), named("p3", "mine")]
    assert [policy["id"] for policy in ours(look, held)] == ["p7"]
    assert namesakes(look, held) == "p5 p9"
    assert ours(look, replace(HELD, policy="gone")) == []


def test_what_is_written_down_is_read_again(tmp_path: Path):
    """Also of a file from before we wrote down who else took our name."""
    file = HeldFile(tmp_path / "octavia.json", HeldPage, "pages")
    for page in (HELD, replace(HELD, policy="p7", others="p5 p9")):
        file.write({HELD.place: page})
        assert file.read() == {HELD.place: page}


def test_before_it_is_written_down_ours_is_what_we_alone_would_have_made():
    """With our name and tag, no rule but ours, and not there before."""
    cloud = FewPolicies()
    other = {"type": "PATH", "value": "/", "compare_type": "EQUAL_TO", "invert": False,
             "admin_state_up": True, "provisioning_status": "ACTIVE"}  # fmt: skip
    cloud.policies += [
        named("p1"),
        named("p2", tags=["aupkeep"], rules=[other]),
        named("p3", tags=["aupkeep"]),
        named("p4", tags=["aupkeep"]),
    ]
    held = replace(HELD, others="p3")
    assert [x["id"] for x in ours(Look(cloud), held)] == ["p4"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"invert": False}, []),
        ({"invert": True}, ["a policy of another before it"]),
    ],
)
def test_a_policy_called_as_ours_before_ours(rule: dict[str, Any], told: list[str]):
    """It counts as another's unless it is for one other page; of the known none does."""
    cloud = FewPolicies()
    come_about(cloud, PAGE)
    rule = {"type": "PATH", "value": "/other", "compare_type": "EQUAL_TO", **rule}
    cloud.policies.append(named("p9", "aupkeep a9", rules=[rule]))
    look = Look(cloud)  # type: ignore[arg-type]
    assert wrong(cloud, PAGE) == told
    assert list(differences(look, held_in(cloud), PAGE, {"p9"})) == []


def test_a_policy_that_is_not_active_is_told():
    cloud = FewPolicies()
    come_about(cloud)
    cloud.policies[0]["provisioning_status"] = "PENDING_UPDATE"
    assert wrong(cloud) == ["it is PENDING_UPDATE"]


def test_what_goes_away_meanwhile_is_told():
    cloud = FewPolicies()
    cloud.gone = True
    with pytest.raises(Unavailable) as caught:
        put_right(cloud, HELD, None, {})  # type: ignore[arg-type]
    assert str(caught.value) == "/lbaas/l7policies: expected it there, found it gone"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"admin_state_up": False}, "it is off"),
        ({"action": "REDIRECT_TO_POOL"}, "another action"),
        ({"name": "theirs", "id": "p9"}, "no policy"),
        ({"rules": []}, "no rule on HOST_NAME"),
    ],
)
def test_what_is_edited_is_put_right(edit: dict[str, Any], told: str):
    """Told first, then as it was; a policy that was renamed before it was known stays theirs."""
    cloud = FewPolicies()
    come_about(cloud)
    cloud.policies[0].update(deepcopy(edit))
    if edit.get("name"):
        cloud.policies[0]["admin_state_up"] = False
    assert told in wrong(cloud)
    come_about(cloud)
    assert wrong(cloud) == []


@pytest.mark.parametrize(
    "field",
    [
        {"invert": True},
        {"admin_state_up": False},
        {"value": "/"},
        {"provisioning_status": "PENDING_DELETE"},
    ],
)
def test_a_rule_that_is_changed_goes(field: dict[str, Any]):
    """The policy is off before its rules are touched."""
    cloud = FewPolicies()
    come_about(cloud)
    cloud.policies[0]["rules"][1].update(field)
    cloud.asked.clear()
    come_about(cloud)
    assert cloud.asked == ["PUT /p1", "DELETE /p1/rules/p3", "POST /p1/rules", "PUT /p1"]


def test_a_redirect_goes_before_anothers():
    """To the first place; a refusal need not."""
    cloud = FewPolicies()
    come_about(cloud, PAGE)
    assert cloud.policies[0]["redirect_http_code"] == 302
    theirs = {"id": "t", "name": "mine", "position": 0, "rules": [], "admin_state_up": True}
    cloud.policies.append(theirs)
    assert wrong(cloud, PAGE) == ["a policy of another before it"]
    cloud.policies[0]["position"] = theirs["position"] = 1  # of one place ours is not behind
    assert wrong(cloud, PAGE) == []
    theirs |= {"name": "aupkeep a2", "position": 0}
    assert wrong(cloud, PAGE) == ["a policy of another before it"]
    theirs |= {"name": "mine", "position": 2}
    cloud.policies[0]["position"] = 3
    come_about(cloud, PAGE)
    assert cloud.policies[0]["position"] == 1


def test_the_listener_of_a_page():
    """By its port; a list that was cut is not taken for all."""
    cloud = FewPolicies()
    look, page = Look(cloud), exact_url("https://shop.example/login")  # type: ignore[arg-type]
    assert listener_of(look, "lb", page) == ("li", "theirs")
    with pytest.raises(DriverRefused, match="expected it there, found it gone"):
        listener_of(look, "none", page)
    for protocol, why in (
        ("HTTPS", "; the next narrowest measure is block-name, then isolate$"),
        ("UDP", "found none"),
    ):
        cloud.listeners = [{"id": "li", "protocol": protocol}]
        with pytest.raises(DriverRefused, match=why):
            listener_of(Look(cloud), "lb", page)  # type: ignore[arg-type]
    cloud.links = ["next"]
    with pytest.raises(Unavailable, match="found it cut"):
        listener_of(Look(cloud), "lb", page)  # type: ignore[arg-type]


def test_the_host_that_a_visitor_sends():
    """With a port that is not the usual one."""
    assert host_of(exact_url("https://shop.example:443/")) == "shop.example"
    assert host_of(exact_url("http://shop.example:8080/")) == "shop.example:8080"


@pytest.mark.parametrize(
    ("resource", "url", "why"),
    [
        ("loadbalancer:lb-1", "https://a.example/x?y=1", "expected no query"),
        ("loadbalancer:lb-1", "https://a.example/x&y", "a path without &"),
        ("loadbalancer:lb-1", f"https://a.example/{'x' * 255}", "at most 255 letters"),
        ("instance:1", "https://a.example/x", "expected loadbalancer:ID"),
        ("loadbalancer:1/../2", "https://a.example/x", "expected loadbalancer:ID"),
    ],
)
def test_what_no_policy_can_say(tmp_path, resource: str, url: str, why: str):
    """Refused before anything is asked; the two names of a balancer are one place."""
    options = {
        "auth_url": "https://keystone.example",
        "credential_id": "c",
        "credential_secret": "s",
    }
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=lambda: HELD.until, options=options))

    def place(resource: str, url: str) -> str:
        aim = Scope(customer="acme", resource=resource, url=url)
        return driver.place(order(Measure.BLOCK_URL, driver="octavia", aim=aim))

    with pytest.raises(DriverRefused, match=why):
        place(resource, url)
    assert place("loadbalancer:lb-1", "https://A.example:443/x") == "1 https://a.example/x"
    assert place("loadbalancer:1", "https://a.example/x") == "1 https://a.example/x"
