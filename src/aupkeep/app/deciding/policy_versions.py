"""Policy versions: written into the journal before they decide, so that they replay for ever."""

import dataclasses
from contextlib import suppress
from datetime import UTC, datetime

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.policies import pack_of, policy_in_force
from aupkeep.app.policy_documents import record_documents
from aupkeep.model.actor import SYSTEM
from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.ids import uuid7
from aupkeep.policy.pack import Pack
from aupkeep.store import log, policies

FIRST = uuid7(datetime.fromtimestamp(0, tz=UTC), b"policy one")  # the id of the first such entry


def adopted_policy(context: AppContext) -> Pack:
    """The policy in force, its content in the journal before anything is decided under it.

    Raises `BadPack` when it does not load.
    """
    pack = policy_in_force(context.home)
    before = policies.adopted()
    if before is None or before.digest != pack.digest:
        _adopt(context, pack, before)
    record_documents(context, pack)
    return pack


def _adopt(context: AppContext, pack: Pack, before: AdoptedPolicy | None) -> None:
    payload = {"policy": pack.digest, "pack": pack.id, "content": pack.content.decode()}
    adoption = entry(context, EntryType.POLICY_ADOPTED, SYSTEM, payload)
    if before is None:  # of two processes that start at once, one writes the first version
        adoption = dataclasses.replace(adoption, id=FIRST)
    adopted = AdoptedPolicy(digest=pack.digest, adopted_at=context.now())
    with suppress(Conflict):  # another process wrote it
        record(context, adoption, rows=[adopted], seen=[before] if before else [])


def adopted_version(digest: str) -> Pack:
    """A version that was in force once, as the journal keeps it. Raises `Missing`."""
    for logged in reversed(log.entries(types=(EntryType.POLICY_ADOPTED,))):
        if logged.entry.payload.get("policy") == digest:
            return pack_of(str(logged.entry.payload["content"]))
    raise Missing(f"policy: expected a version adopted here, found {digest[:64]!r}")
