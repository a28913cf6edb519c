"""The driver `s3` over a store in memory: one bucket that is gone or closed keeps no other."""

from pathlib import Path

import pytest

from aupkeep.enforcement.buckets.signed_calls import SignedCalls
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.s3 import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.orders import Clock, order

HOST = "s3.provider.example"
NONE = b"<Error><Code>NoSuchBucketPolicy</Code></Error>"


class Buckets:
    """Policies by bucket; `closed` ones answer 403, as an owner's own policy may have it."""

    def __init__(self) -> None:
        self.policies: dict[str, bytes | None] = {"acme": None, "other": None}
        self.closed, self.fault = set[str](), 0

    def call(
        self, method: str, path: str, query: object, body: bytes, what: str
    ) -> tuple[int, bytes]:
        """As `SignedCalls.call`."""
        bucket = path.removeprefix("/")
        if self.fault:
            raise Unavailable(f"{what}: the store answers {self.fault}")
        if bucket in self.closed:
            raise DriverRefused(f"{what}: the store answers 403")
        if bucket not in self.policies:
            return 404, b"<Error><Code>NoSuchBucket</Code></Error>"
        if method == "GET":
            text = self.policies[bucket]
            return (404, NONE) if text is None else (200, text)
        self.policies[bucket] = body if method == "PUT" else None
        return 204, b""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Buckets:
    made = Buckets()
    monkeypatch.setattr(SignedCalls, "__init__", lambda *_: None)
    monkeypatch.setattr(SignedCalls, "call", lambda _, *given: made.call(*given))
    return made


@pytest.fixture
def driver(store: Buckets, tmp_path: Path) -> GuardedDriver:
    options = {
        "endpoint": "http://127.0.0.1:1",
        "access_key": "aupkeep",
        "secret_key": "of these tests alone",
        "hosts": [HOST],
    }
    return DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=options))


def blocked(bucket: str, number: int) -> Action:
    aim = Scope(customer="acme", resource="vm-7", url=f"https://{HOST}/{bucket}/a.html")
    return order(Measure.BLOCK_URL, driver="s3", number=number, aim=aim)


def test_a_bucket_that_its_owner_closes_keeps_no_other(driver: GuardedDriver, store: Buckets):
    """Its object is taken to stand, and told; it is lifted when it can be."""
    first, other = blocked("acme", 1), blocked("other", 2)
    places = put(driver, first), put(driver, other)
    store.closed.add("acme")
    assert [x.expires for x in driver.observe()] == [first.until, other.until]
    told = "acme/a.html: not read, taken to stand: bucket acme: the store answers 403"
    assert driver.unread == told
    driver.revert(places[1], other.id)
    assert store.policies["other"] is None
    put(driver, other)
    store.policies["other"], kept = b"<html>", store.policies["other"]
    assert "other/a.html: not read, taken to stand: policy" in f"{driver.observe()}{driver.unread}"
    store.policies["other"] = kept
    with pytest.raises(DriverRefused, match="403"):
        driver.revert(places[0], first.id)
    store.closed.clear()
    driver.revert(places[0], first.id)
    assert [x.action for x in driver.observe()] == [other.id]


def test_a_bucket_that_is_gone_is_lifted(driver: GuardedDriver, store: Buckets):
    """A deletion wins; one of the same name later is another's."""
    first, other = blocked("acme", 1), blocked("other", 2)
    place, _ = put(driver, first), put(driver, other)
    del store.policies["acme"]
    assert [x.expires for x in driver.observe()] == [None, other.until]
    with pytest.raises(DriverRefused, match="bucket acme: expected one, found none"):
        put(driver, first)
    driver.revert(place, first.id)
    store.policies["acme"] = None
    assert [x.action for x in driver.observe()] == [other.id]
    assert driver.unread == ""


def test_a_store_that_fails_altogether_is_away(driver: GuardedDriver, store: Buckets):
    """Nothing is said to stand."""
    put(driver, blocked("acme", 1))
    store.fault = 503
    with pytest.raises(Unavailable, match="503"):
        driver.observe()


def test_a_statement_that_its_owner_took_away_is_forgotten_at_the_end(
    driver: GuardedDriver, store: Buckets, tmp_path: Path
):
    """It is set anew while it is wanted; after that nothing of it is asked about."""
    action = blocked("acme", 1)
    place = put(driver, action)
    store.policies["acme"] = None
    assert [x.expires for x in driver.observe()] == [None]
    driver.revert(place, action.id)
    assert (driver.observe(), (tmp_path / "s3.json").read_text()) == ((), '{"objects":[]}')
