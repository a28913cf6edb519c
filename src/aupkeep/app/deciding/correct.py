"""A wrong assignment put right, and all that rested on it: cases, decisions, notices, measures.

`aupkeep inventory correct 203.0.113.10 --customer birch --reasons "typo"` retires the record and
writes another in its place, both with the time of the correction: what was believed when can be
asked for. Each case with claims that the record attributed is flagged in the same transaction and
put before a person; a claim whose holder is another one now supports nothing from that moment, and
the effect "recheck" looks at once at every measure that stands.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.attribution_window import attribution_window
from aupkeep.app.inventory.current import claim_site, in_force, recheck_effect
from aupkeep.app.inventory.doubted import DOUBTED_REASON
from aupkeep.app.journal import entry, record
from aupkeep.casework.states import Event, move
from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.conflicts import describe
from aupkeep.inventory.correction import Correction, RecordChange, correct, parse_change
from aupkeep.model.actor import Actor
from aupkeep.model.case import Case, CaseState, Claim
from aupkeep.model.customer import Customer
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.holding import Assignment, Held, Holding
from aupkeep.model.moments import parse_moment
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.model.subject import Address, parse_subject
from aupkeep.store import cases, customers, decisions, notices, reports
from aupkeep.store import inventory as stored


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRecord:
    """What a correction did: the retired record, the new one, and the flagged cases."""

    retired: str
    record: str | None
    was: str
    now: str | None
    cases: tuple[str, ...]
    doubted: int


@dataclass(slots=True)
class _RestingCase:
    """A case with claims that rested on the record; `doubted` is no longer its holder's."""

    case: Case
    claims: list[Claim] = field(default_factory=list)
    doubted: list[Claim] = field(default_factory=list)


def correct_by_words(
    context: AppContext,
    what: str,
    words: Mapping[str, str | bool | None],
    *,
    person: str,
    reasons: str,
) -> CorrectedRecord:
    """`correct_assignment` for words from outside. Raises as it does.

    `words` may hold at, site, customer, resource, start, end (`open` for none), ports and remove.
    """
    given = {name: str(text).strip() for name, text in words.items() if text}
    at, site = given.pop("at", None), given.pop("site", None)
    change = parse_change(given)
    moment = parse_moment(at, "at") if at else None
    return correct_assignment(
        context, what, change, person=person, reasons=reasons, at=moment, site=site
    )


def correct_assignment(
    context: AppContext,
    what: str,
    change: RecordChange,
    *,
    person: str,
    reasons: str,
    at: datetime | None = None,
    site: str | None = None,
) -> CorrectedRecord:
    """Correct the record of this id, or the one that holds this subject at `at` (now).

    Raises `Missing`, `Invalid`, and `Conflict` where the new record would intersect another or
    somebody changed one of the cases meanwhile.
    """
    actor = authorised(person, StaffAct.DECIDE)
    if not reasons.strip():
        raise Invalid("reasons: expected what shows the record to be wrong, found nothing")
    now = context.now()
    old = stored.get(what) or _record_at(what, at or now, site)
    beside = stored.same_prefix(old.site, old.prefix)
    correction = correct(old, change, beside, new_id=context.new_id(), now=now)
    resting = _resting(context, correction)
    changed = [_flag(context, item, correction, actor, reasons) for item in resting]
    waiting = _reports([claim for item in resting for claim in item.doubted], resting)
    fresh = correction.fresh
    payload = {
        "assignment": old.id,
        "replaced_by": fresh.id if fresh else None,
        "cases": [item.case.id for item in resting],
        "reasons": reasons,
    }
    record(
        context,
        [
            entry(context, EntryType.ASSIGNMENT_CORRECTED, actor, payload),
            *(said for _, entries in changed for said in entries),
        ],
        rows=[
            *_bare(fresh),
            *correction.records,
            *(case for case, _ in changed),
            *(again for _, again in waiting),
        ],
        effects=[recheck_effect(context)],
        seen=[old, *(item.case for item in resting), *(before for before, _ in waiting)],
    )
    return CorrectedRecord(
        retired=old.id,
        record=fresh.id if fresh else None,
        was=describe(old),
        now=describe(fresh) if fresh else None,
        cases=tuple(item.case.reference for item in resting),
        doubted=sum(len(item.doubted) for item in resting),
    )


def _record_at(text: str, at: datetime, site: str | None) -> Assignment:
    """The one believed record that holds a subject at a moment, the narrowest. Raises `Missing`."""
    subject = parse_subject(text)
    if subject.address is None:
        raise Invalid(f"expected an address or the id of an assignment, found {text[:60]!r}")
    live = [
        item
        for item in stored.covering(subject.address, site)
        if in_force(item, at)
        and (subject.port is None or item.port_from <= subject.port <= item.port_to)
    ]
    narrowest = [item for item in live if item.prefix.prefixlen == live[0].prefix.prefixlen]
    if not narrowest:
        raise Missing(f"{text}: expected a record that holds it at {at.isoformat()}, found none")
    if len(narrowest) > 1:
        listed = "; ".join(map(describe, narrowest))
        raise Invalid(f"{text}: expected one record, found several; name one by its id: {listed}")
    return narrowest[0]


