"""Passkeys as stored."""

from aupkeep.model.passkey import Passkey
from aupkeep.store.models import PasskeyRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def live(staff: str) -> list[Passkey]:
    """Those that a person can sign in with, the oldest first."""
    rows = PasskeyRow.objects.filter(staff=staff, removed_at__isnull=True)
    return many(Passkey, rows.order_by("made_at", "id"))


def by_credential(credential: str) -> Passkey | None:
    """The one with this credential id that can be signed in with."""
    return first(Passkey, credential=credential, removed_at__isnull=True)
