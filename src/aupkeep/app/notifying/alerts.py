"""Alerts to who is on call: raised from what is seen, sent step by step, acknowledged by a person.

The journal is their record. Each step of `[[alerts.to]]` is an effect that is due when the step
begins; once somebody has acknowledged the alert it does nothing. So escalation needs no clock. A
step that mails somebody who is away when it is raised is left out, and the next begins in its
place; where everybody who would be mailed is away, all are told.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from aupkeep import __version__, plugins
from aupkeep.app.access.absences import away_until
from aupkeep.app.access.authority import authorised
from aupkeep.app.access.links import digest_of
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.config.alerts import MAIL, AlertTargetSettings
from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.http_client import Fetcher, FetchFailed
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.alert import RANKS, OnCallAlert, Severity
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.roles import StaffAct
from aupkeep.notify.alert_channel import AlertChannel
from aupkeep.store import log, outbox
from aupkeep.store.outbox import Lease

DAY = timedelta(days=1)
MOST = 500  # alerts that are looked through
LIMITS = FetchLimits(size=65_536, unpacked=65_536, seconds=10.0, idle=5.0)
TAKEN = frozenset(range(200, 300))


def channels() -> dict[str, AlertChannel]:
    """The channels that are plugins, by name."""
    return plugins.plugins("aupkeep.notify.alerting", "CHANNEL")


def raise_alert(
    context: AppContext, cause: str, severity: Severity, what: str
) -> OnCallAlert | None:
    """Raise an alert; None where its cause had one within a day, or nobody is on call for it."""
    steps = [
        target
        for target in context.settings.alerts.to
        if RANKS[severity] >= RANKS[Severity(target.least)]
    ]
    now = context.now()
    recent = (alert for alert in list_alerts() if alert.raised_at > now - DAY)
    if not steps or any(alert.cause == cause for alert in recent):
        return None
    here = _present(context, steps)
    called = {target.name for target, _ in here}
    left = [target.name for target in steps if target.name not in called]
    payload: dict[str, object] = {"cause": cause, "severity": severity.value, "what": what}
    payload |= {"away": left} if left else {}
    raised = entry(context, EntryType.ALERT_RAISED, SYSTEM, payload)
    alert = OnCallAlert(
        id=raised.id, cause=cause, severity=severity, what=what, raised_at=raised.at
    )
    record(
        context,
        raised,
        effects=[_step(context, alert, target, minutes) for target, minutes in here],
    )
    return alert


def list_alerts(limit: int = MOST) -> list[OnCallAlert]:
    """Alerts, the newest first, each with who acknowledged it."""
    acks = {
        str(logged.entry.payload.get("alert")): logged.entry
        for logged in log.newest_first(MOST, types=(EntryType.ALERT_ACKNOWLEDGED,))
    }
    raised = log.newest_first(limit, types=(EntryType.ALERT_RAISED,))
    alerts = []
    for logged in raised:
        said, ack = logged.entry.payload, acks.get(logged.entry.id)
        if logged.erased is not None:
            continue
        alert = OnCallAlert(
            id=logged.entry.id,
            cause=str(said["cause"]),
            severity=Severity(str(said["severity"])),
            what=str(said["what"]),
            raised_at=logged.entry.at,
        )
        by = {"acknowledged_at": ack.at, "acknowledged_by": ack.actor.id} if ack else {}
        alerts.append(replace(alert, **by))  # type: ignore[arg-type]
    return alerts


def acknowledge(context: AppContext, alert_id: str, person: str) -> OnCallAlert:
    """Say that a person looks at it: no further step begins.

    Raises `Forbidden`, `Missing`, `Conflict` where somebody has already.
    """
    return acknowledge_as(context, alert_id, authorised(person, StaffAct.UNDO))


def acknowledge_as(context: AppContext, alert_id: str, actor: Actor) -> OnCallAlert:
    """The same by whoever was let in before. Raises `Missing`, `Conflict`."""
    known = next((alert for alert in list_alerts() if alert.id == alert_id), None)
    if known is None:
        raise Missing(f"alert: expected the id of one, found {alert_id[:60]!r}")
    if known.acknowledged_at is not None:
        raise Conflict(f"alert: expected nobody before, found {known.acknowledged_by}")
    said = entry(context, EntryType.ALERT_ACKNOWLEDGED, actor, {"alert": alert_id})
    record(context, said)
    return replace(known, acknowledged_at=said.at, acknowledged_by=actor.id)


def send_alert(context: AppContext, payload: dict[str, object], lease: Lease) -> None:
    """Do one step, unless the alert was acknowledged before or the step is no more.

    A channel that does not take it raises `OSError`, so that the outbox tries again.
    """
    fields = {name: str(value) for name, value in payload.items()}
    steps = {target.name: target for target in context.settings.alerts.to}
    target = steps.get(fields["target"])
    known = next((alert for alert in list_alerts() if alert.id == fields["alert"]), None)
    if target is None or known is None or known.acknowledged_at is not None:
        outbox.done(lease, context.now())
        return
    changes = ChangeSet()
    if target.channel == MAIL:
        _mail(context, known, target, changes)
    else:
        _post(context, known, target)
    sent = {"alert": known.id, "target": target.name, "channel": target.channel}
    changes.entries.append(entry(context, EntryType.ALERT_SENT, SYSTEM, sent))
    record_changes(context, changes, done=lease)


def raise_test(context: AppContext, person: str) -> OnCallAlert:
    """Raise an alert that says it is a test, to every step. Raises `Forbidden`, `Missing`."""
    authorised(person, StaffAct.SETTINGS)
    cause = f"test:{show_moment(context.now())}"
    raised = raise_alert(context, cause, Severity.CRITICAL, f"A test of the alerts, by {person}.")
    if raised is None:
        raise Missing("alerts: expected a step in the settings ([[alerts.to]]), found none")
    return raised


def _present(
    context: AppContext, steps: Sequence[AlertTargetSettings]
) -> list[tuple[AlertTargetSettings, int]]:
    """The steps whose person is here, with their minutes; all where each mail is to who is away.

    The next one begins when who is away would have been called, and those behind it as much sooner.
    """
    here: list[tuple[AlertTargetSettings, int]] = []
    sooner, freed = 0, None
    for target in sorted(steps, key=lambda step: step.after):
        at = target.after - sooner
        if _is_away(context, target):
            freed = at if freed is None else freed
            continue
        if freed is not None:
            sooner, at, freed = sooner + at - freed, freed, None
        here.append((target, at))
    mails = {target.channel == MAIL for target, _ in here}
    everybody = len(here) == len(steps) or True in mails
    return here if everybody else [(target, target.after) for target in steps]


def _is_away(context: AppContext, target: AlertTargetSettings) -> bool:
    """Whether a step writes to somebody of the desk who is away."""
    address = str(target.options.get("address", "")).lower()
    return target.channel == MAIL and address in away_until(context)


def _step(
    context: AppContext, alert: OnCallAlert, target: AlertTargetSettings, minutes: int
) -> Effect:
    return Effect(
        id=context.new_id(),
        kind="alert",
        key=f"alert:{alert.id}:{target.name}",
        payload={"alert": alert.id, "target": target.name},
        due_at=context.now() + timedelta(minutes=minutes),
    )


def link_words(alert: OnCallAlert, target: str) -> str:
    """What the token of a step's link is a MAC of; with a space, as no token that is stored."""
    return f"alert {alert.id} {target}"


