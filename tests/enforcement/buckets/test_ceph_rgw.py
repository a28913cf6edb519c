# ruff: noqa: S311 - a seed that can be played again
"""The driver `ceph-rgw`, and `s3`, over a real Ceph Object Gateway."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import ceph_rgw, s3
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.buckets.ceph_gateway import CephGateway, lacks
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.pages import no_reaches
from enforcement.orders import FOUR, SIX
from enforcement.test_driver_faults import SEED, House, RealClock, play

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
MANY = 12  # users of the customer
HOST = "s3.provider.example"
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Public",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme/*",
        }
    ],
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CephGateway]:
    """One gateway for all tests here: our own key, acme's bucket with a public page, other's."""
    if lack := lacks():
        pytest.skip(lack)
    running = CephGateway(tmp_path_factory.mktemp("ceph"))
    try:
        running.user("aupkeep", "--caps", "users=read,write")
        running.user("keeper", "--admin")
        for uid in ("acme", "other", *(f"acme-{number}" for number in range(MANY))):
            running.user(uid)
        for uid in ("acme", "other"):
            assert running.call(uid, "PUT", f"/{uid}") == 200
            for page in ("page", "two"):
                assert running.call(uid, "PUT", f"/{uid}/{page}", b"hello") == 200
        yield running
    finally:
        running.close()


def now() -> datetime:
    """The gateway judges a signature's time by the real clock."""
    return datetime.now(UTC)


def aim(measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object) -> Scope:
    """Each address is another user of one customer."""
    number = MANY - 1 if address == SIX else int(address) % 16 - 10
    uid = "acme" if address == FOUR else f"acme-{number}"
    return Scope(**{"customer": "acme", "resource": f"rgw-user:{uid}", **changes})  # type: ignore[arg-type]


@pytest.fixture
def bench(gateway: CephGateway, tmp_path: Path) -> Iterator[Bench]:
    """The driver with a key that may read and change users and nothing else."""
    accounts = tmp_path / "accounts"
    rows = ["acme", *(f"acme-{number}" for number in range(MANY))]
    accounts.write_text("".join(f"{uid} acme\n" for uid in rows) + "both acme\nboth other\n")
    yield bench_over(
        ceph_rgw.DRIVER,
        tmp_path,
        {**gateway.options("aupkeep"), "accounts": str(accounts)},
        now=now,
        measure=Measure.SUSPEND_ACCOUNT,
        aim=aim,
        reaches=no_reaches,
    )
    for uid in rows:
        gateway.call("aupkeep", "POST", "/admin/user", uid=uid, suspended="false")


class TestCephRgw(Contract):
    """The suite."""


def test_a_user_is_held_and_others_go_on(bench: Bench, gateway: CephGateway):
    """Their own reading, and a visitor's of a public page: 200, 403, 200; another's stays 200."""
    text = json.dumps(PUBLIC).encode()
    assert gateway.call("acme", "PUT", "/acme", text, policy="") == 204

    def seen() -> list[int]:
        asked = [("acme", "/acme/page"), ("", "/acme/page"), ("other", "/other/page")]
        return [gateway.call(uid, "GET", path) for uid, path in asked]

    driver, action = bench.driver(), bench.order()
    before = gateway.run("radosgw-admin", "user", "info", "--uid", "acme")
    assert seen() == [200, 200, 200]
    place = put(driver, action)
    assert (place, seen(), gateway.suspended("acme")) == ("acme", [403, 403, 200], True)
    driver.revert(place, action.id)
    assert (seen(), gateway.suspended("acme")) == ([200, 200, 200], False)
    assert gateway.run("radosgw-admin", "user", "info", "--uid", "acme") == before
    gateway.call("acme", "DELETE", "/acme", policy="")


def test_who_was_suspended_before_stays_so(bench: Bench, gateway: CephGateway):
    """Billing had suspended them; our measure ends, theirs does not."""
    gateway.run("radosgw-admin", "user", "suspend", "--uid", "acme")
    driver, action = bench.driver(), bench.order()
    place = put(driver, action)
    receipt = driver.revert(place, action.id)
    assert gateway.suspended("acme")
    assert receipt.proof == "ceph-rgw: acme: left as before us: suspended"
    assert driver.observe() == ()


