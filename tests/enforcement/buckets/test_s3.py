# ruff: noqa: S311 - a seed that can be played again
"""The driver `s3` over moto's server: one object is denied, every other statement stays."""

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.s3 import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from daemon.processes import free_port
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.pages import no_reaches
from enforcement.orders import FOUR, Clock
from enforcement.test_driver_faults import SEED, House, play

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
CUSTOMER = {"customer": "acme", "resource": "vm-7"}
HOST = "s3.provider.example"
THEIRS = (
    '{ "Version":"2012-10-17", "Id":"theirs", "Statement":[ {"Sid":"Public","Effect":"Allow",'
    '"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::acme/*"} ] }'
)


class Store:
    """A running store with the buckets acme and other."""

    def __init__(self, port: int) -> None:
        self.port = port

    def call(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """What it answers to whoever owns the bucket."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body or None)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def policy(self) -> str | None:
        """The policy of acme."""
        status, text = self.call("GET", "/acme?policy")
        return text if status == 200 else None

    @property
    def options(self) -> dict[str, object]:
        """The driver's options."""
        return {
            "endpoint": f"http://127.0.0.1:{self.port}",
            "access_key": "aupkeep",
            "secret_key": "of these tests alone",
            "hosts": [HOST],
        }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One moto for all tests here."""
    command = shutil.which("moto_server")
    if command is None:
        pytest.skip(
            'moto_server is not installed: pip install "moto[server]" into a venv of its own'
        )
    running = Store(free_port())
    words = [command, "-H", "127.0.0.1", "-p", str(running.port)]
    with (tmp_path_factory.mktemp("s3") / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                running.call("PUT", "/acme")
                break
            except OSError:
                time.sleep(0.1)
        running.call("PUT", "/other")
        yield running
    finally:
        process.terminate()
        process.wait(20)


def aim(measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object) -> Scope:
    """Each address has an object of its own."""
    url = f"https://acme.{HOST}/p/{str(address).replace(':', '-')}"
    return Scope(**{**CUSTOMER, "url": url, **changes})  # type: ignore[arg-type]


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    """The driver over that store; the bucket has no policy."""
    store.call("DELETE", "/acme?policy")
    return bench_over(
        DRIVER,
        tmp_path,
        store.options,
        measure=Measure.BLOCK_URL,
        aim=aim,
        reaches=no_reaches,
    )


class TestS3(Contract):
    """The suite."""


@pytest.mark.parametrize("theirs", [None, THEIRS])
def test_the_policy_is_as_it_was(bench: Bench, store: Store, theirs: str | None):
    """Two objects of one bucket come and go; theirs stays, byte for byte, and no policy is none."""
    if theirs is not None:
        store.call("PUT", "/acme?policy", theirs)
    driver = bench.driver()
    first = bench.order(
        number=1, aim=aim(Measure.BLOCK_URL, url=f"https://{HOST}/acme/a%20b.html?x=1")
    )
    second = bench.order(number=2, aim=aim(Measure.BLOCK_URL, url=f"https://acme.{HOST}/c"))
    places = [put(driver, first), put(driver, second)]
    assert places == ["acme/a b.html", "acme/c"]
    rows = json.loads(store.policy() or "")["Statement"]
    denied = [row["Resource"] for row in rows if row["Effect"] == "Deny"]
    assert denied == ["arn:aws:s3:::acme/a b.html", "arn:aws:s3:::acme/c"]
    assert [row["Sid"] for row in rows if row["Effect"] == "Allow"] == ["Public"] * bool(theirs)
    driver.revert(places[0], first.id)
    assert driver.prove(second).seen
    driver.revert(places[1], second.id)
    assert store.policy() == theirs


def test_what_the_owner_changes_meanwhile_is_theirs(bench: Bench, store: Store):
    """They add a statement, and take ours away: theirs stays, ours is set anew."""
    driver, action = bench.driver(), bench.order()
    place = put(driver, action)
    store.call("PUT", "/acme?policy", THEIRS)
    assert [element.expires for element in driver.observe()] == [None]
    put(driver, action)
    assert len(json.loads(store.policy() or "")["Statement"]) == 2
    changed = (store.policy() or "").replace('"Deny"', '"Allow"')
    store.call("PUT", "/acme?policy", changed)
    (element,) = driver.observe()
    assert element.expires is None
    put(driver, action)
    driver.revert(place, action.id)
    assert store.policy() == THEIRS


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://shop.example/a", "is no host of this store"),
        (f"https://evil{HOST}/acme/a", "is no host of this store"),
        (f"https://{HOST}/acme", "a bucket and a key"),
        (f"https://{HOST}/acme/", "a bucket and a key"),
        (f"https://{HOST}/Acme/x", "a bucket and a key"),
        (f"https://{HOST}/acme/%2A", "patterns"),
        (f"https://acme.{HOST}/a%3Fb", "patterns"),
        (f"https://acme.{HOST}/$%7Baws:username%7D", "patterns"),
        (f"https://acme.{HOST}/a%0Ab", "a bucket and a key"),
    ],
)
def test_what_is_no_object(bench: Bench, url: str, why: str):
    """Refused: nothing of a URL becomes a pattern of a policy."""
    with pytest.raises(DriverRefused, match=why):
        bench.open(10).place(bench.order(aim=aim(Measure.BLOCK_URL, url=url)))


def test_a_bucket_that_is_none(bench: Bench):
    """Refused, with the bucket."""
    nowhere = aim(Measure.BLOCK_URL, url=f"https://{HOST}/nowhere/a")
    with pytest.raises(DriverRefused, match="bucket nowhere: expected one, found none"):
        put(bench.driver(), bench.order(aim=nowhere))


def test_a_store_that_is_away(bench: Bench, store: Store):
    """Told, without the secret."""
    options = {**store.options, "endpoint": "http://127.0.0.1:1"}
    context = DriverContext(folder=bench.folder, now=bench.now, options=options)
    with pytest.raises(Unavailable, match="does not answer") as told:
        put(DRIVER.open(context), bench.order())
    assert str(options["secret_key"]) not in str(told.value)


def test_faults(store: Store, tmp_path: Path):
    """Nothing doubled and nothing left over; at the end the bucket has no policy, as before."""
    clock, chance = Clock(), random.Random(SEED)
    store.call("DELETE", "/acme?policy")

    def opened() -> GuardedDriver:
        return DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=store.options))

    def disturb() -> None:
        rows = json.loads(store.policy() or '{"Statement": []}')["Statement"]
        if rows:
            rows.pop(chance.randrange(len(rows)))
            text = json.dumps({"Version": "2012-10-17", "Statement": rows})
            store.call("PUT" if rows else "DELETE", "/acme?policy", text if rows else "")

    house = House(
        "s3", tmp_path, clock, chance, opened, disturb, Measure.BLOCK_URL,
        lambda number: Scope(**CUSTOMER, url=f"https://acme.{HOST}/f/{number}"),
    )  # fmt: skip
    play(house)
    house.wanted.clear()
    house.want()
    house.step()
    assert store.policy() is None
