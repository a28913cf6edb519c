"""Agents' reports: what each agent read back, written down as the new state of its actions."""

import dataclasses
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.agent_words import (
    ENDED,
    NOT_GONE,
    STOOD,
    changed,
    claimed,
    in_trouble,
    reported,
)
from aupkeep.app.enforcing.back_to_desk import back_to_desk
from aupkeep.app.enforcing.desired_state import last_state
from aupkeep.app.enforcing.effect import note_effects
from aupkeep.app.enforcing.interceptions import untold
from aupkeep.app.enforcing.service_end import brings_back, end_hold
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.customer_notice import held_back, lifted_notice, notify_customer
from aupkeep.app.notifying.forward import forward_report
from aupkeep.enforcement.agent_outcome import NOT_WANTED
from aupkeep.enforcement.agent_report import FILE, AgentReport, read_report
from aupkeep.enforcement.durable_file import file_mark
from aupkeep.enforcement.ender import SAID
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.action import (
    MOVING,
    TOOK_EFFECT,
    UNHEARD,
    UNSET,
    Action,
    ActionState,
)
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict, Forbidden, Invalid
from aupkeep.model.ladder import INTERCEPTING
from aupkeep.store import actions, agent_heard, agent_keys, cases, decisions, log

ENTRIES = {
    ActionState.WANTED: EntryType.ACTION_WAITING,
    ActionState.PENDING: EntryType.ACTION_WAITING,
    ActionState.ANNOUNCED: EntryType.ACTION_ANNOUNCED,
    ActionState.APPLIED: EntryType.ACTION_APPLIED,
    ActionState.RECORDED: EntryType.ACTION_RECORDED,
    ActionState.LIFTED: EntryType.ACTION_LIFTED,
    ActionState.EXPIRED: EntryType.ACTION_EXPIRED,
    ActionState.FAILED: EntryType.ACTION_FAILED,
}
OFTEN = timedelta(seconds=30)  # a report is kept for people to see once in this time
LATELY = timedelta(minutes=10)  # how long drift is told
MOST_LINES = 20  # of drift, of foreign elements
SIGNED = (
    "a file of this machine is not taken: its agent is known by a key and reports to the API; "
    "aupkeep agent key forget, where the agent of this machine carries it now"
)
NOT_FOUND = f"{NOT_WANTED}; its agent finds nothing of it"
FORGOTTEN = (
    "its agent lost its memory and knows nothing of it: look at {target} and take it away there, "
    'then: aupkeep done {action} --proof "…"'
)


def take_reports(context: AppContext) -> tuple[int, list[str]]:
    """Read the status of every agent on this machine: how many actions changed, what was unread.

    A status that cannot be read keeps no other from being taken; nor does one of a target whose
    agent is known by its key, and reports to the API.
    """
    changed = 0
    unread: list[str] = []
    for path in sorted(context.home.agent.glob(f"*/{FILE}")):
        mark = file_mark(path), log.size()
        if _taken.get(path) == mark:
            continue
        try:
            if agent_keys.pinned(path.parent.name) is not None:
                raise Forbidden(SIGNED)
            changed += take_status(context, path.parent.name, path.read_bytes(), beside=True)
            _taken[path] = mark
        except FileNotFoundError:
            continue
        except (AupkeepError, OSError) as error:
            unread.append(f"{path.parent.name}: {error}")
    return changed, unread


_taken: dict[Path, object] = {}  # a report's file → it and the journal, as they were when taken
_seen: dict[tuple[str, str], object] = {}  # home and target → status and states last compared