def test_who_is_resumed_by_somebody_is_suspended_again(bench: Bench, gateway: CephGateway):
    """Told at the next look, and put back."""
    driver, action = bench.driver(), bench.order()
    put(driver, action)
    gateway.run("radosgw-admin", "user", "enable", "--uid", "acme")
    (element,) = driver.observe()
    assert (element.expires, driver.unread) == (None, "acme: expected suspended, found active")
    assert not driver.prove(action).seen
    put(driver, action)
    assert driver.prove(action).seen


def test_a_user_who_is_gone(bench: Bench, gateway: CephGateway):
    """Told; the lift of what is gone is done."""
    gateway.user("acme-gone")
    accounts = Path(str(bench.folder / "accounts"))
    accounts.write_text(f"{accounts.read_text()}acme-gone acme\n")
    order = bench.order(aim=aim(bench.measure, resource="rgw-user:acme-gone"))
    driver = bench.driver()
    place = put(driver, order)
    gateway.run("radosgw-admin", "user", "rm", "--uid", "acme-gone")
    assert [one.expires for one in driver.observe()] == [None]
    assert driver.unread == "acme-gone: expected a user, found none"
    with pytest.raises(DriverRefused, match="user acme-gone: expected one, found none"):
        put(driver, order)
    assert driver.revert(place, order.id).proof == "ceph-rgw: acme-gone: is gone"


def test_a_user_of_a_tenant_is_another(bench: Bench, gateway: CephGateway):
    """`north$acme` is held; `acme` without a tenant reads on."""
    gateway.user("north$acme")
    accounts = Path(str(bench.folder / "accounts"))
    accounts.write_text(f"{accounts.read_text()}north$acme acme\n")
    driver = bench.driver()
    order = bench.order(aim=aim(bench.measure, resource="rgw-user:north$acme"))
    place = put(driver, order)
    assert (gateway.suspended("north$acme"), gateway.suspended("acme")) == (True, False)
    driver.revert(place, order.id)
    assert not gateway.suspended("north$acme")


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ("vm-7", "expected rgw-user:ID"),
        ("rgw-user:acme&uid=other", "expected rgw-user:ID"),
        ("rgw-user:other", "account other: expected acme's, found nobody's"),
        ("rgw-user:both", "account both: expected acme's, found acme, other's"),
    ],
)
def test_whose_it_is_not(bench: Bench, gateway: CephGateway, resource: str, why: str):
    """Not a user, another's, or one that two customers share: refused, and nobody is touched."""
    with pytest.raises(DriverRefused, match=why):
        put(bench.driver(), bench.order(aim=aim(bench.measure, resource=resource)))
    assert not gateway.suspended("other")


def test_our_own_user_and_the_stores(gateway: CephGateway, tmp_path: Path):
    """The user of our own key, and an administrator of the store, are never suspended."""
    for uid in ("aupkeep", "keeper"):
        bench = bench_over(
            ceph_rgw.DRIVER, tmp_path, gateway.options("aupkeep"), now=now,
            measure=Measure.SUSPEND_ACCOUNT, aim=aim,
        )  # fmt: skip
        own = aim(bench.measure, resource=f"rgw-user:{uid}", customer=uid)
        with pytest.raises(DriverRefused, match="found one that serves us"):
            put(bench.driver(), bench.order(aim=own))
        assert not gateway.suspended(uid)


def test_our_key_reaches_users_alone(gateway: CephGateway):
    """With `users=read,write` neither a bucket, nor usage, nor the store's own settings."""
    paths = ["/acme/page", "/acme", "/admin/bucket", "/admin/usage", "/admin/metadata/user"]
    assert [gateway.call("aupkeep", "GET", path) for path in paths] == [403] * len(paths)


def test_no_secret_is_told(bench: Bench, gateway: CephGateway, tmp_path: Path):
    """Neither ours nor the customer's key, which the gateway's answer has in it."""
    driver, action = bench.driver(), bench.order()
    put(driver, action)
    said = [driver.prove(action).text, driver.unread]
    for options in ({"secret_key": "wrong"}, {"endpoint": "http://127.0.0.1:1"}):
        context = DriverContext(
            folder=tmp_path, now=now, options={**gateway.options("aupkeep"), **options}
        )
        with pytest.raises(Unavailable) as told:
            ceph_rgw.DRIVER.open(context).observe()
        said.append(str(told.value))
    written = b"".join(x.read_bytes() for x in tmp_path.iterdir() if x.is_file()).decode()
    assert "secret of" not in " ".join([*said, written])


