"""A clearance: a person said that what a source reports about a resource is no abuse."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """Until then a claim of `source` alone restricts nothing at this resource (invariant 1)."""

    id: str
    customer: str
    resource: str
    source: Origin
    until: datetime
    by: str
