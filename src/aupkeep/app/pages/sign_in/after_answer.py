"""Work that is done after a page was answered, so that the time of the answer tells nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import structlog

from aupkeep.store import refresh, release

log = structlog.get_logger("web")
PAUSE = 0.3  # seconds; the answer has left by then
MOST_WAITING = 200  # more than so many is forgotten: whoever asked asks again
_waiting = threading.Semaphore(MOST_WAITING)


def do_later(work: Callable[[], None]) -> None:
    """Do it on a thread of its own, one after the other."""
    if _waiting.acquire(blocking=False):
        _thread().submit(_done, work)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "after-answer")


def _done(work: Callable[[], None]) -> None:
    threading.Event().wait(PAUSE)
    try:
        refresh()
        work()
    except Exception:
        log.exception("what was to be done after an answer failed")
    finally:
        release()
        _waiting.release()
