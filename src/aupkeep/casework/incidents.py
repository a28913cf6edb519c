"""Claims become incidents, incidents become cases: one open case for a resource and a kind."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aupkeep.casework.evidence_level import BELIEVING, Trust, evidence_level, joins, sources
from aupkeep.model.case import Case, CaseState, Claim, Incident, Outcome
from aupkeep.model.taxonomy import kind_for

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with everything in it; `fallen` are the claims that stand no more, by id."""

    case: Case
    incidents: tuple[Incident, ...] = ()
    claims: tuple[Claim, ...] = ()
    fallen: Collection[str] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Customer, resource and kind: what one open case is about."""
        return self.case.customer, self.case.resource, self.case.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedCase:
    """A folder that changed: `opened` when its case is new, `added` the claims new in it.

    Each added claim names its incident; `incidents` are those that are new or changed.
    """

    case_file: CaseFile
    opened: bool
    added: tuple[Claim, ...]
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRules:
    """How claims are joined: the window, and what is known about the sources."""

    window: timedelta = WINDOW
    trust: Trust = BELIEVING


DEFAULT = JoinRules()


def join(
    claims: Iterable[Claim],
    case_files: Sequence[CaseFile],
    *,
    now: datetime,
    new_id: Callable[[], str],
    new_reference: Callable[[], str],
    rules: JoinRules = DEFAULT,
) -> tuple[JoinedCase, ...]:
    """Put each claim into the case it belongs to, and answer only what changed.

    * A claim goes to the open case of its customer, resource and kind, else opens one.
    * A claim about something that happened before such a case closed as fixed goes into that
      closed case and opens nothing: the late report of a mended thing is no news.
    * A claim that stands in one of the folders already changes nothing, whenever it comes again.
    * A claim about a victim opens and changes nothing against it (invariant 10); what our detectors
      measured of an attack joins a case of its kind, which is about protecting the holder.
    * An incident spans at most the window, which is 24 hours by default.

    `folders` are all cases, open and closed, that hold one of these customers' resources.
    """
    known = {claim.id for case_file in case_files for claim in case_file.claims}
    contents = {
        _content(claim) for case_file in case_files for claim in case_file.claims if claim.report
    }
    all_files = list(case_files)
    by_key: dict[tuple[str, str, str], list[CaseFile]] = {}
    for known_file in case_files:
        by_key.setdefault(known_file.key, []).append(known_file)
    added: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.at, claim.id)):
        again = claim.id in known or (claim.report is not None and _content(claim) in contents)
        if again or not joins(claim.finding):
            continue
        known.add(claim.id)
        contents.add(_content(claim))
        key = claim.held.customer, claim.held.resource, claim.finding.kind
        case_file = _home(claim, by_key.setdefault(key, []))
        if case_file is None:
            case_file = CaseFile(case=_open(claim, now, new_id(), new_reference()))
            by_key[key].append(case_file)
            all_files.append(case_file)
        added.setdefault(case_file.case.id, []).append(claim)
    old = {case_file.case.id: case_file for case_file in case_files}
    changed = [case_file for case_file in all_files if case_file.case.id in added]
    return tuple(
        _fill(case_file, added[case_file.case.id], case_file.case.id not in old, now, new_id, rules)
        for case_file in changed
    )


def _content(claim: Claim) -> tuple[object, ...]:
    """What makes two claims the same although their ids differ: one report said it once."""
    finding = claim.finding
    return (
        claim.report,
        finding.kind,
        finding.role,
        finding.subject,
        finding.at,
        finding.target,
        finding.source,
    )


def _home(claim: Claim, same: Sequence[CaseFile]) -> CaseFile | None:
    """Of the cases about the same the one this claim belongs into: the open before a closed one."""
    running = [case_file for case_file in same if case_file.case.state is not CaseState.CLOSED]
    mended = [
        case_file
        for case_file in same
        if case_file.case.outcome is Outcome.FIXED and claim.at <= case_file.case.changed_at
    ]
    return next(iter([*running, *mended]), None)


def _open(claim: Claim, now: datetime, case_id: str, reference: str) -> Case:
    """A new case about what this claim is about."""
    finding = claim.finding
    return Case(
        id=case_id,
        reference=reference,
        customer=claim.held.customer,
        resource=claim.held.resource,
        clause=kind_for(finding.kind, finding.rsit).clause,
        kind=finding.kind,
        state=CaseState.OPEN,
        level=evidence_level(()),
        opened_at=now,
        changed_at=now,
    )


def _fill(
    case_file: CaseFile,
    added: Sequence[Claim],
    opened: bool,  # noqa: FBT001 - positional in this one call
    now: datetime,
    new_id: Callable[[], str],
    rules: JoinRules,
) -> JoinedCase:
    """The folder with the new claims in its incidents, and its case counted anew."""
    spans = {incident.id: incident for incident in case_file.incidents}
    placed: list[Claim] = []
    for claim in added:
        incident = _incident(claim, spans.values(), case_file.case, new_id, rules)
        spans[incident.id] = incident
        placed.append(replace(claim, incident=incident.id))
    touched = {claim.incident for claim in placed}
    claims = (*case_file.claims, *placed)
    standing = [claim for claim in claims if claim.id not in case_file.fallen]
    incidents = tuple(
        _count(incident, standing, rules) if incident.id in touched else incident
        for incident in spans.values()
    )
    before = case_file.case
    case = weighed(before, standing, rules.trust)
    closed = before.state is CaseState.CLOSED  # its changed_at stays the time of closing
    case = replace(
        case,
        changed_at=before.changed_at if closed else now,
        handled_at=None if case.level > before.level else before.handled_at,
        snoozed_until=None,
    )
    return JoinedCase(
        case_file=replace(case_file, case=case, incidents=incidents, claims=claims),
        opened=opened,
        added=tuple(placed),
        incidents=tuple(incident for incident in incidents if incident.id in touched),
    )


def recount(
    case_file: CaseFile, changed: Sequence[Claim], *, rules: JoinRules = DEFAULT
) -> CaseFile:
    """A case after some of its claims got another source, e.g. because their sender was proven.

    Nothing is joined anew and no event is counted twice.
    """
    fresh = {claim.id: claim for claim in changed}
    claims = tuple(fresh.get(claim.id, claim) for claim in case_file.claims)
    touched = {claim.incident for claim in claims if claim.id in fresh}
    standing = [claim for claim in claims if claim.id not in case_file.fallen]
    incidents = tuple(
        _count(incident, standing, rules) if incident.id in touched else incident
        for incident in case_file.incidents
    )
    case = weighed(case_file.case, standing, rules.trust)
    return replace(case_file, case=case, incidents=incidents, claims=claims)


def weighed(case: Case, standing: Collection[Claim], trust: Trust = BELIEVING) -> Case:
    """The case with the evidence level and the events of what stands: no more, and no less."""
    events = sum(claim.finding.count for claim in standing)
    return replace(case, level=evidence_level(standing, trust), events=events)


def _incident(
    claim: Claim,
    incidents: Collection[Incident],
    case: Case,
    new_id: Callable[[], str],
    rules: JoinRules,
) -> Incident:
    """The incident the claim falls into, stretched to hold it, or a new one."""
    for incident in sorted(incidents, key=lambda incident: incident.first_at):
        first, last = min(incident.first_at, claim.at), max(incident.last_at, claim.at)
        if last - first <= rules.window:
            return replace(incident, first_at=first, last_at=last)
    return Incident(
        id=new_id(),
        case=case.id,
        kind=case.kind,
        customer=case.customer,
        resource=case.resource,
        first_at=claim.at,
        last_at=claim.at,
        events=0,
        sources=(),
        level=evidence_level(()),
    )


def _count(incident: Incident, claims: Iterable[Claim], rules: JoinRules) -> Incident:
    """The incident with events, sources and level of its claims."""
    inside = [claim for claim in claims if claim.incident == incident.id]
    return replace(
        incident,
        events=sum(claim.finding.count for claim in inside),
        sources=sources(inside, rules.trust),
        level=evidence_level(inside, rules.trust),
    )
