"""Whether the collector runs and hears exporters now: only then does silence mean quiet."""

from datetime import datetime, timedelta

from aupkeep.app.telemetry.collector import state_files
from aupkeep.config.home import Home
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment

FRESH = timedelta(seconds=60)  # the collector writes its counts every two seconds
HEARD = timedelta(minutes=10)  # an exporter that is silent for longer shows nothing


def watching(home: Home, now: datetime) -> bool:
    """True while the collector runs here and hears an exporter."""
    stats = state_files.read(home.flows, state_files.STATS)
    if not isinstance(stats, dict) or not _within(stats.get("at"), now, FRESH):
        return False
    return any(_within(exporter.get("last"), now, HEARD) for exporter in stats.get("exporters", ()))


def _within(text: object, now: datetime, age: timedelta) -> bool:
    try:
        return now - parse_moment(str(text)) < age
    except Invalid:
        return False
