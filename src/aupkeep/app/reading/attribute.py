"""The holder a finding is about, and the reason for the inbox when no holder is certain."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.attribution_window import attribution_window
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.reading.caps import was_cut
from aupkeep.app.reading.own_letters import WHY
from aupkeep.casework.evidence_level import joins, protects
from aupkeep.intake.formats.verdicts import NOBODY
from aupkeep.model.case import Claim
from aupkeep.model.counted import counted
from aupkeep.model.finding import Finding
from aupkeep.model.holding import Disputed, Held, NotOurs
from aupkeep.model.name import NameRecord
from aupkeep.model.raw import Raw
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.model.taxonomy import KINDS
from aupkeep.store import customers

Attribute = Callable[[str, Finding], Claim | str]
NOT_OURS = "not ours"
URGENT = "at once, harm to children or terror: "  # how the reason begins of what cannot wait
NO_HOLDER = "no certain holder for"  # how its reason begins
NO_CONTACT = "has no contact: the case waits for a person"  # how its reason ends
AT_ONCE = "P0"  # the urgency of what is looked at whoever says it: harm to children, terror


def attributing(context: AppContext, raw: Raw, names: Sequence[NameRecord]) -> Attribute:
    """A function from (report id, finding) to a claim, or to the reason why there is none.

    `names` are the records taken at this raw's receipt. Own space and each address are loaded once.
    """
    lookup = HolderLookup(context, seen_at=raw.received_at, names=names)

    def attribute(report: str, finding: Finding) -> Claim | str:
        at, exact = attribution_window(finding, raw.received_at)
        finding = dataclasses.replace(finding, site=lookup.known_site(finding.site))
        holding = lookup.holder(finding.subject, at, exact=exact, site=finding.site)
        if isinstance(holding, Held):
            if protects(finding) and not _holds_still(context, lookup, finding, holding):
                return "it is attacked, and who held it then no longer does"
            return Claim(id=context.new_id(), report=report, finding=finding, held=holding, at=at)
        if isinstance(holding, NotOurs):
            return NOT_OURS
        if isinstance(holding, Disputed):
            return f"disputed between {len(holding.candidates)} holders"
        return lookup.why_nobody(finding.subject)

    return attribute


def _holds_still(context: AppContext, lookup: HolderLookup, finding: Finding, then: Held) -> bool:
    """Whether the holder of an attacked address still holds it; nobody else is to be protected."""
    now = lookup.holder(finding.subject, context.now(), exact=0.0, site=finding.site)
    return isinstance(now, Held) and (now.customer, now.resource) == (then.customer, then.resource)


def at_once(findings: Sequence[Finding]) -> bool:
    """Whether a report names an offence of urgency P0, which is looked at whoever reports it."""
    return any(
        KINDS[finding.kind].urgency == AT_ONCE for finding in findings if finding.kind in KINDS
    )


def inbox_reason(
    reading: Reading, claims: Sequence[Claim], trouble: Sequence[str], own: Sequence[Claim] = ()
) -> str | None:
    """Why a person must look at a report, None when nobody must; urgent reasons say so first.

    `own` are the claims in which its writer speaks of themselves.
    """
    reason = _reason(reading, claims, trouble)
    if own:
        unsure = any(why != NOT_OURS for why in trouble)
        more = reason if claims or unsure or reading.dead or was_cut(reading) else None
        reason = f"{WHY}; {more}" if more else WHY
    foreign = not (claims or own) and all(reason == NOT_OURS for reason in trouble)
    urgent = at_once(reading.findings) and not foreign
    return f"{URGENT}{reason}" if reason and urgent else reason


def _reason(reading: Reading, claims: Sequence[Claim], trouble: Sequence[str]) -> str | None:
    if reading.outcome is ReadingOutcome.INBOX:
        return reading.reason or "it could not be read"
    if was_cut(reading):
        return reading.reason
    if reading.outcome is ReadingOutcome.REPLY and not claims:
        return "a reply: read it and say what it changes"
    doubt = _doubt(reading, claims, trouble) if reading.outcome is ReadingOutcome.PARSED else None
    rejected = [row.reason for row in reading.dead if row.done_at is None]
    if rejected and not (doubt and (doubt.startswith(NO_HOLDER) or doubt.endswith(NO_CONTACT))):
        doubt = None  # of what could be read nothing waits
    return "; ".join([*_rejected(rejected), *filter(None, [doubt])]) or None


def _rejected(reasons: Sequence[str]) -> Iterator[str]:
    """What could not be read, and what says itself that it accuses nobody."""
    unread = [reason for reason in reasons if not reason.startswith(NOBODY)]
    innocent = [
        reason.removeprefix(NOBODY).lstrip(": ") for reason in reasons if reason not in unread
    ]
    if unread:
        yield f"{counted(len(unread), 'row')} could not be read: {unread[0]}"
    if innocent:
        says = "says itself" if len(innocent) == 1 else "say themselves"
        sure = f": {innocent[0]}" if innocent[0] else ""
        yield f"{counted(len(innocent), 'row')} {says} that nobody is accused{sure}"


def _doubt(reading: Reading, claims: Sequence[Claim], trouble: Sequence[str]) -> str | None:
    """Why a readable report names no holder, not every holder, or one without a contact."""
    doubts = [reason for reason in trouble if reason != NOT_OURS]
    if doubts:
        return (
            f"{NO_HOLDER} {len(doubts)} of {counted(len(reading.findings), 'finding')}: {doubts[0]}"
        )
    if not claims:
        return f"none of {len(trouble)} findings is about an address of ours"
    if not any(joins(claim.finding) for claim in claims):
        return (
            "our customer is the victim here: nothing is held against them; tell them if it helps"
        )
    return unreachable(claims)


def unreachable(claims: Sequence[Claim]) -> str | None:
    """The reason when a customer's contact is not known: the case waits for a person."""
    known = customers.by_ids({claim.held.customer for claim in claims})
    for claim in claims:
        customer = known.get(claim.held.customer)
        if customer is None or not customer.contacts:
            return f"customer {claim.held.customer} {NO_CONTACT}"
    return None
