"""Desired states out to the agents, their reports back into the journal."""

import dataclasses
import hashlib
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.enact import HAND
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import frozen_words
from aupkeep.app.notifying.customer_notice import tell_customer, tell_lifted
from aupkeep.app.notifying.forward import tell_desk
from aupkeep.app.notifying.notices import Following
from aupkeep.config.keys import signing_key
from aupkeep.enforcement.agent_report import FILE, ActionStatus, AgentReport, read_report
from aupkeep.enforcement.desired import DesiredState, open_signed, sign
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.protect import ProtectList, read_protect
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing
from aupkeep.store import actions, cases, customers, decisions, log

ENTRIES = {
    ActionState.APPLIED: EntryType.ACTION_APPLIED,
    ActionState.LIFTED: EntryType.ACTION_LIFTED,
    ActionState.EXPIRED: EntryType.ACTION_EXPIRED,
    ActionState.FAILED: EntryType.ACTION_FAILED,
}
NEXT = {
    ActionState.WANTED: {ActionState.APPLIED, ActionState.FAILED, ActionState.EXPIRED},
    ActionState.APPLIED: {ActionState.LIFTED, ActionState.EXPIRED},
    ActionState.LIFTING: {ActionState.LIFTED, ActionState.EXPIRED},
}
BY_HAND = {ActionState.WANTED: ActionState.APPLIED, ActionState.LIFTING: ActionState.LIFTED}
LOST = "not seen any more: "  # how the proof of a measure that stood begins when it is gone


def desired_path(context: AppContext, target: str) -> Path:
    """Where an agent on this machine finds its signed state. Raises `Invalid` for an odd name."""
    if not target or not all(letter.isalnum() or letter in "-_." for letter in target):
        raise Invalid(f"target: expected letters, digits, - _ and ., found {target[:60]!r}")
    if target.startswith("."):
        raise Invalid(f"target: expected a letter or digit first, found {target[:60]!r}")
    return context.home.desired / f"{target}.json"


def write_desired(context: AppContext, target: str) -> bool:
    """Write the target's signed state when it differs from the one written; True when it did."""
    path = desired_path(context, target)
    key = signing_key(context.home, "desired")
    now = context.now()
    last = _last(path, target, context)
    state = DesiredState(
        target=target,
        serial=0,
        made_at=now,
        actions=tuple(_plain(action) for action in actions.wanted(target, now)),
        protect=_protect(context),
        frozen=frozen_words(context.home) is not None,
    )
    if last is not None and _content(last) == _content(state):
        return False
    serial = max(int(now.timestamp() * 1000), last.serial + 1 if last else 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, sign(dataclasses.replace(state, serial=serial), key), mode=0o644)
    return True


def desired_bytes(context: AppContext, target: str) -> bytes:
    """The signed state for an agent on another machine. Raises `Missing`."""
    path = desired_path(context, target)
    if not path.exists():
        raise Missing(f"target: expected one with a desired state, found {target[:60]!r}")
    return path.read_bytes()


def _last(path: Path, target: str, context: AppContext) -> DesiredState | None:
    """The state written before; a damaged file counts as none."""
    from aupkeep.config.keys import public_keys

    try:
        keys = public_keys(context.home, "desired")
        return open_signed(path.read_bytes(), keys, target=target, last_serial=0)
    except (OSError, AupkeepError):
        return None


def _content(state: DesiredState) -> DesiredState:
    """What a state says, without when and as which number."""
    return dataclasses.replace(state, serial=0, made_at=datetime.min)  # noqa: DTZ901 - compared only


def _plain(action: Action) -> Action:
    """The action as the agent needs it: as wanted, without what was read back."""
    return dataclasses.replace(action, state=ActionState.WANTED, proof=None, changed_at=None)


def _protect(context: AppContext) -> ProtectList:
    """The operator's protected prefixes, and every customer tagged protected.

    `critical` is not among them: it keeps automation away, while people may act with care.
    """
    rows = [str(ip_network(text, strict=False)) for text in context.settings.deciding.protected]
    marked = _marked(str(context.home.path), log.last(EntryType.CUSTOMERS_IMPORTED))
    return read_protect([*rows, *(f"customer:{name}" for name in marked)])


@lru_cache(maxsize=4)
def _marked(home: str, imported: datetime | None) -> tuple[str, ...]:
    """The protected customers as of the last import; loading all of them each second is dear."""
    del home, imported  # they are what the answer depends on
    return tuple(customer.id for customer in customers.all() if "protected" in customer.tags)


def take_reports(context: AppContext) -> tuple[int, list[str]]:
    """Read the status of every agent on this machine: how many actions changed, what was unread.

    A status that cannot be read keeps no other from being taken.
    """
    changed = 0
    unread: list[str] = []
    for path in sorted(context.home.agent.glob(f"*/{FILE}")):
        try:
            changed += take_status(context, path.parent.name, path.read_bytes())
        except FileNotFoundError:
            continue
        except (AupkeepError, OSError) as error:
            unread.append(f"{path.parent.name}: {error}")
    return changed, unread


_seen: dict[tuple[str, str], object] = {}  # home and target → status and states last compared


