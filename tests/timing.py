"""How many CPU seconds a piece of work takes, for tests of bounds; figures belong in `bench/`."""

import time
from collections.abc import Callable

READINGS = 3


def cpu_seconds(work: Callable[[], object], enough: float = 0.0) -> float:
    """The quickest of some readings, for what else the machine does only adds.

    The first that is below `enough` seconds ends them.
    """
    found = float("inf")
    for _ in range(READINGS):
        before = time.process_time()
        work()
        found = min(found, time.process_time() - before)
        if found < enough:
            break
    return found
