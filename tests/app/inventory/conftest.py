"""A source that says what a test tells it, in the settings of a furnished desk."""

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_network

import pytest

from app.conftest import with_settings
from aupkeep.app.context import AppContext
from aupkeep.app.inventory import ask_sources, sync_source
from aupkeep.config.inventory import InventorySettings, InventorySourceSettings
from aupkeep.inventory.standing_source import SourceReading, StandingSource
from aupkeep.inventory.sync import SeenHolding

CLOUD = InventorySourceSettings(
    name="cloud", kind="told", url="https://cloud.example", precedence=10, every=60
)


class Told:
    """A source that says what the test tells it."""

    def __init__(self) -> None:
        self.reading: SourceReading | Exception = SourceReading()
        self.looks = 0
        self.during: Callable[[], None] = lambda: None

    def __call__(self, _now: datetime) -> SourceReading:
        self.looks += 1
        self.during()
        if isinstance(self.reading, Exception):
            raise self.reading
        return self.reading

    def says(self, **holders: str) -> None:
        """Whose each address is, written `_113_7="kari"` or `_113_7="kari/vm"`."""
        rows = []
        for name, who_has_it in holders.items():
            customer, _, resource = who_has_it.partition("/")
            prefix = ip_network(f"203.0{name.replace('_', '.')}")
            rows.append(SeenHolding(prefix=prefix, customer=customer, resource=resource or "vm"))
        self.reading = SourceReading(rows)


@pytest.fixture
def told(monkeypatch) -> Told:
    """The one kind of source there is."""
    known = Told()
    kinds = {"told": StandingSource("told", 60, lambda *_: known)}
    for module in (sync_source, ask_sources):
        monkeypatch.setattr(module, "standing_sources", lambda: kinds)
    return known


def with_source(context: AppContext, source: InventorySourceSettings = CLOUD) -> AppContext:
    """The context with that source in its settings."""
    inventory = InventorySettings(sources=(source,))
    return with_settings(context, inventory=inventory)


@pytest.fixture
def asked(furnished, told) -> AppContext:
    """The desk with the source; nothing was asked yet."""
    del told
    return with_source(furnished)
