"""A clearance: a person said that what a source reports about a resource is no abuse."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.model.origin import Origin

CLEARANCE = timedelta(days=14)  # a cleared signal does not act alone for so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """Until then a claim of `source` alone restricts nothing at this resource (invariant 1)."""

    id: str
    customer: str
    resource: str
    source: Origin
    until: datetime
    by: str

    @property
    def since(self) -> datetime:
        """When the person cleared it."""
        return self.until - CLEARANCE