def test_faults(gateway: CephGateway, tmp_path: Path):
    """Nothing doubled and nothing left over; at the end everybody is as before."""
    clock, chance = RealClock(), random.Random(SEED)
    people: dict[int, str] = {}

    def person(number: int) -> Scope:
        if number not in people:
            people[number] = f"faults-{number}"
            gateway.user(people[number])
        return Scope(customer="acme", resource=f"rgw-user:{people[number]}")

    def opened() -> GuardedDriver:
        accounts = tmp_path / "accounts"
        accounts.write_text("".join(f"faults-{number} acme\n" for number in range(1, 2000)))
        options = {**gateway.options("aupkeep"), "accounts": str(accounts)}
        context = DriverContext(folder=tmp_path, now=clock, options=options)
        driver = ceph_rgw.DRIVER.open(context)
        driver.driver._context = DriverContext(folder=tmp_path, now=now, options=options)  # type: ignore[attr-defined]
        return driver

    def disturb() -> None:
        uid = chance.choice(list(people.values()) or ["acme"])
        gateway.call("aupkeep", "POST", "/admin/user", uid=uid, suspended="false")

    house = House(
        "ceph-rgw", tmp_path, clock, chance, opened, disturb, Measure.SUSPEND_ACCOUNT, person
    )
    play(house)
    house.wanted.clear()
    house.want()
    house.step()
    assert not any(gateway.suspended(uid) for uid in people.values())


@pytest.fixture
def pages(gateway: CephGateway, tmp_path: Path) -> Bench:
    """The driver `s3` with the key of an administrator of the store."""
    text = json.dumps(PUBLIC).encode()
    assert gateway.call("acme", "PUT", "/acme", text, policy="") == 204
    return bench_over(
        s3.DRIVER,
        tmp_path,
        {**gateway.options("keeper"), "hosts": [HOST]},
        now=now,
        measure=Measure.BLOCK_URL,
        aim=page_aim,
        reaches=no_reaches,
    )


def page_aim(
    measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object
) -> Scope:
    """Each address has an object of its own."""
    url = f"https://acme.{HOST}/p/{str(address).replace(':', '-')}"
    found = {"customer": "acme", "resource": "vm-7", "url": url}
    return Scope(**{**found, **changes})  # type: ignore[arg-type]


class TestS3OnCeph(Contract):
    """The suite of `s3`, on a gateway that enforces policies."""

    @pytest.fixture
    def bench(self, pages: Bench, gateway: CephGateway) -> Bench:
        gateway.call("acme", "DELETE", "/acme", policy="")
        return pages


def test_an_object_is_denied_to_everybody(pages: Bench, gateway: CephGateway):
    """200, 403, 200 for visitor and owner; the page beside stays, the policy is as it was."""

    def seen() -> list[int]:
        asked = [("", "/acme/page"), ("acme", "/acme/page"), ("", "/acme/two")]
        return [gateway.call(uid, "GET", path) for uid, path in asked]

    former = gateway.policy("acme", "acme")
    driver = pages.driver()
    action = pages.order(aim=page_aim(pages.measure, url=f"https://acme.{HOST}/page"))
    assert seen() == [200, 200, 200]
    place = put(driver, action)
    assert seen() == [403, 403, 200]
    gateway.call("acme", "DELETE", "/acme", policy="")  # the owner may; it is put back
    put(driver, action)
    assert seen()[:2] == [403, 403]
    gateway.call("acme", "PUT", "/acme", json.dumps(PUBLIC).encode(), policy="")
    put(driver, action)
    driver.revert(place, action.id)
    assert seen() == [200, 200, 200]
    assert gateway.policy("acme", "acme") == former


def test_a_key_that_owns_no_bucket_cannot(pages: Bench, gateway: CephGateway):
    """Told, and nothing is changed: on Ceph an administrator's key is needed."""
    options = {**gateway.options("other"), "hosts": [HOST]}
    driver = s3.DRIVER.open(DriverContext(folder=pages.folder, now=now, options=options))
    with pytest.raises(DriverRefused, match="bucket acme: the store answers 403"):
        put(driver, pages.order())
    assert json.loads(gateway.policy("acme", "acme") or "") == PUBLIC
