"""How many CPU seconds a piece of work takes, for tests of bounds; figures belong in `bench/`."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

READINGS = 3


def cpu_seconds(work: Callable[[], object], enough: float = 0.0) -> float:
    """The quickest of some readings, for what else the machine does only adds.

    The first that is below `enough` seconds ends them. No collection runs meanwhile: it goes
    through whatever the process holds of other tests, once a threshold is passed.
    """
    found = float("inf")
    for _ in range(READINGS):
        with _uncollected():
            before = time.process_time()
            work()
            found = min(found, time.process_time() - before)
        if found < enough:
            break
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
