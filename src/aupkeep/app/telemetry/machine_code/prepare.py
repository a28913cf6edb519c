"""Has the machine code compiled by a child process, before the process that needs it goes on.

    prepare(("count", "judge"), say=print, warn=print)

The compiler takes 300 MB for half a minute, once after an install or an update; a collector runs
for months. So each part is tried with the code that is kept. What is missing is compiled by a child
process, one part after the other, and then loaded. Where a child cannot do it (no memory, a full
disk, no folder that can be written), this process compiles it itself, and says so: a large
collector is better than one that does not start.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from aupkeep.app.telemetry.machine_code.warm_up import PARTS
from aupkeep.telemetry.jit import CompileMode, NotCompiled, compile_mode

ALL = tuple(PARTS)
PATIENCE = 600.0  # seconds that a child may take
TURN = 0.1  # seconds between two looks at it
CHILD = (sys.executable, "-m", "aupkeep.app.telemetry.machine_code.warm_up")

Say = Callable[[str], object]
HasEnded = Callable[[], bool]


def prepare(parts: Sequence[str], *, say: Say, warn: Say, ended: HasEnded = lambda: False) -> None:
    """Have the machine code of these parts; returns early once `ended`.

    `say` is told what takes long, `warn` what went wrong and what is done about it.
    """
    for part in parts:
        cold = missing(part)
        if cold is None:
            continue
        why = _made_apart(part, cold, say, ended)
        if ended():
            return
        if why:
            warn(f"{why}; this process makes it itself and keeps the compiler's memory")
            PARTS[part]()


def missing(part: str) -> NotCompiled | None:
    """Load what is kept for a part; the first kernel that nothing is kept for."""
    try:
        with compile_mode(CompileMode.NEVER):
            PARTS[part]()
    except NotCompiled as cold:
        return cold.with_traceback(None)  # whose frames hold windows
    return None


def _made_apart(part: str, cold: NotCompiled, say: Say, ended: HasEnded) -> str:
    """Have a child make a part, and load it; what went wrong, or nothing."""
    what = f"machine code to {part} flows"
    if cold.folder is None:
        return f"{what}: expected a folder that can be written (NUMBA_CACHE_DIR), found none"
    say(f"making {what}, once after an install or update: up to a minute")
    begun = time.monotonic()
    why = child((*CHILD, part), ended)
    if why:
        return f"{what} could not be made for {cold.folder}: {why}"
    still = missing(part)
    if still:
        return f"{what} was made and is not there: {still}"
    say(f"made {what} in {time.monotonic() - begun:.0f} s")
    return ""


def child(words: Sequence[str], ended: HasEnded, patience: float = PATIENCE) -> str:
    """Run a command to its end, or until `ended`; why it failed, or nothing."""
    try:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - our own module
    except OSError as error:
        return str(error)
    until = time.monotonic() + patience
    late, errors = False, None
    while errors is None:
        try:
            errors = process.communicate(timeout=TURN)[1].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            late = time.monotonic() > until
            if late or ended():
                process.kill()
    if late:
        return f"it took more than {patience:.0f} s"
    return _reason(process.returncode, errors)


def _reason(code: int, errors: str) -> str:
    """Why a process failed that ended so; nothing for one that did not."""
    if code == -signal.SIGKILL:
        return "it was killed, as the kernel does when memory is short"
    if code < 0:
        return f"it ended by signal {-code}"
    lines = errors.strip().splitlines() or [f"exit code {code}"]
    return lines[-1] if code else ""
