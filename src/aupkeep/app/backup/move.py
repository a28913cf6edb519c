"""The install in another database: copied, verified there, then used by a changed setting."""

from collections.abc import Callable
from dataclasses import dataclass

from aupkeep.app.access.authority import require
from aupkeep.app.backup.alone import alone
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.witnesses.resume import pause
from aupkeep.config.database import database
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Broken, Conflict, Invalid
from aupkeep.model.roles import StaffAct

TARGET = "target"
SQLITE = "sqlite"  # the word for the file of the home


@dataclass(frozen=True, slots=True)
class Moved:
    """What stands in the other database, and the line of aupkeep.toml that uses it."""

    entries: int
    setting: str


def move(context: AppContext, to: str, progress: Callable[[str, int], None], *, by: Actor) -> Moved:
    """Copy everything to `to`, a PostgreSQL url or "sqlite", and verify it there.

    This database stays as it is; nothing uses the other before the setting says so. Processes must
    be stopped: what they write meanwhile would stay behind, so the move is refused then. One that
    is refused, or killed at any moment, leaves the other database empty. A witness is paused: each
    of the two remembers what it cosigned, and only one may go on. Raises `Forbidden`, `Conflict`
    where the other holds an install, something was written or another move goes on, `Unavailable`,
    `Broken`.
    """
    from aupkeep.store import copying, log

    require(by, StaffAct.SETTINGS)
    url = "" if to == SQLITE else to
    if url == context.settings.database:
        raise Invalid("move: expected another database, found the one in use")
    words = {"act": "move", "to": "postgresql" if url else SQLITE}
    there = database(url, str(context.home.database))
    with (
        alone(context.home, "move"),
        copying.opened(TARGET, there, empty=True),
        copying.all_or_nothing(TARGET),
    ):
        copying.refuse_unless_empty(TARGET)
        made = entry(context, EntryType.INSTALL_COPIED, by, words)
        record(context, made, rows=pause(context))
        entries = copying.copy(copying.HERE, TARGET, progress=progress)
        with copying.in_place_of_ours(TARGET):
            verdict = verify_home(context)
        if log.size() != entries:
            raise Conflict(
                f"move: expected nothing written meanwhile, found {log.size() - entries} entries "
                "more; stop the processes and move again"
            )
        if not verdict.ok:
            raise Broken(f"move: expected a journal that holds there, found: {verdict.reason}")
    return Moved(entries, f'database = "{url}"')
