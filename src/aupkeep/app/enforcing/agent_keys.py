"""By which key each target's agent is known: pinned at its first report, given, forgotten.

A bearer token alone reports for nobody once a key is pinned: each request of the agent is signed
with its own (`enforcement.signed_request`).

* The first signed report of a target pins its key, with an entry.
* A target with a key takes no request without a signature, by another key, or with an old number.
* A target that never had one takes unsigned reports, as of older agents, and `doctor` says so.
* One whose key was forgotten takes no request before a person gives it another: `agent key add`.
* Where the agent of this machine reports by a file, nobody else reports for its target.
"""

import base64
import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.agent_reports import read_status
from aupkeep.app.enforcing.desired_state import desired_path
from aupkeep.app.journal import entry, record
from aupkeep.config.keys import public_id
from aupkeep.enforcement.agent_report import FILE
from aupkeep.enforcement.signed_request import AgentRequest, RequestSignature, verified
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.agent_key import AgentKey
from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing, Replayed
from aupkeep.model.moments import show_moment
from aupkeep.store import agent_keys as stored

__all__ = ["AgentRequest", "RequestSignature", "check_reader", "check_reporter", "verified"]
RECENT = timedelta(minutes=5)  # since the agent of this machine wrote its status
SELDOM = timedelta(minutes=1)  # between two notes of the same


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKeyStatus:
    """A target's key: `id` is its short name, `state` pinned, forgotten or none.

    `refused` is the key of the last report that was not taken, `unsigned` when one without a
    signature was. `forked`: when a request came by the key that went on from an older one than was
    taken last, as of a second machine with a copy of the agent's folder.
    """

    target: str
    state: str
    id: str
    public: str
    pinned: datetime | None
    by: str
    refused: str
    refused_at: datetime | None
    unsigned: datetime | None
    forked: datetime | None


def check_reader(context: AppContext, target: str, signature: RequestSignature | None) -> None:
    """Whether this agent may have the target's state. Raises `Forbidden`, `Replayed`."""
    if (key := stored.last(target)) is not None:
        _check(context, key, signature)


def check_reporter(
    context: AppContext, target: str, signature: RequestSignature | None, body: bytes
) -> None:
    """Whether this agent may report for the target; the first one that signs is known from now on.

    Raises `Forbidden` for another, `Replayed` for a replay, `Unreadable` and `Invalid` for a first
    report that is none.
    """
    key = stored.last(target)
    if (key is None or key.forgotten_at) and _reports_here(context, target):
        raise Forbidden(
            f"target {target}: expected the agent of the server's own machine, which reports by "
            "its file, found another; stop that one, or: aupkeep agent key add"
        )
    if key is None and signature is None:
        contact = stored.contact(target)
        if contact is None or _seldom(context, contact.unsigned_at):
            stored.note_unsigned(target, context.now())
        return
    if key is None and signature is not None:
        read_status(target, body)  # what is no report makes no key known
        agent = Actor(kind=ActorKind.SYSTEM, id=f"agent:{target}", name=f"agent {target}")
        key = _pin(context, target, signature.public, agent, act="pinned", reason="first use")
    if key is not None:
        _check(context, key, signature)


def _check(context: AppContext, key: AgentKey, signature: RequestSignature | None) -> None:
    if key.forgotten_at or signature is None or signature.public != key.public:
        _refuse(context, key, signature)
    number, previous = signature.number, signature.previous
    if not stored.take_number(key.target, key.public, number, previous, context.now()):
        contact = stored.contact(key.target)
        last = contact.number if contact else 0
        raise Replayed(
            f"target {key.target}: expected a request numbered above {last}, found "
            f"{number}: it was sent before, or the agent's numbers were lost", last=last
        )  # fmt: skip


def _refuse(context: AppContext, key: AgentKey, signature: RequestSignature | None) -> NoReturn:
    """Raise `Forbidden` with what to do, and keep whose request it was."""
    public = signature.public if signature else ""
    contact = stored.contact(key.target)
    if contact is None or _seldom(context, contact.refused_at):  # a thief writes no faster
        stored.note_refused(key.target, public, context.now())
    given = f"aupkeep agent key add {key.target} {public or 'PUBLIC'}"
    if key.forgotten_at:
        raise Forbidden(
            f"target {key.target}: expected a key that a person gave since the last one was "
            f"forgotten, {show_moment(key.forgotten_at)}, found none; {given} --reason WHY, with "
            "what aupkeep agent key show prints beside the agent"
        )
    since = show_moment(key.pinned_at)
    known = f"target {key.target}: expected a signature by the key {_id(key.public)}, known {since}"
    if signature is None:
        raise Forbidden(f"{known}, found none; upgrade its agent, it signs by itself")
    raise Forbidden(
        f"{known}, found one by {_id(public)}; a target has one agent. Where that was set up anew: "
        f"{given} --replace --reason WHY"
    )