def take_status(context: AppContext, target: str, data: bytes, *, beside: bool = False) -> int:
    """Write down what an agent saw. Raises `Unreadable`, `Invalid` for a status that is none.

    What it says of actions that are not this target's, or of none of ours, changes nothing. The
    file of an agent `beside` the server stands there when that agent hangs or is dead, too: it was
    heard when it wrote it.
    """
    known = {x.id: x for x in (*actions.moving(target), *actions.unheard(target))}
    place = str(context.home.path), target
    compared = hashlib.sha256(data).digest(), frozenset((x.id, x.state) for x in known.values())
    if _seen.get(place) == compared:
        return 0
    report, now = read_status(target, data), context.now()
    hidden = untold(context, known.values())
    report = dataclasses.replace(
        report,
        actions=tuple(
            dataclasses.replace(x, packets=None, counted_since=None) if x.id in hidden else x
            for x in report.actions
        ),
    )
    heard = min(now, report.at) if beside else now
    if report.controller.startswith(SAID):  # another process says it: the agent itself is silent
        last = agent_heard.by_target().get(target)
        heard = last.at if last else heard
    _hear(place, report, heard, counted=_intercepted(report, known))
    agent = Actor(kind=ActorKind.SYSTEM, id=f"agent:{target}", name=f"agent {target}")
    changes = [changed(action, it, now) for it in report.actions if (action := known.get(it.id))]
    changes += _refused(report, known, now)
    changes += _never_stood(context, report, known, now)
    taken = 0
    for action in (change for change in changes if change is not None):
        with suppress(Conflict):  # a person changed it meanwhile: the next look sees both
            write_seen(context, agent, known[action.id], action)
            taken += 1
    note_effects(context, report, known)
    _seen[place] = compared
    return taken


_heard: dict[tuple[str, str], tuple[datetime, object]] = {}  # home, target → when, what is kept
_drifted: dict[tuple[str, str], dict[str, datetime]] = {}  # home, target → what drifted, when last


def _intercepted(report: AgentReport, known: Mapping[str, Action]) -> frozenset[str]:
    """The interceptions whose numbers it tells."""
    counted = [x.id for x in report.actions if x.packets is not None and x.id in known]
    return frozenset(name for name in counted if known[name].measure in INTERCEPTING)


def _hear(
    place: tuple[str, str], report: AgentReport, at: datetime, *, counted: frozenset[str]
) -> None:
    """Keep what people look at of a report, now and then; `at` is by our clock.

    What drifted is kept for ten minutes: it was put back within seconds, and somebody is to see it.
    """
    lately = {line: seen for line, seen in _drifted.get(place, {}).items() if at - seen < LATELY}
    _drifted[place] = lately | dict.fromkeys(report.drift, at)
    last, before = _heard.get(place, (None, None))
    same = before == (report.controller, counted) and not report.drift
    if last is not None and timedelta(0) <= at - last < OFTEN and same:
        return
    _heard[place] = at, (report.controller, counted)
    agent_heard.put(
        agent_heard.AgentHeard(
            target=report.target,
            at=at,
            driver=report.driver,
            serial=report.serial,
            controller=report.controller,
            drift=tuple(_drifted[place])[-MOST_LINES:],
            foreign=report.foreign[:MOST_LINES],
            packets={x.id: x.packets for x in report.actions if x.packets is not None},
            counted_since={
                x.id: x.counted_since for x in report.actions if x.counted_since is not None
            },
        )
    )


def read_status(target: str, data: bytes) -> AgentReport:
    """An agent's report for this target. Raises `Unreadable`, `Invalid` for one that is none."""
    report = read_report(data)
    if report.target != target:
        raise Invalid(f"status: expected one of {target}, found one of {report.target[:60]!r}")
    return report


def _refused(report: AgentReport, known: dict[str, Action], now: datetime) -> list[Action | None]:
    """What the driver would not do, with its reason."""
    seen = {action_status.id for action_status in report.actions}
    return [
        reported(known[name], ActionState.FAILED, reason, report.at, now)
        for name, reason in report.refused
        if name in known and name not in seen and known[name].state is ActionState.WANTED
    ]


