"""The secret of a webhook: derived from the install's own, shown when it is made or replaced."""

import hmac
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.config.keys import secrets_for
from aupkeep.model.standard_webhook import secret_of
from aupkeep.model.webhook import Webhook


def secret_for(context: AppContext, webhook: Webhook) -> str:
    """The newest secret, `whsec_…`, as its receiver keeps it."""
    return secret_of(_key(context, webhook.id, webhook.generation))


def signing_keys(context: AppContext, webhook: Webhook, now: datetime) -> list[bytes]:
    """The keys that sign now, the newest first: two for a day after one was replaced."""
    return [_key(context, webhook.id, number) for number in webhook.generations(now)]


def _key(context: AppContext, webhook: str, generation: int) -> bytes:
    root = secrets_for(context.home, "tokens")[0]  # the oldest: a newer one changes no receiver's
    return hmac.digest(root, f"event-webhook {webhook} {generation}".encode(), "sha256")
