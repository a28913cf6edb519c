"""Whose a host name is at an address that many share: a load balancer, a shared web host."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from aupkeep.model.holding import Assignment
from aupkeep.model.subject import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedName:
    """A customer's resource answered to `name` at `address` from `start` to `end`.

    Half-open and bitemporal as an assignment is: `end` None = still, `known_until` None = still
    believed. The name is in lower case, without a final dot.
    """

    id: str
    site: str
    name: str
    address: Address
    customer: str
    resource: str
    start: datetime
    end: datetime | None
    known_from: datetime
    known_until: datetime | None = None

    @property
    def holder(self) -> tuple[str, str]:
        """Customer and resource."""
        return self.customer, self.resource

    def as_assignment(self) -> Assignment:
        """The record as if the whole address were this name's: for the rules of attribution."""
        return Assignment(
            id=self.id,
            site=self.site,
            prefix=ip_network(self.address),
            customer=self.customer,
            resource=self.resource,
            start=self.start,
            end=self.end,
            known_from=self.known_from,
            known_until=self.known_until,
        )
