"""One thing that cannot be read is taken to stand, and told; the rest is as it was found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aupkeep.enforcement.asking import PartAway, each_part
from aupkeep.enforcement.buckets.admin_ops import AdminOps, GatewayUser
from aupkeep.enforcement.driver import DriverContext, HeldPlace, InstalledElement
from aupkeep.enforcement.drivers import ceph_rgw, octavia
from aupkeep.enforcement.held_file import HeldFile
from aupkeep.enforcement.openstack.balancer import HeldPage
from aupkeep.model.errors import Unavailable
from enforcement.orders import NOW, Clock

END = NOW + timedelta(hours=1)
CLOUD = {"auth_url": "http://127.0.0.1:1/v3", "credential_id": "a", "credential_secret": "b"}
STORE = {"endpoint": "http://127.0.0.1:1", "access_key": "a", "secret_key": "b"}
HELD = {"reference": "K7QF-2M9X", "until": END}


def ends(driver) -> dict[str, object]:
    """When each that stands ends, by place."""
    return {element.place: element.expires for element in driver.observe()}


def test_users_of_a_gateway(tmp_path, monkeypatch):
    users = [
        ceph_rgw.HeldUser(place=name, action=name, before=False, **HELD)
        for name in ("one", "two", "three")
    ]
    HeldFile(tmp_path / ceph_rgw.FILE, ceph_rgw.HeldUser, "users").write(
        {user.place: user for user in users}
    )
    answers = {"one": b"{}", "two": b'{"keys": [], "suspended": 0}'}
    whole = b'{"keys": [], "suspended": 1}'
    monkeypatch.setattr(AdminOps, "user", lambda ops, uid: ops._read(uid, answers.get(uid, whole)))
    driver = ceph_rgw.DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=STORE))
    assert ends(driver) == {"one": END, "two": None, "three": END}
    assert driver.unread == (
        "two: expected suspended, found active; "
        "one: not read, taken to stand: user one: expected a user, found KeyError"
    )
    answers.clear()
    assert (ends(driver)["two"], driver.unread) == (END, "")
    assert AdminOps.user(driver.driver._ops, "one") == GatewayUser(suspended=True, serves=False)


def test_pages_of_load_balancers(tmp_path, monkeypatch):
    pages = [
        HeldPage(place=name, action=name, listener=name, host="a", path="/", **HELD)
        for name in ("one", "two", "three")
    ]
    HeldFile(tmp_path / octavia.FILE, HeldPage, "pages").write({x.place: x for x in pages})

    def differences(_: object, held: HeldPage, *_more: object) -> Iterator[str]:
        if held.place == "one":
            raise PartAway("its listener: the answer is 500")
        return iter(["no policy"] if held.place == "two" else [])

    monkeypatch.setattr(octavia, "differences", differences)
    driver = octavia.DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=CLOUD))
    assert ends(driver) == {"one": END, "two": None, "three": END}
    assert driver.unread == (
        "two: no policy; one: not read, taken to stand: its listener: the answer is 500"
    )


@pytest.mark.network
def test_a_system_that_answers_nothing_is_away(tmp_path, monkeypatch):
    """Then nothing is said to stand."""
    user = ceph_rgw.HeldUser(place="one", action="one", before=False, **HELD)
    HeldFile(tmp_path / ceph_rgw.FILE, ceph_rgw.HeldUser, "users").write({"one": user})
    driver = ceph_rgw.DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=STORE))
    with pytest.raises(Unavailable, match="the object store does not answer"):
        driver.observe()


def test_what_does_not_stand_is_no_element():
    """Nothing of it is shown; one that cannot be read is shown as it was held."""
    held = [HeldPlace(place=name, action=name, **HELD) for name in ("gone", "away", "there")]

    def look(place: HeldPlace) -> InstalledElement | None:
        if place.place == "away":
            raise PartAway("500")
        return place.element() if place.place == "there" else None

    elements, unread = each_part(held, look)
    assert elements == (held[1].element(), held[2].element())
    assert unread == ["away: not read, taken to stand: 500"]