def _never_stood(
    context: AppContext, report: AgentReport, known: dict[str, Action], now: datetime
) -> list[Action | None]:
    """What is to be lifted and the agent tells nothing of: it read a state without it.

    Where it never stood it is over; else it would be "being lifted" until its time is. What stood
    is gone only where the system itself shows what is ours: an agent that lost its folder knows
    nothing, so a person looks.
    """
    lifting = [action for action in known.values() if action.state is ActionState.LIFTING]
    seen = {action_status.id for action_status in report.actions} | {
        name for name, _ in report.refused
    }
    if not lifting or report.controller:
        return []
    state = last_state(context, report.target)
    if state is None or report.serial < state.serial:
        return []
    wanted = {action.id for action in state.actions}
    unknown = [x for x in lifting if x.id not in seen and x.id not in wanted]
    return [_gone_untold(action, report, now) for action in unknown]


def _gone_untold(action: Action, report: AgentReport, now: datetime) -> Action | None:
    """What becomes of an action to be lifted that its agent knows nothing of."""
    seen = log.entries(action.case, types=tuple(ENTRIES[state] for state in STOOD))
    if not any(logged.entry.payload.get("action") == action.id for logged in seen):
        return reported(action, ActionState.LIFTED, UNSET, report.at, now)
    if action.driver == report.driver and _finds_own(action.driver):
        return reported(action, ActionState.LIFTED, NOT_FOUND, report.at, now)
    left = f"{NOT_GONE}{FORGOTTEN.format(target=action.target, action=action.id)}"
    return None if action.proof == left else reported(action, action.state, left, report.at, now)


def _finds_own(driver: str) -> bool:
    """Whether the system of a driver shows what is ours, or nothing of it ever limits anybody."""
    try:
        able = driver_named(driver).able
    except Invalid:
        return False
    return able.finds_own or not able.enforces


def forgotten(action: Action) -> bool:
    """Whether nobody but a person can tell that it is gone: what the agent did is on no record."""
    left = action.state is ActionState.LIFTING and (action.proof or "").startswith(NOT_GONE)
    return left and not _finds_own(action.driver)


def write_seen(
    context: AppContext, actor: Actor, before: Action, action: Action, *, tell: bool = True
) -> None:
    """One action's new state, and the word to the customer.

    Raises `Conflict` when it is no longer as it was `before`.
    """
    payload = {"action": action.id, "proof": action.proof, "until": action.until.isoformat()}
    kind = EntryType.ACTION_FAILED if in_trouble(action) else ENTRIES[action.state]
    fresh = before.state is not action.state or before.proof == UNHEARD
    more = end_hold(context, action) if fresh else ChangeSet()
    more.add((_words(context, action) if tell and fresh else None) or ChangeSet())
    unasked = action.state is ActionState.LIFTED and before.state in STOOD
    if claimed(action) or (fresh and (unasked or action.state is ActionState.FAILED)):
        more.add(back_to_desk(action))
    record(
        context,
        [entry(context, kind, actor, payload, case=action.case), *more.entries],
        rows=[action, *more.rows],
        effects=more.effects,
        seen=[before, *more.seen],
    )


def _words(context: AppContext, action: Action) -> ChangeSet | None:
    """What the customer is told: that it stands, once it was seen to stand; that it is gone.

    Of what is only recorded nobody is told that it limits them, and an entry says so.
    """
    if action.state is ActionState.RECORDED:
        return held_back(context, action)
    if not action.enforced:
        return None
    others = [other for other in actions.of_decision(action.decision) if other.id != action.id]
    if action.state in ENDED:
        limited = any(item.took_effect for item in (action, *others))
        stands = any(other.state in MOVING for other in others)
        back = limited and not stands and brings_back(action)
        return lifted_notice(context, action) if back else None
    if any(other.state in TOOK_EFFECT for other in others):  # one letter a decision
        return None
    case, decision = cases.get(action.case), decisions.get(action.decision)
    if action.state is not ActionState.APPLIED or case is None or decision is None:
        return None
    changes = ChangeSet()
    about = load_case_context(context, case)
    notify_customer(context, about, decision, changes)
    forward_report(context, about, decision, changes)
    return changes
