"""What is known of a customer."""

import dataclasses
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.model.errors import Missing
from aupkeep.model.moments import show_moment
from aupkeep.store import customers


def customer_facts(context: AppContext, customer: str) -> dict[str, Any]:
    """What is known of a customer. Raises `Missing`."""
    del context
    found = customers.get(customer)
    if found is None:
        raise Missing(f"customer: expected a known id, found {customer!r}")
    return {
        "customer": found.id,
        "name": found.name,
        "type": found.type,
        "contacts": [dataclasses.asdict(contact) for contact in found.contacts],
        "brand": found.brand,
        "tier": found.tier,
        "parent": found.parent,
        "external_id": found.external_id,
        "tags": sorted(found.tags),
        "since": show_moment(found.since) if found.since else None,
        "bare": found.bare,
    }
