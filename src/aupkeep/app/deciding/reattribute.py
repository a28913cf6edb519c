"""Claims of a corrected assignment, given by a person to the customer who held the address then.

The claim in the old case stays as it was believed, and supports nothing. Where a holder is certain
by the records of today, the same finding becomes a claim on that holder and joins its case, which
is considered like any other. Where nobody is certain it stays with nobody. A case that nothing
supports any more is closed without a measure, which says nothing against its reporters: the wrong
record was ours. What stands is lifted.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aupkeep.app.access.authority import authorised
from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.inventory.attribution_window import attribution_window
from aupkeep.app.inventory.current import claim_site
from aupkeep.app.inventory.doubted import DOUBTED_REASON, unsettled
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.reading.join import consider_effect, join_cases
from aupkeep.app.standing_claims import gone_claims, standing_of, weigh
from aupkeep.model.case import Case, CaseState, Claim, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.holding import Disputed, Held, Holding, NotOurs
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class ReattributedCase:
    """Where the doubted claims of a case went; `moved_to` are the cases they joined."""

    case: str
    kept: int
    moved: int
    nobody: int
    moved_to: tuple[str, ...]
    closed: bool


def reattribute_case(
    context: AppContext, reference: str, *, person: str, reasons: str
) -> ReattributedCase:
    """Attribute the doubted claims of a case by the records of today.

    Raises `Missing`, `Invalid` without reasons, and `Conflict` where nothing waits or somebody
    changed one of the cases meanwhile.
    """
    actor = authorised(person, StaffAct.DECIDE)
    if not reasons.strip():
        raise Invalid("reasons: expected why the claims go where they go, found nothing")
    case = find_case(reference)
    waiting = set(unsettled(case.id))
    claims = [claim for claim in cases.claims(case.id) if claim.id in waiting]
    if not claims:
        raise Conflict(f"case {case.reference}: expected claims whose holder is in doubt")
    answers = {claim.id: _holding(context, claim) for claim in claims}
    mine = case.customer, case.resource
    kept = [claim for claim in claims if _holder(answers[claim.id]) == mine]
    moved = _moved(context, case, claims, answers)
    changes = ChangeSet()
    changes.add(join_cases(context, moved))
    joined = [row for row in changes.rows if isinstance(row, Case)]
    words = sorted({_words(answer) for answer in answers.values()})
    payload = {
        "case": case.id,
        "claims": [claim.id for claim in claims],
        "kept": [claim.id for claim in kept],
        "cases": [other.id for other in joined],
        "why": f"attributed anew: {'; '.join(words)}",
        "reasons": reasons,
    }
    said = entry(context, EntryType.FINDING_ATTRIBUTED, actor, payload, case=case.id)
    changes.entries.insert(0, said)
    every = cases.claims(case.id)
    stands = {claim.id for claim in (*standing_of(case.id, every), *kept)}
    weighed = weigh(context, case, [claim for claim in every if claim.id in stands])
    settled_at = dataclasses.replace(weighed, changed_at=context.now())
    changes.rows += [*_unjoined(moved, changes), *_out_of_inbox(context, claims)]
    if case.state is not CaseState.CLOSED:
        changes.rows.append(settled_at)
        changes.seen.append(case)
        changes.effects.append(consider_effect(context, case.id))
    record_changes(context, changes)
    closed = _close_empty(context, case, person, reasons)
    return ReattributedCase(
        case=case.reference,
        kept=len(kept),
        moved=len(moved),
        nobody=len(claims) - len(kept) - len(moved),
        moved_to=tuple(other.reference for other in joined),
        closed=closed,
    )


def _moved(
    context: AppContext, case: Case, claims: Iterable[Claim], answers: Mapping[str, Holding]
) -> list[Claim]:
    """The claims on who held it, of those that were another's; what was taken back is nobody's."""
    gone = gone_claims(case.id)
    return [
        dataclasses.replace(claim, id=context.new_id(), held=held, incident=None)
        for claim in claims
        if isinstance(held := answers[claim.id], Held)
        and _holder(held) != (case.customer, case.resource)
        and claim.report not in gone
    ]


def _holding(context: AppContext, claim: Claim) -> Holding:
    """Who held it then, by the records of today; a name means what it meant at receipt."""
    report = reports.get(claim.report) if claim.report else None
    at, exact = attribution_window(claim.finding, claim.at)
    lookup = HolderLookup(context, seen_at=report.at if report else claim.at)
    return lookup.holder(claim.finding.subject, at, exact=exact, site=claim_site(claim))


def _holder(holding: Holding) -> tuple[str, str] | None:
    return (holding.customer, holding.resource) if isinstance(holding, Held) else None


def _words(holding: Holding) -> str:
    """Where a claim goes, for the journal."""
    match holding:
        case Held():
            return f"{holding.customer}/{holding.resource} held it then"
        case Disputed():
            return f"{len(holding.candidates)} may have held it then"
        case NotOurs():
            return "it was not ours then"
    return "nobody on record held it then"


def _unjoined(moved: Iterable[Claim], changes: ChangeSet) -> list[Claim]:
    """Claims that open no case, e.g. about a victim: kept beside the report all the same."""
    joined = {row.id for row in changes.rows if isinstance(row, Claim)}
    return [claim for claim in moved if claim.id not in joined]


def _out_of_inbox(context: AppContext, claims: Iterable[Claim]) -> list[object]:
    """The reports that waited in the inbox for this word alone."""
    named = reports.by_ids({claim.report for claim in claims if claim.report})
    return [
        dataclasses.replace(report, done_at=context.now())
        for report in named.values()
        if report.done_at is None and (report.inbox_reason or "").startswith(DOUBTED_REASON)
    ]


def _close_empty(context: AppContext, case: Case, person: str, reasons: str) -> bool:
    """Close the case when none of its claims supports anything any more."""
    current = find_case(case.reference)
    if current.state is CaseState.CLOSED or load_case_context(context, current).supporting:
        return False
    close_case(context, current, authorised(person, StaffAct.DECIDE), Outcome.NO_ACTION, reasons)
    return True
