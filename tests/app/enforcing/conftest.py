"""A desk whose suspensions go to billing, by a signed webhook."""

import dataclasses
from collections.abc import Iterator

import pytest

from app.conftest import furnish
from aupkeep.app.context import bind
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from enforcement.receiver import SECRET, Receiver, receiving

HOLDS = ("suspend-resource", "suspend-account", "terminate")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def billed(context, receiver, monkeypatch):
    """A desk whose suspensions go to billing, and whose blocks to a router that records."""
    monkeypatch.setenv("BILLING_SECRET", SECRET)
    options = {"url": receiver.url, "secret": "env:BILLING_SECRET",
               "read_url": f"{receiver.url}/holds", "read_token": "readable"}  # fmt: skip
    billing = TargetSettings(name="billing", driver="webhook", measures=HOLDS, options=options)
    edge = TargetSettings(name="edge", driver="record", measures=("block-port", "isolate"))
    settings = dataclasses.replace(
        context.settings, enforcement=EnforcementSettings(targets=(edge, billing))
    )
    desk = dataclasses.replace(context, settings=settings)
    bind(desk)
    return furnish(desk)
