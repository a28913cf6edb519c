"""Work that ended as a dead letter: shown to a person, and given back to the workers by one.

What fails ten times has its own end: a report stands in the inbox, a notice on its case, and what
is reconciled is done without being asked. Left is the work over which ten workers died: nobody
would do it, and nobody would see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.model.actor import Actor
from aupkeep.model.roles import StaffAct
from aupkeep.store import outbox

NEEDED = ("read", "consider", "mail", "remind")  # the other kinds are reconciled


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadWork:
    """A dead letter; `about` names what it is about, by kind and id, `needed` that it must be done.

    Work about what is gone by now is not needed.
    """

    effect: str
    kind: str
    about: Mapping[str, object]
    attempts: int
    error: str
    at: datetime
    needed: bool


def list_dead(limit: int = 100) -> list[DeadWork]:
    """Dead letters, the newest first."""
    return [
        DeadWork(
            effect=letter.effect.id,
            kind=letter.effect.kind,
            about=letter.effect.payload,
            attempts=letter.attempts,
            error=letter.error,
            at=letter.at,
            needed=letter.effect.kind in NEEDED and letter.attempts >= outbox.MAX_ATTEMPTS,
        )
        for letter in outbox.dead(limit)
    ]


def replay(context: AppContext, effect: str, *, by: Actor) -> None:
    """Give a dead letter all its tries again. Raises `Forbidden`, `Missing`."""
    require(by, StaffAct.SETTINGS)
    outbox.replay(effect, context.now())
