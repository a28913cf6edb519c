"""Files with slow tests run first, so that a run does not end with one process at work.

What waits for servers, browsers and kernels then runs beside what only computes. `justfile` keeps
xdist from ordering files by how many tests they have, which would leave the slow ones for the end.
"""

import pytest

import tiers


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those files first; among themselves, and within a file, the order stays."""
    slow = {item.path for item in items if any(map(item.get_closest_marker, tiers.APART))}
    items.sort(key=lambda item: item.path not in slow)
