"""What a person sets: a witness of our log, a log that we cosign; and what was cosigned forgotten.

Additions and removals are options of aupkeep.toml (`app.settings`), so each is an entry.
"""

from pathlib import Path
from urllib.parse import urlsplit

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.settings import set_option
from aupkeep.app.signing import set_up
from aupkeep.app.witnesses.configured import own_cosigner
from aupkeep.app.witnesses.memory import forget_here
from aupkeep.config.home import Home
from aupkeep.config.keys import WITNESS, is_separated
from aupkeep.config.settings import WitnessSettings, load
from aupkeep.evidence.checkpoint import read_key
from aupkeep.evidence.cosignature import read_cosigner
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.store import witnesses

LISTS = ("logs", "witnesses")


def add_witness(context: AppContext, url: str, key: str, *, by: Actor) -> Path:
    """Have our checkpoints cosigned at `url` by the witness with this verifier key.

    It takes the place of the key that was there before. The answer is the file of settings. Raises
    `Forbidden`, `Invalid`, `Unreadable`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in url:
        raise Invalid(f"URL: expected https://HOST/witness, found {url[:60]!r}")
    if read_cosigner(key).key == own_cosigner(context).key:
        raise Invalid("KEY: expected another install's, found our own: it would prove nothing")
    chosen = load(context.home).witness
    url = url.rstrip("/")
    kept = [line for line in chosen.witnesses if not {url, key} & set(line.split(" "))]
    return _set(context, "witnesses", [*kept, f"{url} {key}"], by)


def add_log(context: AppContext, origin: str, key: str, *, by: Actor) -> Path:
    """Cosign the checkpoints of another log, signed by this verifier key. As `add_witness`."""
    read_key(key)
    if not origin or " " in origin or not origin.isprintable():
        raise Invalid(f"ORIGIN: expected a name without space, found {origin[:60]!r}")
    if origin == context.settings.provider.origin:
        raise Invalid(f"ORIGIN: expected another log's, found our own, {origin!r}")
    own_cosigner(context)
    chosen = load(context.home).witness
    line = f"{origin} {key}"
    return _set(context, "logs", [*(known for known in chosen.logs if known != line), line], by)


def remove(context: AppContext, word: str, *, by: Actor) -> Path:
    """Take away the witness of this address, name or key, or the log of this origin.

    Raises `Forbidden`, `Missing`.
    """
    chosen = load(context.home).witness
    for name in LISTS:
        listed = getattr(chosen, name)
        kept = [line for line in listed if word not in _names(line)]
        if kept != list(listed):
            return _set(context, name, kept, by)
    raise Missing(f"witness: expected an address, a name, a key or an origin, found {word[:60]!r}")


def _names(line: str) -> set[str]:
    """What a line is called by: its first word, its key, and a witness's name."""
    first, key = line.split(" ")
    return {first, key} | ({key.partition("+")[0]} if "://" in first else set())


def _set(context: AppContext, name: str, lines: list[str], by: Actor) -> Path:
    """Write one list. A quorum that could not be met any more is refused."""
    chosen = load(context.home).witness
    values = {key: getattr(chosen, key) for key in ("quorum", *LISTS)}
    WitnessSettings(**{**values, name: tuple(lines)})
    return set_option(context, f"witness.{name}", tuple(lines), by=by)


def forget_log(
    context: AppContext, origin: str, reasons: str, own: Home | None, *, by: Actor
) -> None:
    """Forget what we cosigned of a log that was restored: its next checkpoint counts as the first.

    `own` is the signer's folder where a signer holds the key; without one each machine that
    cosigns remembers, and this is for one of them. Raises `Forbidden`, `Missing`, `Invalid` without
    reasons or without that folder.
    """
    require(by, StaffAct.SETTINGS)
    if not reasons.strip():
        raise Invalid("reasons: expected why its provider says so, found nothing")
    last = next((seen for seen in witnesses.witnessed() if seen.origin == origin), None)
    if last is None:
        raise Missing(f"log: expected the origin of one that we cosigned, found {origin[:60]!r}")
    if is_separated(context.home, WITNESS):
        if own is None:
            raise Invalid("--own: expected the signer's folder, which remembers it, found none")
        set_up.forget(own, origin)
    else:
        forget_here(context.home, origin)
    payload = {"log": origin, "cosigned": last.text, "reasons": reasons}
    record(context, entry(context, EntryType.WITNESS_FORGOTTEN, by, payload))
    witnesses.forget(origin)
