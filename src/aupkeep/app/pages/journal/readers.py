"""What a reader of the journal sees of an entry: who reported stays hidden from some roles."""

import json
from collections.abc import Mapping

from aupkeep.app.pages.labels import who
from aupkeep.config.secrets import SECRET, hidden
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.roles import StaffAct, bearers

READERS = tuple(map(str, bearers(StaffAct.JOURNAL)))
LONGEST = 20_000  # characters of a payload that are shown; an adopted policy is longer
INSIDE = (  # how the types begin whose payload can name nobody who reported
    "absence-", "action-", "acceptance-", "agent-key-", "entries-erased", "export-", "feed-",
    "frozen", "home-made", "install-", "journal-", "key-", "mode-", "passkey-", "policy-adopted",
    "document-", "sessions-", "settings-", "signed-in", "signer-", "staff-", "thawed",
    "threshold-", "token-", "witness-",
)  # fmt: skip


def shown_payload(entry: Entry, *, reporters: bool) -> Mapping[str, object] | None:
    """What an entry says, None where it may name who reported and the reader may not know it."""
    if not reporters and not entry.type.startswith(INSIDE):
        return None
    payload = {name: value for name, value in entry.payload.items() if name != "rows"}
    if entry.type is EntryType.SETTINGS_CHANGED and SECRET.search(str(payload.get("option"))):
        payload["values"] = ["…"]
    payload = dict(hidden(payload))
    text = json.dumps(payload, ensure_ascii=False, default=str)
    return payload if len(text) <= LONGEST else {"shortened": text[:LONGEST]}


def actor_words(actor: Actor, *, reporters: bool) -> str | None:
    """Who did it, None for a reporter whom the reader may not know."""
    inside = actor.kind in {ActorKind.PERSON, ActorKind.RULE, ActorKind.SYSTEM, ActorKind.CUSTOMER}
    return who(actor) if inside or reporters else None
