"""The cloud that a test runs on, the double and at night the real one, and the driver over it."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import openstack
from aupkeep.enforcement.drivers.openstack import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from enforcement.openstack.cloud import Cloud
from enforcement.openstack.double import DoubleCloud
from enforcement.orders import Clock

REAL = pytest.param("real", marks=pytest.mark.nightly("openstack"))
Make = Callable[..., GuardedDriver]


@pytest.fixture(scope="session")
def real_cloud() -> Cloud:
    """The cloud that `AUPKEEP_OPENSTACK` names, with a customer of its own."""
    if not os.environ.get("AUPKEEP_OPENSTACK"):
        pytest.skip("no OpenStack here: `just nightly openstack` starts one")
    from enforcement.openstack.real import RealCloud

    return RealCloud()


@pytest.fixture
def double() -> Iterator[DoubleCloud]:
    """The double alone, for what cannot be planned on a real cloud."""
    with DoubleCloud() as cloud:
        thread = threading.Thread(target=cloud.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield cloud
        cloud.shutdown()
        thread.join()


@pytest.fixture
def real(real_cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The real cloud, put right after the test; it may take its time."""
    monkeypatch.setattr(openstack, "WAIT", 60.0)
    yield real_cloud
    real_cloud.reset()


@pytest.fixture(params=["double", REAL])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    """A cloud with one customer, as it was before the test."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Make:
    """Open the driver over the same folder, as an agent that starts anew does."""
    cloud = request.getfixturevalue("cloud" if "cloud" in request.fixturenames else "double")

    def opened(*, who: str = "keeper", cap: int = 100, **changes: object) -> GuardedDriver:
        ident, secret = credential_of(cloud, who)
        options = {"auth_url": cloud.url, "credential_id": ident, "credential_secret": secret}
        context = DriverContext(folder=tmp_path, now=clock, cap=cap, options={**options, **changes})
        return DRIVER.open(context)

    return opened


def credential_of(cloud: Cloud, who: str) -> tuple[str, str]:
    """A credential of somebody on a cloud, made once."""
    known = cloud.__dict__.setdefault("known", {})
    if who not in known:
        known[who] = cloud.credential(who)
    return known[who]
