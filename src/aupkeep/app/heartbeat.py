"""A sign of life to an external monitor, sent while worker, signer and database are alive.

Whoever watches alarms where it stays away: so nothing is sent when a link of the chain is broken,
least of all a word that says so. It is a POST of JSON, signed as Standard Webhooks 1.0.0 says.
"""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.app.signing.client import signer_status
from aupkeep.config.keys import is_separated
from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.http_client import Fetcher
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.moments import show_moment
from aupkeep.store import checkpoints, health, log, outbox, refresh

LIMITS = FetchLimits(size=16_384, unpacked=16_384, seconds=10.0, idle=5.0)
ANSWERS = frozenset(range(200, 300))
LATE = timedelta(minutes=5)  # due work that waits longer says that no worker works


def broken_link(context: AppContext, worker_alive: Callable[[], bool]) -> str:
    """Which link of the chain is broken, in words; "" while all are alive."""
    refresh()
    if not health.reachable():
        return "the database does not answer"
    if not worker_alive():
        return "the worker does not finish its turns"
    now = context.now()
    oldest = min((first for _, first in outbox.waiting(now).values()), default=now)
    if now - oldest > LATE:
        return f"work that was due at {show_moment(oldest)} waits"
    return _unsigned(context)


def _unsigned(context: AppContext) -> str:
    """Why the signer does not sign, "" while it does or nothing waits for it."""
    now = context.now()
    if is_separated(context.home, "journal"):
        try:
            if trouble := signer_status(context.home).trouble:
                return f"the signer: {trouble}"
        except Unavailable as error:
            return str(error)
    first = log.entries(start=checkpoints.newest_size(), limit=1)
    if first and now - first[0].entry.at > LATE:
        return f"an entry of {show_moment(first[0].entry.at)} is not signed"
    return ""


def send_heartbeat(context: AppContext) -> None:
    """Send the word. Raises `AupkeepError` where nobody took it."""
    settings = context.settings.heartbeat
    now = context.now()
    number = context.new_id()
    event = {
        "type": "aupkeep.heartbeat",
        "timestamp": show_moment(now),
        "data": {
            "origin": context.settings.provider.origin,
            "version": __version__,
            "entries": log.size(),
            "signed": checkpoints.newest_size(),
        },
    }
    body = json.dumps(event, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", "webhook-id": number}
    headers["webhook-timestamp"] = seconds = str(int(now.timestamp()))
    if secret := settings.open_secret():
        headers["webhook-signature"] = f"v1,{signature(secret, number, seconds, body)}"
    fetcher = Fetcher(
        limits=LIMITS,
        agent=f"aupkeep/{__version__}",
        inside=(urlsplit(settings.url).hostname or "",),  # the operator named it
        answers=ANSWERS,
    )
    try:
        fetcher.fetch(FeedRequest("heartbeat", settings.url, "POST", body, headers))
    except AupkeepError as error:  # at many watchers the address itself is the secret
        raise Unavailable(f"{settings.watcher}: it took no word ({type(error).__name__})") from None


def signature(secret: bytes, number: str, seconds: str, body: bytes) -> str:
    """The signature of Standard Webhooks: HMAC-SHA-256 over id, time and body, in base64."""
    signed = b".".join([number.encode(), seconds.encode(), body])
    return base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
