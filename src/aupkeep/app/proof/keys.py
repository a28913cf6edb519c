"""The home's keys: listed by id, rotated one purpose at a time."""

import base64
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, journal_of, record
from aupkeep.config import keys
from aupkeep.evidence.checkpoint import show_key
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType

SIGNING = ("journal", "desired")


def list_keys(context: AppContext) -> list[dict[str, Any]]:
    """Purpose, id, whether it signs now, the public half in base64, and how verifiers name it."""
    found = []
    for purpose in SIGNING:
        secrets = keys.secrets_for(context.home, purpose)
        publics = keys.public_keys(context.home, purpose)
        for place, (secret, public) in enumerate(zip(secrets, publics, strict=True)):
            found.append(
                {
                    "purpose": purpose,
                    "id": keys.key_id(secret),
                    "signs": place == len(secrets) - 1,
                    "public": base64.b64encode(public.public_bytes_raw()).decode(),
                    "verifier": show_key(keys.KEY_NAME, public) if purpose == "journal" else None,
                }
            )
    return found


def rotate_key(context: AppContext, purpose: str) -> dict[str, Any]:
    """Make a new signing key; running processes take it up when they start again."""
    fresh = keys.add_key(context.home, purpose)
    journal_of.cache_clear()
    told = {"purpose": purpose, "key": fresh}
    record(context, entry(context, EntryType.KEY_ROTATED, SYSTEM, told))
    return {"purpose": purpose, "key": fresh, "restart": "worker, web and mailin"}
