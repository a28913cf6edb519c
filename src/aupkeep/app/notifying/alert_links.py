"""The link in an alert: a look at it shows what is up, a press of its button acknowledges it.

Nothing is stored for it. Its token is a MAC of the alert and of the step that sent it, under the
home's keys of tokens: a second try of a channel carries the same link, a stolen database opens
none, and it is good for this one alert, for a day.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from aupkeep.app.access.authority import active_member, actor_for, allowance_of
from aupkeep.app.access.links import by_token
from aupkeep.app.context import AppContext
from aupkeep.app.notifying.alerts import acknowledge_as, link_words, list_alerts
from aupkeep.model.actor import BY_LINK, Actor, ActorKind
from aupkeep.model.alert import OnCallAlert
from aupkeep.model.errors import Gone, Missing
from aupkeep.model.roles import Allowance, StaffAct

LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAlert:
    """What a link opens: the alert, the name of the step that carried it, its case or ""."""

    alert: OnCallAlert
    target: str
    case: str


def linked_alert(context: AppContext, token: str) -> LinkedAlert:
    """The alert of a link. Raises `Missing` for an unknown link, `Gone` for one that is over."""
    steps = ((alert, step.name) for alert in list_alerts() for step in context.settings.alerts.to)
    linked = next(filter(lambda step: _opens(context, token, *step), steps), None)
    if linked is None:
        raise Missing("this link is unknown; look whether the address was copied whole")
    alert, target = linked
    if context.now() >= alert.raised_at + LIFE:
        raise Gone("this link is older than a day: look at aupkeep alert list")
    kind, _, name = alert.cause.partition(":")
    return LinkedAlert(alert=alert, target=target, case=name if kind == "case" else "")


def _opens(context: AppContext, token: str, alert: OnCallAlert, target: str) -> bool:
    """Whether this is the token of a step's link, by whichever key of the home."""
    words = link_words(alert, target)
    return by_token(context, lambda mac: hmac.compare_digest(mac, token) or None, words) is True


def acknowledge_by_link(context: AppContext, token: str, person: str | None) -> OnCallAlert:
    """Acknowledge the alert of a link: as who is signed in and may, else as whoever has the link.

    Raises `Missing`, `Gone`, `Conflict` where somebody has already.
    """
    linked = linked_alert(context, token)
    actor = Actor(kind=ActorKind.SYSTEM, id=f"{BY_LINK}{linked.target}", name="by link")
    if person is not None and allowance_of(person, StaffAct.UNDO) is Allowance.YES:
        actor = actor_for(active_member(person))
    return acknowledge_as(context, linked.alert.id, actor)
