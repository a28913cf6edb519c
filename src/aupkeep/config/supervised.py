"""A process that `up` or the lab started ends with it: no orphan goes on holding a port."""

import ctypes
import os
import signal

SUPERVISOR = "AUPKEEP_SUPERVISOR"  # the process id of what started this one
PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_supervisor() -> None:
    """Get SIGTERM when the `up` that started this process ends, however it ends."""
    supervisor = os.environ.pop(SUPERVISOR, None)  # not for what this process starts
    if supervisor is None:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if str(os.getppid()) != supervisor:  # it ended before the kernel was told
        os.kill(os.getpid(), signal.SIGTERM)