def _link(context: AppContext, alert: OnCallAlert, target: AlertTargetSettings) -> str:
    """Where it is seen and acknowledged (`alert_links`)."""
    token = digest_of(context, link_words(alert, target.name))
    return f"{context.settings.provider.url}/alert/{token}/"


def _mail(
    context: AppContext, alert: OnCallAlert, target: AlertTargetSettings, changes: ChangeSet
) -> None:
    options = target.open_options()
    facts = provider_facts(context) | {
        "link": _link(context, alert, target),
        "severity": alert.severity,
        "what": alert.what,
        "raised_at": alert.raised_at,
        "number": alert.id,
    }
    language = language_of(str(options.get("language", context.settings.provider.language)))
    to = (Party.STAFF, str(options.get("address", "")), language)
    add_notice(context, make_notice(context, NoticeKind.ALERT, to, facts), changes)


def _post(context: AppContext, alert: OnCallAlert, target: AlertTargetSettings) -> None:
    known = channels()
    if target.channel not in known:
        expected = ", ".join([MAIL, *known])
        raise Invalid(f"channel: expected one of {expected}, found {target.channel[:40]!r}")
    options = target.open_options()
    link = _link(context, alert, target)
    made = known[target.channel].request(alert, options, link, context.now())
    feeds = context.settings.feeds
    fetcher = Fetcher(
        limits=LIMITS,
        agent=f"aupkeep/{__version__} (+mailto:{context.settings.mail.sender})",
        inside=(urlsplit(made.url).hostname or "",),  # the operator named it
        ca_file=str(context.home.path / feeds.ca_file) if feeds.ca_file else "",
        answers=TAKEN,
    )
    shown = f"the channel of {target.name}"
    try:
        fetcher.fetch(FeedRequest("alert", made.url, "POST", made.body, made.headers, shown))
    except FetchFailed as error:
        raise OSError(str(error).replace("expected a list", "expected 2xx")) from error
