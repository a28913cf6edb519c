"""One home per test run, never the developer's own; unit tests open no socket."""

import os
import tempfile

import pytest

os.environ["AUPKEEP_HOME"] = tempfile.mkdtemp(prefix="aupkeep-test-")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only tests that say so may open sockets."""
    from pytest_socket import disable_socket, enable_socket

    if any(item.get_closest_marker(name) for name in ("network", "root", "browser", "slow")):
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)
