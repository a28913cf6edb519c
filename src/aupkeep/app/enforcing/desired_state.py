"""Desired states: what each agent must hold, whole, signed and numbered, in a file."""

import dataclasses
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.back_to_desk import back_to_desk
from aupkeep.app.enforcing.interceptions import looked_at
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import frozen_words
from aupkeep.app.process_wake_up import wake_up
from aupkeep.app.signing.client import StateRefused, signed_state
from aupkeep.config.keys import is_separated, public_keys, signing_key
from aupkeep.enforcement.action_json import unreadable
from aupkeep.enforcement.agent_rest import Rest
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, open_signed, sign
from aupkeep.enforcement.desired_patch import NAME, difference, tag_of
from aupkeep.enforcement.durable_file import file_mark, write_durably
from aupkeep.enforcement.protect import ProtectList, read_protect
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing
from aupkeep.model.ladder import INTERCEPTING
from aupkeep.store import actions, customers, desired_states, log

MOST_SENT, MOST_SENT_BYTES = 64, 128 << 20  # states remembered to send differences to
SOON = timedelta(seconds=20)
NONCE = re.compile(r"[0-9a-f]{32}")


def desired_path(context: AppContext, target: str) -> Path:
    """Where an agent on this machine finds its signed state. Raises `Invalid` for an odd name."""
    if not target or not all(letter.isalnum() or letter in "-_." for letter in target):
        raise Invalid(f"target: expected letters, digits, - _ and ., found {target[:60]!r}")
    if target.startswith("."):
        raise Invalid(f"target: expected a letter or digit first, found {target[:60]!r}")
    return context.home.desired / f"{target}.json"


def write_desired(context: AppContext, target: str) -> bool:
    """Make the target's signed state when it differs from the newest one; True when it did.

    The newest is in the database, where every machine reads it; the file beside it is for an agent
    on this one, also while the database is away.

    Raises `Unavailable` where the signer is away, `StateRefused` where it will not sign.
    """
    path = desired_path(context, target)
    now = context.now()
    mark, place = _mark(context, target, path), (str(context.home.path), target)
    rest = _resting.get(place)
    if rest is not None and rest.holds(mark, now):
        return False
    newest = desired_states.get(target) or _bytes(path)  # a file: of before there was the table
    last = _opened(context, target, newest)
    wanted = actions.wanted(target, now)
    looked = looked_at(context) if any(x.measure in INTERCEPTING for x in wanted) else {}
    state = DesiredState(
        target=target,
        serial=0,
        made_at=now,
        valid_until=now + VALID_FOR,
        nonce=desired_states.nonce(target),
        actions=_readable(context, target, last, wanted),
        protect=protect_list(context),
        frozen=frozen_words(context) is not None,
        looked=tuple(action.id for action in wanted if action.id in looked),
    )
    if newest is not None and last is not None and _good(last, now, state):
        if _bytes(path) != newest:  # another machine's worker made it
            write_durably(path, newest, mode=0o644)
        until = _next_moment(last, now)
        _resting[place] = Rest(marks=mark, since=now, until=until, answer=None)
        return False
    serial = max(int(now.timestamp() * 1000), last.serial + 1 if last else 0)
    data = _signed(context, dataclasses.replace(state, serial=serial))
    if not desired_states.put(target, serial, data):
        return False  # another process made one at the same moment: the next look compares
    write_durably(path, data, mode=0o644)
    return True


# of home and target: the newest state was right, until what it is made of changes or a time comes
_resting: dict[tuple[str, str], Rest[None]] = {}


def _mark(context: AppContext, target: str, path: Path) -> object:
    """What a state is made of: each change of an action, customer or switch is an entry."""
    return (
        log.size(),
        desired_states.serial(target),
        desired_states.nonce(target),
        file_mark(path),
        frozen_words(context),
        context.settings.deciding.protected,
    )


def _next_moment(last: DesiredState, now: datetime) -> datetime:
    """When the state must be made anew although nothing changed: an action ends, or it is old."""
    made_anew = last.valid_until - VALID_FOR / 2 if last.valid_until else now
    if last.looked:  # until when is the looks' own affair
        made_anew = min(made_anew, now + SOON)
    return min([made_anew, *(action.until for action in last.actions)])


