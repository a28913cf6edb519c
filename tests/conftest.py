"""One home per test run, never the developer's own; unit tests open no socket; one tier at a time.

The home and its keys are made here, before Django reads its settings. `DJANGO_SETTINGS_MODULE` in
pyproject.toml would have them read before this file, from the developer's own home. Temporary files
are in memory where that is possible: waiting for a disk took half of the tests' time.
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

import in_memory  # noqa: F401 - importing is what it is for
import tiers

if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker keeps the home that its parent made
    os.environ["AUPKEEP_HOME"] = tempfile.mkdtemp(prefix="aupkeep-test-")
os.environ["DJANGO_SETTINGS_MODULE"] = "aupkeep.site.settings"
os.environ.pop("AUPKEEP_DATABASE", None)
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # else each process we start compiles all modules
    os.environ["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="aupkeep-bytecode-")
    atexit.register(shutil.rmtree, os.environ["PYTHONPYCACHEPREFIX"], ignore_errors=True)

import django
from django.conf import settings

from aupkeep.config.home import find_home
from aupkeep.config.keys import make_keys

if TYPE_CHECKING:
    from enforcement.receiver import Receiver

make_keys(find_home())
if Path(settings.AUPKEEP_HOME) != Path(os.environ["AUPKEEP_HOME"]):
    pytest.exit(f"home: expected {os.environ['AUPKEEP_HOME']}, found {settings.AUPKEEP_HOME}")
django.setup()

pytest_plugins = ["databases", "slow_first"]
IDLE = frozenset(  # run before each test, for marks and classes that no test here has; a third of
    {  # what pytest itself costs
        "_dj_autoclear_mailbox",
        "_django_clear_site_cache",
        "_django_db_marker",
        "_django_isolate_apps",
        "_django_set_urlconf",
        "_django_setup_unittest",
        "_live_server_helper",
        "_template_string_if_invalid_marker",
    }
)
hypothesis.settings.register_profile(  # the same examples each time, no deadline of real time
    "gate", hypothesis.settings.get_profile("ci"), max_examples=40
)
hypothesis.settings.load_profile("gate")
hypothesis.settings.register_profile("seeds", derandomize=False, max_examples=100)
hypothesis.settings.register_profile(  # for `mutants.py`: a failure is enough, as it is
    "mutants", max_examples=100, phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate)
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The tier to run; see `tiers`."""
    parser.addoption("--tier", default="", help="check, test or nightly:STAGE; see tests/tiers.py")


def pytest_configure(config: pytest.Config) -> None:
    """Nights draw their own examples."""
    if config.getoption("tier") in ("nightly:seeds", "nightly:joints"):
        hypothesis.settings.load_profile("seeds")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the tier that was asked for, without what pytest-django does for others."""
    tier = config.getoption("tier")
    for item in items:
        tiers.place(item)
        names = getattr(item, "fixturenames", [])
        if not IDLE.isdisjoint(names):
            names[:] = [name for name in names if name not in IDLE]
    config.stash[tiers.ITEMS] = tuple(items)
    if tier:
        held = [(tiers.holds(tier, item), item) for item in items]
        items[:] = [item for stays, item in held if stays]
        config.hook.pytest_deselected(items=[item for stays, item in held if not stays])


def pytest_collection_finish() -> None:
    """Half a million objects of the tests themselves are not looked through at each collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # a tenth of the time went into looking for what is garbage


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only tests that say so may open sockets."""
    from pytest_socket import disable_socket, enable_socket

    if any(item.get_closest_marker(name) for name in ("network", "root", "browser", "slow")):
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """In CI a skip is a failure: what CI does not run, nobody runs."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {report.longrepr[-1]}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    """The same for a whole file: what is not collected is not run either."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped in CI: {report.longrepr[-1]}"
    return report


@pytest.fixture
def receiver() -> Iterator["Receiver"]:
    """Whoever takes webhooks, on loopback."""
    from enforcement.receiver import receiving

    with receiving() as server:
        yield server