def _resting(context: AppContext, correction: Correction) -> list[_RestingCase]:
    """The cases with claims that the old record attributed, or the new one does."""
    around = stored.covering(correction.old.prefix.network_address)
    holders = {(item.customer, item.resource) for item in (*around, *correction.records)}
    prefix = correction.old.prefix
    by_case: dict[str, _RestingCase] = {}
    review = _Review(context, correction)
    for case, claim in cases.claims_of_holders(holders):
        address = claim.finding.subject.address
        named = claim.held.assignment == correction.old.id
        if not named and (address is None or address not in prefix):
            continue
        rests, doubted = review.look(claim, address)
        if rests or named:
            item = by_case.setdefault(case.id, _RestingCase(case))
            item.claims.append(claim)
            item.doubted += [claim] if doubted else []
    return list(by_case.values())


class _Review:
    """Asks of each claim who held it, by the records before and after the correction."""

    def __init__(self, context: AppContext, correction: Correction) -> None:
        self._context = context
        self._correction = correction
        self._own = stored.own_space()
        self._records: dict[Address, list[Assignment]] = {}

    def look(self, claim: Claim, address: Address | None) -> tuple[bool, bool]:
        """Whether the claim rests on the old or the new record, and whether it is in doubt."""
        if address is None:  # a name: what it resolved to stands in the report; a person looks
            return True, True
        if address not in self._records:
            self._records[address] = stored.covering(address)
        records = self._records[address]
        before = self._holding(claim, records)
        after = self._holding(claim, self._correction.apply(records))
        mine = claim.held.customer, claim.held.resource
        doubted = not (isinstance(after, Held) and (after.customer, after.resource) == mine)
        rests = isinstance(before, Held) and before.assignment == self._correction.old.id
        return rests or (doubted and before != after), doubted

    def _holding(self, claim: Claim, records: Iterable[Assignment]) -> Holding:
        at, exact = attribution_window(claim.finding, claim.at)
        return holder_at(
            records,
            self._own,
            claim.finding.subject,
            at,
            exact=exact,
            site=claim_site(claim),
            tolerance=float(self._context.settings.deciding.tolerance),
        )


def _flag(
    context: AppContext, item: _RestingCase, correction: Correction, actor: Actor, reasons: str
) -> tuple[Case, list[Entry]]:
    """The case back at the desk, and what its journal says."""
    case, fresh = item.case, correction.fresh
    holder = f"{fresh.customer}/{fresh.resource}" if fresh else "nobody"
    claims = f"{len(item.claims)} claim{'s' if len(item.claims) != 1 else ''}"
    doubt = (
        f"; {len(item.doubted)} of them count no more until a person attributes them anew"
        if item.doubted
        else "; they are still this holder's"
    )
    why = f"the record under {claims} was corrected: {holder} by now{doubt}"
    details = {
        "case": case.id,
        "assignment": correction.old.id,
        "replaced_by": fresh.id if fresh else None,
        "claims": [claim.id for claim in item.claims],
        "doubted": [claim.id for claim in item.doubted],
        "decisions": [decision.id for decision in decisions.of_case(case.id)],
        "notices": [notice.id for notice in notices.of_case(case.id)],
        "reasons": reasons,
    }
    entries = [
        entry(context, EntryType.HOLDING_CORRECTED, actor, details, case=case.id),
        entry(context, EntryType.CASE_CHANGED, actor, {"case": case.id, "why": why}, case=case.id),
    ]
    if item.doubted and case.state is CaseState.WAITING:
        return move(case, Event.OVERDUE, context.now()), entries
    at = case.changed_at if case.state is CaseState.CLOSED else context.now()
    return dataclasses.replace(case, changed_at=at), entries


def _reports(
    doubted: Iterable[Claim], resting: Iterable[_RestingCase]
) -> list[tuple[Report, Report]]:
    """The reports behind doubted claims, as they are and as they wait in the inbox."""
    named = {claim.report: item.case for item in resting for claim in item.doubted if claim.report}
    reported = reports.by_ids({claim.report for claim in doubted if claim.report})
    changed = []
    for report in reported.values():
        case = named[report.id]
        word = "aupkeep case reattribute"
        reason = f"{DOUBTED_REASON}: look at case {case.reference}, then {word} {case.reference}"
        again = dataclasses.replace(report, inbox_reason=reason, done_at=None)
        changed.append((report, again))
    return changed


def _bare(fresh: Assignment | None) -> list[Customer]:
    """The customer of the new record where nobody knows it yet."""
    if fresh is None or customers.get(fresh.customer) is not None:
        return []
    return [Customer(id=fresh.customer, name=fresh.customer, bare=True)]
