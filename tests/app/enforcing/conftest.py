"""A desk whose suspensions go to billing, by a signed webhook."""

import pytest

from app.conftest import furnish, with_settings
from aupkeep.app.context import bind
from aupkeep.config.targets import EnforcementSettings, TargetSettings


@pytest.fixture
def billed(context, receiver, monkeypatch):
    """A desk whose suspensions go to billing, and whose blocks to a router that records."""
    edge = TargetSettings(name="edge", driver="record", measures=("block-port", "isolate"))
    targets = (edge, receiver.target(monkeypatch))
    desk = with_settings(context, enforcement=EnforcementSettings(targets=targets))
    bind(desk)
    return furnish(desk)