def take_status(context: AppContext, target: str, data: bytes) -> int:
    """Write down what an agent saw. Raises `Unreadable`, `Invalid` for a status that is none.

    What it says of actions that are not this target's, or of none of ours, changes nothing.
    """
    known = {one.id: one for one in actions.moving(target)}
    place = str(context.home.path), target
    compared = hashlib.sha256(data).digest(), frozenset((x.id, x.state) for x in known.values())
    if _seen.get(place) == compared:
        return 0
    report = read_report(data)
    if report.target != target:
        raise Invalid(f"status: expected one of {target}, found one of {report.target[:60]!r}")
    agent = Actor(kind=ActorKind.SYSTEM, id=f"agent:{target}", name=f"agent {target}")
    changes = [
        _changed(known[action_status.id], action_status)
        for action_status in report.actions
        if action_status.id in known
    ]
    changes += _refused(report, known)
    changes += _never_stood(context, report, known)
    taken = 0
    for action in (change for change in changes if change is not None):
        with suppress(Conflict):  # a person changed it meanwhile: the next look sees both
            write_seen(context, agent, known[action.id], action)
            taken += 1
    _seen[place] = compared
    return taken


def _changed(action: Action, told: ActionStatus) -> Action | None:
    """The action as the agent says, None when nothing is new or nothing may follow.

    A measure that stood and is not seen any more stays wanted, so that the agent mends it; what the
    agent says stands as its proof.
    """
    state, proof = told.state, told.proof
    if action.state is ActionState.APPLIED and state is ActionState.FAILED:
        lost = f"{LOST}{proof}"
        return None if action.proof == lost else _as_told(action, action.state, lost, told.at)
    if action.state is ActionState.APPLIED and state is ActionState.APPLIED:
        lost_before = (action.proof or "").startswith(LOST)
        return _as_told(action, state, proof, told.at) if lost_before else None
    if state not in NEXT.get(action.state, set()):
        return None
    return _as_told(action, state, proof, told.at)


def _as_told(action: Action, state: ActionState, proof: str, at: datetime) -> Action:
    return dataclasses.replace(action, state=state, proof=proof, changed_at=at)


def _refused(report: AgentReport, known: dict[str, Action]) -> list[Action | None]:
    """What the driver would not do, with its reason."""
    told = {action_status.id for action_status in report.actions}
    return [
        _as_told(known[name], ActionState.FAILED, reason, report.at)
        for name, reason in report.refused
        if name in known and name not in told and known[name].state is ActionState.WANTED
    ]


def _never_stood(
    context: AppContext, report: AgentReport, known: dict[str, Action]
) -> list[Action | None]:
    """What was lifted before the agent ever had it: it read a state without it and tells nothing.

    Else such an action would be "being lifted" until its time is over.
    """
    lifting = [action for action in known.values() if action.state is ActionState.LIFTING]
    told = {action_status.id for action_status in report.actions} | {
        name for name, _ in report.refused
    }
    if not lifting or report.controller:
        return []
    state = _last(desired_path(context, report.target), report.target, context)
    if state is None or report.serial < state.serial:
        return []
    wanted = {action.id for action in state.actions}
    return [
        _as_told(action, ActionState.LIFTED, "lifted before it stood anywhere", report.at)
        for action in lifting
        if action.id not in told and action.id not in wanted
    ]


def write_seen(
    context: AppContext, actor: Actor, before: Action, action: Action, *, tell: bool = True
) -> None:
    """One action's new state, and the word to the customer.

    Raises `Conflict` when it is no longer as it was `before`.
    """
    told = {"action": action.id, "proof": action.proof, "until": action.until.isoformat()}
    kind = ENTRIES[action.state]
    if (action.proof or "").startswith(LOST):
        kind = EntryType.ACTION_FAILED
    fresh = before.state is not action.state
    more = _words(context, action) if tell and fresh else None
    record(
        context,
        [entry(context, kind, actor, told, case=action.case), *(more.entries if more else ())],
        rows=[action, *(more.rows if more else ())],
        effects=more.effects if more else (),
        seen=[before],
    )


def confirm_by_hand(
    context: AppContext, action_id: str, *, proof: str, person: str
) -> dict[str, str]:
    """A person has done, or undone, what no driver carries, and says how they saw it.

    Raises `Missing`, `Invalid` without a proof, `Conflict` for an action that is not theirs to do.
    """
    action = actions.get(action_id)
    if action is None:
        raise Missing(f"action: expected a known id, found {action_id[:60]!r}")
    if not proof.strip():
        raise Invalid("proof: expected what you saw, found nothing")
    state = BY_HAND.get(action.state)
    if action.driver != HAND or state is None:
        raise Conflict(f"action {action.id}: expected one to do by hand, found it {action.state}")
    changed = _as_told(action, state, f"{person}: {proof.strip()}", context.now())
    write_seen(context, actor_of(person), action, changed, tell=state is ActionState.LIFTED)
    return {"action": action.id, "state": state.value}


def _words(context: AppContext, action: Action) -> Following | None:
    """What the customer is told: that it stands, once it was seen to stand; that it is gone."""
    if action.state in (ActionState.LIFTED, ActionState.EXPIRED):
        return tell_lifted(context, action)
    case, decision = cases.get(action.case), decisions.get(action.decision)
    if action.state is not ActionState.APPLIED or case is None or decision is None:
        return None
    follow = Following()
    about = load_case_context(context, case)
    tell_customer(context, about, decision, follow)
    tell_desk(context, about, decision, follow)
    return follow
