"""The record follows what the issuer says; where `web` may not write people, the worker does.

On PostgreSQL with a role for each process a web process makes nobody an operator
(`daemon/database_roles.py`). It hands the ID token on, and the worker believes the issuer's
signature in it, not the process that talks to strangers.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from aupkeep.app.access.oidc.id_token import proven_claims
from aupkeep.app.access.oidc.person import NoGroup, leave, settled
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.staff import StaffMember
from aupkeep.store import outbox
from aupkeep.store import staff as stored
from aupkeep.store.outbox import Lease


class TakenOver(Conflict):
    """The record differs, and another process writes it: sign in again in a moment."""


def follow(
    context: AppContext, claims: Mapping[str, Any], id_token: str
) -> tuple[StaffMember, ChangeSet]:
    """Whoever the claims are of, and what is left to write. Raises as `settled`, and `TakenOver`.

    Whoever is in no group any more has lost what let them in when `NoGroup` is raised.
    """
    writes = stored.may_change()
    try:
        person, changes = settled(context, claims)
    except NoGroup as gone:
        if gone.person is not None and gone.person.active:
            if writes:
                leave(context, gone.person)
            else:
                _hand_on(context, gone.person, id_token)
        raise
    if changes.rows and not writes:
        _hand_on(context, person, id_token)
        raise TakenOver("the roles changed and are being taken over; sign in again in a moment")
    return person, changes


def believe(context: AppContext, id_token: str, lease: Lease) -> None:
    """Do what a handed-on token says, if the issuer signed it; else nothing. Raises `Unavailable`.

    Only its own claims count, not userinfo: who handed it on proves nothing.
    """
    changes = ChangeSet()
    try:
        _, changes = settled(context, proven_claims(context, id_token))
    except NoGroup as gone:
        if gone.person is not None:
            leave(context, gone.person)
    except Forbidden:
        pass
    if changes.rows:
        record_changes(context, changes, done=lease)
    else:
        outbox.done(lease, context.now())


def _hand_on(context: AppContext, person: StaffMember, id_token: str) -> None:
    effect = Effect(
        id=context.new_id(), kind="oidc", due_at=context.now(), payload={"id_token": id_token},
        key=f"oidc:{hashlib.sha256(id_token.encode()).hexdigest()}",
    )  # fmt: skip
    reason = "the issuer says that their roles are others now"
    payload = {"staff": person.id, "ended": 0, "reason": reason}
    record(context, entry(context, EntryType.SESSIONS_ENDED, SYSTEM, payload), effects=[effect])