def _seldom(context: AppContext, last: datetime | None) -> bool:
    return last is None or abs(context.now() - last) > SELDOM


def _reports_here(context: AppContext, target: str) -> bool:
    """Whether an agent of this machine wrote its status lately, by the machine's own clock."""
    try:
        written = (context.home.agent / target / FILE).stat().st_mtime
    except OSError:
        return False
    return abs(context.now().timestamp() - written) < RECENT.total_seconds()


def add_key(
    context: AppContext, target: str, public: str, *, reason: str, by: Actor, replace: bool = False
) -> AgentKeyStatus:
    """Pin a key beforehand, or in place of the one that is pinned.

    Raises `Invalid` for what is no key, `Conflict` where another is pinned and not to be replaced.
    """
    desired_path(context, target)  # that the name is one
    plain = _plain(public)
    known = stored.pinned(target)
    if known is not None and known.public != plain and not replace:
        raise Conflict(
            f"target {target}: expected no key, found {_id(known.public)}; --replace puts this one "
            "in its place"
        )
    _pin(context, target, plain, by, act="replaced" if known else "given", reason=reason)
    return key_status(target)


def forget_key(context: AppContext, target: str, *, reason: str, by: Actor) -> AgentKeyStatus:
    """Let nobody report to the API for the target before a person gives its agent's key.

    Raises `Missing`.
    """
    known = stored.pinned(target)
    if known is None:
        raise Missing(f"target: expected one with a key, found {target[:60]!r}")
    payload = {"target": target, "key": _id(known.public), "act": "forgotten", "reason": reason}
    gone = dataclasses.replace(known, forgotten_at=context.now())
    noted = entry(context, EntryType.AGENT_KEY_CHANGED, by, payload)
    record(context, noted, rows=[gone], seen=[known])
    return key_status(target)


def _pin(
    context: AppContext, target: str, public: str, by: Actor, *, act: str, reason: str
) -> AgentKey:
    """Keep a key as the target's own. Raises `Conflict` where another was pinned meanwhile."""
    before = stored.pinned(target)

    def unchanged() -> None:
        if stored.pinned(target) != before:
            raise Conflict(f"target {target}: its key was changed at the same moment; try again")

    key = AgentKey(target=target, public=public, pinned_at=context.now(), by=by.id)
    replaced = _id(before.public) if before else None
    payload = {"target": target, "key": _id(public), "act": act, "reason": reason,
               "replaced": replaced}  # fmt: skip
    noted = entry(context, EntryType.AGENT_KEY_CHANGED, by, payload)
    record(context, noted, rows=[key], check=unchanged)
    return key


def list_keys() -> list[AgentKeyStatus]:
    """Every target with a key or of whose agent something was heard, by name."""
    names = {key.target for key in stored.all()} | {contact.target for contact in stored.contacts()}
    return [key_status(target) for target in sorted(names)]


def key_status(target: str) -> AgentKeyStatus:
    """How a target's agent is known."""
    key = next((key for key in stored.all() if key.target == target), None)
    contact = stored.contact(target)
    return AgentKeyStatus(
        target=target,
        state="none" if key is None else "forgotten" if key.forgotten_at else "pinned",
        id=_id(key.public) if key else "",
        public=key.public if key else "",
        pinned=key.pinned_at if key else None,
        by=key.by if key else "",
        refused=_id(contact.refused) if contact and contact.refused else "",
        refused_at=contact.refused_at if contact else None,
        unsigned=contact.unsigned_at if contact else None,
        forked=contact.forked_at if contact else None,
    )


def _plain(public: str) -> str:
    """The key in base64 as it is written everywhere. Raises `Invalid`."""
    try:
        raw = base64.b64decode(public.strip(), validate=True)
    except ValueError as error:
        raise Invalid(
            f"key: expected 32 bytes in base64, as aupkeep agent key show prints, "
            f"found {public[:60]!r}"
        ) from error
    if weakness := key_weakness(raw):
        raise Invalid(f"key: {weakness}; aupkeep agent key show prints the agent's own")
    return base64.b64encode(raw).decode()


def _id(public: str) -> str:
    return public_id(Ed25519PublicKey.from_public_bytes(base64.b64decode(public)))
