"""Versions of the binding documents as stored."""

from aupkeep.model.policy_document import PolicyDocument
from aupkeep.store.models import PolicyDocumentRow
from aupkeep.store.prepared import Prepared

_ALL = Prepared(
    PolicyDocument,
    lambda: PolicyDocumentRow.objects.order_by("recorded_at", "id"),
    remembered=True,  # each decision asks three times, and their texts are long
)


def all() -> list[PolicyDocument]:  # noqa: A001 - the room's name is context: policy_documents.all()
    """Every version that is known, in the order in which they were recorded."""
    return _ALL.records()
