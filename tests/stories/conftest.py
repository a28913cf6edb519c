"""The desk of these stories: the one of `app`, with pages."""

import pytest

from app.conftest import Clock, context, furnished, now, with_settings  # noqa: F401 - fixtures
from aupkeep.app import context as bound_context
from aupkeep.app.notifying import delivery
from aupkeep.notify.channels.smtp import Delivered
from stories.held_services import billed, by  # noqa: F401 - fixtures
from stories.webhook_receiver import hooked, webhook_desk  # noqa: F401 - fixtures


@pytest.fixture
def pages(context, monkeypatch):  # noqa: F811 - the fixture of that name
    """The desk's context, which may write many mails a day, bound to the pages."""
    desk = with_settings(context, mail={"notices_a_day": 1000})
    monkeypatch.setattr(bound_context, "_bound", [desk])
    return desk


@pytest.fixture
def outgoing(monkeypatch):
    """What the relay takes, by address."""
    sent: dict[str, list[bytes]] = {}

    def send(message: bytes, _back: str, to: str, _relay: object) -> Delivered:
        sent.setdefault(to, []).append(message)
        return Delivered(encrypted=True)

    monkeypatch.setattr(delivery, "send", send)
    return sent
