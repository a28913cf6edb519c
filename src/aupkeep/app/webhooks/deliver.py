"""Events sent: in order, each at least once, by one worker at a time for each webhook.

A webhook waits for its own receiver alone. What it does not take is tried again, later each time;
after three days of nothing but failures, or at once where the receiver says that it is gone, it is
stopped, and a person lets it go on.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.webhooks.events import WebhookEvent, event_of, name_of
from aupkeep.app.webhooks.secret import signing_keys
from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.http_client import Fetcher, FetchFailed
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict
from aupkeep.model.standard_webhook import signature_headers
from aupkeep.model.webhook import Webhook, WebhookPosition
from aupkeep.store import inventory, log, webhooks

LIMITS = FetchLimits(size=65_536, unpacked=65_536, seconds=10.0, idle=5.0)
LEASE = 60.0  # seconds: far more than a turn and the one try that may begin at its end
TURN, MANY = 10.0, 50  # seconds and events of one turn
STEP = 200  # entries that are read at once
UNWRITTEN = 5_000  # entries that are no events, passed before the position is written
WAITS = (1, 5, 30, 120, 600, 1800, 3600)  # seconds after the first failure, the second …
PATIENCE = timedelta(days=3)
TAKEN, GONE = range(200, 300), 410
WENT = "the receiver says that it is gone (410)"
MEDIA = "application/cloudevents+json"


class _Seen(NamedTuple):
    """That no event stands between a position and `until`; nobody writes that down."""

    next: int
    until: int


@dataclass(slots=True)
class WebhookSender:
    """What a worker sends with; `stop` ends a try that waits."""

    context: AppContext
    stop: threading.Event = field(default_factory=threading.Event)
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def due(self) -> list[str]:
        """The webhooks for which an event stands in the journal that may be sent now."""
        known = {hook.id: hook for hook in webhooks.live() if hook.stopped_at is None}
        if not known:
            return []
        size, free = log.size(), webhooks.due(self.context.now())
        return [number for number in known.keys() & free.keys()
                if self._has_event(known[number], free[number].next, size)]  # fmt: skip

    def _has_event(self, webhook: Webhook, start: int, size: int) -> bool:
        """Looks on from where the last look ended; a position that was set anew is looked at so."""
        seen = self._seen.get(webhook.id)
        at = seen.until if seen is not None and seen.next == start else start
        while at < size and at - start < UNWRITTEN:
            for logged in log.entries(start=at, limit=STEP):
                if logged.erased is None and name_of(webhook, logged.entry):
                    return True
                at = logged.index + 1
        self._seen[webhook.id] = _Seen(start, at)
        return at - start >= UNWRITTEN

    def send(self, number: str) -> int:
        """Send one webhook what is due, at most a turn; how many events were taken."""
        lease = webhooks.lease(number, self.context.now(), seconds=LEASE)
        webhook = webhooks.get(number)
        if lease is None or webhook is None or webhook.removed_at or webhook.stopped_at:
            return 0
        sent, position, until = 0, lease.position, time.monotonic() + TURN
        going = True
        try:
            while going and sent < MANY and time.monotonic() < until and not self.stop.is_set():
                position, going = self._send_next(webhook, position)
                sent += going
                webhooks.advance(lease, position)
            webhooks.advance(lease, position, over=True)
        except Conflict:  # a person has it now, or another worker
            return sent
        return sent

    def _send_next(
        self, webhook: Webhook, position: WebhookPosition
    ) -> tuple[WebhookPosition, bool]:
        """The position after the next event, and whether it was taken; False where none waits."""
        following = self._next_event(webhook, position.next)
        position = replace(position, next=following.at)
        if following.event is None:
            return position, False
        try:
            self._post(webhook, following.event)
        except (AupkeepError, OSError) as error:
            stopping = self.stop.is_set()  # then the try was cut off by us
            return position if stopping else self._failed(webhook, position, error), False
        now = self.context.now()
        return WebhookPosition(webhook=webhook.id, next=following.at + 1, told_at=now), True

    def _next_event(self, webhook: Webhook, start: int) -> "_NextEvent":
        """The first event from an index on; without one, how far there is none."""
        at, end = start, start + UNWRITTEN
        while at < end:
            page = log.entries(start=at, limit=STEP)
            if not page:
                break
            for logged in page:
                event = None if logged.erased else event_of(self.context, webhook, logged.entry)
                if event is not None:
                    return _NextEvent(logged.index, event)
                at = logged.index + 1
        return _NextEvent(at, None)

    def _post(self, webhook: Webhook, event: WebhookEvent) -> None:
        """One try. Raises `FetchFailed`, `_Gone`, and `Forbidden` for a place we do not go to."""
        context, settings = self.context, self.context.settings.webhooks
        body, now = json.dumps(event.body).encode(), context.now()
        keys = signing_keys(context, webhook, now)
        headers = {"Content-Type": MEDIA, **signature_headers(keys, event.id, now, body)}
        fetcher = Fetcher(
            limits=LIMITS,
            agent=f"aupkeep/{__version__} (+mailto:{context.settings.mail.sender})",
            own=OwnPrefixes(space.prefix for space in inventory.own_space()),
            inside=settings.inside,
            ca_file=str(context.home.path / settings.ca_file) if settings.ca_file else "",
            stop=self.stop,
            answers={*TAKEN, GONE},
            bodies=False,
            allowed_by="[webhooks] inside",
        )
        shown = urlsplit(webhook.url).hostname or ""  # the rest of an address may be a secret
        answer = fetcher.fetch(FeedRequest("event", webhook.url, "POST", body, headers, shown))
        if answer.status == GONE:
            raise _Gone(WENT)

    def _failed(
        self, webhook: Webhook, position: WebhookPosition, error: Exception
    ) -> WebhookPosition:
        """The position after a try that the receiver did not take; the webhook may stop with it."""
        now = self.context.now()
        since = position.failing_since or now
        why = _words(error)
        if isinstance(error, _Gone) or now - since >= PATIENCE:
            self._stop(webhook, why, now)
        wait = WAITS[min(position.failures, len(WAITS) - 1)]
        asked = error.wait if isinstance(error, FetchFailed) else 0.0
        return replace(
            position,
            failures=position.failures + 1,
            failing_since=since,
            error=why,
            due_at=now + timedelta(seconds=max(wait, min(asked, WAITS[-1]))),
        )

    def _stop(self, webhook: Webhook, why: str, now: datetime) -> None:
        payload: Mapping[str, object] = {
            "webhook": webhook.id, "change": "stopped", "name": webhook.name,
            "customer": webhook.customer, "why": why,
        }  # fmt: skip
        stopped = replace(webhook, stopped_at=now, stopped_why=why)
        said = entry(self.context, EntryType.WEBHOOK_CHANGED, SYSTEM, payload)
        record(self.context, said, rows=[stopped], seen=[webhook])


class _Gone(AupkeepError):
    """The receiver wants no more (410)."""


class _NextEvent(NamedTuple):
    at: int  # where the event stands; without one, how far there is none
    event: WebhookEvent | None


def _words(error: Exception) -> str:
    """Why a try failed, for people; the receiver's own words are cut short by the client."""
    said = str(error) or type(error).__name__
    return said.replace("expected a list", "expected 2xx").replace("expected 200", "expected 2xx")
