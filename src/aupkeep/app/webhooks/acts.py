"""What is done with webhooks: by the desk with all of them, by a reseller with its own.

Each act is an entry in the journal, without the address: it may hold a secret of the receiver's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.tokens import reseller_of
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.webhooks.events import TESTED, names_for
from aupkeep.app.webhooks.secret import secret_for
from aupkeep.app.webhooks.standing import WebhookLine, lines
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.roles import StaffAct
from aupkeep.model.webhook import Webhook
from aupkeep.store import log, webhooks

MOST = 20  # that stand of one owner
LONGEST_NAME, LONGEST_URL = 60, 1_000
ADDRESS = "expected an address such as https://host/path, without a name and password"


@dataclass(frozen=True, slots=True)
class WebhookOwner:
    """Who acts: the desk (`customer` None) with every webhook, a reseller with its own."""

    actor: Actor
    customer: str | None = None

    def may(self, webhook: Webhook) -> bool:
        """Whether a webhook is this one's to act on."""
        return self.customer is None or webhook.customer == self.customer


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecret:
    """A webhook with its secret, which is shown when it is made and when it is replaced."""

    webhook: str
    name: str
    url: str
    events: tuple[str, ...]
    secret: str


def desk_owner(person: str) -> WebhookOwner:
    """A person of the desk who may change settings. Raises `Forbidden`."""
    return WebhookOwner(authorised(person, StaffAct.SETTINGS))


def reseller_owner(token: str) -> WebhookOwner:
    """A reseller's program, by its token's name. Raises `Forbidden`."""
    customer = reseller_of(token)
    return WebhookOwner(Actor(kind=ActorKind.CUSTOMER, id=customer), customer)


def add_webhook(
    context: AppContext, owner: WebhookOwner, name: str, url: str, events: Sequence[str] = ()
) -> WebhookSecret:
    """Make one; it is told of what happens from now on. Raises `Invalid`, `Conflict`."""
    named = name.strip()
    if not named or len(named) > LONGEST_NAME or not named.isprintable():
        raise Invalid(f"name: expected 1 to {LONGEST_NAME} characters, found {name[:80]!r}")
    _check_url(context, url)
    known = names_for(owner.customer)
    if unknown := sorted(set(events) - set(known)):
        expected = ", ".join(known)
        raise Invalid(f"events: expected of {expected}; found {unknown[0][:40]!r}")
    own = [hook for hook in webhooks.live() if hook.customer == owner.customer]
    if any(hook.name == named for hook in own):
        raise Conflict(f"webhook {named!r} stands already; remove it or choose another name")
    if len(own) >= MOST:
        raise Conflict(f"webhooks: expected at most {MOST}, found {len(own)}; remove one")
    webhook = Webhook(
        id=context.new_id(),
        name=named,
        url=url,
        events=tuple(name for name in known if name in events),
        customer=owner.customer,
        made_by=owner.actor.id,
        made_at=context.now(),
    )
    said = {"host": _host(url), "events": list(webhook.events)}
    _write(context, owner, webhook, "made", said, lambda: webhooks.place(webhook.id, log.size()))
    return _shown(context, webhook)


def try_webhook(context: AppContext, owner: WebhookOwner, name: str) -> WebhookLine:
    """Send it the event `webhook.test`, behind all that waits. Raises `Missing`, `Conflict`."""
    webhook = _named(owner, name)
    if webhook.stopped_at is not None:
        raise Conflict(f"webhook {webhook.name!r} is stopped: {webhook.stopped_why}; resume it")
    return _write(context, owner, webhook, TESTED)


def roll_secret(context: AppContext, owner: WebhookOwner, name: str) -> WebhookSecret:
    """Replace its secret; for a day both sign. Raises `Missing`, `Conflict` within that day."""
    webhook, now = _named(owner, name), context.now()
    if len(webhook.generations(now)) > 1:
        raise Conflict(f"webhook {webhook.name!r}: its secret was replaced within a day; wait")
    rolled = replace(webhook, generation=webhook.generation + 1, rolled_at=now)
    _write(context, owner, rolled, "rolled", seen=webhook)
    return _shown(context, rolled)


def resume_webhook(
    context: AppContext, owner: WebhookOwner, name: str, *, skip: bool = False
) -> WebhookLine:
    """Let a stopped or failing one go on at once; with `skip` from now on, else where it was.

    Raises `Missing`.
    """
    webhook = _named(owner, name)
    going = replace(webhook, stopped_at=None, stopped_why="")
    known = webhooks.positions([webhook.id]).get(webhook.id)

    def place() -> None:
        behind = known is None or skip
        webhooks.place(webhook.id, log.size() if behind or known is None else known.next)

    said = {"skipped": skip}
    return _write(context, owner, going, "resumed", said, place, seen=webhook)


def redeliver(context: AppContext, owner: WebhookOwner, name: str, since: str) -> WebhookLine:
    """Send again what happened since a moment, with its offset. Raises `Missing`, `Invalid`."""
    webhook, moment = _named(owner, name), parse_moment(since)
    if moment > context.now():
        raise Invalid(f"since: expected a moment that has been, found {since[:40]!r}")
    start = webhooks.index_at(moment)
    said = {"since": show_moment(moment)}
    return _write(
        context, owner, webhook, "redelivered", said, lambda: webhooks.place(webhook.id, start)
    )


def remove_webhook(context: AppContext, owner: WebhookOwner, name: str) -> WebhookLine:
    """Send it nothing more, for ever. Raises `Missing`."""
    webhook = _named(owner, name)
    gone = replace(webhook, removed_at=context.now())
    back = lambda: webhooks.take_back(webhook.id)  # noqa: E731 - the write of one line
    return _write(context, owner, gone, "removed", check=back, seen=webhook)


def _write(
    context: AppContext,
    owner: WebhookOwner,
    webhook: Webhook,
    change: str,
    said: Mapping[str, object] | None = None,
    check: Callable[[], None] | None = None,
    *,
    seen: Webhook | None = None,
) -> WebhookLine:
    payload: dict[str, object] = {
        "webhook": webhook.id, "change": change, "name": webhook.name,
        "customer": webhook.customer, **(said or {}),
    }  # fmt: skip
    made = entry(context, EntryType.WEBHOOK_CHANGED, owner.actor, payload)
    changed = seen is not None or change == "made"
    record(
        context,
        made,
        rows=[webhook] if changed else [],
        seen=[seen] if seen is not None else [],
        check=check,
    )
    return lines([webhook])[0]


def _named(owner: WebhookOwner, name: str) -> Webhook:
    """By id or name, among those this owner may act on; its own before others' of the name."""
    mine = [hook for hook in webhooks.live() if owner.may(hook) and name in {hook.id, hook.name}]
    mine.sort(key=lambda hook: hook.customer != owner.customer)
    if not mine:
        raise Missing(f"webhook: expected one that stands, found {name[:60]!r}")
    return mine[0]


def _shown(context: AppContext, webhook: Webhook) -> WebhookSecret:
    return WebhookSecret(
        webhook=webhook.id,
        name=webhook.name,
        url=webhook.url,
        events=webhook.events,
        secret=secret_for(context, webhook),
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _check_url(context: AppContext, url: str) -> None:
    """Raises `Invalid` for what is no address, and for one without TLS outside."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid(f"url: {ADDRESS}") from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or not parts.hostname or parts.username or parts.fragment or port == 0:
        raise Invalid(f"url: {ADDRESS}")
    inside = parts.hostname in context.settings.webhooks.inside
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise Invalid("url: expected https; http is enough for a host in [webhooks] inside")
