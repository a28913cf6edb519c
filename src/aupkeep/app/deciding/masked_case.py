"""A case on the command line: the reporter is shown to roles that may know, else masked."""

from dataclasses import replace

from aupkeep.app.access.authority import active_member, actor_for, allowance_of, refuse_act
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import CaseDetails, EvidenceRecord, show_case
from aupkeep.app.journal import entry, record
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.origin import OriginChannel
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.store import cases

MASK = "reporter"
OURS = (OriginChannel.DETECTOR.value, OriginChannel.TELEMETRY.value)


def case_for(
    context: AppContext, reference: str, person: str | None, *, reveal: str | None = None
) -> CaseDetails:
    """The case as this person may see it; nobody's name sees no reporter.

    `reveal` is why somebody whose role masks reporters looks at one: it stands in the journal.
    Raises `Missing`, `Forbidden`, `Invalid` without a reason.
    """
    details = show_case(context, reference)
    allowed = allowance_of(person, StaffAct.SEE_REPORTERS) if person else Allowance.NO
    if allowed is Allowance.YES:
        return details
    if reveal is None or person is None:
        return without_reporters(details)
    if allowed is not Allowance.MASKED:
        raise refuse_act(person, StaffAct.SEE_REPORTERS)
    if not reveal.strip():
        raise Invalid("reveal: expected why the reporter is looked at, found nothing")
    case = cases.by_reference(details.reference)
    looked = {"reason": reveal, "case": details.reference}
    actor = actor_for(active_member(person))
    revealed = entry(
        context, EntryType.REPORTER_REVEALED, actor, looked, case=case.id if case else None
    )
    record(context, revealed)
    return details


def without_reporters(details: CaseDetails) -> CaseDetails:
    """The case without who reported, what they wrote, and what we wrote to them."""
    return replace(
        details,
        evidence=tuple(map(_masked, details.evidence)),
        notices=tuple(
            notice
            for notice in details.notices
            if notice.party is not Party.REPORTER and notice.kind is not NoticeKind.TICKET
        ),
    )


def _masked(evidence: EvidenceRecord) -> EvidenceRecord:
    if evidence.source.partition(":")[0] in OURS:
        return evidence
    return replace(evidence, source=MASK, line=None, details={}, offsets={})
