"""Webhooks by the API: of the desk by a person's own token, a reseller's own by its program's."""

from collections.abc import Callable

from django.http import HttpRequest
from ninja import Field, Router
from ninja.security import HttpBearer

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.tokens import ColleagueToken, ScopedToken, credential, person_of
from aupkeep.app.context import bound
from aupkeep.app.webhooks.acts import (
    WebhookOwner,
    add_webhook,
    desk_owner,
    redeliver,
    remove_webhook,
    reseller_owner,
    resume_webhook,
    roll_secret,
    try_webhook,
)
from aupkeep.app.webhooks.standing import list_webhooks
from aupkeep.model.as_json import as_json


class Hearing(ExactBody):
    """Where events are sent; without `events` all that may be heard of."""

    name: str = Field(min_length=1, max_length=60)
    url: str = Field(min_length=1, max_length=1_000)
    events: list[str] = []


class Resuming(ExactBody):
    """With `skip` what happened meanwhile is left out."""

    skip: bool = False


class Redelivering(ExactBody):
    """A moment with its offset."""

    since: str = Field(min_length=1, max_length=40)


def _router(tag: str, auth: HttpBearer, owner: Callable[[HttpRequest], WebhookOwner]) -> Router:
    """The doors of one kind of owner."""
    router = Router(tags=[tag], auth=auth)

    @router.get("", response=SEVERAL, operation_id=f"{tag}_webhooks")
    def get_webhooks(request: HttpRequest) -> object:
        """The webhooks with how each stands, by name."""
        return as_json(list_webhooks(owner(request).customer))

    @router.post("", response=ONE, operation_id=f"{tag}_webhook_add")
    def post_webhook(request: HttpRequest, said: Hearing) -> object:
        """Make one, which hears of what happens from now on; the answer holds its secret."""
        return as_json(add_webhook(bound(), owner(request), said.name, said.url, said.events))

    @router.post("/{webhook}/test", response=ONE, operation_id=f"{tag}_webhook_test")
    def post_test(request: HttpRequest, webhook: str) -> object:
        """Send the event `webhook.test`, behind all that waits."""
        return as_json(try_webhook(bound(), owner(request), webhook))

    @router.post("/{webhook}/roll", response=ONE, operation_id=f"{tag}_webhook_roll")
    def post_roll(request: HttpRequest, webhook: str) -> object:
        """Replace its secret; for a day both sign."""
        return as_json(roll_secret(bound(), owner(request), webhook))

    @router.post("/{webhook}/resume", response=ONE, operation_id=f"{tag}_webhook_resume")
    def post_resume(request: HttpRequest, webhook: str, said: Resuming) -> object:
        """Let a stopped or failing one go on at once."""
        return as_json(resume_webhook(bound(), owner(request), webhook, skip=said.skip))

    @router.post("/{webhook}/redeliver", response=ONE, operation_id=f"{tag}_webhook_redeliver")
    def post_redeliver(request: HttpRequest, webhook: str, said: Redelivering) -> object:
        """Send again what happened since a moment."""
        return as_json(redeliver(bound(), owner(request), webhook, said.since))

    @router.post("/{webhook}/remove", response=ONE, operation_id=f"{tag}_webhook_remove")
    def post_remove(request: HttpRequest, webhook: str) -> object:
        """Tell it nothing more, for ever."""
        return as_json(remove_webhook(bound(), owner(request), webhook))

    return router


def _desk(request: HttpRequest) -> WebhookOwner:
    return desk_owner(person_of(request))


def _reseller(request: HttpRequest) -> WebhookOwner:
    return reseller_owner(credential(request))


webhooks = _router("webhooks", ColleagueToken(), _desk)
reseller_webhooks = _router("reseller", ScopedToken("reseller"), _reseller)
