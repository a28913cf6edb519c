"""Webhooks that are sent nothing, or whose receivers take nothing. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.model.counted import counted
from aupkeep.model.webhook import Webhook, WebhookPosition

MOST = 3  # that are named
LONG = timedelta(minutes=15)  # a receiver that is restarted is back by then


def webhooks_check(
    live: Sequence[Webhook], known: Mapping[str, WebhookPosition], now: datetime
) -> tuple[DoctorCheck, ...]:
    """One check for all; none where no webhook stands."""
    if not live:
        return ()
    failing = [(hook, why) for hook in live if (why := _trouble(hook, known.get(hook.id), now))]
    text = "; ".join(f"{hook.name}: {why}" for hook, why in failing[:MOST])
    remedy = ""
    if failing:
        remedy = f"mend its receiver, then: aupkeep webhook resume {failing[0][0].id}"
    return (
        DoctorCheck(
            check="webhooks",
            ok=not failing,
            found=text or f"{counted(len(live), 'webhook')}, whose receivers take what is sent",
            remedy=remedy,
        ),
    )


def _trouble(webhook: Webhook, position: WebhookPosition | None, now: datetime) -> str:
    if webhook.stopped_at is not None:
        return f"stopped: {webhook.stopped_why}"
    since = position.failing_since if position else None
    if position is None or since is None or now - since < LONG:
        return ""
    return f"{counted(position.failures, 'try', 'tries')} in a row failed: {position.error}"
