"""The time of day, which a clock that is set to another day does not change.

Linux keeps a clock that nobody can set and that runs during a suspend too (clock_gettime(2),
CLOCK_BOOTTIME). How far the time of day is ahead of it is believed from the start of the machine
on, kept in the home for processes that start later. A step of more than a minute is believed once
the kernel says that the clock is synchronised (adjtimex(2)), e.g. by chrony; until then time goes
on as it passed. Smaller steps count at once. What was signed at a moment cannot be read before
it: `not_before` says so. `docs/decisions/036-a-clock-that-is-set.md` says
why.
"""

import ctypes
import json
import logging
import math
import os
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aupkeep.config.home import find_home

log = logging.getLogger("aupkeep.clock")  # beside a command's result, in the log of a process
STEP = 60.0  # seconds; larger steps are doubted
DRIFT = 1.0  # seconds; what is believed anew is written down when it differs by more
FILE = "clock"
UPTIME = Path("/proc/uptime")
BOOT = Path("/proc/sys/kernel/random/boot_id")
UNSYNCHRONISED = 5  # adjtimex(2): TIME_ERROR
TIMEX = 256  # bytes, more than a struct timex has; all zero it asks and changes nothing

_believed: list[float] = []  # seconds from the machine's start to 1970 and on to now
_steady: list[bool] = []  # whether the clock that nobody sets is the kernel's
_behind: list[float] = []  # by how many seconds a clock that cannot be held is known to be late
_doubted: list[float] = []  # by how many seconds the clock was set, while that is not believed


def steady_time() -> datetime:
    """Now, aware and in UTC."""
    return datetime.fromtimestamp(steady_seconds(), UTC)


def steady_seconds() -> float:
    """Seconds since 1970."""
    passed, wall = time.clock_gettime(time.CLOCK_BOOTTIME), time.time()  # noqa: TID251 - the edge
    if not _steady:
        _steady.append(abs(passed - _uptime()) < STEP)
    if not _steady[0]:
        return wall + sum(_behind)
    offset = wall - passed
    if not _believed:
        _believed.append(_remembered(offset))
    step = offset - _believed[0]
    if abs(step) > STEP and not _synchronised():
        if not _doubted:
            log.warning("the clock was set by %d s; time goes on as it passed", round(step))
        _doubted[:] = [step]
        return passed + _believed[0]
    if abs(step) > DRIFT:
        _remember(offset)
    if _doubted:
        log.warning("the clock is believed again, %d s on", round(step))
        _doubted.clear()
    _believed[0] = offset
    return passed + offset


def not_before(moment: datetime) -> None:
    """Believe that it is this moment at least: somebody trusted made something then.

    Less than a minute is nothing, and a clock that the kernel vouches for is believed.
    """
    late = moment.timestamp() - steady_seconds()
    if late <= STEP or _synchronised():
        return
    log.warning("the clock is late by %d s: a signed state was made then", round(late))
    if not _steady[0]:
        _behind[:] = [late + sum(_behind)]
        return
    _believed[0] += late
    _remember(_believed[0])


def _uptime() -> float:
    """What the kernel's files say of the same clock: another says that both are made up (faketime).

    Infinite where there is no such file: then nothing is doubted.
    """
    try:
        return float(UPTIME.read_text("ascii").split()[0])
    except (OSError, ValueError, LookupError):
        return math.inf


def doubted_step() -> timedelta | None:
    """By how much the clock was set, where that is not believed."""
    steady_seconds()
    return timedelta(seconds=round(_doubted[0])) if _doubted else None


def set_back() -> timedelta:
    """How far files that are written now are dated before their time: 0 or less."""
    return min(doubted_step() or timedelta(), timedelta())


def _synchronised() -> bool:
    """Whether something keeps the kernel's clock, as the kernel says."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX))
    except (OSError, AttributeError):
        return False
    return state != UNSYNCHRONISED


def _remembered(offset: float) -> float:
    """What processes of this home believe since the machine started; the first one's clock."""
    try:
        kept = json.loads((find_home().path / FILE).read_bytes())
        if kept["boot"] == _boot():
            return float(kept["offset"])
    except (OSError, ValueError, LookupError, TypeError):
        pass
    _remember(offset)
    return offset


def _remember(offset: float) -> None:
    """Write down what is believed; a home that cannot be written keeps nobody from working."""
    home = find_home().path
    part = home / f"{FILE}.{os.getpid()}.part"
    with suppress(OSError):
        if home.is_dir():
            part.write_text(json.dumps({"boot": _boot(), "offset": offset}), "ascii")
            part.rename(home / FILE)


def _boot() -> str:
    """What names this run of the machine."""
    return BOOT.read_text("ascii").strip()
