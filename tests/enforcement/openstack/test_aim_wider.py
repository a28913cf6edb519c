"""Which projects and images a measure reaches, told by what the cloud answers."""

import pytest

from aupkeep.enforcement.openstack.aim import AimSettings, _disabled, holder_of_port
from aupkeep.model.errors import DriverRefused
from enforcement.openstack.test_aim import (
    ACCOUNT,
    ADDRESS,
    MARK,
    OURS,
    SUSPEND,
    THEIRS,
    asked,
    cloud,
    port,
    project,
    server,
)


def tree(**below):
    """Projects below a project, by its name; each is there."""
    names = {"c", "other", *below, *(x for rows in below.values() for x in rows)}
    lists = {
        f"identity /projects?parent_id={name}": {
            "projects": [{"id": child} for child in below.get(name, ())]
        }
        for name in names
    }
    return {**{f"identity /projects/{name}": project(name) for name in names}, **lists}


FAMILY = tree(c=["d", "e"], d=["f"])
LOWEST_FIRST = ["f", "d", "e", "c"]


@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        ("project:c", {}),
        ("vm-7", {"address": ADDRESS}),
        ("instance:m1", {}),
        ("image:i1", {}),
        ("floatingip:f1", {}),
    ],
)
def test_a_project_and_all_below_it(resource, scope):
    """The lowest first, whatever of it was named."""
    look = cloud(
        port("p1", "m1", "compute:nova", "c"),
        machines=[server(project="c")],
        **FAMILY,
        **{
            "image /images/i1": {"owner": "c"},
            "network /floatingips/f1": {"floatingip": {"project_id": "c"}},
        },
    )
    found = asked(look, ACCOUNT, resource, **scope)
    assert found == [(f"project:{name}", f"disabled: {MARK}") for name in LOWEST_FIRST]


@pytest.mark.parametrize(
    ("more", "resource", "words"),
    [
        ({}, "project:c", "project:c: expected a project, found none"),
        (
            {"identity /projects/c": project("c", is_domain=True)},
            "project:c",
            "project:c: expected a project, found none",
        ),
        ({}, "image:i1", "image:i1: expected a project, found none"),
        (
            {"image /images/i1": {"owner": None}, "identity /projects/None": project("None")},
            "image:i1",
            "image:i1: expected a project, found none",
        ),
        ({}, "project:" + "c" * 64, f"project:{'c' * 52}: expected a project, found none"),
        (tree(c=["d"], d=[OURS]), "project:c", "the project of our own credential is in it"),
        (
            tree(c=[f"x{number}" for number in range(100)]),
            "project:c",
            "project c: expected fewer than 100 projects below it",
        ),
        (
            tree(c=[f"x{number}" for number in range(90)], x1=[f"y{n}" for n in range(10)]),
            "project:c",
            "project x1: expected fewer than 10 projects below it",
        ),
        ({}, "floatingip:f1", "floatingip:f1: expected it there, found it gone"),
        ({}, "instance:m9", "instance:m9: expected it there, found it gone"),
    ],
)
def test_no_project_to_suspend(more, resource, words):
    """None, a domain, our own, or more than one measure should touch."""
    with pytest.raises(DriverRefused) as caught:
        asked(cloud(**more), ACCOUNT, resource)
    assert str(caught.value) == words


def test_as_many_projects_as_are_allowed():
    """Ninety-nine below one, ten fewer than the rest below one of them."""
    few = tree(c=[f"x{number}" for number in range(90)], x1=[f"y{n}" for n in range(9)])
    assert len(asked(cloud(**few), ACCOUNT, "project:c")) == 100
    assert len(asked(cloud(**tree(c=[f"x{n}" for n in range(99)])), ACCOUNT, "project:c")) == 100


USERS = "compute /servers/detail?all_tenants=1&image=i1&limit=1000"
MEMBERS = "image /images/i1/members"


def image(visibility, members=(), users=(THEIRS,)):
    """An image of a customer, with whom it is shared, whose machines were made of it."""
    return {
        "image /images/i1": {"visibility": visibility, "owner": THEIRS, "status": "active"},
        MEMBERS: {"members": list(members)},
        USERS: {"servers": [{"tenant_id": user} for user in users]},
    }


@pytest.mark.parametrize(
    "more", [image("private"), image("shared"), image("private", ["x"]), image("shared", users=())]
)
def test_an_image_is_deactivated(more):
    """One that nobody else may use; members of a private one are of its past."""
    assert asked(cloud(**more), SUSPEND, "image:i1") == [("image:i1", "deactivated")]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "expected it there, found it gone"),
        (image("public"), "expected a private one, others may use it"),
        (image("community"), "expected a private one, others may use it"),
        (image("shared", [{"member_id": "x"}]), "expected a private one, others may use it"),
        (image("private", users=(THEIRS, "x")), "machines of another project were made of it"),
    ],
)
def test_an_image_that_others_may_use(more, words):
    """It stays: their machines would suffer."""
    with pytest.raises(DriverRefused) as caught:
        asked(cloud(**more), SUSPEND, "image:i1")
    assert str(caught.value) == f"image i1: {words}"


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ({}, f"disabled: {MARK}"),
        ({"enabled": False}, "disabled"),
        ({"enabled": False, "aupkeep": "aupkeep case A action 9"}, f"disabled: {MARK}"),
        (
            {"enabled": False, "aupkeep": "aupkeep case A action 9 target c:1"},
            "disabled: aupkeep case A action 9 target c:1",
        ),
        ({"enabled": False, "aupkeep": "aupkeep case A action 9 target b:2"}, None),
    ],
)
def test_a_project_that_somebody_disabled_before(before, wanted):
    """An operator's and a target's beside stay theirs; another home's is refused."""
    look = cloud(**tree() | {"identity /projects/c": project("c", **before)})
    settings = AimSettings(is_others="b:2".__eq__, is_beside="c:1".__eq__)
    if wanted is None:
        with pytest.raises(DriverRefused) as caught:
            asked(look, ACCOUNT, "project:c", settings)
        assert str(caught.value) == "another home holds project:c, by its entry: b:2"
    else:
        assert asked(look, ACCOUNT, "project:c", settings) == [("project:c", wanted)]


def test_a_project_that_is_gone_while_it_is_looked_at():
    """It is wanted disabled: setting it says that it is gone."""
    assert _disabled(cloud(), "project:gone", MARK, AimSettings()) == f"disabled: {MARK}"


@pytest.mark.parametrize(
    ("field", "changes", "home"),
    [
        ("port-state:p1", {}, "b:2"),
        ("port-groups:p1", {}, "b:2"),
        ("port-state:p2", {}, ""),
        ("lock:p1", {}, ""),
        ("port-state:p1", {"device": "m2"}, ""),
        ("port-state:p1", {"device": "../m1"}, ""),
        ("port-state:p1", {"device": None}, ""),
        ("port-state:p1", {"project": "other"}, ""),
    ],
)
def test_the_other_home_that_holds_a_ports_machine(field, changes, home):
    """By the lock of the machine that the port is of; a device of another project is none."""
    words = "aupkeep case A action 9 target b:2"
    machines = [server(ident, lock=words) for ident in ("m1", "../m1")]
    acts = {"instanceActions": [{"action": "lock", "project_id": "own"}]}
    strange = {"compute /servers/../m1/os-instance-actions": acts}
    look = cloud(port(**changes), machines=machines, acts=acts["instanceActions"], **strange)
    settings = AimSettings(is_others="b:2".__eq__)
    assert holder_of_port(look, field, settings) == home
    assert holder_of_port(look, field, AimSettings()) == ""
