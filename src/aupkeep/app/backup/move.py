"""The install in another database: copied, verified there, then used by a changed setting."""

from collections.abc import Callable
from dataclasses import dataclass

from aupkeep.app.access.authority import require
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
    be stopped: what they write meanwhile would stay behind, so the move is refused then. A witness
    is paused: each of the two remembers what it cosigned, and only one may go on. Raises
    `Forbidden`, `Conflict` where the other holds an install or something was written, `Broken`.
    """
    from aupkeep.store import copying, log

    require(by, StaffAct.SETTINGS)
    url = "" if to == SQLITE else to
    if url == context.settings.database:
        raise Invalid(f"move: expected another database, found the one in use ({to})")
    words = {"act": "move", "to": "postgresql" if url else SQLITE}
    with copying.opened(TARGET, database(url, str(context.home.database))):
        copying.refuse_unless_empty(TARGET)
        made = entry(context, EntryType.INSTALL_COPIED, by, words)
        record(context, made, rows=pause(context))
        entries = copying.copy(copying.HERE, TARGET, progress=progress)
        with copying.in_place_of_ours(TARGET):
            verdict = verify_home(context)
        if not verdict.ok:
            raise Broken(f"move: expected a journal that holds there, found: {verdict.reason}")
        if log.size() != entries:
            raise Conflict(
                f"move: expected nothing written meanwhile, found {log.size() - entries} entries "
                "more; stop the processes, empty the other database and move again"
            )
    return Moved(entries, f'database = "{url}"')
