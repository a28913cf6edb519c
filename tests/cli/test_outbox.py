"""Work that was given up, from the shell: listed, and given back to the workers."""

from datetime import timedelta

import pytest

from app.conftest import NOON, report
from aupkeep.app.context import open_context
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.config.home import Home
from aupkeep.model.raw import Channel
from aupkeep.store import outbox


@pytest.fixture
def deadly(aupkeep):
    """A home with a mail over whose reading every worker died."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    context = open_context(Home(aupkeep.home))
    receive(context, report("203.0.113.1", NOON), RawEnvelope(channel=Channel.FILE))
    now = context.now()
    for _ in range(outbox.MAX_ATTEMPTS + 1):
        outbox.lease(("read",), now, 60, 1, "w")
        now += timedelta(seconds=61)
    return aupkeep


@pytest.mark.parametrize("runner", ["here"], indirect=True)
def test_a_mail_that_killed_its_workers_is_seen_and_given_back(deadly, monkeypatch):
    """Nobody would read it, and it stood in no list: doctor names it, and one command mends it."""
    monkeypatch.setattr("aupkeep.app.notifying.delivery.relay_trouble", lambda _: "")
    checks = {check["check"]: check for check in deadly("doctor").value}
    assert (checks["outbox"]["ok"], checks["outbox"]["remedy"]) == (False, "aupkeep outbox list")
    assert "workers died 10 times" in checks["outbox"]["found"]
    (letter,) = deadly("outbox", "list").value
    assert (letter["kind"], letter["needed"], letter["attempts"]) == ("read", True, 10)
    assert deadly("outbox", "replay", letter["effect"]).code == 0
    assert deadly("outbox", "list").value == []
    assert outbox.pending(["read"]) == 1
    assert {c["check"]: c["ok"] for c in deadly("doctor").value}["outbox"]
    assert deadly("outbox", "replay", letter["effect"]).code == 4, "it is not dead any more"
