"""Joining claims to cases: the changed cases, with the rows as they were when read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.receiving.fair_queue import NO_FLOW, QueuePlace
from aupkeep.app.reporters.trust import rules_of
from aupkeep.app.standing_claims import standing_of
from aupkeep.casework.incidents import CaseFile, JoinedCase, join, recount
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import Effect, EntryType
from aupkeep.store import cases


def join_cases(
    context: AppContext, claims: Sequence[Claim], place: QueuePlace = NO_FLOW
) -> ChangeSet:
    """The changes these claims make; each changed case is considered, in its source's lane."""
    changes = ChangeSet()
    if not claims:
        return changes
    keys = {(claim.held.customer, claim.held.resource, claim.finding.kind) for claim in claims}
    known = {case.id: case for key in keys if (case := cases.last_for(*key)) is not None}
    folders = [_folder(case) for case in known.values()]
    rules = rules_of(context, [*claims, *(claim for folder in folders for claim in folder.claims)])
    joined = join(
        claims,
        folders,
        now=context.now(),
        new_id=context.new_id,
        new_reference=context.new_reference,
        rules=rules,
    )
    for result in joined:
        _note(context, result, changes)
    changes.effects = [
        replace(effect, flow=place.flow, lane=place.lane) for effect in changes.effects
    ]
    changes.seen += [known[result.case_file.case.id] for result in joined if not result.opened]
    return changes


def recount_cases(
    context: AppContext, claims: Sequence[Claim], affected: Sequence[Case]
) -> ChangeSet:
    """The changes to cases some of whose claims got another source."""
    changes = ChangeSet()
    for case in affected:
        before = _folder(case)
        folder = recount(before, claims, rules=rules_of(context, [*claims, *before.claims]))
        ids = {claim.id for claim in claims}
        mine = [claim for claim in folder.claims if claim.id in ids]
        _note(
            context,
            JoinedCase(
                case_file=folder, opened=False, added=tuple(mine), incidents=folder.incidents
            ),
            changes,
        )
        changes.seen.append(case)
    return changes


def _folder(case: Case) -> CaseFile:
    claims = tuple(cases.claims(case.id))
    stands = {claim.id for claim in standing_of(case.id, claims)}
    return CaseFile(
        case=case,
        incidents=tuple(cases.incidents(case.id)),
        claims=claims,
        fallen=frozenset(claim.id for claim in claims if claim.id not in stands),
    )


def _note(context: AppContext, result: JoinedCase, changes: ChangeSet) -> None:
    """Add a changed case, its entry and the effect that considers it."""
    case = result.case_file.case
    changes.rows += [case, *result.incidents, *result.added]
    kind = EntryType.CASE_OPENED if result.opened else EntryType.CASE_CHANGED
    payload = {
        "case": case.id,
        "reference": case.reference,
        "kind": case.kind,
        "clause": case.clause,
        "level": case.level.name,
        "events": case.events,
        "claims": [claim.id for claim in result.added],
    }
    changes.entries.append(entry(context, kind, SYSTEM, payload, case=case.id))
    changes.effects.append(consider_effect(context, case.id))


def consider_effect(context: AppContext, case: str, at: datetime | None = None) -> Effect:
    """The effect that puts a case before the policy, now or at a later moment."""
    return Effect(
        id=context.new_id(),
        kind="consider",
        key=f"consider:{case}:{context.new_id()}",
        payload={"case": case},
        due_at=at or context.now(),
        merge=f"consider:{case}",
    )
