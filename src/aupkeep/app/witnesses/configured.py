"""Whom the settings name: the witnesses of our log, the logs that we cosign, our own key."""

import fcntl
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.app.context import AppContext
from aupkeep.config.keys import WITNESS, add_key, has_key, is_separated, public_keys
from aupkeep.config.settings import Settings
from aupkeep.evidence.checkpoint import read_key
from aupkeep.evidence.cosignature import Cosigner, read_cosigner
from aupkeep.model.errors import Invalid, Unavailable, Unreadable

PATH = "/witness"  # below provider.url; `add-checkpoint` is below it


@dataclass(frozen=True, slots=True)
class ConfiguredWitness:
    """A witness of our log; `key` is its verifier key as it stands in the settings."""

    url: str
    key: str
    cosigner: Cosigner


def witnesses_of(settings: Settings) -> list[ConfiguredWitness]:
    """The witnesses of our log, each key once. Raises `Invalid` for a key that is none."""
    listed = (line.split(" ") for line in settings.witness.witnesses)
    try:
        each = [ConfiguredWitness(url.rstrip("/"), key, read_cosigner(key)) for url, key in listed]
    except Unreadable as error:
        raise Invalid(f"[witness] witnesses: {error}") from error
    return list({witness.key: witness for witness in each}.values())


def logs_of(settings: Settings) -> dict[str, list[tuple[str, Ed25519PublicKey]]]:
    """The keys of each log that we cosign, by its origin. Raises `Invalid`."""
    logs: dict[str, list[tuple[str, Ed25519PublicKey]]] = {}
    for line in settings.witness.logs:
        origin, key = line.split(" ")
        try:
            logs.setdefault(origin, []).append(read_key(key))
        except Unreadable as error:
            raise Invalid(f"[witness] logs: {error}") from error
    return logs


def own_name(settings: Settings) -> str:
    """Our name as a witness: a URL without its scheme (C2SP tlog-cosignature)."""
    return settings.witness.name or settings.provider.origin.partition("/")[0] + PATH


def own_cosigner(context: AppContext) -> Cosigner:
    """Our name and public key as a witness; the key is made where it is first asked for.

    Raises `Unavailable` where a signer holds the keys and has none for this yet.
    """
    home = context.home
    if not has_key(home, WITNESS):
        if is_separated(home, "journal"):
            raise Unavailable(
                "key witness: expected its public half in this home, found none; the signer's "
                "user makes it: aupkeep signer rotate witness --own FOLDER"
            )
        descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not has_key(home, WITNESS):
                add_key(home, WITNESS)
        finally:
            os.close(descriptor)
    return Cosigner(own_name(context.settings), public_keys(home, WITNESS)[-1])