def _bytes(path: Path) -> bytes | None:
    """The file's bytes, None for one that is not there or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _opened(context: AppContext, target: str, data: bytes | None) -> DesiredState | None:
    """A state that was made before; a damaged one, or one of a lost key, counts as none."""
    try:
        keys = public_keys(context.home, "desired")
        return open_signed(data, keys, target=target, last_serial=0) if data else None
    except AupkeepError:
        return None


def _signed(context: AppContext, state: DesiredState) -> bytes:
    """The state signed: by the signer process where one holds the key.

    Single actions that the signer refuses are left out, so that one of them keeps no other measure
    from beginning or ending; what did not stand yet has failed. Raises `StateRefused` where the
    state itself is refused, `Unavailable`.
    """
    if not is_separated(context.home, "desired"):
        return sign(state, signing_key(context.home, "desired"))
    try:
        return signed_state(context.home, state)
    except StateRefused as refused:
        fit = tuple(action for action in state.actions if action.id not in refused.actions)
        if len(fit) == len(state.actions):
            raise
        _note_refused(context, state.target, refused.actions)
        return signed_state(context.home, dataclasses.replace(state, actions=fit))


def _note_refused(
    context: AppContext, target: str, refused: Mapping[str, str], who: str = "the signer refused"
) -> None:
    """Write down what will not be carried out, and why."""
    for action in actions.wanted(target):
        if action.id in refused and action.state is ActionState.WANTED:
            proof = f"{who}: {refused[action.id]}"
            failed = dataclasses.replace(
                action, state=ActionState.FAILED, proof=proof, changed_at=context.now()
            )
            payload = {"action": action.id, "proof": proof, "until": action.until.isoformat()}
            kind = EntryType.ACTION_FAILED
            noted = entry(context, kind, SYSTEM, payload, case=action.case)
            again = back_to_desk(failed)
            with suppress(Conflict):  # a person changed it meanwhile
                record(context, noted, rows=[failed, *again.rows], seen=[action, *again.seen])


def desired_bytes(context: AppContext, target: str) -> bytes:
    """The signed state for an agent on another machine. Raises `Missing`."""
    data = desired_states.get(target) or _bytes(desired_path(context, target))
    if data is None:
        raise Missing(f"target: expected one with a desired state, found {target[:60]!r}")
    return data


@dataclasses.dataclass(frozen=True, slots=True)
class StateAnswer:
    """What an agent is sent, in the words of HTTP; `data` is empty where it has the newest."""

    status: int
    data: bytes
    headers: Mapping[str, str]


_sent: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()  # home, target, tag → what was sent


def state_answer(context: AppContext, target: str, known: str, takes: str) -> StateAnswer:
    """The whole state (200), what differs from the one with the tag `known` (226), or 304.

    `takes` is the request's A-IM (RFC 3229). Raises `Missing`.
    """
    data = desired_bytes(context, target)
    tag, home = tag_of(data), str(context.home.path)
    if tag == known:
        return StateAnswer(304, b"", {"ETag": tag})
    before = _sent.get((home, target, known)) if NAME in takes else None
    _sent[home, target, tag] = data
    while len(_sent) > MOST_SENT or sum(map(len, _sent.values())) > MOST_SENT_BYTES:
        _sent.popitem(last=False)
    patch = difference(before, data) if before is not None else data
    if len(patch) < len(data):
        return StateAnswer(226, patch, {"ETag": tag, "IM": NAME})
    return StateAnswer(200, data, {"ETag": tag})


def last_state(context: AppContext, target: str) -> DesiredState | None:
    """The newest state of a target, None before the first."""
    newest = desired_states.get(target) or _bytes(desired_path(context, target))
    return _opened(context, target, newest)


def _good(last: DesiredState, now: datetime, state: DesiredState) -> bool:
    """Whether the last state says what the new one does, and for at least half its time more."""
    if last.valid_until is None or last.valid_until < now + VALID_FOR / 2:
        return False
    as_new = {name: getattr(state, name) for name in ("serial", "made_at", "valid_until")}
    return dataclasses.replace(last, **as_new) == state


def ask_fresh(context: AppContext, target: str, nonce: str) -> None:
    """Have the next state of a target signed over this nonce. Raises `Invalid` for an odd one."""
    if not NONCE.fullmatch(nonce):
        raise Invalid(f"nonce: expected 32 hex digits, found {nonce[:40]!r}")
    if desired_states.ask(target, nonce):
        wake_up(context.home)


def _readable(
    context: AppContext, target: str, last: DesiredState | None, wanted: Sequence[Action]
) -> tuple[Action, ...]:
    """The actions as an agent needs them, without those that it could not read.

    An agent refuses a whole state that it reads only in part: one action must not keep others from
    ending. What was in the last state was read then.
    """
    known = {action.id: action for action in last.actions} if last else {}
    plain = [_plain(action) for action in wanted]
    new = [action for action in plain if known.get(action.id) != action]
    unfit = {action.id: why for action in new if (why := unreadable(action))}
    if unfit:
        _note_refused(context, target, unfit, "no agent can read it")
    return tuple(action for action in plain if action.id not in unfit)


def _plain(action: Action) -> Action:
    """The action as the agent needs it: as wanted, without what was read back."""
    unseen: dict[str, Any] = dict.fromkeys(("proof", "changed_at", "effect"))
    return dataclasses.replace(action, state=ActionState.WANTED, **unseen)


def protect_list(context: AppContext) -> ProtectList:
    """The operator's protected prefixes, and every customer tagged protected.

    `critical` is not among them: it keeps automation away, while people may act with care.
    """
    rows = [str(ip_network(text, strict=False)) for text in context.settings.deciding.protected]
    kinds = (EntryType.CUSTOMERS_IMPORTED, EntryType.CUSTOMER_CHANGED)
    marked = _marked(str(context.home.path), tuple(log.last(kind) for kind in kinds))
    return read_protect([*rows, *(f"customer:{name}" for name in marked)])


@lru_cache(maxsize=4)
def _marked(home: str, changed: tuple[datetime | None, ...]) -> tuple[str, ...]:
    """The protected customers as of the last change; loading all of them each second is dear."""
    del home, changed  # they are what the answer depends on
    return tuple(customer.id for customer in customers.all() if "protected" in customer.tags)
