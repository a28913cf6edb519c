"""How many CPU seconds a piece of work takes, for tests of bounds; figures belong in `bench/`."""

import gc
import time
from collections.abc import Callable

READINGS = 3
TIMES = 4  # the larger input, for `growth`
MOST = 12  # where the cost grows with the square it is 16
NOISE = 0.3  # seconds that say nothing


def cpu_seconds(work: Callable[[], object], enough: float = 0.0) -> float:
    """The quickest of some readings, for what else the machine does only adds.

    The first that is below `enough` seconds ends them. Nothing is collected meanwhile: that goes
    through whatever the process holds of other tests, once a threshold is passed.
    """
    found = float("inf")
    gc.disable()
    try:
        for _ in range(READINGS):
            before = time.process_time()
            work()
            found = min(found, time.process_time() - before)
            if found < enough:
                break
    finally:
        gc.enable()
    return found


def assert_growth(work: Callable[[int], object], small: int) -> None:
    """Four times the size takes about four times as long, far from the sixteen of a square."""
    allowed = MOST * cpu_seconds(lambda: work(small), float("inf")) + NOISE
    spent = cpu_seconds(lambda: work(TIMES * small), allowed)
    assert spent < allowed, f"expected under {allowed:.2f} CPU seconds, found {spent:.2f}"
