"""Which flow rows outlive the retention: those about addresses of cases that are still open."""

from datetime import datetime, timedelta
from ipaddress import ip_network

from aupkeep.app.context import AppContext
from aupkeep.store import cases, refresh
from aupkeep.telemetry.history.retention import RetentionHold

AROUND = timedelta(days=1)  # before and after what a claim names
MOST = 20_000  # claims, the newest


def retention_holds(context: AppContext) -> list[RetentionHold]:
    """The holds as of now. Raises as the database does: then nothing may be forgotten."""
    del context
    refresh()
    spans: dict[str, tuple[datetime, datetime]] = {}
    for address, at in cases.named_addresses(MOST):
        first, last = spans.get(address, (at, at))
        spans[address] = min(first, at), max(last, at)
    return [
        RetentionHold(
            prefix=ip_network(address),
            since=int((first - AROUND).timestamp() * 1000),
            until=int((last + AROUND).timestamp() * 1000),
        )
        for address, (first, last) in spans.items()
    ]
