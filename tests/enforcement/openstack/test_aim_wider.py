"""Which projects and images a measure reaches, told by what the cloud answers."""

import pytest

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
