"""What we cosigned last of a log, where no signer holds the key: the row, and this machine's own.

The row in the database is what machines share, and whoever writes to the database can take it away
or put another in its place. So each machine remembers for itself what it cosigned, in the folder
`witness` of its home, and believes a row above that only with our own cosignature.
"""

from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.signing.set_up import forget, witnessed
from aupkeep.app.signing.signer import MEMORY, load_memory, locked
from aupkeep.app.witnesses.configured import own_name
from aupkeep.config.home import Home
from aupkeep.config.keys import WITNESS, public_keys
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.evidence.checkpoint import Checkpoint, parse
from aupkeep.evidence.cosignature import Cosigner, cosigned_at
from aupkeep.evidence.signer_memory import SignerMemory
from aupkeep.evidence.witness import WitnessedTree
from aupkeep.model.errors import Missing, Unavailable, Unreadable
from aupkeep.model.witness import WitnessedLog


def own_folder(home: Home) -> Home:
    """Where this machine remembers what it cosigned."""
    return Home(home.path / "witness")


def last_tree(context: AppContext, row: WitnessedLog) -> WitnessedTree:
    """What was cosigned last of this log. Raises `Unavailable` where that cannot be read."""
    shared = WitnessedTree(row.size, row.root)
    try:
        here = witnessed(own_folder(context.home), row.origin)
    except Missing:  # nothing was cosigned here yet
        return shared
    except (Unreadable, OSError) as error:
        raise Unavailable(f"witness: expected what it cosigned, found: {error}") from error
    ahead = not here.size or (row.size > here.size and _is_ours(context, row))
    return shared if ahead else here


def remember_here(context: AppContext, origin: str, tree: WitnessedTree) -> None:
    """Keep what is cosigned now, durable before the signature leaves. Raises `Unavailable`."""
    own = own_folder(context.home)
    try:
        own.path.mkdir(mode=0o700, exist_ok=True)
        with locked(own):
            memory = SignerMemory(origin=context.settings.provider.origin)
            if (own.path / MEMORY).exists():
                memory = load_memory(own)
            fresh = memory.with_cosigned(origin, tree)
            write_durably(own.path / MEMORY, fresh.to_json())
    except (Unreadable, OSError) as error:
        raise Unavailable(f"witness: expected to keep what it cosigns, found: {error}") from error


def forget_here(home: Home, origin: str) -> None:
    """Forget on this machine what was cosigned of a log."""
    if (own_folder(home).path / MEMORY).exists():
        forget(own_folder(home), origin)


def own_cosigned_at(context: AppContext, shown: Checkpoint) -> datetime | None:
    """When we cosigned it with one of our keys, None where we did not."""
    name = own_name(context.settings)
    times = (cosigned_at(shown, Cosigner(name, key)) for key in public_keys(context.home, WITNESS))
    return next((at for at in times if at is not None), None)


def _is_ours(context: AppContext, row: WitnessedLog) -> bool:
    """Whether the row has a checkpoint of its size and root that we cosigned."""
    try:
        shown = parse(row.text)
    except Unreadable:
        return False
    same = (shown.origin, shown.size, shown.root) == (row.origin, row.size, row.root)
    return same and own_cosigned_at(context, shown) is not None
