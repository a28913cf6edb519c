"""Joining claims to cases: what changes, written with what was read before it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.app.reporters.trust import rules_of
from aupkeep.casework.incidents import CaseFile, JoinedCase, join, recount
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.model.source import Lane
from aupkeep.store import cases


@dataclass(slots=True)
class Changed:
    """Rows, entries and effects of the cases that changed; `seen` are the cases as they were."""

    rows: list[object] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    seen: list[object] = field(default_factory=list)


def join_cases(
    context: AppContext, claims: Sequence[Claim], turn: tuple[str, Lane] = ("", Lane.NORMAL)
) -> Changed:
    """What these claims change; each changed case is to be considered, in its source's turn."""
    changed = Changed()
    if not claims:
        return changed
    keys = {(one.held.customer, one.held.resource, one.finding.kind) for one in claims}
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
    for one in joined:
        _note(context, one, changed)
    changed.effects = [replace(effect, flow=turn[0], lane=turn[1]) for effect in changed.effects]
    changed.seen += [known[one.folder.case.id] for one in joined if not one.opened]
    return changed


def recount_cases(context: AppContext, claims: Sequence[Claim], found: Sequence[Case]) -> Changed:
    """What it changes in these cases that some of their claims got another source."""
    changed = Changed()
    for case in found:
        before = _folder(case)
        folder = recount(before, claims, rules=rules_of(context, [*claims, *before.claims]))
        ids = {claim.id for claim in claims}
        mine = [claim for claim in folder.claims if claim.id in ids]
        _note(
            context,
            JoinedCase(folder=folder, opened=False, added=tuple(mine), incidents=folder.incidents),
            changed,
        )
        changed.seen.append(case)
    return changed


def _folder(case: Case) -> CaseFile:
    incidents = cases.incidents(case.id)
    return CaseFile(case=case, incidents=tuple(incidents), claims=tuple(cases.claims(case.id)))


def _note(context: AppContext, one: JoinedCase, changed: Changed) -> None:
    """Write a changed case down and leave the effect that considers it."""
    case = one.folder.case
    changed.rows += [case, *one.incidents, *one.added]
    kind = EntryType.CASE_OPENED if one.opened else EntryType.CASE_CHANGED
    payload = {
        "case": case.id,
        "reference": case.reference,
        "kind": case.kind,
        "clause": case.clause,
        "level": case.level.name,
        "events": case.events,
        "claims": [claim.id for claim in one.added],
    }
    changed.entries.append(entry(context, kind, SYSTEM, payload, case=case.id))
    changed.effects.append(consider_effect(context, case.id))


def consider_effect(context: AppContext, case: str, at: datetime | None = None) -> Effect:
    """The work to put a case before the policy, now or at a later moment."""
    return Effect(
        id=context.new_id(),
        kind="consider",
        key=f"consider:{case}:{context.new_id()}",
        payload={"case": case},
        due_at=at or context.now(),
        merge=f"consider:{case}",
    )
