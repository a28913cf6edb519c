"""What tests of drivers on this machine's kernel share."""

import ctypes
import os
from collections.abc import Iterator

import pytest

CLONE_NEWNET = 0x40000000  # linux/sched.h
LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def namespace() -> Iterator[None]:
    """A network namespace for this thread, left again afterwards."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    if LIBC.unshare(CLONE_NEWNET) != 0:
        os.close(own)
        pytest.skip(f"a network namespace: {os.strerror(ctypes.get_errno())}; try unshare -Urn")
    yield
    assert LIBC.setns(own, CLONE_NEWNET) == 0
    os.close(own)
