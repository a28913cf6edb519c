"""The publisher's schema of report types, fetched daily; anything else never replaces it."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.feeds.download import NetworkAccess, fetcher_of
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.shadowserver_schema import fetched_file
from aupkeep.intake.feed import MEBI, FeedRequest, FetchLimits
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.shadowserver.schema import read_schema
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Forbidden, Unreadable
from aupkeep.store import inventory

log = structlog.get_logger("feeds")
NAME = "shadowserver-schema"
EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)  # after a fetch that failed
LIMITS = FetchLimits(size=8 * MEBI, unpacked=16 * MEBI, seconds=60.0, requests=1)


def fetch_schema_due(context: AppContext, network: NetworkAccess) -> bool:
    """Fetch the schema where `[intake] shadowserver_schema_url` names one and it is a day old.

    A trouble is logged and tried again in an hour: the schema that is there stays. True = fetched.
    """
    file = fetched_file(context.home)
    tried = file.with_suffix(".tried")
    due = _age(file, context) >= EVERY and _age(tried, context) >= AGAIN
    if not context.settings.intake.shadowserver_schema_url or not due:
        return False
    try:
        fetch_schema(context, network)
    except AupkeepError as error:
        tried.touch()
        _dated(tried, context)
        log.warning("no schema", feed=NAME, why=str(error))
        return False
    tried.unlink(missing_ok=True)
    return True


def fetch_schema(context: AppContext, network: NetworkAccess) -> int:
    """Fetch it now; the answer is how many new report types it has.

    Raises `Unreadable` for what is no schema, `Forbidden` for an address that is not https and not
    declared as inside, `Failed` as a fetch does.
    """
    url = context.settings.intake.shadowserver_schema_url
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    if not url.startswith("https://") and host not in context.settings.feeds.inside:
        raise Forbidden(f"schema: expected an https address, found {url[:60]!r}")
    ours = OwnPrefixes(space.prefix for space in inventory.own_space())
    fetcher = fetcher_of(context, LIMITS, ours, network)
    data = fetcher.fetch(FeedRequest(NAME, url)).data or b""
    try:
        types, columns = read_schema(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"schema: expected UTF-8, found {error.reason}") from error
    _keep(context, data, types=len(types), columns=len(columns))
    return len(types)


def _keep(context: AppContext, data: bytes, **counts: int) -> None:
    """Replace the last one atomically; a change is in the journal."""
    file = fetched_file(context.home)
    if file.exists() and file.read_bytes() == data:
        _dated(file, context)
        return
    digest = hashlib.sha256(data).hexdigest()
    payload = {"feed": NAME, "digest": digest, "size": len(data), **counts}
    record(context, entry(context, EntryType.FEED_FETCHED, SYSTEM, payload))
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    _dated(fresh, context)
    fresh.replace(file)


def _dated(file: Path, context: AppContext) -> None:
    """Set the file's time to now."""
    os.utime(file, times=(context.now().timestamp(),) * 2)


def _age(file: Path, context: AppContext) -> timedelta:
    """How long ago a file was written; for ever when there is none."""
    try:
        return context.now() - datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta.max
