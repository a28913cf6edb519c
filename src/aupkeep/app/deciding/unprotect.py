"""The end of a protection: an act of a person with a reason, never of a file."""

import dataclasses

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.customers import CustomerFacts, customer_facts, known_customer
from aupkeep.app.journal import entry, record
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.roles import StaffAct


def unprotect(
    context: AppContext, customer: str, tag: str, *, person: str, reasons: str
) -> CustomerFacts:
    """Take a tag, e.g. `protected`, off a customer. Nothing else does.

    Raises `Missing`, `Invalid` without reasons, `Conflict` when somebody changed the customer
    meanwhile.
    """
    actor = authorised(person, StaffAct.GRANT)
    if not reasons.strip():
        raise Invalid("reasons: expected why it is not protected any more, found nothing")
    known, word = known_customer(customer), tag.strip().lower()
    if word not in known.tags:
        tags = ", ".join(sorted(known.tags)) or "none"
        raise Missing(f"tag: expected one of {customer}'s ({tags}), found {tag[:60]!r}")
    payload = {"customer": customer, "without": word, "reasons": reasons}
    changed = entry(context, EntryType.CUSTOMER_CHANGED, actor, payload)
    bare = dataclasses.replace(known, tags=known.tags - {word})
    record(context, changed, rows=[bare], seen=[known])
    return customer_facts(customer)
