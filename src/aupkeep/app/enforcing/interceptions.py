"""Interceptions: what is diverted, for what purpose, until when, and who looked at how much.

Content is never looked at. What there is to see is how many connections the router diverted, or
how many mails wait, and each look at that is an entry of the journal with its reason. The machine
tells the number only then: a look has the desired state ask for it, and the next look tells it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.process_wake_up import wake_up
from aupkeep.model.action import Action, ActionState
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.ladder import INTERCEPTING
from aupkeep.model.roles import StaffAct
from aupkeep.store import actions, agent_heard, cases, decisions, log

LONGEST = 1000  # characters of a reason
MOST = 100  # interceptions in a list, the newest
WINDOW = timedelta(minutes=10)  # after a look, in which the agent tells the number


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptionLook:
    """One look: how many connections or mails were told, None where no agent had counted for it.

    In a list it is None too: a number is told to whoever looks, and writes down why.
    """

    at: datetime
    by: str
    reason: str
    connections: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptionRecord:
    """One interception. `purpose` are the reasons decided on, `people` who decided, in order."""

    action: str
    case: str
    customer: str
    resource: str
    address: str  # these two are "" where an account's mail is diverted
    destination: str
    account: str
    purpose: str
    clause: str
    people: tuple[str, ...]
    state: ActionState
    since: datetime
    until: datetime
    driver: str
    target: str
    looks: tuple[InterceptionLook, ...]


def list_interceptions(context: AppContext, person: str) -> list[InterceptionRecord]:
    """Every interception without any number, the newest first.

    Raises `Forbidden` for whose roles propose none.
    """
    del context
    authorised(person, StaffAct.PROPOSE)
    records = map(_record, actions.of_measures(INTERCEPTING, limit=MOST))
    return [replace(x, looks=tuple(replace(y, connections=None) for y in x.looks)) for x in records]


def look(context: AppContext, action_id: str, *, person: str, reason: str) -> InterceptionRecord:
    """Look at how much an interception diverted; who, when and why is written down first.

    The first look asks the router's agent, which tells for `WINDOW`; the next tells the number.
    Raises `Missing`, `Forbidden`, and `Invalid` without a reason.
    """
    actor = authorised(person, StaffAct.PROPOSE)
    action = actions.get(action_id)
    if action is None or action.measure not in INTERCEPTING:
        raise Missing(f"interception: expected a known one, found {action_id[:60]!r}")
    if not 0 < len(reason.strip()) <= LONGEST:
        length = len(reason.strip())
        raise Invalid(f"reason: expected 1 to {LONGEST} characters, found {length}")
    first, heard = looked_at(context).get(action.id), agent_heard.by_target().get(action.target)
    fresh = heard is not None and first is not None and heard.at >= first
    connections = heard.packets.get(action.id) if heard and fresh else None
    payload = {"action": action.id, "reason": reason.strip(), "connections": connections}
    looked = entry(context, EntryType.INTERCEPTION_VIEWED, actor, payload, case=action.case)
    record(context, looked)
    wake_up(context.home)
    return _record(action)


def looked_at(context: AppContext) -> Mapping[str, datetime]:
    """The interceptions that somebody looked at just now, each with its first look of these."""
    since = context.now() - WINDOW
    seen = log.newest_first(MOST, types=(EntryType.INTERCEPTION_VIEWED,))
    return {
        str(item.entry.payload.get("action")): item.entry.at
        for item in seen
        if not item.erased and item.entry.at >= since
    }


def untold(context: AppContext, known: Iterable[Action]) -> frozenset[str]:
    """The interceptions among these whose numbers nobody may see: no look asks for them."""
    intercepting = [action.id for action in known if action.measure in INTERCEPTING]
    return frozenset(intercepting) - looked_at(context).keys() if intercepting else frozenset()


def _record(action: Action) -> InterceptionRecord:
    case, decision = cases.get(action.case), decisions.get(action.decision)
    return InterceptionRecord(
        action=action.id,
        case=case.reference if case else action.reference,
        customer=action.scope.customer,
        resource=action.scope.resource,
        address=str(action.scope.address or ""),
        destination=str(action.scope.destination or ""),
        account=action.scope.account or "",
        purpose=decision.reasons if decision else "",
        clause=decision.clause if decision else "",
        people=_people(decision),
        state=action.state,
        since=action.starts,
        until=action.until,
        driver=action.driver,
        target=action.target,
        looks=_looks(action),
    )


def _people(decision: Decision | None) -> tuple[str, ...]:
    if decision is None:
        return ()
    return tuple(actor.name or actor.id for actor in (decision.author, *decision.approvers))


def _looks(action: Action) -> tuple[InterceptionLook, ...]:
    logged = log.entries(action.case, types=(EntryType.INTERCEPTION_VIEWED,))
    looks = []
    for item in logged:
        said = item.entry.payload
        if item.erased or said.get("action") != action.id:
            continue
        counted = said.get("connections")
        looks.append(
            InterceptionLook(
                at=item.entry.at,
                by=item.entry.actor.name or item.entry.actor.id,
                reason=str(said.get("reason", "")),
                connections=counted if isinstance(counted, int) else None,
            )
        )
    return tuple(looks)
