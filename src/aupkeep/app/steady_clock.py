"""The time of day, which a clock that is set to another day does not change.

Linux keeps a clock that nobody can set and that runs during a suspend too (clock_gettime(2),
CLOCK_BOOTTIME). How far the time of day is ahead of it is believed from the start of the machine
on, kept in the home for processes that start later. A step of more than a minute is believed once
the kernel says that the clock is synchronised (adjtimex(2)), say by chrony; until then time goes on
as it passed. Smaller steps are believed at once. `docs/decisions/036-a-clock-that-is-set.md` says
why.
"""

import ctypes
import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from aupkeep.config.home import find_home

log = structlog.get_logger("clock")
STEP = 60.0  # seconds; larger steps are doubted
DRIFT = 1.0  # seconds; what is believed anew is written down when it differs by more
FILE = "clock"
BOOT = Path("/proc/sys/kernel/random/boot_id")
UNSYNCHRONISED = 5  # adjtimex(2): TIME_ERROR
TIMEX = 256  # bytes, more than a struct timex has; all zero it asks and changes nothing

_believed: list[float] = []  # seconds from the machine's start to 1970 and on to now
_doubted: list[float] = []  # by how many seconds the clock was set, while that is not believed


def steady_time() -> datetime:
    """Now, aware and in UTC."""
    return datetime.fromtimestamp(steady_seconds(), UTC)


def steady_seconds() -> float:
    """Seconds since 1970."""
    passed = time.clock_gettime(time.CLOCK_BOOTTIME)
    offset = time.time() - passed  # noqa: TID251 - this is the edge that reads the clock
    if not _believed:
        _believed.append(_remembered(offset))
    step = offset - _believed[0]
    if abs(step) > STEP and not _synchronised():
        if not _doubted:
            log.warning("the clock was set; time goes on as it passed", seconds=round(step))
        _doubted[:] = [step]
        return passed + _believed[0]
    if abs(step) > DRIFT:
        _remember(offset)
    if _doubted:
        log.warning("the clock is believed again", seconds=round(step))
        _doubted.clear()
    _believed[0] = offset
    return passed + offset


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
