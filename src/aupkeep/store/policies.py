"""The policy in force, as stored."""

from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.store.prepared import first


def adopted() -> AdoptedPolicy | None:
    """The version adopted last, None before the first."""
    return first(AdoptedPolicy)
