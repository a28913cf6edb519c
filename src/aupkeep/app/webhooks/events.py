"""Events: which entry of the journal is which, and what it says; CloudEvents 1.0 as JSON.

An event says that something happened, and how the case stands when it is sent. It names no
reporter, no contact and no person's words: whoever needs those reads the case, where who asks is
known. What is sealed is told to nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.app.context import AppContext
from aupkeep.app.modes import withheld
from aupkeep.app.pages.reseller.load import case_line
from aupkeep.model.action import Action
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.grant import GrantKind
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import Notice
from aupkeep.model.taxonomy import SEALED
from aupkeep.model.webhook import Webhook
from aupkeep.store import actions, below, cases, decisions, notices

TEST = "webhook.test"
TESTED = "tested"  # the change of a webhook that is itself an event
EVENTS: Mapping[EntryType, str] = {
    EntryType.CASE_OPENED: "case.opened",
    EntryType.CASE_CHANGED: "case.changed",
    EntryType.CASE_ASSIGNED: "case.assigned",
    EntryType.CASE_CLOSED: "case.closed",
    EntryType.DECISION_MADE: "decision.made",
    EntryType.ACTION_APPLIED: "measure.applied",
    EntryType.ACTION_ANNOUNCED: "measure.announced",
    EntryType.ACTION_RECORDED: "measure.recorded",
    EntryType.ACTION_FAILED: "measure.failed",
    EntryType.ACTION_LIFTED: "measure.lifted",
    EntryType.ACTION_EXPIRED: "measure.expired",
    EntryType.NOTICE_SENT: "notice.sent",
    EntryType.NOTICE_FAILED: "notice.failed",
    EntryType.ANSWER_GIVEN: "answer.given",
    EntryType.APPEAL_JUDGED: "appeal.judged",
}
AIM = ("address", "protocol", "port", "destination", "rate", "url", "name", "prefix_length")
TO_RESELLERS = frozenset({
    "notice.sent", "measure.applied", "measure.lifted", "measure.expired", "answer.given",
    "appeal.judged", "case.closed",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """`id` is the entry's: who gets it twice does it once. `body` is a CloudEvent."""

    id: str
    name: str
    body: Mapping[str, object]


def names_for(customer: str | None) -> tuple[str, ...]:
    """What a webhook may be told of: the provider's own of all, a reseller's of what it may see."""
    return tuple(name for name in EVENTS.values() if customer is None or name in TO_RESELLERS)


def name_of(webhook: Webhook, entry: Entry) -> str | None:
    """The event that an entry is for a webhook, by its type alone; None for none."""
    if entry.type is EntryType.WEBHOOK_CHANGED:
        said = entry.payload
        return TEST if (said.get("webhook"), said.get("change")) == (webhook.id, TESTED) else None
    name = EVENTS.get(entry.type)
    return name if name in (webhook.events or names_for(webhook.customer)) else None


def event_of(context: AppContext, webhook: Webhook, entry: Entry) -> WebhookEvent | None:
    """The event as this webhook may hear it; None where it is none, or not this one's to hear."""
    name = name_of(webhook, entry)
    if name is None:
        return None
    if name == TEST:
        return _event(context, entry, name, "", {"webhook": webhook.name})
    case = _case(context, webhook, entry)
    part = None if case is None else _part(webhook, entry)
    if case is None or part is None:
        return None
    line = as_json(case_line(case, decisions.of_case(case.id)))
    return _event(context, entry, name, case.reference, {"case": line, **part})


def _event(
    context: AppContext, entry: Entry, name: str, about: str, data: Mapping[str, object]
) -> WebhookEvent:
    body: dict[str, object] = {
        "specversion": "1.0",
        "id": entry.id,
        "source": context.settings.provider.url,
        "type": name,
        "time": show_moment(entry.at),
        "datacontenttype": "application/json",
        "data": data,
    }
    return WebhookEvent(entry.id, name, body | ({"subject": about} if about else {}))


def _case(context: AppContext, webhook: Webhook, entry: Entry) -> Case | None:
    """The case, where this webhook may hear of it now."""
    case = cases.get(entry.case) if entry.case else None
    if case is None or case.kind in SEALED:
        return None
    if webhook.customer is None:
        return case
    seen = below.get(webhook.customer, case.reference)
    return None if seen is None or withheld(context, GrantKind.NOTICES, seen) else seen


def _part(webhook: Webhook, entry: Entry) -> Mapping[str, object] | None:
    """What the event says beside its case; None where it is not told.

    Of measures a reseller hears what limits its customer, or did.
    """
    said = entry.payload
    if "action" in said:
        action = actions.get(str(said["action"]))
        hears = action is not None and (webhook.customer is None or action.took_effect)
        return {"measure": _measure(action)} if action is not None and hears else None
    if entry.type in {EntryType.NOTICE_SENT, EntryType.NOTICE_FAILED}:
        notice = notices.get(str(said.get("notice")))
        outside = notice is not None and notice.party.value in below.TOLD
        return {"notice": _notice(notice)} if notice is not None and outside else None
    decision = decisions.get(str(said["decision"])) if "decision" in said else None
    parts: dict[EntryType, dict[str, object]] = {
        EntryType.CASE_ASSIGNED: {"assignee": said.get("assignee")},
        EntryType.DECISION_MADE: {"decision": _decision(decision) if decision else None},
        EntryType.ANSWER_GIVEN: {"answer": {name: said.get(name) for name in ("answer", "kind")}},
        EntryType.APPEAL_JUDGED: {
            "appeal": {"answer": said.get("appeal"), "judgement": said.get("judgement")}
        },
    }
    return parts.get(entry.type, {})


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.id,
        "measure": decision.measure.value,
        "level": decision.level.name,
        "clause": decision.clause,
        "evidence": decision.evidence.name,
        "rule": decision.versions.rule,
        "starts": as_json(decision.starts),
        "ends": as_json(decision.ends),
        "reverses": decision.reverses,
    }


def _measure(action: Action) -> dict[str, object]:
    return {
        "action": action.id,
        "decision": action.decision,
        "measure": action.measure.value,
        "level": action.level.name,
        "target": action.target,
        "aim": {name: aim for name in AIM if (aim := as_json(getattr(action.scope, name)))},
        "state": action.became,
        "until": as_json(action.until),
        "automatic": action.automatic,
    }


def _notice(notice: Notice) -> dict[str, object]:
    return {"notice": notice.id, "kind": notice.kind.value, "party": notice.party.value}
