"""A process that `up` or the lab started ends with it: no orphan goes on holding a port."""

import ctypes
import os
import signal

SUPERVISOR = "AUPKEEP_SUPERVISOR"  # the process id of what started this one
PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_supervisor() -> None:
    """Be killed when the `up` that started this process ends, however it ends.

    What `up` stops in order has ended before; where it was killed nobody waits for an answer, and
    the next `up` needs the ports at once. A process killed at any moment loses nothing.
    """
    supervisor = os.environ.pop(SUPERVISOR, None)  # not for what this process starts
    if supervisor is None:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if str(os.getppid()) != supervisor:  # it ended before the kernel was told
        os.kill(os.getpid(), signal.SIGKILL)
