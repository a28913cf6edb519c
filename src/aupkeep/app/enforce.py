"""Desired states out to the agents, their reports back into the journal."""

import dataclasses
import hashlib
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

from aupkeep.app.desk import Desk
from aupkeep.app.freeze import frozen_words
from aupkeep.app.journal import entry, record
from aupkeep.app.notices import Following, tell_customer, tell_lifted
from aupkeep.app.standing import docket
from aupkeep.config.keys import signing_key
from aupkeep.enforcement.desired import DesiredState, open_signed, sign
from aupkeep.enforcement.durable import write_durably
from aupkeep.enforcement.protect import Protect, read_protect
from aupkeep.enforcement.report import FILE, Report, Told, read_report
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import AupkeepError, Invalid, Missing
from aupkeep.store import actions, cases, customers, decisions

ENTRIES = {
    ActionState.APPLIED: EntryType.ACTION_APPLIED,
    ActionState.LIFTED: EntryType.ACTION_LIFTED,
    ActionState.EXPIRED: EntryType.ACTION_EXPIRED,
    ActionState.FAILED: EntryType.ACTION_FAILED,
}
NEXT = {
    ActionState.WANTED: {ActionState.APPLIED, ActionState.FAILED, ActionState.EXPIRED},
    ActionState.APPLIED: {ActionState.LIFTED, ActionState.EXPIRED, ActionState.FAILED},
    ActionState.LIFTING: {ActionState.LIFTED, ActionState.EXPIRED},
    ActionState.FAILED: {ActionState.APPLIED},
}


def desired_path(desk: Desk, target: str) -> Path:
    """Where an agent on this machine finds its signed state. Raises `Invalid` for an odd name."""
    if not target or not all(letter.isalnum() or letter in "-_." for letter in target):
        raise Invalid(f"target: expected letters, digits, - _ and ., found {target[:60]!r}")
    if target.startswith("."):
        raise Invalid(f"target: expected a letter or digit first, found {target[:60]!r}")
    return desk.home.desired / f"{target}.json"


def write_desired(desk: Desk, target: str) -> bool:
    """Write the target's signed state when it differs from the one written; True when it did."""
    path = desired_path(desk, target)
    key = signing_key(desk.home, "desired")
    now = desk.now()
    last = _last(path, target, desk)
    state = DesiredState(
        target=target,
        serial=0,
        made_at=now,
        actions=tuple(_plain(one) for one in actions.wanted(target, now)),
        protect=_protect(desk),
        frozen=frozen_words(desk.home) is not None,
    )
    if last is not None and _content(last) == _content(state):
        return False
    serial = max(int(now.timestamp() * 1000), last.serial + 1 if last else 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, sign(dataclasses.replace(state, serial=serial), key), mode=0o644)
    return True


def desired_bytes(desk: Desk, target: str) -> bytes:
    """The signed state for an agent on another machine. Raises `Missing`."""
    path = desired_path(desk, target)
    if not path.exists():
        raise Missing(f"target: expected one with a desired state, found {target[:60]!r}")
    return path.read_bytes()


def _last(path: Path, target: str, desk: Desk) -> DesiredState | None:
    """The state written before; a damaged file counts as none."""
    from aupkeep.config.keys import public_keys

    try:
        keys = public_keys(desk.home, "desired")
        return open_signed(path.read_bytes(), keys, target=target, last_serial=0)
    except (OSError, AupkeepError):
        return None


def _content(state: DesiredState) -> DesiredState:
    """What a state says, without when and as which number."""
    return dataclasses.replace(state, serial=0, made_at=datetime.min)  # noqa: DTZ901 - compared only


def _plain(action: Action) -> Action:
    """The action as the agent needs it: as wanted, without what was read back."""
    return dataclasses.replace(action, state=ActionState.WANTED, proof=None, changed_at=None)


def _protect(desk: Desk) -> Protect:
    """The operator's protected prefixes, and every customer tagged protected or critical."""
    rows = [str(ip_network(text, strict=False)) for text in desk.settings.deciding.protected]
    marked = [one.id for one in customers.all() if one.tags & {"protected"}]
    return read_protect([*rows, *(f"customer:{name}" for name in marked)])


def take_reports(desk: Desk) -> int:
    """Read the status of every agent on this machine; returns how many actions changed."""
    changed = 0
    for path in sorted(desk.home.agent.glob(f"*/{FILE}")):
        try:
            changed += take_status(desk, path.parent.name, path.read_bytes())
        except FileNotFoundError:
            continue
    return changed


_seen: dict[tuple[str, str], str] = {}  # home and target → digest of the status last taken


def take_status(desk: Desk, target: str, data: bytes) -> int:
    """Write down what an agent saw. Raises `Unreadable`, `Invalid` for a status that is none."""
    digest = hashlib.sha256(data).hexdigest()
    known = {one.id: one for one in actions.moving(target)}
    if not known and _seen.get((str(desk.home.path), target)) == digest:
        return 0
    report = read_report(data)
    if report.target != target:
        raise Invalid(f"status: expected one of {target}, found one of {report.target[:60]!r}")
    agent = Actor(kind=ActorKind.SYSTEM, id=f"agent:{target}", name=f"agent {target}")
    changes = [_changed(known[told.id], told) for told in report.actions if told.id in known]
    fresh = [one for one in [*changes, *_refused(report, known)] if one is not None]
    for action in fresh:
        _write(desk, agent, action)
    _seen[str(desk.home.path), target] = digest
    return len(fresh)


def _changed(action: Action, told: Told) -> Action | None:
    """The action as the agent says, None when nothing is new or nothing may follow."""
    state = told.state
    if action.state is ActionState.LIFTING and state is ActionState.APPLIED:
        return None
    if state not in NEXT.get(action.state, set()):
        return None
    return dataclasses.replace(action, state=state, proof=told.proof, changed_at=told.at)


def _refused(report: Report, known: dict[str, Action]) -> list[Action | None]:
    """What the driver would not do, with its reason."""
    told = {one.id for one in report.actions}
    return [
        dataclasses.replace(
            known[name], state=ActionState.FAILED, proof=reason, changed_at=report.at
        )
        for name, reason in report.refused
        if name in known and name not in told and known[name].state is ActionState.WANTED
    ]


def _write(desk: Desk, agent: Actor, action: Action) -> None:
    """One action's new state, and the word to the customer."""
    told = {"action": action.id, "proof": action.proof, "until": action.until.isoformat()}
    entries: list[Entry] = [entry(desk, ENTRIES[action.state], agent, told, case=action.case)]
    more = _words(desk, action)
    record(
        desk,
        [*entries, *(more.entries if more else ())],
        rows=[action, *(more.rows if more else ())],
        effects=more.effects if more else (),
    )


def _words(desk: Desk, action: Action) -> Following | None:
    """What the customer is told: that it stands, once it was seen to stand; that it is gone."""
    if action.state in (ActionState.LIFTED, ActionState.EXPIRED):
        return tell_lifted(desk, action)
    case, decision = cases.get(action.case), decisions.get(action.decision)
    if action.state is not ActionState.APPLIED or case is None or decision is None:
        return None
    follow = Following()
    tell_customer(desk, docket(desk, case), decision, follow)
    return follow
