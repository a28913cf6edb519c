"""Reports forwarded to a reseller's abuse desk, in XARF v4, when its customer is notified.

The reseller of a customer with a `parent` is notified as well. Its desk is a contact with the role
`abuse-desk`, of the parent, else of the customer itself. A forward is sent as every notice: not in
listen mode, under the daily cap of its address, from the outbox. It is not sent where the newest
report came from that desk, or passed through us before: two desks that are each other's parent
must not write for ever.
"""

import json
import uuid
from datetime import datetime

from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.notifying.evidence_lines import secrets_of_claims, shown_lines, shown_subject
from aupkeep.app.notifying.notices import (
    add_notice,
    language_of,
    make_notice,
    provider_facts,
    suppression_reason,
)
from aupkeep.casework.deadlines import nested
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Claim
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.finding import Role
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.notify import xarf
from aupkeep.store import customers, reports

ROLE = "abuse-desk"
LINES = 10  # of evidence in the words
LOOP = "x-loop"


def reseller_contact(customer: Customer | None) -> Contact | None:
    """The abuse desk above a customer: the parent's, else the customer's own; None without one."""
    above = customers.get(customer.parent) if customer and customer.parent else None
    known = [*(above.contacts if above else ()), *(customer.contacts if customer else ())]
    return next((contact for contact in known if contact.role == ROLE), None)


def forward_report(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    changes: ChangeSet,
    deadline: datetime | None = None,
) -> None:
    """Forward the report to the reseller's desk, where there is one that may be written to.

    `deadline` is the customer's; the reseller is asked to answer before.
    """
    contact = reseller_contact(about.customer)
    claims = [claim for claim in about.standing if claim.finding.role is not Role.VICTIM]
    if contact is None or not claims:
        return
    newest = _best(claims)
    rule = decision.versions.rule
    why = suppression_reason(context, contact, about.case, rule=rule)
    why = why or _loops(context, newest, contact)
    if why:
        payload = {"decision": decision.id, "kind": NoticeKind.FORWARD.value, "why": why}
        new_entry = entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=about.case.id)
        changes.entries.append(new_entry)
        return
    alike = [
        claim for claim in claims if claim.finding.subject.address == newest.finding.subject.address
    ]
    lines = shown_lines(alike, language_of(contact.language))
    report = _report(context, about, newest, alike, lines)
    attached = json.dumps(report, ensure_ascii=True, indent=1) if report else ""
    facts = {name: value for name, value in provider_facts(context).items() if name != "link"} | {
        "reference": about.case.reference,
        "resource": about.case.resource,
        "subject": shown_subject([newest]) or about.case.resource,
        "kind": about.case.kind,
        "first_at": min(claim.at for claim in alike),
        "last_at": newest.at,
        "events": sum(claim.finding.count for claim in alike),
        "evidence": tuple(lines[:LINES]),
        "machine": bool(attached),
        "deadline": deadline and nested(decision.starts, deadline),
    }
    to = (Party.RESELLER, contact.address, language_of(contact.language))
    notice = make_notice(
        context,
        NoticeKind.FORWARD,
        to,
        facts,
        case=about.case.id,
        decision=decision.id,
        attached=attached,
    )
    add_notice(context, notice, changes)


def _best(claims: list[Claim]) -> Claim:
    """The newest claim; of equals one that names its port, which shared addresses need."""
    ported = [claim for claim in claims if claim.finding.subject.port]
    return max(ported or claims, key=lambda claim: (claim.at, claim.id))


def _report(
    context: AppContext, about: CaseContext, newest: Claim, alike: list[Claim], lines: list[str]
) -> dict[str, object] | None:
    settings = context.settings
    forwarded = xarf.ForwardedReport(
        report_id=str(uuid.UUID(bytes=context.noise(16), version=4)),
        finding=newest.finding,
        at=newest.at,
        first_at=min(claim.at for claim in alike),
        count=sum(claim.finding.count for claim in alike),
        lines=lines,
        secrets=secrets_of_claims(alike),
        org=settings.provider.name,
        contact=settings.mail.sender,
        reference=about.case.reference,
    )
    return xarf.xarf_report(forwarded)


def _loops(context: AppContext, newest: Claim, contact: Contact) -> str:
    """The reason when a forward would loop, else ""."""
    report = reports.get(newest.report) if newest.report else None
    if report is None:
        return ""
    domain = (report.reading.reporter or "").rpartition("@")[2].lower()
    if domain and domain == contact.address.rpartition("@")[2].lower():
        return "the report came from the desk it would go to"
    hops = report.reading.headers.get(LOOP, "").lower()
    if any(sender.lower() in hops for sender in context.settings.senders):
        return "the report has passed through us before"
    return ""
