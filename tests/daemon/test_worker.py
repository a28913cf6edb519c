"""The worker's loop: what it held when a turn failed, and what dead workers hold, is free."""

import os
import socket

from aupkeep.app import worker as work
from aupkeep.app.context import open_context
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.daemon.thread_names import ended_here
from aupkeep.model.raw import Channel


def test_workers_of_this_machine_that_ended_are_known():
    """Also those that read large mails; those of other machines never."""
    host = socket.gethostname()
    gone = 2**22 + 1  # above the highest number of a process (Linux proc(5), pid_max)
    assert ended_here(f"{host}-{gone}")
    assert ended_here(f"{host}-{gone}-large")
    assert not ended_here(f"{host}-{os.getpid()}")
    assert not ended_here(f"{host}-{os.getpid()}-large")
    assert not ended_here(f"another-{gone}")


def test_what_a_failed_turn_held_is_free_at_its_next(sqlite_home):
    """Not when its lease runs out; what another worker holds stays with it."""
    context = open_context(sqlite_home)
    for number in range(2):
        receive(context, b"Subject: %d\r\n\r\nx" % number, RawEnvelope(channel=Channel.LMTP))
    (other,) = work.lease(context, worker="other", seconds=60, limit=1)
    (first,) = work.lease(context, worker="this", seconds=60, limit=1)
    (again,) = work.lease(context, worker="this", seconds=60, limit=2)
    assert again.effect.id == first.effect.id != other.effect.id
    assert again.token > first.token
