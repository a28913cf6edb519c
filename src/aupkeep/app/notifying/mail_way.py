"""How the notice of a decision goes to its customer, and when: `notify.restraint` on the records.

A notice that waits for a digest is told when that leaves; its deadline runs from then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.notifying.notices import DAY, capped, contact_of, failed_among, hindrance
from aupkeep.model.customer import Contact
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import Measure
from aupkeep.notify.restraint import MailWay, NoticeBounds, way_of
from aupkeep.store import notices, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenWay:
    """The way of a notice, why it is not at once, to whom it goes, and when it is told."""

    way: MailWay
    why: str
    contact: Contact | None
    at: datetime


def mail_way(
    context: AppContext, about: CaseContext, decision: Decision, now: datetime
) -> ChosenWay:
    """How the notice of a decision goes, as things are `now`."""
    case, customer = about.case, about.customer
    contact = contact_of(customer, failed_among(about.notices), case.kind)
    rules = context.settings.restraint
    times = [claim.at for claim in about.told_claims]
    way, why = way_of(
        NoticeBounds(
            kind=case.kind,
            level=decision.level,
            automatic=decision.automatic,
            asks=decision.measure is Measure.INFORM_DEADLINE,
            newest=max(times, default=case.opened_at),
            now=now,
            oldest=rules.oldest_of(case.kind),
            gathers=rules.digest,
            opted_out=customer.opted_out if customer else frozenset(),
            alike=0 if rules.digest else notices.count_about(case.customer, case.kind, now - DAY),
            most=rules.kind_a_day,
            hindered=(
                hindrance(context, contact, case, rule=decision.versions.rule)
                if about.inputs.listen or contact is None
                else ""
            ),
            capped=capped(context, contact),
        )
    )
    at = digest_due(context, case.customer) if way is MailWay.DIGEST else now
    return ChosenWay(way=way, why=why, contact=contact, at=at)


def digest_merge(customer: str) -> str:
    """What makes all asking for a customer's next digest one piece of work."""
    return f"digest:{customer}"


def digest_due(context: AppContext, customer: str) -> datetime:
    """When a customer's next digest leaves: some minutes on, and a day after the last at least."""
    if waits := outbox.due_at(digest_merge(customer), context.now()):
        return waits
    rules = context.settings.restraint
    soon = context.now() + timedelta(minutes=rules.digest_minutes)
    last = notices.last_digest_at(customer)
    return soon if last is None else max(soon, last + timedelta(hours=rules.digest_hours))
