"""A database that takes connections and says nothing: who freezes is told, the doctor names it.

And work that nobody touches, a process that says nothing any more: doctor and console say so.
"""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.app.process_pulse import say_alive, say_ended
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.model.raw import Channel
from aupkeep.store import outbox

MOST = 60.0  # seconds on a busy machine; 6 and 9 on a quiet one


@pytest.mark.slow
@pytest.mark.network
def test_commands_do_not_wait_for_a_silent_database(sqlite_home):
    """The freeze is in force here and says who does not know of it; the doctor names the reason."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as deaf:
        url = f"postgresql://aupkeep@127.0.0.1:{deaf.getsockname()[1]}/aupkeep"
        env = {**os.environ, "AUPKEEP_DATABASE": url}
        begun = time.monotonic()
        freezing, visiting = (
            subprocess.Popen(
                [sys.executable, "-m", "aupkeep", *words, "-o", "json"],
                env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for words in (("freeze", "--reason", "a feed went wrong"), ("doctor",))
        )  # fmt: skip
        frozen, _ = freezing.communicate(timeout=MOST)
        checks, said = visiting.communicate(timeout=MOST)
        assert time.monotonic() - begun < MOST
    told = json.loads(frozen)
    assert (freezing.returncode, told["frozen"], told["reason"]) == (0, True, "a feed went wrong")
    assert "the database did not answer in 5 s" in told["journal"]
    assert "others do not know yet" in told["journal"]
    assert sqlite_home.freeze.exists()
    assert visiting.returncode == 12, said
    found = {check["check"]: check for check in json.loads(checks)}
    assert not found["database"]["ok"]
    assert "the database did not answer in 5 s" in found["database"]["found"]
    assert found["database"]["remedy"].startswith("pg_isready -h 127.0.0.1 -p ")
    assert "what was frozen elsewhere since is not known here" in found["freeze"]["found"]


def named(checks):
    """Checks by name."""
    return {check.check: check for check in checks}


def test_due_work_that_nobody_touches_is_told(furnished, now):
    """Five minutes after a mail came and no worker, doctor and console say since when it waits."""
    say_alive(furnished, "worker")
    envelope = RawEnvelope(channel=Channel.LMTP)
    receive(furnished, report("203.0.113.10", JUST_NOW), envelope)
    assert named(doctor(furnished, lambda _: ""))["work"].ok
    assert "work" not in named(page_hindrances(furnished))
    now.at += timedelta(minutes=6)
    told = named(page_hindrances(furnished))
    assert "2 pieces of work due and none being done" in told["work"].found
    assert "the last worker was heard" in told["work"].found
    assert told["work"].remedy == "aupkeep worker"
    assert "worker on " in told["processes"].found
    assert "says nothing since" in told["processes"].found
    say_alive(furnished, "worker")
    assert "processes" not in named(page_hindrances(furnished))


def test_a_queue_that_is_worked_off_is_no_alarm(furnished, now):
    """While a worker does something, what waits behind it is none that nobody touches."""
    envelope = RawEnvelope(channel=Channel.LMTP)
    receive(furnished, report("203.0.113.10", JUST_NOW), envelope)
    now.at += timedelta(minutes=6)
    assert outbox.lease(("read",), now(), 60, 1, "a worker")
    assert "work" not in named(page_hindrances(furnished))


def test_a_process_that_ended_in_order_is_no_alarm(furnished, now):
    """Stopped by its service manager it is not missed."""
    say_alive(furnished, "mailin")
    say_ended(furnished, "mailin")
    now.at += timedelta(hours=1)
    assert named(doctor(furnished, lambda _: ""))["processes"].ok
