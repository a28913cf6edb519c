"""The home's keys: listed by id, rotated one purpose at a time."""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, journal_of, record
from aupkeep.app.witnesses.configured import own_name
from aupkeep.config import keys
from aupkeep.evidence.checkpoint import show_key
from aupkeep.evidence.cosignature import Cosigner
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.roles import StaffAct


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key without its secret: `signs` is True for the one in use, `public` is base64.

    `verifier` is the C2SP name by which others verify checkpoints, None for other purposes.
    """

    purpose: str
    id: str
    signs: bool
    public: str
    verifier: str | None


@dataclass(frozen=True, slots=True)
class RotatedKey:
    """The new key's id, and the processes that take it up when they start again."""

    purpose: str
    key: str
    restart: str = "worker, web and mailin"


def list_keys(context: AppContext) -> list[SigningKey]:
    """Every key by purpose, the oldest first."""
    signing = []
    for purpose in keys.held(context.home):
        publics = keys.public_keys(context.home, purpose)
        for place, public in enumerate(publics):
            signing.append(
                SigningKey(
                    purpose=purpose,
                    id=keys.public_id(public),
                    signs=place == len(publics) - 1,
                    public=base64.b64encode(public.public_bytes_raw()).decode(),
                    verifier=_verifier(context, purpose, public),
                )
            )
    return signing


def _verifier(context: AppContext, purpose: str, public: Ed25519PublicKey) -> str | None:
    """What others configure to verify what this key signs, None where nobody does."""
    if purpose == keys.WITNESS:
        return Cosigner(own_name(context.settings), public).show()
    return show_key(keys.KEY_NAME, public) if purpose == "journal" else None


def rotate_key(context: AppContext, purpose: str, *, by: Actor = SYSTEM) -> RotatedKey:
    """Make a new key; running processes take it up when they start again.

    Raises `Forbidden`, and `Invalid` where a signer process holds the keys.
    """
    require(by, StaffAct.SETTINGS)
    if keys.is_separated(context.home, purpose):
        raise Invalid(
            f"key {purpose}: expected it in this home, found it held by the signer alone; "
            f"its own user runs: aupkeep signer rotate {purpose}"
        )
    fresh = keys.add_key(context.home, purpose)
    journal_of.cache_clear()
    payload = {"purpose": purpose, "key": fresh}
    record(context, entry(context, EntryType.KEY_ROTATED, by, payload))
    return RotatedKey(purpose, fresh)
