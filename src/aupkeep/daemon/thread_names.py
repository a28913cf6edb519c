"""Holders of leases are named after machine and thread, so that a dead one is known."""

import socket
from pathlib import Path

from aupkeep.daemon.large_reader import LARGE


def ended_here(name: str) -> bool:
    """Whether this is the name of a holder on this machine whose thread is gone (Linux proc(5)).

    What reads large mails for a worker has its name and a word more.
    """
    host, _, number = name.removesuffix(LARGE).rpartition("-")
    return host == socket.gethostname() and not Path(f"/proc/{number}").exists()
