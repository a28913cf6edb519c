"""How webhooks stand: what each is told, when last, and what its receiver answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.webhook import Webhook, WebhookPosition
from aupkeep.store import webhooks


class WebhookState(StrEnum):
    """Whether its events arrive."""

    GOOD = "good"
    FAILING = "failing"  # its receiver did not take the last one; it is tried again
    STOPPED = "stopped"  # nothing is sent until a person lets it go on


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLine:
    """A webhook without its secret. `events` is empty where it is told of all it may hear of.

    `customer` is the reseller whose own it is, None for the provider's. `why` says what failed or
    why it was stopped, `since` from when on; `next_try` is when a failing one is tried again.
    """

    webhook: str
    name: str
    url: str
    events: tuple[str, ...]
    customer: str | None
    state: WebhookState
    told: datetime | None
    since: datetime | None = None
    why: str = ""
    next_try: datetime | None = None
    made: datetime
    made_by: str


def list_webhooks(customer: str | None = None) -> list[WebhookLine]:
    """Those that stand, by name: all, or a reseller's own."""
    return lines(hook for hook in webhooks.live() if customer is None or hook.customer == customer)


def lines(listed: Iterable[Webhook]) -> list[WebhookLine]:
    """These with how far each was told."""
    hooks = list(listed)
    known = webhooks.positions(hook.id for hook in hooks)
    return [_line(hook, known.get(hook.id)) for hook in hooks]


def _line(webhook: Webhook, position: WebhookPosition | None) -> WebhookLine:
    stopped = webhook.stopped_at is not None
    failing = position is not None and position.failures > 0 and not stopped
    state = WebhookState.FAILING if failing else WebhookState.GOOD
    return WebhookLine(
        webhook=webhook.id,
        name=webhook.name,
        url=webhook.url,
        events=webhook.events,
        customer=webhook.customer,
        state=WebhookState.STOPPED if stopped else state,
        told=position.told_at if position else None,
        since=webhook.stopped_at if stopped else position.failing_since if position else None,
        why=webhook.stopped_why if stopped else position.error if position else "",
        next_try=position.due_at if position is not None and failing else None,
        made=webhook.made_at,
        made_by=webhook.made_by,
    )
